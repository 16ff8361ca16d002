package evaluation

import (
	"math"
	"testing"

	"orrery/sim"
	"orrery/world/identify"
)

// TestMissesAreThoseOfHalfOfAll, after 0.3 s: bodies that accelerate by what no engine knows are off by half of it times its square.
func TestMissesAreThoseOfHalfOfAll(t *testing.T) {
	t.Parallel()
	scene := sim.DefaultScene() // 60 frames a second
	scene.Gravity, scene.Damping = sim.Vec{}, 1
	scene.Bodies = []sim.Body{sim.NewDisc(0.1, 1, sim.Surface{})}
	moves := func(pull float64) *sim.Trajectory {
		e := &sim.Trajectory{Scene: &scene}
		for k := range 121 {
			s := float64(k) / 60
			e.States = append(e.States, sim.State{{X: s + pull*s*s/2, VX: 1 + pull*s}})
		}
		return e
	}
	r := &rival{values: &identify.Values{}, finer: 1}
	for _, c := range []struct {
		odd, even int
		pull      float64 // m/s², of half of the episodes
		want      float64 // m
	}{{1, 0, 2, 0.09}, {2, 3, 2, 0}, {3, 2, 2, 0.09}, {0, 4, 2, 0}, {1, 0, math.NaN(), math.Inf(1)}} {
		var all []*sim.Trajectory
		for range c.even {
			all = append(all, moves(0))
		}
		for range c.odd {
			all = append(all, moves(c.pull))
		}
		got, err := r.misses(t.Context(), all)
		if err != nil || !(math.Abs(got-c.want) < 1e-6 || got == c.want) {
			t.Errorf("%d of %d accelerate: off by %g m, must be %g, %v", c.odd, len(all), got, c.want, err)
		}
	}
	if got, err := r.misses(t.Context(), []*sim.Trajectory{{Scene: &scene, States: moves(0).States[:9]}}); err != nil || got != 0 {
		t.Errorf("of what is too short: %g, %v", got, err)
	}
}

// TestMissesAreOfSixtyPlaces, evenly spread over the data.
func TestMissesAreOfSixtyPlaces(t *testing.T) {
	t.Parallel()
	scene := sim.DefaultScene()
	scene.Gravity, scene.Damping = sim.Vec{}, 1
	scene.Bodies = []sim.Body{sim.NewDisc(0.1, 1, sim.Surface{})}
	r := &rival{values: &identify.Values{}, finer: 1}
	for every, want := range map[int]float64{1: 0.09, 2: 0} { // so many moves, of which one is as the engine has it
		var all []*sim.Trajectory
		for i := range 60 * every {
			pull := 2.0
			if i%(2*every) == 0 && i < 58*every || every == 2 && i%2 == 0 {
				pull = 0
			}
			e := &sim.Trajectory{Scene: &scene}
			for k := range 19 { // 0.3 s
				s := float64(k) / 60
				e.States = append(e.States, sim.State{{X: s + pull*s*s/2, VX: 1 + pull*s}})
			}
			all = append(all, e)
		}
		if got, err := r.misses(t.Context(), all); err != nil || !(math.Abs(got-want) < 1e-6) {
			t.Errorf("of %d places: off by %g m, must be %g, %v", len(all), got, want, err)
		}
	}
}

// TestValuesThatWereFoundAreCounted: those that can be told, and two of each class of solids.
func TestValuesThatWereFoundAreCounted(t *testing.T) {
	t.Parallel()
	r := &rival{values: &identify.Values{Parameters: []identify.Parameter{{Identifiable: true}, {}, {Identifiable: true}}}}
	if got := r.Parameters(); got != 2 {
		t.Errorf("%d values", got)
	}
	r.values.Solids = &identify.Solids{Classes: make([]identify.SolidClass, 3)}
	if got := r.Parameters(); got != 8 {
		t.Errorf("with three classes %d values", got)
	}
}
