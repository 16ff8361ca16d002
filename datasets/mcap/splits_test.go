package mcap

import (
	"bytes"
	"errors"
	"maps"
	"testing"

	"github.com/foxglove/mcap/go/mcap"

	"orrery/datasets/splits"
	"orrery/sim"
)

// TestSplitsAreMetadata: a log says which episodes each split has, and one of a dataset that is not divided
// has the bytes that it always had.
func TestSplitsAreMetadata(t *testing.T) {
	t.Parallel()
	e := Episode{Trajectory: &sim.Trajectory{Scene: scene(1), States: spin(1, 2, 0)}}
	divided := splits.Splits{{Name: splits.Train, From: 0, To: 1}, {Name: splits.Test, From: 1, To: 3}}
	var plain, file bytes.Buffer
	if err := errors.Join(Write(&plain, nil, episodes(e, e, e)), Write(&file, divided, episodes(e, e, e))); err != nil {
		t.Fatal(err)
	}
	for content, want := range map[*bytes.Buffer]splits.Splits{&plain: nil, &file: divided} {
		reader, err := mcap.NewReader(bytes.NewReader(content.Bytes()))
		if err != nil {
			t.Fatal(err)
		}
		info, err := reader.Info()
		if err != nil {
			t.Fatal(err)
		}
		if want == nil {
			if len(info.MetadataIndexes) > 0 {
				t.Errorf("a dataset that is not divided has %d records", len(info.MetadataIndexes))
			}
			continue
		}
		if len(info.MetadataIndexes) != 1 {
			t.Fatalf("%d records", len(info.MetadataIndexes))
		}
		record, err := reader.GetMetadata(info.MetadataIndexes[0].Offset)
		if err != nil || record.Name != splitsRecord || !maps.Equal(record.Metadata, want.Encode()) {
			t.Errorf("the record is %+v, %v", record, err)
		}
	}
	if got, want := len(readBack(t, file.Bytes())), len(readBack(t, plain.Bytes())); got != want || want == 0 {
		t.Errorf("%d messages, and %d without splits", got, want)
	}
}
