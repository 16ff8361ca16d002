package follow

// told is what a difference of red, green and blue tells where pixels share their colour: of brightness, and of blue and red beyond it, each as much as it counts.
func told(r *[3]float32) [3]float32 {
	y := bright[0]*r[0] + bright[1]*r[1] + bright[2]*r[2]
	return [3]float32{brightCounts * y, blueCounts * (r[2] - y), redCounts * (r[0] - y)}
}

const (
	// brightCounts makes a difference in brightness alone count as much as that of three values.
	brightCounts = 1.7320508
	// blueCounts and redCounts make a colour that four pixels share count as much as the brightness of one, as compression errs by about as much in either (BT.601).
	blueCounts, redCounts = 0.564 * brightCounts / 2, 0.713 * brightCounts / 2
)

// hue is what a colour has of blue and of red beyond its brightness, each as much as it counts.
type hue [2]float32

// compare fills pull and trust with what a drawing and the picture differ by when both have lost their colours alike, where bodies cover
// anything, and returns how badly the picture is met there. With a list of costs it compares the ground with all of the picture instead, fills only the list, and returns how
// badly that is met.
func (j *joint) compare(drawn [][3]float32, less float32, costs []float32) (cost float64) {
	o := &j.lost
	o.rows = sized(o.rows, len(o.blocks))
	clear(o.rows)
	if costs == nil {
		j.eachBlock(false, func(q int32) { j.change(q, drawn) })
	}
	j.paleGround()
	j.eachBlock(costs != nil, func(q int32) {
		here := j.compareBlock(drawn, q, less, costs != nil)
		if costs != nil {
			costs[o.blocks[q].at] = float32(here)
		}
		cost += here
	})
	return cost
}

// eachBlock calls use with the pixels that share a colour, of all of the fit or of where bodies cover anything.
func (j *joint) eachBlock(all bool, use func(q int32)) {
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
				for q := of[from]; q <= of[to-1]; q++ {
					use(q)
				}
			}
		}
		r += rows - 1
	}
}

// change finds by how much the colour of each row of a block differs from that of the ground in a drawing.
func (j *joint) change(q int32, drawn [][3]float32) {
	b, sums := &j.lost.blocks[q], &j.lost.rows[q]
	for row := range b.rows {
		at := b.at + row*b.below
		drawn, plain := drawn[at:at+b.columns], j.plain[at:at+b.columns]
		var u, v float32
		for c := range drawn {
			d, p := &drawn[c], &plain[c]
			r0, r1, r2 := d[0]-p[0], d[1]-p[1], d[2]-p[2]
			y := bright[0]*r0 + bright[1]*r1 + bright[2]*r2
			u, v = u+(r2-y), v+(r0-y)
		}
		share := 1 / float32(b.columns)
		sums[row] = hue{share * blueCounts * u, share * redCounts * v}
	}
}

// changed returns by how much the colour of a block differs from that of the ground, as the picture shows it.
func (j *joint) changed(q int32) (d hue) {
	o := &j.lost
	b, own := &o.blocks[q], &o.rows[q]
	if b.rows == 1 {
		return own[0]
	}
	taps := j.chroma.taps()
	for c := range d {
		d[c] = taps[0] * (own[0][c] + own[1][c])
		if b.over >= 0 {
			d[c] += taps[1]*o.rows[b.over][1][c] + taps[2]*o.rows[b.over][0][c]
		}
		if b.under >= 0 {
			d[c] += taps[1]*o.rows[b.under][0][c] + taps[2]*o.rows[b.under][1][c]
		}
	}
	return d
}

// paleGround finds by how much the colour of each block of the picture differs from that of the ground, unless that is known.
func (j *joint) paleGround() {
	if j.paled {
		return
	}
	j.paled = true
	o := &j.lost
	j.pale = sized(j.pale, len(o.blocks))
	for q := range j.pale {
		b := &o.blocks[q]
		var sum hue
		n := float32(0)
		for row := range b.rows {
			for at := b.at + row*b.below; at < b.at+row*b.below+b.columns; at++ {
				if j.weight[at] == 0 {
					continue
				}
				s, p := &j.seen[at], &j.plain[at]
				t := told(&[3]float32{s[0] - p[0], s[1] - p[1], s[2] - p[2]})
				sum[0], sum[1] = sum[0]+t[1], sum[1]+t[2]
				n++
			}
		}
		n = max(n, 1)
		j.pale[q] = hue{sum[0] / n, sum[1] / n}
	}
}

// compareBlock compares the pixels that share a colour. Each differs by its brightness, and by what the colour of all of them does. Only the cost is found if quiet.
func (j *joint) compareBlock(drawn [][3]float32, q int32, less float32, quiet bool) (cost float64) {
	b := &j.lost.blocks[q]
	colour := j.pale[q]
	if !quiet {
		d := j.changed(q)
		colour[0], colour[1] = colour[0]-d[0], colour[1]-d[1]
	}
	square := colour[0]*colour[0] + colour[1]*colour[1]
	for row := range b.rows {
		from := b.at + row*b.below
		to := from + b.columns
		drawn, seen, weight := drawn[from:to], j.seen[from:to], j.weight[from:to]
		for k, w := range weight {
			if w == 0 {
				if !quiet {
					j.trust[from+int32(k)], j.pull[from+int32(k)] = 0, [3]float32{}
				}
				continue
			}
			d, s := &drawn[k], &seen[k]
			y := brightCounts * (bright[0]*(s[0]-d[0]) + bright[1]*(s[1]-d[1]) + bright[2]*(s[2]-d[2]))
			far := y*y + square
			l := 1 / (1 + far*less)
			cost += float64(w * far * l)
			if quiet {
				continue
			}
			w *= l * l
			j.trust[from+int32(k)] = w
			j.pull[from+int32(k)] = [3]float32{w * y, w * colour[0], w * colour[1]}
		}
	}
	return cost
}
