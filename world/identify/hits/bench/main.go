// Command bench prints how well package hits identifies scenes from what is seen of exact motion:
// discs in a box, and arcs of what is thrown.
//
//	go run ./world/identify/hits/bench [-seeds 10] [-only "1 mm"] [-list]
//
// Each row is a way to see, or other discs. All scenes tell masses of 1 kg, no friction and an
// elasticity of 1, which is wrong; radii and walls are told, and so is the mass of one body. Columns: median errors over seeds of
// elasticity, friction and mass ratios (of pairs; of walls), of gravity and drag; share of 95 %
// intervals that hold the truth, of how many; quantities that were not identified; seconds for each data set.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"math"
	"os"
	"os/signal"
	"slices"
	"syscall"
	"time"

	"orrery/sim"
	"orrery/world/identify"
	"orrery/world/identify/hits"
	"orrery/world/observe"
	"orrery/world/observe/discs"
)

// row is a way to see discs.
type row struct {
	name     string
	episodes int
	change   func(*discs.Set)
}

var rows = []row{
	{"1 mm", 30, func(*discs.Set) {}},
	{"3 mm", 30, func(s *discs.Set) { s.Noise = 0.003 }},
	{"0.1 mm", 30, func(s *discs.Set) { s.Noise = 0.0001 }},
	{"gravity 3", 30, func(s *discs.Set) { s.Gravity, s.GravityUntold = 3, true }},
	{"drag 0.3", 30, func(s *discs.Set) { s.Drag = 0.3 }},
	{"no angle", 30, func(s *discs.Set) { s.NoAngle = true }},
	{"10 % missing", 30, func(s *discs.Set) { s.Missing = 0.1 }},
	{"equal masses", 30, func(s *discs.Set) { s.Equal = true }},
	{"2 discs", 30, func(s *discs.Set) { s.Discs = 2 }},
	{"8 discs", 30, func(s *discs.Set) { s.Discs = 8 }},
	{"60 fps", 30, func(s *discs.Set) { s.FPS, s.Frames = 60, 121 }},
	{"15 fps", 30, func(s *discs.Set) { s.FPS, s.Frames = 15, 31 }},
	{"e 1, no friction", 30, func(s *discs.Set) { s.E, s.WallE, s.Mu, s.WallMu = 1, 1, 0, 0 }},
	{"e 0.4", 30, func(s *discs.Set) { s.E, s.WallE = 0.4, 0.4 }},
	{"5 episodes", 5, func(*discs.Set) {}},
}

func main() {
	seeds := flag.Int("seeds", 10, "seeds of each row")
	only := flag.String("only", "", "name of the one row to do")
	list := flag.Bool("list", false, "print each value as well")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Stdout, *seeds, *only, *list); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// errors are those of a row, by quantity, and how often intervals hold.
type errors struct {
	of      map[string][]float64
	held    int
	all     int
	unknown int
	took    []float64
	out     io.Writer // of each value, or nil
}

// add takes in a parameter whose true value is known.
func (e *errors) add(kind string, p *identify.Parameter, truth, share float64) {
	if !p.Identifiable {
		e.unknown++
		return
	}
	off := math.Abs(p.Value-truth) / share
	e.of[kind] = append(e.of[kind], off)
	e.all++
	if p.Lo <= truth && truth <= p.Hi {
		e.held++
	}
	if e.out != nil {
		fmt.Fprintf(e.out, "  %-10s %-8s %9.5f [%9.5f %9.5f], true %9.5f, %5.2f deviations off\n", p.Name, p.Of, p.Value, p.Lo, p.Hi, truth, (p.Value-truth)/((p.Hi-p.Lo)/2/1.96))
	}
}

// median returns that of a quantity.
func (e *errors) median(kind string) float64 {
	v := slices.Sorted(slices.Values(e.of[kind]))
	if len(v) == 0 {
		return math.NaN()
	}
	return v[len(v)/2]
}

func run(ctx context.Context, out io.Writer, seeds int, only string, list bool) error {
	fmt.Fprintln(out, "data                    e  wall e       μ  wall μ  masses       g     drag  intervals hold  unknown     s")
	for _, r := range rows {
		if only != "" && only != r.name {
			continue
		}
		e := &errors{of: map[string][]float64{}}
		if list {
			e.out = out
		}
		for seed := range seeds {
			set := discs.Default()
			set.Seed = uint64(seed + 1)
			r.change(&set)
			if err := judge(ctx, e, &set, r.episodes); err != nil {
				return fmt.Errorf("%s, seed %d: %w", r.name, seed+1, err)
			}
		}
		e.write(out, r.name)
	}
	for _, noise := range []float64{0.001, 0.005} {
		name := fmt.Sprintf("10 arcs, %.0f mm", 1e3*noise)
		if only != "" && only != name {
			continue
		}
		e := &errors{of: map[string][]float64{}}
		if list {
			e.out = out
		}
		for seed := range seeds {
			drag := []float64{0, 0.1, 0.5}[seed%3]
			began := time.Now()
			found, err := hits.Watches(ctx, arcs(uint64(seed), 10, 9.81, drag, noise), &identify.Options{})
			if err != nil {
				return fmt.Errorf("%s, seed %d: %w", name, seed+1, err)
			}
			e.took = append(e.took, time.Since(began).Seconds())
			for k := range found.Parameters {
				switch p := &found.Parameters[k]; {
				case p.Name == identify.Gravity && p.Of == identify.Scene:
					e.add("g", p, 9.81, 1)
				case p.Name == identify.Drag:
					e.add("drag", p, drag, 1)
				}
			}
		}
		e.write(out, name)
	}
	return nil
}

func (e *errors) write(out io.Writer, name string) {
	number := func(kind string, digits int, scale float64) string {
		if v := e.median(kind); !math.IsNaN(v) {
			return fmt.Sprintf("%.*f", digits, scale*v)
		}
		return "-"
	}
	fmt.Fprintf(out, "%-18s %6s  %6s  %6s  %6s  %4s %%  %6s  %7s    %3.0f %% of %4d  %7d  %4.1f\n", name, number("e", 4, 1), number("wall e", 4, 1), number("μ", 4, 1), number("wall μ", 4, 1),
		number("mass", 2, 100), number("g", 4, 1), number("drag", 5, 1), 100*float64(e.held)/float64(max(e.all, 1)), e.all, e.unknown, slices.Max(e.took))
}

// judge identifies a set of discs and takes in the errors.
func judge(ctx context.Context, e *errors, set *discs.Set, episodes int) error {
	truth := set.Scene()
	var watches []*observe.Watch
	for k := range episodes {
		w := set.Watch(set.Episode(k), k)
		w.Scene = untold(w.Scene)
		watches = append(watches, w)
	}
	unit := identify.Label{Scene: watches[0].Scene}.Body(0)
	began := time.Now()
	found, err := hits.Watches(ctx, watches, &identify.Options{Unit: unit})
	if err != nil {
		return err
	}
	e.took = append(e.took, time.Since(began).Seconds())
	for k := range found.Parameters {
		p := &found.Parameters[k]
		body := -1
		for i := range truth.Bodies {
			if (identify.Label{Scene: truth}).Body(i) == p.Of {
				body = i
			}
		}
		switch p.Name {
		case identify.Gravity:
			if p.Of == identify.Scene {
				e.add("g", p, set.Gravity, 1)
			}
		case identify.Drag:
			e.add("drag", p, set.Drag, 1)
		case identify.Elasticity:
			if p.Of == identify.Wall {
				e.add("wall e", p, set.WallE, 1)
			} else {
				e.add("e", p, set.E, 1)
			}
		case identify.Friction:
			if p.Of == identify.Wall {
				e.add("wall μ", p, set.WallMu, 1)
			} else {
				e.add("μ", p, set.Mu, 1)
			}
		case identify.Mass:
			if body > 0 {
				ratio := truth.Bodies[body].Mass / truth.Bodies[0].Mass
				e.add("mass", p, ratio, ratio)
			}
		case identify.Radius:
			if body >= 0 && p.Identifiable {
				e.add("radius", p, truth.Bodies[body].Shapes[0].Radius, 1)
			}
		case identify.Moment, identify.Stiffness, identify.Damping, identify.Length, identify.Anchor, identify.Strength, identify.Grip:
		}
	}
	return nil
}

// untold returns a scene that tells masses, friction and elasticity wrongly.
func untold(scene *sim.Scene) *sim.Scene {
	out := *scene
	out.Bodies, out.Walls = slices.Clone(out.Bodies), slices.Clone(out.Walls)
	wrong := func(shapes []sim.Shape) {
		for k := range shapes {
			shapes[k].Friction, shapes[k].Elasticity = 0, 1
		}
	}
	for i := range out.Bodies {
		b := &out.Bodies[i]
		b.Moment, b.Mass, b.Shapes = b.Moment/b.Mass, 1, slices.Clone(b.Shapes)
		wrong(b.Shapes)
	}
	wrong(out.Walls)
	return &out
}

// arcs returns discs that are thrown through the air, seen for 20 frames each at 30 a second, in
// scenes that tell of neither gravity nor drag.
func arcs(seed uint64, n int, g, drag, noise float64) (out []*observe.Watch) {
	scene := sim.DefaultScene()
	scene.FPS = 30
	scene.Bodies = []sim.Body{sim.NewDisc(0.05, 100, sim.Surface{})}
	for k := range n {
		r := sim.NewRand(seed, "arcs", k)
		x, y, vx, vy := r.Float64(), r.Float64(), 4*r.Float64()-2, 3*r.Float64()+1
		w := &observe.Watch{Scene: &scene}
		for q := range 20 {
			t := float64(q) / 30
			reach, fall := t, t*t/2
			if drag > 0 {
				reach = -math.Expm1(-drag*t) / drag
				fall = (t - reach) / drag
			}
			w.Times = append(w.Times, t)
			w.Sights = append(w.Sights, []sim.Sight{{Seen: true, X: x + vx*reach + noise*r.NormFloat64(), Y: y + vy*reach - g*fall + noise*r.NormFloat64()}})
		}
		out = append(out, w)
	}
	return out
}
