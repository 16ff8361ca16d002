package surprise

import (
	"context"
	"math"
	"slices"

	"orrery/sim"
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
	partly bool   // others are alarmed for reasons of their own
	tried  int    // number of explanations that were tried until one would do; 0 where none was needed or did
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
		most, err := j.score(ctx, stretch{s.from, at}, k)
		if err != nil {
			return 0, err
		}
		if found[0].partly && most >= Alarm && k >= first { // something else happened before
			if earlier, err := j.settle(ctx, stretch{s.from, at}, k); err != nil || earlier > 0 {
				return earlier, err
			}
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
			if !j.exact && (a.ordinary(f.cause, i) || f.lucky(score)) {
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

// lucky reports whether one of the explanations that were tried may suit by chance. Among n of them that is n times
// as likely as the score says.
func (f *finding) lucky(score float64) bool {
	return f.tried > 0 && score-math.Log10(float64(f.tried)) < Alarm
}

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
