package follow

import (
	"orrery/world/watch/ground"
)

// chroma tells whether a film has one colour for every two columns, and for every two rows, as video and JPEG mostly have: only
// brightness is told of each pixel (ITU-R BT.601, 4:2:0). Where bodies of one brightness meet, an edge is then seen in steps of
// two px. A drawing that is compared with such a picture must lose its colours likewise.
type chroma struct {
	changes [2][2]int // how often colour changes much from a pixel to the next, along rows and columns, by whether the first is odd
	shared  [2]bool   // pixels share their colour with one at their side, and with one above or below
	odd     [2]int    // 1 where the first of those that share is an odd one
}

const (
	// enoughChanges of colour tell which pixels share one; with a rounding now and then, as few as one in fewer of them lie within a pair.
	enoughChanges, fewer = 60, 5
	// muchColour is a change of colour, as the sum of its two values, that rounding does not make.
	muchColour = 14
	// mostLearning is the number of pictures from which it is learnt.
	mostLearning = 8
)

// bright is how much red, green and blue add to brightness.
var bright = [3]float32{0.299, 0.587, 0.114}

// learn takes over what a picture tells at its bodies.
func (c *chroma) learn(v *view) {
	for row := 0; row+1 < v.height; row++ {
		for column := 0; column+1 < v.width; column++ {
			i := row*v.width + column
			if v.class[i] != ground.Thing {
				continue
			}
			here := v.colour(i)
			if here.far(v.colour(i+1)) > muchColour {
				c.changes[0][column&1]++
			}
			if here.far(v.colour(i+v.width)) > muchColour {
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

// hue is a pixel's blue and red beyond its brightness.
type hue [2]float32

func (v *view) colour(i int) hue {
	p := v.pix[3*i : 3*i+3]
	y := bright[0]*float32(p[0]) + bright[1]*float32(p[1]) + bright[2]*float32(p[2])
	return hue{0.564 * (float32(p[2]) - y), 0.713 * (float32(p[0]) - y)}
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

// blocks calls use with the pixels of the fit that share a colour, up to four of them. Lists are the fit's.
func (c *chroma) blocks(j *joint, use func(pixels []int)) {
	var four [4]int
	for r := 0; r+1 < len(j.rows); r++ {
		rows := 1
		if c.shared[1] && (j.first+r+c.odd[1])&1 == 0 && r+2 < len(j.rows) {
			rows = 2
		}
		first := j.spans[j.rows[r]:j.rows[r+1]]
		for k, s := range first {
			for column := s.from; column < s.to; {
				columns := 1
				if c.shared[0] && (column+c.odd[0])&1 == 0 && column+1 < s.to {
					columns = 2
				}
				n := 0
				for row := range rows {
					start := s.start
					if row == 1 {
						start = j.spans[j.rows[r+1]+k].start // whole boxes have the same columns in both rows
					}
					for i := range columns {
						four[n] = start + column - s.from + i
						n++
					}
				}
				use(four[:n])
				column += columns
			}
		}
		r += rows - 1
	}
}

// compare fills pull and trust with what the drawing and the picture differ by when both have lost their colours alike, and
// returns how badly the picture is met. Brightness and shared colour are a linear map of the differences; its transpose makes the slopes of the cost right.
func (j *joint) compare(less float32) (cost float64) {
	j.chroma.blocks(j, func(pixels []int) {
		var differ [4][3]float32
		var mean [3]float32
		n := float32(0)
		for k, i := range pixels {
			d, s := &j.drawn[i], &j.seen[i]
			r := [3]float32{s[0] - d[0], s[1] - d[1], s[2] - d[2]}
			y := dot(&bright, &r)
			differ[k] = [3]float32{y, y, y}
			if j.weight[i] == 0 {
				continue
			}
			n++
			for c := range mean {
				mean[c] += r[c] - y
			}
		}
		if n == 0 {
			for _, i := range pixels {
				j.trust[i], j.pull[i] = 0, [3]float32{}
			}
			return
		}
		var back [3]float32
		for k, i := range pixels {
			r := &differ[k]
			for c := range r {
				r[c] += mean[c] / n
			}
			square := dot(r, r)
			l := 1 / (1 + square*less)
			w := j.weight[i]
			cost += float64(w * square * l)
			w *= l * l
			j.trust[i] = w
			sum := w * (r[0] + r[1] + r[2])
			j.pull[i] = [3]float32{bright[0] * sum, bright[1] * sum, bright[2] * sum}
			for c := range back {
				back[c] += w*r[c] - bright[c]*sum
			}
		}
		for _, i := range pixels {
			if j.weight[i] == 0 {
				continue
			}
			for c := range back {
				j.pull[i][c] += back[c] / n
			}
		}
	})
	return cost
}
