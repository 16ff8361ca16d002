package build

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"orrery/sim"
	"orrery/sim/scenario"
	"orrery/sim/scenario/library"
)

// sample returns a scene of a scenario with some of its values set.
func sample(t *testing.T, name string, set scenario.Values) *sim.Scene {
	t.Helper()
	s, err := library.Find(name)
	if err != nil {
		t.Fatal(err)
	}
	values, err := s.Values(set)
	if err != nil {
		t.Fatal(err)
	}
	scene, err := s.Sample(4, 0, values)
	if err != nil {
		t.Fatal(err)
	}
	return scene
}

func identity(scene *sim.Scene) []int {
	var out []int
	for i := range scene.Bodies {
		out = append(out, i)
	}
	return out
}

// TestRetuningNeedsASceneOfTheSample: bodies that the sample does not have keep their shapes, as nothing is retuned.
func TestRetuningNeedsASceneOfTheSample(t *testing.T) {
	t.Parallel()
	before, after := sample(t, "mixed", nil), sample(t, "mixed", scenario.Values{"gravity": 5})
	other := before.StartingAt(before.Start())
	other.Bodies[1].Shapes = []sim.Shape{sim.NewShape(sim.Circle, 0.033, sim.Surface{}, sim.Vec{})}
	more := before.StartingAt(before.Start())
	more.Bodies = append(more.Bodies, more.Bodies[0])
	for _, scene := range []*sim.Scene{other, more} {
		if got, err := Retuned(scene, scene.Start(), identity(scene), before, after); err == nil {
			t.Errorf("%d bodies become %d", len(scene.Bodies), len(got.Bodies))
		}
	}
}

// TestRetuningTheUntouchedIsSampling: a scene that no hand has changed becomes what the
// scenario samples, for every parameter of every scenario that only changes laws, and a
// parameter that changes more is refused.
func TestRetuningTheUntouchedIsSampling(t *testing.T) {
	t.Parallel()
	laws := 0
	for _, s := range library.List() {
		before := sample(t, s.Name, nil)
		for _, p := range s.Params {
			value := min(p.Max, max(p.Min, p.Default+1))
			values, err := s.Values(scenario.Values{p.Name: value})
			if err != nil {
				continue
			}
			after, err := s.Sample(4, 0, values)
			if err != nil {
				continue
			}
			got, err := Retuned(before, before.Start(), identity(before), before, after)
			if err != nil {
				if reflect.DeepEqual(skeleton(before), skeleton(after)) {
					t.Errorf("%s %s: %v", s.Name, p.Name, err)
				}
				continue
			}
			laws++
			if !reflect.DeepEqual(got, after) {
				t.Errorf("%s %s: retuned and sampled differ", s.Name, p.Name)
			}
		}
	}
	if laws < 20 {
		t.Errorf("only %d parameters change nothing but laws", laws)
	}
}

// TestRetuningKeepsWhatIsLeft of a pendulum that has lost its last link and been joined by
// a disc: new gravity, old places, and the joint that is left.
func TestRetuningKeepsWhatIsLeft(t *testing.T) {
	t.Parallel()
	before, after := sample(t, "pendulum", nil), sample(t, "pendulum", scenario.Values{"gravity": 2})
	scene, err := Without(before, before.Start(), 1)
	if err != nil {
		t.Fatal(err)
	}
	scene, err = With(scene, scene.Start(), Spawned(scene, 0, sim.Vec{X: 3}))
	if err != nil {
		t.Fatal(err)
	}
	state := scene.Start()
	state[0].Angle, state[1].Y = 1.5, -2
	got, err := Retuned(scene, state, []int{0, Added}, before, after)
	if err != nil {
		t.Fatal(err)
	}
	if got.Gravity.Y != -2 || len(got.Bodies) != 2 || len(got.Joints) != 1 || !slices.Equal(got.Start(), state) {
		t.Errorf("gravity %v, %d bodies, %d joints, start %v", got.Gravity, len(got.Bodies), len(got.Joints), got.Start())
	}
	if before.Gravity.Y == -2 || scene.Gravity.Y == -2 || scene.Bodies[0].Start.Angle == 1.5 {
		t.Error("a scene that was given has changed")
	}
}

func TestRetuningIsRefusedWhereItCannotBe(t *testing.T) {
	t.Parallel()
	before := sample(t, "mixed", nil)
	for name, value := range map[string]float64{"bodies": 9, "size": 1.3, "half_width": 1.5} {
		after := sample(t, "mixed", scenario.Values{name: value})
		if _, err := Retuned(before, before.Start(), identity(before), before, after); err == nil || !strings.Contains(err.Error(), "another scene") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := Retuned(before, before.Start(), []int{0, Added, 2, 3, 4, 5}, before, before); err == nil {
		t.Error("a body in between was added")
	}
}

// TestAnAddedBodyThatSuitedStillDoes, and one with a surface of its own keeps it.
func TestAnAddedBodyThatSuitedStillDoes(t *testing.T) {
	t.Parallel()
	before, after := sample(t, "push", nil), sample(t, "push", scenario.Values{"grip": 1, "friction": 0.7})
	for _, own := range []bool{false, true} {
		body := Spawned(before, 1, sim.Vec{X: 0.2})
		if own {
			body.Shapes[0].Friction, body.Grip.Along = 0.123, 0.5
		}
		scene, err := With(before, before.Start(), body)
		if err != nil {
			t.Fatal(err)
		}
		got, err := Retuned(scene, scene.Start(), append(identity(before), Added), before, after)
		if err != nil {
			t.Fatal(err)
		}
		added, model := got.Bodies[len(got.Bodies)-1], Spawned(after, 1, sim.Vec{X: 0.2})
		if suits := added.Shapes[0].Friction == model.Shapes[0].Friction && added.Grip == model.Grip; suits == own {
			t.Errorf("own surface %v: friction %v and grip %v; the others have %v and %v", own, added.Shapes[0].Friction, added.Grip, model.Shapes[0].Friction, model.Grip)
		}
	}
}

// TestSpawnedBodiesAreLikeTheOthers in size and density, and there are no more than may be.
func TestSpawnedBodiesAreLikeTheOthers(t *testing.T) {
	t.Parallel()
	scene := sim.DefaultScene()
	for _, r := range []float64{0.1, 0.2, 0.9} {
		disc := sim.NewDisc(r, 7, sim.Surface{Friction: 0.3, Elasticity: 0.8})
		disc.Start.X = 3 * r
		scene.Bodies = append(scene.Bodies, disc)
	}
	for kind, name := range Spawnable {
		body := Spawned(&scene, kind, sim.Vec{X: 5, Y: 6})
		want := map[string]float64{"disc": 0.2, "box": 0.9 * 0.2, "plank": 2 * 0.2, "hexagon": 1.1 * 0.2}[name]
		got := body.Shapes[0].Radius
		for _, v := range body.Shapes[0].Vertices {
			got = max(got, v.X)
		}
		if !(got >= want-1e-9 && got <= want+1e-9) || body.Shapes[0].Friction != 0.3 || body.Shapes[0].Elasticity != 0.8 || body.Start.X != 5 || body.Start.Y != 6 {
			t.Errorf("%s: %v m, want %v: %+v", name, got, want, body)
		}
	}
	many := scene.StartingAt(scene.Start())
	for len(many.Bodies) < MaxBodies {
		many.Bodies = append(many.Bodies, many.Bodies[0])
	}
	if _, err := With(many, many.Start(), scene.Bodies[0]); err == nil || !strings.Contains(err.Error(), "at most 300") {
		t.Errorf("one more than may be: %v", err)
	}
	one := scene.StartingAt(scene.Start())
	one.Bodies = one.Bodies[:1]
	if _, err := Without(one, one.Start(), 0); err == nil {
		t.Error("the last body can be deleted")
	}
}

// TestValuesAndPairsAreLaws, and how overlaps are undone: a parameter may change them; a region that was moved stays.
func TestValuesAndPairsAreLaws(t *testing.T) {
	t.Parallel()
	scene := func(surface sim.Surface, at float64) *sim.Scene {
		s := sim.DefaultScene()
		s.Bias, s.ChipmunkOrder, s.Primed = surface.Friction/4, surface.Friction > 1, surface.Friction > 1
		s.Bodies = []sim.Body{sim.NewDisc(1, 1, sim.Surface{})}
		s.Bodies[0].Shapes[0].Material = "wood"
		s.Values = map[string]float64{"speed": surface.Friction}
		s.Pairs = []sim.Pair{{A: "wood", B: "wood", Friction: surface.Friction, Elasticity: surface.Elasticity}}
		s.Regions = []sim.Region{{Name: "pen", Shape: sim.NewShape(sim.Circle, 1, sim.Surface{}, sim.Vec{X: at})}}
		return &s
	}
	before, after := scene(sim.Surface{Friction: 1}, 0), scene(sim.Surface{Friction: 2, Elasticity: 0.5}, 0)
	changed := scene(sim.Surface{Friction: 1}, 7)
	got, err := Retuned(changed, changed.Start(), identity(changed), before, after)
	if err != nil {
		t.Fatal(err)
	}
	if want := scene(sim.Surface{Friction: 2, Elasticity: 0.5}, 7); !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
	after.Pairs[0].B = "ice"
	if _, err := Retuned(changed, changed.Start(), identity(changed), before, after); err == nil {
		t.Error("a pair of other materials passes")
	}
	spawned := Spawned(scene(sim.Surface{}, 0), 0, sim.Vec{})
	if got := spawned.Shapes[0].Material; got != "wood" {
		t.Errorf("a body in a scene of wood is of %q", got)
	}
}
