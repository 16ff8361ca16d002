package parquet

import (
	"errors"
	"testing"
)

// TestFilesThatCannotBeOpenedAreNamed with the reason of the system.
func TestFilesThatCannotBeOpenedAreNamed(t *testing.T) {
	t.Parallel()
	broken := errors.New("open a.parquet: disk broken")
	table, err := Open("a.parquet", func() (File, error) { return nil, broken }, nil)
	if table != nil || !errors.Is(err, broken) {
		t.Errorf("%v, %v", table, err)
	}
}
