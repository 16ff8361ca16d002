package ground

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"orrery/datasets/film"
)

// samples are pictures spread evenly over a film.
type samples struct {
	width, height int
	count         int       // pictures in the film
	pix           [][]uint8 // [samples][height, width, 3]

	changed []bool    // [height, width], pixels whose values changed since usual looked at them; nil before
	quiet   uint8     // with which it did
	noise   []float32 // [height, width], the noise that it found, before it was calmed
}

// sample reads a film once and keeps every picture, or every second, third, …
func sample(ctx context.Context, f *film.Film, o Options) (*samples, error) {
	size := f.Size()
	most := min(o.Samples, max(fewest, o.Memory/max(3*size.X*size.Y, 1)))
	stride := (f.Len() + most - 1) / max(most, 1)
	s := &samples{width: size.X, height: size.Y}
	for p, err := range f.Pictures(ctx) {
		if err != nil {
			return nil, err
		}
		if s.count%max(stride, 1) == 0 {
			s.pix = append(s.pix, slices.Clone(p.Pix))
		}
		s.count++
	}
	if s.count == 0 {
		return nil, errors.New("the film has no pictures")
	}
	return s, nil
}

// usual makes the mean and the noise of each pixel those of the values that most samples show there. A second time it looks at those alone that changed.
func (g *Ground) usual(ctx context.Context, s *samples) error {
	quiet := g.quiet(s)
	changed := s.changed
	if changed != nil && quiet == s.quiet {
		copy(g.Noise, s.noise)
	} else {
		changed = nil
	}
	var workers sync.WaitGroup
	var next atomic.Int64
	for range min(runtime.GOMAXPROCS(0), g.Height) {
		workers.Go(func() {
			columns := make([]column, tile)
			for k := range columns {
				columns[k].grow(len(s.pix))
			}
			var sorted []uint8
			for row := int(next.Add(1)) - 1; row < g.Height && ctx.Err() == nil; row = int(next.Add(1)) - 1 {
				for left := 0; left < g.Width; left += tile {
					first := row*g.Width + left
					n := min(tile, g.Width-left)
					if changed != nil && !slices.Contains(changed[first:first+n], true) {
						continue
					}
					s.gather(columns[:n], first)
					for k := range n {
						if changed != nil && !changed[first+k] {
							continue
						}
						c := &columns[k]
						all := c.extent()
						g.average(c, &all, first+k, c.mode(&all, &sorted, quiet))
					}
				}
			}
		})
	}
	workers.Wait()
	if err := ctx.Err(); err != nil {
		return err
	}
	s.quiet, s.noise = quiet, append(s.noise[:0], g.Noise...)
	g.calmNoise()
	return nil
}

// quiet returns by how much the values of a pixel differ at most where there is nothing but noise.
func (g *Ground) quiet(s *samples) uint8 {
	const least, most, deviations = 12, 60, 7
	var changes []float32
	for k := 1; k < len(s.pix); k++ {
		for n := k % 8; n < len(g.grid); n += 8 {
			changes = append(changes, float32(distance(s.pix[k][3*g.grid[n]], s.pix[k-1][3*g.grid[n]])))
		}
	}
	// Half of the differences of two values are within 0.95 σ.
	return uint8(min(max(deviations*middleOf(changes)/0.95, least), most))
}

// uncover replaces the usual values of the pixels of ghosts by those that most of the other samples show, and
// returns how many there are.
func (g *Ground) uncover(s *samples, ghosts []bool) (changed int) {
	var others column
	others.grow(len(s.pix))
	var sorted []uint8
	for i, ghost := range ghosts {
		if !ghost {
			continue
		}
		others.clear()
		for _, pix := range s.pix {
			if !g.near(pix, i, 4) {
				others.add(pix[3*i : 3*i+3])
			}
		}
		if len(others[0]) > 0 {
			changed++
			all := others.extent()
			g.average(&others, &all, i, others.mode(&all, &sorted, 0))
		}
	}
	// The rim of a ghost differs too little from the ground to be part of it. There, samples count that
	// look like the ground beside them.
	const reach = 2
	for i, ghost := range ghosts {
		if ghost {
			continue
		}
		r, c := i/g.Width, i%g.Width
		var beside [3]float32
		n := float32(0)
		for y := max(r-reach, 0); y <= min(r+reach, g.Height-1); y++ {
			for x := max(c-reach, 0); x <= min(c+reach, g.Width-1); x++ {
				if j := y*g.Width + x; ghosts[j] {
					n++
					for k := range beside {
						beside[k] += g.Mean[3*j+k]
					}
				}
			}
		}
		if n == 0 {
			continue
		}
		far := false
		for k := range beside {
			beside[k] /= n
			d := beside[k] - g.Mean[3*i+k]
			far = far || !(d*d <= (2*g.Noise[i]+2)*(2*g.Noise[i]+2))
		}
		if !far {
			continue
		}
		others.clear()
		for _, pix := range s.pix {
			if near(pix[3*i:3*i+3], beside, 4*g.Noise[i]+6) {
				others.add(pix[3*i : 3*i+3])
			}
		}
		if n := len(others[0]); 8*n >= len(s.pix) || n >= 3 {
			all := others.extent()
			g.average(&others, &all, i, beside)
		}
	}
	g.calmNoise()
	return changed
}

// near reports whether a pixel's values are within a limit of others.
func near(pix []uint8, values [3]float32, limit float32) bool {
	for c, v := range values {
		if d := float32(pix[c]) - v; d > limit || d < -limit {
			return false
		}
	}
	return true
}

// near reports whether a picture shows the ground at a pixel, within some σ.
func (g *Ground) near(pix []uint8, i int, sigmas float32) bool {
	limit := sigmas*g.Noise[i] + 2
	for c := range 3 {
		if d := float32(pix[3*i+c]) - g.Mean[3*i+c]; d > limit || d < -limit {
			return false
		}
	}
	return true
}

// calmNoise makes a pixel's noise no less than what is usual around it: few samples tell little of one pixel.
func (g *Ground) calmNoise() {
	const block = 16 // px
	var seen []float32
	for top := 0; top < g.Height; top += block {
		for left := 0; left < g.Width; left += block {
			seen = seen[:0]
			bottom, right := min(top+block, g.Height), min(left+block, g.Width)
			for r := top; r < bottom; r++ {
				seen = append(seen, g.Noise[r*g.Width+left:r*g.Width+right]...)
			}
			slices.Sort(seen)
			usual := max(seen[len(seen)/2], leastNoise)
			for r := top; r < bottom; r++ {
				for c := left; c < right; c++ {
					i := r*g.Width + c
					g.Noise[i] = min(max(g.Noise[i], usual), 4*usual)
				}
			}
		}
	}
}

// fewSamples tell too little of a pixel alone: a body may be there in half of them.
const fewSamples = 8

// measureNoise sets the noise where the mean is given: from one sample to the next it changes little where nothing moves.
// Of few samples it is the same everywhere.
func (g *Ground) measureNoise(s *samples) {
	differences := make([]float32, 0, len(s.pix))
	for i := range g.Noise {
		differences = differences[:0]
		for k := 1; k < len(s.pix); k++ {
			sum := float32(0)
			for c := range 3 {
				d := float32(s.pix[k][3*i+c]) - float32(s.pix[k-1][3*i+c])
				sum += d * d
			}
			differences = append(differences, root(sum/6))
		}
		g.Noise[i] = middleOf(differences)
	}
	if len(s.pix) < fewSamples {
		usual := middleOf(slices.Clone(g.Noise))
		for i := range g.Noise {
			g.Noise[i] = usual
		}
	}
	g.calmNoise()
}

// measureUnrest measures how much the ground changes near what surely is no ground.
func (g *Ground) measureUnrest(s *samples) {
	const (
		strong     = 90 // the sum of three differences of what surely is no ground
		near, ring = 4, 9
	)
	far := make([]uint8, len(g.Noise)) // px to what is strong, along rows and columns
	var found []float32
	step := (len(s.pix) + 11) / 12
	for k := 0; k < len(s.pix); k += step {
		pix := s.pix[k]
		away := func(i int) (sum int) {
			for c := range 3 {
				sum += distance(pix[3*i+c], g.base[3*i+c])
			}
			return sum
		}
		for i := range far {
			far[i] = ring + 1
			if away(i) > strong {
				far[i] = 0
			}
		}
		for i := range far { // forth
			if i%g.Width > 0 {
				far[i] = min(far[i], far[i-1]+1)
			}
			if i >= g.Width {
				far[i] = min(far[i], far[i-g.Width]+1)
			}
		}
		for i := len(far) - 1; i >= 0; i-- { // and back
			if i%g.Width < g.Width-1 {
				far[i] = min(far[i], far[i+1]+1)
			}
			if i+g.Width < len(far) {
				far[i] = min(far[i], far[i+g.Width]+1)
			}
		}
		for i, d := range far {
			if d >= near && d <= ring && !(g.ignored != nil && g.ignored[i]) && !g.darkened(pix, i) {
				found = append(found, float32(away(i)))
			}
		}
	}
	if len(found) < 200 {
		return
	}
	slices.Sort(found)
	// One pixel of a hundred may differ by more; in noise alone that is 2.4 + 2.6·1.04 σ.
	g.Unrest = min(found[len(found)*99/100]/5.1, 10)
}

// darkened reports whether a pixel is darker than the ground by one factor, as in a shadow.
func (g *Ground) darkened(pix []uint8, i int) bool {
	var seen, below float32
	for c := range 3 {
		seen += float32(pix[3*i+c])
		below += g.Mean[3*i+c]
	}
	share := seen / max(below, 1)
	if share > 0.97 {
		return false
	}
	for c := range 3 {
		if d := float32(pix[3*i+c]) - share*g.Mean[3*i+c]; d > 4 || d < -4 {
			return false
		}
	}
	return true
}

// evenLight takes the changes of light out of the samples, and reports whether that changed any value.
func (g *Ground) evenLight(s *samples) (any bool) {
	s.changed = make([]bool, g.Width*g.Height)
	var light Light
	var work lightWork
	for _, pix := range s.pix {
		light = g.measureLight(pix, &work)
		if g.isPlain(&light) {
			continue
		}
		table := light.table()
		for i := range s.changed {
			p := pix[3*i : 3*i+3]
			red, green, blue := table[0][p[0]], table[1][p[1]], table[2][p[2]]
			if red != p[0] || green != p[1] || blue != p[2] {
				p[0], p[1], p[2] = red, green, blue
				s.changed[i], any = true, true
			}
		}
	}
	return any
}
