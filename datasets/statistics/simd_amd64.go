package statistics

import "golang.org/x/sys/cpu"

// useLanes says whether the processor has the instructions of lanes_amd64.s.
var useLanes = cpu.X86.HasAVX2
