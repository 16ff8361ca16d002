// Package bodies finds out which bodies there are in a film and what they look like.
//
//	g, err := ground.Learn(ctx, f, ground.DefaultOptions())
//	…
//	seen, err := bodies.Find(ctx, f, g, bodies.DefaultOptions())
//	for _, b := range seen.Found {
//		fmt.Println(b.Shapes, b.Pose, b.Number)
//	}
//
// A body is what moves as one: it may have several colours, and a part of one colour may be
// several bodies that touch. Shapes are fitted to the share of each pixel that the body covers, in
// pictures in which it stands free: a disc, a box, a capsule, a polygon or, where the outline
// is concave, several polygons; the simplest that explains the pictures is taken. What changes
// its outline, as hands do, is no body and is told as ignored.
//
// Lengths are px with y up, as in package look. Memory does not depend on the film's
// length: of a long film pictures in sequence are looked at, here and there. The same
// film gives the same bodies.
package bodies

import (
	"fmt"

	"orrery/world/watch/look"
)

// Options say how bodies are looked for.
type Options struct {
	Number   int // of bodies; 0: it is found
	Pictures int // that are looked at, at least 8
	Run      int // pictures in sequence of a film that is longer, at least 4
	Views    int // pictures to which a shape is fitted, at least 1
	Least    int // px that a body has at least
}

// DefaultOptions returns the options for a film of which nothing is known.
func DefaultOptions() Options {
	return Options{Pictures: 320, Run: 32, Views: 6, Least: 24}
}

// Validate reports options that cannot be followed.
func (o *Options) Validate() error {
	for _, v := range []struct {
		name         string
		value, least int
	}{
		{"number of bodies", o.Number, 0}, {"pictures looked at", o.Pictures, 8}, {"pictures in sequence", o.Run, 4},
		{"pictures for a shape", o.Views, 1}, {"px of a body", o.Least, 4},
	} {
		if v.value < v.least {
			return fmt.Errorf("%s: %d must be at least %d", v.name, v.value, v.least)
		}
	}
	return nil
}

// Seen is what was found in a film.
type Seen struct {
	Found   []look.Found   // by the first picture, then the size, largest first
	Ignored []look.Ignored // by picture
}
