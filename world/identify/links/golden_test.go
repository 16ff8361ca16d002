package links_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"orrery/sim"
	"orrery/sim/golden"
	"orrery/world/identify"
	"orrery/world/identify/links"
	"orrery/world/identify/links/points"
)

// TestTheSameMotionHasTheSameForces compares what is found of some motion with what earlier versions of this program
// found, to seven digits. It tells of changes that nobody meant; what is found should be right by other tests.
func TestTheSameMotionHasTheSameForces(t *testing.T) {
	if testing.Short() {
		t.Skip("the race detector makes it ten times as long")
	}
	t.Parallel()
	var got strings.Builder
	tell := func(name string, runs []*sim.Trajectory, only ...identify.Name) {
		reports, sum := 0, 0.0
		found, err := links.Identify(context.Background(), runs, &identify.Options{Only: only, Progress: func(_ string, done, of float64) { reports, sum = reports+1, sum+done/of }})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		fmt.Fprintf(&got, "# %s\n%d reports of %.7g\n", name, reports, sum)
		for _, e := range found.Edges {
			episode := -1
			if e.Episode != nil {
				episode = *e.Episode
			}
			fmt.Fprintf(&got, "%s-%s %s %.7g, episode %d, %.7g, at most %.7g\n", e.A, e.B, e.Kind, e.Probability, episode, e.Strength, e.Limit)
		}
		for _, p := range found.Parameters {
			fmt.Fprintf(&got, "%s of %s: %.7g, %.7g to %.7g %s\n", p.Name, p.Of, p.Value, p.Lo, p.Hi, p.Unit)
		}
		for _, s := range found.Sentences {
			fmt.Fprintln(&got, s)
		}
		for _, f := range found.Fits[:min(2, len(found.Fits))] {
			fmt.Fprintf(&got, "episode %d, body %d: %.7g\n", f.Episode, f.Body, f.Fitted[len(f.Fitted)-1])
		}
		off := 0.0
		for _, f := range found.Fits {
			for k := range f.Times {
				off += f.Seen[k].Sub(f.Fitted[k]).Len()
			}
		}
		fmt.Fprintf(&got, "%d fits, %.7g m off in all\n", len(found.Fits), off)
		model, err := links.Suit(runs)
		if err != nil {
			fmt.Fprintln(&got, err)
			return
		}
		fmt.Fprintf(&got, "%s, summed %t\n", model.Step, model.Summed)
		p, err := model.Predictor([]*sim.Scene{runs[0].Scene})
		if err != nil {
			fmt.Fprintln(&got, err)
			return
		}
		state := append(sim.State(nil), runs[0].States[0]...)
		for range 5 {
			if err := p.Step(state, nil); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
		}
		for i := range state {
			fmt.Fprintf(&got, "after 5 frames %.7f\n", state[i].Values())
		}
	}
	springs := points.Springs()
	springs.Seed, springs.Points, springs.Frames = 11, 3, 25
	a, _ := springs.Episode(0)
	b, _ := springs.Episode(1)
	tell("known states of springs", []*sim.Trajectory{a, b})
	springs.Noise = 0.03
	a, _ = springs.Episode(0)
	b, _ = springs.Episode(1)
	a.Seen.Sights[5][1].Seen = false
	a.Seen.Sights[7][0].After = 0.01
	tell("springs that were seen", []*sim.Trajectory{a, b})
	charges := points.Charges()
	charges.Seed, charges.Points, charges.Frames, charges.Noise = 12, 3, 25, 0.01
	a, _ = charges.Episode(0)
	tell("charges that were seen", []*sim.Trajectory{a})
	charges.Noise, charges.Limit = 0, 2
	a, _ = charges.Episode(1)
	tell("known states of charges", []*sim.Trajectory{a})

	four := points.Springs()
	four.Seed, four.Points, four.Frames, four.Share, four.Noise = 13, 4, 22, 0.6, 0.01
	a, _ = four.Episode(0)
	b, _ = four.Episode(1)
	for k := range a.Seen.Sights {
		a.Seen.Sights[k][2].Seen = k < 8 || k > 12
		b.Seen.Sights[k][1].After = 0.02 * float64(k%3)
	}
	tell("four bodies with springs of their own in each episode, one of them hidden", []*sim.Trajectory{a, b})

	// seen is what is seen of a motion through noise, once, of scenes that do not tell of forces.
	seen := func(run *sim.Trajectory, noise float64) *sim.Trajectory {
		r := sim.NewRand(4, "links/golden", 0)
		run.Seen = &sim.Observation{}
		for _, state := range run.States {
			row := make([]sim.Sight, len(state))
			for i, b := range state {
				row[i] = sim.Sight{X: b.X + noise*r.NormFloat64(), Y: b.Y + noise*r.NormFloat64(), Seen: true}
			}
			run.Seen.Sights = append(run.Seen.Sights, row)
		}
		return run
	}
	bare := func(run *sim.Trajectory) *sim.Trajectory {
		scene := *run.Scene
		scene.Joints, scene.Fields = nil, nil
		run.Scene = &scene
		return run
	}
	spring := box(three...)
	spring.Joints = []sim.Joint{{Kind: sim.Spring, A: 0, B: 2, Stiffness: 3, Length: 0.7, Damping: 0.3}}
	tell("a damped spring of a length", []*sim.Trajectory{bare(engineRun(t, spring, 40))})
	tell("a damped spring that was seen, of which only the length is asked", []*sim.Trajectory{seen(bare(engineRun(t, spring, 30)), 0.002)}, identify.Length)
	rod := box(three...)
	rod.Bodies[0].Start.VX, rod.Bodies[0].Start.VY = 0.5, -1.2
	rod.Joints = []sim.Joint{{Kind: sim.Pin, A: 0, B: 1}}
	tell("a rod", []*sim.Trajectory{bare(engineRun(t, rod, 20))})
	tell("a rod that was seen", []*sim.Trajectory{seen(bare(engineRun(t, rod, 20)), 0.001)})
	fields := box(three...)
	fields.Gravity, fields.Damping, fields.Substeps = sim.Vec{X: 0.1, Y: -0.3}, 0.9, 4
	fields.Fields = []sim.Field{{Kind: sim.Linear, A: 1, B: 0, Strength: -0.8}, {Kind: sim.InverseSquare, A: 1, B: 2, Strength: -0.5, Limit: 0.4}}
	tell("fields that are told, with gravity and drag", []*sim.Trajectory{engineRun(t, fields, 30)})
	fields.Fields = fields.Fields[:1]
	tell("a linear field that is told", []*sim.Trajectory{engineRun(t, fields, 25)})
	meet := box(three...)
	meet.Gravity = sim.Vec{Y: -0.5}
	for i := range meet.Bodies {
		meet.Bodies[i].Group = 0
	}
	meet.Bodies[0].Start = sim.BodyState{X: -1, Y: 0.3, VX: 1.4, VY: 0.35}
	tell("bodies that only meet", []*sim.Trajectory{engineRun(t, meet, 30)})
	tell("too few frames", []*sim.Trajectory{engineRun(t, fields, 3)})

	golden.Compare(t, "testdata/forces.txt", got.String())
}
