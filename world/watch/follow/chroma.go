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

// hue is a pixel's blue and red beyond its brightness.
type hue [2]float32

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

// compare fills pull and trust with what a drawing and the picture differ by when both have lost their colours alike, where bodies cover
// anything, and returns how badly the picture is met there. With a list of costs it compares all pixels, fills only the list, and returns how badly all of the picture is met.
func (j *joint) compare(drawn [][3]float32, less float32, costs []float32) (cost float64) {
	c := &j.chroma
	for r := 0; r+1 < len(j.rows); r++ {
		rows := j.together(r)
		for k := j.rows[r]; k < j.rows[r+1]; k++ {
			s := &j.spans[k]
			below := 0
			if rows == 2 {
				below = j.spans[j.rows[r+1]+k-j.rows[r]].start - s.start
			}
			from, to := s.start, s.start+s.to-s.from
			if costs == nil {
				from, to = j.covered(k, r, rows)
			}
			for i := from; i < to; {
				columns := 1
				if column := s.from + i - s.start; c.shared[0] && (column+c.odd[0])&1 == 0 && column+1 < s.to {
					columns = 2
				}
				here := j.compareBlock(drawn, i, columns, rows, below, less, costs != nil)
				if costs != nil {
					costs[i] = float32(here)
				}
				cost += here
				i += columns
			}
		}
		r += rows - 1
	}
	return cost
}

// compareBlock compares the pixels that share a colour: of one or two columns from i on, and of as many so far below where there are two rows.
// A pixel differs by its brightness y in each of the three values, and by what the mean colour of all differs by. Only the cost is found if quiet.
func (j *joint) compareBlock(drawn [][3]float32, i, columns, rows, below int, less float32, quiet bool) (cost float64) {
	var differ [4]float32 // brightness
	var colour [3]float32
	n, q := float32(0), 0
	for row := range rows {
		at := i + row*below
		drawn, seen, weight := drawn[at:at+columns], j.seen[at:at+columns], j.weight[at:at+columns]
		for k := range drawn {
			d, s := &drawn[k], &seen[k]
			r0, r1, r2 := s[0]-d[0], s[1]-d[1], s[2]-d[2]
			y := bright[0]*r0 + bright[1]*r1 + bright[2]*r2
			differ[q&3] = y
			q++
			if weight[k] != 0 {
				n++
				colour[0], colour[1], colour[2] = colour[0]+r0-y, colour[1]+r1-y, colour[2]+r2-y
			}
		}
	}
	if n != 0 {
		for c := range colour {
			colour[c] /= n
		}
	}
	sum, square := colour[0]+colour[1]+colour[2], dot(&colour, &colour)
	q = 0
	for row := range rows {
		at := i + row*below
		weight := j.weight[at : at+columns]
		if quiet {
			for _, w := range weight {
				y := differ[q&3]
				q++
				if w != 0 {
					far := 3*y*y + 2*y*sum + square // the sum of the squares of y and colour
					cost += float64(w * far / (1 + far*less))
				}
			}
			continue
		}
		trust, pull := j.trust[at:at+columns], j.pull[at:at+columns]
		for k, w := range weight {
			y := differ[q&3]
			q++
			if w == 0 {
				trust[k], pull[k] = 0, [3]float32{}
				continue
			}
			far := 3*y*y + 2*y*sum + square
			l := 1 / (1 + far*less)
			cost += float64(w * far * l)
			w *= l * l
			trust[k] = w
			pull[k] = [3]float32{w * (y + colour[0]), w * (y + colour[1]), w * (y + colour[2])}
		}
	}
	return cost
}
