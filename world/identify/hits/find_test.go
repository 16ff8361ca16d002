package hits_test

import (
	"context"
	"fmt"
	"math"
	"slices"
	"testing"

	"orrery/sim"
	"orrery/world/identify"
	"orrery/world/identify/hits"
	"orrery/world/observe"
	"orrery/world/observe/discs"
)

// watches returns what is seen of episodes of a set, in scenes whose masses are 1, whose frictions
// are 0 and whose elasticities are 1.
func watches(set *discs.Set, episodes int) []*observe.Watch {
	var out []*observe.Watch
	for k := range episodes {
		w := set.Watch(set.Episode(k), k)
		scene := *w.Scene
		scene.Bodies, scene.Walls = slices.Clone(scene.Bodies), slices.Clone(scene.Walls)
		for i := range scene.Bodies {
			b := &scene.Bodies[i]
			b.Moment, b.Mass = b.Moment/b.Mass, 1
			b.Shapes = slices.Clone(b.Shapes)
			b.Shapes[0].Friction, b.Shapes[0].Elasticity = 0, 1
		}
		for i := range scene.Walls {
			scene.Walls[i].Friction, scene.Walls[i].Elasticity = 0, 1
		}
		w.Scene = &scene
		out = append(out, w)
	}
	return out
}

// check demands that a parameter is within tol of want, and that its interval is no wider than twice that.
func check(t *testing.T, r *identify.Result, name identify.Name, of string, want, tol float64) {
	t.Helper()
	k := slices.IndexFunc(r.Parameters, func(p identify.Parameter) bool { return p.Name == name && p.Of == of })
	if k < 0 || !r.Parameters[k].Identifiable {
		t.Errorf("%s of %s was not found", name, of)
		return
	}
	p := r.Parameters[k]
	if !(math.Abs(p.Value-want) <= tol) || !(p.Lo <= p.Value && p.Value <= p.Hi) || !(p.Hi-p.Lo <= 4*tol) {
		t.Errorf("%s of %s is %.4f in [%.4f, %.4f]; want %.4f ± %.4f", name, of, p.Value, p.Lo, p.Hi, want, tol)
	}
}

// TestDiscsAreIdentified in scenes that tell masses, friction and elasticity wrongly.
func TestDiscsAreIdentified(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("slow, and other tests share the same work among goroutines")
	}
	set := discs.Default()
	set.Discs, set.Frames = 3, 46
	all := watches(&set, 12)
	r, err := hits.Watches(context.Background(), all, &identify.Options{})
	if err != nil {
		t.Fatal(err)
	}
	check(t, r, identify.Gravity, identify.Scene, 0, 0.02)
	check(t, r, identify.Drag, identify.Scene, 0, 0.005)
	check(t, r, identify.Elasticity, identify.Scene, 0.8, 0.01)
	check(t, r, identify.Elasticity, identify.Wall, 0.7, 0.01)
	check(t, r, identify.Friction, identify.Scene, 0.2, 0.02)
	check(t, r, identify.Friction, identify.Wall, 0.3, 0.02)
	truth := set.Scene()
	for i := 1; i < set.Discs; i++ {
		b := &truth.Bodies[i]
		ratio := b.Mass / truth.Bodies[0].Mass
		check(t, r, identify.Mass, fmt.Sprintf("body%d", i), ratio, 0.03*ratio)
		check(t, r, identify.Moment, fmt.Sprintf("body%d", i), b.Moment/truth.Bodies[0].Mass, 0.05*b.Moment/truth.Bodies[0].Mass)
		check(t, r, identify.Radius, fmt.Sprintf("body%d", i), b.Shapes[0].Radius, 0.0005)
	}
	if got := r.Scene.Contact(&r.Scene.Bodies[0].Shapes[0], &r.Scene.Walls[0]).Friction; !(math.Abs(got-0.3) <= 0.02) {
		t.Errorf("friction with walls in the scene is %v", got)
	}
}

// arcs returns bodies that are thrown, seen for 20 frames each.
func arcs(n int, g, drag, noise float64) (out []*observe.Watch) {
	set := discs.Set{Discs: 1, Frames: 20, FPS: 30, Gravity: g, Drag: drag, Noise: noise, GravityUntold: true}
	for k := range n {
		set.Seed = uint64(k)
		e := set.Episode(0)
		w := &observe.Watch{Scene: &sim.Scene{}}
		*w.Scene = *e.Scene
		w.Scene.Walls, w.Scene.Damping = nil, 1
		r := sim.NewRand(1, "arcs", k)
		s := e.States[0][0]
		for q := range set.Frames {
			at := float64(q) / set.FPS
			keep := at
			if drag > 0 {
				keep = (1 - math.Exp(-drag*at)) / drag
			}
			fall := at * at / 2
			if drag > 0 {
				fall = (at - keep) / drag
			}
			w.Times = append(w.Times, at)
			w.Sights = append(w.Sights, []sim.Sight{{Seen: true, X: s.X + s.VX*keep + noise*r.NormFloat64(), Y: s.Y + s.VY*keep - g*fall + noise*r.NormFloat64()}})
		}
		out = append(out, w)
	}
	return out
}

func TestArcsShowGravityAndDrag(t *testing.T) {
	t.Parallel()
	for _, drag := range []float64{0, 0.2} {
		r, err := hits.Watches(context.Background(), arcs(10, 9.81, drag, 0.001), &identify.Options{})
		if err != nil {
			t.Fatal(err)
		}
		check(t, r, identify.Gravity, identify.Scene, 9.81, 0.02)
		check(t, r, identify.Drag, identify.Scene, drag, 0.005)
	}
}

// TestBodiesMayDiffer from episode to episode: what contacts have in common is told all the same.
func TestBodiesMayDiffer(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	t.Parallel()
	var all []*observe.Watch
	for k := range 10 {
		set := discs.Default()
		set.Seed, set.Frames, set.Discs = uint64(k+1), 46, 3+k%2
		all = append(all, watches(&set, 1)...)
	}
	r, err := hits.Watches(context.Background(), all, &identify.Options{})
	if err != nil {
		t.Fatal(err)
	}
	check(t, r, identify.Elasticity, identify.Scene, 0.8, 0.015)
	check(t, r, identify.Elasticity, identify.Wall, 0.7, 0.01)
	check(t, r, identify.Friction, identify.Wall, 0.3, 0.03)
	for _, p := range r.Parameters {
		if p.Name == identify.Mass && p.Identifiable {
			t.Errorf("the mass of %s is told, which episodes do not share", p.Of)
		}
	}
}

// TestUntoldSizesAndWallsAreFound by where bodies turn.
func TestUntoldSizesAndWallsAreFound(t *testing.T) {
	if testing.Short() {
		t.Skip("the race detector makes it ten times as long, and quicker tests start the same goroutines")
	}
	t.Parallel()
	set := discs.Default()
	set.Discs, set.Frames, set.Seed = 3, 61, 2
	all := watches(&set, 10)
	for _, w := range all {
		w.Scene.Walls = nil
		for i := range w.Scene.Bodies {
			w.Scene.Bodies[i].Shapes[0].Radius, w.Scene.Bodies[i].Moment = 0.1, 0.005
		}
	}
	r, err := hits.Watches(context.Background(), all, &identify.Options{})
	if err != nil {
		t.Fatal(err)
	}
	check(t, r, identify.Elasticity, identify.Wall, 0.7, 0.01)
	check(t, r, identify.Elasticity, identify.Scene, 0.8, 0.02)
	truth := set.Scene()
	for i := range truth.Bodies {
		check(t, r, identify.Radius, identify.Label{Scene: truth}.Body(i), truth.Bodies[i].Shapes[0].Radius, 0.001)
	}
	if len(r.Scene.Walls) != 4 {
		t.Fatalf("%d walls were found; want 4", len(r.Scene.Walls))
	}
	for k, w := range r.Scene.Walls {
		for _, v := range w.Vertices {
			if !(math.Abs(math.Abs(v.X)-1) <= 0.005 && math.Abs(math.Abs(v.Y)-1) <= 0.005) {
				t.Errorf("wall %d has an end at %v; want a corner of the box of ±1 m", k, v)
			}
		}
	}
}
