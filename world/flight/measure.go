package flight

import (
	"context"
	"fmt"
	"math"
	"slices"

	"orrery/sim"
	"orrery/world/geom"
)

// minFlights is the least number of free flights from which constants are read.
const minFlights = 20

// MeasureFlight reads gravity, drag and the order of forces and moves off bodies that touch
// nothing and that nothing drives or ties: a robust line through the next velocities against
// those that the scene's word foretells. A gradient would leave such constants a few per cent
// off, and gravity that is 5 % weak is the largest error of a whole model. What lies within
// three standard errors of the scene's word is that word. The frame time is the scenes';
// scenes that disagree on it are an error. With fewer than minFlights free flights scenes are
// taken at their word. When ctx ends, MeasureFlight soon returns its error.
//
// The states of motion that was observed are estimates, which err at both ends of a flight alike.
// A line through them would be too flat, so what is kept is the ratio of how much the velocities
// vary at the ends. Its order is EvenForce: the world makes no steps.
//
// The second result is the Lead of the order that flights show, or NaN where they do not: the
// Order of the Flight is one with this Lead, but how it deals with contacts is not known yet.
func MeasureFlight(ctx context.Context, trajectories []*sim.Trajectory) (Flight, float64, error) {
	f := DefaultFlight()
	if len(trajectories) > 0 {
		f.FrameTime = trajectories[0].Scene.FrameTime()
	}
	for i, t := range trajectories {
		if t.Scene.FrameTime() != f.FrameTime {
			return f, 0, fmt.Errorf("episode %d: frames last %v s, those of episode 0 last %v s", i, t.Scene.FrameTime(), f.FrameTime)
		}
	}
	s, err := collectFlights(ctx, trajectories)
	if err != nil {
		return f, 0, err
	}
	observed := slices.ContainsFunc(trajectories, func(t *sim.Trajectory) bool { return t.Seen != nil })
	if observed {
		f.Order = EvenForce
	}
	if len(s) < minFlights {
		return f, math.NaN(), nil
	}
	lines := fitFlights(s, observed)
	f.Keep, f.KeepAngular = lines.keep, lines.keepAngular
	f.Gravity = lines.gained.Scale(1 / f.FrameTime)
	if observed {
		return f, EvenForce.Lead(), nil
	}
	lead, steps := leadOf(s, &lines)
	f.Substeps = steps
	for _, o := range []Order{SolveFirst, EvenForce} {
		if o.Lead() == lead {
			f.Order = o
		}
	}
	return f, lead, nil
}

// flight is what a body did in a frame without touching anything.
type flown struct {
	told, next sim.BodyState // velocities as the word of the scene has them and as they are
	start      sim.Vec       // m/s, the velocity at first
	moved      sim.Vec       // m/s, the mean velocity
	steps      int           // of the frame
	turned     bool          // the angular velocity is no guess
}

// clearances are the rooms, as shares of the smallest body's reach, that a body must have
// all round it to count as in flight, beyond what a frame may take it nearer to anything. The
// widest that gives enough flights is taken: what touches from afar, as bodies with a skin
// do, is then no flight.
var clearances = []float64{1, 0.3, 0.1, 0.01}

const (
	enoughFlights = 500
	mostFlights   = 40_000 // more tell nothing new
	slightest     = 1e-4   // m, the least room, in case the data were rounded
)

// collectFlights returns the flights of free bodies.
func collectFlights(ctx context.Context, trajectories []*sim.Trajectory) ([]flown, error) {
	frames := 0
	for _, t := range trajectories {
		frames += len(t.States) - 1
	}
	bodies := 0
	if len(trajectories) > 0 {
		bodies = len(trajectories[0].Scene.Bodies)
	}
	every := max(1, frames*bodies/(4*mostFlights))
	var found []flown
	var roomy []int // index of the widest room that each has
	for i, t := range trajectories {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		found, roomy = collect(found, roomy, t, i%every, every)
	}
	for k := range clearances {
		n := 0
		for _, r := range roomy {
			if r <= k {
				n++
			}
		}
		if n < enoughFlights && k < len(clearances)-1 {
			continue
		}
		kept := found[:0]
		for i := range found {
			if roomy[i] <= k {
				kept = append(kept, found[i])
			}
		}
		return kept, nil
	}
	return found, nil
}

// collect appends the flights of a trajectory, of every so many frames from the first on, and
// for each the widest of clearances that it has.
func collect(found []flown, roomy []int, t *sim.Trajectory, first, every int) ([]flown, []int) {
	detector := geom.NewDetector(t.Scene)
	free := Free(t.Scene)
	word := DefaultFlight()
	word.FrameTime = t.Scene.FrameTime()
	step := word.Step(t.Scene, t.Scene.Substeps)
	size := math.Inf(1)
	for i := range t.Scene.Bodies {
		size = min(size, t.Scene.Bodies[i].Reach())
	}
	var near []geom.Clearance
	var told sim.State
	room := make([]int, len(free))
	for frame := first; frame < len(t.States)-1; frame += every {
		now, next := t.States[frame], t.States[frame+1]
		travel := 2 * fastest(now, next) * t.Scene.FrameTime() // something may come and go within the frame
		clear(room)
		near = detector.Clearances(near[:0], next, travel+clearances[0]*size)
		near = detector.Clearances(near, now, travel+clearances[0]*size)
		for i := range near {
			p := &near[i]
			k := 0
			for k < len(clearances) && p.Gap < max(slightest, travel+clearances[k]*size) {
				k++
			}
			room[p.A] = max(room[p.A], k)
			if p.B != geom.Wall {
				room[p.B] = max(room[p.B], k)
			}
		}
		told = append(told[:0], now...)
		for range t.Scene.Substeps {
			step.Force(told, nil)
		}
		for i := range now {
			if free[i] && room[i] < len(clearances) && sure(t, frame, i) {
				moved := next[i].Position().Sub(now[i].Position()).Scale(1 / t.Scene.FrameTime())
				found = append(found, flown{told[i], next[i], now[i].Velocity(), moved, t.Scene.Substeps, turns(t, frame, i)})
				roomy = append(roomy, room[i])
			}
		}
	}
	return found, roomy
}

// sure and turns report whether the velocity of a body, or its angular velocity, is known at both
// ends of a frame and no guess.
func sure(t *sim.Trajectory, frame, body int) bool {
	return known(t, frame, body, func(b sim.BodyState) float64 { return b.Velocity().Len() })
}

func turns(t *sim.Trajectory, frame, body int) bool {
	return known(t, frame, body, func(b sim.BodyState) float64 { return math.Abs(b.Omega) })
}

func known(t *sim.Trajectory, frame, body int, size func(sim.BodyState) float64) bool {
	if t.Seen == nil {
		return true
	}
	for k := frame; k <= frame+1; k++ {
		most := 0.0
		for i := range t.States[k] {
			most = max(most, size(t.States[k][i]))
		}
		if !(size(t.Seen.Std[k][body]) <= guess*most) {
			return false
		}
	}
	return true
}

// guess is the share of the greatest velocity from which on a deviation makes a velocity a guess.
const guess = 0.3

// lines are the robust lines through velocities.
type lines struct {
	keep, keepAngular float64
	gained            sim.Vec // m/s in a frame, beyond the scene's word
	noise             float64 // m/s, the deviation of velocities from the lines
}

// fitFlights fits what flights keep of their velocities and gain.
func fitFlights(s []flown, observed bool) (l lines) {
	x, y, w := axis{}, axis{}, axis{}
	for i := range s {
		x.add(s[i].told.VX, s[i].next.VX)
		y.add(s[i].told.VY, s[i].next.VY)
		if s[i].turned {
			w.add(s[i].told.Omega, s[i].next.Omega)
		}
	}
	var gains [2]float64
	l.keep, gains, l.noise = robustLine([]axis{x, y}, true, observed)
	l.gained = sim.Vec{X: gains[0], Y: gains[1]}
	l.keepAngular, _, _ = robustLine([]axis{w}, false, observed)
	return l
}

// axis pairs velocities along an axis as they are told and as they are.
type axis struct{ told, next []float64 }

func (a *axis) add(told, next float64) {
	a.told, a.next = append(a.told, told), append(a.next, next)
}

const (
	rounding = 3e-7  // share of a velocity that float32 may be off by, with some to spare
	tukey    = 4.685 // deviations beyond which a sample counts nothing; 95 % efficient where errors are normal
	refits   = 30    // rounds of weighing, of which few are needed
	telling  = 0.01  // share of the fastest's velocity from which on one shows what is kept
	sureness = 3     // standard errors within which the scene's word holds
)

// robustLine fits next = keep·told + gained with one keep for all axes, and each gained for
// itself or none, by weighted least squares with Tukey's weights (Beaton and Tukey 1974). What
// is within the errors of the word, 1 and 0, is the word. Where both ends are observed, keep is the
// ratio of their deviations. Noise is the deviation of what
// counts. The sums are plain because gonum/stat would bring LAPACK to the viewer's page, which
// is to be small.
func robustLine(axes []axis, gains, observed bool) (keep float64, gained [2]float64, noise float64) {
	keep = 1
	size := 0.0
	var off []float64
	for k := range axes {
		d := off[len(off):]
		for i, v := range axes[k].told {
			d = append(d, axes[k].next[i]-v)
			size = max(size, math.Abs(v))
		}
		if gains {
			gained[k] = median(slices.Clone(d))
		}
	}
	floor := rounding * (1e-3 + size)
	var spread, weight float64
	for range refits {
		off = off[:0]
		for k := range axes {
			for i, v := range axes[k].told {
				if math.Abs(v) > telling*size {
					off = append(off, math.Abs(axes[k].next[i]-keep*v-gained[k]))
				}
			}
		}
		noise = max(floor, 1.4826*median(off))
		var both, spreadNext float64
		var means [2][2]float64
		spread, weight = 0, 0
		counts := func(k, i int) float64 {
			r := (axes[k].next[i] - keep*axes[k].told[i] - gained[k]) / (tukey * noise)
			if !(math.Abs(r) < 1) {
				return 0
			}
			return (1 - r*r) * (1 - r*r)
		}
		weights := make([][]float64, len(axes))
		for k := range axes {
			sum := 0.0
			weights[k] = make([]float64, len(axes[k].told))
			for i := range axes[k].told {
				c := counts(k, i)
				weights[k][i] = c
				sum += c
				means[k][0] += c * axes[k].told[i]
				means[k][1] += c * axes[k].next[i]
			}
			weight += sum
			for j := range means[k] {
				if sum > 0 && gains {
					means[k][j] /= sum
				} else {
					means[k][j] = 0
				}
			}
		}
		for k := range axes {
			for i, v := range axes[k].told {
				both += weights[k][i] * (v - means[k][0]) * (axes[k].next[i] - means[k][1])
				spread += weights[k][i] * (v - means[k][0]) * (v - means[k][0])
				spreadNext += weights[k][i] * (axes[k].next[i] - means[k][1]) * (axes[k].next[i] - means[k][1])
			}
		}
		was, wasGained := keep, gained
		keep = 1
		if spread > 0 {
			keep = both / spread
			if observed && both > 0 {
				keep = math.Sqrt(spreadNext / spread)
			}
		}
		if spread == 0 || math.Abs(keep-1) <= max(sureness*noise/math.Sqrt(spread), 1e-12) {
			keep = 1
		}
		for k := range axes {
			gained[k] = means[k][1] - keep*means[k][0]
		}
		if math.Abs(keep-was) <= 1e-14 && math.Abs(gained[0]-wasGained[0])+math.Abs(gained[1]-wasGained[1]) <= 1e-3*floor {
			break
		}
	}
	for k := range axes {
		if math.Abs(gained[k]) <= sureness*noise/math.Sqrt(max(1, weight/float64(len(axes)))) {
			gained[k] = 0
		}
	}
	return keep, gained, noise
}

// median sorts values and returns the lower one of those in the middle.
func median(values []float64) float64 {
	if len(values) == 0 {
		return 0
	}
	slices.Sort(values)
	return values[(len(values)-1)/2]
}

// mostSteps is the largest number of steps in a frame that flights are trusted to show.
const mostSteps = 16

// leadOf returns the Lead of an order that flights show, 0, ½ or 1, or NaN: how much of what
// changes a velocity in a step its move has already. In n steps a frame, moves have
// ((n − 1)/2 + lead)/n of all that a frame changes. If that suits no lead with as many steps as
// the scenes say, it returns the number that it suits, too.
func leadOf(s []flown, l *lines) (lead float64, steps int) {
	var both, square, told float64
	for i := range s {
		f := &s[i]
		gone := f.next.Velocity().Sub(f.told.Velocity().Scale(l.keep)).Sub(l.gained)
		if !(gone.Len() <= tukey*l.noise) {
			continue
		}
		change := f.next.Velocity().Sub(f.start)
		both += f.moved.Sub(f.start).Dot(change)
		square += change.Dot(change)
		told = float64(f.steps)
	}
	if square == 0 {
		return math.NaN(), 0
	}
	share, weight := both/square, 0.0
	for i := range s { // how far the moves are off, as the error of the share
		f := &s[i]
		change := f.next.Velocity().Sub(f.start)
		r := f.moved.Sub(f.start).Sub(change.Scale(share))
		weight += min(r.Dot(r), change.Dot(change)+l.noise*l.noise)
	}
	doubt := sureness * math.Sqrt(weight/float64(len(s))/square)
	suits := func(lead, steps float64) bool { return math.Abs(share*steps-(steps-1)/2-lead) < 0.02+doubt*steps }
	if doubt*told >= 0.2 {
		return math.NaN(), 0
	}
	for _, lead := range []float64{0, 0.5, 1} {
		if suits(lead, told) {
			return lead, 0
		}
	}
	for n := 2.0; n <= mostSteps && doubt*n < 0.1; n++ {
		for _, lead := range []float64{0, 1} {
			if suits(lead, n) {
				return lead, int(n)
			}
		}
	}
	return math.NaN(), 0
}
