package identify_test

import (
	"encoding/json"
	"testing"

	"orrery/sim"
	"orrery/world/identify"
)

// TestWhatIsAtLeastSoMuchIsFilledIn: a friction that sticks in all impacts has no value but a least one, which a scene has at least.
func TestWhatIsAtLeastSoMuchIsFilledIn(t *testing.T) {
	t.Parallel()
	scene := sim.DefaultScene()
	scene.Bodies = []sim.Body{sim.NewDisc(0.1, 1, sim.Surface{Friction: 0.5, Elasticity: 0.5})}
	scene.Walls = []sim.Shape{sim.NewShape(sim.Segment, 0, sim.Surface{Friction: 0.6, Elasticity: 1}, sim.Vec{X: -1}, sim.Vec{X: 1})}
	for _, c := range []struct{ least, want float64 }{{0.7, 0.7}, {0.2, 0.3}} {
		p := identify.AtLeast(identify.Friction, identify.Wall, c.least, "", "every impact sticks")
		text, err := json.Marshal(p)
		if err != nil {
			t.Fatal(err)
		}
		var read identify.Parameter
		if err := json.Unmarshal(text, &read); err != nil || read != p || read.Identifiable {
			t.Errorf("%s reads as %+v, want %+v: %v", text, read, p, err)
		}
		all := identify.Merge([]identify.Parameter{identify.Unknown(identify.Friction, identify.Wall, "", "unseen")}, []identify.Parameter{read})
		filled, err := identify.Fill(&scene, all, nil)
		if err != nil {
			t.Fatal(err)
		}
		if got := filled.Contact(&filled.Bodies[0].Shapes[0], &filled.Walls[0]); got.Friction != c.want || got.Elasticity != 0.5 {
			t.Errorf("at least %v: friction %v and elasticity %v, want %v and 0.5", c.least, got.Friction, got.Elasticity, c.want)
		}
		if value, _, interval := read.Numbers(); value != "–" || interval == "–" {
			t.Errorf("it is shown as %s in %s", value, interval)
		}
	}
}
