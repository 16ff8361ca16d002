package lanes

import "golang.org/x/sys/cpu"

// Here says whether this processor runs the code of this package.
var Here = cpu.X86.HasAVX2
