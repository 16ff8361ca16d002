package contact

import (
	"math"
	"slices"
	"testing"

	"orrery/sim"
)

// TestMemoryKeepsImpulsesForALapse touches, parts and touches again.
func TestMemoryKeepsImpulsesForALapse(t *testing.T) {
	touching := []edge{{id: 4, resist: [2]float32{2, 4}}, {id: 5, resist: [2]float32{2, 4}}}
	laws := []law{{sign: 1}, {sign: -1}}
	for lapse := range 5 {
		var m memory
		m.note(touching, laws, []float32{8, 6}, []float32{12, 4})
		for range lapse {
			m.note([]edge{{id: 2, resist: [2]float32{1, 1}}, {id: 8, resist: [2]float32{1, 1}}}, []law{{sign: 1}, {sign: 1}}, []float32{1, 1}, []float32{0, 0})
		}
		// The resistance has halved along n: the same impulse is half the velocity.
		got := m.recall(nil, []edge{{id: 4, resist: [2]float32{1, 4}}, {id: 5, resist: [2]float32{1, 4}}})
		want := []impulse{{4, 12, lapse == 0}, {3, -4, lapse == 0}}
		if lapse > maxLapse {
			want = []impulse{{}, {}}
		}
		for i := range want {
			if got[i] != want[i] {
				t.Errorf("after a lapse of %d steps edge %d begins with %+v, want %+v", lapse, i, got[i], want[i])
			}
		}
	}
}

// TestMemoryForgetsAPointThatItsPairLost is how the engine does it: only a pair that
// came apart as a whole is remembered.
func TestMemoryForgetsAPointThatItsPairLost(t *testing.T) {
	one := edge{id: 4, resist: [2]float32{1, 1}}
	two := edge{id: 5, resist: [2]float32{1, 1}}
	laws := []law{{sign: 1}, {sign: 1}}
	var m memory
	m.note([]edge{one, two}, laws, []float32{8, 6}, []float32{0, 0})
	m.note([]edge{one}, laws, []float32{7}, []float32{0})
	got := m.recall(nil, []edge{one, two})
	if got[0] != (impulse{7, 0, true}) || got[1] != (impulse{}) {
		t.Errorf("edges begin with %+v", got)
	}
}

// TestRestNeedsNoSweepsTwice lets a box come to rest: with what is remembered from
// the frame before, its weight is carried from the first sweep on.
func TestRestNeedsNoSweepsTwice(t *testing.T) {
	config := DefaultConfig()
	model, err := New(config, 1)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"impulse.2.weight", "impulse.2.bias", "correction.2.weight", "correction.2.bias"} {
		clear(model.net.params.Slice(name))
	}
	bias := model.net.params.Slice("impulse.2.bias")
	bias[gainNormal], bias[gainTangent] = -0.1, -0.1 // a visit stops most of what approaches
	bias = model.net.params.Slice("correction.2.bias")
	bias[gainDepth], bias[gainLift], bias[gainParting] = 0.35, -0.15, -0.1 // half a millimetre of overlap is left
	scene := sim.DefaultScene()
	scene.Gravity = sim.Vec{Y: -10}
	scene.Walls = []sim.Shape{sim.NewShape(sim.Segment, 0, sim.Surface{Friction: 1}, sim.Vec{X: -5}, sim.Vec{X: 5})}
	scene.Bodies = []sim.Body{sim.NewBox(0.2, 0.1, 10, sim.Surface{Friction: 0.5})}
	scene.Bodies[0].Start.Y = 0.099
	p, err := model.Predictor([]*sim.Scene{&scene})
	if err != nil {
		t.Fatal(err)
	}
	state := scene.Start()
	var first, last int
	for frame := range 200 {
		if err := p.Step(state, nil); err != nil {
			t.Fatal(err)
		}
		rounds := p.(*predictor).run.sweeps.items[0].settled[0]
		if frame == 0 {
			first = rounds
		}
		last = rounds
	}
	if !(math.Abs(state[0].VY) <= 0.05) || last >= first {
		t.Errorf("at rest it moves at %v m/s and takes %d sweeps, %d at first", state[0].VY, last, first)
	}
}

// TestMemoryWaits for what touches, and forgets what came apart as noting nothing does.
func TestMemoryWaits(t *testing.T) {
	apart, touching := edge{id: 4, resist: [2]float32{1, 1}}, edge{id: 8, resist: [2]float32{1, 1}}
	law := []law{{sign: 1}}
	for _, touches := range []bool{false, true} {
		for steps := range 5 {
			var m, noted memory
			for _, m := range []*memory{&m, &noted} {
				m.note([]edge{apart}, law, []float32{2}, []float32{3})
				m.note([]edge{touching}, law, []float32{4}, []float32{5})
			}
			for range steps {
				m.wait(touches)
				if touches {
					noted.note([]edge{touching}, law, []float32{4}, []float32{5})
				} else {
					noted.note(nil, nil, nil, nil)
				}
			}
			if !slices.Equal(m.points, noted.points) {
				t.Errorf("after %d steps %v, want %v", steps, m.points, noted.points)
			}
		}
	}
}
