package hits

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"orrery/sim"
	"orrery/world/identify"
)

// told returns a study whose system has constants with given deviations.
func told(s *study, all []constant, off ...float64) *study {
	s.system = &system{windows: s.windows, c: &constants{all: all}, cap: 20}
	s.scatter = mat.NewSymDense(len(all), nil)
	for k, v := range off {
		s.scatter.SetSym(k, k, v*v)
	}
	return s
}

// parameter returns one of those that a study put.
func parameter(s *study, name identify.Name, of string) identify.Parameter {
	for _, p := range s.result.Parameters {
		if p.Name == name && p.Of == of {
			return p
		}
	}
	return identify.Parameter{Why: "it is not there"}
}

// TestMassesAreTold by ratio, with intervals that are as wide upwards as downwards as factors.
func TestMassesAreTold(t *testing.T) {
	t.Parallel()
	s := told(crowd(4, "", [2]int{0, 1}, [2]int{1, 2}), []constant{{name: identify.Mass, of: "b", x: 0.5}, {name: identify.Mass, of: "c", x: -0.2}}, 0.1, 1.1)
	s.masses()
	if p := parameter(s, identify.Mass, "a"); p.Identifiable || !strings.Contains(p.Why, "only ratios") {
		t.Errorf("%+v", p)
	}
	if p := parameter(s, identify.Mass, "c"); p.Identifiable || p.Why != "its hits of other bodies hardly show it" {
		t.Errorf("%+v", p)
	}
	if p := parameter(s, identify.Mass, "d"); p.Identifiable || p.Why != "it hit no other body" {
		t.Errorf("%+v", p)
	}
	p := parameter(s, identify.Mass, "b")
	near(t, "the mass", p.Value, s.scene.Bodies[1].Mass*math.Exp(0.5), 1e-12)
	near(t, "up", p.Hi/p.Value, math.Exp(0.196), 1e-3)
	near(t, "down", p.Value/p.Lo, p.Hi/p.Value, 1e-9)
	if len(s.result.Sentences) != 1 {
		t.Errorf("%q", s.result.Sentences)
	}
	s = told(crowd(2, "a", [2]int{0, 1}), []constant{{name: identify.Mass, of: "b"}}, 0.99)
	s.masses()
	if p := parameter(s, identify.Mass, "a"); !p.Identifiable || p.Lo != p.Hi || p.Why != "as told" {
		t.Errorf("%+v", p)
	}
	if p := parameter(s, identify.Mass, "b"); !p.Identifiable || p.Why != "by the mass of a" {
		t.Errorf("%+v", p)
	}
	if len(s.result.Sentences) != 0 {
		t.Errorf("%q", s.result.Sentences)
	}
	s.result.Parameters, s.over = nil, []float64{1.5} // over episodes it scatters by more
	s.masses()
	if p := parameter(s, identify.Mass, "b"); p.Identifiable {
		t.Errorf("%+v", p)
	}
}

// TestRadiiAreTold where they are sure to half of what the scene says, and the reason is given else.
func TestRadiiAreTold(t *testing.T) {
	t.Parallel()
	s := crowd(2, "", [2]int{0, 1})
	for _, c := range []struct {
		change func()
		why    string
	}{
		{func() { s.seen.law.Gap = 0.0034 }, "things hit each other at gaps that differ by 3.4 mm"},
		{func() { s.seen.law.Beat = 0.02 }, "things hit each other at steps of an engine, which lets them overlap"},
		{func() { s.windows = nil }, "nothing was seen to hit it"},
	} {
		c.change()
		s.result.Parameters = nil
		s.sizes()
		if p := parameter(s, identify.Radius, "a"); p.Identifiable || p.Why != c.why {
			t.Errorf("%q; want %q", p.Why, c.why)
		}
	}
	s.result.Parameters = nil
	s.radii = &extra{system: &system{c: &constants{all: []constant{{name: identify.Radius, of: "a", x: 0.02}, {name: identify.Radius, of: "b", x: 0.02}}}}, off: []float64{0.0254, 0.0282}}
	s.sizes() // 1.96 of these are 0.0498 m of 0.05, and 0.0553 of 0.055
	p := parameter(s, identify.Radius, "a")
	near(t, "the radius", p.Value, 0.12, 1e-12)
	near(t, "how wide it is", p.Hi-p.Lo, 2*1.96*0.0254, 1e-12)
	if p.Why != "by where it hits, which agrees with the scene" || len(s.result.Sentences) != 0 {
		t.Errorf("%q, %q", p.Why, s.result.Sentences)
	}
	if p := parameter(s, identify.Radius, "b"); p.Identifiable || p.Why != "hits hardly show it" {
		t.Errorf("%+v", p)
	}
	s.radii.adopted = true
	if s.sizes(); len(s.result.Sentences) != 1 {
		t.Errorf("%q", s.result.Sentences)
	}
}

// TestMomentsAreThoseOfMassAndRadiusThatWereFound.
func TestMomentsAreThoseOfMassAndRadiusThatWereFound(t *testing.T) {
	t.Parallel()
	s := told(crowd(3, "", [2]int{0, 1}), []constant{{name: identify.Mass, of: "b", x: math.Log(2)}}, 0.03)
	s.momentsOf()
	if p := parameter(s, identify.Moment, "b"); p.Why != "angles were not seen" {
		t.Errorf("%q", p.Why)
	}
	s.result.Parameters = nil
	s.gyres = &extra{off: []float64{0, 0.04, 0.49, 0, 0.51}, system: &system{c: &constants{all: []constant{
		s.system.c.all[0], {name: identify.Moment, of: "b", x: math.Log(1.5)}, {name: identify.Moment, of: "a"}, {name: identify.Radius, of: "b", x: 0.11}, {name: identify.Moment, of: "c"},
	}}}}
	s.momentsOf()
	p := parameter(s, identify.Moment, "b")
	near(t, "the moment of twice the mass, half as much again and twice the radius", p.Value/s.scene.Bodies[1].Moment, 2*1.5*4, 1e-9)
	near(t, "how wide it is", math.Log(p.Hi/p.Lo), 2*1.96*0.05, 1e-6) // of 3 and 4 %
	if !strings.HasSuffix(p.Why, "which agrees with the scene's shape") {
		t.Errorf("%q", p.Why)
	}
	if p := parameter(s, identify.Moment, "a"); !p.Identifiable {
		t.Errorf("%+v", p)
	}
	if p := parameter(s, identify.Moment, "c"); p.Identifiable || p.Why != "hits hardly turn it" {
		t.Errorf("%+v", p)
	}
}

// TestElasticityIsToldToHalfAtMost, with the number of impacts, never below 0, and wider where spins were guessed.
func TestElasticityIsToldToHalfAtMost(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		x, off float64
		blind  bool
		why    string
		half   float64
	}{
		{0.6, 0.2, false, "from 3 impacts", 0.392},
		{0.6, 0.26, false, "3 impacts hardly show it", 0},
		{-0.1, 0.1, false, "from 3 impacts", 0.196},
		{0.6, 0.2, true, "from 3 impacts", 1.2 * 0.392},
		{0.6, 0.22, true, "3 impacts hardly show it", 0},
	} {
		from := discs2()
		s := studied(t, from, 3, nil)
		all := s.lay(grouping{}, nil, make([]float64, 2))
		k := s.windows[0].elastic
		all.all[k].x = c.x
		off := make([]float64, len(all.all))
		off[k] = c.off
		told(s, all.all, off...)
		s.system.cap = 1e12
		for _, w := range s.windows {
			w.sides[0].turned = !c.blind
		}
		s.contacts(t.Context(), false)
		p := parameter(s, identify.Elasticity, identify.Scene)
		if p.Why != c.why || p.Identifiable != (c.half > 0) {
			t.Errorf("%v ± %v: %+v; want %q", c.x, c.off, p, c.why)
			continue
		}
		if v := max(c.x, 0); p.Identifiable {
			near(t, "elasticity", p.Value, v, 1e-12)
			near(t, "its upper end", p.Hi, v+c.half, 1e-9)
			near(t, "its lower end", p.Lo, max(v-c.half, 0), 1e-9)
		}
	}
}

// TestContactsThatWereNotSeenHaveReasons.
func TestContactsThatWereNotSeenHaveReasons(t *testing.T) {
	t.Parallel()
	s := crowd(2, "")
	s.contacts(t.Context(), false)
	s.contacts(t.Context(), true)
	if p := parameter(s, identify.Friction, identify.Scene); p.Why != "no two bodies were seen to hit each other" {
		t.Errorf("%q", p.Why)
	}
	if p := parameter(s, identify.Elasticity, identify.Wall); p.Why != "no body was seen to hit a wall" {
		t.Errorf("%q", p.Why)
	}
	s.result.Parameters = nil
	s.seen.episodes[0].impacts = []sim.Impact{{Body: 0, Other: -1}}
	s.contacts(t.Context(), false)
	s.contacts(t.Context(), true)
	if p := parameter(s, identify.Elasticity, identify.Wall); p.Why != "the flights before and after impacts are too short" {
		t.Errorf("%q", p.Why)
	}
	if p := parameter(s, identify.Friction, identify.Scene); p.Why != "no two bodies were seen to hit each other" {
		t.Errorf("%q", p.Why)
	}
	alone := crowd(1, "")
	alone.scene.Walls = nil
	alone.contacts(t.Context(), false)
	alone.contacts(t.Context(), true)
	if len(alone.result.Parameters) != 0 {
		t.Errorf("of one body in the void it says %+v", alone.result.Parameters)
	}
}

// TestPairsThatNeverMetAreNamed where each pair has constants of its own.
func TestPairsThatNeverMetAreNamed(t *testing.T) {
	t.Parallel()
	s := crowd(3, "", [2]int{0, 1}, [2]int{2, -1})
	s.grouping.pairs = single
	s.apart(true)
	if len(s.result.Parameters) != 0 {
		t.Errorf("%+v", s.result.Parameters)
	}
	s.apart(false)
	var of []string
	for _, p := range s.result.Parameters {
		of = append(of, fmt.Sprint(p.Name, " ", p.Of))
	}
	if want := []string{"elasticity a-c", "friction a-c", "elasticity b-c", "friction b-c"}; !slices.Equal(of, want) {
		t.Errorf("%q; want %q", of, want)
	}
}

// TestManyImpactsThatAreLeftOutAreSaid: more than three, and more than a quarter.
func TestManyImpactsThatAreLeftOutAreSaid(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		broken, windows int
		said            bool
	}{{3, 0, false}, {4, 12, false}, {4, 11, true}, {10, 2, true}} {
		var pairs [][2]int
		for range c.windows {
			pairs = append(pairs, [2]int{0, 1})
		}
		s := crowd(2, "", pairs...)
		s.broken = c.broken
		s.tell(t.Context())
		said := slices.ContainsFunc(s.result.Sentences, func(v string) bool {
			return strings.HasPrefix(v, fmt.Sprintf("%d of %d impacts were left out", c.broken, c.broken+c.windows))
		})
		if said != c.said {
			t.Errorf("%d of %d: %q", c.broken, c.broken+c.windows, s.result.Sentences)
		}
	}
}

// TestWhatIsFittedLiesOnTheFlights, also before and after windows, and one leg of two sights has nothing.
func TestWhatIsFittedLiesOnTheFlights(t *testing.T) {
	t.Parallel()
	from := discs2()
	from.flight = flight{gravity: sim.Vec{Y: -9.8}, drag: 0.4}
	s := studied(t, from, 2, nil)
	s.which = []int{4, 9}
	s.fits()
	if len(s.result.Fits) != 4 || s.result.Fits[0].Episode != 4 || s.result.Fits[3].Episode != 9 || s.result.Fits[3].Body != 1 {
		t.Fatalf("%+v", s.result.Fits)
	}
	for _, f := range s.result.Fits {
		if len(f.Times) != 25 || len(f.Seen) != 25 || len(f.Fitted) != 25 {
			t.Errorf("%d sights; want 25", len(f.Times))
		}
		for k := range f.Times {
			near(t, "how far it is off", f.Fitted[k].Sub(f.Seen[k]).Len(), 0, 1e-9)
		}
	}
	var f identify.Fit
	g := flight{}
	(&leg{points: s.seen.legs[0].points[:2]}).fitted(&g, nil, &f)
	if len(f.Times) != 0 {
		t.Errorf("two sights have a flight of %d", len(f.Times))
	}
}

// TestGravityAndDragAreToldWhereFlightsShowThem.
func TestGravityAndDragAreToldWhereFlightsShowThem(t *testing.T) {
	t.Parallel()
	study := func(f flight, legs, n int, noise float64) *study {
		s := crowd(1, "")
		s.seen.episodes = make([]episode, legs)
		for k, l := range throws(f, legs, n, noise) {
			s.seen.episodes[k].scene = s.scene
			s.seen.legs = append(s.seen.legs, *l)
		}
		s.scene.Walls = nil
		s.fly()
		return s
	}
	s := study(flight{gravity: sim.Vec{X: 1, Y: -9.8}, drag: 0.5, turnDrag: 0.3}, 12, 20, 1)
	if p := parameter(s, identify.Gravity, identify.Scene); !p.Identifiable || !(p.Lo < 9.8 && p.Hi > 9.8) || p.Why != "from 12 flights" {
		t.Errorf("%+v", p)
	}
	if p := parameter(s, identify.Gravity, identify.Sideways); !p.Identifiable || !(p.Lo < 1 && p.Hi > 1) {
		t.Errorf("%+v", p)
	}
	near(t, "drag in flights", s.flight.drag, 0.5, 0.1)
	near(t, "drag of spin in flights", s.flight.turnDrag, 0.3, 0.05)
	s = study(flight{gravity: sim.Vec{Y: -9.8}}, 12, 20, 1)
	if p := parameter(s, identify.Gravity, identify.Sideways); p.Identifiable {
		t.Errorf("gravity to the side is told: %+v", p)
	}
	if p := parameter(s, identify.Drag, identify.Scene); !p.Identifiable || p.Why != "from 12 flights, which show none" || s.flight.drag != 0 || s.flight.turnDrag != 0 {
		t.Errorf("%+v; flights have %+v", p, s.flight)
	}
	s = study(flight{gravity: sim.Vec{Y: -9.8}, drag: 0.5}, 1, 6, 4) // too short
	if p := parameter(s, identify.Drag, identify.Scene); p.Identifiable || p.Why != "flights are too short to show it" || s.flight.gravity != (sim.Vec{}) {
		t.Errorf("%+v; flights have %+v", p, s.flight)
	}
	s = study(flight{}, 2, 3, 0)
	if p := parameter(s, identify.Gravity, identify.Scene); p.Identifiable || p.Why != "no body flies freely for long enough" {
		t.Errorf("%+v", p)
	}
}

// TestScenesWithOtherBodiesAreNotAlike.
func TestScenesWithOtherBodiesAreNotAlike(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*sim.Scene)
		alike  bool
	}{
		"the same":        {func(*sim.Scene) {}, true},
		"other places":    {func(s *sim.Scene) { s.Bodies[1].Start.X = 7 }, true},
		"another mass":    {func(s *sim.Scene) { s.Bodies[1].Mass *= 1.01 }, false},
		"another moment":  {func(s *sim.Scene) { s.Bodies[1].Moment *= 1.01 }, false},
		"another radius":  {func(s *sim.Scene) { s.Bodies[1].Shapes[0].Radius *= 1.01 }, false},
		"another name":    {func(s *sim.Scene) { s.Bodies[1].Name = "z" }, false},
		"another kind":    {func(s *sim.Scene) { s.Bodies[1].Kind = sim.Kinematic }, false},
		"one body more":   {func(s *sim.Scene) { s.Bodies = append(s.Bodies, s.Bodies[0]) }, false},
		"one wall less":   {func(s *sim.Scene) { s.Walls = s.Walls[1:] }, false},
		"one shape more":  {func(s *sim.Scene) { s.Bodies[1].Shapes = append(s.Bodies[1].Shapes, s.Walls[0]) }, false},
		"another surface": {func(s *sim.Scene) { s.Bodies[1].Shapes[0].Friction = 0.9 }, false},
	} {
		a, b := crowd(2, "").scene, crowd(2, "").scene
		c.change(b)
		if alike(a, b) != c.alike || alike(b, a) != c.alike {
			t.Errorf("%s: alike %v", name, !c.alike)
		}
	}
}
