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
	squares []float64 // of differences as numbers of their variance, the latest
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
	// A fifth of χ² of two degrees of freedom, halved, lies below fifthOfTwo.
	fifthOfTwo = 0.2231
	// leastExcess is the factor below which a fifth may be larger by chance.
	leastExcess = 2
)

// add takes over a pose that was seen, with the covariance that one picture gave it.
func (r *tremble) add(s *steps, p look.Pose, covariance *[3][3]float64) {
	copy(s.poses[:], s.poses[1:])
	s.poses[4] = p
	if s.count++; s.count < 5 {
		return
	}
	x, y := 0.0, 0.0
	for k, weight := range [5]float64{1, -4, 6, -4, 1} {
		x += weight * s.poses[k].X
		y += weight * s.poses[k].Y
	}
	r.squares = latest(r.squares, (x*x+y*y)/(fourth*(covariance[0][0]+covariance[1][1])))
}

// latest appends a value and drops the oldest of too many.
func latest(list []float64, v float64) []float64 {
	if len(list) == mostTremble {
		list = slices.Delete(list, 0, 1)
	}
	return append(list, v)
}

// excess returns by what factor variances must grow, at least 1.
func (r *tremble) excess() float64 {
	if len(r.squares) < leastTremble {
		return 1
	}
	var sorted [mostTremble]float64
	n := copy(sorted[:], r.squares)
	slices.Sort(sorted[:n])
	if factor := sorted[n/5] / fifthOfTwo; factor > leastExcess {
		return factor
	}
	return 1
}
