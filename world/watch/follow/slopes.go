package follow

import "slices"

// slopes is how pixels change with some values, as the picture shows it: where pixels share their colour, each changes by its own brightness and by
// what the colour of all of them does. So are the normal equations those of what a drawing is compared by, and steps are as long as they should be.
type slopes struct {
	values int
	at     []int32      // pixels, by their places in the lists of a fit, each once
	pixel  []int32      // the same, by their numbers in the picture, row by row
	by     [][3]float32 // [pixels, values], change of the three values of a pixel per unit of each value
}

// clear makes the list empty, for pixels that change with so many values.
func (s *slopes) clear(values int) {
	s.values, s.at, s.pixel, s.by = values, s.at[:0], s.pixel[:0], s.by[:0]
}

// add adds a pixel, and returns its changes to be filled in.
func (s *slopes) add(at, pixel int) [][3]float32 {
	s.at, s.pixel = append(s.at, int32(at)), append(s.pixel, int32(pixel))
	n := len(s.by)
	s.by = slices.Grow(s.by, s.values)[:n+s.values]
	return s.by[n:]
}

// of returns the changes of a pixel of the list.
func (s *slopes) of(k int) [][3]float32 { return s.by[k*s.values : (k+1)*s.values] }

// sharing is the pixels that share a colour: one or two columns from a place in the lists of a fit on, and, where there are two rows, as many so far behind them.
type sharing struct {
	at, pixel     int32 // of the first
	columns, rows int32
	below         int32
}

// lost is what is needed to make slopes lose their colours. Lists without another shape are [blocks].
type lost struct {
	blocks  []sharing
	of      []int32 // [pixels of the fit] block of each
	number  []int32 // place among the touched blocks, counted from 1, 0 for the others
	touched []int32
	colour  [][3]float32 // [touched, values]
	out     slopes
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
				o.blocks = append(o.blocks, sharing{int32(i), int32(s.row*j.view.width + column), int32(columns), int32(rows), int32(below)})
				i += columns
			}
		}
		r += rows - 1
	}
	o.number = sized(o.number, len(o.blocks))
	clear(o.number)
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
		if o.number[q] != 0 {
			continue
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
	// Brightness stays where it is, and the rest goes to the first pixel of the block for now.
	o.colour = sized(o.colour, len(o.out.by))
	clear(o.colour)
	for k, at := range s.at {
		if j.weight[at] == 0 {
			continue
		}
		q := o.of[at]
		b := &o.blocks[q]
		first := int(o.number[q]) - 1
		place := first
		if away := at - b.at; away < b.columns {
			place += int(away)
		} else {
			place += int(b.columns + away - b.below)
		}
		for v, g := range s.of(k) {
			y := dot(&bright, &g)
			o.out.by[place*s.values+v] = [3]float32{y, y, y}
			c := &o.colour[first*s.values+v]
			c[0], c[1], c[2] = c[0]+g[0]-y, c[1]+g[1]-y, c[2]+g[2]-y
		}
	}
	for _, q := range o.touched {
		b := &o.blocks[q]
		first, count := int(o.number[q])-1, int(b.rows*b.columns)
		o.number[q] = 0
		n := float32(0)
		for _, at := range o.out.at[first : first+count] {
			if j.weight[at] != 0 {
				n++
			}
		}
		if n == 0 {
			continue
		}
		for v, c := range o.colour[first*s.values : (first+1)*s.values] {
			c = [3]float32{c[0] / n, c[1] / n, c[2] / n}
			for k := first; k < first+count; k++ {
				g := &o.out.by[k*s.values+v]
				g[0], g[1], g[2] = g[0]+c[0], g[1]+c[1], g[2]+c[2]
			}
		}
	}
	*s, o.out = o.out, *s
}
