package bodies

import (
	"math"
	"slices"

	"orrery/sim"
)

// A table that shines shows bodies again, and lamps throw their shadows: sharp ones look like bodies. They are told by their motion, which is that
// of another body or its mirror image, and by coming and going in the open while that body stays: as far as the shining part of the table reaches.

const (
	// echoShare is the share of the sights of a body in which its echo is seen at most.
	echoShare = 0.6
	// echoAlone is the share of the sights of an echo in which the body is not seen, or touches it, at most.
	echoAlone = 0.15
	// leastEcho is how far in px a body must go, as a standard deviation, for its echo to be told.
	leastEcho = 1.5
)

// echoes takes away the classes that are only reflections or shadows of others, and returns their strands.
func (f *finder) echoes(classes []*class) (left []*class, gone []*strand) {
	left = slices.Clone(classes)
	for k := len(left) - 1; k >= 0; k-- {
		c := left[k]
		if slices.ContainsFunc(classes, func(o *class) bool { return o != c && slices.Contains(left, o) && f.isEcho(c, o) }) {
			gone = append(gone, c.strands...)
			left = slices.Delete(left, k, k+1)
		}
	}
	return left, gone
}

// isEcho reports whether a class is only the reflection or the shadow of another.
func (f *finder) isEcho(c, of *class) bool {
	if float64(c.life()) > echoShare*float64(of.life()) || f.isEntering(c) {
		return false
	}
	alone := 0
	var pairs [][2]sim.Vec // of places at one time, the echo's and the body's, each about its mean in its strand
	for _, s := range c.strands {
		for _, p := range s.places {
			if o := f.strandAt(of, p.at); o == nil || f.touch(s, o, p.at) {
				alone++
			}
		}
		for _, o := range of.strands {
			pairs = append(pairs, alongside(s, o)...)
		}
	}
	return float64(alone) <= echoAlone*float64(c.life()) && goAlong(pairs)
}

// isEntering reports whether a class is ever cut: then it may have been beyond the edge.
func (f *finder) isEntering(c *class) bool {
	for _, s := range c.strands {
		for _, p := range s.places {
			if slices.ContainsFunc(p.patches, func(k int) bool { return f.patch(p.at, k).cut }) {
				return true
			}
		}
	}
	return false
}

// strandAt returns a strand of a class that is there in a sight, or nil.
func (f *finder) strandAt(c *class, at int) *strand {
	for _, list := range [2][]*strand{c.strands, c.parts} {
		for _, s := range list {
			if s.find(at) >= 0 {
				return s
			}
		}
	}
	return nil
}

// touch reports whether two strands touch in a sight.
func (f *finder) touch(a, b *strand, at int) bool {
	for _, k := range a.places[a.find(at)].patches {
		for _, l := range b.places[b.find(at)].patches {
			if k == l || f.patch(at, k).beside[l] > 0 {
				return true
			}
		}
	}
	return false
}

// alongside returns where two strands are while both are seen, each about the mean of that, in px.
func alongside(a, b *strand) (pairs [][2]sim.Vec) {
	var mean [2]sim.Vec
	for at := max(a.first(), b.first()); at <= min(a.last(), b.last()); at++ {
		pair := [2]sim.Vec{a.whole[a.find(at)].middle(), b.whole[b.find(at)].middle()}
		mean[0], mean[1] = mean[0].Add(pair[0]), mean[1].Add(pair[1])
		pairs = append(pairs, pair)
	}
	for k := range pairs {
		for s := range 2 {
			pairs[k][s] = pairs[k][s].Sub(mean[s].Scale(1 / float64(len(pairs))))
		}
	}
	return pairs
}

// goAlong reports whether in pairs of places the first go as far as the second along the way of these, to one side or the other.
func goAlong(pairs [][2]sim.Vec) bool {
	if len(pairs) < 3 {
		return false
	}
	var m moments
	for _, p := range pairs {
		m.pixel(p[1].X, p[1].Y)
	}
	long, _, angle := m.axes()
	if long < leastEcho {
		return false
	}
	way := sim.Vec{X: math.Cos(angle), Y: math.Sin(angle)}
	var along, square, rest float64
	for _, p := range pairs {
		x, y := p[1].Dot(way), p[0].Dot(way)
		along += x * y
		square += x * x
		rest += y * y
	}
	slope := along / square
	rest = math.Sqrt(max(rest-slope*along, 0) / float64(len(pairs)))
	return math.Abs(math.Abs(slope)-1) < 0.25 && rest < 0.4+0.1*long
}
