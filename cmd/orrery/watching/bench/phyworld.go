package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"io"
	"math"
	"math/rand/v2"

	"orrery/datasets/film"
	"orrery/sim"
	"orrery/sim/engine"
	"orrery/sim/polygon"
	"orrery/sim/render"
	"orrery/sim/render/footage"
	"orrery/world/identify"
	"orrery/world/identify/hits"
	"orrery/world/observe"
	"orrery/world/watch"
)

// The world of Kang et al., "How Far is Video Generation from World Model: A Physical Law Perspective",
// arXiv 2411.02385 (2024): white, seen in pictures 0.1 s apart.
const (
	phySide    = 10.0 // m
	phyPixels  = 256
	phyRate    = 10  // pictures per second
	phyLength  = 32  // pictures of a clip, unless a disc leaves before
	phyGiven   = 3   // pictures from which the rest is predicted
	phyPull    = 2.5 // m/s², of what is thrown
	phySteps   = 200 // of the engine between two pictures, so that its steps do not count
	phyRelease = 0.1 // m, from the edge of the picture to a disc at the start
	phyJudged  = 40  // clips inside and as many outside that are predicted, at most
)

// clip is a motion of discs that is known in closed form.
type clip struct {
	radii []float64
	at    func(time float64) sim.State
}

// motion is one of the three of PhyWorld.
type motion struct {
	name string
	draw func(draw func(what [][2]float64) float64, radii, speeds [][2]float64) clip
}

// Inside and outside of what is learned from: radii in m and speeds in m/s.
var (
	insideRadii, insideSpeeds   = [][2]float64{{0.7, 1.5}}, [][2]float64{{1, 4}}
	outsideRadii, outsideSpeeds = [][2]float64{{0.3, 0.6}, {1.5, 2}}, [][2]float64{{0, 0.8}, {4.5, 6}}
)

var motions = []motion{
	{"uniform", func(draw func([][2]float64) float64, radii, speeds [][2]float64) clip {
		r, v := draw(radii), draw(speeds)
		y := draw([][2]float64{{r, phySide - r}})
		return clip{[]float64{r}, func(t float64) sim.State { return sim.State{{X: r + phyRelease + v*t, Y: y, VX: v}} }}
	}},
	{"thrown", func(draw func([][2]float64) float64, radii, speeds [][2]float64) clip {
		r, v := draw(radii), draw(speeds)
		return clip{[]float64{r}, func(t float64) sim.State {
			return sim.State{{X: r + phyRelease + v*t, Y: phySide - r - phyRelease - phyPull*t*t/2, VX: v, VY: -phyPull * t}}
		}}
	}},
	{"head-on", func(draw func([][2]float64) float64, radii, speeds [][2]float64) clip {
		for {
			r, q, v, w := draw(radii), draw(radii), draw(speeds), -draw(speeds)
			y := draw([][2]float64{{max(r, q), phySide - max(r, q)}})
			x, z := r+phyRelease, phySide-q-phyRelease
			meet := (z - x - r - q) / (v - w)
			if meet < 1.5*phyGiven/phyRate { // it would be seen
				continue
			}
			m, n := r*r, q*q
			after := [2]float64{((m-n)*v + 2*n*w) / (m + n), ((n-m)*w + 2*m*v) / (m + n)}
			return clip{[]float64{r, q}, func(t float64) sim.State {
				before, since := min(t, meet), max(t-meet, 0)
				s := sim.State{{X: x + v*before + after[0]*since, Y: y, VX: v}, {X: z + w*before + after[1]*since, Y: y, VX: w}}
				if since > 0 {
					s[0].VX, s[1].VX = after[0], after[1]
				}
				return s
			}}
		}
	}},
}

// drawn returns clip k of a set.
func (m motion) drawn(set string, k int, radii, speeds [][2]float64) clip {
	random := sim.NewRand(1, "phyworld "+m.name+" "+set, k)
	return m.draw(func(what [][2]float64) float64 { return within(random, what) }, radii, speeds)
}

func within(random *rand.Rand, ranges [][2]float64) float64 {
	r := ranges[random.IntN(len(ranges))]
	return r[0] + (r[1]-r[0])*random.Float64()
}

// states returns the states of the pictures until a disc touches the edge.
func (c *clip) states() (states []sim.State) {
	for k := range phyLength {
		s := c.at(float64(k) / phyRate)
		for i, b := range s {
			if r := c.radii[i]; b.X < r || b.X > phySide-r || b.Y < r || b.Y > phySide-r {
				return states
			}
		}
		states = append(states, s)
	}
	return states
}

// discs returns a scene of discs whose masses are their areas.
func discs(radii []float64, gravity, elasticity float64) *sim.Scene {
	scene := sim.DefaultScene()
	scene.Name, scene.FPS, scene.Substeps, scene.Gravity = "phyworld", phyRate, phySteps, sim.Vec{Y: -gravity}
	for _, r := range radii {
		b := sim.NewDisc(r, 1, sim.Surface{Elasticity: math.Sqrt(max(elasticity, 0))})
		scene.Bodies = append(scene.Bodies, b)
	}
	return &scene
}

// film returns pictures of states.
func (c *clip) film(ctx context.Context, states []sim.State) (pictures []*image.RGBA, err error) {
	s := footage.Default()
	s.Width, s.Height, s.Rate = phyPixels, phyPixels, phyRate
	s.Ground = render.Colour{R: 255, G: 255, B: 255, A: 255}
	s.View = render.Bounds{Max: sim.Vec{X: phySide, Y: phySide}}
	shot, err := footage.New(discs(c.radii, 0, 1), states, s)
	if err != nil {
		return nil, err
	}
	for p, err := range shot.Pictures(ctx) {
		if err != nil {
			return nil, err
		}
		pictures = append(pictures, p)
	}
	return pictures, nil
}

// errMiscounted says that a film was not seen to have as many discs as it has.
var errMiscounted = errors.New("another number of bodies was found")

// see watches pictures, and returns what a recording of them says in metres.
func (c *clip) see(ctx context.Context, pictures []*image.RGBA) (*observe.Watch, error) {
	f, err := film.Still(ctx, pictures, phyRate, film.Options{Doubled: true})
	if err != nil {
		return nil, err
	}
	options := watch.DefaultOptions()
	options.Ground.Plate = white()
	seen, err := watch.Find(ctx, f, options)
	if err != nil {
		return nil, err
	}
	if len(seen.Bodies) != len(c.radii) {
		return nil, errMiscounted
	}
	const scale = phyPixels / phySide // px per m
	var radii []float64
	for i := range seen.Bodies {
		area := 0.0
		for _, shape := range seen.Bodies[i].Shapes {
			of, _, _ := polygon.Measure(shape.Vertices, shape.Radius)
			area += of
		}
		radii = append(radii, math.Sqrt(area/math.Pi)/scale)
	}
	w := &observe.Watch{Scene: discs(radii, 0, 1)}
	for frame, err := range seen.Follow(ctx, f, options) {
		if err != nil {
			return nil, err
		}
		sights := make([]sim.Sight, len(radii))
		for i, s := range frame.Sights {
			deviation := math.Sqrt(max(s.Covariance[0][0], s.Covariance[1][1]))
			sights[i] = sim.Sight{X: s.X / scale, Y: s.Y / scale, Seen: s.Seen, Std: max(deviation, 1e-3) / scale}
		}
		w.Times, w.Sights = append(w.Times, frame.Time), append(w.Sights, sights)
	}
	return w, nil
}

// white returns the picture without discs.
func white() *film.Picture {
	return &film.Picture{Width: phyPixels, Height: phyPixels, Pix: bytes.Repeat([]byte{255}, 3*phyPixels*phyPixels)}
}

// learned is what clips of a motion tell.
type learned struct {
	gravity, elasticity float64 // m/s²; NaN where nothing tells
	law                 observe.Law
	missed              int // clips in which another number of discs was found
}

// learn watches clips of a motion, of discs inside, and identifies what moves them.
func (m motion) learn(ctx context.Context, clips int) (*learned, error) {
	l := &learned{gravity: math.NaN(), elasticity: math.NaN()}
	var watches []*observe.Watch
	for k := range clips {
		c := m.drawn("train", k, insideRadii, insideSpeeds)
		pictures, err := c.film(ctx, c.states())
		if err != nil {
			return nil, err
		}
		w, err := c.see(ctx, pictures)
		if errors.Is(err, errMiscounted) {
			l.missed++
			continue
		}
		if err != nil {
			return nil, err
		}
		watches = append(watches, w)
	}
	var err error
	if l.law, err = observe.Measure(ctx, watches); err != nil {
		return nil, err
	}
	found, err := hits.Watches(ctx, watches, &identify.Options{Seed: 1})
	if err != nil {
		return nil, err
	}
	for _, p := range found.Parameters {
		switch {
		case !p.Identifiable || p.Of != identify.Scene:
		case p.Name == identify.Gravity:
			l.gravity = p.Value
		case p.Name == identify.Elasticity:
			l.elasticity = p.Value
		}
	}
	return l, nil
}

// predict returns the mean error in m/s of the velocities from picture to picture behind those that are given, of all discs.
func (l *learned) predict(ctx context.Context, c clip) (float64, error) {
	states := c.states()
	pictures, err := c.film(ctx, states[:phyGiven])
	if err != nil {
		return 0, err
	}
	w, err := c.see(ctx, pictures)
	if err != nil {
		return 0, err
	}
	pull, bounce := l.gravity, l.elasticity
	if math.IsNaN(pull) {
		pull = 0
	}
	if math.IsNaN(bounce) {
		bounce = 1
	}
	var radii []float64
	for i := range w.Scene.Bodies {
		radii = append(radii, w.Scene.Bodies[i].Reach())
	}
	w.Scene = discs(radii, pull, bounce)
	law := l.law
	law.Gravity, law.Drag = sim.Vec{}, 0 // the scene has it
	start, _, err := observe.Filter(w, &law, w.Times[len(w.Times)-1])
	if err != nil {
		return 0, err
	}
	told, err := engine.Simulate(ctx, w.Scene, start, len(states)-phyGiven+1, nil)
	if err != nil {
		return 0, err
	}
	// Bodies are found in an order of their own.
	order := make([]int, len(c.radii))
	for i := range order {
		for k, b := range start {
			if b.Position().Sub(states[phyGiven-1][i].Position()).Len() < start[order[i]].Position().Sub(states[phyGiven-1][i].Position()).Len() {
				order[i] = k
			}
		}
	}
	var sum, n float64
	for t := phyGiven; t < len(states); t++ {
		for i, k := range order {
			truth := states[t][i].Position().Sub(states[t-1][i].Position())
			guess := told.States[t-phyGiven+1][k].Position().Sub(told.States[t-phyGiven][k].Position())
			sum, n = sum+truth.Sub(guess).Len()*phyRate, n+1
		}
	}
	return sum / n, nil
}

// runPhyWorld learns each motion from so many clips and prints how well others are predicted, inside and outside of what was learned from.
func runPhyWorld(ctx context.Context, out io.Writer, clips int) error {
	fmt.Fprintln(out, "motion    g m/s²   e       m/s inside  outside   clips miscounted of those learned from, inside, outside")
	for _, m := range motions {
		l, err := m.learn(ctx, clips)
		if err != nil {
			return fmt.Errorf("%s: %w", m.name, err)
		}
		var means [2]float64
		missed := []int{l.missed, 0, 0}
		for side, set := range []struct {
			name          string
			radii, speeds [][2]float64
		}{{"inside", insideRadii, insideSpeeds}, {"outside", outsideRadii, outsideSpeeds}} {
			n := 0.0
			for k := range min(clips, phyJudged) {
				c := m.drawn(set.name, k, set.radii, set.speeds)
				if len(c.states()) <= phyGiven {
					continue // it leaves at once
				}
				off, err := l.predict(ctx, c)
				if errors.Is(err, errMiscounted) {
					missed[1+side]++
					continue
				}
				if err != nil {
					return fmt.Errorf("%s, %s, clip %d: %w", m.name, set.name, k, err)
				}
				means[side], n = means[side]+off, n+1
			}
			means[side] /= n
		}
		fmt.Fprintf(out, "%-9s %7.4f  %6.4f  %10.5f  %7.5f   %d of %d, %d and %d of %d\n", m.name, l.gravity, l.elasticity, means[0], means[1], missed[0], clips, missed[1], missed[2], min(clips, phyJudged))
	}
	return nil
}
