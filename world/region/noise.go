package region

import "math"

// LevelThrough is Level for a place that was measured with noise, the standard deviation in metres of
// either coordinate: the share of what would be measured that lies nearer to the predicted position, in an
// ellipse as wide as a body's and the noise's together.
func (r *Region) LevelThrough(x, y, noise float64) float64 {
	if noise == 0 {
		return r.Level(x, y)
	}
	sin, cos := math.Sincos(r.Angle)
	along, across := cos*x+sin*y, cos*y-sin*x
	level := r.widened(along, across, noise)
	// Errors have long tails, so half of the places may be much nearer than the ellipses for half and for
	// half of the noise, put together, say. Far out they say what no sample can.
	if far := (level - sampledUpTo) / (onlyWidened - sampledUpTo); far < 1 {
		share := r.sampled(along, across, noise)
		level = share + max(0, far)*(level-share)
	}
	return level
}

// From sampledUpTo on the widened ellipses count beside the samples, and from onlyWidened on alone.
const sampledUpTo, onlyWidened = 0.8, 0.95

// widened returns the least share of which the ellipse, widened by the disc that holds the same share of
// the noise, reaches a place along the axes of r. For normal errors that is exact.
func (r *Region) widened(along, across, noise float64) float64 {
	low, high := 0.0, 1.0
	for range 50 { // halves; an ellipse for a larger share is larger
		level := (low + high) / 2
		half, wide := r.Ellipse(level), noise*math.Sqrt(-2*math.Log1p(-level))
		if math.Hypot(along/math.Hypot(half[0], wide), across/math.Hypot(half[1], wide)) <= 1 {
			high = level
		} else {
			low = level
		}
	}
	return high
}

// sampled returns the share of samples of what would be measured that lie nearer than a place.
func (r *Region) sampled(along, across, noise float64) float64 {
	usual := r.Ellipse(0.5)
	wide := [2]float64{}
	for i := range wide {
		wide[i] = math.Hypot(usual[i]/normalReach[3], noise)
	}
	distance := along*along/(wide[0]*wide[0]) + across*across/(wide[1]*wide[1])
	nearer := 0
	for i := range samples {
		half := r.Ellipse((float64(i) + 0.5) / float64(len(samples)))
		for k := range samples[i] {
			s := &samples[i][k]
			a, b := (half[0]*s.cos+noise*s.along)/wide[0], (half[1]*s.sin+noise*s.across)/wide[1]
			if a*a+b*b <= distance {
				nearer++
			}
		}
	}
	return float64(nearer) / float64(len(samples)*len(samples[0]))
}

// sample is a place that may be measured: on an ellipse in a direction, and moved by noise in units of its
// deviation.
type sample struct{ cos, sin, along, across float64 }

// samples lie on the ellipses for so many levels, and fill the three other dimensions evenly (Roberts 2018,
// "The Unreasonable Effectiveness of Quasirandom Sequences").
var samples = func() (all [32][24]sample) {
	const root = 1.2207440846057596 // of x⁴ = x + 1
	n := 0.0
	for i := range all {
		for k := range all[i] {
			n++
			var at [3]float64
			for j := range at {
				_, at[j] = math.Modf(0.5 + n*math.Pow(root, -float64(j+1)))
			}
			sin, cos := math.Sincos(2 * math.Pi * at[0])
			far := math.Sqrt(-2 * math.Log1p(-at[1]))
			across, along := math.Sincos(2 * math.Pi * at[2])
			all[i][k] = sample{cos, sin, far * along, far * across}
		}
	}
	return all
}()

// Widened returns the region of a place that is noise metres further off, the standard deviation of either
// coordinate: the ellipse for each share is that of r and the disc for as much of the noise, put together.
// Their areas are exact, and so is the shape of the one for half.
func (r *Region) Widened(noise float64) Region {
	if noise == 0 {
		return *r
	}
	around := func(k int) (a, b float64) { // half axes for a level
		wide := noise * normalReach[k]
		return math.Hypot(r.Axes[0]*r.Reach[k], wide), math.Hypot(r.Axes[1]*r.Reach[k], wide)
	}
	const half = 3 // index of the level ½
	a, b := around(half)
	out := Region{Axes: [2]float64{a / normalReach[half], b / normalReach[half]}, Angle: r.Angle}
	size := math.Sqrt(out.Axes[0]) * math.Sqrt(out.Axes[1])
	for k := range out.Reach {
		a, b := around(k)
		out.Reach[k] = math.Sqrt(a) * math.Sqrt(b) / size
	}
	return out
}
