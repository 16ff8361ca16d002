package kernel

import (
	"testing"

	"orrery/learn/kernel/generated"
)

func TestAssemblyIsWhatTheGeneratorWrites(t *testing.T) { generated.Check(t, "kernel", "vector_amd64") }
