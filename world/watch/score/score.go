// Package score tells how well the bodies that were seen in a film are those that
// truly moved in it.
//
//	report := score.Judge(truth, tracks)
//	fmt.Println(report.Position.Mean(), report.Lost, report.Switches)
//
// Places are px, angles radians. Nothing is excluded: a body is compared wherever the
// track that is its own has a pose, far off or near. A picture in which a body has no
// pose, or one that is too far off to be called its own, is lost, and so is every pose of a
// track that is nobody's.
//
// Which way is an angle of 0 is for whoever sees to choose, so the mean difference of
// a body's angles is taken off. Of angles that look the same by the body's symmetry the nearest
// counts, and a plain disc has none.
package score

import (
	"cmp"
	"math"
	"slices"

	"orrery/sim"
)

// Body is what truly moved.
type Body struct {
	Shapes []sim.Shape // px, about the origin of the poses
	Marked bool        // colours on it show how it is turned
	Poses  sim.State   // [t], px and rad, about the middle of its area
}

// Sight is where a track is in a picture.
type Sight struct {
	X, Y, Angle float64 // px, rad
	Seen        bool    // there is a pose
	Turned      bool    // the angle is known
}

// Values are errors in px or rad, each of one body in one picture.
type Values []float64

// Mean returns the mean of the values in their unit, or NaN without any.
func (v Values) Mean() float64 {
	var sum float64
	for _, x := range v {
		sum += x
	}
	return sum / float64(len(v))
}

// Quantile returns the value, in its unit, that a share of all is not above, or NaN without any.
func (v Values) Quantile(share float64) float64 {
	if len(v) == 0 {
		return math.NaN()
	}
	sorted := slices.Sorted(slices.Values(v))
	return sorted[min(int(share*float64(len(sorted))), len(sorted)-1)]
}

// Report says how well tracks fit bodies. Reports of several films are added with Add.
type Report struct {
	Bodies   int    // number of bodies that moved
	Tracks   int    // number of tracks
	Found    int    // number of bodies with a track of their own
	Frames   int    // number of bodies times pictures
	Lost     int    // number of poses that are missing, not a body's own, or nobody's
	Switches int    // number of times that a body went on in another track
	Position Values // px
	Angle    Values // rad
}

// Add puts the counts and errors of another film on top.
func (r *Report) Add(o *Report) {
	r.Bodies, r.Tracks, r.Found = r.Bodies+o.Bodies, r.Tracks+o.Tracks, r.Found+o.Found
	r.Frames, r.Lost, r.Switches = r.Frames+o.Frames, r.Lost+o.Lost, r.Switches+o.Switches
	r.Position, r.Angle = append(r.Position, o.Position...), append(r.Angle, o.Angle...)
}

// Judge compares tracks [k][t] with the bodies of a film of t pictures.
func Judge(bodies []Body, tracks [][]Sight) Report {
	report := Report{Bodies: len(bodies), Tracks: len(tracks)}
	owns := match(bodies, tracks)
	owned := make([]bool, len(tracks))
	for i := range bodies {
		b := &bodies[i]
		report.Frames += len(b.Poses)
		report.Switches += switches(b, tracks)
		if owns[i] < 0 {
			report.Lost += len(b.Poses)
			continue
		}
		report.Found++
		owned[owns[i]] = true
		track := tracks[owns[i]]
		for t, pose := range b.Poses {
			if t >= len(track) || !track[t].Seen {
				report.Lost++
				continue
			}
			off := distance(pose, track[t])
			report.Position = append(report.Position, off)
			if !(off <= b.near()) {
				report.Lost++
			}
		}
		report.Angle = append(report.Angle, b.turns(track)...)
	}
	for k, track := range tracks {
		for _, s := range track {
			if !owned[k] && s.Seen {
				report.Lost++
			}
		}
	}
	return report
}

// near returns how far off, in px, a pose may be to be called the body's own.
func (b *Body) near() float64 {
	body := sim.Body{Shapes: b.Shapes}
	return max(body.Reach()/2, 2)
}

func distance(pose sim.BodyState, s Sight) float64 { return math.Hypot(s.X-pose.X, s.Y-pose.Y) }

// match returns for each body the track that is its own, or −1: the pairs that are near each other in most pictures come first.
func match(bodies []Body, tracks [][]Sight) []int {
	type pair struct {
		body, track, count int
		off                float64
	}
	var pairs []pair
	for i := range bodies {
		near := bodies[i].near()
		for k, track := range tracks {
			p := pair{body: i, track: k}
			for t, pose := range bodies[i].Poses {
				if t >= len(track) || !track[t].Seen {
					continue
				}
				if off := distance(pose, track[t]); off <= near {
					p.count, p.off = p.count+1, p.off+off
				}
			}
			if p.count > 0 {
				pairs = append(pairs, p)
			}
		}
	}
	slices.SortStableFunc(pairs, func(a, b pair) int {
		return cmp.Or(cmp.Compare(b.count, a.count), cmp.Compare(a.off, b.off))
	})
	owns := slices.Repeat([]int{-1}, len(bodies))
	taken := make([]bool, len(tracks))
	for _, p := range pairs {
		if owns[p.body] < 0 && !taken[p.track] {
			owns[p.body], taken[p.track] = p.track, true
		}
	}
	return owns
}

// switches returns how often a body goes on in another track than the one it was last near.
func switches(b *Body, tracks [][]Sight) (count int) {
	last, near := -1, b.near()
	for t, pose := range b.Poses {
		best, least := -1, near
		for k, track := range tracks {
			if t >= len(track) || !track[t].Seen {
				continue
			}
			off := distance(pose, track[t])
			if k == last && off <= near {
				best = k
				break
			}
			if off < least {
				best, least = k, off
			}
		}
		if best >= 0 {
			if last >= 0 && best != last {
				count++
			}
			last = best
		}
	}
	return count
}

// turns returns the errors of the angles of a track, in rad, where the body's turns can be seen.
func (b *Body) turns(track []Sight) (errors Values) {
	n := 1
	if !b.Marked {
		if n = Symmetry(b.Shapes); n == 0 {
			return nil
		}
	}
	var off []float64
	var sin, cos float64
	for t, pose := range b.Poses {
		if t < len(track) && track[t].Seen && track[t].Turned {
			d := track[t].Angle - pose.Angle
			off = append(off, d)
			s, c := math.Sincos(float64(n) * d)
			sin, cos = sin+s, cos+c
		}
	}
	mean := math.Atan2(sin, cos) / float64(n)
	for _, d := range off {
		errors = append(errors, math.Abs(math.Remainder(d-mean, 2*math.Pi/float64(n))))
	}
	return errors
}

// mostTurns is the highest symmetry that is told from a disc's.
const mostTurns = 12

// Symmetry returns how many turns about the origin, in a whole one, leave shapes as they look; 0 when any
// turn does. Edges may be off by a hundredth of the reach.
func Symmetry(shapes []sim.Shape) int {
	body := sim.Body{Shapes: shapes}
	outside := func(p sim.Vec) float64 {
		least := math.Inf(1)
		for i := range shapes {
			least = min(least, shapes[i].Distance(p))
		}
		return least
	}
	tolerance := 0.01 * body.Reach()
	var rim []sim.Vec
	add := func(p sim.Vec) {
		if math.Abs(outside(p)) < tolerance/10 {
			rim = append(rim, p)
		}
	}
	const around, along = 16, 8
	for _, s := range shapes {
		for k, v := range s.Vertices {
			to := s.Vertices[(k+1)%len(s.Vertices)].Sub(v)
			out := sim.Vec{X: to.Y, Y: -to.X}
			if length := to.Len(); length > 0 {
				out = out.Scale(s.Radius / length)
			}
			for i := range along {
				add(v.Add(to.Scale(float64(i) / along)).Add(out))
			}
			for i := range around {
				add(v.Add(sim.Vec{X: s.Radius}.Rotate(2 * math.Pi * float64(i) / around)))
			}
		}
	}
	same := func(turn float64) bool {
		for _, p := range rim {
			if !(math.Abs(outside(p.Rotate(turn))) <= tolerance) {
				return false
			}
		}
		return true
	}
	if same(1) && same(2.5) && same(0.1) {
		return 0
	}
	for n := mostTurns; n > 1; n-- {
		if same(2 * math.Pi / float64(n)) {
			return n
		}
	}
	return 1
}
