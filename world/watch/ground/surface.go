package ground

import (
	"math"
	"slices"

	"orrery/world/cholesky"
)

// A body that covers a place in all pictures leaves no picture of the ground there. Where most of the
// ground is smooth a surface through it stands for what is hidden: a polynomial of the place, and what is
// left of the ground's slow changes. What then stands out of the surface is a body, unless it is a wall.

const (
	degree        = 4
	cell          = 8    // px, of the blocks from which the surface is fitted
	even          = 0.55 // share of the ground that the surface must explain to be believed
	mostUneven    = 26   // values: a ground that differs more from its surface than this hides bodies
	mostFurnished = 0.06 // share of the picture that walls and the like may have, or nobody can tell them from bodies at rest
	leastBody     = 30   // px that a body which never moves has at least
	fillLimit     = 5    // deviations of the ground from its surface at which something stands out
)

// surface is the smooth part of a ground.
type surface struct {
	columns, rows int
	value         []float32 // [rows, columns, 3] at the middles of cells
	rough         float32   // standard deviation of one value of the ground about the surface
	share         float64   // of the cells that the surface explains
}

// at returns the surface's values at a pixel.
func (s *surface) at(column, row int) (v [3]float32) {
	x, y := (float32(column)+0.5)/cell-0.5, (float32(row)+0.5)/cell-0.5
	left, right := split(x, s.columns)
	above, below := split(y, s.rows)
	for c := range v {
		up := s.value[3*(above*s.columns+left)+c]*(1-right) + s.value[3*(above*s.columns+min(left+1, s.columns-1))+c]*right
		next := min(above+1, s.rows-1)
		down := s.value[3*(next*s.columns+left)+c]*(1-right) + s.value[3*(next*s.columns+min(left+1, s.columns-1))+c]*right
		v[c] = up*(1-below) + down*below
	}
	return v
}

func split(place float32, n int) (whole int, share float32) {
	place = min(max(place, 0), float32(n-1))
	whole = int(place)
	return whole, place - float32(whole)
}

// fitSurface fits a surface to the ground's mean; hidden pixels are left out.
func (g *Ground) fitSurface(hidden []bool) *surface {
	s := &surface{columns: (g.Width + cell - 1) / cell, rows: (g.Height + cell - 1) / cell}
	n := s.columns * s.rows
	s.value = make([]float32, 3*n)
	known := make([]bool, n)
	var values []float32
	for k := range n {
		for c := range 3 {
			values = values[:0]
			for r := k / s.columns * cell; r < min(k/s.columns*cell+cell, g.Height); r++ {
				for x := k % s.columns * cell; x < min(k%s.columns*cell+cell, g.Width); x++ {
					if i := r*g.Width + x; (hidden == nil || !hidden[i]) && (g.ignored == nil || !g.ignored[i]) {
						values = append(values, g.Mean[3*i+c])
					}
				}
			}
			if len(values) >= cell {
				known[k] = true
				s.value[3*k+c] = middleOf(values)
			}
		}
	}
	good := slices.Clone(known)
	fitted := make([]float32, 3*n)
	limit := float32(60)
	for round := range 6 {
		for c := range 3 {
			s.polynomial(good, c, fitted)
		}
		if round < 5 {
			limit = s.trim(known, good, fitted, max(6, limit/2))
		}
	}
	s.smooth(good, fitted)
	s.judge(g, known, hidden)
	return s
}

// polynomial fits a channel's values at the good cells and writes the fit for all cells.
func (s *surface) polynomial(good []bool, c int, fitted []float32) {
	const terms = (degree + 1) * (degree + 2) / 2
	basis := func(k int) (b [terms]float64) {
		x := 2*(float64(k%s.columns)+0.5)/float64(s.columns) - 1
		y := 2*(float64(k/s.columns)+0.5)/float64(s.rows) - 1
		at, px := 0, 1.0
		for i := 0; i <= degree; i++ {
			py := px
			for j := 0; i+j <= degree; j++ {
				b[at] = py
				at++
				py *= y
			}
			px *= x
		}
		return b
	}
	normal, solved := make([]float64, terms*terms), make([]float64, terms)
	for k, ok := range good {
		if !ok {
			continue
		}
		b := basis(k)
		for i := range terms {
			solved[i] += b[i] * float64(s.value[3*k+c])
			for j := range i + 1 {
				normal[i*terms+j] += b[i] * b[j]
			}
		}
	}
	for i := range terms {
		normal[i*terms+i] += 1e-3 // what few cells leave open stays small
	}
	if !cholesky.Factor(normal, terms) {
		return
	}
	cholesky.Solve(normal, terms, solved, 1)
	for k := range good {
		sum := 0.0
		for i, v := range basis(k) {
			sum += v * solved[i]
		}
		fitted[3*k+c] = float32(sum)
	}
}

// trim keeps as good the cells that are near the fit, and returns how near that is.
func (s *surface) trim(known, good []bool, fitted []float32, most float32) float32 {
	away := make([]float32, len(known))
	var sorted []float32
	for k := range known {
		for c := range 3 {
			d := s.value[3*k+c] - fitted[3*k+c]
			away[k] = max(away[k], d, -d)
		}
		if known[k] {
			sorted = append(sorted, away[k])
		}
	}
	limit := min(max(4*middleOf(sorted), 3), most)
	for k := range good {
		good[k] = known[k] && away[k] <= limit
	}
	return limit
}

// smooth makes of the polynomial the surface: it adds what good cells around lack.
func (s *surface) smooth(good []bool, fitted []float32) {
	const reach = 3 // cells
	left := make([]float32, len(s.value))
	for k := range good {
		var sum [3]float32
		weight := float32(2) // of the polynomial, which holds where no cell is good
		row, column := k/s.columns, k%s.columns
		for r := max(row-reach, 0); r <= min(row+reach, s.rows-1); r++ {
			for x := max(column-reach, 0); x <= min(column+reach, s.columns-1); x++ {
				if j := r*s.columns + x; good[j] {
					weight++
					for c := range sum {
						sum[c] += s.value[3*j+c] - fitted[3*j+c]
					}
				}
			}
		}
		for c := range sum {
			left[3*k+c] = sum[c] / weight
		}
	}
	for i := range s.value {
		s.value[i] = fitted[i] + left[i]
	}
}

// judge measures how rough the ground is about the surface, and how much of it the surface explains.
func (s *surface) judge(g *Ground, known, hidden []bool) {
	var away []float32
	for i := 0; i < g.Width*g.Height; i += 3 {
		if (hidden == nil || !hidden[i]) && (g.ignored == nil || !g.ignored[i]) {
			away = append(away, g.apart(s, i))
		}
	}
	if len(away) == 0 {
		return
	}
	slices.Sort(away)
	// A pixel's distance over three channels has its median at 1.54 σ.
	s.rough = max(away[len(away)/2]/1.54, leastNoise)
	near, _ := slices.BinarySearch(away, 3*s.rough+2)
	s.share = float64(near) / float64(len(away))
}

// apart returns how far the ground's mean is from a surface at a pixel.
func (g *Ground) apart(s *surface, i int) float32 {
	v := s.at(i%g.Width, i/g.Width)
	sum := float32(0)
	for c := range v {
		d := g.Mean[3*i+c] - v[c]
		sum += d * d
	}
	return root(sum)
}

// fill puts the surface where bodies hide the ground in all pictures.
func (g *Ground) fill(samples *samples, ghosts []bool) {
	s := g.fitSurface(nil)
	g.Even = s.share >= even && s.rough <= mostUneven
	if !g.Even {
		return
	}
	mean, noise := slices.Clone(g.Mean), slices.Clone(g.Noise)
	out := make([]bool, g.Width*g.Height)
	limit := fillLimit*s.rough + 6
	for i := range out {
		out[i] = g.apart(s, i) > limit && (g.ignored == nil || !g.ignored[i]) && !g.seen(samples, s, i)
	}
	thick := g.thick(out)
	regions := g.alike(thick)
	of := make([]int32, len(out)) // the region of each pixel of a body, from 1 on
	var colours [][3]float32
	unexplained := 0
	stays := make([]bool, len(out)) // walls, and what else is thought to be ground
	for i, marked := range thick {
		if marked {
			unexplained++
		}
		stays[i] = out[i] && !marked
	}
	for _, r := range regions {
		left := g.isLeft(r, ghosts)
		if len(r.pixels) < leastBody && !left || g.isWall(r, left) || !g.isSharp(s, r, out, left) {
			for _, i := range r.pixels {
				stays[i] = len(r.pixels) >= leastBody
			}
			continue
		}
		colours = append(colours, g.colour(r))
		unexplained -= len(r.pixels)
		for _, i := range r.pixels {
			of[i] = int32(len(colours))
		}
	}
	if float64(unexplained) > mostFurnished*float64(len(out)) {
		g.Even, g.Mean, g.Noise = false, mean, noise // and what passed before walls and the like is no ground
		return
	}
	// What lies between two colours of bodies, or of a body and the ground, belongs to a body as well.
	for range 3 {
		var more []int32
		for i := range of {
			if of[i] == 0 && g.apart(s, i) > 2*s.rough {
				if k := g.between(s, of, colours, i); k > 0 {
					more = append(more, int32(i), k)
				}
			}
		}
		for k := 0; k < len(more); k += 2 {
			of[more[k]] = more[k+1]
		}
	}
	g.uncoverWalls(of, colours, 2*s.rough+12)
	g.calmNoise()
	among := slices.Clone(of)
	stays = spread(stays, g.Width, 1, true) // with its edges
	for i, beside := range g.beside(of) {
		if of[i] != 0 || !out[i] {
			continue
		}
		if g.isAmong(of, i) {
			among[i] = -1
		} else if beside && !stays[i] && !g.shaded(s, i) {
			among[i] = -2
		}
	}
	g.guess(s, among)
	if g.Filled > 0 {
		g.Kind = Smooth
	}
}

// thick returns the marked pixels without those of long thin lines, which are walls.
func (g *Ground) thick(marked []bool) []bool {
	const (
		half = 3  // px of the lines' thickness
		long = 40 // px
	)
	solid := spread(spread(marked, g.Width, half, false), g.Width, half+1, true)
	out := slices.Clone(marked)
	seen := make([]bool, len(marked))
	for start, ok := range marked {
		if !ok || solid[start] || seen[start] {
			continue
		}
		seen[start] = true
		line := []int32{int32(start)}
		first, last, top, bottom := g.Width, 0, g.Height, 0
		for k := 0; k < len(line); k++ {
			c, y := int(line[k])%g.Width, int(line[k])/g.Width
			first, last, top, bottom = min(first, c), max(last, c), min(top, y), max(bottom, y)
			g.around(int(line[k]), func(j int) {
				if marked[j] && !solid[j] && !seen[j] {
					seen[j] = true
					line = append(line, int32(j))
				}
			})
		}
		if max(last-first, bottom-top) >= long {
			for _, i := range line {
				out[i] = false
			}
		}
	}
	return out
}

// spread returns the pixels that have a marked one within so many px along rows and columns; or, to shrink what
// is marked, those that have none that is not.
func spread(marked []bool, width, by int, grow bool) []bool {
	across, out := make([]bool, len(marked)), make([]bool, len(marked))
	pass := func(from, to []bool, step, length, lines, stride int) {
		for l := range lines {
			last := -by - 1 // where one was that decides
			for k := range length + by {
				if k < length && from[l*stride+k*step] == grow {
					last = k
				}
				if at := k - by; at >= 0 {
					to[l*stride+at*step] = (last >= at-by) == grow
				}
			}
		}
	}
	height := len(marked) / width
	pass(marked, across, 1, width, height, width)
	pass(across, out, width, height, width, 1)
	return out
}

// isSharp reports whether the ground changes at once on most of a region's outline, as it does at a body's and
// not at the spots of a texture, of which some lie beside what a body left.
func (g *Ground) isSharp(s *surface, r region, out []bool, left bool) bool {
	const beside = 4 // px, beyond the mixed pixels of the outline
	sharp, all := 0, 0
	within := make([]bool, len(out))
	for _, i := range r.pixels {
		within[i] = true
	}
	for _, i := range r.pixels {
		rim := false
		g.around(int(i), func(j int) { rim = rim || !within[j] })
		if !rim {
			continue
		}
		in, beyond, ok := g.across(int(i), within, beside)
		if !ok || out[beyond] {
			continue
		}
		all++
		v, step := s.at(in%g.Width, in/g.Width), float32(0)
		whole := float32(0)
		for c := range v {
			step += (g.Mean[3*in+c] - g.Mean[3*beyond+c]) * (g.Mean[3*in+c] - v[c])
			whole += (g.Mean[3*in+c] - v[c]) * (g.Mean[3*in+c] - v[c])
		}
		if step > 0.75*whole && root(whole) > 1.5*fillLimit*s.rough {
			sharp++
		}
	}
	return 2*sharp > all || left && all == 0 // other bodies hide its outline
}

// isLeft reports whether a region is beside a ghost: it is where the same body has been all the time.
func (g *Ground) isLeft(r region, ghosts []bool) (left bool) {
	for _, i := range r.pixels {
		g.around(int(i), func(j int) {
			for k := max(j-3*g.Width-3, 0); k < min(j+3*g.Width+4, len(ghosts)); k += g.Width {
				left = left || slices.Contains(ghosts[k:min(k+7, len(ghosts))], true)
			}
		})
	}
	return left
}

// beside returns the pixels that lie beside a body's: what of them is neither ground nor a wall is an edge of the body, where it moved a little, or
// what compression made of one, and no mixture of two colours that are known.
func (g *Ground) beside(of []int32) []bool {
	bodies := make([]bool, len(of))
	for i, k := range of {
		bodies[i] = k > 0
	}
	return spread(bodies, g.Width, rim, true)
}

// shaded reports whether a pixel of the ground is a darker surface.
func (g *Ground) shaded(s *surface, i int) bool {
	away, share := g.shade(s, i)
	limit := s.rough + 4
	return share < 1 && away < limit*limit
}

// shade returns the square of how far a pixel of the ground is from a share of the surface's light, and that share.
func (g *Ground) shade(s *surface, i int) (away, share float32) {
	v := s.at(i%g.Width, i/g.Width)
	var seen, below float32
	for c := range v {
		seen += g.Mean[3*i+c]
		below += v[c]
	}
	share = seen / max(below, 1)
	return square([3]float32(g.Mean[3*i:3*i+3]), [3]float32{share * v[0], share * v[1], share * v[2]}), share
}

// isAmong reports whether most pixels around one are bodies': it lies between bodies that touch.
func (g *Ground) isAmong(of []int32, i int) bool {
	n := 0
	r, c := i/g.Width, i%g.Width
	for y := max(r-2, 0); y <= min(r+2, g.Height-1); y++ {
		for x := max(c-2, 0); x <= min(c+2, g.Width-1); x++ {
			if of[y*g.Width+x] > 0 {
				n++
			}
		}
	}
	return n > 12
}

// uncoverWalls puts the wall's colour where it is mixed with that of a body that rests on it.
func (g *Ground) uncoverWalls(of []int32, colours [][3]float32, limit float32) {
	type change struct{ at, from int }
	var changes []change
	for b, k := range of {
		if k == 0 || b < 3*g.Width || b >= len(of)-3*g.Width || b%g.Width < 3 || b%g.Width >= g.Width-3 {
			continue
		}
		for _, step := range [4]int{1, -1, g.Width, -g.Width} {
			i, j := b+step, b+3*step
			if of[i] > 0 || of[j] > 0 || of[b+2*step] > 0 {
				continue
			}
			value, wall := [3]float32(g.Mean[3*i:3*i+3]), [3]float32(g.Mean[3*(b+2*step):3*(b+2*step)+3])
			if mixed(value, colours[k-1], wall, limit) && !mixed(value, wall, wall, limit) {
				changes = append(changes, change{i, b + 2*step})
			}
		}
	}
	for _, c := range changes {
		copy(g.Mean[3*c.at:3*c.at+3], g.Mean[3*c.from:3*c.from+3])
	}
}

// seen reports whether some samples show the surface at a pixel, and makes what they show the ground's mean.
func (g *Ground) seen(samples *samples, s *surface, i int) bool {
	v := s.at(i%g.Width, i/g.Width)
	limit := 3*s.rough + 6
	var showing column
	for _, pix := range samples.pix {
		if near(pix[3*i:3*i+3], v, limit) {
			showing.add(pix[3*i : 3*i+3])
		}
	}
	if n := len(showing[0]); n == 0 || 20*n < len(samples.pix) {
		return false
	}
	all := showing.extent()
	g.average(&showing, &all, i, v)
	return true
}

// colour returns the middle of the colours of a region.
func (g *Ground) colour(r region) (c [3]float32) {
	values := make([]float32, len(r.pixels))
	for k := range c {
		for n, i := range r.pixels {
			values[n] = g.Mean[3*int(i)+k]
		}
		c[k] = middleOf(values)
	}
	return c
}

// between returns a region next to a pixel whose colour is one of two that the pixel's is a mixture of; 0 when there is none.
func (g *Ground) between(s *surface, of []int32, colours [][3]float32, i int) int32 {
	const reach = 2
	var beside [4]int32
	n := 0
	r, c := i/g.Width, i%g.Width
	for y := max(r-reach, 0); y <= min(r+reach, g.Height-1); y++ {
		for x := max(c-reach, 0); x <= min(c+reach, g.Width-1); x++ {
			if k := of[y*g.Width+x]; k > 0 && n < len(beside) && !slices.Contains(beside[:n], k) {
				beside[n] = k
				n++
			}
		}
	}
	value := [3]float32(g.Mean[3*i : 3*i+3])
	limit := 2*s.rough + 12
	shade, share := g.shade(s, i)
	for a, k := range beside[:n] {
		if mixed(value, colours[k-1], s.at(c, r), limit) && !(share < 1 && shade < unmixed(value, colours[k-1], s.at(c, r))) {
			return k
		}
		for _, other := range beside[:a] {
			if mixed(value, colours[k-1], colours[other-1], limit) {
				return k
			}
		}
	}
	return 0
}

// mixed reports whether a colour is within a limit of some mixture of two others.
func mixed(value, a, b [3]float32, limit float32) bool {
	return unmixed(value, a, b) <= limit*limit
}

// unmixed returns the square of how far a colour is from the nearest mixture of two others.
func unmixed(value, a, b [3]float32) float32 {
	var along, length float32
	for c := range value {
		along += (value[c] - a[c]) * (b[c] - a[c])
		length += (b[c] - a[c]) * (b[c] - a[c])
	}
	share := min(max(along/max(length, 1), 0), 1)
	sum := float32(0)
	for c := range value {
		d := value[c] - a[c] - share*(b[c]-a[c])
		sum += d * d
	}
	return sum
}

// alike returns the connected regions of marked pixels whose neighbours have nearly the same colour: the
// boxes of a tower are as many, and the floor below it is one more. Pixels between two colours are in none.
func (g *Ground) alike(marked []bool) (found []region) {
	const step = 30 // values, the sum of three differences between neighbours of one region
	done := make([]bool, len(marked))
	steep := func(i int) bool {
		most := float32(0)
		g.around(i, func(j int) {
			sum := float32(0)
			for c := range 3 {
				sum += float32(math.Abs(float64(g.Mean[3*i+c] - g.Mean[3*j+c])))
			}
			most = max(most, sum)
		})
		return most > step
	}
	flat := make([]bool, len(marked))
	for i, ok := range marked {
		flat[i] = ok && !steep(i)
	}
	grow := func(pixels []int32, into []bool) []int32 {
		for k := 0; k < len(pixels); k++ {
			g.around(int(pixels[k]), func(j int) {
				if into[j] && !done[j] {
					done[j] = true
					pixels = append(pixels, int32(j))
				}
			})
		}
		return pixels
	}
	for i, ok := range flat {
		if ok && !done[i] {
			done[i] = true
			found = append(found, region{grow([]int32{int32(i)}, flat)})
		}
	}
	return found
}

// isWall reports whether a region that never moves is a wall, or another part of the ground: it reaches the
// edge of the picture, or is as thin as a line, or goes around others. What is left of a body may be thin.
func (g *Ground) isWall(r region, left bool) bool {
	first, last, top, bottom := g.Width, 0, g.Height, 0
	for _, i := range r.pixels {
		c, y := int(i)%g.Width, int(i)/g.Width
		first, last, top, bottom = min(first, c), max(last, c), min(top, y), max(bottom, y)
	}
	if first <= 1 || top <= 1 || last >= g.Width-2 || bottom >= g.Height-2 {
		return true
	}
	wide, tall := float64(last-first+1), float64(bottom-top+1)
	length := math.Hypot(wide, tall)
	thick := float64(len(r.pixels)) / length
	return thick < 3 && !left || length > 0.3*float64(min(g.Width, g.Height)) && thick < length/16 || float64(len(r.pixels)) < 0.2*wide*tall && length > 0.5*float64(min(g.Width, g.Height))
}
