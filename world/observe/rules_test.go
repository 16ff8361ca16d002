package observe

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/sim"
)

// timed returns watches of pictures at these times in s.
func timed(all ...[]float64) (watches []*Watch) {
	for _, times := range all {
		watches = append(watches, &Watch{Times: times})
	}
	return watches
}

// even returns so many times in steps in s.
func even(n int, step float64) (times []float64) {
	for k := range n {
		times = append(times, 3+step*float64(k))
	}
	return times
}

// TestPicturesHaveOneInterval: that of most films, of which none may differ by more than a four-hundredth; gaps are whole intervals.
func TestPicturesHaveOneInterval(t *testing.T) {
	t.Parallel()
	gap := append(even(10, 0.1), 3+0.1*14, 3+0.1*15)
	for name, c := range map[string]struct {
		watches []*Watch
		want    float64
	}{
		"one": {timed(even(10, 0.1)), 0.1}, "a gap": {timed(gap), 0.1}, "two pictures": {timed(even(2, 0.1)), 0}, "three": {timed(even(3, 0.1)), 0.1}, "nothing": {nil, 0},
		"nearly alike": {timed(even(10, 0.1), even(10, 0.1), even(10, 0.10024)), 0.1}, "not alike": {timed(even(10, 0.1), even(10, 0.1), even(10, 0.10026)), 0}, "two kinds": {timed(even(10, 0.1), even(10, 0.2)), 0},
		"short ones do not count": {timed(even(10, 0.1), even(2, 0.3)), 0.1},
	} {
		if got := interval(c.watches); !scalar.EqualWithinAbs(got, c.want, 1e-9) {
			t.Errorf("%s: %v s, want %v", name, got, c.want)
		}
	}
}

// TestHitsTellTheirBeat: of those whose times are known to a quarter of an interval, enough of them, and not hits at any time.
func TestHitsTellTheirBeat(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(5, 6))
	hits := func(n int, beat, phase, off, spread float64) (seen []bounced) {
		for range n {
			at := 3 + phase + beat*float64(random.IntN(400))
			if beat == 0 {
				at = 3 + 8*random.Float64()
			}
			seen = append(seen, bounced{time: at + spread*random.NormFloat64(), timeOff: off})
		}
		return seen
	}
	for name, c := range map[string]struct {
		seen        []bounced
		beat, phase float64
	}{
		"on pictures":            {hits(60, 0.1, 0, 0.004, 0.004), 0.1, 0},
		"between them":           {hits(60, 0.1, 0.04, 0.004, 0.004), 0.1, 0.04},
		"four to a picture":      {hits(60, 0.025, 0.01, 0.001, 0.001), 0.025, 0.01},
		"eight to a picture":     {hits(80, 0.0125, 0.005, 0.0005, 0.0005), 0.0125, 0.005},
		"nearly on pictures":     {hits(60, 0.1, 0.0025, 0.0001, 0.0001), 0.1, 0},
		"at any time":            {hits(60, 0, 0, 0.004, 0), 0, 0},
		"of unknown times":       {hits(60, 0.1, 0.04, 0.026, 0.001), 0, 0},
		"of times that are told": {hits(60, 0.1, 0.04, 0.0249, 0.001), 0.1, 0.04},
		"few":                    {hits(plain-1, 0.1, 0.04, 0.001, 0.001), 0, 0},
		"enough":                 {hits(plain, 0.1, 0.04, 0.001, 0.001), 0.1, 0.04},
		"a tenth at any time":    {append(hits(90, 0.1, 0.04, 0.002, 0.002), hits(10, 0, 0, 0.002, 0)...), 0.1, 0.04},
	} {
		l := &Law{}
		if l.beat(timed(even(80, 0.1)), c.seen); !scalar.EqualWithinAbs(l.Beat, c.beat, 1e-9) || l.Beat != 0 && !(math.Abs(offTheBeat(3+c.phase, l.Beat, l.Phase)) <= 0.02*c.beat) {
			t.Errorf("%s: a beat of %v s from %v on, want %v from %v on", name, l.Beat, l.Phase, c.beat, c.phase)
		}
	}
}

// TestTimesOnTheBeat are off it by a 2500th at most.
func TestTimesOnTheBeat(t *testing.T) {
	t.Parallel()
	l := &Law{Beat: 0.1, Phase: 0.03}
	for time, want := range map[float64]bool{0.03: true, 0.13: true, -0.07: true, 0.13 + 3.9e-5: true, 0.13 - 3.9e-5: true, 0.13 + 4.1e-5: false, 0.08: false} {
		if l.OnBeat(time) != want {
			t.Errorf("%v s is on the beat: %v", time, !want)
		}
	}
	if (&Law{}).OnBeat(0) {
		t.Error("without a beat there is a time on it")
	}
	kept, free := &hit{kept: true}, &hit{}
	kept.time, free.time = 2, 2
	if got := kept.begin(l); !scalar.EqualWithinAbs(got, 2.002, 1e-12) || free.begin(l) != 2 {
		t.Errorf("flight takes over at %v s", got)
	}
}

// discs returns a watch of discs of radius 0.1 m at places along x in m, of 10 pictures a second; NaN is unseen.
func discs(x ...[]float64) *Watch {
	scene := sim.DefaultScene()
	w := &Watch{Scene: &scene}
	for range x[0] {
		scene.Bodies = append(scene.Bodies, sim.NewDisc(0.1, 1, sim.Surface{}))
	}
	for k, row := range x {
		w.Times = append(w.Times, 0.1*float64(k))
		var sights []sim.Sight
		for _, v := range row {
			sights = append(sights, sim.Sight{X: v, Seen: !math.IsNaN(v)})
		}
		w.Sights = append(w.Sights, sights)
	}
	return w
}

// TestPlacesBetweenSightsLieOnALine: with the way of that time at each of them, and far from everything before and after.
func TestPlacesBetweenSightsLieOnALine(t *testing.T) {
	t.Parallel()
	none := math.NaN()
	w := discs([]float64{none}, []float64{1}, []float64{none}, []float64{none}, []float64{4}, []float64{4.5}, []float64{none})
	places, steps := make([]sim.State, 7), make([][]float64, 7)
	for k := range places {
		places[k], steps[k] = make(sim.State, 1), make([]float64, 1)
	}
	w.place(0, places, steps)
	for k, want := range [][2]float64{{2 * far, 0}, {1, 3}, {2, 3}, {3, 3}, {4, 3}, {4.5, 0.5}, {2 * far, 0}} {
		if got := [2]float64{places[k][0].X, steps[k][0]}; !scalar.EqualWithinAbs(got[0], want[0], 1e-9) || !scalar.EqualWithinAbs(got[1], want[1], 1e-9) {
			t.Errorf("picture %d: at %v with a way of %v m, want %v", k, got[0], got[1], want)
		}
	}
	for k, want := range []float64{0, 10, 10, 10, 5, 0, 0} {
		if k == 0 || k >= 5 {
			continue
		}
		if got := w.velocity(places, k, 0); !scalar.EqualWithinAbs(got.X, want, 1e-9) || got.Y != 0 {
			t.Errorf("picture %d: %v m/s, want %v", k, got, want)
		}
	}
	if got := w.velocity(places[:6], 5, 0); !scalar.EqualWithinAbs(got.X, 5, 1e-9) {
		t.Errorf("at the last picture %v m/s, want that before", got)
	}
	if got := w.velocity(places[:1], 0, 0); got != (sim.Vec{}) {
		t.Errorf("of one picture %v", got)
	}
	// what is no disc may turn: without angles its outline is unknown by its reach
	box := discs([]float64{0}, []float64{1})
	box.Scene.Bodies[0] = sim.NewBox(0.3, 0.4, 1, sim.Surface{})
	for turned, want := range map[bool]float64{false: 1 + 0.5, true: 1 + 2*0.5} {
		for k := range box.Sights {
			box.Sights[k][0].Turned, box.Sights[k][0].Angle = turned, 2*float64(k)
		}
		steps := [][]float64{{0}, {0}}
		if box.place(0, []sim.State{make(sim.State, 1), make(sim.State, 1)}, steps); !scalar.EqualWithinAbs(steps[1][0], want, 1e-9) {
			t.Errorf("turned %v: a way of %v m, want %v", turned, steps[1][0], want)
		}
	}
}

// TestBodiesMeetWithinTheirWays, four deviations of the noise and the gap at which things hit, for both of them.
func TestBodiesMeetWithinTheirWays(t *testing.T) {
	t.Parallel()
	for apart, want := range map[float64]bool{0.29: true, 0.31: false} { // m, 0.1 and 0.05 of ways, and twice 0.04 + 0.035
		w := discs([]float64{0, 0.2 + apart + 0.1, -50}, []float64{0.1, 0.2 + apart + 0.1, -50}, []float64{0.1, 0.2 + apart + 0.15, -50})
		w.Scene.Bodies[1].Mass *= 3
		e := w.meet(&Law{Noise: 0.01, Gap: 0.035})
		if got := len(e.near[1][0]); (got == 1) != want || len(e.near[1][1]) != got || len(e.near[1][2]) != 0 {
			t.Errorf("%v m apart: %d and %d are near", apart, got, len(e.near[1][1]))
			continue
		}
		if want {
			a, b := e.near[1][0][0], e.near[1][1][0]
			if a.other != 1 || b.other != 0 || !scalar.EqualWithinAbs(a.yields, 0.75, 1e-12) || !scalar.EqualWithinAbs(b.yields, 0.25, 1e-12) || a.normal != b.normal.Scale(-1) {
				t.Errorf("%+v, %+v", a, b)
			}
		}
	}
}

// TestLooseBodiesAreActedOnBesides: by joints at either end, actuators, fields, a grip or what drives them.
func TestLooseBodiesAreActedOnBesides(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(s *sim.Scene)
		want   string
	}{
		"nothing": {func(*sim.Scene) {}, "[false false false]"}, "a joint": {func(s *sim.Scene) { s.Joints = []sim.Joint{{A: 0, B: 2}} }, "[true false true]"}, "a field": {func(s *sim.Scene) { s.Fields = make([]sim.Field, 1) }, "[true true true]"},
		"a grip": {func(s *sim.Scene) { s.Bodies[1].Grip.Spin = 1 }, "[false true false]"}, "a kinematic body": {func(s *sim.Scene) { s.Bodies[2].Kind = sim.Kinematic }, "[false false true]"},
		"a force": {func(s *sim.Scene) { s.Actuators = []sim.Actuator{{Kind: sim.Force, Body: 1, Against: 2}} }, "[false true false]"}, "a torque": {func(s *sim.Scene) { s.Actuators = []sim.Actuator{{Kind: sim.Torque, Body: 1, Against: 2}} }, "[false true true]"},
	} {
		w := discs([]float64{0, 1, 2})
		c.change(w.Scene)
		var got []bool
		for i := range 3 {
			got = append(got, loose(w.Scene, i))
		}
		if fmt.Sprint(got) != c.want {
			t.Errorf("%s: %v, want %s", name, got, c.want)
		}
	}
}

// TestOnlyPositiveMatricesHaveFactors: finite ones.
func TestOnlyPositiveMatricesHaveFactors(t *testing.T) {
	t.Parallel()
	for v, want := range map[float64]bool{2: true, 1.01: true, 1: false, 0: false, -1: false, math.Inf(1): false, math.Inf(-1): false} {
		e := newEnvelope([]int{0, 0})
		e.add(0, 0, 1)
		e.add(1, 0, 1)
		e.add(1, 1, v)
		if got := e.factor(); got != want {
			t.Errorf("%v: factored %v", v, got)
		}
	}
	e := newEnvelope([]int{0})
	if e.add(0, 0, math.NaN()); e.factor() {
		t.Error("NaN has a factor")
	}
}
