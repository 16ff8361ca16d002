package surprise_test

import (
	"slices"
	"testing"

	"orrery/sim"
	"orrery/sim/engine"
	"orrery/sim/scenario/library"
	"orrery/world"
	"orrery/world/fit"
	"orrery/world/surprise"
)

// played returns episodes of a scenario of the library as the engine plays them, and the model that
// comes with it.
func played(t *testing.T, name string, seed uint64, frames int, episodes ...int) (world.Model, []*sim.Trajectory) {
	t.Helper()
	model, _, err := fit.Load("../../assets/models/" + name)
	if err != nil {
		t.Fatal(err)
	}
	s, err := library.Find(name)
	if err != nil {
		t.Fatal(err)
	}
	values, err := s.Values(nil)
	if err != nil {
		t.Fatal(err)
	}
	var out []*sim.Trajectory
	for _, k := range episodes {
		scene, err := s.Sample(seed, k, values)
		if err != nil {
			t.Fatal(err)
		}
		motion, err := engine.Simulate(t.Context(), scene, scene.Start(), frames, nil)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, motion)
	}
	return model, out
}

// TestHeapsAndChainsAreNoSurprise: where much touches or hangs together a model is often a little wrong, which
// says nothing of the motion. What is elsewhere, or is thrown about, is still found.
func TestHeapsAndChainsAreNoSurprise(t *testing.T) {
	if testing.Short() {
		t.Skip("the race detector makes it ten times as long, and quicker tests start the same goroutines")
	}
	t.Parallel()
	for _, name := range []string{"chain", "pile"} {
		model, list := played(t, name, 1, 60, 0, 1, 2, 3)
		for _, e := range find(t, model, list).Events {
			t.Errorf("%s: event %+v", name, e)
		}
		const frame, body = 50, 0
		for what, change := range map[string]func(*sim.BodyState){
			"moved by 3 cm":    func(b *sim.BodyState) { b.X += 0.03 },
			"thrown by 20 m/s": func(b *sim.BodyState) { b.VX += 20 },
		} {
			other := *list[3]
			other.States = slices.Clone(other.States)
			for k := frame; k < len(other.States); k++ {
				other.States[k] = slices.Clone(other.States[k])
				change(&other.States[k][body])
			}
			found := find(t, model, append(slices.Clone(list[:3]), &other))
			if !slices.ContainsFunc(found.Events, func(e surprise.Event) bool { return e.Episode == 3 && e.Frame == frame && e.Body == body }) {
				t.Errorf("%s: %s, but the events are %+v", name, what, found.Events)
			}
		}
	}
}

// TestImpactsThatAreHardToFollowAreNoEvents: among six discs that keep hitting each other some motion about a
// frame is not found at all, which says nothing of what happened.
func TestImpactsThatAreHardToFollowAreNoEvents(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine does the work, and the race detector makes it ten times as long")
	}
	t.Parallel()
	model, list := played(t, "billiards", 3, 60, 0, 1, 7)
	rng := sim.NewRand(2, "noise", 0)
	const noise = 0.004 // m
	for _, motion := range list {
		motion.Seen = &sim.Observation{}
		for _, state := range motion.States {
			row := make([]sim.Sight, len(state))
			for i, b := range state {
				row[i] = sim.Sight{X: b.X + noise*rng.NormFloat64(), Y: b.Y + noise*rng.NormFloat64(), Angle: b.Angle + 10*noise*rng.NormFloat64(), Seen: true, Turned: true, Std: noise, StdTurn: 10 * noise}
			}
			motion.Seen.Sights = append(motion.Seen.Sights, row)
		}
	}
	for _, e := range find(t, model, list).Events {
		t.Errorf("event %+v", e)
	}
}
