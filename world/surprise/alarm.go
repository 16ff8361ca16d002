package surprise

import (
	"cmp"
	"context"
	"math"
	"slices"

	"orrery/sim"

	"gonum.org/v1/gonum/floats"
)

// alarm is some frames of which the first is too unlikely.
type alarm struct {
	*judge
	stretch stretch
	frames  []int
	rows    map[int][]float64
	sides   map[int][2]*fit // before each frame and from it on
	peak    int             // the frame between which and the one before something happened
	clean   bool            // the law explains what was seen before the peak, and what was seen after it
	tried   int             // number of explanations that were tried
}

// rank finds the peak: where motion before and after is best explained, if they need not be one motion.
func (a *alarm) rank() {
	least, most := math.Inf(1), 0.0
	for _, k := range a.frames {
		odd, whole := 0.0, 0.0
		for i, d := range a.rows[k] {
			if a.alarmed(i) {
				for _, g := range a.sides[k] {
					odd += max(0, g.off[i]-a.base.usual(g, i))
				}
				whole += d
			}
		}
		if odd < least || odd == least && whole > most {
			a.peak, least, most, a.clean = k, odd, whole, odd == 0
		}
	}
}

// explain returns what happened, by the first explanation that makes the frames likely.
func (a *alarm) explain(ctx context.Context) ([]finding, error) {
	explained := func(found []finding) []finding {
		for k := range found {
			found[k].tried = a.tried
		}
		return found
	}
	if found, err := a.swapped(ctx); err != nil || found != nil {
		return explained(found), err
	}
	anew := a.restart()
	if sure := anew[0].cause == Jumped || anew[0].cause == Untouched; len(a.near()) == 0 || sure && a.clean && !a.exact {
		return anew, nil
	}
	all, some, err := a.through(ctx)
	if err != nil || all != nil {
		return explained(all), err
	}
	if found, err := a.mass(ctx); err != nil || found != nil {
		return explained(found), err
	}
	if some != nil {
		some[0].partly = true
		return explained(some), nil
	}
	return anew, nil
}

// alarmed reports whether a body is too unlikely in one of the frames.
func (a *alarm) alarmed(i int) bool {
	for _, row := range a.rows {
		if i >= 0 && nines(row[i]) >= Alarm {
			return true
		}
	}
	return false
}

// swapped looks for two bodies that go on as each other.
func (a *alarm) swapped(ctx context.Context) (found []finding, err error) {
	least := math.Inf(1)
	for _, k := range a.frames {
		before, now := a.sides[k][0], a.measured(k)
		way := func(i, j int) float64 {
			return before.states[before.frames][i].Position().Sub(now[j].Position()).Len()
		}
		for j := range a.tracks {
			for i := range j {
				if !a.alarmed(i) || !a.alarmed(j) || !(2*way(i, j) < way(i, i)) || !(2*way(j, i) < way(j, j)) {
					continue
				}
				other := a.copy()
				other.exchange(k, i, j)
				v, err := a.trial(ctx, other, []int{k, min(k+2, a.stretch.to-1)}, nil)
				if err != nil {
					return nil, err
				}
				if v.worst < Alarm && v.total < least {
					least, found = v.total, []finding{{frame: k, bodies: []int{i, j}, other: j, cause: Swapped}}
				}
			}
		}
	}
	return found, nil
}

// touching is how near two things come of which one may have passed through the other, in metres.
const touching = 0.01

// near returns what comes near an alarmed body about the frames, the nearest first.
func (a *alarm) near() []meeting {
	gaps, fastest := map[meeting]float64{}, 0.0
	for _, g := range a.sides[a.peak] {
		for _, b := range g.states[0] {
			fastest = max(fastest, b.Velocity().Len())
		}
	}
	reach := touching + fastest*a.t.Scene.FrameTime() // they may have met between two frames
	for k := max(a.stretch.from, a.frames[0]-1); k <= min(a.frames[len(a.frames)-1]+1, a.stretch.to-1); k++ {
		for m, gap := range a.base.meetings(a.measured(k), reach) {
			if old, found := gaps[m]; (a.alarmed(m.body) || a.alarmed(m.other)) && (!found || gap < old) {
				gaps[m] = gap
			}
		}
	}
	var out []meeting
	for m := range gaps {
		out = append(out, m)
	}
	slices.SortFunc(out, func(p, q meeting) int {
		switch {
		case gaps[p] != gaps[q]:
			if gaps[p] < gaps[q] {
				return -1
			}
			return 1
		case p.body != q.body:
			return p.body - q.body
		}
		return p.other - q.other
	})
	return out[:min(len(out), 4)]
}

// measured returns where bodies were seen at a frame, or estimated where they were not.
func (j *judge) measured(k int) sim.State {
	state := slices.Clone(j.t.States[k])
	if j.exact {
		return state
	}
	for i := range state {
		if s := &j.sights[k][i]; s.Seen {
			state[i].X, state[i].Y = s.X, s.Y
		}
		if s := &j.sights[k][i]; s.Turned {
			state[i].Angle = s.Angle
		}
	}
	return state
}

// verdict says how unlikely some frames are.
type verdict struct {
	worst float64 // score of all that are concerned
	about float64 // the same of what an explanation is about, and of what was fitted together with it
	total float64 // sum of all squares
}

// trial returns how unlikely frames are to a judge of other opinions about some bodies. Concerned are these, or all
// bodies if they are nil, and those alarmed. What else is there is no less likely than it was.
func (a *alarm) trial(ctx context.Context, j *judge, frames []int, about []int) (v verdict, err error) {
	a.tried++
	for _, k := range frames {
		row, before, after, err := j.row(ctx, a.stretch, k)
		if err != nil {
			return v, err
		}
		for i, d := range row {
			mine := about == nil || before.with(i, about) || after.with(i, about)
			if old := a.rows[k]; !mine && old != nil {
				d = min(d, old[i])
			}
			v.total += d
			if mine {
				v.about = max(v.about, nines(d))
			}
			if mine || a.alarmed(i) {
				v.worst = max(v.worst, nines(d))
			}
		}
		if v.about >= Alarm {
			break
		}
	}
	return v, nil
}

// copy returns a judge who knows as much and has not looked yet.
func (j *judge) copy() *judge {
	out := *j
	t := *j.t
	out.t, out.sights, out.tracks, out.fits = &t, slices.Clone(j.sights), slices.Clone(j.tracks), map[[2]int]*fit{}
	t.States = slices.Clone(t.States)
	for k := range t.States {
		t.States[k] = slices.Clone(t.States[k])
	}
	for k := range out.sights {
		out.sights[k] = slices.Clone(out.sights[k])
	}
	base := *j.base
	base.t, base.sights = out.t, out.sights
	out.base = &base
	return &out
}

// under returns a trial of a rule about some bodies that holds all the time, beside those that hold.
func (a *alarm) under(ctx context.Context, r rule, about ...int) (verdict, error) {
	j := *a.judge
	base := *j.base
	base.hasty, j.base = true, &base
	r.from, r.to = 0, math.MaxInt
	j.fits, j.rules, j.sure = map[[2]int]*fit{}, a.passing(a.peak), nil
	if r.times == 0 {
		j.rules = append(j.rules, r)
	} else {
		j.sure = []rule{r}
	}
	return a.trial(ctx, &j, []int{a.peak, a.frames[0], min(a.peak+2, a.frames[len(a.frames)-1])}, about)
}

// through looks for something that a body passed through. It returns what explains all that is alarmed, and what
// explains those that met alone, as others may have their own reasons.
func (a *alarm) through(ctx context.Context) (all, some []finding, err error) {
	leastOfAll, least := math.Inf(1), math.Inf(1)
	for _, m := range a.near() {
		r := rule{body: m.body, other: m.other}
		v, err := a.under(ctx, r, m.body, m.other)
		if err != nil {
			return nil, nil, err
		}
		if v.about >= Alarm {
			continue
		}
		r.from, r.to = a.passage(m)
		one := finding{frame: r.from, bodies: []int{m.body}, other: m.other, cause: Through, rules: []rule{r}}
		if m.other >= 0 && a.judged(m.other) {
			one.bodies = append(one.bodies, m.other)
		}
		if v.worst < Alarm && v.total < leastOfAll {
			leastOfAll, all = v.total, []finding{one}
		}
		if v.total < least {
			least, some = v.total, []finding{one}
		}
	}
	return all, some, nil
}

// passage returns the frame at which two things begin to overlap, and the first after that at which
// they are apart.
func (a *alarm) passage(m meeting) (at, parted int) {
	gap := func(k int) float64 {
		if g, found := a.base.meetings(a.measured(k), touching)[m]; found {
			return g
		}
		return touching
	}
	at = a.peak
	if !a.exact {
		least := math.Inf(1)
		for k := max(a.stretch.from+1, a.frames[0]-1); k <= min(a.frames[len(a.frames)-1]+1, a.stretch.to-1); k++ {
			if g := gap(k); g <= 0 {
				at = k
				break
			} else if g < least {
				least, at = g, k
			}
		}
	}
	for parted = at + 1; parted < len(a.t.States) && gap(parted) < touching/2; parted++ {
	}
	return at, parted
}

// masses are how many times its mass a body may have.
var masses = []float64{0.25, 0.5, 2, 4}

// mass looks for a body that bounces off another as if it had another mass. One impact tells the ratio
// of two masses alone, so all answers that will do are kept as rules.
func (a *alarm) mass(ctx context.Context) (found []finding, err error) {
	least := math.Inf(1)
	var rules []rule
	for _, m := range a.near() {
		if found != nil || m.other < 0 || !a.judged(m.other) || !a.judged(m.body) {
			continue
		}
		for _, i := range []int{m.body, m.other} {
			for _, times := range masses {
				r := rule{body: i, other: None, times: times, from: a.peak, to: math.MaxInt}
				v, err := a.under(ctx, r, m.body, m.other)
				if err != nil {
					return nil, err
				}
				// In known states many a mistake of the model is a little smaller with another mass.
				if v.worst >= Alarm || a.exact && !(10*v.total < floats.Sum(a.rows[a.peak])) {
					continue
				}
				rules = append(rules, r)
				if v.total < least {
					least = v.total
					other := m.body + m.other - i
					found = []finding{{frame: a.peak, bodies: []int{i, other}, other: other, cause: MassChange}}
				}
			}
		}
	}
	if found != nil {
		found[0].rules = rules
	}
	return found, nil
}

// restart says what changed at the peak.
func (a *alarm) restart() (found []finding) {
	k := a.peak
	before, after := a.sides[k][0], a.sides[k][1]
	row := a.rows[k]
	worst := 0
	for i := range row {
		if row[i] > row[worst] {
			worst = i
		}
	}
	for i := range row {
		if i == worst || a.judged(i) && nines(row[i]) >= Alarm && row[i] >= 0.05*row[worst] {
			found = append(found, finding{frame: k, bodies: []int{i}, other: None, cause: a.change(before, after, i, k)})
		}
	}
	slices.SortStableFunc(found, func(p, q finding) int { return cmp.Compare(row[q.bodies[0]], row[p.bodies[0]]) })
	return found
}

// change says what changed between two fits of a body.
func (a *alarm) change(before, after *fit, i, k int) Cause {
	p, q := &before.states[before.frames][i], &after.states[0][i]
	var std [sim.StateSize]float64
	for axis := range std {
		std[axis] = math.Sqrt(before.end[i][axis][axis] + after.start[i][axis][axis])
	}
	way, kick := q.Position().Sub(p.Position()).Len(), q.Velocity().Sub(p.Velocity()).Len()
	dt := a.t.Scene.FrameTime()
	if way > kick*dt+5*math.Hypot(std[0], std[1]) {
		return Jumped
	}
	const margin = 2 * touching
	isNear := tied(a.t.Scene, i)
	for _, at := range []int{k - 1, k} {
		for m := range a.base.meetings(a.measured(at), margin+dt*max(p.Velocity().Len(), q.Velocity().Len())) {
			isNear = isNear || m.body == i || m.other == i
		}
	}
	energy := func(f *fit, frame int) (sum float64) {
		for b := range f.states[frame] {
			if before.root != nil && before.root[b] != before.root[i] && b != i || !a.judged(b) {
				continue
			}
			body, s := &a.t.Scene.Bodies[b], &f.states[frame][b]
			sum += body.Mass*s.Velocity().Dot(s.Velocity())/2 + body.Moment*s.Omega*s.Omega/2
		}
		return sum
	}
	switch first, then := energy(before, 0), energy(after, 0); {
	case !isNear && kick > 5*math.Hypot(std[3], std[4]):
		return Untouched
	case isNear && then > 1.05*max(first, energy(before, before.frames)):
		return Gained
	}
	return Unknown
}
