package observe_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"orrery/sim"
	"orrery/sim/engine"
	"orrery/sim/golden"
	"orrery/world/observe"
	"orrery/world/observe/discs"
)

// TestTheSameSightsHaveTheSameEstimates compares laws, estimates and impacts of some recordings with those of
// earlier versions of this program, to nine digits. They hold where the compiler fuses no multiplication with an
// addition. What they should be like is held by other tests; this one tells of changes that nobody meant.
func TestTheSameSightsHaveTheSameEstimates(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine does the work, and the race detector makes it ten times as long")
	}
	t.Parallel()
	var got strings.Builder
	for _, c := range goldenCases(t) {
		law, err := observe.Measure(t.Context(), c.watches)
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		fmt.Fprintf(&got, "# %s\nlaw %.9g\n", c.name, []float64{law.Noise, law.Turn, law.Gravity.X, law.Gravity.Y, law.Drag,
			law.TurnDrag, law.Speed, law.Spin, law.Skin, law.Gap, law.Lever, law.Give, law.Slip})
		for _, b := range []observe.Bounce{law.Pairs, law.Walls} {
			fmt.Fprintf(&got, "%d hits: %.9g %.9g, %d slide\n", b.Hits, b.Elasticity, b.Friction, b.Slides)
		}
		fmt.Fprintf(&got, "beat %.9g, phase %.9g, share %.9g, %.9g\n", law.Beat, law.Phase, law.Share, law.ShareOff)
		w := c.watches[0]
		last := w.Times[len(w.Times)-1]
		var times []float64
		for k := range 8 {
			times = append(times, last*float64(k)/7)
		}
		found, err := observe.Smooth(t.Context(), w, &law, times)
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		std := found.Std()
		for k, state := range found.States {
			for i := range state {
				fmt.Fprintf(&got, "%.3f s, body %d: %.9g ± %.9g, %.9g\n", times[k], i, state[i].Values(), std[k][i].Values(), found.Covariance[k][i][3])
			}
		}
		for _, hit := range found.Impacts {
			fmt.Fprintf(&got, "%d and %d at %.9g ± %.9g s along %.9g: %.9g, %.9g\n", hit.Body, hit.Other, hit.Time, hit.StdTime, hit.Normal, hit.Push, hit.Rub)
		}
		for _, d := range found.Doubts {
			fmt.Fprintf(&got, "%+v\n", d)
		}
		state, covariance, err := observe.Filter(w, &law, last/2)
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		for i := range state {
			fmt.Fprintf(&got, "from the past, body %d: %.9g ± %.9g\n", i, state[i].Values(), covariance[i].Std().Values())
		}
	}
	golden.Compare(t, "testdata/estimates.txt", got.String())
}

type goldenCase struct {
	name    string
	watches []*observe.Watch
}

// goldenCases are recordings of many kinds.
func goldenCases(t *testing.T) []goldenCase {
	t.Helper()
	watches := func(change func(*discs.Set)) []*observe.Watch {
		set := discs.Default()
		set.Frames = 46
		change(&set)
		var out []*observe.Watch
		for k := range 3 {
			out = append(out, set.Watch(set.Episode(k), k))
		}
		return out
	}
	odd := watches(func(s *discs.Set) { s.Discs = 3 })
	for k := range odd[0].Sights {
		see := odd[0].Sights[k]
		switch {
		case k == 9 || k == 31:
			see[0].X += 0.08
		case k >= 20:
			see[1].Y -= 0.3 // a teleport
		}
	}
	hide(odd[0], 2, 12, 17)
	return []goldenCase{
		{"discs", watches(func(*discs.Set) {})},
		{"gravity and drag, some lost, at odd times", watches(func(s *discs.Set) {
			s.Gravity, s.GravityUntold, s.Drag, s.Missing, s.Jitter = 3, true, 0.3, 0.05, 0.15
		})},
		{"no angles, smooth discs of little bounce", watches(func(s *discs.Set) { s.NoAngle, s.Mu, s.E, s.WallE = true, 0.05, 0.4, 0.3 })},
		{"noise told, equal discs", watches(func(s *discs.Set) { s.NoiseOfSights, s.Noise, s.Equal = true, 0.003, true })},
		{"exact", watches(func(s *discs.Set) { s.Noise, s.Discs = 0, 2 })},
		{"wrong sights", odd},
		{"boxes that come to rest", fallen(t)},
		{"steps of an engine", beats(t)},
		{"four pictures", watches(func(s *discs.Set) { s.Frames, s.Discs = 4, 3 })},
		{"noise of some, angles of some, a long gap and late sights", partly(watches(func(s *discs.Set) { s.Discs, s.NoiseOfSights, s.Noise, s.Gravity = 3, true, 0.002, 1 }))},
		{"what is led, pushed, pulled by springs and rubbed by the ground", pushed(t)},
	}
}

// beats returns what is seen of discs that the engine moves in two steps a frame.
func beats(t *testing.T) []*observe.Watch {
	t.Helper()
	_, watches := stepping(t, 2, 2, 3, 1e-4)
	for _, w := range watches {
		w.Times, w.Sights = w.Times[:31], w.Sights[:31]
	}
	return watches
}

// partly returns sights of which one body's tell no noise, another's no angle, a third's come late and are lost for long.
func partly(all []*observe.Watch) []*observe.Watch {
	for _, w := range all {
		for k := range w.Sights {
			see := w.Sights[k]
			see[0].Std, see[0].StdTurn = 0, 0
			see[1].Turned, see[1].Angle = false, 0
			see[2].After = 0.003 * float64(k%4)
		}
		hide(w, 2, 15, 27)
		hide(w, 0, 0, 4)
		hide(w, 1, 40, len(w.Sights))
	}
	return all
}

// pushed returns what is seen of bodies that slide on the ground, hang on springs, are driven by forces and led by hand.
func pushed(t *testing.T) []*observe.Watch {
	t.Helper()
	r := rand.New(rand.NewPCG(7, 8))
	scene := sim.DefaultScene()
	scene.FPS, scene.Substeps, scene.Damping = 30, 4, 0.8
	rough := sim.Surface{Friction: 0.5, Elasticity: 0.3}
	for i := range 5 {
		b := sim.NewDisc(0.1, 10, rough)
		b.Start = sim.BodyState{X: 0.5 * float64(i), Y: 0.1 * float64(i%2), VX: 0.4 - 0.3*float64(i%3), VY: 0.3 * float64(i%2), Omega: 2 - float64(i)}
		scene.Bodies = append(scene.Bodies, b)
	}
	scene.Bodies[0].Grip = sim.Grip{Along: 0.4, Across: 0.4, Spin: 1}
	scene.Bodies[4].Kind, scene.Bodies[4].Mass, scene.Bodies[4].Moment = sim.Kinematic, 0, 0
	scene.Bodies[4].Start = sim.BodyState{X: 2, VX: -0.9}
	scene.Joints = []sim.Joint{{Kind: sim.Spring, A: 1, B: 2, Stiffness: 6, Length: 0.4, Damping: 0.1}}
	scene.Actuators = []sim.Actuator{{Kind: sim.Force, Body: 3, Against: sim.World, Low: -2, High: 2, Axis: sim.Vec{X: 1}}}
	motion, err := engine.Simulate(t.Context(), &scene, scene.Start(), 46, func(k int, _ sim.State) sim.Action { return sim.Action{float64(k/9%3) - 1} })
	if err != nil {
		t.Fatal(err)
	}
	w := &observe.Watch{Scene: &scene}
	for k, state := range motion.States {
		row := make([]sim.Sight, len(state))
		for i, s := range state {
			row[i] = sim.Sight{X: s.X + 0.001*r.NormFloat64(), Y: s.Y + 0.001*r.NormFloat64(), Angle: s.Angle + 0.01*r.NormFloat64(), Seen: true, Turned: true}
		}
		w.Times, w.Sights = append(w.Times, float64(k)/30), append(w.Sights, row)
	}
	return []*observe.Watch{w}
}

// fallen returns what is seen of a box and a disc that fall onto a floor in the engine, slide, roll and rest, and
// of a body that is moved by hand into them.
func fallen(t *testing.T) []*observe.Watch {
	t.Helper()
	r := rand.New(rand.NewPCG(5, 6))
	var out []*observe.Watch
	for k := range 3 {
		scene := sim.DefaultScene()
		scene.FPS, scene.Substeps, scene.Gravity = 30, 4, sim.Vec{Y: -9.8}
		rough := sim.Surface{Friction: 0.5, Elasticity: 0.3}
		scene.Walls = []sim.Shape{sim.NewShape(sim.Segment, 0, rough, sim.Vec{X: -2}, sim.Vec{X: 2})}
		box, disc, hand := sim.NewBox(0.3, 0.2, 10, rough), sim.NewDisc(0.1, 10, rough), sim.NewBox(0.1, 0.4, 10, rough)
		box.Start = sim.BodyState{X: -0.5, Y: 0.4 + 0.1*float64(k), Angle: 0.3, VX: 0.5, Omega: 1}
		disc.Start = sim.BodyState{X: 0.4, Y: 0.5, VX: -0.7}
		hand.Kind, hand.Mass, hand.Moment = sim.Kinematic, 0, 0
		hand.Start = sim.BodyState{X: -1.5, Y: 0.21, VX: 0.8}
		scene.Bodies = []sim.Body{box, disc, hand}
		motion, err := engine.Simulate(t.Context(), &scene, scene.Start(), 46, nil)
		if err != nil {
			t.Fatal(err)
		}
		w := &observe.Watch{Scene: &scene}
		for k, state := range motion.States {
			row := make([]sim.Sight, len(state))
			for i, s := range state {
				row[i] = sim.Sight{X: s.X + 0.001*r.NormFloat64(), Y: s.Y + 0.001*r.NormFloat64(), Angle: s.Angle + 0.01*r.NormFloat64(), Seen: true, Turned: true}
			}
			w.Times, w.Sights = append(w.Times, float64(k)/30), append(w.Sights, row)
		}
		out = append(out, w)
	}
	return out
}
