// Command bench prints how well package observe tells the motion of discs that it sees with
// noise, at how many times the effort.
//
//	go run ./world/observe/bench [-episodes 30] [-only base]
//
// Each row is another way to see, or other discs. Columns: velocity in mid-flight (RMS), beside
// impacts (median, 90 % quantile) in mm/s; impacts found of those that happened, and false ones
// of those found, in %; positions (RMS) in mm; spin (median) in rad/s; times of impacts (median) in ms; shares of positions,
// velocities and spins inside regions meant for 50 and 90 %; bodies in doubt; ms an episode.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"orrery/world/observe/discs"
)

// cases are the ways to see, by name.
var cases = []struct {
	name   string
	change func(*discs.Set)
}{
	{"base", func(*discs.Set) {}},
	{"seed 2", func(s *discs.Set) { s.Seed = 2 }},
	{"seed 3", func(s *discs.Set) { s.Seed = 3 }},
	{"3 mm", func(s *discs.Set) { s.Noise = 0.003 }},
	{"0.1 mm", func(s *discs.Set) { s.Noise = 0.0001 }},
	{"exact", func(s *discs.Set) { s.Noise = 0 }},
	{"gravity 3", func(s *discs.Set) { s.Gravity = 3 }},
	{"gravity 3 untold", func(s *discs.Set) { s.Gravity, s.GravityUntold = 3, true }},
	{"drag 0.3", func(s *discs.Set) { s.Drag = 0.3 }},
	{"no angle", func(s *discs.Set) { s.NoAngle = true }},
	{"5 % missing", func(s *discs.Set) { s.Missing = 0.05 }},
	{"15 % jitter", func(s *discs.Set) { s.Jitter = 0.15 }},
	{"60 fps", func(s *discs.Set) { s.FPS, s.Frames = 60, 121 }},
	{"120 fps", func(s *discs.Set) { s.FPS, s.Frames = 120, 241 }},
	{"15 fps", func(s *discs.Set) { s.FPS, s.Frames = 15, 31 }},
	{"equal masses", func(s *discs.Set) { s.Equal = true }},
	{"2 discs", func(s *discs.Set) { s.Discs = 2 }},
	{"8 discs", func(s *discs.Set) { s.Discs = 8 }},
	{"e 1, no friction", func(s *discs.Set) { s.E, s.WallE, s.Mu, s.WallMu = 1, 1, 0, 0 }},
	{"e 0.3", func(s *discs.Set) { s.E, s.WallE = 0.3, 0.3 }},
	{"two frames", func(s *discs.Set) { s.Frames = 2 }},
}

func main() {
	episodes := flag.Int("episodes", 30, "episodes of each case")
	only := flag.String("only", "", "name of the one case to do")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Stdout, *episodes, *only); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, out io.Writer, episodes int, only string) error {
	fmt.Fprintln(out, "case               flight  beside  90 %   found shown false  position  spin   late  inside 50 %      90 %          doubts   ms")
	for _, c := range cases {
		if only != "" && only != c.name {
			continue
		}
		set := discs.Default()
		c.change(&set)
		began := time.Now()
		score, err := discs.Judge(ctx, &set, episodes)
		if err != nil {
			return fmt.Errorf("%s: %w", c.name, err)
		}
		took := time.Since(began).Seconds() / float64(episodes)
		in := score.Inside()
		percent := func(a, b int) float64 { return 100 * float64(a) / float64(max(1, b)) }
		fmt.Fprintf(out, "%-18s %6.2f  %6.2f %6.1f  %5.1f %5.1f %5.1f  %8.3f  %5.3f %5.2f  %3.0f %3.0f %3.0f  %3.0f %3.0f %3.0f  %6d  %4.0f\n", c.name,
			1e3*discs.RMS(score.Flight), 1e3*discs.Quantile(score.Beside, 0.5), 1e3*discs.Quantile(score.Beside, 0.9),
			percent(score.Found, score.True), percent(score.Matched, score.Shown), percent(score.False, score.Told),
			1e3*discs.RMS(score.Position), discs.Quantile(score.Spin, 0.5), 1e3*discs.Quantile(score.Late, 0.5),
			100*in[0][0], 100*in[0][1], 100*in[0][2], 100*in[1][0], 100*in[1][1], 100*in[1][2], score.Doubts, 1e3*took)
	}
	return nil
}
