package recording

import (
	"fmt"
	"math"
	"slices"

	"orrery/sim"
)

// Beat is the even beat of a camera that is better than the clock which wrote its times.
type Beat struct {
	Rate float64 // pictures per second, the median of the recordings
	Off  float64 // s, root of the mean square by which the times that were told are off
}

// String says what was found, in words.
func (b Beat) String() string {
	return fmt.Sprintf("times are off by %.2g ms (root of the mean square): the motion shows that pictures come at an even beat of %.5g a second, which is used", 1e3*b.Off, b.Rate)
}

const (
	// clearly is by how many standard deviations of chance a beat must explain motion better than the times that are told.
	clearly = 2.5
	// decisive is the least logarithm of how much likelier it must make the motion.
	decisive = 5
	// hardlyOff is the least share of the beat by which times are off that matters.
	hardlyOff = 1e-3
	// farOff is the root of the mean square, as a share of the beat, from which on times have none. Times at random have 0.29.
	farOff = 0.25
)

// Even gives recordings of one clock the times of an even beat, with gaps, where the motion says clearly that their
// pictures were taken at one and that the times told are wrong. It reports whether it did. The rows keep their times.
//
// At the true times four sights of a body in a row are on a parabola, but for noise. At wrong times they are off it by
// what the body moved meanwhile. What hardly moves tells nothing, so the times stay.
func Even(all []*Recording) (Beat, bool) {
	even := evenTimes(all)
	rough := make([]contrast, len(all))
	for i, r := range all {
		if even[i] != nil {
			rough[i] = contrast{r.roughness(r.Times), r.roughness(even[i]), 2 * len(r.Tracks)}
		}
	}
	gains, clear := weigh(rough)
	if !clear {
		return Beat{}, false
	}
	sum, n := 0.0, 0
	var steps []float64
	for i, r := range all {
		if even[i] == nil || gains[i] < -decisive { // its beats are miscounted
			continue
		}
		shift := mean(r.Times) - mean(even[i])
		for k, t := range r.Times {
			d := t - even[i][k] - shift
			sum, n = sum+d*d, n+1
		}
		r.Times = even[i]
		steps = append(steps, median(pauses(r.Times)))
	}
	return Beat{Rate: 1 / median(steps), Off: math.Sqrt(sum / float64(n))}, true
}

// roughness returns by how much every four sights of a body in a row are off a parabola at the times of the pictures,
// in m, scaled so that noise has its own deviation: x and y, for each picture with the last of the four and each track.
// It is NaN where there are no four.
func (r *Recording) roughness(times []float64) []float64 {
	n := len(r.Tracks)
	out := make([]float64, 2*n*len(r.Times))
	for i := range out {
		out[i] = math.NaN()
	}
	for i := range r.Tracks {
		var t [4]float64
		var at [4]sim.Vec
		count := 0
		for k := range times {
			s := &r.Sights[k][i]
			if !s.Seen {
				continue
			}
			copy(t[:], t[1:])
			copy(at[:], at[1:])
			t[3], at[3] = times[k], sim.Vec{X: s.X, Y: s.Y}
			if count++; count < 4 {
				continue
			}
			var sum sim.Vec
			squares := 0.0
			for j := range t { // weights of the divided difference
				weight := 1.0
				for other := range t {
					if other != j {
						weight *= (t[3] - t[0]) / (t[j] - t[other])
					}
				}
				sum, squares = sum.Add(at[j].Scale(weight)), squares+weight*weight
			}
			sum = sum.Scale(1 / math.Sqrt(squares))
			out[2*(k*n+i)], out[2*(k*n+i)+1] = sum.X, sum.Y
		}
	}
	return out
}

// contrast is the roughness of a recording at the times that are told and at an even beat.
type contrast struct {
	told, even []float64
	row        int // number of values of a picture
}

// weigh returns the logarithms of how much likelier an even beat makes each recording, and whether it explains all of them clearly
// better. Impacts are rough at any times, so each value counts by Student's distribution of 4 degrees of freedom. Four
// pictures in a row, which share sights, count as one.
func weigh(rough []contrast) (gains []float64, clear bool) {
	var told, even []float64
	for _, r := range rough {
		for k, v := range r.told {
			if w := r.even[k]; v*w != 0 && !math.IsNaN(v*w) {
				told, even = append(told, math.Abs(v)), append(even, math.Abs(w))
			}
		}
	}
	scale := min(median(told), median(even)) / 0.6745 // the median size of values of a normal distribution
	if !(scale > 0) {
		return nil, false
	}
	gains = make([]float64, len(rough))
	sum, squares := 0.0, 0.0
	for i, r := range rough {
		for from := 0; from < len(r.told); from += 4 * r.row {
			gain := 0.0
			for k := from; k < min(from+4*r.row, len(r.told)); k++ {
				a, b := r.told[k]/scale, r.even[k]/scale
				if !math.IsNaN(a * b) {
					gain += 2.5 * (math.Log1p(a*a/4) - math.Log1p(b*b/4)) / 4
				}
			}
			gains[i] += gain
			sum, squares = sum+gain, squares+gain*gain
		}
	}
	return gains, sum > decisive && sum > clearly*math.Sqrt(squares)
}

// evenTimes returns the times of recordings at an even beat after the first picture, or nil of those that have no beat, or
// are at one, or of which bodies have times of their own.
func evenTimes(all []*Recording) [][]float64 {
	counts := make([][]float64, len(all))
	steps, weights := make([]float64, len(all)), make([]float64, len(all))
	top, bottom := 0.0, 0.0
	for i, r := range all {
		if !r.ownTimes() {
			counts[i] = countBeats(r.Times)
		}
		if counts[i] != nil {
			steps[i], weights[i] = slope(counts[i], r.Times)
			top, bottom = top+steps[i]*weights[i], bottom+weights[i]
		}
	}
	shared := top / bottom
	noise := 0.0 // s, of the times
	for i, r := range all {
		if counts[i] != nil {
			noise = max(noise, offBeat(counts[i], r.Times, steps[i]))
		}
	}
	one := true // beat, that of all
	for i := range all {
		one = one && (counts[i] == nil || math.Abs(steps[i]-shared) <= 5*noise/math.Sqrt(weights[i]))
	}
	even := make([][]float64, len(all))
	for i, r := range all {
		if counts[i] == nil {
			continue
		}
		step := steps[i]
		if one {
			step = shared
		}
		if off := offBeat(counts[i], r.Times, step) / step; !(off > hardlyOff && off < farOff) {
			continue
		}
		for _, n := range counts[i] {
			even[i] = append(even[i], step*n)
		}
	}
	return even
}

// ownTimes reports whether bodies have other times than their pictures.
func (r *Recording) ownTimes() bool {
	for _, row := range r.Sights {
		for i := range row {
			if row[i].After != 0 {
				return true
			}
		}
	}
	return false
}

// countBeats returns at which beat each picture is, ascending, or nil of fewer than four pictures.
func countBeats(times []float64) []float64 {
	if len(times) < 4 {
		return nil
	}
	step := beatOf(together(times[:min(len(times), 64)]))
	n := make([]float64, len(times))
	for range 2 { // the first pictures alone show it a little wrong
		due := times[0] // of the beat of the picture before, as those until then show
		n[0] = 0
		for k := 1; k < len(times); k++ {
			beats := math.Round((times[k] - due) / step)
			n[k], due = n[k-1]+beats, due+beats*step
			due += (times[k] - due) * max(0.2, 1/float64(k+1))
		}
		step, _ = slope(n, times)
	}
	for range 3 { // now that all of them show where beats are
		a, b := mean(n), mean(times)
		for k, t := range times {
			n[k] = math.Round(a + (t-b)/step)
		}
		ascend(n)
		step, _ = slope(n, times)
	}
	first := n[0]
	for k := range n {
		n[k] -= first
	}
	return n
}

// longestPause is how many usual pauses a gap may last over which a beat is followed. What beatOf tries grows with it.
const longestPause = 300

// together returns the longest run of times without a gap of more than longestPause usual pauses.
func together(times []float64) []float64 {
	all := pauses(times)
	slices.Sort(all)
	most := longestPause * all[len(all)/4]
	var best []float64
	for from, to := 0, 1; to <= len(times); to++ {
		if to < len(times) && times[to]-times[to-1] <= most {
			continue
		}
		if to-from > len(best) {
			best = times[from:to]
		}
		from = to
	}
	return best
}

// beatOf returns the time between two beats in s to which times are nearest: around the short pauses, as gaps make the others
// longer, the one with the greatest sum of unit vectors that turn once a beat.
func beatOf(times []float64) float64 {
	all := pauses(times)
	slices.Sort(all)
	usual := all[len(all)/4]
	best, most := usual, 0.0
	finest := 0.1 / (times[len(times)-1] - times[0]) // Hz, which is a tenth of a beat in all
	for f := 0.7 / usual; f < 1.4/usual; f += finest {
		x, y := 0.0, 0.0
		for _, t := range times {
			sin, cos := math.Sincos(2 * math.Pi * f * t)
			x, y = x+cos, y+sin
		}
		if size := math.Hypot(x, y); size > most {
			best, most = 1/f, size
		}
	}
	return best
}

// ascend makes whole numbers differ that are alike, as two pictures are not at one beat: the one goes elsewhere that has room.
func ascend(n []float64) {
	for k := 1; k < len(n); k++ {
		switch {
		case n[k] > n[k-1]:
		case k == 1 || n[k-2] < n[k]-1:
			n[k-1] = n[k] - 1
		default:
			n[k] = n[k-1] + 1
		}
	}
}

// slope returns the slope of the straight line through values at n by least squares, and its weight: the sum of the squares of
// how far each of n is from their mean.
func slope(n, values []float64) (slope, weight float64) {
	a, b := mean(n), mean(values)
	for k := range n {
		slope, weight = slope+(n[k]-a)*(values[k]-b), weight+(n[k]-a)*(n[k]-a)
	}
	return slope / weight, weight
}

// offBeat returns the root of the mean square by which times are off a beat of a step in s.
func offBeat(n, times []float64, step float64) float64 {
	a, b, sum := mean(n), mean(times), 0.0
	for k := range n {
		d := times[k] - b - step*(n[k]-a)
		sum += d * d
	}
	return math.Sqrt(sum / float64(len(n)))
}

func mean(values []float64) float64 {
	sum := 0.0
	for _, v := range values {
		sum += v
	}
	return sum / float64(len(values))
}

// pauses returns the times between neighbours.
func pauses(times []float64) []float64 {
	out := make([]float64, 0, max(0, len(times)-1))
	for k := 1; k < len(times); k++ {
		out = append(out, times[k]-times[k-1])
	}
	return out
}
