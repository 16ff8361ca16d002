package bodies

import (
	"image"
	"math"
	"slices"

	"orrery/datasets/film"
	"orrery/sim"
	"orrery/world/watch/ground"
	"orrery/world/watch/look"
)

// view is a body in a picture: how much of each pixel around it is covered by it.
type view struct {
	number        int // of the picture
	box           image.Rectangle
	width, height int           // of the picture, px
	share         []float32     // [box], seen share of each pixel, 0 to 1 but for noise
	weight        []float32     // [box], one over the variance of the share; 0 for what tells nothing
	deep          []bool        // [box], surely all covered
	own           []bool        // [box], of the body's patches
	colour        []look.Colour // [box], what is seen, in the ground's light
	noise         float64       // standard deviation of one value, in values
	whole         moments
	pose          look.Pose
}

const (
	around   = 4    // px that a view shows around its body
	touching = 0.1  // the same where another body is near: light may come between them
	rough    = 0.02 // error of a share that drawing and colours leave, a floor to the noise
)

// layered spreads colours outwards from pixels that have one, pixel by pixel for so many steps: each takes
// the mean of its neighbours'. It returns how far each pixel is from the first ones, −1 where none came.
func layered(w, h, steps int, colours []look.Colour, known []bool) (far []int) {
	far = make([]int, w*h)
	var front []int
	for i := range far {
		far[i] = -1
		if known[i] {
			far[i] = 0
			front = append(front, i)
		}
	}
	for step := 1; step <= steps && len(front) > 0; step++ {
		var next []int
		for _, i := range front {
			for _, d := range [8][2]int{{1, 0}, {-1, 0}, {0, 1}, {0, -1}, {1, 1}, {1, -1}, {-1, 1}, {-1, -1}} {
				c, r := i%w+d[0], i/w+d[1]
				if c >= 0 && r >= 0 && c < w && r < h && far[r*w+c] < 0 {
					far[r*w+c] = step
					next = append(next, r*w+c)
				}
			}
		}
		for _, j := range next {
			var sum look.Colour
			n := float32(0)
			for dr := -1; dr <= 1; dr++ {
				for dc := -1; dc <= 1; dc++ {
					c, r := j%w+dc, j/w+dr
					if c >= 0 && r >= 0 && c < w && r < h && far[r*w+c] >= 0 && far[r*w+c] < step {
						n++
						for k := range sum {
							sum[k] += colours[r*w+c][k]
						}
					}
				}
			}
			for k := range sum {
				colours[j][k] = sum[k] / n
			}
		}
		front = next
	}
	return far
}

// view makes the view of patches of the picture that was segmented last. Where another body is next to this one it is
// either what the picture shows beside this one, or, when this one may lie below it, what hides it.
func (s *segmenter) view(p *film.Picture, patches []int, below bool) *view {
	g := s.g
	v := &view{number: p.Number, width: g.Width, height: g.Height}
	for _, k := range patches {
		v.box = v.box.Union(s.patches[k].box)
		v.whole.add(s.patches[k].moments)
	}
	v.box = v.box.Inset(-around).Intersect(image.Rect(0, 0, g.Width, g.Height))
	w, h := v.box.Dx(), v.box.Dy()
	n := w * h
	at := func(i int) int { return (v.box.Min.Y+i/w)*g.Width + v.box.Min.X + i%w }
	seen := make([]look.Colour, n)
	own, other := make([]bool, n), make([]bool, n)
	shaded := 0
	for i := range n {
		j := at(i)
		for c := range 3 {
			seen[i][c] = s.mask.Light.Remove(c, float32(p.Pix[3*j+c]))
		}
		l := s.label[j]
		own[i] = l >= 0 && slices.Contains(patches, int(l))
		other[i] = l >= 0 && !own[i]
		if s.mask.Class[j] == ground.Shadow {
			shaded++
		}
	}
	fillHoles(w, h, own, other)
	v.colour, v.own = seen, slices.Clone(own)
	outer := slices.Clone(seen)
	nearOther := layered(w, h, 3, outer, eroded(w, h, other, 1))
	v.share, v.weight = make([]float32, n), make([]float32, n)
	for range 2 { // the second time without the rim that is blurred
		inner := slices.Clone(seen)
		v.deep = core(w, h, own)
		inward := layered(w, h, around+4, inner, v.deep)
		clear(v.share)
		clear(v.weight)
		v.noise = 0
		for i := range n {
			j := at(i)
			noise := float64(max(g.Noise[j], g.Unrest))
			v.noise += noise / float64(n)
			back, error := look.Colour(g.Mean[3*j:3*j+3]), rough
			switch {
			case s.mask.Class[j] == ground.Ignored || nearOther[i] < 0 && other[i] || nearOther[i] >= 0 && below:
				continue
			case inward[i] < 0: // far outside
				if s.mask.Class[j] != ground.Thing {
					v.weight[i] = 1 / (rough * rough)
				}
				continue
			case v.deep[i]:
				v.share[i], v.weight[i] = 1, 1/(rough*rough)
				continue
			case nearOther[i] >= 0:
				back, error = outer[i], touching
			}
			share, variance, ok := mixture(seen[i], inner[i], back)
			if shaded > minShaded && nearOther[i] < 0 {
				if s, v, other := unmix(seen[i], inner[i], back); other && noise*noise*v < 0.1 {
					share, variance, error = s, v, 2*rough
				} else { // of the ground's hue, so that nobody sees what is shadow
					error = max(error, touching)
				}
			}
			if ok && noise*noise*variance < 0.1 {
				v.share[i] = float32(min(max(share, -0.5), 1.5))
				v.weight[i] = float32(1 / (noise*noise*variance + error*error))
			}
		}
		for i := range own {
			own[i] = own[i] && (v.weight[i] == 0 || v.share[i] > 0.5)
		}
	}
	middle := v.whole.middle()
	_, _, angle := v.whole.axes()
	v.pose = look.Pose{X: middle.X, Y: middle.Y, Angle: angle}
	return v
}

// bare makes the view of patches of one colour, with what is seen within it too: where bodies of that colour meet, a little of the ground shows.
func (s *segmenter) bare(p *film.Picture, patches []int) *view {
	v := s.view(p, patches, false)
	mean := meanColour([]*view{v})
	w := v.box.Dx()
	for i, deep := range v.deep {
		j := (v.box.Min.Y+i/w)*s.g.Width + v.box.Min.X + i%w
		if deep {
			noise := float64(max(s.g.Noise[j], s.g.Unrest))
			if share, variance, ok := mixture(v.colour[i], mean, look.Colour(s.g.Mean[3*j:3*j+3])); ok {
				v.share[i], v.weight[i] = float32(min(max(share, 0), 1)), float32(1/(noise*noise*variance+rough*rough))
			}
		}
	}
	return v
}

// fillHoles marks what marked pixels enclose, but for what is another body's: there the body has the ground's colour.
func fillHoles(w, h int, own, other []bool) {
	outside := make([]bool, w*h)
	var queue []int
	reach := func(c, r int) {
		if c >= 0 && r >= 0 && c < w && r < h && !own[r*w+c] && !outside[r*w+c] {
			outside[r*w+c] = true
			queue = append(queue, r*w+c)
		}
	}
	for c := range w {
		reach(c, 0)
		reach(c, h-1)
	}
	for r := range h {
		reach(0, r)
		reach(w-1, r)
	}
	for len(queue) > 0 {
		c, r := queue[0]%w, queue[0]/w
		queue = queue[1:]
		reach(c+1, r)
		reach(c-1, r)
		reach(c, r+1)
		reach(c, r-1)
	}
	for i := range own {
		own[i] = own[i] || !outside[i] && !other[i]
	}
}

// core returns the pixels that are surely all covered.
func core(w, h int, own []bool) []bool {
	for by := 2; by > 0; by-- {
		if core := eroded(w, h, own, by); count(core) >= 12 || by == 1 && count(core) >= 4 {
			return core
		}
	}
	return slices.Clone(own)
}

// mixture returns how much of one colour a mixture with another has, and the variance of that for values of variance 1.
func mixture(seen, a, b look.Colour) (share, variance float64, ok bool) {
	var along, square float64
	for c := range seen {
		d := float64(a[c] - b[c])
		along += d * float64(seen[c]-b[c])
		square += d * d
	}
	return along / max(square, 1e-9), 1 / max(square, 1e-9), square > 36
}

// minShaded is how many pixels of a view lie in shadow that is taken into account.
const minShaded = 12

// unmix returns how much of one colour a mixture with another in any light has, and the variance of that for values of variance 1.
func unmix(seen, a, b look.Colour) (share, variance float64, ok bool) {
	var aa, ab, bb, sa, sb float64
	for c := range seen {
		aa += float64(a[c]) * float64(a[c])
		ab += float64(a[c]) * float64(b[c])
		bb += float64(b[c]) * float64(b[c])
		sa += float64(seen[c]) * float64(a[c])
		sb += float64(seen[c]) * float64(b[c])
	}
	det := aa*bb - ab*ab
	if !(det > 1e-3*aa*bb) {
		return 0, 0, false
	}
	return (sa*bb - sb*ab) / det, bb / det, true
}

func count(marks []bool) (n int) {
	for _, m := range marks {
		if m {
			n++
		}
	}
	return n
}

// eroded returns the marked pixels all of whose neighbours within so many px are marked.
func eroded(w, h int, marks []bool, by int) []bool {
	out := slices.Clone(marks)
	for i, m := range marks {
		if !m {
			continue
		}
		for dr := -by; dr <= by && out[i]; dr++ {
			for dc := -by; dc <= by; dc++ {
				c, r := i%w+dc, i/w+dr
				if dr*dr+dc*dc > by*by+1 {
					continue
				}
				if c < 0 || r < 0 || c >= w || r >= h || !marks[r*w+c] {
					out[i] = false
					break
				}
			}
		}
	}
	return out
}

// point returns the middle of a pixel of the view, in px, y up.
func (v *view) point(i int) sim.Vec {
	w := v.box.Dx()
	return sim.Vec{X: float64(v.box.Min.X+i%w) + 0.5, Y: float64(v.height-v.box.Min.Y-i/w) - 0.5}
}

// clean returns the shares from which an outline is drawn: within 0 and 1, and where they are not known all or nothing.
func (v *view) clean() []float32 {
	out := make([]float32, len(v.share))
	for i, s := range v.share {
		switch {
		case v.weight[i] == 0 && v.own[i]:
			out[i] = 1
		case v.weight[i] > 0:
			out[i] = float32(math.Min(math.Max(float64(s), 0), 1))
		}
	}
	return out
}
