package csv

import (
	"context"
	"os"
	"strings"
	"testing"

	"orrery/datasets/recording"
)

// unending is a table whose rows never end.
type unending struct{ recording.Table }

func (unending) Name() string      { return "endless.npz" }
func (unending) Columns() []string { return []string{"time", "x"} }
func (unending) Rows(_ context.Context, row func([]string) error) error {
	for {
		if err := row([]string{"1.25", "3"}); err != nil {
			return err
		}
	}
}

// TestNoTableFillsTheDisk: what is packed may stand for any number of rows.
func TestNoTableFillsTheDisk(t *testing.T) {
	before := maxPlainBytes
	maxPlainBytes = 1000
	defer func() { maxPlainBytes = before }()
	var kept []*os.File
	defer func() {
		for _, f := range kept {
			f.Close()
		}
	}()
	_, err := copyTable(t.Context(), unending{}, &kept)
	if err == nil || !strings.Contains(err.Error(), "endless.npz: must have at most 1000 bytes when it is unpacked") {
		t.Errorf("%v", err)
	}
}
