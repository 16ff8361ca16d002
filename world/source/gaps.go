package source

import (
	"math"
	"slices"

	"orrery/sim"
)

// fit says at which gaps pairs of two kinds of shape hit.
type fit struct {
	kinds    [2]sim.ShapeKind
	count    int
	known    bool
	mistakes int     // of the gaps below
	start    float64 // m; a gap of at most this at the start of a frame hits
	end      float64 // m; and one of at most this at its end, after free flight
	early    bool    // the gap at the start tells what that at the end does not
	within   bool    // and that at the end tells what that at the start does not
}

// touch returns the gap at which a pair touches.
func (f *fit) touch() float64 {
	if f.early {
		return f.start
	}
	return f.end
}

// fitGaps finds the gaps that tell the meetings that hit from those that do not with the
// fewest mistakes. Velocities show best what hits. Where no gap explains them, because a source
// lets slow things stick for instance, positions are looked at too.
func fitGaps(kinds [2]sim.ShapeKind, of []meeting) fit {
	f := fitHits(kinds, of)
	if f.known {
		return f
	}
	moved := slices.Clone(of)
	for i := range moved {
		moved[i].hit = moved[i].hit || !moved[i].free
	}
	return fitHits(kinds, moved)
}

func fitHits(kinds [2]sim.ShapeKind, of []meeting) fit {
	f := fit{kinds: kinds, count: len(of), mistakes: len(of), start: math.Inf(-1), end: math.Inf(-1)}
	hits, size, vague := 0, math.Inf(1), math.Inf(1)
	for i := range of {
		if of[i].hit {
			hits++
		}
		size, vague = min(size, of[i].size), min(vague, of[i].vague)
	}
	rarer := min(hits, len(of)-hits)
	if rarer < fewest/3 {
		return f
	}
	after := func(m *meeting) float64 { return m.after }
	before := func(m *meeting) float64 { return m.before }
	// Each gap by itself, and then each beside the other.
	onlyEnd, mistakesEnd := threshold(of, after, nil)
	onlyStart, mistakesStart := threshold(of, before, nil)
	end, start := onlyEnd, onlyStart
	if mistakesStart < mistakesEnd {
		end, _ = threshold(of, after, func(m *meeting) bool { return m.before <= onlyStart })
	}
	mistakes := len(of)
	for range 4 {
		start, _ = threshold(of, before, func(m *meeting) bool { return m.after <= end })
		end, mistakes = threshold(of, after, func(m *meeting) bool { return m.before <= start })
	}
	much := max(3, min(hits, len(of)-hits)/50)
	f.early, f.within = mistakesEnd > mistakes+much, mistakesStart > mistakes+much
	switch {
	case f.early && f.within:
		f.start, f.end = start, end
	case f.early:
		f.start, mistakes = onlyStart, mistakesStart
	default:
		f.end, mistakes = onlyEnd, mistakesEnd
	}
	f.mistakes = mistakes
	f.known = mistakes == 0 || rarer >= fewest && float64(mistakes) <= (1-certain)*float64(rarer) // few must be clear
	for _, gap := range []*float64{&f.start, &f.end} {
		if math.Abs(*gap) <= max(thinnest*size, vague) {
			*gap = 0
		}
	}
	return f
}

// threshold returns the gap that divides the meetings into those at most as near, which should
// hit, and the others, which should not, with the fewest mistakes, and how many these are.
// Those that hit for another reason do not count. Of equally good gaps it is the middle one, or
// 0 if that is one of them.
func threshold(of []meeting, gap func(*meeting) float64, otherwise func(*meeting) bool) (at float64, mistakes int) {
	type point struct {
		gap float64
		hit bool
	}
	var points []point
	for i := range of {
		m := &of[i]
		if otherwise != nil && otherwise(m) {
			if !m.hit {
				mistakes++
			}
			continue
		}
		points = append(points, point{gap(m), m.hit})
	}
	slices.SortFunc(points, func(a, b point) int {
		switch {
		case a.gap < b.gap:
			return -1
		case a.gap > b.gap:
			return 1
		}
		return 0
	})
	wrong := 0 // with a gap that nothing is below
	for _, p := range points {
		if p.hit {
			wrong++
		}
	}
	least, from, to := wrong, math.Inf(-1), math.Inf(1)
	if len(points) > 0 {
		to = points[0].gap
	}
	for i, p := range points {
		if p.hit {
			wrong--
		} else {
			wrong++
		}
		next := math.Inf(1)
		if i+1 < len(points) {
			next = points[i+1].gap
		}
		if wrong < least {
			least, from, to = wrong, p.gap, next
		}
	}
	switch {
	case math.IsInf(from, -1):
		at = from
	case from <= 0 && to > 0:
		at = 0
	case math.IsInf(to, 1):
		at = from
	default:
		at = (from + to) / 2
	}
	return at, mistakes + least
}
