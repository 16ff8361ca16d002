package surprise

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/sim"
)

// TestScalesOfAModelThatIsRight: half a hundredth of a push and 1 mm/s, measurements as good as they say, and known states off by what engines
// put right.
func TestScalesOfAModelThatIsRight(t *testing.T) {
	t.Parallel()
	s := defaultScales()
	if s.noise != 1 || s.known != [sim.StateSize]float64{1e-5, 1e-5, 5e-5, 1e-5, 1e-5, 1e-4} {
		t.Errorf("%+v", s)
	}
	for _, c := range []struct {
		push     push
		size     float64
		v, omega float64 // deviations, m/s and rad/s
	}{
		{push{speed: 1}, 0.5, 0.006, 0.012}, {push{speed: 1, spin: 2}, 0.5, 0.011, 0.022}, {push{spin: 4}, 0.25, 0.006, 0.024}, {push{}, 1, 0, 0},
		{push{speed: 0.9e-5}, 1, 0, 0}, {push{spin: 1.8e-5}, 0.5, 0, 0}, {push{speed: 1.1e-5}, 1, 1e-3, 1e-3}, {push{spin: 2.2e-5}, 0.5, 1e-3, 2e-3},
	} {
		v, omega := s.doubt(c.push, c.size)
		if !scalar.EqualWithinAbs(math.Sqrt(v), c.v, 1e-6) || !scalar.EqualWithinAbs(math.Sqrt(omega), c.omega, 1e-6) {
			t.Errorf("%+v of a body of %v m: %v m/s, %v rad/s, want %v, %v", c.push, c.size, math.Sqrt(v), math.Sqrt(omega), c.v, c.omega)
		}
	}
}

// TestTheNearestOfFourMeetingsAreLookedAt: of what comes within 1 cm of an alarmed body, and the way of the fastest in a frame.
func TestTheNearestOfFourMeetingsAreLookedAt(t *testing.T) {
	t.Parallel()
	scene := discsApart(7)
	for i := range scene.Bodies { // touching a row at 1 mm, 2 mm …, but the last at too great a distance
		r := scene.Bodies[i].Shapes[0].Radius
		angle := float64(i-1) * 2 * math.Pi / 6
		gap := 0.001 * float64(i)
		if i == 6 {
			gap = 0.03
		}
		scene.Bodies[i].Start = sim.BodyState{X: (2*r + gap) * math.Cos(angle), Y: (2*r + gap) * math.Sin(angle)}
	}
	scene.Bodies[0].Start = sim.BodyState{}
	traj := &sim.Trajectory{Scene: scene, States: []sim.State{scene.Start(), scene.Start(), scene.Start()}}
	j, err := newJudge(free{}, traj, defaultScales())
	if err != nil {
		t.Fatal(err)
	}
	still := &fit{states: []sim.State{scene.Start()}}
	a := &alarm{judge: j, stretch: stretch{0, 3}, frames: []int{1}, peak: 1, rows: map[int][]float64{1: make([]float64, 7)}, sides: map[int][2]*fit{1: {still, still}}}
	if got := a.near(); len(got) != 0 {
		t.Errorf("nothing is alarmed, but %v are near", got)
	}
	a.rows[1][0] = 1e3
	got := a.near()
	if len(got) != 4 {
		t.Fatalf("%d meetings: %v", len(got), got)
	}
	for k, m := range got {
		if m.body+m.other != k+1 || m.body*m.other != 0 {
			t.Errorf("meeting %d is %v", k, m)
		}
	}
	a.rows[1][0], a.rows[1][6] = 0, 1e3
	if got := a.near(); len(got) != 0 {
		t.Errorf("what is 3 cm off is near: %v", got)
	}
	fast := scene.Start()
	fast[3].VX = 0.03 * float64(scene.FPS) // m/s: 3 cm in a frame
	a.sides[1] = [2]*fit{still, {states: []sim.State{fast}}}
	if got := a.near(); len(got) != 3 { // the middle one and the neighbours
		t.Errorf("what may have come from 3 cm: %v", got)
	}
}
