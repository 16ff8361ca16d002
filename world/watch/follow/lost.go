package follow

import "slices"

// Where pixels share their colour, a drawing and its slopes lose theirs as the picture did. A colour for two rows is mostly the mean of these; programs that make films of
// pictures, as ffmpeg does by default, tell it by a cubic curve from the rows above and below as well (Keys, "Cubic convolution interpolation for digital image
// processing", 1981). Which of the two a film has is told by what drawings of its first pictures meet better.

// sharing is the pixels that share a colour: one or two columns from a place in the lists of a fit on, and, where there are two rows, as many so far behind them.
type sharing struct {
	at, pixel     int32 // of the first
	columns, rows int32
	below         int32
	over, under   int32 // the blocks above and below in whose colour they count, -1 for none
}

// taps returns the shares with which a row counts in the colour of two: one of the two, the next one, and the one after that.
func (c *chroma) taps() [3]float32 {
	if c.wide {
		return [3]float32{0.436, 0.12, -0.056} // the fourth, of -0.014, is with the third
	}
	return [3]float32{0.5}
}

// beyond is how many rows beyond a pixel may share its colour.
const beyond = 3

// lost is what is needed to make slopes lose their colours. Lists without another shape are [blocks].
type lost struct {
	blocks  []sharing
	of      []int32 // [pixels of the fit] block of each
	number  []int32 // place among the touched blocks, counted from 1, 0 for the others
	touched []int32
	colour  []hue // [pixels, values]
	out     slopes
	rows    [][2]hue   // of each row what a drawing's hue differs by from the ground's, 0 where no body is
	filled  [][2]int32 // runs of blocks, from one up to another, in which it may be another one
}

// set finds the blocks of a fit.
func (o *lost) set(j *joint, pixels int) {
	o.blocks, o.of = o.blocks[:0], sized(o.of, pixels)
	for r := 0; r+1 < len(j.rows); r++ {
		rows := j.together(r)
		for k := j.rows[r]; k < j.rows[r+1]; k++ {
			s := &j.spans[k]
			below := 0
			if rows == 2 {
				below = j.spans[j.rows[r+1]+k-j.rows[r]].start - s.start
			}
			for i := s.start; i < s.start+s.to-s.from; {
				column := s.from + i - s.start
				columns := 1
				if j.chroma.shared[0] && (column+j.chroma.odd[0])&1 == 0 && column+1 < s.to {
					columns = 2
				}
				for row := range rows {
					for c := range columns {
						o.of[i+row*below+c] = int32(len(o.blocks))
					}
				}
				o.blocks = append(o.blocks, sharing{int32(i), int32(s.row*j.view.width + column), int32(columns), int32(rows), int32(below), -1, -1})
				i += columns
			}
		}
		r += rows - 1
	}
	if j.chroma.wide {
		width := j.view.width
		for q := range o.blocks {
			b := &o.blocks[q]
			if b.rows != 2 {
				continue
			}
			if at := j.place(int(b.pixel)/width+2, int(b.pixel)%width); at >= 0 {
				if under := o.of[at]; o.blocks[under].rows == 2 && o.blocks[under].columns == b.columns {
					b.under, o.blocks[under].over = under, int32(q)
				}
			}
		}
	}
	o.number, o.rows, o.filled = sized(o.number, len(o.blocks)), sized(o.rows, len(o.blocks)), o.filled[:0]
	clear(o.number)
	clear(o.rows)
}

// lose makes of the changes of pixels those that the picture shows of them.
func (j *joint) lose(s *slopes) {
	if !j.chroma.any() {
		return
	}
	o := &j.lost
	o.touched = o.touched[:0]
	o.out.clear(s.values)
	for _, at := range s.at {
		q := o.of[at]
		j.touch(q)
		j.touch(o.blocks[q].over)
		j.touch(o.blocks[q].under)
	}
	// Brightness stays where it is, and the colour of a block is with its first pixel for now.
	o.colour = sized(o.colour, len(o.out.by))
	clear(o.colour)
	taps := j.chroma.taps()
	for k, at := range s.at {
		q := o.of[at]
		b := &o.blocks[q]
		place, near, far := o.number[q]-1, b.over, b.under
		if away := at - b.at; away < b.columns {
			place += away
		} else {
			place += b.columns + away - b.below
			near, far = far, near
		}
		shares := taps
		if b.rows == 1 {
			shares[0] = 1
		}
		for v, g := range s.of(k) {
			t := lightAndHue(&g)
			o.out.by[int(place)*s.values+v][0] = t[0]
			for n, block := range [3]int32{q, near, far} {
				if block >= 0 {
					c := &o.colour[int(o.number[block]-1)*s.values+v]
					share := shares[n] / float32(b.columns)
					c[0], c[1] = c[0]+share*t[1], c[1]+share*t[2]
				}
			}
		}
	}
	for _, q := range o.touched {
		b := &o.blocks[q]
		first, count := int(o.number[q])-1, int(b.rows*b.columns)
		o.number[q] = 0
		for v, c := range o.colour[first*s.values : (first+1)*s.values] {
			for k := first; k < first+count; k++ {
				g := &o.out.by[k*s.values+v]
				g[1], g[2] = c[0], c[1]
			}
		}
	}
	*s, o.out = o.out, *s
}

// touch adds the pixels of a block to those that change, if there is such a block.
func (j *joint) touch(q int32) {
	o := &j.lost
	if q < 0 || o.number[q] != 0 {
		return
	}
	b := &o.blocks[q]
	o.number[q] = int32(len(o.out.at)) + 1
	o.touched = append(o.touched, q)
	for row := range b.rows {
		for c := range b.columns {
			clear(o.out.add(int(b.at+row*b.below+c), int(b.pixel)+int(row)*j.view.width+int(c)))
		}
	}
}

// vote tells how colours were lost, by which drawing of the members of a group meets the picture better.
func (f *follower) vote() {
	j := &f.joint
	if !j.chroma.shared[1] || f.pictures > mostLearning || !slices.ContainsFunc(f.members, func(i int) bool { return f.tracks[i].seen }) {
		return
	}
	was := j.chroma.wide
	var costs [2]float64
	for k := range costs {
		j.chroma.wide = k == 1
		j.own()
		costs[k] = j.draw(f.poses)
	}
	j.chroma.wide = was
	j.own()
	if costs[1] < costs[0] {
		f.votes[1]++
	} else {
		f.votes[0]++
	}
}

// learnWide takes over what groups told of how colours were lost, and reports whether that is another way than before.
func (f *follower) learnWide() bool {
	c := &f.joint.chroma
	was := c.wide
	c.wide = f.votes[1] > f.votes[0]
	return c.wide != was
}
