package rollout

import (
	"fmt"
	"strings"
	"testing"

	"orrery/sim"
	"orrery/sim/golden"
	"orrery/world"
)

// TestTheSameFilesAreTaken: escapes within the prediction and none without, of the scene's bodies, and the words and the text
// of files are those of earlier versions of this program.
func TestTheSameFilesAreTaken(t *testing.T) {
	t.Parallel()
	var got strings.Builder
	for _, e := range []*world.Escape{
		nil, {Kind: world.TooFast, Frame: 2, Value: 3, Limit: 2, Unit: "m/s"}, {Kind: world.OutOfArena}, {Kind: "asleep"},
		{Kind: world.NotFinite, Frame: -1}, {Kind: world.NotFinite, Frame: 3}, {Kind: world.ThroughWall, Frame: 1, Body: 1}, {Kind: world.ThroughWall, Frame: 1, Body: -1},
	} {
		r := newFile()
		r.Escape = e
		var text strings.Builder
		err := r.Encode(&text)
		fmt.Fprintf(&got, "%v, %d bytes", err, text.Len())
		if err == nil {
			back, err := Decode(strings.NewReader(text.String()))
			if err != nil {
				t.Fatal(err)
			}
			fmt.Fprintf(&got, ": %v", back.Escape)
		}
		fmt.Fprintln(&got)
	}
	for _, change := range []func(r *File){
		func(r *File) { r.True, r.Predicted, r.Actions = r.True[:1], r.Predicted[:1], nil }, func(r *File) { r.Episode = 0 }, func(r *File) { r.Actions = nil },
		func(r *File) { r.True = r.True[:2] }, func(r *File) { r.Predicted[0] = sim.State{} }, func(r *File) { r.Kind, r.Format = "film", 7 },
	} {
		r := newFile()
		change(r)
		fmt.Fprintln(&got, r.Encode(&strings.Builder{}), r.Format, r.Kind, r.Label(), len(r.Truth().States), len(r.Truth().Actions))
	}
	fmt.Fprint(&got, encode(t, newFile()))
	golden.Compare(t, "testdata/files.txt", got.String())
}
