package statistics

import (
	"testing"

	"orrery/learn/kernel/generated"
)

func TestAssemblyIsWhatTheGeneratorWrites(t *testing.T) {
	generated.Check(t, "statistics", "lanes_amd64")
}
