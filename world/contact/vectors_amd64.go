package contact

import "golang.org/x/sys/cpu"

// vectors says whether this processor runs the code in spot_amd64.s.
var vectors = cpu.X86.HasAVX2
