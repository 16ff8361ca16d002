package follow

import (
	"slices"

	"orrery/world/watch/look"
)

// tremble measures by how much poses tremble from picture to picture more than their covariances say. What compression
// does to all of a body alike, such as to leave it where it was for a picture, is not seen in what a drawing differs by,
// but motion is smooth: of five poses the differences of the fourth order are noise, as they are of motion at any
// constant change of its acceleration. Bodies that roll, slide and meet others are not as smooth; so the differences of
// all bodies are taken together, and what the smoothest fifth of them says counts.
type tremble struct {
	place, angles []float64 // squares of differences as numbers of their variance, the latest
}

// steps is a body's latest poses.
type steps struct {
	poses [5]look.Pose // in turn
	count int          // how many of them follow each other without a gap
}

const (
	// fourth is the sum of the squares of 1, -4, 6, -4, 1.
	fourth = 70
	// mostTremble is of how many of the latest differences the smoothest fifth is taken, leastTremble of how few.
	mostTremble, leastTremble = 200, 15
	// A fifth of χ² of two degrees of freedom, halved, and of one lies below these.
	fifthOfTwo, fifthOfOne = 0.2231, 0.0642
)

// add takes over a pose that was seen, with the covariance that one picture gave it.
func (r *tremble) add(s *steps, p look.Pose, covariance *[3][3]float64, turns bool) {
	copy(s.poses[:], s.poses[1:])
	s.poses[4] = p
	if s.count++; s.count < 5 {
		return
	}
	var d look.Pose
	for k, weight := range [5]float64{1, -4, 6, -4, 1} {
		d.X += weight * s.poses[k].X
		d.Y += weight * s.poses[k].Y
		d.Angle += weight * s.poses[k].Angle
	}
	r.place = latest(r.place, (d.X*d.X+d.Y*d.Y)/(fourth*(covariance[0][0]+covariance[1][1])))
	if turns {
		r.angles = latest(r.angles, d.Angle*d.Angle/(fourth*covariance[2][2]))
	}
}

// latest appends a value and drops the oldest of too many.
func latest(list []float64, v float64) []float64 {
	if len(list) == mostTremble {
		list = slices.Delete(list, 0, 1)
	}
	return append(list, v)
}

// widen widens the covariance of a sight by what poses tremble.
func (r *tremble) widen(c *[3][3]float64, place, angle float64) {
	for a := range 2 {
		for b := range 2 {
			c[a][b] *= place
		}
		// The smaller factor keeps the matrix one of variances.
		c[a][2] *= min(place, angle)
		c[2][a] *= min(place, angle)
	}
	c[2][2] *= angle
}

// excess returns by what factors variances of places and of angles must grow, at least 1.
func (r *tremble) excess() (place, angle float64) {
	return r.excessOf(r.place, fifthOfTwo), r.excessOf(r.angles, fifthOfOne)
}

func (r *tremble) excessOf(list []float64, fifth float64) float64 {
	if len(list) < leastTremble {
		return 1
	}
	var sorted [mostTremble]float64
	n := copy(sorted[:], list)
	slices.Sort(sorted[:n])
	return max(1, sorted[n/5]/fifth)
}
