package film

import (
	"math"
	"slices"
)

// grid is even times, to which those of a film are nearest.
type grid struct {
	period float64 // s
	steps  []int64 // which of the even times each picture has
	even   bool    // the times are these but for rounding
	jitter float64 // s, largest distance of a time from these
	gaps   int     // number of places where even times have no picture
}

// rate returns pictures per second, or 0 where one picture tells none.
func (g *grid) rate() float64 {
	if g.period > 0 {
		return 1 / g.period
	}
	return 0
}

// time returns the time of the k-th picture.
func (g *grid) time(times []float64, k int) float64 {
	if g.even {
		return times[0] + float64(g.steps[k])*g.period
	}
	return times[k]
}

// evenly replaces times by even ones where these are nowhere further apart than a film has to shift pictures
// that it shows at a rate of its own, in s between two. It reports whether it did.
func evenly(times []float64, shown float64) bool {
	if len(times) < 3 {
		return false
	}
	steps := make([]int64, len(times))
	for k := range steps {
		steps[k] = int64(k)
	}
	period := slope(times, steps)
	if !(spread(times, steps, period) <= 1.05*shown) {
		return false
	}
	// Times stay those of the film on average.
	var shift float64
	for k, t := range times {
		shift += (t - float64(k)*period) / float64(len(times))
	}
	for k := range times {
		times[k] = shift + float64(k)*period
	}
	return true
}

// fit returns the even times nearest to those of a film, which rise. Where all are as near as a file can be that
// rounds to ticks, in s, they are taken for the times; then a rate that cameras have is preferred.
func fit(times []float64, tick float64) *grid {
	n := len(times)
	g := &grid{steps: make([]int64, n)}
	if n < 2 {
		return g
	}
	apart := make([]float64, n-1)
	for k := range apart {
		apart[k] = times[k+1] - times[k]
	}
	slices.Sort(apart)
	median := apart[len(apart)/2]
	// The median is rounded as all distances are; the mean of those that are no gaps is not.
	sum, count := 0.0, 0
	for _, d := range apart {
		if d > 0.5*median && d < 1.5*median {
			sum, count = sum+d, count+1
		}
	}
	g.period = sum / float64(count)
	for k := 1; k < n; k++ {
		step := max(1, math.Round((times[k]-times[k-1])/g.period))
		if step > 1 {
			g.gaps++
		}
		g.steps[k] = g.steps[k-1] + int64(min(step, 1<<40))
	}
	g.period = slope(times, g.steps)
	g.jitter = spread(times, g.steps, g.period) / 2
	if tick == 0 {
		return g
	}
	near := 1.001*tick + 1e-9
	for _, rate := range []float64{math.Round(1 / g.period), math.Round(1.001/g.period) / 1.001} { // 29.97 is 30/1.001
		if rate > 0 && spread(times, g.steps, 1/rate) <= near {
			g.period = 1 / rate
			break
		}
	}
	g.even = spread(times, g.steps, g.period) <= near
	return g
}

// slope returns the period with which a line fits the times of steps best (least squares).
func slope(times []float64, steps []int64) float64 {
	n := float64(len(times))
	var meanTime, meanStep float64
	for k := range times {
		meanTime += times[k] / n
		meanStep += float64(steps[k]) / n
	}
	var both, square float64
	for k := range times {
		d := float64(steps[k]) - meanStep
		both += d * (times[k] - meanTime)
		square += d * d
	}
	return both / square
}

// spread returns how far apart, in s, times lie from those of steps with a period.
func spread(times []float64, steps []int64, period float64) float64 {
	low, high := math.Inf(1), math.Inf(-1)
	for k := range times {
		d := times[k] - float64(steps[k])*period
		low, high = min(low, d), max(high, d)
	}
	return high - low
}
