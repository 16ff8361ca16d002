package surprise

import (
	"cmp"
	"context"
	"math"
	"slices"

	"orrery/sim"

	"gonum.org/v1/gonum/floats"
)

// Cause is what may have happened.
type Cause string

// The causes that are told apart. Unknown is a change that none of them explains.
const (
	Jumped     Cause = "jumped"          // is elsewhere from one frame to the next, or was measured there
	Swapped    Cause = "swapped"         // goes on as another body, which goes on as this one
	Through    Cause = "passed through"  // another body or a wall, which should have stopped it
	Gained     Cause = "gained energy"   // where it touched something
	Untouched  Cause = "moved untouched" // changed its velocity with nothing near
	MassChange Cause = "changed mass"    // bounced as if it were lighter or heavier
	Unknown    Cause = "unknown"
)

// Causes returns all causes.
func Causes() []Cause {
	return []Cause{Jumped, Swapped, Through, Gained, Untouched, MassChange, Unknown}
}

// None is the other body of an event that has none.
const None = math.MinInt32

// finding is an event on the way to be noted.
type finding struct {
	frame  int
	bodies []int // to which it happened
	other  int   // body that is no less concerned, wall, or None
	cause  Cause
	rules  []rule // that hold from then on
}

// settle finds what happened about the first frame of an alarm in a stretch, notes it, and scores the
// frames before it anew without what came after. It returns the frame at which motion begins anew, or 0 when
// nothing happened.
func (j *judge) settle(ctx context.Context, s stretch, first int) (int, error) {
	a := &alarm{judge: j, stretch: s, rows: map[int][]float64{}, sides: map[int][2]*fit{}}
	last := first
	if !j.exact {
		last = min(first+reach, s.to-1)
	}
	for k := first; k <= last; k++ {
		row, before, after, err := j.row(ctx, s, k)
		if err != nil {
			return 0, err
		}
		a.frames = append(a.frames, k)
		a.rows[k], a.sides[k] = row, [2]*fit{before, after}
	}
	a.rank()
	found, err := a.explain(ctx)
	if err != nil {
		return 0, err
	}
	for i := range j.tracks {
		if j.exact && a.blunder(found, i) {
			j.scores[first][j.tracks[i]] = min(j.scores[first][j.tracks[i]], doubtful)
			found = slices.DeleteFunc(found, func(f finding) bool { return f.bodies[0] == i })
		}
	}
	if len(found) == 0 {
		return 0, nil
	}
	at := found[0].frame
	j.forget(at)
	for k := max(s.from+1, at-reach); k < at; k++ {
		if _, err := j.score(ctx, stretch{s.from, at}, k); err != nil {
			return 0, err
		}
	}
	for i := range j.scores[at] {
		j.scores[at][j.tracks[i]] = 0
		if row := a.rows[at]; row != nil {
			j.scores[at][j.tracks[i]] = nines(row[i])
			if j.exact {
				j.scores[at][j.tracks[i]] = min(j.scores[at][j.tracks[i]], doubtful)
			}
		}
	}
	for _, f := range found {
		score := 0.0
		for _, row := range a.rows {
			for _, i := range f.bodies {
				score = max(score, nines(row[i]))
			}
		}
		for _, i := range f.bodies {
			if !j.exact && (a.ordinary(f.cause, i) || f.cause == MassChange && score < sure) {
				for _, k := range a.frames {
					j.scores[k][j.tracks[i]] = min(j.scores[k][j.tracks[i]], doubtful)
				}
			} else if score >= Alarm {
				j.note(f, i, score)
			}
		}
	}
	for _, f := range found {
		switch {
		case f.cause == Swapped:
			j.exchange(at, f.bodies[0], f.bodies[1])
		default:
			j.rules = append(j.rules, f.rules...)
		}
	}
	return at, nil
}

// sure is the least score with which a mass has changed where positions have noise: many masses of many
// bodies are tried, one of which may suit by chance.
const sure = Alarm + 2

// doubtful is the most that something scores that is rather the model's mistake.
const doubtful = Alarm - 1

// blunder reports whether what was found of a body, whose states are known, is rather the model's
// mistake: what it touches, or is tied to, pushes it otherwise than it should, by no more than what has
// to do with it is pushed. Models get one in some hundreds wrong, and more in a heap.
func (a *alarm) blunder(found []finding, i int) bool {
	k := slices.IndexFunc(found, func(f finding) bool { return f.bodies[0] == i })
	if k < 0 {
		return false
	}
	const near = touching / 2
	held := tied(a.t.Scene, i)
	for _, at := range []int{a.peak - 1, a.peak} {
		for m := range a.base.meetings(a.measured(at), near) {
			held = held || m.body == i || m.other == i
		}
	}
	before, most := a.sides[a.peak][0], 0.0
	root := a.base.clusters([]sim.State{a.measured(a.peak - 1), a.measured(a.peak)}, near)
	for b, push := range before.pushes[0] {
		if a.judged(b) && root[b] == root[i] {
			most = max(most, push.speed+a.base.size[b]*push.spin)
		}
	}
	const (
		times  = 2     // the greatest push, by which another may be off
		little = 0.05  // m/s, by which it may be off besides
		nudged = 0.001 // m, by which engines move what overlaps
		slack  = 0.1   // of the greatest push, with which joints give way
	)
	p, q := &before.states[1][i], &a.t.States[a.peak][i]
	off := q.Velocity().Sub(p.Velocity()).Len() + a.base.size[i]*math.Abs(q.Omega-p.Omega)
	if way := q.Position().Sub(p.Position()).Len(); !held || !(way < nudged+(off+slack*most)*a.t.Scene.FrameTime()) {
		return false
	}
	switch found[k].cause {
	case Through:
		return off < little
	case MassChange:
		if !tied(a.t.Scene, i) {
			return off < little
		}
	case Swapped:
		return false
	case Jumped, Gained, Untouched, Unknown:
	}
	return off < times*most+little
}

// ordinary reports whether a change of a body is one as an impact makes it, of which what was seen tells too
// little to say how it went: some motion about it is not found at all, or, where nothing explains the change,
// it is beside a wall, or what touches it is pushed as much as it is.
func (a *alarm) ordinary(cause Cause, i int) bool {
	switch cause {
	case Jumped, Swapped, Through, Untouched:
		return false
	case Gained, MassChange:
		return !a.clean
	case Unknown:
		if !a.clean {
			return true
		}
	}
	const many = 5 // deviations of the sum of momenta
	before, after := a.sides[a.peak][0], a.sides[a.peak][1]
	now := []sim.State{a.measured(a.peak - 1), a.measured(a.peak)}
	reach := touching + a.t.Scene.FrameTime()*after.states[0][i].Velocity().Len()
	root := a.base.clusters(now, reach)
	for m := range a.base.meetings(now[1], reach) {
		if m.body == i && m.other < 0 {
			return true
		}
	}
	var sum sim.Vec
	var unsure float64
	for b := range root {
		if root[b] != root[i] || !a.judged(b) {
			continue
		}
		mass := a.t.Scene.Bodies[b].Mass
		p, q := &before.states[before.frames][b], &after.states[0][b]
		sum = sum.Add(q.Velocity().Sub(p.Velocity()).Scale(mass))
		for axis := 3; axis < 5; axis++ {
			unsure += mass * mass * (before.end[b][axis][axis] + after.start[b][axis][axis])
		}
	}
	return sum.Dot(sum) < many*many*unsure
}

// note adds an event of one body.
func (j *judge) note(f finding, i int, score float64) {
	e := Event{Frame: f.frame, Body: j.tracks[i], Score: score, Cause: f.cause}
	other := f.other
	if len(f.bodies) == 2 && other >= 0 {
		other = f.bodies[0] + f.bodies[1] - i
	}
	if other >= 0 {
		other = j.tracks[other]
	}
	if other != None {
		e.Other = &other
	}
	j.scores[f.frame][e.Body] = max(j.scores[f.frame][e.Body], score)
	for k := range j.events {
		if before := &j.events[k]; before.Body == e.Body && before.Frame >= e.Frame-2 {
			if before.Score < e.Score && before.Cause == Unknown {
				before.Cause, before.Other = e.Cause, e.Other
			}
			before.Score = max(before.Score, e.Score)
			return
		}
	}
	j.events = append(j.events, e)
}

// forget drops the fits of windows that reach beyond the beginning of a frame.
func (j *judge) forget(frame int) {
	for key := range j.fits {
		if key[0]+key[1] > frame {
			delete(j.fits, key)
		}
	}
}

// exchange swaps the tracks of two bodies from a frame on. Who wrote the angles may have counted whole
// turns along the tracks, so each goes on from where it was.
func (j *judge) exchange(frame, a, b int) {
	j.tracks[a], j.tracks[b] = j.tracks[b], j.tracks[a]
	before := j.measured(frame - 1)
	for k := frame; k < len(j.t.States); k++ {
		j.t.States[k][a], j.t.States[k][b] = j.t.States[k][b], j.t.States[k][a]
		if !j.exact {
			j.sights[k][a], j.sights[k][b] = j.sights[k][b], j.sights[k][a]
		}
	}
	now := j.measured(frame)
	for _, i := range []int{a, b} {
		turns := 2 * math.Pi * math.Round((now[i].Angle-before[i].Angle)/(2*math.Pi))
		for k := frame; k < len(j.t.States) && turns != 0; k++ {
			j.t.States[k][i].Angle -= turns
			if !j.exact {
				j.sights[k][i].Angle -= turns
			}
		}
	}
}

// alarm is some frames of which the first is too unlikely.
type alarm struct {
	*judge
	stretch stretch
	frames  []int
	rows    map[int][]float64
	sides   map[int][2]*fit // before each frame and from it on
	peak    int             // the frame between which and the one before something happened
	clean   bool            // the law explains what was seen before the peak, and what was seen after it
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
	if found, err := a.swapped(ctx); err != nil || found != nil {
		return found, err
	}
	anew := a.restart()
	if sure := anew[0].cause == Jumped || anew[0].cause == Untouched; len(a.near()) == 0 || sure && a.clean && !a.exact {
		return anew, nil
	}
	for _, try := range []func(context.Context) ([]finding, error){a.through, a.mass} {
		if found, err := try(ctx); err != nil || found != nil {
			return found, err
		}
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
				worst, total, err := a.trial(ctx, other, []int{k, min(k+2, a.stretch.to-1)})
				if err != nil {
					return nil, err
				}
				if worst < Alarm && total < least {
					least, found = total, []finding{{frame: k, bodies: []int{i, j}, other: j, cause: Swapped}}
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

// trial returns how unlikely frames are to a judge of other opinions: the greatest score, and the sum
// of all squares.
func (a *alarm) trial(ctx context.Context, j *judge, frames []int) (worst, total float64, err error) {
	for _, k := range frames {
		row, _, _, err := j.row(ctx, a.stretch, k)
		if err != nil {
			return 0, 0, err
		}
		total += floats.Sum(row)
		for _, d := range row {
			worst = max(worst, nines(d))
		}
		if worst >= Alarm {
			break
		}
	}
	return worst, total, nil
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

// under returns a trial of another scene.
func (a *alarm) under(ctx context.Context, f *fitter) (worst, total float64, err error) {
	j := *a.judge
	j.fits, j.rules = map[[2]int]*fit{}, []rule{{fitter: f, to: math.MaxInt}}
	base := *j.base
	j.base, base.hasty, f.hasty = &base, true, true
	defer func() { f.hasty = false }()
	return a.trial(ctx, &j, []int{a.peak, a.frames[0], min(a.peak+2, a.frames[len(a.frames)-1])})
}

// through looks for something that a body passed through.
func (a *alarm) through(ctx context.Context) (found []finding, err error) {
	least := math.Inf(1)
	for _, m := range a.near() {
		f, err := a.of(apartFrom(a.t.Scene, m.body, m.other))
		if err != nil {
			return nil, err
		}
		worst, total, err := a.under(ctx, f)
		if err != nil {
			return nil, err
		}
		if worst < Alarm && total < least {
			least = total
			at, parted := a.passage(m)
			one := finding{frame: at, bodies: []int{m.body}, other: m.other, cause: Through, rules: []rule{{fitter: f, bodies: []int{m.body}, from: at, to: parted}}}
			if m.other >= 0 && a.judged(m.other) {
				one.bodies = append(one.bodies, m.other)
				one.rules[0].bodies = one.bodies
			}
			found = []finding{one}
		}
	}
	return found, nil
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
				f, err := a.of(heavier(a.t.Scene, i, times))
				if err != nil {
					return nil, err
				}
				worst, total, err := a.under(ctx, f)
				if err != nil {
					return nil, err
				}
				// In known states many a mistake of the model is a little smaller with another mass.
				if worst >= Alarm || a.exact && !(10*total < floats.Sum(a.rows[a.peak])) {
					continue
				}
				rules = append(rules, rule{fitter: f, from: a.peak, to: math.MaxInt, also: true})
				if total < least {
					least = total
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
			if body := &a.t.Scene.Bodies[b]; before.root != nil && before.root[b] != before.root[i] && b != i || !a.judged(b) {
				continue
			} else {
				s := &f.states[frame][b]
				sum += body.Mass*s.Velocity().Dot(s.Velocity())/2 + body.Moment*s.Omega*s.Omega/2
			}
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
