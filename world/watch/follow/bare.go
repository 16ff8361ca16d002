package follow

// Most of what a fit looks at is ground, in each of its drawings. What that adds to the cost is found once, and each drawing is compared
// with the picture only where bodies cover anything.

// bare is how badly the ground alone meets a picture: in all, and until each pixel of a fit.
type bare struct {
	known bool
	sums  []float64 // [pixels+1]
	costs []float32 // [pixels]; of pixels that share a colour the first one has all
}

// cover grows the parts of the spans that bodies cover by those of a layer, and finds where its rows lie in the fit.
func (j *joint) cover(l *layer) {
	l.inFit = sized(l.inFit, l.height)
	for row := range l.height {
		l.inFit[row] = nowhere
		r := row + l.top - j.first
		if r < 0 || r >= len(j.rows)-1 {
			continue
		}
		for k := j.rows[r]; k < j.rows[r+1]; k++ {
			s := &j.spans[k]
			from, to := max(l.left, s.from), min(l.left+l.width, s.to)
			if from >= to {
				continue
			}
			if from == l.left && to == l.left+l.width {
				l.inFit[row] = s.start - s.from
			}
			share := l.share[row*l.width-l.left+from : row*l.width-l.left+to]
			low, high := 0, len(share)
			for low < high && share[low] == 0 {
				low++
			}
			for low < high && share[high-1] == 0 {
				high--
			}
			if low >= high {
				continue
			}
			if at := s.start + from - s.from; !j.chroma.wide {
				s.low, s.high = min(s.low, at+low), max(s.high, at+high)
				continue
			}
			// Rows nearby share the colours of these.
			for near := max(0, r-beyond); near <= min(len(j.rows)-2, r+beyond); near++ {
				for k := j.rows[near]; k < j.rows[near+1]; k++ {
					s := &j.spans[k]
					if from, to := max(from+low, s.from), min(from+high, s.to); from < to {
						s.low, s.high = min(s.low, s.start+from-s.from), max(s.high, s.start+to-s.from)
					}
				}
			}
		}
	}
}

// uncover makes the drawing that of the ground alone.
func (j *joint) uncover() {
	for k := range j.spans {
		s := &j.spans[k]
		if s.low < s.high {
			copy(j.drawn[s.low:s.high], j.plain[s.low:s.high])
			let := j.let[s.low:s.high]
			for i := range let {
				let[i] = 1
			}
		}
		s.low, s.high = len(j.drawn), 0
	}
}

// whole returns how badly the picture is met by the last drawing.
func (j *joint) whole() float64 {
	b := &j.bare[0]
	if j.wide {
		b = &j.bare[1]
	}
	if !b.known {
		b.known = true
		b.costs, b.sums = sized(b.costs, len(j.drawn)), sized(b.sums, len(j.drawn)+1)
		clear(b.costs)
		j.meets(j.plain, b.costs)
		sum := 0.0
		b.sums[0] = 0
		for i, c := range b.costs {
			sum += float64(c)
			b.sums[i+1] = sum
		}
	}
	cost := j.inside + b.sums[len(j.drawn)]
	for r := 0; r+1 < len(j.rows); r++ {
		rows := j.together(r)
		for k := j.rows[r]; k < j.rows[r+1]; k++ {
			if from, to := j.covered(k, r, rows); from < to {
				cost -= b.sums[to] - b.sums[from]
			}
		}
		r += rows - 1
	}
	return cost
}

// together returns how many rows, 1 or 2, share their colours with a row of the fit.
func (j *joint) together(r int) int {
	if c := &j.chroma; c.shared[1] && (j.first+r+c.odd[1])&1 == 0 && r+2 < len(j.rows) {
		return 2
	}
	return 1
}

// covered returns from which place in the lists of the fit up to which the last drawing is compared with the picture in a span of row r, and,
// of two rows that share their colours, below it likewise: where bodies cover anything, in whole groups of pixels that share a colour.
func (j *joint) covered(k, r, rows int) (from, to int) {
	s := &j.spans[k]
	from, to = s.low, s.high
	if rows == 2 {
		under := &j.spans[j.rows[r+1]+k-j.rows[r]]
		below := under.start - s.start // whole boxes have the same columns in both rows
		if under.low < under.high {
			from, to = min(from, under.low-below), max(to, under.high-below)
		}
	}
	if from >= to {
		return 0, 0
	}
	if c := &j.chroma; c.shared[0] {
		if column := s.from + from - s.start; (column+c.odd[0])&1 == 1 && column > s.from {
			from--
		}
		if column := s.from + to - s.start; (column+c.odd[0])&1 == 1 && column < s.to {
			to++
		}
	}
	return from, to
}

// meets compares a drawing with the picture where bodies cover anything, and returns how badly it is met there. With a list of costs it fills
// this for all pixels, and nothing else.
func (j *joint) meets(drawn [][3]float32, costs []float32) (cost float64) {
	limit := 1 / (3 * j.limit * j.limit)
	if j.chroma.any() {
		return j.compare(drawn, limit, costs)
	}
	for k := range j.spans {
		s := &j.spans[k]
		if costs != nil {
			for i := s.start; i < s.start+s.to-s.from; i++ {
				d, v := &drawn[i], &j.seen[i]
				r0, r1, r2 := v[0]-d[0], v[1]-d[1], v[2]-d[2]
				square := r0*r0 + r1*r1 + r2*r2
				costs[i] = j.weight[i] * square / (1 + square*limit)
			}
			continue
		}
		for i := s.low; i < s.high; i++ {
			d, v := &drawn[i], &j.seen[i]
			r0, r1, r2 := v[0]-d[0], v[1]-d[1], v[2]-d[2]
			square := r0*r0 + r1*r1 + r2*r2
			// Geman and McClure's loss s/(1+s/c²): what the model does not know, hands or reflections, pulls the less the more it differs.
			less := 1 / (1 + square*limit)
			w := j.weight[i]
			cost += float64(w * square * less)
			w *= less * less
			j.trust[i] = w
			j.pull[i] = [3]float32{w * r0, w * r1, w * r2}
		}
	}
	return cost
}

// moving calls use with each pixel of a layer that the fit looks at and that changes with the pose: its place in the layer's lists and in the
// fit's, and its row and column.
func (j *joint) moving(l *layer, use func(inLayer, inFit, row, column int)) {
	if len(l.right) > 0 {
		j.within(l, func(inLayer, inFit, n int) {
			row, column := inLayer/l.width+l.top, inLayer%l.width+l.left
			for i := range n {
				if l.moves(inLayer + i) {
					use(inLayer+i, inFit+i, row, column+i)
				}
			}
		})
		return
	}
	for _, at := range l.edge {
		k := int(at)
		if !l.moves(k) {
			continue
		}
		row, column := k/l.width, k%l.width+l.left
		f := l.inFit[row]
		if row += l.top; f != nowhere {
			f += column
		} else if f = j.place(row, column); f < 0 {
			continue
		}
		use(k, f, row, column)
	}
}

// place returns where a pixel lies in the lists of the fit, -1 for one that it does not look at.
func (j *joint) place(row, column int) int {
	if r := row - j.first; r >= 0 && r < len(j.rows)-1 {
		for _, s := range j.spans[j.rows[r]:j.rows[r+1]] {
			if column >= s.from && column < s.to {
				return s.start + column - s.from
			}
		}
	}
	return -1
}
