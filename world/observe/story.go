package observe

import (
	"cmp"
	"math"
	"slices"

	"orrery/sim"
)

// A body's story is cut into chapters: in each it flies, or is pushed about weakly or strongly.
// Between two flights it was hit.
type mode int

const (
	flying  mode = iota // gravity and drag alone
	resting             // held or rolling: its velocity changes slowly
	pushed              // driven or pushed: its velocity changes fast
	modes
)

// stir is the density of unknown pushes in each mode, as a share of the square of the usual
// speed in a second.
var stir = [modes]float64{0, 0.003, 1}

// hitting is how many times the usual speed a hit changes a velocity by, and starting is how many
// times that speed a body may have at first: deviations of normal distributions.
const hitting, starting = 2.5, 3.0

// Twice the logarithm of how unlikely things are that begin between two sights.
const (
	hitCost    = 3.0  // a body is hit
	turnCost   = 20.0 // it begins to fly, to rest, or to be pushed
	strayCost  = 12.0 // a sight is wrong
	aloneHit   = 15.0 // the same with nothing near
	driftCost  = 2.5  // it rests or is pushed for an interval
	aloneDrift = 4.0  // the same with nothing near
	jumpCost   = 30.0 // a body is elsewhere all at once, as after a swap of two bodies
	keepWithin = 150. // stories are dropped that are less likely than the best by so much
	keepMost   = 40   // stories at most
)

// chapter is a stretch of a body's story, with those before it.
type chapter struct {
	from   int // index of the sight before it began
	mode   mode
	before *chapter
	hit    bool // it began with a hit
	jump   bool // it began elsewhere
}

// story is one way in which what was seen of a body so far may have come about.
type story struct {
	lines   [3]line
	loss    float64
	chapter *chapter
	strays  *stray
}

type stray struct {
	at     int // index of a sight that is wrong
	before *stray
}

// teller follows all likely stories of one body.
type teller struct {
	law     *Law
	m       motion
	stories []story
	near    [][]touch // what was near after each sight
	reach   float64   // m, of the body
	loose   bool      // things drive it that are no contacts

	ranks []rank  // of stories, and used again for the next sight
	spare []story // where those that are kept go next
}

// rank is what orders a story, and its index.
type rank struct {
	loss float64
	at   int
}

func (r *track) noise(k int, law *Law) (place, turn float64) {
	place, turn = r.see[k].Std, r.see[k].StdTurn
	if place == 0 {
		place = law.Noise
	}
	if turn == 0 {
		turn = law.Turn
	}
	return max(place, least), max(turn, least)
}

// begin starts with the first sight of a track.
func (t *teller) begin(r *track) {
	place, turn := r.noise(0, t.law)
	first := story{}
	v2, w2 := starting*starting*t.law.Speed*t.law.Speed, starting*starting*t.law.Spin*t.law.Spin
	for axis := range first.lines {
		l := &first.lines[axis]
		v, ok := value(&r.see[0], axis)
		noise, wide, fast := place, 100.0, v2
		if axis == 2 {
			noise, wide, fast = turn, 100*math.Pi, w2
		}
		if !ok {
			noise = wide
		}
		l.x, l.pp, l.vv = v, noise*noise, fast
	}
	for m := range modes {
		s := first
		s.chapter = &chapter{mode: m}
		if m != flying {
			s.loss = turnCost / 2
		}
		t.stories = append(t.stories, s)
	}
}

// density returns the densities of unknown pushes and of unknown torques in an interval.
func (l *Law) density(m mode, hit bool, dt float64) (push, torque float64) {
	q := stir[m]
	if hit {
		q = hitting * hitting / dt
	}
	return q * l.Speed * l.Speed, q * l.Spin * l.Spin
}

// move moves one story on by dt under pushes and torques of such densities.
func (t *teller) move(s *story, dt, push, torque float64) {
	straight, turning := newGlide(t.m.drag, dt), newGlide(t.m.turnDrag, dt)
	g := t.m.g
	if s.chapter.mode != flying {
		straight, turning = newGlide(0, dt), newGlide(0, dt)
		g.X, g.Y = 0, 0
	}
	s.lines[0].fly(straight, g.X, push, dt)
	s.lines[1].fly(straight, g.Y, push, dt)
	s.lines[2].fly(turning, 0, torque, dt)
}

// touch is something that a body may have hit.
type touch struct {
	other  int
	normal sim.Vec // unit vector towards the body
	moving sim.Vec // m/s, velocity of the other
	yields float64 // share of the change of their relative velocity that is the body's
}

// What a bounce does, in units of the velocity at which things approach each other.
const (
	bounceBy   = 1.5  // on average
	bounceOff  = 0.5  // deviation, of a wall
	bounceWide = 0.75 // deviation, of a body
	bounceSlow = 0.02 // and of the usual speed besides
)

// bounce changes a story by what a touch does if it is hit within dt. It returns the densities of
// what is not known of that, or false if the two part.
func (t *teller) bounce(s *story, h *touch, dt float64) (push, torque float64, ok bool) {
	u := sim.Vec{X: s.lines[0].v, Y: s.lines[1].v}.Sub(h.moving).Dot(h.normal)
	if u >= 0 {
		return 0, 0, false
	}
	change := h.normal.Scale(-bounceBy * h.yields * u)
	for axis, d := range [2]float64{change.X, change.Y} {
		s.lines[axis].v += d
		s.lines[axis].x += d * dt / 2
	}
	off := bounceOff
	if h.other >= 0 {
		off = bounceWide
	}
	off = off*-u + bounceSlow*t.law.Speed
	spin := min(2*off/t.reach, hitting*t.law.Spin)
	return off * off / dt, spin * spin / dt, true
}

// ancestors is the number of stories that are continued in other ways, the likeliest.
const ancestors = 3

// next goes on from sight k of a track to the next.
func (t *teller) next(r *track, k int) {
	dt := r.at[k+1] - r.at[k]
	cost, drift := hitCost, 0.0
	if len(t.near[k]) == 0 {
		cost += aloneHit
	}
	if !t.loose {
		drift = driftCost
		if len(t.near[k]) == 0 {
			drift += aloneDrift
		}
	}
	var fresh []story
	more := func(from *story, m mode, hit, jump bool, cost, push, torque float64) {
		s := *from
		s.chapter = &chapter{from: k, mode: m, before: from.chapter, hit: hit, jump: jump}
		s.loss += cost
		if hit && m != from.chapter.mode {
			s.loss += turnCost / 2
		}
		t.move(&s, dt, push, torque)
		fresh = append(fresh, s)
	}
	for a := range min(ancestors, len(t.stories)) {
		best := &t.stories[a]
		push, torque := t.law.density(flying, true, dt)
		for m := range modes {
			more(best, m, true, false, cost, push, torque)
			if m != best.chapter.mode {
				push, torque := t.law.density(m, false, dt)
				more(best, m, false, false, turnCost, push, torque)
			}
		}
		for h := range t.near[k] {
			s := *best
			if push, torque, ok := t.bounce(&s, &t.near[k][h], dt); ok {
				more(&s, flying, true, false, hitCost, push, torque)
			}
		}
		if a == 0 {
			more(best, flying, true, true, jumpCost, push, torque)
			s := &fresh[len(fresh)-1]
			for axis, wide := range t.law.wide() {
				s.lines[axis].pp += wide * wide
			}
		}
	}
	for i := range t.stories {
		push, torque := t.law.density(t.stories[i].chapter.mode, false, dt)
		t.move(&t.stories[i], dt, push, torque)
	}
	t.stories = append(t.stories, fresh...)
	for i := range t.stories {
		if t.stories[i].chapter.mode != flying {
			t.stories[i].loss += drift
		}
	}
	place, spin := r.noise(k+1, t.law)
	wide := t.law.wide()
	for i := range t.stories {
		t.stories[i].see(r, k+1, place*place, spin*spin, wide)
	}
	t.keep()
}

// keep keeps the likeliest stories, the likeliest first. They are large, so each moves once.
func (t *teller) keep() {
	ranks := t.ranks[:0]
	for i := range t.stories {
		ranks = append(ranks, rank{t.stories[i].loss, i})
	}
	slices.SortFunc(ranks, func(a, b rank) int { return cmp.Or(cmp.Compare(a.loss, b.loss), cmp.Compare(a.at, b.at)) })
	kept := t.spare[:0]
	for k, r := range ranks {
		if k > 0 && (k == keepMost || !(r.loss < ranks[0].loss+keepWithin)) {
			break
		}
		kept = append(kept, t.stories[r.at])
	}
	t.stories, t.spare, t.ranks = kept, t.stories, ranks
}

// wide returns how widely wrong sights are scattered, in m, m and rad.
func (l *Law) wide() [3]float64 { return [3]float64{l.Speed, l.Speed, l.Spin} }

// see takes a sight into account, unless it is so far off that it must be wrong.
func (s *story) see(r *track, k int, place, turn float64, wide [3]float64) {
	noise := [3]float64{place, place, turn}
	var loss, wrong float64
	for axis := range s.lines {
		if v, ok := value(&r.see[k], axis); ok {
			loss += s.lines[axis].surprise(v, noise[axis])
			wrong += 2 * math.Log(wide[axis])
		}
	}
	if wrong += strayCost; loss > wrong {
		s.loss += wrong
		s.strays = &stray{k, s.strays}
		return
	}
	s.loss += loss
	for axis := range s.lines {
		if v, ok := value(&r.see[k], axis); ok {
			s.lines[axis].see(v, noise[axis])
		}
	}
}

// plot is what happened to a body between its sights.
type plot struct {
	modes  []mode  // [sights-1] of each interval
	hits   []bool  // [sights-1] in which it was hit
	jumps  []bool  // [sights-1] in which it was moved elsewhere
	strays []bool  // [sights] that are wrong
	loss   float64 // of the story, twice the negative logarithm of its likelihood less a constant
}

// plot returns the likeliest story of a track.
func (l *Law) plot(r *track, m motion, near [][]touch, reach float64, loose bool) plot {
	n := len(r.at)
	p := plot{modes: make([]mode, max(0, n-1)), hits: make([]bool, max(0, n-1)), jumps: make([]bool, max(0, n-1)), strays: make([]bool, n)}
	if n == 0 {
		return p
	}
	t := teller{law: l, m: m, near: near, reach: reach, loose: loose}
	t.begin(r)
	for k := range n - 1 {
		t.next(r, k)
	}
	p.loss = t.stories[0].loss
	end := n - 1
	for c := t.stories[0].chapter; c != nil; c = c.before {
		for k := c.from; k < end; k++ {
			p.modes[k] = c.mode
		}
		if c.hit {
			p.hits[c.from] = true
		}
		if c.jump {
			p.jumps[c.from] = true
		}
		end = c.from
	}
	for s := t.stories[0].strays; s != nil; s = s.before {
		p.strays[s.at] = true
	}
	return p
}
