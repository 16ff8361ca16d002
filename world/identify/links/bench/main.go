// Command bench prints how well package links finds what couples the points of the published springs and charges, and
// how well the laws that were found or told predict them.
//
//	go run ./world/identify/links/bench [-seeds 10] [-only springs] [-list]
//
// Each row of forces is one episode of 49 frames a seed. Columns: pairs that are right, whole graphs that are right, the
// error of the stiffness or strength (median, in % of the true one), seconds an episode. Each row of predictions has the
// squared error of positions and velocities scaled to −1…1 after 1, 10 and 20 frames: mean and median over episodes.
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
	"strings"
	"syscall"
	"time"

	"gonum.org/v1/gonum/stat"

	"orrery/sim"
	"orrery/world"
	"orrery/world/identify"
	"orrery/world/identify/links"
	"orrery/world/identify/links/points"
)

// list says that each seed is printed.
var list bool

const box = 10 // m, to which noise is compared

func main() {
	seeds := flag.Int("seeds", 10, "seeds of each row")
	only := flag.String("only", "", "rows whose names begin so")
	flag.BoolVar(&list, "list", false, "print what is found of each seed as well")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Stdout, uint64(*seeds), *only); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, out io.Writer, seeds uint64, only string) error {
	fmt.Fprintln(out, "forces                   pairs right  graphs right  strength off       s")
	for _, r := range []struct {
		name  string
		set   points.Set
		noise float64
	}{
		{"springs, known states", points.Springs(), 0},
		{"springs, noise 1e-7", points.Springs(), 1e-7},
		{"springs, noise 1e-3", points.Springs(), 1e-3},
		{"springs, noise 1e-2", points.Springs(), 1e-2},
		{"charges, known states", points.Charges(), 0},
		{"charges, noise 1e-3", points.Charges(), 1e-3},
	} {
		if strings.HasPrefix(r.name, only) {
			r.set.Noise = r.noise * box
			if err := forces(ctx, out, r.name, r.set, seeds); err != nil {
				return err
			}
		}
	}
	fmt.Fprintln(out, "\npredictions              mean after 1, 10, 20 frames    median")
	if strings.HasPrefix("predicted springs", only) {
		if err := springs(ctx, out, seeds); err != nil {
			return err
		}
	}
	if strings.HasPrefix("predicted charges", only) {
		return charges(out, 40*seeds)
	}
	return nil
}

// strength returns what a scene's fields push a from b with.
func strength(fields []sim.Field, a, b int) float64 {
	for _, f := range fields {
		if f.A == a && f.B == b || f.A == b && f.B == a {
			return f.Strength
		}
	}
	return 0
}

func forces(ctx context.Context, out io.Writer, name string, set points.Set, seeds uint64) error {
	right, pairs, whole := 0, 0, 0
	var off []float64
	began := time.Now()
	for seed := range seeds {
		set.Seed = seed
		run, truth := set.Episode(0)
		round(run)
		found, err := links.Identify(ctx, []*sim.Trajectory{run}, &identify.Options{})
		if err != nil {
			return err
		}
		scene, err := found.SceneOf(run.Scene, 0)
		if err != nil {
			return err
		}
		good := true
		for a := range set.Points {
			for b := range a {
				got, want := strength(scene.Fields, a, b), strength(truth, a, b)
				pairs++
				if (got < 0) == (want < 0) && (got > 0) == (want > 0) {
					right++
				} else {
					good = false
				}
				if want != 0 && got != 0 {
					off = append(off, 100*math.Abs(got-want)/math.Abs(want))
				}
			}
		}
		if good {
			whole++
		}
		if list {
			fmt.Fprintf(out, "seed %d: right %v after %.1f s: %v %v\n", seed, good, time.Since(began).Seconds(), found.Edges, found.Parameters)
		}
	}
	slices.Sort(off)
	middle := math.NaN()
	if len(off) > 0 {
		middle = stat.Quantile(0.5, stat.Empirical, off, nil)
	}
	_, err := fmt.Fprintf(out, "%-24s %9.1f %%  %10.0f %%  %10.2g %%  %6.1f\n", name, 100*float64(right)/float64(pairs), 100*float64(whole)/float64(seeds), middle, time.Since(began).Seconds()/float64(seeds))
	return err
}

// round leaves known states as precise as datasets keep them.
func round(run *sim.Trajectory) {
	for k := range run.States {
		run.States[k].SetFloat32(run.States[k].AppendFloat32(nil, len(run.States[k])))
	}
}

// springs finds the springs of the first half of each episode and predicts the second with them.
func springs(ctx context.Context, out io.Writer, seeds uint64) error {
	var runs, rest []*sim.Trajectory
	var model *links.Model
	for seed := range seeds {
		set := points.Springs()
		set.Seed, set.Frames = seed, 98
		run, _ := set.Episode(0)
		round(run)
		first := *run
		first.States = run.States[:49]
		found, err := links.Identify(ctx, []*sim.Trajectory{&first}, &identify.Options{})
		if err != nil {
			return err
		}
		scene, err := found.SceneOf(run.Scene, 0)
		if err != nil {
			return err
		}
		runs = append(runs, run)
		first.Scene = scene
		if model == nil {
			if model, err = links.Suit([]*sim.Trajectory{&first}); err != nil {
				return err
			}
		}
		rest = append(rest, &sim.Trajectory{Scene: scene, States: run.States[48:]})
	}
	return predict(out, "springs that were found", model, runs, rest)
}

// charges predicts episodes whose forces are told.
func charges(out io.Writer, episodes uint64) error {
	set := points.Charges()
	var runs []*sim.Trajectory
	for e := range episodes {
		run, truth := set.Episode(int(e))
		round(run)
		scene := *run.Scene
		scene.Fields = slices.Clone(truth)
		for k := range scene.Fields {
			scene.Fields[k].Limit = set.Limit
		}
		run.Scene = &scene
		runs = append(runs, run)
	}
	model, err := links.Suit(runs[:min(10, len(runs))])
	if err != nil {
		return err
	}
	return predict(out, "charges that are told", model, runs, runs)
}

// predict follows each of the runs from its first state, and scales errors by the ranges of all.
func predict(out io.Writer, name string, model *links.Model, all, runs []*sim.Trajectory) error {
	low, high := [2]float64{math.Inf(1), math.Inf(1)}, [2]float64{math.Inf(-1), math.Inf(-1)}
	for _, t := range all {
		for _, state := range t.States {
			for _, b := range state {
				for k, p := range [2]sim.Vec{b.Position(), b.Velocity()} {
					low[k], high[k] = min(low[k], p.X, p.Y), max(high[k], p.X, p.Y)
				}
			}
		}
	}
	after := []int{1, 10, 20}
	errors := make([][]float64, len(after))
	for _, t := range runs {
		p, err := world.Model(model).Predictor([]*sim.Scene{t.Scene})
		if err != nil {
			return err
		}
		state := slices.Clone(t.States[0])
		for k := 1; k <= after[len(after)-1]; k++ {
			if err := p.Step(state, nil); err != nil {
				return err
			}
			at := slices.Index(after, k)
			if at < 0 {
				continue
			}
			sum := 0.0
			for i, b := range state {
				x := b.Position().Sub(t.States[k][i].Position()).Scale(2 / (high[0] - low[0]))
				v := b.Velocity().Sub(t.States[k][i].Velocity()).Scale(2 / (high[1] - low[1]))
				sum += x.Dot(x) + v.Dot(v)
			}
			errors[at] = append(errors[at], sum/float64(4*len(state)))
		}
	}
	var mean, median []string
	for _, list := range errors {
		slices.Sort(list)
		mean = append(mean, fmt.Sprintf("%.2g", stat.Mean(list, nil)))
		median = append(median, fmt.Sprintf("%.2g", stat.Quantile(0.5, stat.Empirical, list, nil)))
	}
	_, err := fmt.Fprintf(out, "%-24s %-30s %s (%s)\n", name, strings.Join(mean, " / "), strings.Join(median, " / "), model.Step)
	return err
}
