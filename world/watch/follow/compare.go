package follow

import "math"

// lightAndHue is what a difference of red, green and blue tells where pixels share their colour: of brightness, and of blue and red beyond it, each as much as it counts.
func lightAndHue(r *[3]float32) [3]float32 {
	y := bright[0]*r[0] + bright[1]*r[1] + bright[2]*r[2]
	return [3]float32{brightCounts * y, blueCounts * (r[2] - y), redCounts * (r[0] - y)}
}

const (
	// brightCounts makes a difference in brightness alone count as much as that of three values.
	brightCounts = 1.7320508
	// blueCounts and redCounts (BT.601) make a colour that four pixels share count as much as the brightness of two. Compression errs by about as much in either, which would
	// be that of one, but where blocks of one brightness touch, colours alone tell them apart.
	blueCounts, redCounts = 0.564 * brightCounts / math.Sqrt2, 0.713 * brightCounts / math.Sqrt2
)

// hue is what a colour has of blue and of red beyond its brightness, each as much as it counts.
type hue [2]float32

// hueOf returns the hue of a colour, or of a sum of colours the sum of their hues.
func hueOf(r, g, b float32) hue {
	y := bright[0]*r + bright[1]*g + bright[2]*b
	return hue{blueCounts * (b - y), redCounts * (r - y)}
}

// compare fills pull and trust with what a drawing and the picture differ by when both have lost their colours alike, where bodies cover
// anything, and returns how badly the picture is met there. With a list of costs it compares the ground with all of the picture instead, fills only the list, and returns how
// badly that is met.
func (j *joint) compare(drawn [][3]float32, less float32, costs []float32) (cost float64) {
	j.paleGround()
	o := &j.lost
	for _, run := range o.filled {
		clear(o.rows[run[0]:run[1]])
	}
	o.filled = o.filled[:0]
	if costs == nil {
		j.eachRun(false, func(from, to int32) {
			o.filled = append(o.filled, [2]int32{from, to})
			for q := from; q < to; q++ {
				o.change(q, drawn, &j.bed[q])
			}
		})
	}
	taps := j.chroma.taps()
	j.eachRun(costs != nil, func(from, to int32) {
		for q := from; q < to; q++ {
			colour := j.pale[q]
			if costs == nil {
				d := o.changed(q, &taps)
				colour[0], colour[1] = colour[0]-d[0], colour[1]-d[1]
			}
			here := j.compareBlock(drawn, &o.blocks[q], colour, less, costs != nil)
			if costs != nil {
				costs[o.blocks[q].at] = float32(here)
			}
			cost += here
		}
	})
	return cost
}

// eachRun calls use with runs of blocks, from one up to another, of all of the fit or of where bodies cover anything.
func (j *joint) eachRun(all bool, use func(from, to int32)) {
	of := j.lost.of
	for r := 0; r+1 < len(j.rows); r++ {
		rows := j.together(r)
		for k := j.rows[r]; k < j.rows[r+1]; k++ {
			s := &j.spans[k]
			from, to := s.start, s.start+s.to-s.from
			if !all {
				from, to = j.covered(k, r, rows)
			}
			if from < to {
				use(of[from], of[to-1]+1)
			}
		}
		r += rows - 1
	}
}

// huesOf returns the mean hue of each row of a block, in values of the pixels of a fit.
func (b *sharing) huesOf(values [][3]float32) (out [2]hue) {
	for row := range b.rows {
		v := values[b.at+row*b.below:]
		if b.columns == 2 {
			v, w := &v[0], &v[1]
			h := hueOf(v[0]+w[0], v[1]+w[1], v[2]+w[2])
			out[row] = hue{h[0] / 2, h[1] / 2}
		} else {
			out[row] = hueOf(v[0][0], v[0][1], v[0][2])
		}
	}
	return out
}

// change finds by how much the hue of each row of a block differs from that of the ground in a drawing.
func (o *lost) change(q int32, drawn [][3]float32, bed *[2]hue) {
	h, sums := o.blocks[q].huesOf(drawn), &o.rows[q]
	for row := range h {
		sums[row] = hue{h[row][0] - bed[row][0], h[row][1] - bed[row][1]}
	}
}

// changed returns by how much the hue of a block differs from that of the ground, as the picture shows it.
func (o *lost) changed(q int32, taps *[3]float32) (d hue) {
	b, own := &o.blocks[q], &o.rows[q]
	if b.rows == 1 {
		return own[0]
	}
	d = hue{taps[0] * (own[0][0] + own[1][0]), taps[0] * (own[0][1] + own[1][1])}
	if b.over >= 0 {
		v := &o.rows[b.over]
		d[0], d[1] = d[0]+taps[1]*v[1][0]+taps[2]*v[0][0], d[1]+taps[1]*v[1][1]+taps[2]*v[0][1]
	}
	if b.under >= 0 {
		v := &o.rows[b.under]
		d[0], d[1] = d[0]+taps[1]*v[0][0]+taps[2]*v[1][0], d[1]+taps[1]*v[0][1]+taps[2]*v[1][1]
	}
	return d
}

// paleGround finds the hues of the ground, and by how much those of the picture differ from it, unless that is known.
func (j *joint) paleGround() {
	if j.paled {
		return
	}
	j.paled = true
	o := &j.lost
	j.pale, j.bed = sized(j.pale, len(o.blocks)), sized(j.bed, len(o.blocks))
	for q := range j.pale {
		b := &o.blocks[q]
		j.bed[q] = b.huesOf(j.plain)
		var sum hue
		n := float32(0)
		for row := range b.rows {
			for at := b.at + row*b.below; at < b.at+row*b.below+b.columns; at++ {
				if j.weight[at] == 0 {
					continue
				}
				s, p := &j.seen[at], &j.plain[at]
				h := hueOf(s[0]-p[0], s[1]-p[1], s[2]-p[2])
				sum[0], sum[1] = sum[0]+h[0], sum[1]+h[1]
				n++
			}
		}
		n = max(n, 1)
		j.pale[q] = hue{sum[0] / n, sum[1] / n}
	}
}

// compareBlock compares the pixels that share a colour. Each differs by its brightness, and by what the hue of all of them does. Only the cost is found if quiet.
func (j *joint) compareBlock(drawn [][3]float32, b *sharing, colour hue, less float32, quiet bool) (cost float64) {
	square := colour[0]*colour[0] + colour[1]*colour[1]
	for row := range b.rows {
		from := b.at + row*b.below
		to := from + b.columns
		drawn, seen, weight := drawn[from:to], j.seen[from:to], j.weight[from:to]
		trust, pull := j.trust[from:to], j.pull[from:to]
		for k := range drawn {
			w := weight[k]
			d, s := &drawn[k], &seen[k]
			y := brightCounts * (bright[0]*(s[0]-d[0]) + bright[1]*(s[1]-d[1]) + bright[2]*(s[2]-d[2]))
			far := y*y + square
			l := 1 / (1 + far*less)
			cost += float64(w * far * l)
			if !quiet {
				w *= l * l
				trust[k] = w
				pull[k] = [3]float32{w * y, w * colour[0], w * colour[1]}
			}
		}
	}
	return cost
}
