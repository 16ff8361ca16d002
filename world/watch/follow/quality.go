package follow

import "math"

// quality says how well a body as it is drawn meets the picture.
type quality struct {
	seen     float64 // share of the body's area that the picture shows as the body would be
	visible  float64 // share of it that should be seen there: not hidden, outside of the picture, in shadow or ignored
	met      float64 // share of what should be seen that is
	edges    float64 // difference at the edges, root mean square, as a share of what an edge off by a px would make
	known    bool    // there are edges to judge by
	residual float64 // root mean square of the differences, in σ
	told     float64 // by how much of what the body differs from the ground in its own colours the picture is met better than by the ground alone
	inner    float64 // root mean square of what one value differs by inside of the body, in values
	foreign  bool    // its mean colour there is no light on its own: something else is there
	beset    float64 // share of the outline at which what is seen goes on outside as it is inside, and no body is there
}

// judge returns how well body b of the last drawing meets the picture; normal equations must have been made of it.
func (j *joint) judge(b int) (q quality) {
	l := &j.layers[b]
	var area, visible, met, wrong, contrast, squares, count, without, own, noise, inner float64
	var there, theirs, plain [3]float32 // sums of what is seen, and of the body's own colours in the picture's light and in that of the ground
	tint := &j.tints[b].plane
	j.within(l, func(inLayer, inFit, n int) {
		for i := range n {
			k, f := inLayer+i, inFit+i
			a := l.share[k]
			w := j.weight[f]
			if a == 0 || w == 0 {
				continue
			}
			s, d := &j.seen[f], &j.drawn[f]
			r0, r1, r2 := s[0]-d[0], s[1]-d[1], s[2]-d[2]
			square := r0*r0 + r1*r1 + r2*r2
			through := l.through[k]
			count++
			squares += float64(w * square)
			g, c := &j.ground[f], &l.colour[k]
			far := 0.0
			for m := range 3 {
				far += float64((c[m] - g[m]) * (c[m] - g[m]))
			}
			if far*float64(w) < leastContrast*leastContrast {
				continue // the ground looks the same: nobody sees whether the body is there
			}
			area += float64(a * through)
			if l.moves(k) && through > 0.5 {
				// An edge that is off by a px changes the pixel by all of reach.
				reach := &l.reach[k]
				slope := l.x[k]*l.x[k] + l.y[k]*l.y[k]
				wrong += float64(square) * float64(slope)
				contrast += float64(dot(reach, reach)) * float64(slope)
			}
			if a*through < 0.9 {
				continue
			}
			visible++
			noise += 1 / math.Sqrt(float64(w))
			inner += float64(square)
			for m := range 3 {
				there[m], theirs[m] = there[m]+s[m], theirs[m]+c[m]-tint[m][0]
				plain[m] += (c[m] - tint[m][0] - j.tints[b].offset[m]) / j.tints[b].gain[m]
				bare, paint := float64(g[m]-s[m]), float64(c[m]-tint[m][0]-g[m])
				without += bare * bare
				own += paint * paint
			}
			without -= float64(square)
			// The square of 4 deviations of all three values, or of four tenths of the contrast.
			if limit := max(4*4*3/float64(w), min(0.4*0.4*far, 50*50)); float64(square) < limit {
				met++
			}
		}
	})
	total := j.bodies[b].area
	q.visible = min(area/total, 1)
	q.met = 1
	if visible > 0 {
		q.met, q.inner = met/visible, math.Sqrt(inner/(3*visible))
		for m := range 3 {
			there[m], theirs[m], plain[m] = there[m]/float32(visible), theirs[m]/float32(visible), plain[m]/float32(visible)
		}
		noise := float32(noise / visible)
		q.foreign = !isLit(&there, &theirs, noise) && !isLit(&there, &plain, noise)
	}
	q.seen = q.visible * q.met
	q.told = 1
	if own > 0 {
		q.told = without / own
	}
	if contrast > 0 {
		q.edges, q.known = math.Sqrt(wrong/contrast), true
	}
	if count > 0 {
		q.residual = math.Sqrt(squares / (3 * count))
	}
	return q
}

const (
	// leastContrast is by how many σ of one value the colours of a body and of the ground must be apart for a pixel to tell that the body is there.
	leastContrast = 3
	// leastSeen is the share of a body of which its pose is told; below it, it is guessed.
	leastSeen = 0.08
	// leastMet is the share of what should be seen of a body below which it is not where it was drawn.
	leastMet = 0.35
	// leastTold is the share of what a body in its own colours would change of the ground that it must change: what is painted anew until it meets
	// the ground, in a shadow or beside a hand, is not there.
	leastTold = 0.08
	// wellMet is the error of edges in px that need no second look, unless they were met much better before.
	wellMet = 0.2
)

// doubtful reports whether another pose should be tried.
func (t *track) doubtful() bool {
	q := &t.quality
	if q.visible < leastSeen {
		return false
	}
	return q.met < 0.9 || q.known && q.edges > wellMet && q.edges > 1.5*t.usual
}

// isThere reports whether the picture shows the body where it was drawn.
func (t *track) isThere() bool {
	q := &t.quality
	return q.seen >= leastSeen && q.met >= leastMet && q.told >= leastTold && !q.isElse()
}
