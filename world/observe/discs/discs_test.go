package discs

import (
	"math"
	"slices"
	"testing"

	"orrery/sim"
	"orrery/world/observe"
)

// TestEstimatesOfDiscs holds the figures that a user may count on.
func TestEstimatesOfDiscs(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*Set){
		"as it is":    func(*Set) {},
		"5 % missing": func(s *Set) { s.Missing = 0.05 },
		"15 % jitter": func(s *Set) { s.Jitter = 0.15 },
	} {
		set := Default()
		set.Seed = 2
		change(&set)
		s, err := Judge(t.Context(), &set, 8)
		if err != nil {
			t.Fatal(err)
		}
		for what, v := range map[string][2]float64{
			"RMS of velocities in flight, m/s":     {RMS(s.Flight), 0.006},
			"median beside impacts, m/s":           {Quantile(s.Beside, 0.5), 0.003},
			"90 % quantile beside impacts, m/s":    {Quantile(s.Beside, 0.9), 0.025},
			"RMS of positions, m":                  {RMS(s.Position), 0.0006},
			"share of impacts missed":              {1 - float64(s.Found)/float64(s.True), 0.03},
			"share of impacts that never happened": {float64(s.False) / float64(s.Told), 0.04},
			"median error of times of impacts, s":  {Quantile(s.Late, 0.5), 0.001},
		} {
			if !(v[0] <= v[1]) {
				t.Errorf("%s: %s %v, want at most %v", name, what, v[0], v[1])
			}
		}
		in := s.Inside()
		for q, level := range [2]float64{0.5, 0.9} {
			for what, share := range in[q][:2] {
				if !(math.Abs(share-level) <= 0.12-0.055*float64(q)) {
					t.Errorf("%s: %v of value %d inside regions of %v", name, share, what, level)
				}
			}
		}
	}
}

// TestImpactsThatShowAreFound: those of discs that come to rest, hardly bounce, bounce for ever or turn
// unseen are found one by one, and none is told twice.
func TestImpactsThatShowAreFound(t *testing.T) {
	t.Parallel()
	var all Score
	for _, change := range []func(*Set){
		func(s *Set) { s.Gravity = 3 },
		func(s *Set) { s.E, s.WallE = 0.3, 0.3 },
		func(s *Set) { s.E, s.WallE, s.Mu, s.WallMu = 1, 1, 0, 0 },
		func(s *Set) { s.NoAngle = true },
	} {
		set := Default()
		change(&set)
		s, err := Judge(t.Context(), &set, 3)
		if err != nil {
			t.Fatal(err)
		}
		if missed := 1 - float64(s.Matched)/float64(s.Shown); !(missed <= 0.04) {
			t.Errorf("%+v: %v of %d impacts that show are missed, want at most 0.04", set, missed, s.Shown)
		}
		all.Told, all.False = all.Told+s.Told, all.False+s.False
	}
	if wrong := float64(all.False) / float64(all.Told); !(wrong <= 0.03) {
		t.Errorf("%v of %d impacts that are told are false, want at most 0.03", wrong, all.Told)
	}
}

// TestFaintImpactsDoNotShow: what noise hides is not counted, nor one of many bounces between two frames.
func TestFaintImpactsDoNotShow(t *testing.T) {
	t.Parallel()
	set := Default()
	scene := set.Scene()
	push := func(v float64) float64 { return v * scene.Bodies[0].Mass }
	e := &Episode{Scene: scene}
	for k := range 20 {
		e.Times = append(e.Times, float64(k)/set.FPS)
	}
	late := 9.5 / set.FPS
	for name, c := range map[string]struct {
		impacts []sim.Impact
		of      int
		want    bool
	}{
		"clear":              {[]sim.Impact{{Time: late, Body: 0, Other: -1, Push: push(0.2)}}, 0, true},
		"by friction":        {[]sim.Impact{{Time: late, Body: 0, Other: -1, Push: push(0.01), Rub: push(0.2)}}, 0, true},
		"faint":              {[]sim.Impact{{Time: late, Body: 0, Other: -1, Push: push(0.01)}}, 0, false},
		"of the other":       {[]sim.Impact{{Time: late, Body: 1, Other: 0, Push: push(0.2)}}, 0, true},
		"at the end":         {[]sim.Impact{{Time: 18.99 / set.FPS, Body: 0, Other: -1, Push: push(0.2)}}, 0, false},
		"after the end":      {[]sim.Impact{{Time: 20 / set.FPS, Body: 0, Other: -1, Push: push(0.2)}}, 0, false},
		"one of two at once": {[]sim.Impact{{Time: late, Body: 0, Other: -1, Push: push(0.2)}, {Time: late + 1e-3, Body: 0, Other: -1, Push: push(0.2)}}, 0, false},
		"between two":        {[]sim.Impact{{Time: late - 0.1/set.FPS, Body: 0, Other: -1}, {Time: late, Body: 0, Other: -1, Push: push(0.2)}, {Time: late + 0.1/set.FPS, Body: 0, Other: -1}}, 1, false},
		"beside another's":   {[]sim.Impact{{Time: late, Body: 0, Other: -1, Push: push(0.2)}, {Time: late + 1e-3, Body: 2, Other: 3, Push: push(0.2)}}, 0, true},
	} {
		e.Impacts = c.impacts
		if got := set.shows(e, c.of); got != c.want {
			t.Errorf("%s: it shows: %v, want %v", name, got, c.want)
		}
	}
}

// TestFaintImpactsAreNotCounted: what changes the velocity of the body by less than 2 cm/s, whatever its mass, is none to be found.
func TestFaintImpactsAreNotCounted(t *testing.T) {
	t.Parallel()
	set := Default()
	scene := *set.Scene()
	scene.Bodies = slices.Clone(scene.Bodies)
	for i, mass := range []float64{0.01, 0.3, 20} { // kg
		scene.Bodies[i].Mass = mass
		for speed, counts := range map[float64]int{1.01 * Faint: 1, 0.99 * Faint: 0} {
			e := &Episode{Scene: &scene, Times: []float64{0, 1 / set.FPS}, Impacts: []sim.Impact{{Time: 0.5 / set.FPS, Body: i, Other: -1, Push: speed * mass}}}
			var s Score
			if s.impacts(&set, e, &observe.Estimate{Impacts: e.Impacts}); s.True != counts || s.Found != counts || s.Told != 1 {
				t.Errorf("%v kg that changes by %v m/s: %d impacts, %d found, %d told; want %d", mass, speed, s.True, s.Found, s.Told, counts)
			}
		}
	}
}

// TestDiscsKeepEnergy: without losses nothing is lost, and what they push each other is equal.
func TestDiscsKeepEnergy(t *testing.T) {
	t.Parallel()
	set := Default()
	set.E, set.WallE, set.Mu, set.WallMu = 1, 1, 0, 0
	e := set.Episode(3)
	first, last := e.Scene.Energy(e.States[0]), e.Scene.Energy(e.States[len(e.States)-1])
	if !(math.Abs(first-last) <= 1e-9*first) {
		t.Errorf("energy %v became %v", first, last)
	}
	if len(e.Impacts) < 3 {
		t.Errorf("%d impacts, want more", len(e.Impacts))
	}
	for k, state := range e.States {
		for i, b := range state {
			r := e.Scene.Bodies[i].Shapes[0].Radius
			if !(math.Max(math.Abs(b.X), math.Abs(b.Y)) <= half-r+1e-6) {
				t.Fatalf("frame %d: disc %d at %v, %v is in a wall", k, i, b.X, b.Y)
			}
			for j := range i {
				if d := b.Position().Sub(state[j].Position()).Len(); !(d >= r+e.Scene.Bodies[j].Shapes[0].Radius-1e-6) {
					t.Fatalf("frame %d: discs %d and %d overlap", k, i, j)
				}
			}
		}
	}
}

// TestDiscsFallInClosedForm compares a flight with its formula.
func TestDiscsFallInClosedForm(t *testing.T) {
	t.Parallel()
	set := Default()
	set.Discs, set.Gravity, set.Drag, set.Frames = 1, 2, 0.5, 4
	e := set.Episode(0)
	s, c := e.States[0][0], set.Drag
	for k, states := range e.States {
		at := states[0]
		if len(e.Impacts) > 0 && e.Impacts[0].Time <= e.Times[k] {
			break
		}
		dt := e.Times[k]
		keep := math.Exp(-c * dt)
		vy := (s.VY+set.Gravity/c)*keep - set.Gravity/c
		y := s.Y - set.Gravity/c*dt + (s.VY+set.Gravity/c)*(1-keep)/c
		if !(math.Abs(at.VY-vy) <= 1e-9 && math.Abs(at.Y-y) <= 1e-9) {
			t.Errorf("after %v s at %v with %v m/s, want %v and %v", dt, at.Y, at.VY, y, vy)
		}
	}
}

// TestSightsAreAsUnsureAsToldOf: coordinates scatter by the set's noise, and angles by ten times as much in rad.
func TestSightsAreAsUnsureAsToldOf(t *testing.T) {
	t.Parallel()
	set := Default()
	set.Missing, set.NoiseOfSights = 0.1, true
	e := set.Episode(1)
	var x, y, angle []float64
	for k, sights := range set.Watch(e, 1).Sights {
		for i, got := range sights {
			if !got.Seen {
				continue
			}
			if got.Std != set.Noise || got.StdTurn != 10*set.Noise {
				t.Fatalf("frame %d, disc %d: it tells of %v m and %v rad", k, i, got.Std, got.StdTurn)
			}
			is := e.States[k][i]
			x, y, angle = append(x, got.X-is.X), append(y, got.Y-is.Y), append(angle, got.Angle-is.Angle)
		}
	}
	all := float64(set.Discs * set.Frames)
	if lost := 1 - float64(len(x))/all; !(math.Abs(lost-set.Missing) <= 4*math.Sqrt(set.Missing/all)) {
		t.Errorf("a share of %v is lost, want %v", lost, set.Missing)
	}
	for name, c := range map[string]struct {
		errors []float64
		want   float64
	}{"x": {x, set.Noise}, "y": {y, set.Noise}, "angle": {angle, 10 * set.Noise}} {
		if got := RMS(c.errors); !(math.Abs(got/c.want-1) <= 4/math.Sqrt(2*all)) {
			t.Errorf("%s is off by %v, want %v", name, got, c.want)
		}
	}
}

// TestFaintHitsMoveNothing: a disc that slides along a wall is hit so faintly by it that nothing tells when, and the
// fit moves that past the hit before. What it did before both is as sure as ever.
func TestFaintHitsMoveNothing(t *testing.T) {
	t.Parallel()
	set := Default()
	set.E, set.WallE = 0.3, 0.3
	var watches []*observe.Watch
	for e := 4; e < 10; e++ {
		watches = append(watches, set.Watch(set.Episode(e), e))
	}
	law, err := observe.Measure(t.Context(), watches)
	if err != nil {
		t.Fatal(err)
	}
	e := set.Episode(9)
	found, err := observe.Smooth(t.Context(), watches[len(watches)-1], &law, e.Times)
	if err != nil {
		t.Fatal(err)
	}
	var score Score
	score.Add(&set, e, found)
	if off := Quantile(score.Flight, 1); !(off < 0.1) {
		t.Errorf("a velocity in flight is off by %v m/s", off)
	}
}

// TestSlipperyDiscsHaveSlipperyWalls: nothing is divided by a friction or an elasticity of nothing, and products are those asked for.
func TestSlipperyDiscsHaveSlipperyWalls(t *testing.T) {
	t.Parallel()
	for _, s := range []Set{{Discs: 1, FPS: 30}, {Discs: 1, FPS: 30, Mu: 0.4, WallMu: 0.3}, {Discs: 1, FPS: 30, E: 0.81, WallE: 0.5}, {Discs: 1, FPS: 30, E: 0.25, WallE: 0.9}} {
		scene := s.Scene()
		disc, wall := scene.Bodies[0].Shapes[0], scene.Walls[0]
		if err := scene.Validate(); err != nil {
			t.Errorf("%+v: %v", s, err)
		}
		friction, elasticity := disc.Friction*disc.Friction, disc.Elasticity*disc.Elasticity
		if !(math.Abs(friction-s.Mu) < 1e-12 && math.Abs(elasticity-s.E) < 1e-12) {
			t.Errorf("%+v: two discs have %v and %v together", s, friction, elasticity)
		}
		friction, elasticity = disc.Friction*wall.Friction, disc.Elasticity*wall.Elasticity
		if want := min(s.WallE, disc.Elasticity); !(math.Abs(friction-s.WallMu) < 1e-12 && math.Abs(elasticity-want) < 1e-12) {
			t.Errorf("%+v: a disc and a wall have %v and %v together", s, friction, elasticity)
		}
	}
}
