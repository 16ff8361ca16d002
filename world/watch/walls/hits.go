package walls

import (
	"math"
	"slices"

	"orrery/sim"
	"orrery/world/watch/look"
)

// Way is how one body moved.
type Way struct {
	Body   *look.Body
	Places []Place // [picture]
}

// Place is where a body was seen in one picture.
type Place struct {
	look.Pose
	Std  float64 // px, standard deviation of X and of Y
	Seen bool
}

// Hit is a touch of a body with something that is no body.
type Hit struct {
	Body  int
	Time  float64 // s
	Pose  look.Pose
	Push  sim.Vec // px/s, the change of velocity; of a body at rest any length
	Rest  bool    // the body lay there
	Doubt float64 // px, standard deviation of the place

	shapes []sim.Shape
	way    sim.Vec // px from one picture to the next, before it
}

// What counts as a change of velocity, and as rest.
const (
	clear      = 6.0 // standard deviations
	leastShare = 0.3 // px in the time of a picture
	mostRun    = 3   // pictures over which one hit is spread
	touching   = 4.0 // px between bodies that may have hit each other
	restTime   = 0.3 // s
	restMoves  = 0.5 // px that a body at rest seems to move, at most
)

// noPush is a change of velocity in px/s that comes from rounding.
const noPush = 1e-6

// Hits returns where bodies bounced off something that is no body, or lay on it, in the order of bodies and times.
// Times are those of the pictures in s. Down is the direction in which things fall, or zero where nothing does: then
// nothing rests on a wall.
func Hits(ways []Way, times []float64, down sim.Vec) (hits []Hit) {
	jumps := make([][]jump, len(ways))
	usual := usualJump(ways, times)
	for i := range ways {
		jumps[i] = ways[i].jumps(times, usual)
	}
	for i := range ways {
		for _, j := range jumps[i] {
			// One that is elsewhere all at once, and goes on as before, was not pushed.
			if h := ways[i].hit(i, j, times); h.Push.Len() > noPush && !hitByBody(ways, jumps, &h, times) {
				hits = append(hits, h)
			}
		}
		if h, ok := rest(ways, times, i, down); ok {
			hits = append(hits, h)
		}
	}
	return hits
}

// jump is a run of pictures about which the velocity changes.
type jump struct {
	first, last int // the pictures about which it does
}

// change returns how much the velocity in px/s changes about picture k, and its standard deviation, if the three pictures see the body.
func (w *Way) change(k int, times []float64) (v sim.Vec, std float64, ok bool) {
	if k < 1 || k+1 >= len(w.Places) {
		return v, 0, false
	}
	a, b, c := w.Places[k-1], w.Places[k], w.Places[k+1]
	before, after := times[k]-times[k-1], times[k+1]-times[k]
	if !a.Seen || !b.Seen || !c.Seen || !(before > 0 && after > 0) {
		return v, 0, false
	}
	v = sim.Vec{X: (c.X-b.X)/after - (b.X-a.X)/before, Y: (c.Y-b.Y)/after - (b.Y-a.Y)/before}
	return v, math.Sqrt(a.Std*a.Std/(before*before) + c.Std*c.Std/(after*after) + b.Std*b.Std*(1/before+1/after)*(1/before+1/after)), true
}

// usualJump returns the median change of velocity of bodies that move, in px/s from one picture to the next: they fall, or nothing does.
func usualJump(ways []Way, times []float64) sim.Vec {
	var x, y []float64
	eachMove(ways, times, func(v sim.Vec, _ float64) { x, y = append(x, v.X), append(y, v.Y) })
	if len(x) == 0 {
		return sim.Vec{}
	}
	slices.Sort(x)
	slices.Sort(y)
	return sim.Vec{X: x[len(x)/2], Y: y[len(y)/2]}
}

// eachMove visits the changes of velocity in px/s of bodies that move, from one picture to the next, with the time in s in which they happen.
func eachMove(ways []Way, times []float64, visit func(v sim.Vec, seconds float64)) {
	for i := range ways {
		for k := range ways[i].Places {
			v, _, ok := ways[i].change(k, times)
			if !ok {
				continue
			}
			a, b := ways[i].Places[k-1], ways[i].Places[k+1]
			if math.Hypot(b.X-a.X, b.Y-a.Y) > 4*restMoves {
				visit(v, (times[k+1]-times[k-1])/2)
			}
		}
	}
}

// Fall returns by how many px/s² bodies that move usually get faster, at the times of the pictures in s: the median of
// all, or zero where that is no more than its noise.
func Fall(ways []Way, times []float64) sim.Vec {
	var axes [2][]float64
	eachMove(ways, times, func(v sim.Vec, seconds float64) {
		axes[0], axes[1] = append(axes[0], v.X/seconds), append(axes[1], v.Y/seconds)
	})
	n := len(axes[0])
	if n < leastFall {
		return sim.Vec{}
	}
	var pull, noise [2]float64
	for i, all := range axes {
		slices.Sort(all)
		pull[i] = all[n/2]
		for k := range all {
			all[k] = math.Abs(all[k] - pull[i])
		}
		slices.Sort(all)
		noise[i] = 1.253 * 1.4826 * all[n/2] / math.Sqrt(float64(n)) // of the median of n values
	}
	fall := sim.Vec{X: pull[0], Y: pull[1]}
	if !(fall.Len() > clear*math.Hypot(noise[0], noise[1])) {
		return sim.Vec{}
	}
	return fall
}

// leastFall is the number of pictures with a body in flight that tell how fast it falls.
const leastFall = 5

func (w *Way) jumps(times []float64, usual sim.Vec) (jumps []jump) {
	for k := 1; k+1 < len(w.Places); k++ {
		v, std, ok := w.change(k, times)
		least := max(clear*std, leastShare/max(times[k]-times[k-1], 1e-9), 0.5*usual.Len())
		if !ok || v.Sub(usual).Len() <= least {
			continue
		}
		if n := len(jumps); n > 0 && jumps[n-1].last == k-1 {
			jumps[n-1].last = k
		} else {
			jumps = append(jumps, jump{k, k})
		}
	}
	return slices.DeleteFunc(jumps, func(j jump) bool { return j.last-j.first >= mostRun })
}

// hit returns where the body was when its velocity jumped: where its ways before and after meet.
func (w *Way) hit(body int, j jump, times []float64) Hit {
	a, b := w.Places[j.first-1], w.Places[j.first] // still before it
	c, d := w.Places[j.last], w.Places[j.last+1]   // already after it
	before, after := times[j.first]-times[j.first-1], times[j.last+1]-times[j.last]
	gap := times[j.last] - times[j.first]
	speed := func(p, q Place, dt float64) [3]float64 {
		return [3]float64{(q.X - p.X) / dt, (q.Y - p.Y) / dt, (q.Angle - p.Angle) / dt}
	}
	in, out := speed(a, b, before), speed(c, d, after)
	push := sim.Vec{X: out[0] - in[0], Y: out[1] - in[1]}
	apart := sim.Vec{X: b.X - c.X + out[0]*gap, Y: b.Y - c.Y + out[1]*gap}
	since := apart.Dot(push) / push.Dot(push) // the ways meet so many seconds after b
	since = min(max(since, -before/2), gap+after/2)
	at := func(from, back float64, v float64) float64 { return from + v*back }
	pose := look.Pose{
		X:     (at(b.X, since, in[0]) + at(c.X, since-gap, out[0])) / 2,
		Y:     (at(b.Y, since, in[1]) + at(c.Y, since-gap, out[1])) / 2,
		Angle: (at(b.Angle, since, in[2]) + at(c.Angle, since-gap, out[2])) / 2,
	}
	apart = sim.Vec{X: at(b.X, since, in[0]) - at(c.X, since-gap, out[0]), Y: at(b.Y, since, in[1]) - at(c.Y, since-gap, out[1])}
	return Hit{Body: body, Time: times[j.first] + since, Pose: pose, Push: push, Doubt: max(2*b.Std, apart.Len()/2), shapes: w.Body.Shapes, way: sim.Vec{X: b.X - a.X, Y: b.Y - a.Y}}
}

// hitByBody reports whether another body beside the one that was hit jumps at the same time.
func hitByBody(ways []Way, jumps [][]jump, h *Hit, times []float64) bool {
	for other := range ways {
		if other == h.Body {
			continue
		}
		near := ways[h.Body].Body.Reach() + ways[other].Body.Reach() + touching
		for _, j := range jumps[other] {
			apart := times[j.last+1] - times[j.first-1]
			if math.Abs(times[j.first]-h.Time) > 2*apart {
				continue
			}
			o := ways[other].hit(other, j, times)
			if math.Abs(o.Time-h.Time) <= apart/2 && math.Hypot(o.Pose.X-h.Pose.X, o.Pose.Y-h.Pose.Y) < near+h.Doubt+o.Doubt {
				return true
			}
		}
	}
	return false
}

// rest returns where body i lies for the longest time, unless that is on another body.
func rest(ways []Way, times []float64, i int, down sim.Vec) (Hit, bool) {
	w := &ways[i]
	if down == (sim.Vec{}) {
		return Hit{}, false
	}
	from, first, last := 0, 0, -1
	for k, p := range w.Places {
		begin := w.Places[from]
		if !p.Seen || !begin.Seen || math.Hypot(p.X-begin.X, p.Y-begin.Y) > max(restMoves, clear*p.Std) {
			from = k
		}
		if w.Places[from].Seen && (last < 0 || times[k]-times[from] > times[last]-times[first]) {
			first, last = from, k
		}
	}
	if last < 0 || times[last]-times[first] < restTime {
		return Hit{}, false
	}
	middle := (first + last) / 2
	up := down.Scale(-1 / down.Len())
	h := Hit{Body: i, Time: times[middle], Pose: w.Places[middle].Pose, Push: up, Rest: true, Doubt: 2 * w.Places[middle].Std, shapes: w.Body.Shapes}
	along := sim.Vec{X: up.Y, Y: -up.X}
	left, right := h.extent(along, up)
	for other := range ways {
		p := ways[other].Places[middle]
		if other == i || !p.Seen {
			continue
		}
		below := Hit{Pose: p.Pose, shapes: ways[other].Body.Shapes}
		top := -below.lowest(up.Scale(-1))
		wide := ways[other].Body.Reach()
		middle := along.Dot(sim.Vec{X: p.X, Y: p.Y})
		if math.Abs(top-h.lowest(up)) < touching && middle+wide > left && middle-wide < right {
			return Hit{}, false
		}
	}
	return h, true
}

// lowest returns how far along a direction the body's nearest point is, in px.
func (h *Hit) lowest(direction sim.Vec) float64 {
	least := math.Inf(1)
	for _, s := range h.shapes {
		for _, v := range s.Vertices {
			least = min(least, direction.Dot(h.Pose.Apply(v))-s.Radius)
		}
	}
	return least
}

// extent returns from where to where along a wall the body touches it, in px.
func (h *Hit) extent(along, normal sim.Vec) (low, high float64) {
	least := h.lowest(normal)
	low, high = math.Inf(1), math.Inf(-1)
	for _, s := range h.shapes {
		for _, v := range s.Vertices {
			if at := h.Pose.Apply(v); normal.Dot(at)-s.Radius <= least+1 {
				low, high = min(low, along.Dot(at)), max(high, along.Dot(at))
			}
		}
	}
	return low, high
}
