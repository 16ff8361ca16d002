package source

import (
	"context"
	"math"
	"slices"

	"orrery/sim"
	"orrery/world/flight"
	"orrery/world/geom"
)

// Source is how motion comes about, as far as a scene does not say it.
type Source struct {
	Flight  flight.Flight
	Touch   geom.Touch
	Impacts bool    // things meet within a step
	Depth   float64 // m, by which they overlap when they do
	Calm    float64 // m/s, the speed of approach below which nothing bounces
}

// Measure returns the sources that trajectories may have, the likeliest first. Scenes that
// disagree on the frame time are an error. When ctx ends, Measure soon returns its error.
func Measure(ctx context.Context, trajectories []*sim.Trajectory) ([]Source, error) {
	f, lead, err := flight.MeasureFlight(ctx, trajectories)
	if err != nil {
		return nil, err
	}
	meetings, err := collect(ctx, trajectories, &f)
	if err != nil {
		return nil, err
	}
	return judge(f, lead, meetings), nil
}

// judge returns the sources that agree with what was seen of flights and meetings.
func judge(f flight.Flight, lead float64, meetings []meeting) []Source {
	seen := newSight(meetings)
	s := Source{Flight: f, Touch: seen.touch, Calm: seen.calm}
	var out []Source
	add := func(o flight.Order, impacts bool, depth float64) {
		if !math.IsNaN(lead) && o.Lead() != lead {
			return
		}
		s.Flight.Order, s.Impacts, s.Depth = o, impacts, depth
		if o == flight.EngineOrder {
			s.Flight.Order = ""
		}
		out = append(out, s)
	}
	switch {
	case seen.moved: // freely up to the end of the frame in which they hit
		add(flight.EngineOrder, false, 0)
	case seen.early:
		add(flight.SolveFirst, seen.within, seen.depth)
	case seen.late:
		add(flight.EngineOrder, false, 0)
		add(flight.MoveFirst, false, 0)
		add(flight.SolveFirst, true, seen.depth) // too few have touched slowly to tell
		add(flight.EvenForce, true, 0)
	}
	if len(out) == 0 {
		for _, o := range flight.Orders() {
			add(o, o == flight.EvenForce, 0)
		}
	}
	if len(out) == 0 { // flights of an order that nobody has
		lead = math.NaN()
		add(flight.EngineOrder, false, 0)
	}
	return out
}

// sight is what meetings show.
type sight struct {
	touch  geom.Touch
	calm   float64 // m/s
	early  bool    // gaps at the start of a frame decide: it solves before it moves
	late   bool    // gaps at its end decide
	moved  bool    // bodies moved freely through the frame in which they hit
	within bool    // besides early: what would overlap by depth hits within the frame
	depth  float64 // m; of late ones by how much they overlap before they hit
}

const (
	dropping  = 3    // times what gravity adds in a frame; slower meetings are rests, which tell nothing
	fewest    = 30   // meetings of two kinds of shape from which a gap is read
	certain   = 0.95 // share of meetings that a source must explain
	thinnest  = 1e-3 // share of a body's reach; skins are thicker
	agreement = 1e-4 // share of a frame's way by which a body that moved freely may be off
)

func newSight(meetings []meeting) (s sight) {
	var fits []fit
	var hits []meeting
	var free, fresh, depths, n, lates, m float64
	for _, kinds := range kindsIn(meetings) {
		var of []meeting
		for i := range meetings {
			if m := &meetings[i]; m.kinds == kinds && m.approach > dropping*m.gained {
				of = append(of, *m)
			}
		}
		f := fitGaps(kinds, of)
		if !f.known {
			continue
		}
		fits = append(fits, f)
		for i := range of {
			m := &of[i]
			if !m.hit && (m.free || m.before > f.touch()) { // not yet
				continue
			}
			hits = append(hits, *m)
			if m.before > f.touch() {
				fresh++
				if m.free {
					free++
				}
			}
		}
		if f.early {
			s.early = true
			if f.within {
				depths, n = depths+f.start-f.end, n+1
			}
		} else {
			s.late = true
			lates, m = lates+max(0, -f.end), m+1
		}
	}
	if s.early && s.late { // most kinds of pair decide
		early := 0
		for _, f := range fits {
			if f.early {
				early += f.count
			} else {
				early -= f.count
			}
		}
		s.early, s.late = early > 0, early <= 0
	}
	s.moved = fresh >= fewest && free >= certain*fresh
	s.touch.Skin = skins(fits)
	s.calm = calm(hits)
	s.touch.Elasticity, s.touch.Friction = elasticity(hits, s.calm), friction(hits)
	if s.within = n > 0; s.within {
		s.depth = depths / n
	} else if s.late {
		s.depth = lates / m
	}
	return s
}

// kindsIn returns the kinds of pair among meetings, in a fixed order.
func kindsIn(meetings []meeting) [][2]sim.ShapeKind {
	var kinds [][2]sim.ShapeKind
	for i := range meetings {
		if k := meetings[i].kinds; !slices.Contains(kinds, k) {
			kinds = append(kinds, k)
		}
	}
	slices.SortFunc(kinds, func(a, b [2]sim.ShapeKind) int { return slices.Compare(a[:], b[:]) })
	return kinds
}

// skins returns the skin of each kind of shape from the gaps at which pairs of them touch, by
// least squares weighted by their meetings; see Lawson and Hanson for why a negative one is
// set to nothing and the rest fitted again.
func skins(fits []fit) (s geom.Skin) {
	var kinds []sim.ShapeKind
	for _, f := range fits {
		for _, k := range f.kinds {
			if f.touch() > 0 && !slices.Contains(kinds, k) {
				kinds = append(kinds, k)
			}
		}
	}
	slices.Sort(kinds)
	for range 100 { // coordinate descent, which two or three unknowns need a few rounds of
		for _, kind := range kinds {
			var sum, weight float64
			for _, f := range fits {
				var times, others float64
				for _, k := range f.kinds {
					if k == kind {
						times++
					} else {
						others += *s.Of(k)
					}
				}
				w := float64(f.count)
				sum, weight = sum+w*times*(f.touch()-others), weight+w*times*times
			}
			if weight > 0 {
				*s.Of(kind) = max(0, sum/weight)
			}
		}
	}
	return s
}
