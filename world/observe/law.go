package observe

import (
	"context"
	"math"

	"orrery/sim"
)

// Law is what the episodes of one source share. What scenes say is taken from them; a Law holds
// what was measured beyond that.
type Law struct {
	Noise    float64 // m, standard deviation of each coordinate, where sights do not tell theirs
	Turn     float64 // rad, standard deviation of angles, where sights do not tell theirs
	Gravity  sim.Vec // m/s², beyond the scene's
	Drag     float64 // 1/s, share of its velocity a body loses, beyond the scene's damping
	TurnDrag float64 // 1/s, share of its angular velocity a body loses, beyond the scene's damping
	Speed    float64 // m/s, at which bodies usually move
	Spin     float64 // rad/s, at which they usually turn
	Skin     float64 // m, gap at which things hit each other on average
	Gap      float64 // m, standard deviation of that gap
	Lever    float64 // m, standard deviation of how far from the point of contact impulses act
	Give     float64 // share of what one of two bodies gains in a hit by which what the other loses may differ from that
	Slip     float64 // share of the change of velocity with which points still slide on each other that friction stops

	Beat  float64 // s, between the times at which things can hit each other, as in an engine that moves in steps; 0 where they can at any time
	Phase float64 // s, a time of the watches at which they can, of those from 0 on the first; 0 without a Beat

	Share    float64 // share of an overlap that an engine takes away in a step beside velocities; 0 without a Beat
	ShareOff float64 // standard deviation of that share over hits

	Pairs, Walls Bounce // what hits of two bodies, and of a body and a wall, have in common
}

// Bounce is what hits of a kind have in common, roughly: by moments of all that were found.
type Bounce struct {
	Hits       int     // number of hits that were found
	Elasticity float64 // coefficient of restitution
	Friction   float64 // coefficient, the most that impulses rub by their push
	Slides     int     // number of hits that rub by as much, and clearly so: 0 where more than a few rub by more, or nothing holds at a most
}

// least is the least noise in m and in rad: what is exact is hardly told by more digits.
const least = 1e-6

// Measure returns what watches of one source share. When ctx ends, Measure soon returns its error.
func Measure(ctx context.Context, watches []*Watch) (Law, error) {
	l := Law{}
	if err := l.rough(ctx, watches); err != nil {
		return Law{}, err
	}
	some := evenly(watches, mostWatches)
	if err := l.pull(ctx, some); err != nil {
		return Law{}, err
	}
	for range 3 {
		if err := l.refine(ctx, some); err != nil {
			return Law{}, err
		}
	}
	if err := l.touch(ctx, evenly(some, fewWatches)); err != nil {
		return Law{}, err
	}
	return l, nil
}

// mostWatches is the number of watches that tell enough of what all share.
const mostWatches = 40

// fewWatches is the number of watches that tell enough of how things hit each other.
const fewWatches = 16

// evenly returns at most n of watches, evenly spread.
func evenly(watches []*Watch, n int) []*Watch {
	if len(watches) <= n {
		return watches
	}
	out := make([]*Watch, n)
	for k := range out {
		out[k] = watches[k*len(watches)/n]
	}
	return out
}

// rough sets noise and speeds by differences of neighbouring sights.
func (l *Law) rough(ctx context.Context, watches []*Watch) error {
	var rough [3][]float64 // differences of the third order in units of the noise they would have
	var speeds, spins []float64
	for _, w := range watches {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := w.Check(); err != nil {
			return err
		}
		for i := range w.Scene.Bodies {
			r := w.track(i)
			for axis := range rough {
				rough[axis] = append(rough[axis], r.roughness(axis)...)
			}
			v, omega := r.pace()
			speeds, spins = append(speeds, v...), append(spins, omega...)
		}
	}
	l.Noise = max(least, spread(append(rough[0], rough[1]...)))
	l.Turn = max(least, spread(rough[2]))
	if len(rough[0]) == 0 { // too short to tell: nothing is taken for exact
		l.Noise = max(least, presumed*smallest(watches))
	}
	if len(rough[2]) == 0 {
		l.Turn = max(least, presumed)
	}
	l.Speed = max(rms(speeds), 10*l.Noise)
	l.Spin = rms(spins)
	if len(spins) == 0 {
		l.Turn, l.Spin = l.Noise/size0, l.Speed/size0
	}
	l.Spin = max(l.Spin, 10*l.Turn)
	return nil
}

// size0, in m, is the size of bodies of which angles are not seen: they may turn as if they rolled.
const size0 = 0.1

// presumed is the noise of positions, as a share of the reach of the smallest body, and of angles
// in rad, where nobody was seen four times in a row.
const presumed = 0.02

// smallest returns the reach of the smallest body of watches in m.
func smallest(watches []*Watch) float64 {
	reach := math.Inf(1)
	for _, w := range watches {
		for i := range w.Scene.Bodies {
			reach = min(reach, w.Scene.Bodies[i].Reach())
		}
	}
	if math.IsInf(reach, 1) {
		return 0
	}
	return reach
}

// value returns one of x, y and angle of a sight, and whether it was measured.
func value(s *sim.Sight, axis int) (float64, bool) {
	switch axis {
	case 0:
		return s.X, s.Seen
	case 1:
		return s.Y, s.Seen
	}
	return s.Angle, s.Turned
}

// roughness returns by how much every four sights of a row are off a parabola, in units of what
// noise of 1 would give. Only sights at a steady pace count.
func (r *track) roughness(axis int) (out []float64) {
	const uneven = 2.5 // times the shortest of three intervals that the longest may be
	for k := 3; k < len(r.at); k++ {
		t := r.at[k-3 : k+1]
		short, long := math.Inf(1), 0.0
		for j := range 3 {
			short, long = min(short, t[j+1]-t[j]), max(long, t[j+1]-t[j])
		}
		if long > uneven*short {
			continue
		}
		var sum, squares float64
		whole := true
		for j := range 4 { // weights of the divided difference
			v, ok := value(&r.see[k-3+j], axis)
			whole = whole && ok
			weight := 1.0
			for i := range 4 {
				if i != j {
					weight *= long / (t[j] - t[i])
				}
			}
			sum, squares = sum+weight*v, squares+weight*weight
		}
		if whole {
			out = append(out, sum/math.Sqrt(squares))
		}
	}
	return out
}

// pace returns the speeds and the angular speeds between neighbouring sights.
func (r *track) pace() (speeds, spins []float64) {
	for k := 1; k < len(r.at); k++ {
		a, b, dt := &r.see[k-1], &r.see[k], r.at[k]-r.at[k-1]
		if a.Seen && b.Seen {
			speeds = append(speeds, math.Hypot(b.X-a.X, b.Y-a.Y)/dt)
		}
		if a.Turned && b.Turned {
			spins = append(spins, math.Abs(b.Angle-a.Angle)/dt)
		}
	}
	return speeds, spins
}
