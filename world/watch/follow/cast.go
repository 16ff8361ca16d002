package follow

import (
	"math"
	"slices"
)

// cast is the shadow that bodies throw beside them: what they cover, moved by as much for all and blurred, takes a share of the ground's light. It says how
// dark the ground is at an edge, where only the ground a few px away is seen; where bodies are fast that is too far to tell.
type cast struct {
	share float64 // of the light that is lost where the shadow is whole
	x, y  float64 // px from a body to its shadow, to the right and downwards
	soft  float64 // px, standard deviation of the blur
}

// shadows learns the cast of a film from the first pictures in which there are bodies.
type shadows struct {
	list     []castSample
	pictures int // that samples are of
	looked   int // pictures with bodies, in shade or not
}

// castSample is what a group of bodies covers of a box of a picture, and how dark the ground around is. Lists are [height][width].
type castSample struct {
	group         int
	width, height int
	covered       []float32 // share
	places        []int32   // where the ground is seen, away from bodies
	dark          []float32 // of each place the share of its light that it lacks
}

const (
	// mostCast is the number of pictures from which the cast is learnt, castPlaces how many places of a group count in each.
	mostCast, castPlaces = 3, 800
	// farthestCast is the px, along rows and columns, beyond which no shadow of a body is looked for.
	farthestCast = 14
	// leastCastShaded is of how many px the ground must be in shade.
	leastCastShaded = 40
	// leastCast is the share of the light that a shadow takes at least, castTold the share of the differences in light that it must explain.
	leastCast, castTold = 0.05, 0.6
)

// softCasts are the blurs in px that are tried.
var softCasts = [...]float64{1, 1.5, 2, 3, 4, 5.5, 7.5, 10}

// sample returns what the last drawing and the picture tell of the cast; false where there is no shade.
func (j *joint) sample(group int) (c castSample, ok bool) {
	box := layer{left: j.view.width, top: j.first, height: len(j.rows) - 1}
	right := 0
	for _, s := range j.spans {
		box.left, right = min(box.left, s.from), max(right, s.to)
	}
	if box.width = right - box.left; box.width <= 0 {
		return c, false
	}
	if shaded, _ := j.shading.look(j, &box); shaded < leastCastShaded {
		return c, false
	}
	s := &j.shading
	c = castSample{group: group, width: s.width, height: s.height, covered: make([]float32, s.width*s.height)}
	inner := layer{left: s.left, top: s.top, width: s.width, height: s.height}
	j.within(&inner, func(inBox, inFit, n int) {
		for i := range n {
			c.covered[inBox+i] = 1 - j.let[inFit+i]
		}
	})
	near := blur(nil, c.covered, c.width, c.height, 0, 0, farthestCast/2)
	seen := 0
	for k, use := range s.use {
		if s.use[k] = use && near[k] > 0.01; s.use[k] {
			seen++
		}
	}
	step := max(1, seen/castPlaces)
	for k, use := range s.use {
		if !use {
			continue
		}
		if seen--; seen%step == 0 {
			c.places, c.dark = append(c.places, int32(k)), append(c.dark, 1-float32(s.dark[k]))
		}
	}
	return c, true
}

// learnCast takes over the samples of the latest picture, and reports whether the film's cast is known better than before.
func (f *follower) learnCast() bool {
	s := &f.shadows
	if slices.ContainsFunc(f.tracks, func(t track) bool { return t.seen }) {
		s.looked++
	}
	f.learns = s.looked < mostLearning
	if len(f.casts) == 0 {
		return false
	}
	slices.SortStableFunc(f.casts, func(a, b castSample) int { return a.group - b.group })
	s.list = append(s.list, f.casts...)
	s.pictures++
	found := learnCast(s.list)
	if s.pictures == mostCast {
		s.list, f.learns = nil, false
	}
	if found == nil {
		return false
	}
	f.joint.cast = found
	return true
}

// learnCast returns the cast that explains samples best, nil where none explains them well.
func learnCast(list []castSample) *cast {
	var best cast
	told := 0.0
	blurred := make([][]float32, len(list))
	search := func(soft float64, use func(try func(x, y float64))) {
		for k := range list {
			blurred[k] = blur(blurred[k], list[k].covered, list[k].width, list[k].height, 0, 0, soft)
		}
		use(func(x, y float64) {
			if share, explained := explains(list, blurred, x, y); explained > told && share >= leastCast && share <= 1 {
				best, told = cast{share: share, x: x, y: y, soft: soft}, explained
			}
		})
	}
	for _, soft := range [2]float64{2, 5} {
		search(soft, func(try func(x, y float64)) {
			for y := -farthestCast; y <= farthestCast; y += 2 {
				for x := -farthestCast; x <= farthestCast; x += 2 {
					try(float64(x), float64(y))
				}
			}
		})
	}
	if best.soft == 0 {
		return nil
	}
	for _, soft := range softCasts {
		search(soft, func(try func(x, y float64)) {
			try(best.x, best.y)
			for step := 1.; step >= 0.25; step /= 2 {
				at := best
				for _, d := range [8][2]float64{{1, 0}, {-1, 0}, {0, 1}, {0, -1}, {1, 1}, {1, -1}, {-1, 1}, {-1, -1}} {
					try(at.x+step*d[0], at.y+step*d[1])
				}
			}
		})
	}
	if !(told >= castTold) {
		return nil
	}
	return &best
}

// explains returns the share of the light that shadows at an offset take, and how much of the differences in light they explain, 0 to 1.
func explains(list []castSample, blurred [][]float32, x, y float64) (share, explained float64) {
	left, above := math.Floor(x), math.Floor(y)
	u, v := float32(x-left), float32(y-above)
	var n, b, d, bb, bd, dd float64
	for k := range list {
		s, map1 := &list[k], blurred[k]
		at := func(column, row int) float32 {
			if column < 0 || row < 0 || column >= s.width || row >= s.height {
				return 0
			}
			return map1[row*s.width+column]
		}
		for i, place := range s.places {
			column, row := int(place)%s.width-int(left), int(place)/s.width-int(above)
			here := (1-v)*((1-u)*at(column, row)+u*at(column-1, row)) + v*((1-u)*at(column, row-1)+u*at(column-1, row-1))
			p, q := float64(here), float64(s.dark[i])
			n++
			b, d, bb, bd, dd = b+p, d+q, bb+p*p, bd+p*q, dd+q*q
		}
	}
	if n == 0 {
		return 0, 0
	}
	bb, bd, dd = bb-b*b/n, bd-b*d/n, dd-d*d/n
	if !(bb > 0 && dd > 0) {
		return 0, 0
	}
	return bd / bb, bd * bd / (bb * dd)
}

// blur moves values [height][width] by px to the right and downwards and blurs them by a normal distribution; beyond the borders there is nothing. It writes to
// a list that it returns.
func blur(to, from []float32, width, height int, x, y, soft float64) []float32 {
	to = sized(to, width*height)
	across := make([]float32, width*height)
	pass := func(to, from []float32, lines, n, stride, step int, offset float64) {
		first, last := int(math.Floor(offset-3*soft)), int(math.Ceil(offset+3*soft))
		kernel := make([]float32, last-first+1)
		sum := 0.0
		for k := range kernel {
			d := (float64(first+k) - offset) / soft
			kernel[k] = float32(math.Exp(-d * d / 2))
			sum += float64(kernel[k])
		}
		for k := range kernel {
			kernel[k] /= float32(sum)
		}
		clear(to)
		for line := range lines {
			for i := range n {
				v := from[line*stride+i*step]
				if v == 0 {
					continue
				}
				for k := max(0, -first-i); k < min(len(kernel), n-first-i); k++ {
					to[line*stride+(i+first+k)*step] += v * kernel[k]
				}
			}
		}
	}
	pass(across, from, height, width, width, 1, x)
	pass(to, across, width, height, 1, width, y)
	return to
}

// shone is how much light the cast leaves in a box of a picture.
type shone struct {
	left, top, width, height int
	covered, lost            []float32 // [height][width]
}

// draw finds where the shadows of all bodies of the last drawing of a fit lie.
func (s *shone) draw(j *joint) {
	s.left, s.top, s.height = j.view.width, j.first, len(j.rows)-1
	right := 0
	for _, p := range j.spans {
		s.left, right = min(s.left, p.from), max(right, p.to)
	}
	s.width = max(0, right-s.left)
	s.covered = sized(s.covered, s.width*s.height)
	clear(s.covered)
	box := layer{left: s.left, top: s.top, width: s.width, height: s.height}
	j.within(&box, func(inBox, inFit, n int) {
		for i := range n {
			s.covered[inBox+i] = 1 - j.let[inFit+i]
		}
	})
	s.lost = blur(s.lost, s.covered, s.width, s.height, j.cast.x, j.cast.y, j.cast.soft)
	for i := range s.lost {
		s.lost[i] *= float32(j.cast.share)
	}
}

// at returns the share of the light that is left at a pixel.
func (s *shone) at(column, row int) float64 {
	column, row = column-s.left, row-s.top
	if column < 0 || row < 0 || column >= s.width || row >= s.height {
		return 1
	}
	return float64(1 - s.lost[row*s.width+column])
}
