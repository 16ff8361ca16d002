package source

import (
	"context"
	"math"
	"slices"
	"strings"

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

	// What Config of package contact says of these.
	Late  bool
	Ahead float64
	Sight float64 // m
	Hold  bool
}

// Finding is what trajectories show.
type Finding struct {
	Sources []Source // that they may have, the likeliest first; there is always one
	Doubts  []Doubt  // of what their scene says
}

// Measure returns what trajectories show of their source. Scenes that disagree on the frame
// time are an error. When ctx ends, Measure soon returns its error.
func Measure(ctx context.Context, trajectories []*sim.Trajectory) (Finding, error) {
	f, lead, err := flight.MeasureFlight(ctx, trajectories)
	if err != nil {
		return Finding{}, err
	}
	meetings, err := collect(ctx, trajectories, &f)
	if err != nil {
		return Finding{}, err
	}
	seen := newSight(meetings)
	if observed(trajectories) {
		return Finding{Sources: likely(f, &seen, trajectories)}, nil
	}
	for _, t := range trajectories {
		seen.corrected = seen.corrected && t.Scene.Substeps == 1 // of several steps the first ones would do it
	}
	found := Finding{Sources: judge(f, lead, &seen)}
	if sameBodies(trajectories) {
		found.Doubts = doubts(trajectories[0].Scene, meetings, &seen)
	}
	return found, nil
}

// likely returns the sources that observed motion may have. Impacts on the beat of steps are those of an engine, whose states are
// estimated as this one shows them. Impacts at other times are those of the world, where things meet at any time. Where their times tell
// nothing the world is the likeliest, or else it is an engine whose order is too fine to be seen through the noise.
func likely(f flight.Flight, seen *sight, trajectories []*sim.Trajectory) (out []Source) {
	steps, sure := beat(trajectories)
	s := Source{Flight: f, Touch: seen.touch, Calm: seen.calm}
	if !sure || steps == 0 {
		s.Flight.Order, s.Impacts = flight.EvenForce, true
		out = append(out, s)
	}
	if sure && steps == 0 {
		return out
	}
	for _, o := range flight.Orders() {
		if o == flight.EvenForce {
			continue
		}
		if s.Flight.Order, s.Impacts = o, false; o == flight.EngineOrder {
			s.Flight.Order = ""
		}
		if steps > 0 && steps != trajectories[0].Scene.Substeps {
			s.Flight.Substeps = steps
		}
		if out = append(out, s); steps > 0 {
			break // another order moves alike, and has its velocities at other ends of a step
		}
	}
	return out
}

// observed reports whether states are estimates. The order of steps, and outlines that are off by less
// than the noise, do not show in them.
func observed(trajectories []*sim.Trajectory) bool {
	return slices.ContainsFunc(trajectories, func(t *sim.Trajectory) bool { return t.Seen != nil })
}

// judge returns the sources that agree with what was seen of flights and meetings.
func judge(f flight.Flight, lead float64, seen *sight) []Source {
	s := Source{Flight: f, Touch: seen.touch, Calm: seen.calm}
	var out []Source
	add := func(o flight.Order, impacts bool, depth float64) {
		switch {
		case math.IsNaN(lead) || o.Lead() == lead || s.Late:
		case seen.falls:
			return
		default: // drag alone says nothing of when contacts are solved
			o = withLead(o, lead)
		}
		s.Flight.Order, s.Impacts, s.Depth = o, impacts, depth
		if o == flight.EngineOrder {
			s.Flight.Order = ""
		}
		out = append(out, s)
	}
	s.Hold = seen.hold
	switch {
	case seen.foresight.stays:
		steps := max(1, f.Substeps)
		s.Late, s.Ahead, s.Sight, s.Flight.Substeps = true, seen.foresight.ahead, seen.foresight.sight, 0
		if math.Abs(s.Ahead*float64(steps)-1) < aStep { // the source looks one of its own steps ahead
			s.Ahead = 1 / float64(steps)
		}
		add(flight.Order(strings.Repeat("force move ", steps)+"correct solve"), true, 0)
		s.Late, s.Ahead, s.Sight, s.Flight.Substeps = false, 0, 0, f.Substeps
		add(flight.SolveFirst, false, 0) // what rests most of the time may be held so in each of the steps
	case seen.moved: // freely up to the end of the frame in which they hit
		add(flight.EngineOrder, false, 0)
	case seen.early:
		add(flight.SolveFirst, seen.within, seen.depth)
	case seen.late:
		if !seen.corrected && !seen.exact {
			add(flight.EngineOrder, false, 0)
		}
		if !seen.exact {
			add(flight.MoveFirst, false, 0)
			add(flight.SolveFirst, false, 0) // too few have touched slowly to tell
		}
		add(flight.SolveFirst, true, seen.depth)
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

// withLead returns the order with its forces first, last, or half and half.
func withLead(o flight.Order, lead float64) flight.Order {
	phases := slices.DeleteFunc(slices.Clone(o.Phases()), func(p flight.Phase) bool { return p == flight.Force })
	if lead > 0 {
		phases = append([]flight.Phase{flight.Force}, phases...)
	}
	if lead < 1 {
		phases = append(phases, flight.Force)
	}
	words := make([]string, len(phases))
	for i, p := range phases {
		words[i] = string(p)
	}
	return flight.Order(strings.Join(words, " "))
}

// sight is what meetings show.
type sight struct {
	touch     geom.Touch
	calm      float64 // m/s
	early     bool    // gaps at the start of a frame decide: it solves before it moves
	late      bool    // gaps at its end decide
	corrected bool    // they did not at all
	moved     bool    // bodies moved freely through the frame in which they hit
	exact     bool    // they were in touch when they hit, at any time of a frame
	within    bool    // besides early: what would overlap by depth hits within the frame
	size      float64 // m, the reach of the smallest body
	fits      []fit   // of all kinds of pair, known or not
	depth     float64 // m; of late ones by how much they overlap before they hit

	foresight foresight // if any
	hold      bool
	falls     bool // something pulls on bodies
}

const (
	aStep      = 0.2  // share by which a look ahead may be off to count as one of a step
	littlePull = 1e-4 // share by which skins may come out thinner for it
	dropping   = 3    // times what gravity adds in a frame; slower meetings are rests, which tell nothing
	fewest     = 30   // meetings of two kinds of shape from which a gap is read
	certain    = 0.95 // share of meetings that a source must explain
	thinnest   = 1e-3 // share of a body's reach; skins are thicker
	agreement  = 1e-4 // share of a frame's way by which a body that moved freely may be off
	touching   = 0.02 // share of a frame's way by which the gap at a hit may be off
)

func newSight(meetings []meeting) (s sight) {
	var fits []fit
	var hits []meeting
	var meets [][]meeting
	var free, fresh, timed, exact, depths, n, lates, m float64
	for _, kinds := range kindsIn(meetings) {
		var of, all []meeting
		for i := range meetings {
			m := &meetings[i]
			if m.kinds != kinds {
				continue
			}
			s.falls = s.falls || m.gained > 0
			if all = append(all, *m); m.approach > dropping*m.gained {
				of = append(of, *m)
			}
			if s.size == 0 || m.size < s.size {
				s.size = m.size
			}
		}
		f := fitGaps(kinds, of)
		if resting := fitGaps(kinds, all); resting.known && (!f.known || resting.early && !f.early) {
			f, of = resting, all // where hardly anything moves, rests must do
		}
		s.fits, meets = append(s.fits, f), append(meets, of)
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
				if gap, off, ok := m.met(); ok {
					if timed++; math.Abs(gap-f.touch()) <= off {
						exact++
					}
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
	if before, ok := foresee(s.fits, meets); ok && before.stays {
		s.foresight = before
		s.early, s.late, n, m, fresh, fits, hits = false, false, 0, 0, 0, nil, hits[:0]
		for _, of := range meets {
			for i := range of {
				if m := of[i]; m.hit && m.before > 0 && m.before <= before.sight {
					if !m.told {
						m.slope *= (m.approach + m.parting) / m.approach // what stays together rubs, and what bounces then does not
					}
					m.approach = m.began
					hits = append(hits, m)
				}
			}
		}
	}
	s.corrected = fresh >= fewest && free <= (1-mostly)*fresh
	s.moved = fresh >= fewest && free >= certain*fresh
	s.exact = timed >= fewest && exact >= certain*timed
	s.touch.Skin = skins(slices.DeleteFunc(fits, func(f fit) bool { return f.early != s.early }))
	for _, kind := range sim.Kinds[sim.ShapeKind]() {
		if skin := s.touch.Skin.Of(kind); *skin <= thinnest*s.size {
			*skin = 0
		}
	}
	s.calm = calm(hits)
	s.touch.Elasticity = elasticity(hits, s.calm)
	s.touch.Friction, s.hold = friction(hits)
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
// least squares weighted by their meetings, none below nothing. Pairs may leave open how a gap
// is shared out: then a little pull towards nothing gives the least skins that explain it.
func skins(fits []fit) (best geom.Skin) {
	kinds := sim.Kinds[sim.ShapeKind]()
	least := math.Inf(1)
	for subset := range 1 << len(kinds) { // that may be above nothing
		var a [3][4]float64 // normal equations
		total := 0.0
		for _, f := range fits {
			var times [3]float64
			for i, kind := range kinds {
				for _, k := range f.kinds {
					if k == kind && subset>>i&1 == 1 {
						times[i]++
					}
				}
			}
			w := float64(f.count)
			total += w
			for i := range times {
				for k := range times {
					a[i][k] += w * times[i] * times[k]
				}
				a[i][3] += w * times[i] * f.touch()
			}
		}
		for i := range a {
			a[i][i] += littlePull*total + math.SmallestNonzeroFloat32
		}
		x := solve(a)
		var s geom.Skin
		cost := 0.0
		for i, kind := range kinds {
			*s.Of(kind) = x[i]
			if cost += littlePull * total * x[i] * x[i]; x[i] < 0 {
				cost = math.Inf(1)
			}
		}
		for _, f := range fits {
			d := *s.Of(f.kinds[0]) + *s.Of(f.kinds[1]) - f.touch()
			cost += float64(f.count) * d * d
		}
		if cost < least {
			best, least = s, cost
		}
	}
	return best
}

// solve returns x with the first three columns of a times x the last. The matrix is symmetric
// and positive definite, so that no pivot is 0.
func solve(a [3][4]float64) (x [3]float64) {
	for i := range a {
		for k := i + 1; k < 3; k++ {
			by := a[k][i] / a[i][i]
			for c := i; c < 4; c++ {
				a[k][c] -= by * a[i][c]
			}
		}
	}
	for i := 2; i >= 0; i-- {
		x[i] = a[i][3]
		for k := i + 1; k < 3; k++ {
			x[i] -= a[i][k] * x[k]
		}
		x[i] /= a[i][i]
	}
	return x
}
