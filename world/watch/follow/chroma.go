package follow

import (
	"slices"

	"orrery/world/watch/ground"
)

// chroma tells whether a film has one colour for every two columns, and for every two rows, as video and JPEG mostly have: only
// brightness is told of each pixel (ITU-R BT.601, 4:2:0). Where bodies of one brightness meet, an edge is then seen in steps of
// two px. A drawing that is compared with such a picture must lose its colours likewise.
type chroma struct {
	changes [2][2]int // how often colour changes much from a pixel to the next, along rows and columns, by whether the first is odd
	shared  [2]bool   // pixels share their colour with one at their side, and with one above or below
	odd     [2]int    // 1 where the first of those that share is an odd one
	wide    bool      // the colour of two rows was told from those above and below them as well
	noise   float32   // standard deviation of one value of most of the ground
}

const (
	// enoughChanges of colour tell which pixels share one; with a rounding now and then, as few as one in fewer of them lie within a pair.
	enoughChanges, fewer = 60, 5
	// muchColour is a change of colour, as the sum of its two values, that rounding does not make.
	muchColour = 14
	// lossyNoise is what compression leaves of one value at the edge of a body, as a standard deviation: the ground differs by far less where nothing moves, and
	// by more where something did, but at the edges of bodies it is much the same.
	lossyNoise = 4
	// mostLearning is the number of pictures from which it is learnt.
	mostLearning = 8
)

// bright is how much red, green and blue add to brightness.
var bright = [3]float32{0.299, 0.587, 0.114}

// learn takes over what a picture tells at its bodies.
func (c *chroma) learn(v *view) {
	if c.noise == 0 {
		const step = 37
		var some []float32
		for i := 0; i < len(v.noise); i += step {
			some = append(some, v.noise[i])
		}
		slices.Sort(some)
		c.noise = some[len(some)/2]
	}
	for row := 0; row+1 < v.height; row++ {
		for column := 0; column+1 < v.width; column++ {
			i := row*v.width + column
			if v.class[i] != ground.Thing || v.cut(i) {
				continue
			}
			here := v.colour(i)
			if here.far(v.colour(i+1)) > muchColour && !v.cut(i+1) {
				c.changes[0][column&1]++
			}
			if here.far(v.colour(i+v.width)) > muchColour && !v.cut(i+v.width) {
				c.changes[1][row&1]++
			}
		}
	}
	for k, n := range c.changes {
		c.shared[k] = max(n[0], n[1]) >= enoughChanges && fewer*min(n[0], n[1]) < max(n[0], n[1])
		c.odd[k] = 0
		if n[1] < n[0] {
			c.odd[k] = 1
		}
	}
}

// sure returns how much a pixel counts of which the ground differs by a standard deviation: 1/σ², and where colours are shared as much as that for most
// pixels, and less where the ground differs by more than compression makes it.
func (c *chroma) sure(sigma float32) float32 {
	sigma = max(sigma, leastNoise)
	if !c.any() {
		return 1 / (sigma * sigma)
	}
	const lossy = lossyNoise * lossyNoise
	usual := max(c.noise, leastNoise)
	return (usual*usual + lossy) / (usual * usual * (sigma*sigma + lossy))
}

func (v *view) colour(i int) hue {
	p := v.pix[3*i : 3*i+3]
	y := bright[0]*float32(p[0]) + bright[1]*float32(p[1]) + bright[2]*float32(p[2])
	return hue{0.564 * (float32(p[2]) - y), 0.713 * (float32(p[0]) - y)}
}

// cut reports whether a value of a pixel is as far as values go, so that it may not show the colour that it shares.
func (v *view) cut(i int) bool {
	p := v.pix[3*i : 3*i+3]
	return max(p[0], p[1], p[2]) == 255 || min(p[0], p[1], p[2]) == 0
}

func (h hue) far(o hue) float32 {
	return max(h[0]-o[0], o[0]-h[0]) + max(h[1]-o[1], o[1]-h[1])
}

// any reports whether pixels share colours at all.
func (c *chroma) any() bool { return c.shared[0] || c.shared[1] }

// whole returns a box grown so that it cuts no pixels that share a colour.
func (c *chroma) whole(b frame, width, height int) frame {
	if c.shared[0] {
		b.left, b.right = max(0, b.left-(b.left+c.odd[0])&1), min(width, b.right+(b.right+c.odd[0])&1)
	}
	if c.shared[1] {
		b.top, b.bottom = max(0, b.top-(b.top+c.odd[1])&1), min(height, b.bottom+(b.bottom+c.odd[1])&1)
	}
	return b
}
