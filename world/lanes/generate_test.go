package lanes

import (
	"testing"

	"orrery/learn/kernel/generated"
)

func TestAssemblyIsWhatTheGeneratorWrites(t *testing.T) { generated.Check(t, "lanes", "lanes_amd64") }
