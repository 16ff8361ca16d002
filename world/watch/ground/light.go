package ground

import (
	"math"
	"slices"
)

func root(v float32) float32 { return float32(math.Sqrt(float64(v))) }

// lightGrid returns pixels spread over a picture at which its light is measured.
func lightGrid(width, height int, ignored []bool) (grid []int32) {
	const most = 4096
	step := max(1, int(math.Sqrt(float64(width*height)/most)))
	for r := step / 2; r < height; r += step {
		for c := step / 2; c < width; c += step {
			if i := r*width + c; ignored == nil || !ignored[i] {
				grid = append(grid, int32(i))
			}
		}
	}
	return grid
}

// measureLight returns the light of a picture: of each channel a line through the values at the
// grid's pixels, from which pixels that differ too much, bodies' above all, are left out step by step.
func (g *Ground) measureLight(pix []uint8, w *lightWork) Light {
	light := Plain()
	if len(g.grid) < 16 {
		return light
	}
	var away [512]int // of differences from -255 on
	for c := range 3 {
		// The most frequent difference is where the ground is.
		clear(away[:])
		w.gather(g, pix, c, &away)
		light.Offset[c] = float32(medianOf(away[:], len(g.grid)) - 255)
		limit := float32(24)
		for range 4 {
			light.Gain[c], light.Offset[c], limit = w.line(light.Gain[c], light.Offset[c], limit)
		}
	}
	return light
}

func medianOf(counts []int, n int) int {
	sum := 0
	for v, k := range counts {
		if sum += k; 2*sum >= n {
			return v
		}
	}
	return 0
}

// lightWork is the pixels of the grid that are neither black nor white, in one channel: what the ground and what a picture shows there.
type lightWork struct{ means, values []float32 }

// gather takes over a channel of the grid's pixels, and counts the differences from -255 on of all of them.
func (w *lightWork) gather(g *Ground, pix []uint8, c int, away *[512]int) {
	w.means, w.values = w.means[:0], w.values[:0]
	for _, i := range g.grid {
		m, v := g.Mean[3*int(i)+c], pix[3*int(i)+c]
		away[int(v)-int(m+0.5)+255]++
		if v > 2 && v < 253 {
			w.means, w.values = append(w.means, m), append(w.values, float32(v))
		}
	}
}

// line fits gain and offset of a channel to the pixels that are within a limit of a line before.
func (w *lightWork) line(gain, offset, limit float32) (newGain, newOffset, newLimit float32) {
	var n, x, y, xx, xy, rest float64
	values := w.values[:len(w.means)]
	for k, m := range w.means {
		v := values[k]
		d := v - gain*m - offset
		if d > limit || d < -limit {
			continue
		}
		n++
		x += float64(m)
		y += float64(v)
		xx += float64(m) * float64(m)
		xy += float64(m) * float64(v)
		rest += math.Abs(float64(d))
	}
	if n < 16 {
		return gain, offset, limit
	}
	x, y = x/n, y/n
	// A ground of one colour tells no gain from an offset. Light multiplies, so that gain is the guess that
	// the spread of the ground's values must overrule. Of a dark ground a few values of glare or of compression look like much light.
	const doubt = 25  // values², the spread that counts as much as the guess
	const glare = 169 // values², the square of a ground whose light is told half by what is seen of it
	guess := 1 + (y/x-1)*x*x/(x*x+glare)
	if !(x > 0) {
		guess = 1
	}
	spread := max(xx/n-x*x, 0)
	slope := (xy/n - x*y + doubt*guess) / (spread + doubt)
	slope = min(max(slope, 0.2), 5)
	return float32(slope), float32(y - slope*x), float32(max(4, 5*rest/n))
}

// isPlain reports whether the light changes no value much, and those near the ground's usual ones by nothing that is seen.
func (g *Ground) isPlain(l *Light) bool {
	for c, usual := range g.typical {
		for i, v := range [3]float32{0, 255, usual} {
			limit := [3]float32{1, 1, 0.25}[i]
			if d := l.Apply(c, v) - v; !(d <= limit && d >= -limit) {
				return false
			}
		}
	}
	return true
}

// findTypical finds the usual value of each channel.
func (g *Ground) findTypical() {
	values := make([]float32, len(g.grid))
	for c := range 3 {
		for k, i := range g.grid {
			values[k] = g.Mean[3*int(i)+c]
		}
		g.typical[c] = middleOf(values)
	}
}

// table returns of each channel what value of the ground's light a seen value is.
func (l *Light) table() *[3][256]uint8 {
	var table [3][256]uint8
	for c := range 3 {
		for v := range 256 {
			table[c][v] = uint8(min(max(l.Remove(c, float32(v))+0.5, 0), 255))
		}
	}
	return &table
}

// middleOf returns the median of values, whose order it changes.
func middleOf(values []float32) float32 {
	if len(values) == 0 {
		return 0
	}
	slices.Sort(values)
	return values[len(values)/2]
}
