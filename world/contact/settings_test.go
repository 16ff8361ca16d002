package contact

import (
	"math"
	"slices"
	"strings"
	"testing"

	"orrery/sim"
	"orrery/world/flight"
	"orrery/world/geom"
)

// TestEverySettingHasItsRange: what is just inside is taken, and what is just outside is named.
func TestEverySettingHasItsRange(t *testing.T) {
	t.Parallel()
	whole := func(name string, of func(c *Config) *int, most int) {
		t.Helper()
		for v, fine := range map[int]bool{0: false, 1: true, most: true, most + 1: false, -1: false} {
			c := Tiny()
			*of(&c) = v
			checkRange(t, &c, name, v, fine)
		}
	}
	whole("hidden", func(c *Config) *int { return &c.Hidden }, 1024)
	whole("rounds", func(c *Config) *int { return &c.Rounds }, 1000)
	whole("correction_hidden", func(c *Config) *int { return &c.CorrectionHidden }, 1024)
	whole("correction_rounds", func(c *Config) *int { return &c.CorrectionRounds }, 1000)
	whole("field_hidden", func(c *Config) *int { return &c.FieldHidden }, 1024)
	whole("steps", func(c *Config) *int { return &c.Steps }, 1000)
	hits := func(c *Config) *Hits {
		c.Hits = Hits{Hidden: 1, Members: 1, Speed: 1}
		return &c.Hits
	}
	whole("hits: hidden", func(c *Config) *int { return &hits(c).Hidden }, 1024)
	whole("hits: members", func(c *Config) *int { return &hits(c).Members }, 64)

	number := func(name string, of func(c *Config) *float64, least, most float64) {
		t.Helper()
		for v, fine := range map[float64]bool{least: true, most: true, math.Nextafter(least, -2e9): false, math.Nextafter(most, 2e9): false, math.Inf(1): false} {
			c := Tiny()
			*of(&c) = v
			checkRange(t, &c, name, v, fine)
		}
		c := Tiny()
		*of(&c) = math.NaN()
		checkRange(t, &c, name, math.NaN(), false)
	}
	number("calm", func(c *Config) *float64 { return &c.Calm }, 0, 1e9)
	number("depth", func(c *Config) *float64 { return &c.Depth }, -1e9, 1e9)
	number("ahead", func(c *Config) *float64 { return &c.Ahead }, 0, 4)
	number("sight", func(c *Config) *float64 { return &c.Sight }, 0, 1e9)
	number("touch: skin of a circle", func(c *Config) *float64 { return &c.Touch.Skin.Circle }, 0, 1e9)
	number("hits: speed", func(c *Config) *float64 { return &hits(c).Speed }, 1e-12, 1e9)

	c := Tiny()
	c.Touch.Friction = "glue"
	checkRange(t, &c, "touch: friction", "glue", false)
	c = Tiny()
	c.Late, c.Impacts = true, true
	checkRange(t, &c, "late", true, true)
}

func checkRange(t *testing.T, c *Config, name string, value any, fine bool) {
	t.Helper()
	err := c.Validate()
	if (err == nil) != fine || err != nil && !strings.HasPrefix(err.Error(), "contact config: "+name) {
		t.Errorf("%s %v: %v", name, value, err)
	}
}

// TestTheSourceIsToldInWords, all of them, and with none where it is this engine.
func TestTheSourceIsToldInWords(t *testing.T) {
	t.Parallel()
	c := DefaultConfig()
	if got := c.Source(); got != "" {
		t.Errorf("this engine: %q", got)
	}
	c.Flight.Order, c.Flight.Substeps = flight.EvenForce, 3
	c.Touch = geom.Touch{Skin: geom.Skin{Circle: 0.01, Polygon: 0.02}, Elasticity: geom.Geometric, Friction: geom.Minimum}
	c.Calm, c.Impacts, c.Ahead, c.Sight, c.Hold = 0.25, true, 0.5, 0.125, true
	const want = "force, move, force, solve, correct; 3 steps a frame; a circle touches from 0.01 m away; a polygon touches from 0.02 m away; " +
		"elasticities combine to their geometric mean; frictions combine to their minimum; nothing bounces below 0.25 m/s; things meet within a step; " +
		"contacts are seen 0.5 steps ahead; what is farther apart than 0.125 m does not meet in a step; friction does not need pressure"
	if got := c.Source(); got != want {
		t.Errorf("said\n%s, want\n%s", got, want)
	}
	c = DefaultConfig()
	c.Impacts, c.Late = true, true
	if got := c.Source(); got != "things meet within a step and bounce at its end" {
		t.Errorf("late: %q", got)
	}
}

// TestImpactsTellTheirOwnSpeed: the mean of the greatest speeds before them.
func TestImpactsTellTheirOwnSpeed(t *testing.T) {
	t.Parallel()
	scene := onFloor(0, 1)
	scene.FPS = 25
	impact := func(vx, vy float64) *sim.Trajectory {
		state := scene.Start()
		state[0].VX, state[0].VY, state[1].VX = vx, vy, 0.5
		return &sim.Trajectory{Scene: scene, States: []sim.State{state, state}, Impact: true}
	}
	c := MeasureHits([]*sim.Trajectory{impact(3, -4), impact(0, -2)})
	want := Hits{Hidden: 18, Members: 4, Speed: 3.5}
	if c.Hits != want || c.Hidden != 8 || c.CorrectionHidden != 4 || c.Flight.FrameTime != 0.04 || !c.Impacts || c.Flight.Order != flight.EvenForce {
		t.Errorf("%+v", c)
	}
	if err := c.Validate(); err != nil {
		t.Error(err)
	}
	model, err := New(c, 1)
	if err != nil {
		t.Fatal(err)
	}
	if got := model.FrameTime(); got != 0 {
		t.Errorf("a model of impacts has frames of %v s", got)
	}
	still := impact(0, 0)
	still.States[0][1].VX = 0
	if c := MeasureHits([]*sim.Trajectory{still}); c.Hits.Speed != 1e-12 {
		t.Errorf("impacts at rest: %v m/s", c.Hits.Speed)
	}
	motion := &sim.Trajectory{Scene: scene, States: still.States}
	if _, err := NewObjective(t.Context(), model, []*sim.Trajectory{still}, []*sim.Trajectory{motion}); err == nil || !strings.Contains(err.Error(), "some of the episodes are impacts") {
		t.Errorf("impacts and motion: %v", err)
	}
}

// TestStepsMustDivideTheSources of every episode.
func TestStepsMustDivideTheSources(t *testing.T) {
	t.Parallel()
	var all []*sim.Trajectory
	for _, steps := range []int{6, 4} {
		scene := onFloor(0)
		scene.Substeps = steps
		all = append(all, &sim.Trajectory{Scene: scene, States: []sim.State{scene.Start()}})
	}
	c := DefaultConfig()
	for steps, want := range map[int]int{0: 6, 1: 1, 2: 2} {
		if err := c.Suit(all, steps); err != nil || c.Steps != want {
			t.Errorf("%d steps: %d, %v; want %d", steps, c.Steps, err, want)
		}
	}
	if err := c.Suit(all, 3); err == nil || err.Error() != "episode 1: 4 engine steps a frame cannot be predicted in 3 equal steps" {
		t.Errorf("3 steps: %v", err)
	}
}

// TestStatesAndActionsHaveTheLengthOfTheirScenes, or are refused before anything is computed.
func TestStatesAndActionsHaveTheLengthOfTheirScenes(t *testing.T) {
	t.Parallel()
	model := striking(t)
	scene := onFloor(0, 1)
	if _, err := model.Strike(scene, scene.Start()[:1]); err == nil || err.Error() != "state has 1 bodies, the scene has 2" {
		t.Errorf("an impact: %v", err)
	}
	p, err := model.Predictor([]*sim.Scene{scene})
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Step(scene.Start()[:1], nil); err == nil || err.Error() != "state has 1 bodies, the scenes have 2" {
		t.Errorf("a state: %v", err)
	}
	if err := p.Step(scene.Start(), sim.Action{1}); err == nil || err.Error() != "action has 1 numbers, the scenes have 0 actuators" {
		t.Errorf("an action: %v", err)
	}
	scene.Joints = []sim.Joint{{Kind: sim.Pivot}}
	if _, err := model.Strike(scene, scene.Start()); err == nil {
		t.Error("an impact of a joint that nobody knows")
	}
}

// TestBundlesAreDrivenThroughAnyOfTheirBodies, whichever was joined to which.
func TestBundlesAreDrivenThroughAnyOfTheirBodies(t *testing.T) {
	t.Parallel()
	scene := onFloor(0, 1, 2, 3)
	scene.Bodies[0].Kind = sim.Kinematic
	s := &placed{scene: scene}
	now := make([]float32, 12)
	now[0] = 1
	for _, edges := range [][]edge{{{a: 0, b: 2}, {a: 1, b: 2}}, {{a: 2, b: 0}, {a: 2, b: 1}}, {{a: 1, b: 2}, {a: 0, b: 2}}, {{a: 1, b: 0}, {a: 1, b: 2}}} {
		var c course
		c.bundle(s, edges, now, now, now)
		if got := [2]bool{c.bundles[c.root(1)].driven, c.bundles[c.root(2)].driven}; got != [2]bool{true, true} || c.bundles[c.root(3)].driven {
			t.Errorf("%v: driven %v, and %v of what nothing touches", edges, got, c.bundles[c.root(3)].driven)
		}
		c = course{}
		c.bundle(s, edges, now, make([]float32, 12), now)
		if c.bundles[c.root(1)].driven || c.bundles[c.root(2)].driven {
			t.Errorf("%v: driven by what stands still", edges)
		}
	}
}

// TestNothingComesNearerThanTheTwoFastest, whichever bodies they are, with what pulls them and how they turn.
func TestNothingComesNearerThanTheTwoFastest(t *testing.T) {
	t.Parallel()
	speeds := []float64{3, 1, 2}
	for _, order := range [][]int{{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}} {
		state := make(sim.State, 3)
		for i, k := range order {
			state[i].VY = -speeds[k]
		}
		s := &placed{turns: []float64{0, 0, 0}}
		if got, want := s.approach(state, 0.5, 0), 0.5*(3+2); got != want {
			t.Errorf("%v: %v m, want %v", order, got, want)
		}
		if got, want := s.approach(state, 0.5, 4), 0.5*(3+2+4); got != want {
			t.Errorf("%v with a pull: %v m, want %v", order, got, want)
		}
		slowest := slices.Index(order, 1)
		s.turns[slowest], state[slowest].Omega = 0.25, -20
		if got, want := s.approach(state, 0.5, 0), 0.5*(6+3); got != want {
			t.Errorf("%v with a turn: %v m, want %v", order, got, want)
		}
	}
}

// TestRoomsAreCrossedNoSoonerThanFalling: by a speed, by a pull from rest, and never without either.
func TestRoomsAreCrossedNoSoonerThanFalling(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ room, speed, pull, want float64 }{
		{2, 4, 0, 0.5}, {2, 0, 4, 1}, {2, 3, 2, (-3 + math.Sqrt(17)) / 2}, {2, 0, 0, math.Inf(1)},
	} {
		if got := reaches(c.room, c.speed, c.pull); !(math.Abs(got-c.want) <= 1e-12) && got != c.want {
			t.Errorf("%+v: %v s", c, got)
		}
	}
	scene := onFloor(0, 1, 2)
	scene.Bodies[2].Kind = sim.Kinematic
	for _, reach := range [][]float64{{0.4, 0.2, 0.1}, {0.2, 0.4, 0.1}} {
		s := &placed{scene: scene, reach: reach}
		if got := s.harmless(); !(math.Abs(got-0.01) < 1e-12) {
			t.Errorf("reaches %v: %v m, want a twentieth of 0.2", reach, got)
		}
	}
}

// TestFlightsGoRoundWhatMovesAndForces: where things meet within a step, the phases side by side in which bodies fly freely are
// one flight, up to either end of a step; else each is by itself.
func TestFlightsGoRoundWhatMovesAndForces(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		phases  []phase
		impacts bool
		at      int
		want    [2]int
	}{
		{[]phase{force, move, force, solve, correct}, true, 1, [2]int{0, 3}},
		{[]phase{force, move, force, solve, correct}, true, 2, [2]int{0, 3}},
		{[]phase{correct, solve, force, move}, true, 2, [2]int{2, 4}},
		{[]phase{correct, solve, force, move}, true, 3, [2]int{2, 4}},
		{[]phase{correct, move, solve, force}, true, 3, [2]int{3, 4}},
		{[]phase{force, solve, move, correct}, true, 0, [2]int{0, 1}},
		{[]phase{force, move, force, solve, correct}, false, 1, [2]int{1, 2}},
	} {
		n := &network{config: Config{Impacts: c.impacts}, phases: c.phases}
		if from, to := n.glide(c.at); [2]int{from, to} != c.want {
			t.Errorf("%v at %d, impacts %v: %d to %d, want %v", c.phases, c.at, c.impacts, from, to, c.want)
		}
	}
}
