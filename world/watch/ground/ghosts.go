package ground

import (
	"cmp"
	"context"
	"math"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
)

// A body that rests for most of the film is taken for ground at first, and what is below it differs from
// that "ground" in the pictures in which the body is elsewhere: a ghost. It is told from a body by its
// outline, which is sharp in the ground and not in the picture.

const (
	leastGhost = 12  // px, of what is looked at
	ghostShare = 0.7 // of its outline that must be sharper in the ground
)

// region is pixels that differ from the ground in one direction of colour.
type region struct {
	pixels []int32
}

// findGhosts returns which pixels of the ground show a body, or nil. It ends early when ctx is cancelled.
func (g *Ground) findGhosts(ctx context.Context, s *samples) (ghosts []bool) {
	step := (len(s.pix) + 39) / 40
	looks := make([]ghostLook, (len(s.pix)+step-1)/step)
	var workers sync.WaitGroup
	var next atomic.Int64
	for range min(runtime.GOMAXPROCS(0), len(looks)) {
		workers.Go(func() {
			differ, done := make([]bool, g.Width*g.Height), make([]bool, g.Width*g.Height)
			for k := int(next.Add(1) - 1); k < len(looks) && ctx.Err() == nil; k = int(next.Add(1) - 1) {
				pix, l := s.pix[k*step], &looks[k]
				for i := range differ {
					if differ[i] = g.differs(pix, i); differ[i] {
						l.colours = append(l.colours, [3]uint8(pix[3*i:3*i+3]))
					}
				}
				clear(done)
				for _, r := range g.regions(pix, differ, done) {
					if len(r.pixels) >= leastGhost && g.isGhost(pix, differ, r) {
						l.ghosts = append(l.ghosts, r)
					}
				}
			}
		})
	}
	workers.Wait()
	for _, together := range g.overlapping(looks) {
		if ctx.Err() != nil || !g.isElsewhere(together, looks) {
			continue
		}
		if ghosts == nil {
			ghosts = make([]bool, g.Width*g.Height)
		}
		for _, r := range together {
			for _, i := range r.pixels {
				ghosts[i] = true
			}
		}
	}
	return ghosts
}

// ghostLook is what of a sample differs from the ground: the colours that are seen there, and the regions that may be ghosts.
type ghostLook struct {
	colours [][3]uint8
	ghosts  []region
}

// overlapping returns the regions of all looks that may be ghosts, those together that share pixels: of one body, or of several that touch.
func (g *Ground) overlapping(looks []ghostLook) (groups [][]region) {
	of := make(map[int32]int) // the group of a pixel, from which others may have taken it over
	var into []int
	root := func(k int) int {
		for into[k] != k {
			k = into[k]
		}
		return k
	}
	for _, l := range looks {
		for _, r := range l.ghosts {
			own := len(groups)
			groups, into = append(groups, []region{r}), append(into, own)
			for _, i := range r.pixels {
				if k, ok := of[i]; ok {
					if k = root(k); k != own {
						groups[own] = append(groups[own], groups[k]...)
						groups[k], into[k] = nil, own
					}
				}
				of[i] = own
			}
		}
	}
	return slices.DeleteFunc(groups, func(list []region) bool { return list == nil })
}

const (
	// ghostSeen is the share of its largest ghost that must be seen of a body elsewhere in some sample.
	ghostSeen = 0.6
	// ghostColour is by how much the sum of three differences of a body's colours may change as it moves, and ghostBin the step in which they are counted.
	ghostColour, ghostBin = 36, 24
)

// isElsewhere reports whether the colours that the ground has where the largest of some ghosts is show up in some sample where that differs from
// the ground: a body that has left is somewhere, or was seen on its way. What hides a part of the ground itself for a while, as a shadow, or a
// hand's reflection in a table, does so at another place in each picture, and shows these colours nowhere.
func (g *Ground) isElsewhere(ghosts []region, looks []ghostLook) bool {
	largest := slices.MaxFunc(ghosts, func(a, b region) int { return cmp.Compare(len(a.pixels), len(b.pixels)) })
	counts := make(map[[3]uint8]int)
	for _, i := range largest.pixels {
		counts[[3]uint8{g.base[3*i] / ghostBin, g.base[3*i+1] / ghostBin, g.base[3*i+2] / ghostBin}]++
	}
	bins := make([][3]uint8, 0, len(counts))
	for bin := range counts {
		bins = append(bins, bin)
	}
	slices.SortFunc(bins, func(a, b [3]uint8) int { return slices.Compare(a[:], b[:]) })
	wanted := ghostSeen * float64(len(largest.pixels))
	left := make([]int, len(bins))
	for _, l := range looks {
		for k, bin := range bins {
			left[k] = counts[bin]
		}
		met := 0
		for _, c := range l.colours {
			best, least := -1, ghostColour
			for k, bin := range bins {
				if left[k] == 0 {
					continue
				}
				d := distance(bin[0]*ghostBin+ghostBin/2, c[0]) + distance(bin[1]*ghostBin+ghostBin/2, c[1]) + distance(bin[2]*ghostBin+ghostBin/2, c[2])
				if d < least {
					best, least = k, d
				}
			}
			if best >= 0 {
				left[best]--
				met++
			}
		}
		if float64(met) >= wanted {
			return true
		}
	}
	return false
}

// differs reports whether a picture differs from the ground at a pixel.
func (g *Ground) differs(pix []uint8, i int) bool {
	p, b := pix[3*i:3*i+3], g.base[3*i:3*i+3]
	x, y, z := int(p[0])-int(b[0]), int(p[1])-int(b[1]), int(p[2])-int(b[2])
	return max(x, -x)+max(y, -y)+max(z, -z) > int(g.limit[i]) && (g.ignored == nil || !g.ignored[i])
}

// regions returns the connected regions of pixels that differ; neighbours of one region differ in the same
// direction of colour, so that a body beside its own ghost is another region. It marks in done what belongs to one.
func (g *Ground) regions(pix []uint8, differ, done []bool) (found []region) {
	towards := func(i int) (x, y, z int) {
		p, b := pix[3*i:3*i+3], g.base[3*i:3*i+3]
		return int(p[0]) - int(b[0]), int(p[1]) - int(b[1]), int(p[2]) - int(b[2])
	}
	for start := range differ {
		if !differ[start] || done[start] {
			continue
		}
		pixels := []int32{int32(start)}
		done[start] = true
		for k := 0; k < len(pixels); k++ {
			i := int(pixels[k])
			x, y, z := towards(i)
			r, c := i/g.Width, i%g.Width
			for side, in := range [4]bool{r > 0, r < g.Height-1, c > 0, c < g.Width-1} {
				j := i + [4]int{-g.Width, g.Width, -1, 1}[side]
				if !in || !differ[j] || done[j] {
					continue
				}
				if u, v, w := towards(j); x*u+y*v+z*w > 0 {
					done[j] = true
					pixels = append(pixels, int32(j))
				}
			}
		}
		found = append(found, region{pixels})
	}
	return found
}

// around calls visit with the pixels above, below, left and right of one.
func (g *Ground) around(i int, visit func(j int)) {
	r, c := i/g.Width, i%g.Width
	if r > 0 {
		visit(i - g.Width)
	}
	if r < g.Height-1 {
		visit(i + g.Width)
	}
	if c > 0 {
		visit(i - 1)
	}
	if c < g.Width-1 {
		visit(i + 1)
	}
}

// isGhost reports whether the outline of a region is sharper in the ground than in a picture. A crescent is what a
// body that moved by less than itself leaves; on its hollow side lies the body, before and after, so that only its outer side tells.
func (g *Ground) isGhost(pix []uint8, differ []bool, r region) bool {
	var rims, outs []int
	var votes []bool
	for _, i := range r.pixels {
		rim := false
		g.around(int(i), func(j int) { rim = rim || !differ[j] })
		if !rim {
			continue
		}
		rims = append(rims, int(i))
		in, out, ok := g.across(int(i), differ, 2.5)
		if !ok {
			continue
		}
		ofPicture, ofGround := 0, 0
		for c := range 3 {
			ofPicture += distance(pix[3*in+c], pix[3*out+c])
			ofGround += distance(g.base[3*in+c], g.base[3*out+c])
		}
		outs, votes = append(outs, out), append(votes, ofGround > ofPicture)
	}
	share := func(counts func(k int) bool) (share float64) {
		sharper, all := 0, 0
		for k, vote := range votes {
			if counts(k) {
				all++
				if vote {
					sharper++
				}
			}
		}
		if all < 4 {
			return 0
		}
		return float64(sharper) / float64(all)
	}
	all := share(func(int) bool { return true })
	if all >= ghostShare || all <= 1-ghostShare {
		return all >= ghostShare
	}
	hull := g.hull(rims)
	return share(func(k int) bool { return !g.within(hull, outs[k]) }) >= ghostShare
}

// hull returns the corners of the smallest convex outline around pixels, clockwise as seen.
func (g *Ground) hull(pixels []int) (corners []int) {
	sorted := slices.Clone(pixels)
	slices.SortFunc(sorted, func(a, b int) int { return cmp.Or(cmp.Compare(a%g.Width, b%g.Width), cmp.Compare(a, b)) })
	for range 2 {
		from := len(corners)
		for _, i := range sorted {
			for len(corners) >= from+2 && g.turn(corners[len(corners)-2], corners[len(corners)-1], i) <= 0 {
				corners = corners[:len(corners)-1]
			}
			corners = append(corners, i)
		}
		corners = corners[:len(corners)-1]
		slices.Reverse(sorted)
	}
	return corners
}

// turn returns twice the area of the triangle of three pixels, positive when they turn clockwise as seen.
func (g *Ground) turn(a, b, c int) int {
	w := g.Width
	return (b%w-a%w)*(c/w-b/w) - (b/w-a/w)*(c%w-b%w)
}

// within reports whether a pixel lies in a hull.
func (g *Ground) within(hull []int, i int) bool {
	for k, a := range hull {
		if g.turn(a, hull[(k+1)%len(hull)], i) < 0 {
			return false
		}
	}
	return len(hull) > 2
}

func distance(a, b uint8) int { return max(int(a)-int(b), int(b)-int(a)) }

// across returns a pixel on either side of a region's rim, the outer one so many px away from where the region is.
func (g *Ground) across(i int, differ []bool, away float64) (in, out int, ok bool) {
	r, c := i/g.Width, i%g.Width
	var x, y float64
	for dr := -2; dr <= 2; dr++ {
		for dc := -2; dc <= 2; dc++ {
			if rr, cc := r+dr, c+dc; rr >= 0 && rr < g.Height && cc >= 0 && cc < g.Width && differ[rr*g.Width+cc] {
				x += float64(dc)
				y += float64(dr)
			}
		}
	}
	length := math.Hypot(x, y)
	if length == 0 {
		return 0, 0, false
	}
	at := func(away float64) (int, bool) {
		cc, rr := c+int(math.Round(away*x/length)), r+int(math.Round(away*y/length))
		return rr*g.Width + cc, rr >= 0 && rr < g.Height && cc >= 0 && cc < g.Width
	}
	in, inside := at(1.5)
	out, outside := at(-away)
	return in, out, inside && outside && !differ[out]
}

// edged returns the pixels of those connected regions of a core that end at ghosts or where the picture changes at once;
// the others are no longer marked. What ends nowhere in particular is no body.
func (g *Ground) edged(pixels []int32, core, ghosts []bool, changes func(i, j int) bool) (kept []int32) {
	const mostSoft = 0.2 // share of the rim
	seen := make(map[int32]bool, len(pixels))
	for _, start := range pixels {
		if seen[start] {
			continue
		}
		seen[start] = true
		part := []int32{start}
		soft, rim := 0, 0
		for k := 0; k < len(part); k++ {
			i := int(part[k])
			g.around(i, func(j int) {
				switch {
				case core[j]:
					if !seen[int32(j)] {
						seen[int32(j)] = true
						part = append(part, int32(j))
					}
				default:
					rim++
					if !ghosts[j] && !changes(i, j) {
						soft++
					}
				}
			})
		}
		if float64(soft) > mostSoft*float64(rim) {
			for _, i := range part {
				core[i] = false
			}
			continue
		}
		kept = append(kept, part...)
	}
	return kept
}

// fillCores puts the ground around it where a body that left a ghost has been in all pictures: beside the ghost, what
// still has the colours that were there before. It counts what it fills.
func (g *Ground) fillCores(before []float32, ghosts []bool) {
	const (
		same  = 45 // values, the sum of three differences within one body
		other = 60 // the same between a body and the ground
		mixed = 15 // the same between the ground and what is mixed with it
	)
	differ := func(a, b []float32) (sum float32) {
		for c := range 3 {
			d := a[c] - b[c]
			sum += max(d, -d)
		}
		return sum
	}
	at := func(values []float32, i int) []float32 { return values[3*i : 3*i+3] }
	core := make([]bool, len(ghosts))
	from := make([]int32, len(ghosts)) // the ghost from which a pixel was reached
	var pixels []int32
	total := 0
	reach := func(i, ghost int) {
		g.around(i, func(j int) {
			if !ghosts[j] && !core[j] && differ(at(before, i), at(before, j)) < same && differ(at(g.Mean, j), at(g.Mean, ghost)) > other {
				core[j], from[j] = true, int32(ghost)
				pixels = append(pixels, int32(j))
			}
		})
	}
	for i, ghost := range ghosts {
		if ghost {
			total++
			// The ghost's own rim is mixed with the body: what is least like the body is the ground.
			best, most := i, float32(-1)
			for y := max(i/g.Width-4, 0); y <= min(i/g.Width+4, g.Height-1); y++ {
				for x := max(i%g.Width-4, 0); x <= min(i%g.Width+4, g.Width-1); x++ {
					if j := y*g.Width + x; ghosts[j] {
						if d := differ(at(g.Mean, j), at(before, i)); d > most {
							best, most = j, d
						}
					}
				}
			}
			reach(i, best)
		}
	}
	for k := 0; k < len(pixels) && len(pixels) <= 2*total; k++ {
		reach(int(pixels[k]), int(from[pixels[k]]))
	}
	if len(pixels) == 0 || len(pixels) > 2*total {
		return
	}
	pixels = g.edged(pixels, core, ghosts, func(i, j int) bool { return differ(at(before, i), at(before, j)) >= same })
	// The pixels of its outline are mixed with the ground.
	for range 3 {
		for _, i := range pixels[:len(pixels):len(pixels)] {
			g.around(int(i), func(j int) {
				if ghost := from[i]; !core[j] && differ(at(g.Mean, j), at(g.Mean, int(ghost))) > mixed {
					core[j], from[j] = true, ghost
					pixels = append(pixels, int32(j))
				}
			})
		}
	}
	// From the rim inwards each pixel takes the mean of those around it that have the ground.
	for left := pixels; len(left) > 0; {
		var rim, next []int32
		for _, i := range left {
			open := false
			g.around(int(i), func(j int) { open = open || !core[j] })
			if open {
				rim = append(rim, i)
			} else {
				next = append(next, i)
			}
		}
		if len(rim) == 0 {
			break
		}
		for _, i := range rim {
			var sum [3]float32
			n, noise := float32(0), float32(0)
			g.around(int(i), func(j int) {
				if !core[j] {
					n++
					noise += g.Noise[j]
					for c := range sum {
						sum[c] += g.Mean[3*j+c]
					}
				}
			})
			for c := range sum {
				g.Mean[3*int(i)+c] = sum[c] / n
			}
			g.Noise[i] = noise / n
		}
		for _, i := range rim {
			core[i] = false
			g.Filled++
		}
		left = next
	}
}
