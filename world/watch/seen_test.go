package watch_test

import (
	"context"
	"fmt"
	"math"
	"runtime"
	"strings"
	"testing"

	"orrery/datasets/film"
	"orrery/sim"
	"orrery/sim/golden"
	"orrery/sim/render/footage"
	"orrery/world/watch"
	"orrery/world/watch/follow"
	"orrery/world/watch/ground"
	"orrery/world/watch/level"
	"orrery/world/watch/look"
	"orrery/world/watch/score"
	"orrery/world/watch/steady"
	"orrery/world/watch/walls"
)

// TestAllThatIsSeenIsAsBefore of tiny films, one for each thing that makes films hard: the ground, the bodies, the
// exposure, every pose with how sure it is, walls, and what of it was true.
func TestAllThatIsSeenIsAsBefore(t *testing.T) {
	if testing.Short() {
		t.Skip("the race detector makes it ten times as long, and tests of each room start the same goroutines")
	}
	t.Parallel()
	for _, s := range scripts() {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			golden.Compare(t, "testdata/"+strings.ReplaceAll(s.name, " ", "-")+".txt", s.tell(t))
		})
	}
}

// TestWorkersSeeTheSame: one of them, and four.
func TestWorkersSeeTheSame(t *testing.T) {
	if testing.Short() {
		t.Skip("the race detector makes it ten times as long, and tests of each room start the same goroutines")
	}
	s := scripts()[0]
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	alone := s.tell(t)
	runtime.GOMAXPROCS(4)
	if s.tell(t) != alone {
		t.Error("four workers see other things than one")
	}
}

// tell films a script, watches the film and returns all that was seen in it as lines of text.
func (s *script) tell(t *testing.T) string {
	t.Helper()
	ctx := context.Background()
	out := &teller{}
	out.line("# %s", s.name)
	f, shot := s.film(t)
	if s.held {
		still, sways, err := steady.Film(ctx, f)
		if err != nil {
			t.Fatal(err)
		}
		for k, s := range sways {
			out.line("sway %d: %.4f %.4f %.7f %.7f", k, s.X, s.Y, s.Turn, s.Zoom)
		}
		f = still
	}
	o := watch.DefaultOptions()
	if s.options != nil {
		s.options(&o, shot)
	}
	seen, err := watch.Find(ctx, f, o)
	if err != nil {
		out.line("error: %v", err)
		return out.String()
	}
	out.ground(t, f, seen.Ground)
	for i := range seen.Bodies {
		out.found(i, &seen.Bodies[i])
	}
	for _, i := range seen.Ignored {
		out.line("ignored in %d: %v, %s", i.Number, i.Box, i.Reason)
	}
	out.line("exposure %.6g", seen.Exposure)
	ways, tracks := make([]walls.Way, len(seen.Bodies)), make([][]score.Sight, len(seen.Bodies))
	var times []float64
	var sizes []level.Size
	for frame, err := range seen.Follow(ctx, f, o) {
		if err != nil {
			t.Fatal(err)
		}
		times = append(times, frame.Time)
		for i := range frame.Sights {
			g := &frame.Sights[i]
			out.sight(frame.Number, i, g)
			place := walls.Place{Pose: g.Pose, Std: math.Sqrt(max(g.Covariance[0][0], g.Covariance[1][1])), Seen: g.Seen}
			ways[i].Body, ways[i].Places = &seen.Bodies[i].Body, append(ways[i].Places, place)
			tracks[i] = append(tracks[i], score.Sight{X: g.X, Y: g.Y, Angle: g.Angle, Seen: g.Seen, Turned: g.Turned})
			if g.Size > 0 {
				sizes = append(sizes, level.Size{Body: i, X: g.X - wide/2, Y: high/2 - g.Y, By: g.Size})
			}
		}
	}
	out.walls(ways, times, seen.Ground, s.down)
	if len(sizes) > 0 {
		slant, sure := level.Find(sizes, wide)
		out.line("slant %.8f %.8f ± %.8f over %.7f: %t", slant.X, slant.Y, slant.Std, slant.Over, sure)
	}
	out.score(shot, tracks)
	return out.String()
}

// teller writes lines of what was seen.
type teller struct{ strings.Builder }

func (w *teller) line(format string, of ...any) { fmt.Fprintf(&w.Builder, format+"\n", of...) }

// sum returns the mean of values, and a mean in which each place has a weight of its own.
func sum[T float32 | uint8](values []T) (mean, placed float64) {
	for i, v := range values {
		mean += float64(v) / float64(len(values))
		placed += float64(v) * float64(i*7919%1009) / 1009 / float64(len(values))
	}
	return mean, placed
}

// ground tells what is there without bodies, and which pixels of some pictures differ from it.
func (w *teller) ground(t *testing.T, f *film.Film, g *ground.Ground) {
	t.Helper()
	mean, placed := sum(g.Mean)
	noise, noisy := sum(g.Noise)
	w.line("ground %s of %d: ghosts %d, filled %d, even %t, unrest %.7g, mean %.8g %.8g, noise %.7g %.7g", g.Kind, g.Pictures, g.Ghosts, g.Filled, g.Even, g.Unrest, mean, placed, noise, noisy)
	mask := ground.NewMask(g)
	k := 0
	for p, err := range f.Pictures(context.Background()) {
		if err != nil {
			t.Fatal(err)
		}
		if k++; k%5 != 1 {
			continue
		}
		g.Look(p, mask)
		var counts [8]int
		for _, c := range mask.Class {
			counts[c]++
		}
		_, placed := sum(mask.Class)
		w.line("mask %d: %d, %.8g, light %.7g", p.Number, counts, placed, mask.Light)
	}
}

// found tells what a body looks like and where it was found.
func (w *teller) found(i int, b *look.Found) {
	w.line("body %d: picture %d at %.6f %.6f %.7f, %d to %d, certain %.7g, turns %t, alike %d", i, b.Number, b.Pose.X, b.Pose.Y, b.Pose.Angle, b.First, b.Last, b.Certain, b.Turns, b.Alike)
	for _, s := range b.Shapes {
		w.line("  %s %.6f %.6f", s.Kind, s.Radius, s.Vertices)
	}
	p := &b.Paint
	grid := make([]float32, 0, 3*len(p.Grid))
	for _, c := range p.Grid {
		grid = append(grid, c[:]...)
	}
	mean, placed := sum(grid)
	w.line("  paint %.7g, %d×%d at %.6g %.6g: %.7g %.7g", p.Mean, p.Width, p.Height, p.Left, p.Bottom, mean, placed)
	for k, at := range b.Places {
		if k%6 == 0 {
			w.line("  place %d of %d in %d: %.6f %.6f", k, len(b.Places), at.Number, at.X, at.Y)
		}
	}
}

// sight tells what a picture shows of a body.
func (w *teller) sight(number, body int, s *follow.Sight) {
	c := &s.Covariance
	marks := ""
	for _, m := range []struct {
		is   bool
		name string
	}{{s.Seen, " seen"}, {s.Turned, " turned"}} {
		if m.is {
			marks += m.name
		}
	}
	x, y, angle := math.Sqrt(c[0][0]), math.Sqrt(c[1][1]), math.Sqrt(c[2][2])
	w.line("%d.%d: %.6f %.6f %.7f ± %.5g %.5g %.5g, %.4f %.4f %.4f; share %.6f, size %.7f, left %.6f%s", number, body, s.X, s.Y, s.Angle,
		x, y, angle, c[0][1]/x/y, c[0][2]/x/angle, c[1][2]/y/angle, s.Share, s.Size, s.Residual, marks)
}

// walls tells where bodies were pushed by something that is no body, and what that is.
func (w *teller) walls(ways []walls.Way, times []float64, g *ground.Ground, down sim.Vec) {
	fall := walls.Fall(ways, times)
	w.line("fall %.4f", fall)
	hits := walls.Hits(ways, times, down)
	for _, h := range hits {
		w.line("hit %d at %.6f: %.5f, push %.4f, rest %t, ± %.5f", h.Body, h.Time, h.Pose, h.Push, h.Rest, h.Doubt)
	}
	noise, _ := sum(g.Noise)
	for _, wall := range walls.Find(hits, ways, &walls.Picture{Width: g.Width, Height: g.Height, Values: g.Mean, Noise: 1 + noise}) {
		w.line("wall %.5f to %.5f: %d hits, %d rests, edge %t, ± %.5f %.5f", wall.A, wall.B, wall.Hits, wall.Rests, wall.Edge, wall.Std, wall.Spread)
	}
}

// score tells how much of it is true.
func (w *teller) score(shot *footage.Shot, tracks [][]score.Sight) {
	var truth []score.Body
	for k := range shot.Len() {
		for i, pose := range shot.Middles(k) {
			if k == 0 {
				truth = append(truth, score.Body{Shapes: shot.Shapes(i)})
			}
			truth[i].Poses = append(truth[i].Poses, pose)
		}
	}
	r := score.Judge(truth, tracks)
	w.line("score: %d of %d in %d tracks, lost %d of %d, %d switches, off %.5f %.5f px, %.6f %.6f rad", r.Found, r.Bodies, r.Tracks, r.Lost, r.Frames, r.Switches,
		r.Position.Mean(), r.Position.Quantile(0.9), r.Angle.Mean(), r.Angle.Quantile(0.9))
}
