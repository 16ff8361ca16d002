package follow

import "orrery/world/watch/ground"

// shading finds how much darker the ground is beside a body, by its shadow or another's: as pixels of an edge show
// both, a body is misplaced when the ground's share of them is drawn too bright. It fits a plane to the ground that is
// seen around each pixel of the edge, or to what that differs by from the shadow that bodies cast, where it is known. Lists are
// [height][width] of a box, sums [height+1][width+1] over all above and to the left.
type shading struct {
	left, top, width, height int
	free                     []uint8 // 1 where no body is
	along, clear             []uint8 // 1 where none is in the row nearby, and none in any row nearby
	use                      []bool  // where the ground is seen, away from bodies
	dark                     []float64
	sums                     [9][]float64 // of 1, x, y, xx, xy, yy, and of the ratio to the ground: 1, x, y
}

const (
	// shadeReach is how far in px from an edge the ground that is seen tells of its shade.
	shadeReach = 7
	// shadeGap is the px beside bodies that are left out: blur and compression mix them.
	shadeGap = 2
	// shadeMoves is by how many px an edge may move or grow after its shade was found.
	shadeMoves = 3
	// leastShaded is the share of the ground around a body that must be darker than noise makes it.
	leastShaded = 0.08
)

// shade finds the shade of the ground at the edges of all bodies of the last drawing.
func (j *joint) shade() {
	if j.cast != nil {
		j.shone.draw(j)
	}
	for b := range j.bodies {
		l := &j.layers[b]
		if l.width == 0 || l.height == 0 {
			continue
		}
		if shaded, seen := j.shading.look(j, l); shaded >= 8 && (j.cast != nil || float64(shaded) >= leastShaded*float64(seen)) {
			j.shading.add(j)
			j.shading.apply(j, l)
		}
	}
}

// look finds how dark the ground is in a box around a layer, and returns of how many of the px that are seen it is in shade.
func (s *shading) look(j *joint, l *layer) (shaded, seen int) {
	s.left, s.top = max(0, l.left-shadeReach), max(0, l.top-shadeReach)
	s.width, s.height = min(j.view.width, l.left+l.width+shadeReach)-s.left, min(j.view.height, l.top+l.height+shadeReach)-s.top
	n := s.width * s.height
	s.free, s.use, s.dark = sized(s.free, n), sized(s.use, n), sized(s.dark, n)
	clear(s.free)
	clear(s.use)
	box := layer{left: s.left, top: s.top, width: s.width, height: s.height}
	j.within(&box, func(inBox, inFit, count int) {
		for i := range count {
			if j.let[inFit+i] == 1 {
				s.free[inBox+i] = 1
			}
		}
	})
	s.erode()
	j.within(&box, func(inBox, inFit, count int) {
		for i := range count {
			k, f := inBox+i, inFit+i
			if s.clear[k] == 0 {
				continue
			}
			column, row := s.left+k%s.width, s.top+k/s.width
			if j.view.class[row*j.view.width+column] == ground.Ignored {
				continue
			}
			g, v := &j.ground[f], &j.seen[f]
			bright := dot(g, g)
			if bright < 300 {
				continue // black ground has no shade
			}
			ratio := dot(g, v) / bright
			far := float32(0)
			for c := range 3 {
				d := v[c] - ratio*g[c]
				far += d * d
			}
			sigma := max(j.view.noise[row*j.view.width+column], leastNoise)
			if limit := 3*sigma + 5; far > 3*limit*limit || ratio < 0.3 || ratio > 1.2 {
				continue
			}
			s.use[k], s.dark[k] = true, float64(ratio)
			seen++
			if darker := 0.97 - ratio; darker > 0 && darker*darker*bright > 4*sigma*sigma {
				shaded++
			}
		}
	})
	return shaded, seen
}

// erode makes clear what is free and whose neighbours are free, too.
func (s *shading) erode() {
	n := s.width * s.height
	s.clear, s.along = sized(s.clear, n), sized(s.along, n)
	shrink(s.along, s.free, s.height, s.width, s.width, 1)
	shrink(s.clear, s.along, s.width, s.height, 1, s.width)
}

// shrink writes to a list of lines 1 where all of another is 1 up to shadeGap before and after along the line. Lines begin a stride apart,
// and so do the values of a line.
func shrink(to, from []uint8, lines, n, stride, step int) {
	for line := range lines {
		at := line * stride
		run := shadeGap // values that are 1 before: none lies beyond the border
		for i := range n + shadeGap {
			switch {
			case i >= n || from[at+i*step] == 1:
				run++
			default:
				run = 0
			}
			if i >= shadeGap {
				to[at+(i-shadeGap)*step] = 0
				if run > 2*shadeGap {
					to[at+(i-shadeGap)*step] = 1
				}
			}
		}
	}
}

// add makes the sums.
func (s *shading) add(j *joint) {
	across := s.width + 1
	for m := range s.sums {
		s.sums[m] = sized(s.sums[m], across*(s.height+1))
		clear(s.sums[m][:across])
	}
	for row := range s.height {
		var line [9]float64
		for m := range line {
			s.sums[m][(row+1)*across] = 0
		}
		for column := range s.width {
			if k := row*s.width + column; s.use[k] {
				x, y, q := float64(column), float64(row), s.dark[k]/j.castAt(s.left+column, s.top+row)
				for m, v := range [9]float64{1, x, y, x * x, x * y, y * y, q, q * x, q * y} {
					line[m] += v
				}
			}
			at := (row+1)*across + column + 1
			for m := range line {
				s.sums[m][at] = s.sums[m][at-across] + line[m]
			}
		}
	}
}

// apply sets the shade of the pixels that a body covers in part; where the cast is known, of all to which its edges may yet move: where a body is drawn too
// large, the shadow at its true edge would otherwise be met best by the body. Where too little ground is seen nearby to tell, the cast tells, or the
// pixel is not heeded.
func (s *shading) apply(j *joint, l *layer) {
	j.shaded, j.paled, j.bare[0].known = true, false, false
	box := layer{left: l.left - shadeMoves, top: l.top - shadeMoves, width: l.width + 2*shadeMoves, height: l.height + 2*shadeMoves}
	j.within(&box, func(inBox, inFit, count int) {
		row := box.top + inBox/box.width
		for i := range count {
			column, f := box.left+inBox%box.width+i, inFit+i
			if a := l.at(column, row); j.sure[f] == 0 || (a == 0 || a == 1) && (j.cast == nil || !l.isNearEdge(column, row, a)) {
				continue
			}
			if j.view.class[row*j.view.width+column] == ground.Ignored {
				continue
			}
			ratio, ok := s.at(column-s.left, row-s.top)
			if !ok {
				if j.cast == nil {
					j.weight[f] = 0
					continue
				}
				ratio = 1
			}
			j.dim[f] = float32(min(max(ratio*j.castAt(column, row), 0.3), 1.2))
			g := &j.ground[f]
			j.plain[f] = [3]float32{j.dim[f] * g[0], j.dim[f] * g[1], j.dim[f] * g[2]}
			j.weight[f] = j.sure[f]
		}
	})
}

// isNearEdge reports whether a pixel that a layer covers by a share of 0 or 1 lies so near its edge that this may move there.
func (l *layer) isNearEdge(column, row int, a float32) bool {
	steps := [3]int{-shadeMoves, 0, shadeMoves}
	for _, dy := range steps {
		for _, dx := range steps {
			if l.at(column+dx, row+dy) != a {
				return true
			}
		}
	}
	return false
}

// castAt returns the share of the light that the cast of the film leaves at a pixel, all of it where none is known.
func (j *joint) castAt(column, row int) float64 {
	if j.cast == nil {
		return 1
	}
	return max(j.shone.at(column, row), 0.3)
}

// at returns the value of the plane through the shades around a pixel.
func (s *shading) at(column, row int) (ratio float64, ok bool) {
	across := s.width + 1
	left, right := max(0, column-shadeReach), min(s.width, column+shadeReach+1)
	top, bottom := max(0, row-shadeReach), min(s.height, row+shadeReach+1)
	var v [9]float64
	for m := range v {
		t := s.sums[m]
		v[m] = t[bottom*across+right] - t[bottom*across+left] - t[top*across+right] + t[top*across+left]
	}
	n := v[0]
	if n < 10 {
		return 0, false
	}
	// About the mean of the places, so that only the slopes need be solved for.
	x, y, q := v[1]/n, v[2]/n, v[6]/n
	const doubt = 40 // px², as if so many pixels a px off had shown no slope
	xx, xy, yy := v[3]-n*x*x+doubt, v[4]-n*x*y, v[5]-n*y*y+doubt
	xq, yq := v[7]-n*x*q, v[8]-n*y*q
	d := xx*yy - xy*xy
	a, b := (yy*xq-xy*yq)/d, (xx*yq-xy*xq)/d
	return q + a*(float64(column)-x) + b*(float64(row)-y), true
}
