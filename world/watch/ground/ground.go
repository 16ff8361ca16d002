// Package ground learns what a film shows where no body is, and tells of each
// picture which pixels differ from it.
//
//	g, err := ground.Learn(ctx, f, ground.DefaultOptions())
//	mask := ground.NewMask(g)
//	for p, err := range f.Pictures(ctx) {
//		g.Look(p, mask) // mask.Class says of each pixel: Clear, Faint, Thing, Shadow, Ignored
//	}
//
// What never moves and is not thought to be a body (walls, a table, a texture) belongs to the
// ground. Colours are values of red, green and blue from 0 to 255; pictures are [height, width],
// rows from the top. Memory does not depend on the film's length. The same pictures give the
// same ground.
//
// Limits: the camera must stand still. A body that never moves is seen only on a ground that
// is smooth, or on a plate.
package ground

import (
	"context"
	"fmt"
	"slices"

	"orrery/datasets/film"
)

// Kind is how a ground was learnt.
type Kind string

// The kinds of ground.
const (
	Plate    Kind = "plate"    // a picture of the ground alone was given
	Temporal Kind = "temporal" // what most pictures show at a place
	Smooth   Kind = "smooth"   // the same, but for places that bodies always cover: there a smooth surface
)

// Options say how a ground is learnt.
type Options struct {
	Plate   *film.Picture // a picture without bodies, of the film's size; nil: the ground is learnt from the film
	Ignored []bool        // [height, width], pixels not to look at, beside those that the film does not watch; nil: none
	Samples int           // pictures that are held at once, at least 8
	Memory  int           // bytes that they may take; fewer are held if they take more
}

// DefaultOptions returns the options for a film of which nothing is known.
func DefaultOptions() Options { return Options{Samples: 64, Memory: 96 << 20} }

// fewest is the number of pictures that are held however large they are.
const fewest = 8

// Validate reports options that cannot be followed.
func (o *Options) Validate() error {
	if o.Samples < fewest {
		return fmt.Errorf("%d sampled pictures: at least %d are needed to tell the ground from what moves", o.Samples, fewest)
	}
	if o.Memory <= 0 {
		return fmt.Errorf("%d bytes for sampled pictures must be > 0", o.Memory)
	}
	return nil
}

// Ground is what a film shows where no body is.
type Ground struct {
	Width, Height int
	Pictures      int       // number of pictures of the film
	Mean          []float32 // [height, width, 3], 0 to 255
	Noise         []float32 // [height, width], standard deviation of one value of one pixel, in values
	Unrest        float32   // standard deviation of one value near bodies, in values: compression blurs what moves
	Kind          Kind
	Ghosts        int  // px that a body covered in most pictures, where the ground was seen in others
	Filled        int  // px that a body covered in all pictures, where a smooth surface stands for the ground
	Even          bool // a smooth surface explains most of the ground, so that bodies that never move are seen

	ignored []bool
	base    []uint8    // Mean, rounded
	limit   []uint8    // [height, width], the sum of three differences above which a pixel differs for sure
	faint   []uint8    // the same, above which it may differ
	grid    []int32    // pixels at which the light is measured
	typical [3]float32 // the middle of their means
}

// Light is how a picture's light differs from the ground's: a value v of the ground is seen as Gain·v + Offset.
type Light struct {
	Gain, Offset [3]float32
}

// Plain is the light of the ground itself.
func Plain() Light { return Light{Gain: [3]float32{1, 1, 1}} }

// Apply returns how a value of a channel (0 red, 1 green, 2 blue) is seen in the light, both a number from 0 to 255.
func (l *Light) Apply(channel int, value float32) float32 {
	return l.Gain[channel]*value + l.Offset[channel]
}

// Remove returns the value that is seen as another in the light, both a number from 0 to 255.
func (l *Light) Remove(channel int, seen float32) float32 {
	return (seen - l.Offset[channel]) / l.Gain[channel]
}

// Learn learns the ground of a film, reading all of it once.
func Learn(ctx context.Context, f *film.Film, o Options) (*Ground, error) {
	if err := o.Validate(); err != nil {
		return nil, err
	}
	samples, err := sample(ctx, f, o)
	if err != nil {
		return nil, err
	}
	w, h := samples.width, samples.height
	if o.Ignored != nil && len(o.Ignored) != w*h {
		return nil, fmt.Errorf("a mask of %d pixels for pictures of %d × %d", len(o.Ignored), w, h)
	}
	ignored := slices.Clone(o.Ignored)
	if watched := f.Watched(); watched != nil {
		if ignored == nil {
			ignored = make([]bool, w*h)
		}
		for i, w := range watched {
			ignored[i] = ignored[i] || !w
		}
	}
	g := &Ground{Width: w, Height: h, Pictures: samples.count, ignored: ignored, Kind: Temporal, Mean: make([]float32, 3*w*h), Noise: make([]float32, w*h)}
	g.grid = lightGrid(w, h, ignored)
	switch {
	case o.Plate != nil:
		if o.Plate.Width != w || o.Plate.Height != h {
			return nil, fmt.Errorf("a plate of %d × %d px for pictures of %d × %d", o.Plate.Width, o.Plate.Height, w, h)
		}
		for i, v := range o.Plate.Pix {
			g.Mean[i] = float32(v)
		}
		g.Kind = Plate
		g.measureNoise(samples)
		g.prepare()
		g.measureUnrest(samples)
		g.prepare()
	default:
		if err := g.settle(ctx, samples); err != nil {
			return nil, err
		}
	}
	return g, nil
}

// settle learns the ground from samples of the film alone.
func (g *Ground) settle(ctx context.Context, samples *samples) error {
	if err := g.usual(ctx, samples); err != nil {
		return err
	}
	g.findTypical()
	if g.evenLight(samples) {
		if err := g.usual(ctx, samples); err != nil {
			return err
		}
	}
	g.prepare()
	ghosts := make([]bool, len(g.Noise))
	before := slices.Clone(g.Mean)
	for range ghostRounds {
		if err := ctx.Err(); err != nil {
			return err
		}
		found := g.findGhosts(ctx, samples)
		if found == nil {
			break
		}
		for i, ghost := range found {
			ghosts[i] = ghosts[i] || ghost
		}
		g.Ghosts += g.uncover(samples, found)
		g.prepare()
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	g.fillCores(before, ghosts)
	g.fill(samples, ghosts)
	g.prepare()
	g.measureUnrest(samples)
	g.prepare()
	return nil
}

// prepare makes the tables that Look reads.
func (g *Ground) prepare() {
	n := g.Width * g.Height
	if g.base == nil {
		g.base, g.limit, g.faint = make([]uint8, 3*n), make([]uint8, n), make([]uint8, n)
	}
	g.findTypical()
	for i, v := range g.Mean {
		g.base[i] = uint8(min(max(v+0.5, 0), 255))
	}
	for i, sigma := range g.Noise {
		sigma = max(sigma, g.Unrest)
		// Three differences of noise alone sum up to 2.4 σ, give or take 1.04 σ.
		g.limit[i] = uint8(min(sureLimit*sigma+2, 250))
		g.faint[i] = uint8(min(faintLimit*sigma+1.5, 250))
	}
}

const (
	// sureLimit is how many σ the three differences of a pixel sum up to that is no ground: six of their
	// own deviations above their mean, so that of a million pixels of noise none is taken for a body.
	sureLimit = 2.4 + 6*1.04
	// faintLimit is the same for pixels beside such ones.
	faintLimit = 2.4 + 2.5*1.04
	// ghostRounds is how often bodies that rest are looked for: each round uncovers more of the ground.
	ghostRounds = 3
	// leastNoise is the deviation that rounding to whole values and drawing leave, in values.
	leastNoise = 0.6
)
