// Package follow tells where bodies that are known are in every picture of a film.
//
//	found, exposure, err := follow.Learn(ctx, f, g, forms, found, options)
//	…
//	options.Exposure = exposure
//	for frame, err := range follow.All(ctx, f, g, found, options) {
//		for body, sight := range frame.Sights {
//			fmt.Println(frame.Number, body, sight.X, sight.Y, sight.Covariance[0][0], sight.Seen)
//		}
//	}
//
// Each picture is met by a drawing: bodies near each other are drawn together, from the
// lowest to the uppermost, and their poses are moved by Gauss and Newton's method until
// ground, bodies and picture agree. It starts from where the bodies should be by their
// motion, from where they were, and, when they meet the picture badly, from others. A body
// that is lost, or was not there yet, is looked for in what no other body explains, and
// followed backward from there through the pictures that are still held. What noise says of
// a pose is its covariance; noise that pixels have in common, as compression makes it, widens it.
//
// Lengths are px with y up, angles radians; see package look. Angles are continuous: a body
// that has turned once more is 2π further. The memory taken depends on the pictures' size and
// on Options.Window, not on the film's length. The same pictures give the same poses.
//
// Learn measures how long the shutter is open. In a blurred film, and in one whose pixels share their colours, it fits the shapes and plain colours
// of bodies again, together with their poses in a few pictures in which they are slow: the simplest form that explains these is taken.
//
// Limits: bodies that look alike and hide each other for long are told apart by their
// motion alone. A body of which less than a twelfth is seen is guessed.
package follow

import (
	"context"
	"fmt"
	"iter"
	"math"

	"orrery/datasets/film"
	"orrery/world/watch/ground"
	"orrery/world/watch/look"
)

// Options say how bodies are followed.
type Options struct {
	Window   int     // number of pictures that are held, so that a body that is found late is followed back; at least 1
	Memory   int     // bytes that they may take; fewer are held if they take more
	Exposure float64 // share of the time between two pictures for which the shutter is open; negative: it is measured
	Outlier  float64 // values from 0 to 255, the difference beyond which a pixel counts less and less
}

// DefaultOptions returns the options for a film of which nothing is known.
func DefaultOptions() Options {
	return Options{Window: 48, Memory: 64 << 20, Exposure: -1, Outlier: 40}
}

// Validate reports options that cannot be followed.
func (o *Options) Validate() error {
	switch {
	case o.Window < 1:
		return fmt.Errorf("a window of %d pictures must have at least 1", o.Window)
	case o.Memory < 1:
		return fmt.Errorf("%d bytes for pictures must be > 0", o.Memory)
	case !(o.Exposure <= 1):
		return fmt.Errorf("exposure %v of the time between pictures must be at most 1", o.Exposure)
	case !(o.Outlier > 0):
		return fmt.Errorf("outliers from a difference of %v on: must be > 0", o.Outlier)
	}
	return nil
}

// Frame is where the bodies are in a picture.
type Frame struct {
	Number int     // number of the picture in the film
	Time   float64 // s
	Sights []Sight // of each body, as they were found; valid until the next frame
}

// Sight is what a picture shows of a body.
type Sight struct {
	look.Pose                // where it is; a guess by its motion when it is not seen
	Covariance [3][3]float64 // of x, y and angle: px², px·rad, rad²
	Share      float64       // share of the body that is seen, 0 to 1
	Seen       bool          // the pose is one that the picture shows
	Turned     bool          // the angle is, too; a disc of one colour has none
	Size       float64       // by what factor it looks larger than the body that was found; 0 where that was not measured, as in most pictures
	Residual   float64       // root mean square of what the drawing differs by, as a number of standard deviations of the noise
}

// All follows bodies through a film. An error ends it; cancelling ctx ends it with the context's error.
func All(ctx context.Context, f *film.Film, g *ground.Ground, found []look.Found, o Options) iter.Seq2[Frame, error] {
	return func(yield func(Frame, error) bool) {
		if err := o.Validate(); err != nil {
			yield(Frame{}, err)
			return
		}
		open := o.Exposure
		var err error
		if open < 0 {
			open, _, _, err = o.exposure(ctx, f, g, found, false)
		}
		if err == nil {
			err = forward(ctx, f, g, found, open, o, func(fr Frame) bool { return yield(fr, nil) })
		}
		if err != nil {
			yield(Frame{}, err)
		}
	}
}

// Learn measures the exposure of a film, as a share of the time between two pictures, unless the options tell it, and fits
// shapes and plain colours again, to some pictures at a time: those that were found were fitted without knowing of blur, of pixels that share their colours, and of
// where bodies are in other pictures. Bodies that are explained no better keep theirs. What it returns is for All.
func Learn(ctx context.Context, f *film.Film, g *ground.Ground, forms Forms, found []look.Found, o Options) (better []look.Found, exposure float64, err error) {
	if err := o.Validate(); err != nil {
		return nil, 0, err
	}
	if o.Exposure == 0 {
		return found, 0, nil
	}
	exposure = -1
	for round := range mostResized + 1 {
		was := exposure
		var seen []sighted
		var fo *follower
		exposure, seen, fo, err = o.exposure(ctx, f, g, found, was > 0)
		if err != nil {
			return nil, 0, err
		}
		if o.Exposure > 0 {
			exposure = o.Exposure
		}
		// Shapes that are too large look like blur, so that it is measured again with the right ones.
		again := exposure > 0 || round == 0
		if !again || round == mostResized || !(math.Abs(exposure-was) > nearExposure) {
			break
		}
		if found, err = fo.resize(ctx, f, g, &forms, found, seen, exposure); err != nil {
			return nil, 0, err
		}
		if exposure == 0 {
			break // what is sharp with shapes that are not quite right is sharp
		}
	}
	return found, exposure, nil
}

const (
	// mostResized is how often shapes may be fitted again.
	mostResized = 2
	// nearExposure is the difference of two exposures that changes no shape.
	nearExposure = 0.03
)

// forward follows the bodies through the film once, with a shutter that is open for a share of the interval.
func forward(ctx context.Context, f *film.Film, g *ground.Ground, found []look.Found, open float64, o Options, yield func(Frame) bool) error {
	fo, err := newFollower(found, interval(f), open, o)
	if err != nil {
		return err
	}
	fo.shaped = true
	fo.joint.timed, fo.joint.sharp = true, open == 0
	size := f.Size()
	measured, every := 0, grownEvery(f.Len(), len(found))
	window := newWindow(min(o.Window, max(2, o.Memory/(3*size.X*size.Y))), g)
	for l, err := range window.pictures(ctx, f) {
		if err != nil {
			return err
		}
		held := window.push(&l.picture, len(found))
		fo.step(window.masked(held, l.mask), held.picture.Number, held.picture.Time)
		fo.write(held)
		if measured++; (measured-1)%every == 0 {
			fo.measureSizes(window.masked(held, l.mask), held.sights)
		}
		window.polish(fo)
		window.backward(fo)
		if window.full() && !yield(window.pop(fo)) {
			return nil
		}
	}
	for window.count > 0 {
		if !yield(window.pop(fo)) {
			return nil
		}
	}
	return nil
}

// write fills in what is handed out of the tracks.
func (f *follower) write(h *held) {
	for i := range f.tracks {
		h.sights[i].Size = 0
		f.tracks[i].write(&h.sights[i])
		h.paths[i] = f.tracks[i].path
	}
}

func (t *track) write(s *Sight) {
	*s = Sight{Size: s.Size}
	if !t.known {
		return
	}
	*s = Sight{Pose: t.pose, Covariance: t.covariance, Seen: t.seen, Size: s.Size}
	if t.seen {
		s.Share, s.Residual = t.quality.seen, t.quality.residual
	}
	if spread := math.Sqrt(s.Covariance[2][2]); !t.body.Turns {
		s.Angle = 0
		s.Covariance[2] = [3]float64{0, 0, blindAngle}
		s.Covariance[0][2], s.Covariance[1][2] = 0, 0
	} else {
		s.Turned = t.seen && spread < 0.3
	}
}

// blindAngle is the variance in rad² of an angle of which nothing is known.
const blindAngle = math.Pi * math.Pi / 3

func bodyError(i int, err error) error { return fmt.Errorf("body %d: %w", i, err) }

// limit returns the difference of a value from which a pixel counts less.
func (o *Options) limit() float32 { return float32(o.Outlier) }

// interval returns the usual time in s from picture to picture.
func interval(f *film.Film) float64 {
	if rate := f.Facts().Rate; rate > 0 {
		return 1 / rate
	}
	return 1
}
