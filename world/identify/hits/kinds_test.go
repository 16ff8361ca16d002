package hits_test

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"

	"orrery/sim"
	"orrery/world/identify"
	"orrery/world/identify/hits"
	"orrery/world/observe"
	"orrery/world/observe/discs"
)

// TestMaterialsAreToldApart where contacts differ by them.
func TestMaterialsAreToldApart(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("takes seconds")
	}
	var all []*observe.Watch
	for k, e := range []float64{0.8, 0.4} {
		set := discs.Default()
		set.Seed, set.Frames, set.E, set.WallE = uint64(k+1), 46, e, e+0.1
		more := watches(&set, 5)
		for _, w := range more {
			for i := range w.Scene.Bodies {
				w.Scene.Bodies[i].Shapes[0].Material = []string{"steel", "rubber"}[k]
			}
			for i := range w.Scene.Walls {
				w.Scene.Walls[i].Material = "wood"
			}
		}
		all = append(all, more...)
	}
	r, err := hits.Watches(context.Background(), all, &identify.Options{})
	if err != nil {
		t.Fatal(err)
	}
	check(t, r, identify.Elasticity, "steel-steel", 0.8, 0.015)
	check(t, r, identify.Elasticity, "rubber-rubber", 0.4, 0.015)
	check(t, r, identify.Elasticity, "steel-wood", 0.9, 0.015)
	check(t, r, identify.Elasticity, "rubber-wood", 0.5, 0.015)
	if got := r.Scene.Contact(&r.Scene.Bodies[0].Shapes[0], &r.Scene.Walls[0]).Elasticity; !(got > 0.88 && got < 0.92) {
		t.Errorf("the scene has an elasticity of %v of steel on wood; want 0.9", got)
	}
}

// TestStickingIsSaid where no impact slides: friction has no value but a least one.
func TestStickingIsSaid(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	t.Parallel()
	set := discs.Default()
	set.Discs, set.Frames, set.Mu, set.WallMu = 2, 46, 20, 20
	r, err := hits.Watches(context.Background(), watches(&set, 8), &identify.Options{})
	if err != nil {
		t.Fatal(err)
	}
	check(t, r, identify.Elasticity, identify.Wall, 0.7, 0.01)
	for _, p := range r.Parameters {
		if p.Name == identify.Friction && (p.Identifiable || !strings.HasPrefix(p.Why, "every impact sticks: it is at least 0.") && !strings.HasPrefix(p.Why, "every impact sticks: it is at least 1.")) {
			t.Errorf("friction of %s is %v in [%v, %v]: %q", p.Of, p.Value, p.Lo, p.Hi, p.Why)
		}
	}
}

// TestWrongRadiiAreNoticed and bias nothing.
func TestWrongRadiiAreNoticed(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	t.Parallel()
	set := discs.Default()
	set.Discs, set.Frames = 3, 46
	all := watches(&set, 12)
	for _, w := range all {
		for i := range w.Scene.Bodies {
			w.Scene.Bodies[i].Shapes[0].Radius += 0.002
		}
	}
	r, err := hits.Watches(context.Background(), all, &identify.Options{})
	if err != nil {
		t.Fatal(err)
	}
	check(t, r, identify.Elasticity, identify.Scene, 0.8, 0.01)
	check(t, r, identify.Friction, identify.Wall, 0.3, 0.02)
	truth := set.Scene()
	for i := range truth.Bodies {
		check(t, r, identify.Radius, identify.Label{Scene: truth}.Body(i), truth.Bodies[i].Shapes[0].Radius, 0.0006)
	}
	if !slices.ContainsFunc(r.Sentences, func(s string) bool { return strings.Contains(s, "radii contradict") }) {
		t.Errorf("nothing is said of wrong radii: %q", r.Sentences)
	}
}

// TestUnseenSpinsAreGuessed without a bias of friction.
func TestUnseenSpinsAreGuessed(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("takes seconds")
	}
	set := discs.Default()
	set.NoAngle, set.Discs, set.Seed = true, 4, 3
	r, err := hits.Watches(context.Background(), watches(&set, 9), &identify.Options{})
	if err != nil {
		t.Fatal(err)
	}
	check(t, r, identify.Elasticity, identify.Wall, 0.7, 0.01)
	check(t, r, identify.Friction, identify.Scene, 0.2, 0.02)
}

// TestWhatTellsNothingHasReasons looks at data that show little.
func TestWhatTellsNothingHasReasons(t *testing.T) {
	t.Parallel()
	one := discs.Default()
	one.Frames = 1
	two := discs.Default()
	two.Frames = 2
	alone := discs.Default()
	alone.Discs, alone.Frames = 1, 31
	still := watches(&alone, 2)
	for _, w := range still {
		for k := range w.Sights {
			w.Sights[k] = w.Sights[0]
		}
	}
	for _, c := range []struct {
		name string
		all  []*observe.Watch
		none []identify.Name // that must not be identified
	}{
		{"one frame", watches(&one, 2), identify.Names()},
		{"two frames", watches(&two, 2), identify.Names()},
		{"one disc", watches(&alone, 4), []identify.Name{identify.Mass}},
		{"nothing moves", still, []identify.Name{identify.Mass, identify.Elasticity, identify.Friction, identify.Moment, identify.Radius}},
	} {
		r, err := hits.Watches(context.Background(), c.all, &identify.Options{})
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if len(r.Parameters) == 0 {
			t.Errorf("%s: nothing is said", c.name)
		}
		for _, p := range r.Parameters {
			if p.Why == "" || p.Identifiable && slices.Contains(c.none, p.Name) {
				t.Errorf("%s: %s of %s is %v in [%v, %v]: %q", c.name, p.Name, p.Of, p.Value, p.Lo, p.Hi, p.Why)
			}
		}
	}
	if _, err := hits.Find(context.Background(), nil, &identify.Options{}); err == nil {
		t.Error("no episodes are no error")
	}
	exact := &sim.Trajectory{Scene: one.Scene(), States: []sim.State{one.Scene().Start()}}
	if _, err := hits.Find(context.Background(), []*sim.Trajectory{exact}, &identify.Options{}); err == nil {
		t.Error("exact states are no error")
	}
}

// TestResultsDoNotDependOnWorkers to the last bit.
func TestResultsDoNotDependOnWorkers(t *testing.T) {
	t.Parallel()
	set := discs.Default()
	set.Discs, set.Frames = 3, 31
	all := watches(&set, 6)
	var first *identify.Result
	for _, workers := range []int{1, 3} {
		r, err := hits.Watches(context.Background(), all, &identify.Options{Workers: workers, Seed: 1})
		if err != nil {
			t.Fatal(err)
		}
		if first == nil {
			first = r
		} else if !reflect.DeepEqual(first, r) {
			t.Errorf("%d workers find %+v; one finds %+v", workers, r.Parameters, first.Parameters)
		}
	}
	if len(first.Fits) == 0 {
		t.Error("nothing is told of what fits")
	}
	for _, f := range first.Fits {
		for k := range f.Times {
			if d := f.Seen[k].Sub(f.Fitted[k]).Len(); !(d < 0.006) {
				t.Errorf("episode %d: body %d: %v s: fitted %v m from where it was seen with 1 mm of noise", f.Episode, f.Body, f.Times[k], d)
			}
		}
	}
}

// TestStoppingKeepsWhatIsThere once flights are fitted.
func TestStoppingKeepsWhatIsThere(t *testing.T) {
	t.Parallel()
	set := discs.Default()
	set.Discs, set.Frames = 3, 31
	all := watches(&set, 6)
	ctx, stop := context.WithCancel(context.Background())
	r, err := hits.Watches(ctx, all, &identify.Options{Progress: func(stage string, done, of float64) {
		if stage == "fit" {
			stop()
		}
	}})
	if err != nil || !r.Stopped {
		t.Fatalf("%+v, %v", r, err)
	}
	check(t, r, identify.Gravity, identify.Scene, 0, 0.02)
	r, err = hits.Watches(context.Background(), all, &identify.Options{Only: []identify.Name{identify.Drag}})
	if err != nil || len(r.Parameters) != 1 || r.Parameters[0].Name != identify.Drag {
		t.Errorf("drag alone was wanted: %+v, %v", r, err)
	}
	if _, err := hits.Watches(ctx, all, &identify.Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("stopped before anything is there: %v", err)
	}
}
