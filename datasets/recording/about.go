package recording

import (
	"cmp"
	"math"
	"slices"

	"orrery/sim"
)

// About is what recordings of one source seem to be. It is told from what was seen alone.
type About struct {
	Bodies   []string `json:"bodies"`        // names, in their order
	Pictures int      `json:"pictures"`      // number of pictures of all episodes
	Seconds  float64  `json:"seconds"`       // s, of all episodes together
	RateHz   float64  `json:"rate_hz"`       // pictures per second, the median
	Uneven   float64  `json:"uneven"`        // share of the usual time between pictures by which half of these times are off
	Unseen   float64  `json:"unseen"`        // share of the sights that are missing between the first and the last of a body
	LongestS float64  `json:"longest_gap_s"` // s, the longest gap between two sights of a body
	NoiseM   float64  `json:"noise_m"`       // m, standard deviation of a coordinate
	NoiseRad float64  `json:"noise_rad"`     // rad, standard deviation of an angle
	Turned   float64  `json:"turned"`        // share of the sights that have an angle
	Low      sim.Vec  `json:"low"`           // m, the least x and y, but for outliers
	High     sim.Vec  `json:"high"`          // m, the greatest x and y, but for outliers
	Speed    float64  `json:"speed"`         // m/s, the median

	Gravity    sim.Vec `json:"gravity"`     // m/s², the usual acceleration
	GravityStd float64 `json:"gravity_std"` // m/s², its standard deviation
	Hits       int     `json:"hits"`        // number of sudden changes of velocity, those of two bodies at a time as one
	Pairs      int     `json:"pairs"`       // number of those that two bodies have at a time
	Apart      float64 `json:"apart"`       // m, between the bodies of such a pair; 0 without
	Walls      []Wall  `json:"walls"`       // where bodies turn back
}

// Wall is a straight line that bodies seem to bounce off.
type Wall struct {
	Side string  `json:"side"` // left, right, bottom or top
	At   float64 `json:"at"`   // m, of the centres of the bodies, which are a radius away
	Hits int     `json:"hits"` // number of times that a body turned back there
}

// Falls reports whether the usual acceleration is more than noise.
func (a *About) Falls() bool { return a.Gravity.Len() > max(5*a.GravityStd, 0.05) }

// hit is a sudden change of velocity.
type hit struct {
	track, picture int
	at             sim.Vec
	before, after  sim.Vec // m/s
	paired         bool
}

// Tell returns what recordings of one source seem to be.
func Tell(all []*Recording) *About {
	a := &About{}
	var steps, beats, off, pulls, x, y, speeds, turns []float64
	seen, due, turned := 0, 0, 0
	sides := map[string][]float64{}
	var apart []float64
	for _, r := range all {
		for i := range r.Tracks {
			if name := r.Tracks[i].Name; !slices.Contains(a.Bodies, name) {
				a.Bodies = append(a.Bodies, name)
			}
		}
		a.Pictures += len(r.Times)
		a.Seconds += r.Times[len(r.Times)-1]
		if step := r.Step(); step > 0 {
			steps = append(steps, step)
		}
		noise := r.noise()
		var hits []hit
		for i := range r.Tracks {
			q := r.path(i, noise)
			n, of, gap := r.gaps(i)
			beats = append(beats, r.steps(i)...)
			seen, due, a.LongestS = seen+n, due+of, max(a.LongestS, gap)
			for k := range r.Times {
				if s := r.Sights[k][i]; s.Seen && s.Turned {
					turned++
				}
			}
			turns = append(turns, r.roughTurns(i)...)
			found, calm := q.hits(i)
			hits = append(hits, found...)
			for _, v := range calm {
				x, y = append(x, v.X), append(y, v.Y)
			}
			for k := 1; k < len(q.p); k++ {
				speeds = append(speeds, q.speed(k-1))
			}
		}
		apart = append(apart, r.pair(hits)...)
		for _, h := range hits {
			if !h.paired {
				a.Hits++
				h.turnBack(sides)
			}
		}
		pulls = append(pulls, noise)
	}
	slices.SortFunc(a.Bodies, compareNames)
	a.NoiseM, a.NoiseRad = median(pulls), median(turns)/(0.6745*math.Sqrt(20))
	if step := median(steps); step > 0 {
		a.RateHz = 1 / step
		for _, s := range beats {
			off = append(off, math.Abs(s/step-math.Round(s/step)))
		}
		a.Uneven = median(off)
	}
	if due > 0 {
		a.Unseen = 1 - float64(seen)/float64(due)
	}
	if seen > 0 {
		a.Turned = float64(turned) / float64(seen)
	}
	b := Around(all...)
	a.Low, a.High, a.Speed = b.Low, b.High, median(speeds)
	a.setGravity(x, y)
	a.Pairs = len(apart)
	a.Hits += a.Pairs
	if len(apart) > 0 {
		slices.Sort(apart)
		a.Apart = apart[len(apart)/10]
	}
	a.setWalls(sides)
	return a
}

func (a *About) setGravity(x, y []float64) {
	if len(x) == 0 {
		return
	}
	n := math.Sqrt(float64(len(x)))
	a.Gravity = sim.Vec{X: median(x), Y: median(y)}
	spread := func(values []float64, middle float64) float64 {
		var off []float64
		for _, v := range values {
			off = append(off, math.Abs(v-middle))
		}
		return 1.25 * median(off) / 0.6745 / n // of a median
	}
	a.GravityStd = math.Hypot(spread(x, a.Gravity.X), spread(y, a.Gravity.Y))
}

// gaps returns how often a track is seen, how often it would be if it were always seen between its first and its last
// sight, and the longest gap in s.
func (r *Recording) gaps(track int) (seen, due int, longest float64) {
	step := median(r.steps(track))
	var first, last float64
	for k := range r.Times {
		s := r.Sights[k][track]
		if !s.Seen {
			continue
		}
		now := r.Times[k] + s.After
		if seen == 0 {
			first, last = now, now
		}
		if d := now - last; d > 1.5*step {
			longest = max(longest, d)
		}
		last = now
		seen++
	}
	if seen == 0 || step == 0 {
		return seen, seen, 0
	}
	return seen, max(seen, 1+int(math.Round((last-first)/step))), longest
}

// roughTurns returns the third differences of a track's angles, in rad.
func (r *Recording) roughTurns(track int) (out []float64) {
	for k := 3; k < len(r.Times); k++ {
		s := [4]sim.Sight{r.Sights[k-3][track], r.Sights[k-2][track], r.Sights[k-1][track], r.Sights[k][track]}
		if s[0].Turned && s[1].Turned && s[2].Turned && s[3].Turned {
			out = append(out, math.Abs(s[3].Angle-3*s[2].Angle+3*s[1].Angle-s[0].Angle))
		}
	}
	return out
}

// hits returns the sudden changes of a way, and the accelerations in m/s² where there is none.
func (q *path) hits(track int) (found []hit, calm []sim.Vec) {
	const sigmas = 6 // of a second difference
	for k := 1; k+1 < len(q.p); k++ {
		a := q.bendAt(k)
		dt := (q.time[k+1] - q.time[k-1]) / 2
		if !(a.Sub(q.pull).Len()*dt*dt > sigmas*math.Sqrt(6)*q.noise) {
			calm = append(calm, a)
			continue
		}
		if n := len(found); n > 0 && found[n-1].picture == q.at[k-1] { // one hit shows twice when it is between two pictures
			found[n-1].after = q.p[k+1].Sub(q.p[k]).Scale(1 / (q.time[k+1] - q.time[k]))
			continue
		}
		found = append(found, hit{
			track: track, picture: q.at[k], at: q.p[k],
			before: q.p[k].Sub(q.p[k-1]).Scale(1 / (q.time[k] - q.time[k-1])),
			after:  q.p[k+1].Sub(q.p[k]).Scale(1 / (q.time[k+1] - q.time[k])),
		})
	}
	return found, calm
}

// pair finds hits of two bodies at a time, and returns how far apart these are in m.
func (r *Recording) pair(hits []hit) (apart []float64) {
	slices.SortStableFunc(hits, func(a, b hit) int {
		return cmp.Or(cmp.Compare(a.picture, b.picture), cmp.Compare(a.track, b.track))
	})
	for i := range hits {
		best, near := -1, math.Inf(1)
		for j := i + 1; j < len(hits) && hits[j].picture <= hits[i].picture+1; j++ {
			if d := hits[j].at.Sub(hits[i].at).Len(); !hits[i].paired && !hits[j].paired && hits[j].track != hits[i].track && d < near {
				best, near = j, d
			}
		}
		// Bodies that hit each other push each other away.
		if best >= 0 {
			a, b := &hits[i], &hits[best]
			apart12 := b.at.Sub(a.at)
			if a.after.Sub(a.before).Dot(apart12) < 0 && b.after.Sub(b.before).Dot(apart12) > 0 {
				a.paired, b.paired = true, true
				apart = append(apart, near)
			}
		}
	}
	return apart
}

// turnBack notes where a body turns back, by the side on which a wall would be.
func (h *hit) turnBack(sides map[string][]float64) {
	for _, c := range []struct {
		before, after, at float64
		low, high         string
	}{{h.before.X, h.after.X, h.at.X, "left", "right"}, {h.before.Y, h.after.Y, h.at.Y, "bottom", "top"}} {
		switch {
		case c.before < 0 && c.after > 0:
			sides[c.low] = append(sides[c.low], c.at)
		case c.before > 0 && c.after < 0:
			sides[c.high] = append(sides[c.high], c.at)
		}
	}
}

// setWalls takes the sides on which bodies turn back again and again at one place.
func (a *About) setWalls(sides map[string][]float64) {
	for _, side := range []string{"left", "right", "bottom", "top"} {
		at := sides[side]
		if len(at) < 3 {
			continue
		}
		slices.Sort(at)
		extent, place := a.High.X-a.Low.X, at[len(at)/10]
		if side == "bottom" || side == "top" {
			extent = a.High.Y - a.Low.Y
		}
		if side == "right" || side == "top" {
			place = at[len(at)-1-len(at)/10]
		}
		near := 0
		for _, v := range at {
			if math.Abs(v-place) < 0.1*extent {
				near++
			}
		}
		if 2*near > len(at) {
			a.Walls = append(a.Walls, Wall{side, place, near})
		}
	}
}
