package contact

import (
	"math"
	"testing"

	"orrery/sim"
)

// TestFieldsPullNoHarderThanTheirLimit: a field that has one pulls with it where it would
// pull harder, and one that has none pulls with all its force.
func TestFieldsPullNoHarderThanTheirLimit(t *testing.T) {
	t.Parallel()
	_, scene := twoDiscs(t, sim.Joint{Kind: sim.Pin})
	scene.Joints = nil
	scene.Bodies[1].Mass = 4
	model, err := New(tied(Tiny()), 1)
	if err != nil {
		t.Fatal(err)
	}
	for _, limit := range []float64{0, 0.5, 2, 1e3} {
		scene.Fields = []sim.Field{{Kind: sim.InverseSquare, A: 0, B: 1, Strength: 3, Limit: limit}, {Kind: sim.Linear, A: 0, B: 1, Strength: 1}}
		s, g := model.net.place(scene), graph{}
		g.reset()
		g.addPulls(&s, scene.Start(), sim.InverseSquare, s.step.Time())
		if len(g.pulls) != 1 {
			t.Fatalf("%d pulls of one field", len(g.pulls))
		}
		p := &g.pulls[0]
		if want := limit; !(limit <= 0) && !(float64(p.limit) == want) || limit == 0 && p.limit != math.MaxFloat32 {
			t.Errorf("a limit of %v N becomes %v", limit, p.limit)
		}
		wantNear(t, "push of the first", float64(p.pushA), 1.0/60, 1e-8)
		wantNear(t, "push of the second", float64(p.pushB), 0.25/60, 1e-8)
		wantNear(t, "distance", float64(p.r), 1, 1e-7)
		if !(math.Abs(float64(p.x)+1) <= 1e-7) || p.y != 0 || p.strength != 3 {
			t.Errorf("it pulls along %v, %v with the strength %v", p.x, p.y, p.strength)
		}
	}
}
