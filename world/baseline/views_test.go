package baseline_test

import (
	"slices"
	"testing"

	"orrery/world/baseline"
)

// TestEveryExampleHasItsOwnChance: a frame is shown in another way in each of its views,
// the noise of each example is its own, and an example is always shown alike.
func TestEveryExampleHasItsOwnChance(t *testing.T) {
	t.Parallel()
	reader := func(turns int, noise float64) (read func(int32) []float32, frames int) {
		config := baseline.TinyInteraction()
		config.Turns, config.Noise = turns, noise
		m, err := baseline.NewInteraction(config, 1)
		if err != nil {
			t.Fatal(err)
		}
		data := crowds(1)
		for range 2 { // the same frame several times
			data = append(data, data[0])
		}
		objective, err := baseline.NewObjective(t.Context(), m, data, data)
		if err != nil {
			t.Fatal(err)
		}
		next := objective.NewReader()
		return func(i int32) []float32 {
			g := next(i)
			return slices.Concat(g.Nodes, g.Edges)
		}, objective.Frames()
	}

	read, frames := reader(3, 0)
	first := frames / 3 // of the second copy
	if !slices.Equal(read(0), read(int32(first))) {
		t.Fatal("without noise the copies of a frame differ")
	}
	for _, pair := range [][2]int{{0, frames}, {0, 2 * frames}, {frames, 2 * frames}, {frames, frames + first}} {
		if slices.Equal(read(int32(pair[0])), read(int32(pair[1]))) {
			t.Errorf("the examples %v of one frame, shown in several ways, are alike", pair)
		}
	}
	if one := read(int32(frames)); !slices.Equal(one, read(int32(frames))) {
		t.Error("an example is shown in another way each time")
	}

	read, _ = reader(1, 1e-3)
	if one := read(0); slices.Equal(one, read(int32(first))) {
		t.Error("copies of a frame have the same noise")
	} else if !slices.Equal(one, read(0)) {
		t.Error("the noise of an example changes")
	}
}
