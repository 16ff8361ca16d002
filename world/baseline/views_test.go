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

// TestFramesAreJudgedAsTheyAre: without the noise and the other views of a frame that a training sees.
func TestFramesAreJudgedAsTheyAre(t *testing.T) {
	t.Parallel()
	data := crowds(2)
	for kind, model := range map[string]func(views int, noise float64) (*baseline.Model, error){
		"interaction": func(views int, noise float64) (*baseline.Model, error) {
			config := baseline.TinyInteraction()
			config.Turns, config.Noise = views, noise
			return baseline.NewInteraction(config, 1)
		},
		"mlp": func(views int, noise float64) (*baseline.Model, error) {
			config := plain()
			config.Orders, config.Noise = views, noise
			return baseline.NewMLP(config, 1)
		},
	} {
		var losses [2]float64
		for k, noise := range [2]float64{0, 0.03} {
			m, err := model(1+2*k, noise)
			if err != nil {
				t.Fatal(err)
			}
			objective, err := baseline.NewObjective(t.Context(), m, data[:1], data[1:])
			if err != nil {
				t.Fatal(err)
			}
			if losses[k], err = objective.Validate(t.Context(), m.Weights().Data()); err != nil {
				t.Fatal(err)
			}
		}
		if !(losses[0] > 0) || losses[0] != losses[1] {
			t.Errorf("%s: the loss is %v, and %v of a model that is trained with noise and more views", kind, losses[0], losses[1])
		}
	}
}
