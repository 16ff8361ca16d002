package ground

import "math"

// What lies beneath a body that never moves is guessed: a wall that is seen on both sides of the body goes on below it, and
// elsewhere there is the smooth surface, with what the ground around differs from it by: a shadow at one side of the body goes on below that
// side. Compression and edges mix the colours of a body and of the wall on which it rests, so that walls are guessed for a rim around it as well.

const (
	rim        = 3   // px around a body that never moves whose colours may be mixed with its own
	directions = 128 // of lines through a pixel
	farthest   = 90  // px on either side of a pixel within which a wall must come out
	wallEdge   = 6   // px across a line within which a wall that runs along it ends
	wallLength = 12  // px for which a wall goes on beside a body, or it may be a spot of the ground
)

// guess puts what is thought to lie beneath in the place of the ground's mean, for the pixels of bodies and around them. of has the
// number of each pixel's body, 0 for none.
func (g *Ground) guess(s *surface, of []int32) {
	hidden := g.rims(of)
	values, plain := make(map[int][3]float32), make([]bool, len(hidden))
	limit := 2*s.rough + 12
	for i, k := range hidden {
		if k == 0 {
			continue
		}
		base, wall := g.wallBeneath(s, hidden, i, limit)
		if !wall {
			base = s.at(i%g.Width, i/g.Width)
			if of[i] == 0 && (g.apart(s, i) > limit || g.shaded(s, i)) {
				continue // it may be a wall, or lie in the body's shadow
			}
		}
		values[i], plain[i] = base, !wall
	}
	shadows := g.shadowed(s, of)
	for i, d := range g.goOn(plain, func(i int) (d [3]float32, known bool) {
		if _, guessed := values[i]; guessed || g.ignored != nil && g.ignored[i] {
			return d, false
		}
		if shadows[i] {
			for c, v := range s.at(i%g.Width, i/g.Width) {
				d[c] = g.Mean[3*i+c] - v
			}
		}
		return d, shadows[i] || g.apart(s, i) <= limit
	}) {
		v := values[i]
		for c := range v {
			v[c] = min(max(v[c]+d[c], 0), 255)
		}
		values[i] = v
	}
	for i, v := range values {
		copy(g.Mean[3*i:3*i+3], v[:])
		if of[i] != 0 {
			g.Filled++
			g.Noise[i] = max(g.Noise[i], s.rough)
		}
	}
}

// shadowed returns which pixels that are no body's lie in a shadow: clearly darker than the surface, and not in a line as thin as the edge that a body leaves.
func (g *Ground) shadowed(s *surface, of []int32) []bool {
	const thin = 1 // px on either side of its middle
	clearly := 3*s.rough + 6
	out := make([]bool, len(of))
	for i := range out {
		out[i] = of[i] == 0 && (g.ignored == nil || !g.ignored[i]) && g.apart(s, i) > clearly && g.shaded(s, i)
	}
	return spread(spread(out, g.Width, thin, false), g.Width, thin, true)
}

// goOn returns values for the pixels that are inside which go on from those that are known around them, as evenly as can be: each is the mean of its
// neighbours. Where none is known around, values are 0.
func (g *Ground) goOn(inside []bool, known func(i int) (value [3]float32, ok bool)) map[int][3]float32 {
	const (
		rounds = 120 // after which edges, within 3 px, are right to a hundredth
		beyond = 1.7 // of each step that is taken, so that values go inward faster
	)
	at := make(map[int]int) // place of a pixel in the lists
	var pixels []int
	for i, in := range inside {
		if in {
			at[i] = len(pixels)
			pixels = append(pixels, i)
		}
	}
	values := make([][3]float32, len(pixels))
	beside := make([][]int32, len(pixels))                                        // inside
	sums, counts := make([][3]float32, len(pixels)), make([]float32, len(pixels)) // of neighbours that are known
	for k, i := range pixels {
		g.around(i, func(j int) {
			if o, in := at[j]; in {
				beside[k] = append(beside[k], int32(o))
			} else if v, ok := known(j); ok {
				counts[k]++
				for c := range v {
					sums[k][c] += v[c]
				}
			}
		})
	}
	for range rounds {
		for k := range pixels {
			n := counts[k] + float32(len(beside[k]))
			if n == 0 {
				continue
			}
			sum := sums[k]
			for _, o := range beside[k] {
				for c := range sum {
					sum[c] += values[o][c]
				}
			}
			for c := range sum {
				values[k][c] += beyond * (sum[c]/n - values[k][c])
			}
		}
	}
	out := make(map[int][3]float32, len(pixels))
	for k, i := range pixels {
		out[i] = values[k]
	}
	return out
}

// rims returns the numbers of bodies with a rim around each; −1 lies among bodies and is of none, −2 lies beside one and has a thinner rim.
func (g *Ground) rims(of []int32) []int32 {
	out := append([]int32(nil), of...)
	for round := range rim {
		before := append([]int32(nil), out...)
		for i, k := range before {
			if k != 0 && (k != -2 || round > 1) {
				g.around(i, func(j int) {
					if out[j] == 0 {
						out[j] = k
					}
				})
			}
		}
	}
	return out
}

// wallBeneath returns the colour of the wall that goes on below a pixel: along a line through it, the ground that is seen on
// both sides of what is hidden has one colour, which is not the surface's, and ends across the line.
func (g *Ground) wallBeneath(s *surface, hidden []int32, i int, limit float32) (value [3]float32, ok bool) {
	row, column := i/g.Width, i%g.Width
	best := 4 * limit // edges are steep
	for d := range directions {
		sin, cos := math.Sincos(math.Pi * float64(d) / directions)
		a, far, okA := g.comesOut(hidden, row, column, cos, sin)
		if !okA {
			continue
		}
		b, further, okB := g.comesOut(hidden, row, column, -cos, -sin)
		if !okB {
			continue
		}
		va, vb := [3]float32(g.Mean[3*a:3*a+3]), [3]float32(g.Mean[3*b:3*b+3])
		apart := g.profilesApart(a, b, -sin, cos)
		if apart >= best || g.apart(s, a) <= limit || g.apart(s, b) <= limit || !g.runsAlong(s, a, cos, sin, limit) || !g.runsAlong(s, b, cos, sin, limit) ||
			!g.goesOn(s, hidden, a, cos, sin, limit) || !g.goesOn(s, hidden, b, -cos, -sin, limit) {
			continue
		}
		best, ok = apart, true
		share := float32(far) / float32(max(far+further, 1))
		for c := range value {
			value[c] = va[c] + share*(vb[c]-va[c])
		}
	}
	return value, ok
}

// comesOut returns the first pixel on a line, of which a step is a px, that is not hidden, and how far it is.
func (g *Ground) comesOut(hidden []int32, row, column int, x, y float64) (at, far int, ok bool) {
	for far = 1; far <= farthest; far++ {
		r, c := row+int(math.Round(float64(far)*y)), column+int(math.Round(float64(far)*x))
		if r < 0 || c < 0 || r >= g.Height || c >= g.Width {
			return 0, 0, false
		}
		if at = r*g.Width + c; hidden[at] == 0 {
			return at, far, true
		}
	}
	return 0, 0, false
}

// profilesApart returns how far the values at two pixels are apart, with those beside each across a line.
func (g *Ground) profilesApart(a, b int, x, y float64) float32 {
	sum := float32(0)
	for k := -1; k <= 1; k++ {
		step := int(math.Round(float64(k)*y))*g.Width + int(math.Round(float64(k)*x))
		i, j := min(max(a+step, 0), len(g.Noise)-1), min(max(b+step, 0), len(g.Noise)-1)
		sum += square([3]float32(g.Mean[3*i:3*i+3]), [3]float32(g.Mean[3*j:3*j+3]))
	}
	return root(sum / 3)
}

// runsAlong reports whether a wall at a pixel ends across a direction, and not along it. A wall ends at once, a shadow softly.
func (g *Ground) runsAlong(s *surface, at int, x, y float64, limit float32) bool {
	ends := func(dx, dy float64) bool {
		for k := 1; k <= wallEdge; k++ {
			r, c := at/g.Width+int(math.Round(float64(k)*dy)), at%g.Width+int(math.Round(float64(k)*dx))
			if r < 0 || c < 0 || r >= g.Height || c >= g.Width {
				return true
			}
			if g.apart(s, r*g.Width+c) <= limit {
				near := max(k-2, 0)
				i := (at/g.Width+int(math.Round(float64(near)*dy)))*g.Width + at%g.Width + int(math.Round(float64(near)*dx))
				return 2*g.apart(s, i) > g.apart(s, at)
			}
		}
		return false
	}
	return (ends(-y, x) || ends(y, -x)) && !(ends(x, y) && ends(-x, -y))
}

// goesOn reports whether what stands out of the surface at a pixel goes on in a direction in the same colour, as far as it is not hidden.
func (g *Ground) goesOn(s *surface, hidden []int32, at int, x, y float64, limit float32) bool {
	value := [3]float32(g.Mean[3*at : 3*at+3])
	near := max(limit, g.apart(s, at)/2) // lines are thin, and pixels show a part of them
	like := func(row, column float64) (alike, known bool) {
		r, c := int(math.Round(row)), int(math.Round(column))
		if r < 0 || c < 0 || r >= g.Height || c >= g.Width || hidden[r*g.Width+c] != 0 {
			return false, false
		}
		i := r*g.Width + c
		return g.apart(s, i) > limit && square([3]float32(g.Mean[3*i:3*i+3]), value) < near*near, true
	}
	for k := 3.; k <= wallLength; k += 3 {
		row, column := float64(at/g.Width)+k*y, float64(at%g.Width)+k*x
		any, here := false, true
		for across := -1.; across <= 1; across++ {
			alike, known := like(row+across*x, column-across*y)
			any, here = any || alike, here && known
		}
		if here && !any {
			return false
		}
	}
	return true
}

func square(a, b [3]float32) (sum float32) {
	for c := range a {
		sum += (a[c] - b[c]) * (a[c] - b[c])
	}
	return sum
}
