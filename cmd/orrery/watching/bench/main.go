// Command bench films scenarios, watches the films and prints how well the bodies
// were seen.
//
//	go run ./cmd/orrery/watching/bench [-scenes mixed,billiards] [-nuisances clean,noise] [-seeds 1,2] [-save DIR]
//
// A row is a scenario under a nuisance, over all seeds. Columns: position error, mean and 95 %
// in px, about the middle of the body's area; angle error, mean and 95 % in degrees, where
// turns can be seen, up to the symmetry of the shape; bodies found of those there are,
// and how many films have another number of tracks; body-pictures lost, with those of false tracks; switches of identity; pictures
// watched per second; s for which processors worked, which tells more than that on a machine with other work; MB of memory beside the film, at most. Nothing is excluded from errors
// but what has no pose, which is lost. A row that misses a target of its nuisance ends
// with it.
//
// With -phyworld 100 each of the three motions of PhyWorld (arXiv 2411.02385) is learned from 100 clips by
// watching them and identifying gravity and elasticity; then others are predicted from three
// pictures, and the mean error of the velocities of the rest is printed: of discs inside the radii and speeds
// of the clips, and outside. Masses are told to be areas, and the ground to be white.
//
// With -learn 200 -save DIR so many clips of two seconds of each scenario are filmed, watched, identified and learned from, by commands
// of the program -orrery, and so are the exact states of the same episodes. Printed are the numbers that films tell beside those
// that states do, and how far off both models are from true starts of other episodes, after training of equal -steps. What was done
// is in DIR and not done again:
//
//	go build -o orrery ./cmd/orrery && go run ./cmd/orrery/watching/bench -learn 200 -orrery ./orrery -save learned
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
	"strconv"
	"strings"
	"syscall"

	"orrery/sim/render/footage"
	"orrery/world/watch/score"
)

// options say what is filmed.
type options struct {
	scenes, nuisances []string
	seeds             []uint64
	width, height     int     // px
	rate              float64 // pictures per second
	frames            int     // pictures of a film
	paint             footage.Paint
	save              string // folder for the films, or none
	worst             int    // how many of the worst poses are told
	phyworld          int    // clips of each motion of PhyWorld, in place of all else, or 0
	learn, steps      int    // clips of each scenario to learn from, in place of all else, or 0; steps of each training
	program           string // orrery, to learn with
}

// clean is the row without nuisance.
const clean = "clean"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	o, err := parse(os.Args[1:], os.Stderr)
	if err == flag.ErrHelp {
		return
	}
	if err == nil {
		err = run(ctx, os.Stdout, o)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func parse(args []string, log io.Writer) (*options, error) {
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.SetOutput(log)
	o := new(options)
	scenes := flags.String("scenes", "mixed,billiards,push,pusht,tower,pendulum", "scenarios, by name or file")
	nuisances := flags.String("nuisances", "clean,noise,h264,light,texture,blur,shadow,all,alike", "clean, "+strings.Join(names(footage.Nuisances()), ", "))
	seeds := flags.String("seeds", "1", "seeds of scene and nuisances")
	size := flags.String("size", "480", "px, N or WIDTHxHEIGHT")
	paint := flags.String("paint", string(footage.Distinct), strings.Join(names(footage.Paints()), ", "))
	flags.Float64Var(&o.rate, "rate", 30, "pictures per second")
	flags.IntVar(&o.frames, "frames", 61, "pictures of a film")
	flags.StringVar(&o.save, "save", "", "folder to write the films to, as PNG, with the truth")
	flags.IntVar(&o.worst, "worst", 0, "tell so many of the worst poses of each row")
	flags.IntVar(&o.phyworld, "phyworld", 0, "do the three motions of PhyWorld instead, from so many clips each")
	flags.IntVar(&o.learn, "learn", 0, "learn from so many clips of billiards and mixed instead, or of -scenes")
	flags.IntVar(&o.steps, "steps", 3000, "steps of each training of -learn")
	flags.StringVar(&o.program, "orrery", "orrery", "the program for -learn")
	if err := flags.Parse(args); err != nil {
		return nil, err
	}
	if o.learn > 0 {
		if o.save == "" {
			return nil, fmt.Errorf("-learn: -save must name a folder")
		}
		named := false
		flags.Visit(func(f *flag.Flag) { named = named || f.Name == "scenes" })
		if !named {
			*scenes = "billiards,mixed"
		}
	}
	if flags.NArg() > 0 {
		return nil, fmt.Errorf("argument %q: there are flags only", flags.Arg(0))
	}
	o.scenes, o.nuisances = strings.Split(*scenes, ","), strings.Split(*nuisances, ",")
	o.paint = footage.Paint(*paint)
	for _, text := range strings.Split(*seeds, ",") {
		seed, err := strconv.ParseUint(text, 10, 64)
		if err != nil {
			return nil, fmt.Errorf("-seeds: %q must be a whole number", text)
		}
		o.seeds = append(o.seeds, seed)
	}
	width, height, both := strings.Cut(*size, "x")
	if !both {
		height = width
	}
	var errs [2]error
	o.width, errs[0] = strconv.Atoi(width)
	o.height, errs[1] = strconv.Atoi(height)
	if errs[0] != nil || errs[1] != nil {
		return nil, fmt.Errorf("-size: %q must be N or WIDTHxHEIGHT, in px", *size)
	}
	if o.frames < 2 {
		return nil, fmt.Errorf("-frames: %d must be at least 2", o.frames)
	}
	for _, n := range o.nuisances {
		if _, err := o.settings(n, 1); err != nil {
			return nil, err
		}
	}
	return o, nil
}

// settings returns those of a row and a seed.
func (o *options) settings(nuisance string, seed uint64) (footage.Settings, error) {
	s := footage.Default()
	s.Width, s.Height, s.Rate, s.Seed, s.Paint = o.width, o.height, o.rate, seed, o.paint
	if nuisance != clean {
		if err := s.Add(footage.Nuisance(nuisance)); err != nil {
			return s, err
		}
	}
	return s, s.Validate()
}

// row is the result of a scenario under a nuisance.
type row struct {
	score.Report
	films, miscounted int
	pictures          int
	seconds           float64
	processor         float64 // s for which processors worked
	peak              int64   // bytes beside the film
	worst             []worst
}

func run(ctx context.Context, out io.Writer, o *options) error {
	if o.phyworld > 0 {
		return runPhyWorld(ctx, out, o.phyworld)
	}
	if o.learn > 0 {
		return runLearning(ctx, out, o)
	}
	fmt.Fprintln(out, "scene       nuisance  px mean    95 %   ° mean   95 %   found  lost       switches  per s  cpu s    MB")
	for _, nuisance := range o.nuisances {
		for _, scene := range o.scenes {
			var r row
			for _, seed := range o.seeds {
				if err := r.film(ctx, o, scene, nuisance, seed); err != nil {
					return fmt.Errorf("%s, %s, seed %d: %w", scene, nuisance, seed, err)
				}
			}
			r.print(out, scene, nuisance)
			for _, w := range r.worstOf(o.worst) {
				fmt.Fprintf(out, "    %s\n", w)
			}
		}
	}
	return nil
}

func (r *row) print(out io.Writer, scene, nuisance string) {
	const degree = math.Pi / 180
	angles := fmt.Sprintf("%7.3f %6.2f", r.Angle.Mean()/degree, r.Angle.Quantile(0.95)/degree)
	if len(r.Angle) == 0 {
		angles = fmt.Sprintf("%7s %6s", "–", "–")
	}
	found := fmt.Sprintf("%d/%d", r.Found, r.Bodies)
	if r.miscounted > 0 {
		found += fmt.Sprintf(" (%d films miscounted, %d tracks)", r.miscounted, r.Tracks)
	}
	fmt.Fprintf(out, "%-11s %-8s %8.4f %7.3f  %s   %-6s %-10s %-8d %6.1f %6.2f %5.0f%s\n", scene, nuisance, r.Position.Mean(), r.Position.Quantile(0.95),
		angles, found, fmt.Sprintf("%d/%d", r.Lost, r.Frames), r.Switches, float64(r.pictures)/r.seconds, r.processor, float64(r.peak)/1e6, r.misses(scene, nuisance))
}

// misses tells which targets the row does not reach.
func (r *row) misses(scene, nuisance string) string {
	t, aimed := targetOf(scene, nuisance)
	if !aimed {
		return ""
	}
	var all []string
	miss := func(what string, got, most float64) {
		if !(got <= most) {
			all = append(all, fmt.Sprintf("%s ≤ %g", what, most))
		}
	}
	miss("mean", r.Position.Mean(), t.mean)
	miss("95 %", r.Position.Quantile(0.95), t.tail)
	if len(r.Angle) > 0 {
		miss("°", r.Angle.Mean()*180/math.Pi, t.angle)
	}
	miss("lost", float64(r.Lost)/float64(r.Frames), t.lost)
	miss("switches", float64(r.Switches), 0)
	miss("miscounted", float64(r.miscounted), 0)
	if len(all) == 0 {
		return ""
	}
	return "   misses " + strings.Join(all, ", ")
}

// target is what a row should reach.
type target struct {
	mean, tail float64 // px
	angle      float64 // degrees
	lost       float64 // share of the body-pictures
}

// targetOf returns the target of a row, of pictures 480 px wide.
func targetOf(scene, nuisance string) (target, bool) {
	switch footage.Nuisance(nuisance) {
	case clean:
		switch {
		case slices.Contains([]string{"pendulum", "tower"}, scene):
			return target{0.1, 0.4, 0.1, 0}, true
		case slices.Contains([]string{"billiards", "push"}, scene): // discs
			return target{0.015, 0.12, 0.1, 0}, true
		}
		return target{0.03, 0.12, 0.1, 0}, true
	case footage.WithNoise, footage.WithH264, footage.WithLight, footage.WithTexture:
		return target{0.1, 0.4, 0.25, 0}, true
	case footage.WithBlur:
		return target{0.15, 0.5, 0.25, 0}, true
	case footage.WithShadow:
		return target{0.1, 0.3, 0.25, 0}, true
	case footage.WithAll:
		return target{0.35, 0.8, 0.3, 0}, true
	case footage.WithOneColour:
		return target{0.3, 1.5, 0.3, 0.01}, true
	case footage.WithFlicker, footage.WithJPEG:
		return target{}, false
	}
	return target{}, false
}

// names returns the words of a kind.
func names[K ~string](kinds []K) (all []string) {
	for _, k := range kinds {
		all = append(all, string(k))
	}
	return all
}
