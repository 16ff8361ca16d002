package ground

// column is the values of one pixel in some of the samples: for each of red, green and blue a list in the order of the samples.
type column [3][]uint8

// tile is the number of pixels whose columns are gathered at once: as many as fit into the nearest cache. A pixel's values lie a whole
// picture apart, so that to fetch them one by one takes several times as long as what is done with them.
const tile = 64

// grow makes room for so many samples.
func (c *column) grow(n int) {
	for k := range c {
		c[k] = make([]uint8, 0, n)
	}
}

func (c *column) clear() {
	for k := range c {
		c[k] = c[k][:0]
	}
}

// add appends a pixel of another sample.
func (c *column) add(pixel []uint8) {
	for k := range c {
		c[k] = append(c[k], pixel[k])
	}
}

// gather fills the columns of pixels that follow each other, from the first one on, with all samples.
func (s *samples) gather(columns []column, first int) {
	n := len(s.pix)
	for i := range columns {
		for c := range columns[i] {
			columns[i][c] = columns[i][c][:n]
		}
	}
	for k, pix := range s.pix {
		pix = pix[3*first : 3*(first+len(columns))]
		for i := range columns {
			c := &columns[i]
			c[0][k], c[1][k], c[2][k] = pix[3*i], pix[3*i+1], pix[3*i+2]
		}
	}
}

// extent is what the values of a column have in all.
type extent struct {
	low, high   [3]uint8
	sum, square [3]int // of the values, and of their squares
}

func (c *column) extent() (s extent) {
	for k, values := range c {
		low, high, sum, square := uint8(255), uint8(0), 0, 0
		for _, v := range values {
			low, high = min(low, v), max(high, v)
			sum += int(v)
			square += int(v) * int(v)
		}
		s.low[k], s.high[k], s.sum[k], s.square[k] = low, high, sum, square
	}
	return s
}

// mode returns the densest values: the means where none of them differs by more than quiet. It overwrites sorted.
func (c *column) mode(s *extent, sorted *[]uint8, quiet uint8) (mode [3]float32) {
	for k, values := range c {
		if s.high[k]-s.low[k] <= quiet {
			mode[k] = float32(s.sum[k]) / float32(len(values))
			continue
		}
		*sorted = sort((*sorted)[:0], values, s.low[k], s.high[k])
		mode[k] = densest(*sorted)
	}
	return mode
}

// sort appends values from low to high in ascending order. Counting them takes less time than comparing them.
func sort(sorted, values []uint8, low, high uint8) []uint8 {
	var counts [256]uint16
	for _, v := range values {
		counts[v]++
	}
	for v := int(low); v <= int(high); v++ {
		for range counts[v] {
			sorted = append(sorted, uint8(v))
		}
	}
	return sorted
}

// within reports whether all values are within a limit of others.
func (s *extent) within(limit float32, of [3]float32) bool {
	for k, v := range of {
		if float32(s.high[k])-v > limit || v-float32(s.low[k]) > limit {
			return false
		}
	}
	return true
}

// densest returns the middle of the shortest range that holds two fifths of sorted values.
func densest(values []uint8) float32 {
	n := len(values)
	window := max((2*n+4)/5, 1)
	best, at, ties := 256, 0, 1
	for i := 0; i+window <= n; i++ {
		switch width := int(values[i+window-1]) - int(values[i]); {
		case width < best:
			best, at, ties = width, i, 1
		case width == best && i == at+ties:
			ties++
		}
	}
	at += (ties - 1) / 2 // the middle of equally short ranges
	return (float32(values[at+(window-1)/2]) + float32(values[at+window/2])) / 2
}

// average sets the mean and the noise of a pixel from the values of its column, which have an extent, near a mode.
func (g *Ground) average(of *column, s *extent, i int, mode [3]float32) {
	const reach = 24 // values: more than noise, less than most bodies differ
	limit := float32(reach)
	red, green, blue := of[0], of[1], of[2]
	green, blue = green[:len(red)], blue[:len(red)]
	for range 2 { // the second time within what the first time found
		variance := float32(0)
		if s.within(limit, mode) { // all count, as they mostly do
			n := float64(len(red))
			for c := range mode {
				mean := float64(s.sum[c]) / n
				mode[c] = float32(mean)
				variance += float32(max(float64(s.square[c])/n-mean*mean, 0)) / 3
			}
			g.Noise[i] = root(variance)
			limit = 3*g.Noise[i] + 3
			continue
		}
		var sum, square [3]float32
		count := float32(0)
		for k, v := range red {
			r, g, b := float32(v)-mode[0], float32(green[k])-mode[1], float32(blue[k])-mode[2]
			if r > limit || r < -limit || g > limit || g < -limit || b > limit || b < -limit {
				continue
			}
			count++
			sum[0], sum[1], sum[2] = sum[0]+r, sum[1]+g, sum[2]+b
			square[0], square[1], square[2] = square[0]+r*r, square[1]+g*g, square[2]+b*b
		}
		if count == 0 {
			break
		}
		for c := range sum {
			sum[c] /= count
			variance += max(square[c]/count-sum[c]*sum[c], 0) / 3
			mode[c] += sum[c]
		}
		g.Noise[i] = root(variance)
		limit = 3*g.Noise[i] + 3
	}
	copy(g.Mean[3*i:3*i+3], mode[:])
}
