// Command trial measures how well planted faults are found.
//
//	go run ./world/surprise/trial [-model DIR] [-episodes 60] [-seed 1] [-noise 0.001] [-discs 5] [-frames 61] [-estimate] [-json]
//
// For each kind of fault it makes episodes of discs with one fault each, seen with noise, and judges
// every body at every frame, by the law that moves them or by a trained model. It prints the area
// under the curve of found faults over false ones, what causes were told, and alarms at bodies and
// frames without a fault. With -estimate the states are estimates made of the sights by package
// observe, as those of an imported table are. -csv DIR writes the tables instead, as a tracker would.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"text/tabwriter"

	"golang.org/x/sync/errgroup"

	"orrery/sim"
	"orrery/sim/canon"
	"orrery/world"
	"orrery/world/fit"
	"orrery/world/observe"
	"orrery/world/surprise"
	"orrery/world/surprise/planted"
)

type options struct {
	model, csv, kind string
	episodes         int
	seed             uint64
	estimate, json   bool
	planted.Settings
}

func main() {
	o := options{Settings: planted.DefaultSettings()}
	flag.StringVar(&o.model, "model", "", "directory of a trained model (default the law itself)")
	flag.StringVar(&o.csv, "csv", "", "directory to write tracks.csv, truth.csv, faults.csv and scene.json to, instead of judging")
	flag.StringVar(&o.kind, "kind", "", "the only kind of fault, or none")
	flag.IntVar(&o.episodes, "episodes", 60, "number of episodes of each kind")
	flag.Uint64Var(&o.seed, "seed", 1, "of the discs and the episodes")
	flag.Float64Var(&o.Noise, "noise", o.Noise, "m, standard deviation of positions; 0 makes known states")
	flag.IntVar(&o.Discs, "discs", o.Discs, "number of discs in the box, 2 to 12")
	flag.IntVar(&o.Frames, "frames", o.Frames, "frames of each episode")
	flag.BoolVar(&o.estimate, "estimate", false, "judge estimates, not sights alone")
	flag.BoolVar(&o.json, "json", false, "print JSON")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := o.run(ctx, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "trial:", err)
		os.Exit(1)
	}
}

// kinds returns those to be judged, None first.
func (o *options) kinds() ([]planted.Kind, error) {
	all := append([]planted.Kind{planted.None}, planted.Kinds()...)
	if o.kind == "" {
		return all, nil
	}
	if !slices.Contains(all, planted.Kind(o.kind)) {
		return nil, fmt.Errorf("-kind %q must be one of %q", o.kind, all)
	}
	return []planted.Kind{planted.Kind(o.kind)}, nil
}

// row is what was found of one kind.
type row struct {
	Kind   planted.Kind           `json:"kind"`
	Faults int                    `json:"faults"` // bodies to which something happened
	AUC    float64                `json:"auc"`
	Found  int                    `json:"found"` // of the faults, by an event
	Causes map[surprise.Cause]int `json:"causes"`
	False  int                    `json:"false"`  // events without a fault
	Frames int                    `json:"frames"` // of all episodes
}

func (o *options) run(ctx context.Context, out io.Writer) error {
	kinds, err := o.kinds()
	switch {
	case err != nil:
		return err
	case o.episodes < 1:
		return fmt.Errorf("-episodes %d must be at least 1", o.episodes)
	}
	if err := o.Validate(); err != nil {
		return err
	}
	if o.csv != "" {
		return o.write(kinds[0])
	}
	var model world.Model = planted.Law{}
	if o.model != "" {
		if model, _, err = fit.Load(o.model); err != nil {
			return err
		}
	}
	var rows []row
	for _, kind := range kinds {
		r, err := o.judge(ctx, model, kind)
		if err != nil {
			return err
		}
		rows = append(rows, r)
		fmt.Fprintf(os.Stderr, "%s: judged\n", kind)
	}
	if o.json {
		e := json.NewEncoder(out)
		e.SetIndent("", " ")
		return e.Encode(rows)
	}
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "planted\tfaults\tAUC\tfound\tfalse\tframes\tcauses")
	for _, r := range rows {
		fmt.Fprintf(w, "%s\t%d\t%.4f\t%d\t%d\t%d\t%s\n", r.Kind, r.Faults, r.AUC, r.Found, r.False, r.Frames, causes(r.Causes))
	}
	return w.Flush()
}

// causes lists how often each was told.
func causes(count map[surprise.Cause]int) string {
	var out []string
	for _, c := range surprise.Causes() {
		if count[c] > 0 {
			out = append(out, fmt.Sprintf("%s %d", c, count[c]))
		}
	}
	return strings.Join(out, ", ")
}

func (o *options) judge(ctx context.Context, model world.Model, kind planted.Kind) (row, error) {
	r := row{Kind: kind, Causes: map[surprise.Cause]int{}}
	var trajectories []*sim.Trajectory
	var faults [][]planted.Fault
	for e := range o.episodes {
		t, f := o.Episode(o.seed, e, kind)
		if t.Seen != nil {
			t = planted.Blind(t)
		}
		trajectories, faults = append(trajectories, t), append(faults, f)
		r.Frames += len(t.States)
		for _, x := range f {
			r.Faults += len(x.Bodies)
		}
	}
	if o.estimate && o.Noise > 0 {
		if err := estimate(ctx, trajectories); err != nil {
			return r, err
		}
	}
	found, err := surprise.Find(ctx, model, trajectories, runtime.NumCPU(), nil)
	if err != nil {
		return r, err
	}
	r.AUC = planted.AUC(found.Scores, faults)
	for _, e := range found.Events {
		if planted.Is(faults[e.Episode], e.Frame, e.Body) {
			r.Found++
			r.Causes[e.Cause]++
		} else {
			r.False++
		}
	}
	return r, nil
}

// estimate gives trajectories the states that are found in their sights.
func estimate(ctx context.Context, trajectories []*sim.Trajectory) error {
	var watches []*observe.Watch
	var times [][]float64
	for _, t := range trajectories {
		w, at := observe.WatchOf(t)
		watches, times = append(watches, w), append(times, at)
	}
	law, err := observe.Measure(ctx, watches)
	if err != nil {
		return err
	}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(runtime.NumCPU())
	for k, w := range watches {
		group.Go(func() error {
			e, err := observe.Smooth(ctx, w, &law, times[k])
			if err != nil {
				return fmt.Errorf("episode %d: %w", k, err)
			}
			trajectories[k].States = e.States
			return nil
		})
	}
	return group.Wait()
}

// write writes the episodes of a kind as tables.
func (o *options) write(kind planted.Kind) error {
	if err := os.MkdirAll(o.csv, 0o755); err != nil {
		return err
	}
	var tracks, truth, faults strings.Builder
	tracks.WriteString("episode,time,body,x,y,angle\n")
	truth.WriteString("episode,time,body,x,y,angle,vx,vy,omega\n")
	faults.WriteString("episode,frame,body\n")
	for e := range o.episodes {
		t, planted := o.Episode(o.seed, e, kind)
		for k, state := range t.States {
			at := float64(k) * t.Scene.FrameTime()
			for i, b := range state {
				fmt.Fprintf(&truth, "%d,%.6f,%d,%.9g,%.9g,%.9g,%.9g,%.9g,%.9g\n", e, at, i, b.X, b.Y, b.Angle, b.VX, b.VY, b.Omega)
				if t.Seen != nil {
					s := t.Seen.Sights[k][i]
					fmt.Fprintf(&tracks, "%d,%.6f,%d,%.6f,%.6f,%.6f\n", e, at, i, s.X, s.Y, s.Angle)
				}
			}
		}
		for _, f := range planted {
			for _, i := range f.Bodies {
				fmt.Fprintf(&faults, "%d,%d,%d\n", e, f.Frame, i)
			}
		}
		if e == 0 {
			text, err := canon.Encode(t.Scene)
			if err != nil {
				return err
			}
			if err := os.WriteFile(filepath.Join(o.csv, "scene.json"), text, 0o644); err != nil {
				return err
			}
		}
	}
	for name, text := range map[string]*strings.Builder{"tracks.csv": &tracks, "truth.csv": &truth, "faults.csv": &faults} {
		if err := os.WriteFile(filepath.Join(o.csv, name), []byte(text.String()), 0o644); err != nil {
			return err
		}
	}
	return nil
}
