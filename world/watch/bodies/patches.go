package bodies

import (
	"image"
	"slices"

	"orrery/datasets/film"
	"orrery/world/watch/ground"
	"orrery/world/watch/look"
	"orrery/world/watch/parts"
)

// patch is a connected part of what is no ground in a picture that has one colour.
type patch struct {
	moments
	colour look.Colour // in the ground's light
	box    image.Rectangle
	cut    bool        // reaches the edge of the picture or what is not to be looked at
	beside map[int]int // other patches that are next to it, and along how many pixels
	rim    int         // px of its outline, counted along rows and columns
}

// nextTo is how far apart, in px, patches are that count as touching.
const nextTo = 3

// segmenter takes pictures apart into patches. What it returns is valid until the next picture.
type segmenter struct {
	g       *ground.Ground
	mask    *ground.Mask
	finder  parts.Finder
	colours [][3]float32 // [h, w], in the ground's light; smoothed where noise is strong
	label   []int32      // [h, w] patch of each pixel, −1 for none
	inside  []bool       // [h, w], pixels that are surely of one colour
	cluster []int32      // [h, w] colour of each pixel of a part
	edge    []bool       // [h, w], pixels at the edge of the picture
	away    []uint16     // [h, w], the sum of the three differences of the pixels of a part from the ground
	like    []uint8      // [h, w], whether pixels of a part have the colour of the one at the right, 1, and of the one below, 2
	queue   []int        // pixels
	patches []patch
	least   int
	noise   float32
	bins    [2 * bins * bins * bins]int32 // counts of colours, and of those of neighbouring bins
	own     [3][256]float32               // of each value of a channel that is seen that in the ground's light
}

// bins is the number of ranges of a channel's values by which colours are counted.
const bins = 16

func newSegmenter(g *ground.Ground, least int) *segmenter {
	n := g.Width * g.Height
	s := &segmenter{
		g: g, mask: ground.NewMask(g), colours: make([][3]float32, n), label: make([]int32, n), inside: make([]bool, n), cluster: make([]int32, n),
		edge: make([]bool, n), away: make([]uint16, n), like: make([]uint8, n), least: least,
	}
	for i := range s.edge {
		r, c := i/g.Width, i%g.Width
		s.edge[i] = r == 0 || c == 0 || r == g.Height-1 || c == g.Width-1
	}
	s.noise = usualNoise(g)
	return s
}

// usualNoise returns the standard deviation of one value in values, as it is on average, and near bodies at least.
func usualNoise(g *ground.Ground) float32 {
	noise := 0.0
	for _, v := range g.Noise {
		noise += float64(v)
	}
	return max(float32(noise/float64(len(g.Noise))), g.Unrest)
}

// segment finds the patches of a picture.
func (s *segmenter) segment(p *film.Picture) []patch {
	s.g.Look(p, s.mask)
	for c := range s.own {
		for v := range s.own[c] {
			s.own[c][v] = s.mask.Light.Remove(c, float32(v))
		}
	}
	s.patches = nil
	for i := range s.label {
		s.label[i] = -1
	}
	found := s.finder.Find(s.mask.Class, s.g.Width, func(c uint8) bool { return c == ground.Thing })
	for k := range found {
		if found[k].Area >= s.least/2 {
			s.split(p, &found[k])
		}
	}
	s.neighbours()
	for s.unrim() {
		for k := range s.patches {
			s.patches[k].beside, s.patches[k].rim = nil, 0
		}
		s.neighbours()
	}
	return s.patches
}

// unrim takes away the patches that are only the rim of a larger one next to them: of its shadow, or where it is blurred,
// which belong to the shadow and to the larger one. It reports whether there were any.
func (s *segmenter) unrim() (any bool) {
	into := make([]int, len(s.patches)) // the patch to which each goes; −1 for a shadow
	for k := range s.patches {
		into[k] = k
		p := &s.patches[k]
		larger := -1
		for o := range p.beside {
			if s.patches[o].n > 2.5*p.n && (larger < 0 || p.beside[o] > p.beside[larger] || p.beside[o] == p.beside[larger] && o < larger) {
				larger = o
			}
		}
		switch {
		case larger < 0 || s.patches[larger].n == 0:
			continue
		case s.shadowy(p):
			into[k] = -1
		case p.n < 2.5*float64(p.rim) && s.mixed(p, &s.patches[larger]):
			into[k] = larger
		default:
			continue
		}
		any = true
	}
	if !any {
		return false
	}
	number := make([]int32, len(s.patches))
	var patches []patch
	for k := range s.patches {
		number[k] = -1
		if into[k] == k {
			number[k] = int32(len(patches))
			patches = append(patches, s.patches[k])
		}
	}
	for k, to := range into {
		if to < 0 || to == k {
			continue
		}
		for into[to] >= 0 && into[to] != to { // larger and larger, so that it ends
			to = into[to]
		}
		if into[to] < 0 {
			continue
		}
		number[k] = number[to]
		whole, p := &patches[number[to]], &s.patches[k]
		whole.moments.add(p.moments)
		whole.box, whole.cut = whole.box.Union(p.box), whole.cut || p.cut
	}
	for i, l := range s.label {
		if l >= 0 {
			if s.label[i] = number[l]; number[l] < 0 {
				s.mask.Class[i] = ground.Shadow
			}
		}
	}
	s.patches = patches
	return true
}

// back returns the ground's colour around a patch.
func (s *segmenter) back(p *patch) (back look.Colour) {
	at := p.middle()
	column, row := int(at.X), s.g.Height-1-int(at.Y)
	n := float32(0)
	for r := max(row-6, 0); r <= min(row+6, s.g.Height-1); r++ {
		for c := max(column-6, 0); c <= min(column+6, s.g.Width-1); c++ {
			n++
			for k := range back {
				back[k] += s.g.Mean[3*(r*s.g.Width+c)+k]
			}
		}
	}
	for k := range back {
		back[k] /= max(n, 1)
	}
	return back
}

// mixed reports whether a patch's colour is a mixture of another's and the ground's, in its light or half in shadow.
func (s *segmenter) mixed(p, o *patch) bool {
	limit := 24 + 2*float64(s.noise)
	back := s.back(p)
	for _, light := range [4]float32{1, 0.85, 0.7, 0.55} {
		var along, length float32
		for k := range back {
			d := light*back[k] - o.colour[k]
			along += (p.colour[k] - o.colour[k]) * d
			length += d * d
		}
		share := along / max(length, 1)
		if share < 0.1 || share > 0.95 {
			continue
		}
		var guess look.Colour
		for k := range guess {
			guess[k] = o.colour[k] + share*(light*back[k]-o.colour[k])
		}
		if far(guess, p.colour) < limit {
			return true
		}
	}
	return false
}

// shadowy reports whether a patch has the ground's colour, but darker.
func (s *segmenter) shadowy(p *patch) bool {
	back := s.back(p)
	var seen, below float32
	for k := range back {
		seen += p.colour[k]
		below += back[k]
	}
	share := seen / max(below, 1)
	limit := 10 + 1.5*s.noise
	for k := range back {
		if d := p.colour[k] - share*back[k]; d > limit || d < -limit {
			return false
		}
	}
	return share < 0.97 && share > 0.3
}

// pixels calls visit with every pixel of a part.
func (s *segmenter) pixels(part *parts.Part, visit func(i int)) {
	for _, r := range part.Runs {
		for i := r.Row*s.g.Width + r.From; i < r.Row*s.g.Width+r.To; i++ {
			visit(i)
		}
	}
}

// split makes patches of a connected part.
func (s *segmenter) split(p *film.Picture, part *parts.Part) {
	s.prepare(p, part)
	var sure []int
	s.pixels(part, func(i int) {
		if s.inside[i] {
			sure = append(sure, i)
		}
	})
	if len(sure) < 8 {
		sure = sure[:0]
		s.pixels(part, func(i int) {
			s.inside[i] = s.label[i] == -2
			if s.inside[i] {
				sure = append(sure, i)
			}
		})
	}
	centres := s.clusters(sure)
	for _, i := range sure {
		s.cluster[i] = nearest(centres, s.colours[i])
	}
	// The other pixels go to the nearest of them.
	queue := append(s.queue[:0], sure...)
	for k := 0; k < len(queue); k++ {
		i := queue[k]
		for _, j := range s.around(i) {
			if s.label[j] == -2 && !s.inside[j] {
				s.inside[j] = true
				s.cluster[j] = s.cluster[i]
				queue = append(queue, j)
			}
		}
	}
	s.queue = queue
	s.collect(part)
	s.pixels(part, func(i int) {
		s.inside[i] = false
		if s.label[i] < -1 {
			s.label[i] = -1
		}
	})
}

// prepare marks with −2 the pixels of a part that differ from the ground about as much as most of it does, sets
// their colours, and finds those whose neighbours have the same.
func (s *segmenter) prepare(p *film.Picture, part *parts.Part) {
	const share = 0.2 // of the usual difference; what differs less is blurred by compression
	var counts [766]int
	light := &s.mask.Light
	s.pixels(part, func(i int) {
		sum := 0
		for c := range 3 {
			d := float32(p.Pix[3*i+c]) - light.Apply(c, s.g.Mean[3*i+c])
			sum += int(max(d, -d))
		}
		sum = min(sum, 765)
		s.away[i] = uint16(sum)
		counts[sum]++
	})
	usual, left := 765, part.Area/4
	for ; usual > 0 && left >= counts[usual]; usual-- {
		left -= counts[usual]
	}
	s.pixels(part, func(i int) {
		s.inside[i] = false
		if float64(s.away[i]) >= share*float64(usual) {
			s.label[i] = -2
		}
	})
	w := s.g.Width
	smooth := s.noise > 3
	s.pixels(part, func(i int) {
		if !smooth || s.edge[i] {
			pix := p.Pix[3*i : 3*i+3]
			s.colours[i] = [3]float32{s.own[0][pix[0]], s.own[1][pix[1]], s.own[2][pix[2]]}
			return
		}
		var sum [3]float32
		n := float32(0)
		for row := i - w; row <= i+w; row += w {
			pix := p.Pix[3*(row-1) : 3*(row+2)]
			for k, label := range s.label[row-1 : row+2] {
				if label == -2 || row+k-1 == i {
					n++
					sum[0], sum[1], sum[2] = sum[0]+s.own[0][pix[3*k]], sum[1]+s.own[1][pix[3*k+1]], sum[2]+s.own[2][pix[3*k+2]]
				}
			}
		}
		s.colours[i] = [3]float32{sum[0] / n, sum[1] / n, sum[2] / n}
	})
	limit := 30 + 4*s.noise
	s.pixels(part, func(i int) {
		s.like[i] = 0
		if s.edge[i] || s.label[i] != -2 {
			return
		}
		if s.label[i+1] == -2 && apart(&s.colours[i], &s.colours[i+1]) < limit {
			s.like[i] = 1
		}
		if s.label[i+w] == -2 && apart(&s.colours[i], &s.colours[i+w]) < limit {
			s.like[i] |= 2
		}
	})
	s.pixels(part, func(i int) {
		if s.like[i] != 3 || s.label[i-1] != -2 || s.label[i-w] != -2 {
			return
		}
		s.inside[i] = s.like[i-1]&1 == 1 && s.like[i-w]&2 == 2
	})
}

// around returns the pixels above, below, left and right of one; the pixel itself for those beyond the edge.
func (s *segmenter) around(i int) [4]int {
	w := s.g.Width
	if !s.edge[i] {
		return [4]int{i - w, i + w, i - 1, i + 1}
	}
	return s.aroundEdge(i)
}

func (s *segmenter) aroundEdge(i int) [4]int {
	w := s.g.Width
	out := [4]int{i, i, i, i}
	if i >= w {
		out[0] = i - w
	}
	if i+w < len(s.label) {
		out[1] = i + w
	}
	if i%w > 0 {
		out[2] = i - 1
	}
	if i%w < w-1 {
		out[3] = i + 1
	}
	return out
}

// collect makes patches of neighbouring pixels of one colour.
func (s *segmenter) collect(part *parts.Part) {
	var small [][]int
	least := max(6, min(s.least, part.Area/50))
	s.pixels(part, func(start int) {
		if s.label[start] != -2 {
			return
		}
		s.label[start] = -3
		pixels := append(s.queue[:0], start)
		for k := 0; k < len(pixels); k++ {
			for _, j := range s.around(pixels[k]) {
				if s.label[j] == -2 && s.cluster[j] == s.cluster[start] {
					s.label[j] = -3
					pixels = append(pixels, j)
				}
			}
		}
		s.queue = pixels
		if len(pixels) < least {
			small = append(small, slices.Clone(pixels))
			return
		}
		var p patch
		for _, i := range pixels {
			s.label[i] = int32(len(s.patches))
		}
		s.put(&p, pixels)
		s.patches = append(s.patches, p)
	})
	// Specks belong to what they lie in.
	for _, pixels := range small {
		counts := map[int32]int{}
		best := int32(-1)
		for _, i := range pixels {
			for _, j := range s.around(i) {
				if l := s.label[j]; l >= 0 {
					if counts[l]++; best < 0 || counts[l] > counts[best] || counts[l] == counts[best] && l < best {
						best = l
					}
				}
			}
		}
		for _, i := range pixels {
			s.label[i] = best
		}
		if best >= 0 {
			s.put(&s.patches[best], pixels)
		}
	}
}

// put adds pixels to a patch.
func (s *segmenter) put(p *patch, pixels []int) {
	w, h := s.g.Width, s.g.Height
	before := float32(p.n)
	var sum [3]float32
	var m moments
	low, high := image.Pt(w, h), image.Point{}
	for _, i := range pixels {
		r := int(uint32(i) / uint32(w))
		c := i - r*w
		m.pixel(float64(c)+0.5, float64(h-r)-0.5)
		low.X, low.Y, high.X, high.Y = min(low.X, c), min(low.Y, r), max(high.X, c+1), max(high.Y, r+1)
		colour := &s.colours[i]
		sum[0], sum[1], sum[2] = sum[0]+colour[0], sum[1]+colour[1], sum[2]+colour[2]
		if s.edge[i] {
			p.cut = true
			continue
		}
		if class := s.mask.Class; class[i-w] == ground.Ignored || class[i+w] == ground.Ignored || class[i-1] == ground.Ignored || class[i+1] == ground.Ignored {
			p.cut = true
		}
	}
	p.moments.add(m)
	p.box = p.box.Union(image.Rectangle{Min: low, Max: high})
	for k := range sum {
		p.colour[k] = (p.colour[k]*before + sum[k]) / float32(p.n)
	}
}

// neighbours finds which patches are next to each other.
func (s *segmenter) neighbours() {
	w, h := s.g.Width, s.g.Height
	meet := func(a, b int32) {
		for _, pair := range [2][2]int32{{a, b}, {b, a}} {
			p := &s.patches[pair[0]]
			if p.beside == nil {
				p.beside = map[int]int{}
			}
			p.beside[int(pair[1])]++
		}
	}
	for i, a := range s.label {
		if a < 0 {
			continue
		}
		for _, step := range [2]int{1, w} {
			for k := 1; k <= nextTo; k++ {
				j := i + k*step
				if step == 1 && i%w+k >= w || j >= w*h {
					break
				}
				if b := s.label[j]; b != a {
					if k == 1 {
						s.patches[a].rim++
					}
					if b >= 0 {
						meet(a, b)
						break
					}
					continue
				}
				break
			}
		}
		if i%w > 0 && s.label[i-1] != a {
			s.patches[a].rim++
		}
		if i >= w && s.label[i-w] != a {
			s.patches[a].rim++
		}
	}
}
