// Package watch finds the bodies in a film and tells where each is in every
// picture, from the pictures alone.
//
//	f, err := files.Open(ctx, "table.mp4", film.Options{})
//	seen, err := watch.Find(ctx, f, watch.DefaultOptions())
//	for frame, err := range seen.Follow(ctx, f, options) {
//		…
//	}
//
// Find learns what is there without bodies (package ground), which bodies
// there are (package bodies), and how long the shutter is open (package follow).
// Follow fits drawings of bodies to every picture. Package walls tells off what they bounce.
//
// Lengths are px, x to the right and y up from the lower left corner of the
// picture; angles are radians counter-clockwise. The camera must stand still.
// The same film and options give the same results on one machine and
// architecture. Memory does not grow with the length of the film.
package watch

import (
	"context"
	"iter"

	"orrery/datasets/film"
	"orrery/world/watch/bodies"
	"orrery/world/watch/follow"
	"orrery/world/watch/ground"
	"orrery/world/watch/look"
)

// Options say how a film is watched.
type Options struct {
	Ground ground.Options
	Bodies bodies.Options
	Follow follow.Options
}

// DefaultOptions returns the options for a film of which nothing is known.
func DefaultOptions() Options {
	return Options{Ground: ground.DefaultOptions(), Bodies: bodies.DefaultOptions(), Follow: follow.DefaultOptions()}
}

// Seen is what was found in a film.
type Seen struct {
	Ground   *ground.Ground
	Bodies   []look.Found
	Ignored  []look.Ignored // what moves and is no rigid body
	Exposure float64        // share of the time between two pictures for which the shutter is open
}

// Find finds the ground and the bodies of a film, and its exposure.
func Find(ctx context.Context, f *film.Film, o Options) (*Seen, error) {
	g, err := ground.Learn(ctx, f, o.Ground)
	if err != nil {
		return nil, err
	}
	found, err := bodies.Find(ctx, f, g, o.Bodies)
	if err != nil {
		return nil, err
	}
	better, exposure, err := follow.Learn(ctx, f, g, follow.Forms{Of: bodies.Of, Simple: bodies.Simple, Centred: bodies.Centred, Alike: bodies.Alike}, found.Found, o.Follow)
	if err != nil {
		return nil, err
	}
	return &Seen{Ground: g, Bodies: better, Ignored: found.Ignored, Exposure: exposure}, nil
}

// Follow tells where the bodies are in every picture of the film in which they were found. An error ends it.
func (s *Seen) Follow(ctx context.Context, f *film.Film, o Options) iter.Seq2[follow.Frame, error] {
	return follow.All(ctx, f, s.Ground, s.Bodies, s.following(o))
}

// following returns the options of Follow with what was found in the film.
func (s *Seen) following(o Options) follow.Options {
	o.Follow.Exposure = s.Exposure
	return o.Follow
}
