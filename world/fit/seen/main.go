// Command seen learns the law of discs from motion that is seen with noise, in several ways, and prints how
// well it predicts.
//
//	go run ./world/fit/seen [-episodes 500] [-tests 100] [-steps 2000] [-seed 1] [-only "1 mm"]
//
// Each row is a way to see the same discs: their states are estimated, a contact model is trained on them, and
// it predicts other episodes. Columns: mean position error after 0.1, 0.5 and 1 s from the true starts, in
// mm, against what truly happens; the share of measurements inside the regions meant for 50 and 90 %, at those
// times, from estimated starts; the error of the velocity right after an impact, in mm/s, and the part of it
// that the estimates are expected to have.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"math"
	"os"
	"os/signal"
	"runtime"
	"syscall"

	"golang.org/x/sync/errgroup"

	"orrery/datasets/recording"
	"orrery/sim"
	"orrery/world/eval"
	"orrery/world/fit"
	"orrery/world/observe"
	"orrery/world/observe/discs"
	"orrery/world/spread/lbfgs"
)

// way is a way to see.
type way struct {
	name   string
	change func(*discs.Set)
	grid   float64 // m, to which positions are rounded; 0 for not
	told   bool    // states are known instead
}

var ways = []way{
	{"told exactly", func(*discs.Set) {}, 0, true},
	{"1 mm", func(*discs.Set) {}, 0, false},
	{"pixels", func(*discs.Set) {}, 0.1 / 400, false},
	{"no angles", func(s *discs.Set) { s.NoAngle = true }, 0, false},
	{"5 % missing", func(s *discs.Set) { s.Missing = 0.05 }, 0, false},
	{"15 % jitter", func(s *discs.Set) { s.Jitter = 0.15 }, 0, false},
	{"times wrong by 15 %", func(s *discs.Set) { s.Wrong = 0.15 }, 0, false},
	{"29.97 fps", func(s *discs.Set) { s.FPS = 29.97 }, 0, false},
	{"3 mm", func(s *discs.Set) { s.Noise = 0.003 }, 0, false},
}

const (
	firstTest = 1000 // number of the first episode that judges
	fps       = 30
)

type options struct {
	episodes, tests, steps int
	seed                   uint64
	only                   string
}

func main() {
	var o options
	flag.IntVar(&o.episodes, "episodes", 500, "episodes to learn from")
	flag.IntVar(&o.tests, "tests", 100, "other episodes, to judge by")
	flag.IntVar(&o.steps, "steps", 2000, "steps of training")
	flag.Uint64Var(&o.seed, "seed", fit.DefaultConfig().Seed, "seed of the training")
	flag.StringVar(&o.only, "only", "", "name of the one row to do")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := o.run(ctx, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func (o *options) run(ctx context.Context, out io.Writer) error {
	fmt.Fprintln(out, "seen                   .1 s     .5 s      1 s    inside 50 %      90 %          impact  estimate")
	for _, w := range ways {
		if o.only != "" && o.only != w.name {
			continue
		}
		if err := w.row(ctx, out, o); err != nil {
			return fmt.Errorf("%s: %w", w.name, err)
		}
	}
	return nil
}

// row trains a model and prints how good it is.
func (w *way) row(ctx context.Context, out io.Writer, o *options) error {
	learned, err := w.watch(ctx, 0, o.episodes)
	if err != nil {
		return err
	}
	config := fit.DefaultConfig()
	config.Seed, config.Train.Budget, config.Train.Steps = o.seed, 0, o.steps
	fitted, err := fit.Train(ctx, fit.Job{Episodes: fit.InMemory(learned, fit.Origin{Scenario: "discs"}), Config: config, Minimise: lbfgs.Minimise})
	if err != nil {
		return err
	}
	exact := discs.Default()
	discsOf(&exact)
	var truth []*sim.Trajectory
	for i := range o.tests {
		truth = append(truth, known(exact.Episode(firstTest+i)))
	}
	entries := []eval.Entry{{Name: "contact", Model: fitted.Model}}
	settings := eval.DefaultConfig()
	settings.HorizonsS = []float64{0.1, 0.5, 1}
	from, err := eval.Run(ctx, truth, entries, nil, settings, nil)
	if err != nil {
		return err
	}
	seen, err := w.watch(ctx, firstTest, firstTest+o.tests)
	if err != nil {
		return err
	}
	against, err := eval.Run(ctx, seen, entries, nil, settings, nil)
	if err != nil {
		return err
	}
	e, row := from.Row("contact").Position.Mean, against.Row("contact")
	fmt.Fprintf(out, "%-19s %7.3f  %7.3f  %7.3f", w.name, 1e3*e[0], 1e3*e[1], 1e3*e[2])
	for _, level := range []float64{0.5, 0.9} {
		fmt.Fprint(out, "    ")
		for h := range against.HorizonsS {
			fmt.Fprintf(out, " %3.0f", 100*row.Calibration.Covered(h, level))
		}
	}
	after, floor := math.NaN(), math.NaN()
	if row.Impact != nil {
		after = float64(row.Impact.VelocityM)
	}
	if known := against.Row(eval.Measured); known != nil && known.Impact != nil {
		floor = float64(known.Impact.VelocityM)
	}
	fmt.Fprintf(out, "  %8.1f  %8.1f\n", 1e3*after, 1e3*floor)
	return nil
}

// discsOf sets what the discs are.
func discsOf(s *discs.Set) { s.Seed, s.Mu, s.WallMu, s.WallE = 101, 0.3, 0.3, 0.8 }

// known returns what happened in an episode.
func known(e *discs.Episode) *sim.Trajectory {
	return &sim.Trajectory{Scene: e.Scene, States: e.States}
}

// watch returns episodes as they are estimated from what is seen, or as they are.
func (w *way) watch(ctx context.Context, from, to int) ([]*sim.Trajectory, error) {
	set := discs.Default()
	discsOf(&set)
	w.change(&set)
	out := make([]*sim.Trajectory, to-from)
	watches := make([]*observe.Watch, len(out))
	for i := range out {
		e := set.Episode(from + i)
		if out[i] = known(e); w.told {
			continue
		}
		watches[i] = set.Watch(e, from+i)
		for _, row := range watches[i].Sights {
			for k := range row {
				if s := &row[k]; w.grid > 0 {
					s.X, s.Y = w.grid*math.Round(s.X/w.grid), w.grid*math.Round(s.Y/w.grid)
				}
			}
		}
	}
	if w.told {
		return out, nil
	}
	even(watches)
	law, err := observe.Measure(ctx, watches)
	if err != nil {
		return nil, err
	}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(runtime.NumCPU())
	for i := range out {
		group.Go(func() error { return estimate(ctx, out[i], watches[i], &law) })
	}
	return out, group.Wait()
}

// even gives watches of one camera better times than those that are told, where there are any, as an import does.
func even(watches []*observe.Watch) {
	var all []*recording.Recording
	for _, w := range watches {
		all = append(all, &recording.Recording{
			Raw: &recording.Raw{Timed: true}, Tracks: make([]recording.Track, len(w.Scene.Bodies)), Times: w.Times, Sights: w.Sights,
		})
	}
	if _, found := recording.Even(all); !found {
		return
	}
	for i, r := range all {
		watches[i].Times = r.Times
	}
}

// estimate replaces the states of an episode by those that a watch shows.
func estimate(ctx context.Context, t *sim.Trajectory, w *observe.Watch, law *observe.Law) error {
	scene := *t.Scene
	scene.FPS = fps
	var times []float64
	for k := 0; float64(k)/fps <= w.Times[len(w.Times)-1]; k++ {
		times = append(times, float64(k)/fps)
	}
	found, err := observe.Smooth(ctx, w, law, times)
	if err != nil {
		return err
	}
	seen := &sim.Observation{Std: found.Std(), Impacts: found.Impacts}
	for range times {
		seen.Sights = append(seen.Sights, make([]sim.Sight, len(scene.Bodies)))
	}
	for k, row := range w.Sights {
		frame := int(math.Round(w.Times[k] * fps))
		if frame >= len(times) {
			continue
		}
		for i, s := range row {
			s.After, s.Std, s.StdTurn = w.Times[k]-times[frame], law.Noise, law.Turn
			seen.Sights[frame][i] = s
		}
	}
	*t = sim.Trajectory{Scene: &scene, States: found.States, Seen: seen}
	return t.Check()
}
