package bodies

import (
	"math"
	"slices"

	"orrery/world/watch/look"
)

const (
	// marked is the share of what a disc's colours differ by between two views, on average over all turns, that may be left at the best turn
	// for the disc to have marks: those of one colour, and those that are only darker at the rim, differ by the same at all turns.
	marked = 0.6
	// leastMarked is how many values its colours must differ at least, as a standard deviation over one channel, beside the noise.
	leastMarked = 4
	// markedRim is how many px from its rim a mark is looked for: nearer, its colour is mixed with the ground's.
	markedRim = 1.5
	// turns is the number of turns of a disc that are tried, few that of those that show whether it differs at all.
	turns, few = 96, 8
)

// markedPaint returns the paint of a disc that is of one colour but for a few marks, if it is: they are where they are in most of the views, but for a
// turn. Poses are turned by it.
func markedPaint(views []*view, poses []look.Pose, reach float64) (look.Paint, bool) {
	inner := make([]*view, len(views))
	for k, v := range views {
		inner[k] = v.within(poses[k], reach-markedRim)
	}
	var seen []int // the views that one of them explains best
	for k := range inner {
		if own := agreed(inner, poses, k, reach); len(own) > len(seen) {
			seen = own
		}
	}
	if 2*len(seen) <= len(views) || len(seen) < 2 {
		return look.Paint{}, false
	}
	chosen, at := make([]*view, len(seen)), make([]look.Pose, len(seen))
	for n, k := range seen {
		chosen[n], at[n] = inner[k], poses[k]
	}
	out := coloured(chosen, at, reach, 0)
	for k, v := range inner {
		if n := slices.Index(seen, k); n >= 0 {
			poses[k] = at[n]
		} else {
			poses[k].Angle = agreeing(v, poses[k], &out, lightOf(chosen[0], v), 0)
		}
	}
	return out, true
}

// agreed returns the views that the marks of one of them explain at some turn, that one first.
func agreed(views []*view, poses []look.Pose, of int, reach float64) []int {
	first := views[of]
	p := coloured([]*view{first}, []look.Pose{poses[of]}, reach, 0)
	out := []int{of}
	for k, v := range views {
		if k == of {
			continue
		}
		light := lightOf(first, v)
		differ := func(turn int) float64 {
			return differing(v, look.Pose{X: poses[k].X, Y: poses[k].Y, Angle: 2 * math.Pi * float64(turn) / turns}, &p, light)
		}
		noise := leastMarked + v.noise
		enough := 3 * noise * noise
		some := 0.0
		for turn := 0; turn < turns; turn += turns / few {
			some += differ(turn) / few
		}
		if some < enough/2 {
			continue // of one colour, as most discs are
		}
		mean, least := 0.0, math.Inf(1)
		for turn := range turns {
			d := differ(turn)
			mean += d / turns
			least = min(least, d)
		}
		if least <= marked*mean && mean >= enough {
			out = append(out, k)
		}
	}
	return out
}

// within returns a view of which all that a disc covers is looked at, up to a radius in px, but for what another body hides.
func (v *view) within(pose look.Pose, radius float64) *view {
	out := *v
	out.deep = slices.Clone(v.own)
	for i, own := range out.deep {
		at := v.point(i)
		out.deep[i] = own && math.Hypot(at.X-pose.X, at.Y-pose.Y) <= radius
	}
	return &out
}

// lightOf returns by what factors a view is lighter than another.
func lightOf(first, v *view) [3]float32 {
	return between(meanColour([]*view{first}), meanColour([]*view{v}))
}
