package datasets

import (
	"encoding/binary"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"orrery/datasets/parquet"
)

// TestRowsAreInTheOrderOfTheirEpisodes, of which any may have none.
func TestRowsAreInTheOrderOfTheirEpisodes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		rows, starts []int64
		wrong        string
	}{
		{[]int64{0, 0, 1, 3}, []int64{0, 2, 3, 3, 4}, ""},
		{[]int64{2}, []int64{0, 0, 0, 1, 1}, ""},
		{[]int64{0, 1, 0}, nil, "row 2: episode_index 0 must be from 1 to 3"},
		{[]int64{-1}, nil, "row 0: episode_index -1 must be from 0 to 3"},
		{[]int64{3, 4}, nil, "row 1: episode_index 4 must be from 3 to 3"},
	} {
		path := filepath.Join(t.TempDir(), "t.parquet")
		file, err := os.Create(path)
		if err != nil {
			t.Fatal(err)
		}
		column := parquet.NewColumn[int64]("episode_index")
		w := parquet.NewWriter(file, []*parquet.Column{column}, nil)
		parquet.Put(column, c.rows...)
		if err := w.EndGroup(len(c.rows)); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		file.Close()
		table, err := parquet.Open("t", func() (parquet.File, error) { return os.Open(path) }, nil)
		if err != nil {
			t.Fatal(err)
		}
		starts, err := startsOf(t.Context(), table, 4)
		if c.wrong != "" {
			if err == nil || !strings.Contains(err.Error(), c.wrong) {
				t.Errorf("%v: %v, want %s", c.rows, err, c.wrong)
			}
			continue
		}
		want := make([]int, len(c.starts))
		for i, v := range c.starts {
			want[i] = int(v)
		}
		if err != nil || !slices.Equal(starts, want) {
			t.Errorf("%v: starts %v, want %v: %v", c.rows, starts, want, err)
		}
	}
}

// TestPlacesBeyondAnyFileAreMalformed.
func TestPlacesBeyondAnyFileAreMalformed(t *testing.T) {
	t.Parallel()
	room := Room{Bodies: 3}
	for v, ok := range map[uint64]bool{1 << 40: true, 1<<40 + 1: false, 1 << 63: false} {
		var b []byte
		for range 200 {
			b = binary.AppendUvarint(b, 1)
		}
		if _, _, err := DecodePlace(append(binary.AppendUvarint(nil, v), b...), room); (err == nil) != ok {
			t.Errorf("a place of %d frames: %v", v, err)
		}
	}
}
