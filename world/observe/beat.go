package observe

import (
	"context"
	"math"

	"orrery/sim"
	"orrery/world/robust"
)

// An engine moves in steps, and what hits in a step changes velocities at its end: hits are at the beat of its steps. In the world
// they are at any time. Which it is decides in which of two frames a hit that is seen at the time of a frame has done its work.

// What is looked for in the times of hits.
const (
	mostBeats = 8    // steps of an engine between two pictures, at most
	phases    = 32   // of a beat that are tried
	offBeat   = 0.1  // share of the hits that may be at any time all the same
	leastBeat = 0.02 // share of a beat by which hits of an engine may be off besides what is not known of their times
	beaten    = 12.0 // logarithm of how many times as likely hits on a beat must be as hits at any time
	onPicture = 0.03 // share of a beat by which pictures may be off the beat and count as on it
	beatSure  = 4.0  // deviations of the time of a hit that fit into half a beat where it is known which beat it was on
)

// Parted is the share of an overlap that an engine usually takes away in a step, beside velocities.
const Parted = 0.1

// OnBeat reports whether a time in s is one at which things can hit each other, as in an engine that moves in steps. It is false where
// they can at any time.
func (l *Law) OnBeat(time float64) bool {
	return l.Beat > 0 && math.Abs(offTheBeat(time, l.Beat, l.Phase)) <= leastBeat*leastBeat*l.Beat
}

// interval returns the time between two pictures in s, of most watches, or 0 where that varies.
func interval(watches []*Watch) float64 {
	var all []float64
	for _, w := range watches {
		if n := len(w.Times); n > 2 {
			var steps []float64
			for k := 1; k < n; k++ {
				steps = append(steps, w.Times[k]-w.Times[k-1])
			}
			span := w.Times[n-1] - w.Times[0]
			all = append(all, span/math.Max(1, math.Round(span/robust.Median(steps)))) // gaps are whole intervals
		}
	}
	if len(all) == 0 {
		return 0
	}
	usual := robust.Median(all)
	for _, dt := range all {
		if math.Abs(dt-usual) > leastBeat/mostBeats*usual {
			return 0
		}
	}
	return usual
}

// beat learns from hits whether they are on a beat.
func (l *Law) beat(watches []*Watch, seen []bounced) {
	dt := interval(watches)
	if dt == 0 {
		return
	}
	var hits []bounced
	for _, b := range seen {
		if b.timeOff < dt/4 {
			hits = append(hits, b)
		}
	}
	if len(hits) < plain {
		return
	}
	first := watches[0].Times[0]
	best := beaten
	for n := 1; n <= mostBeats; n++ {
		beat := dt / float64(n)
		for p := range phases {
			phase := math.Mod(first+beat*float64(p)/phases, beat)
			sum := 0.0
			for _, b := range hits {
				late := offTheBeat(b.time, beat, phase)
				off := math.Hypot(math.Hypot(b.timeOff, leastBeat*beat), beat/(4*phases))
				sum += math.Log(offBeat + (1-offBeat)*beat/off*math.Exp(-late*late/(2*off*off))/math.Sqrt(2*math.Pi))
			}
			if sum > best {
				best, l.Beat, l.Phase = sum, beat, phase
			}
		}
	}
	if l.Beat == 0 {
		return
	}
	var lates []float64
	for _, b := range hits {
		if late := offTheBeat(b.time, l.Beat, l.Phase); math.Abs(late) < l.Beat/4 {
			lates = append(lates, late)
		}
	}
	if l.Phase += robust.Median(lates); math.Abs(offTheBeat(first, l.Beat, l.Phase)) < onPicture*l.Beat {
		l.Phase = first // pictures are of what its steps lead to
	}
	l.Phase = math.Mod(l.Phase, l.Beat)
}

// offTheBeat returns by how much later than the nearest beat a time is.
func offTheBeat(time, beat, phase float64) float64 {
	return math.Remainder(time-phase, beat)
}

// keepTime puts hits on the beat of the law, those of which it is clear on which one they are, and fits the rest again.
func (f *fit) keepTime(ctx context.Context) error {
	beat := f.law.Beat
	if beat == 0 {
		return nil
	}
	for range 2 { // hits that could be on two of them may be told by others
		if f.build(false); !f.matrix.factor() {
			return nil
		}
		z := f.matrix.inverse()
		changed := false
		for k := range f.hits {
			h := &f.hits[k]
			late := math.Sqrt(max(0, z.at(h.off, h.off)))
			if h.kept || !(late*beatSure < beat/2) {
				continue
			}
			h.mean, h.late, h.kept = h.time-offTheBeat(h.time, beat, f.law.Phase), leastBeat*leastBeat*beat, true
			h.time, changed = h.mean, true
		}
		if !changed {
			break
		}
		f.sort()
		f.part()
		for k := range f.legs {
			f.gather(&f.legs[k])
		}
		if err := f.settle(ctx, 3, 15, 3e-3); err != nil {
			return err
		}
		for k := range f.hits {
			if h := &f.hits[k]; h.kept {
				h.time = h.mean
			}
		}
		f.sort()
		f.part()
		for k := range f.legs {
			f.gather(&f.legs[k])
		}
	}
	f.build(false)
	return nil
}

// begin returns when the flight after a hit takes over, in s: where an engine moves in steps, what is seen at their beat is where
// bodies have come to before.
func (h *hit) begin(law *Law) float64 {
	if h.kept {
		return h.time + leastBeat*law.Beat
	}
	return h.time
}

// shown returns a state of a body at a time as an engine that moves in steps shows it: what flies has the velocity of the step to come.
func (l *Law) shown(b *told, time float64, at *[3]line) sim.BodyState {
	s := state(at)
	if modes := b.plot.modes; l.Beat > 0 && len(modes) > 0 && modes[min(b.sight(time), len(modes)-1)] == flying {
		s.VX, s.VY = s.VX+b.motion.g.X*l.Beat/2, s.VY+b.motion.g.Y*l.Beat/2
	}
	return s
}

// stepped makes the state of a body at a time that of an engine that moves in steps: its velocity is that with which it moves in the step
// to come, which begins with what hits it at the beat.
func (f *fit) stepped(z *envelope, leg int, time float64, s *[size]float64, c *Covariance) {
	beat := f.law.Beat
	next := f.holding(f.legs[leg].body, time+2*leastBeat*beat)
	if next == leg && f.legs[leg].drift {
		return
	}
	ahead, _, _ := f.legs[next].at(time + beat/2)
	still := time // what is hit overlaps: does it after another step?
	if next != leg {
		still += beat
	}
	depth := f.overlap(f.legs[leg].body, still)
	if r := &f.bodies[f.legs[leg].body].track; next == leg && depth > -sure*f.law.Noise && time > r.at[len(r.at)-1]-leastBeat*beat {
		push, spin := f.law.density(flying, true, beat) // it may have been hit, and nobody saw where it went
		for i, q := range [3]float64{push, push, spin} {
			c[(i+3)*(size+1)] += q * beat
		}
	}
	defer func() { // then an engine goes on to move it apart beyond its velocity
		share := Parted
		if k := f.legs[next].hit; k >= 0 && f.hits[k].kept && f.hits[k].tied {
			share = f.law.ShareOff
		}
		if v := share * depth / beat; v > 0 {
			c[3*(size+1)] += v * v
			c[4*(size+1)] += v * v
			v /= f.gaps.scene.Bodies[f.legs[leg].body].Reach()
			c[5*(size+1)] += v * v
		}
	}()
	if next == leg {
		plain, _, _ := f.legs[leg].at(time)
		for i := 3; i < size; i++ {
			s[i] += ahead[i] - plain[i]
		}
		return
	}
	copy(s[3:], ahead[3:])
	_, spread := f.spreadAt(z, next, time)
	for i := 3; i < size; i++ {
		for j := range size {
			c[i*size+j], c[j*size+i] = 0, 0
			if j >= 3 {
				c[i*size+j] = spread[i*size+j]
			}
		}
	}
}

// overlap returns by how much a body overlaps anything else at a time, in m: below 0 by how far it is from it.
func (f *fit) overlap(body int, time float64) float64 {
	state, scene := f.state(body, time), f.gaps.scene
	deepest := -far
	for k := range scene.Walls {
		if c, ok := f.gaps.of(pair{body, -1 - k}, state, sim.BodyState{}); ok {
			deepest = max(deepest, -c.Gap)
		}
	}
	for o := range f.of {
		if o == body || len(f.of[o]) == 0 {
			continue
		}
		other := f.state(o, time)
		if state.Position().Sub(other.Position()).Len() > scene.Bodies[body].Reach()+scene.Bodies[o].Reach()+sure*f.law.Noise {
			continue
		}
		if c, ok := f.gaps.of(pair{body, o}, state, other); ok {
			deepest = max(deepest, -c.Gap)
		}
	}
	return deepest
}
