package source

import (
	"math"
	"slices"
)

// foresight is what a source may know of things before they touch: at the start of a frame it
// lists the pairs that are near, of which it lets those touch that come to, and turns the
// velocities of those that would touch soon after the frame, too.
type foresight struct {
	sight float64 // m, what is farther apart at the start of a frame does not touch in it
	ahead float64 // frames, soon after
	stays bool    // what touches within a frame stays together until its end
}

const (
	sooner   = 0.5  // share of the mistakes of gaps alone that foresight must not exceed
	seldom   = 0.1  // share of the rarer of hits and others that it may have wrong
	together = 0.1  // share of an overlap by which what stays together may be apart
	mostly   = 0.75 // share of meetings that stay together
	round    = 0.06 // share by which a part of a frame may be off to count as one of equal parts
)

// foresee returns the foresight of a source, if that explains much better than the gaps that were
// fitted which pairs hit. The meetings are those of each fit.
func foresee(fits []fit, meetings [][]meeting) (found foresight, ok bool) {
	var sights, aheads []float64
	mistakes, usual, rarer, stay, n := 0, 0, 0, 0.0, 0.0
	for k, of := range meetings {
		hits := 0
		for i := range of {
			if of[i].hit {
				hits++
			}
		}
		rare := min(hits, len(of)-hits)
		if rare < fewest {
			continue
		}
		sight, ahead, wrong := foreseeKind(of)
		mistakes, usual, rarer = mistakes+wrong, usual+fits[k].mistakes, rarer+rare
		for range rare {
			sights, aheads = append(sights, sight), append(aheads, ahead)
		}
		for i := range of {
			if m := &of[i]; m.hit && m.before > 0 && m.after < -together*m.travel {
				if n++; math.Abs(m.ended) <= together*-m.after {
					stay++
				}
			}
		}
	}
	if len(sights) == 0 || float64(mistakes) > sooner*float64(usual) || float64(mistakes) > seldom*float64(rarer) {
		return foresight{}, false
	}
	slices.Sort(sights)
	slices.Sort(aheads)
	found = foresight{sights[len(sights)/2], aheads[len(aheads)/2], stay >= mostly*n && n >= fewest}
	if parts := math.Round(1 / found.ahead); math.Abs(found.ahead*parts-1) <= round {
		found.ahead = 1 / parts
	}
	return found, found.ahead > 0
}

// foreseeKind returns the sight and the time ahead, in frames, by which meetings of one kind are
// told with the fewest mistakes.
func foreseeKind(of []meeting) (sight, ahead float64, mistakes int) {
	of = slices.Clone(of)
	slices.SortStableFunc(of, func(a, b meeting) int {
		switch {
		case a.before < b.before:
			return -1
		case a.before > b.before:
			return 1
		}
		return 0
	})
	sight = math.Inf(1)
	for range 3 {
		near := of
		if k := slices.IndexFunc(of, func(m meeting) bool { return m.before > sight }); k >= 0 {
			near = of[:k]
		}
		ahead, _ = threshold(near, func(m *meeting) float64 { return m.after / m.travel }, nil)
		var come []meeting
		mistakes = 0
		for i := range of {
			if of[i].after <= ahead*of[i].travel {
				come = append(come, of[i])
			} else if of[i].hit {
				mistakes++
			}
		}
		var wrong int
		sight, wrong = threshold(come, func(m *meeting) float64 { return m.before }, nil)
		mistakes += wrong
	}
	return sight, ahead, mistakes
}
