package film

import (
	"bytes"
	"image"
	"slices"
)

// side is how many px wide and high the blocks are in which pictures are compared.
const side = 16

// change is how much a picture differs from the one before.
type change struct {
	most  float32 // levels of 255, mean difference of the pixels of the block that differs most
	swept float32 // levels × blocks, by which blocks differ more than noise has it
	moved float32 // levels × blocks, by which the means of blocks differ when the light is taken as equal
	blank bool    // the picture is all of one colour
}

// compare compares pictures of one size, each with the one before.
type compare struct {
	size    image.Point
	watched []bool
	blocks  image.Point // number of them
	before  []uint8
	last    change
	any     bool
	means   [2][]float32 // of the blocks of this picture and the one before, by colour [3·blocks]
	apart   []float32    // mean difference of the pixels of each block
	counts  []float32    // of pixels in each block
	sorted  []float32
}

func newCompare(size image.Point, watched []bool) *compare {
	c := &compare{size: size, watched: watched, blocks: image.Pt((size.X+side-1)/side, (size.Y+side-1)/side)}
	n := c.blocks.X * c.blocks.Y
	c.before = make([]uint8, 3*size.X*size.Y)
	c.means = [2][]float32{make([]float32, 3*n), make([]float32, 3*n)}
	c.apart, c.counts, c.sorted = make([]float32, n), make([]float32, n), make([]float32, 0, n)
	for y := 0; y < size.Y; y += 2 {
		for x := range size.X {
			if watched == nil || watched[y*size.X+x] {
				c.counts[y/side*c.blocks.X+x/side]++
			}
		}
	}
	return c
}

// next returns how a picture differs from the one before; the first does not.
func (c *compare) next(pix []uint8) (d change) {
	same := c.any && bytes.Equal(pix, c.before)
	if same {
		return change{blank: c.last.blank}
	}
	defer func() { c.last = d }()
	c.means[0], c.means[1] = c.means[1], c.means[0]
	clear(c.means[0])
	clear(c.apart)
	for y := 0; y < c.size.Y; y += 2 { // every other row is enough
		c.addRow(pix[3*y*c.size.X:][:3*c.size.X], c.before[3*y*c.size.X:][:3*c.size.X], y)
	}
	for b, n := range c.counts {
		if n > 0 {
			c.apart[b] /= 3 * n
			for k := range 3 {
				c.means[0][3*b+k] /= n
			}
		}
	}
	copy(c.before, pix)
	d.blank = c.isBlank()
	if !c.any {
		c.any = true
		return d
	}
	noise := c.median(func(b int) float32 { return c.apart[b] })
	gain := c.median(func(b int) float32 {
		now, then := c.means[0][3*b:][:3], c.means[1][3*b:][:3]
		return (1 + now[0] + now[1] + now[2]) / (1 + then[0] + then[1] + then[2])
	})
	gain = max(0.5, min(gain, 2)) // no lamp changes more from one picture to the next; a picture that turns black does
	for b, n := range c.counts {
		if n == 0 {
			continue
		}
		d.most = max(d.most, c.apart[b])
		d.swept += max(0, c.apart[b]-1.5*noise)
		for k := range 3 {
			now, then := c.means[0][3*b+k], gain*c.means[1][3*b+k]
			d.moved += max(0, max(now-then, then-now)-2) // noise and compression change a mean by less than 2
		}
	}
	return d
}

// isBlank reports whether the means of all blocks are equal but for compression.
func (c *compare) isBlank() bool {
	for k := range 3 {
		low, high := float32(255), float32(0)
		for b, n := range c.counts {
			if n > 0 {
				low, high = min(low, c.means[0][3*b+k]), max(high, c.means[0][3*b+k])
			}
		}
		if high-low > 3 {
			return false
		}
	}
	return true
}

// addRow adds a row to the sums of its blocks.
func (c *compare) addRow(now, before []uint8, y int) {
	first := y / side * c.blocks.X
	for bx := range c.blocks.X {
		from, to := 3*side*bx, min(3*side*(bx+1), len(now))
		var sums [3]int32
		var apart int32
		p, q := now[from:to], before[from:to]
		for i := 0; i+2 < len(p) && i+2 < len(q); i += 3 {
			if c.watched != nil && !c.watched[y*c.size.X+(from+i)/3] {
				continue
			}
			r, g, b := int32(p[i]), int32(p[i+1]), int32(p[i+2])
			sums[0] += r
			sums[1] += g
			sums[2] += b
			r, g, b = r-int32(q[i]), g-int32(q[i+1]), b-int32(q[i+2])
			apart += max(r, -r) + max(g, -g) + max(b, -b)
		}
		for k, s := range sums {
			c.means[0][3*(first+bx)+k] += float32(s)
		}
		c.apart[first+bx] += float32(apart)
	}
}

// median returns the median of what is watched of the blocks.
func (c *compare) median(of func(block int) float32) float32 {
	c.sorted = c.sorted[:0]
	for b, n := range c.counts {
		if n > 0 {
			c.sorted = append(c.sorted, of(b))
		}
	}
	if len(c.sorted) == 0 {
		return 0
	}
	slices.Sort(c.sorted)
	return c.sorted[len(c.sorted)/2]
}
