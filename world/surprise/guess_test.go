package surprise

import (
	"math"
	"testing"

	"orrery/sim"
	"orrery/world/geom"
)

// glimpsed returns a fitter of discs of 0.1 m that were seen where at says, at frames of 1/10 s and late by so many s.
func glimpsed(bodies, frames int, late float64, at func(time float64, i int) sim.BodyState) *fitter {
	scene := sim.DefaultScene()
	scene.FPS = 10
	for range bodies {
		scene.Bodies = append(scene.Bodies, sim.NewDisc(0.1, 1/(math.Pi*0.01), sim.Surface{Elasticity: 0.5, Friction: 0.3}))
	}
	scene.Walls = []sim.Shape{sim.NewShape(sim.Segment, 0, sim.Surface{Elasticity: 1}, sim.Vec{X: -9, Y: -1}, sim.Vec{X: 9, Y: -1})}
	f := &fitter{law: &law{scene: &scene, detector: geom.NewDetector(&scene)}}
	for k := range frames {
		var row []sim.Sight
		for i := range bodies {
			s := at(float64(k)/10+late, i)
			row = append(row, sim.Sight{X: s.X, Y: s.Y, Angle: s.Angle, Seen: true, Turned: true, After: late, Std: 1e-3, StdTurn: 1e-2})
		}
		f.sights = append(f.sights, row)
	}
	return f
}

// TestGuessesLieOnALineThroughThreeSights, at the time of the frame, and keep what was not seen.
func TestGuessesLieOnALineThroughThreeSights(t *testing.T) {
	t.Parallel()
	fly := func(time float64, _ int) sim.BodyState {
		return sim.BodyState{X: 1 + 2*time, Y: -3 * time, Angle: 0.5 - time, VX: 2, VY: -3, Omega: -1}
	}
	back := sim.BodyState{X: 9, Y: 9, Angle: 9, VX: 8, VY: 8, Omega: 8}
	for _, late := range []float64{0, 0.03, -0.04} {
		f := glimpsed(1, 6, late, fly)
		want, got := fly(0.2, 0).Values(), f.line(2, 4, 0, back).Values()
		for k, v := range got {
			if !(math.Abs(v-want[k]) <= 1e-9) {
				t.Errorf("late by %v s: %s is %v; want %v", late, back.Names()[k], v, want[k])
			}
		}
		f.sights[5][0].X = 1e6 // the fourth sight has no say
		if v := f.line(2, 4, 0, back); !(math.Abs(v.VX-2) <= 1e-9) {
			t.Errorf("the fourth sight makes the speed %v", v.VX)
		}
	}
	f := glimpsed(1, 4, 0, fly)
	for k := range f.sights {
		f.sights[k][0].Turned = false
		f.sights[k][0].Seen = k == 1
	}
	if v := f.line(0, 4, 0, back); v.X != fly(0.1, 0).X || v.VX != 8 || v.Angle != 9 || v.Omega != 8 {
		t.Errorf("one sight tells %+v", v)
	}
}

// TestReboundsCameAsElasticitySays: of two that part, and of one that leaves a wall, each came with what it gives back; what does not part
// or is far from all stays.
func TestReboundsCameAsElasticitySays(t *testing.T) {
	t.Parallel()
	const e = 0.25 // of two surfaces of 0.5
	f := glimpsed(2, 4, 0, func(time float64, i int) sim.BodyState {
		if i == 0 {
			return sim.BodyState{X: -0.11 - 0.4*(time-0.1)}
		}
		return sim.BodyState{X: 0.11 + 0.4*(time-0.1)}
	})
	out := f.rebound(0, 4, make(sim.State, 2))
	if a, b := out[0].VX-0, out[1].VX; !(math.Abs(a-0.4/e) <= 1e-6) || !(math.Abs(b+0.4/e) <= 1e-6) {
		t.Errorf("they came at %v and %v m/s; want %v", a, b, 0.4/e)
	}
	wall := glimpsed(1, 4, 0, func(time float64, _ int) sim.BodyState { return sim.BodyState{Y: -0.89 + 0.6*(time-0.1), X: time} })
	if v := wall.rebound(0, 4, make(sim.State, 1))[0]; !(math.Abs(v.VY+0.6/0.5) <= 1e-6) || !(math.Abs(v.VX-1) <= 1e-6) {
		t.Errorf("it came to the wall at %v, %v m/s; want 1, %v", v.VX, v.VY, -0.6/0.5)
	}
	wall.scene.Walls[0].Elasticity = 0.01 // it stays where it meets that: nobody knows how fast it came
	wall.detector = geom.NewDetector(wall.scene)
	if v := wall.rebound(0, 4, make(sim.State, 1))[0]; !(math.Abs(v.VY+0.6/0.2) <= 1e-6) {
		t.Errorf("it came to a dull wall at %v m/s; want %v", v.VY, -0.6/0.2)
	}
	nearing := glimpsed(1, 4, 0, func(time float64, _ int) sim.BodyState { return sim.BodyState{Y: -0.5 - 0.6*time} })
	if v := nearing.rebound(0, 4, make(sim.State, 1))[0]; !(math.Abs(v.VY+0.6) <= 1e-6) {
		t.Errorf("what nears a wall came at %v m/s", v.VY)
	}
	like := sim.State{{X: 3, VX: 4}}
	if v := nearing.rebound(0, 2, like); v[0] != like[0] {
		t.Errorf("two frames tell %+v", v[0])
	}
}

// TestStretchesEndWhereTwoHavePartedThatPassed: the earliest such frame after one, and walls do not count.
func TestStretchesEndWhereTwoHavePartedThatPassed(t *testing.T) {
	t.Parallel()
	j := &judge{t: &sim.Trajectory{States: make([]sim.State, 50)}, rules: []rule{{body: 0, other: 1, from: 3, to: 12}, {body: 1, other: 2, from: 5, to: 9}, {body: 0, other: -1, from: 0, to: 6}, {body: 0, other: None, times: 2, from: 0, to: 7}}}
	for frame, want := range map[int]int{0: 9, 8: 9, 9: 12, 11: 12, 12: 50, 40: 50} {
		if got := j.end(frame); got != want {
			t.Errorf("from frame %d on the end is %d; want %d", frame, got, want)
		}
	}
}

// TestMeasuredStatesAreWhatWasSeen, each value for itself, and the estimate is left alone.
func TestMeasuredStatesAreWhatWasSeen(t *testing.T) {
	t.Parallel()
	state := sim.State{{X: 1, Y: 2, Angle: 3, VX: 4}, {X: 5, Y: 6, Angle: 7}}
	j := &judge{t: &sim.Trajectory{States: []sim.State{state}}, sights: [][]sim.Sight{{{X: 10, Y: 20, Angle: 30, Seen: true}, {X: 50, Y: 60, Angle: 70, Turned: true}}}}
	got := j.measured(0)
	if got[0] != (sim.BodyState{X: 10, Y: 20, Angle: 3, VX: 4}) || got[1] != (sim.BodyState{X: 5, Y: 6, Angle: 70}) || state[0].X != 1 {
		t.Errorf("%+v", got)
	}
	if j.exact = true; j.measured(0)[0] != state[0] {
		t.Error("what is known is measured")
	}
}
