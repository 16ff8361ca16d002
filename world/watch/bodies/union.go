package bodies

import (
	"math"
	"slices"

	"orrery/world/cholesky"
	"orrery/world/watch/cover"
	"orrery/world/watch/look"
)

// piece is one of several things of one colour that make a part of a picture together.
type piece struct {
	form  cover.Form
	poses []look.Pose // in each view
}

// union is what several pieces cover together in views: fitted to all of these at once, with sizes that the views share.
type union struct {
	views  []*view
	pieces []piece
	fixed  []float32 // [box] of the only view, the share of each pixel that others leave open, which stay; nil where there are none
	others [2]int    // how many those are, and their sizes

	rows   []cover.Rows // of each piece
	open   []float32    // [box], the share of each pixel that no piece covers
	marked []bool       // [box]
	edge   []int32      // pixels of the box through which outlines go
	left   [][]float32  // [views][box], what is left of the shares
}

// clone returns a union whose pieces can change.
func (u *union) clone() *union {
	out := &union{views: u.views}
	for _, p := range u.pieces {
		out.pieces = append(out.pieces, piece{p.form, slices.Clone(p.poses)})
	}
	return out
}

// sizes returns how many sizes the pieces have.
func (u *union) sizes() (n int) {
	for _, p := range u.pieces {
		n += len(p.form.Sizes())
	}
	return n
}

// equations are those of a step: the sizes of the pieces first, unless they stay, then the poses of all pieces in one view after another.
type equations struct {
	normal, right []float64
	cost          float64
}

// draw finds what the pieces cover in a view, and what is left of its shares.
func (u *union) draw(k int, sized bool) bool {
	v := u.views[k]
	w, h := v.box.Dx(), v.box.Dy()
	if len(u.rows) != len(u.pieces) {
		u.rows = make([]cover.Rows, len(u.pieces))
	}
	if len(u.left) != len(u.views) {
		u.left = make([][]float32, len(u.views))
	}
	u.open, u.marked, u.edge = append(u.open[:0], make([]float32, w*h)...), append(u.marked[:0], make([]bool, w*h)...), u.edge[:0]
	for i := range u.open {
		u.open[i] = 1
	}
	copy(u.open, u.fixed)
	for j := range u.pieces {
		outline, err := cover.New(u.pieces[j].form.Shapes())
		if err != nil {
			return false
		}
		var motions []cover.Motion
		if sized {
			motions = u.pieces[j].form.Motions()
		}
		rows := &u.rows[j]
		outline.DrawSizes(rows, cover.Pose(u.pieces[j].poses[k]), v.width, v.height, motions)
		for i, share := range rows.Share {
			if at := u.within(v, rows, i); share > 0 && at >= 0 {
				u.open[at] *= 1 - share
			}
		}
		for _, i := range rows.Edge {
			if at := u.within(v, rows, int(i)); at >= 0 && !u.marked[at] {
				u.marked[at] = true
				u.edge = append(u.edge, int32(at))
			}
		}
	}
	u.left[k] = append(u.left[k][:0], v.share...)
	for i := range u.left[k] {
		u.left[k][i] -= 1 - u.open[i]
	}
	return true
}

// within returns the pixel of a view's box that a pixel of a drawing is, or −1.
func (u *union) within(v *view, rows *cover.Rows, i int) int {
	c, r := rows.Left+i%rows.Width-v.box.Min.X, rows.Top+i/rows.Width-v.box.Min.Y
	if c < 0 || r < 0 || c >= v.box.Dx() || r >= v.box.Dy() {
		return -1
	}
	return r*v.box.Dx() + c
}

// build sets up the equations for the views of some numbers.
func (u *union) build(which []int, sized bool) (e equations, ok bool) {
	m := 0
	if sized {
		m = u.sizes()
	}
	p := len(u.pieces)
	n := m + 3*p*len(which)
	e.normal, e.right = make([]float64, n*n), make([]float64, n)
	var at []int
	var slope []float64
	for q, k := range which {
		if !u.draw(k, sized) {
			return e, false
		}
		v := u.views[k]
		for i, weight := range v.weight {
			e.cost += missed(u.left[k][i], weight)
		}
		w := v.box.Dx()
		for _, pixel := range u.edge {
			weight := float64(v.weight[pixel])
			if weight == 0 {
				continue
			}
			left := float64(u.left[k][pixel])
			if d := math.Abs(left) * math.Sqrt(weight); d > huber {
				weight *= huber / d
			}
			at, slope = at[:0], slope[:0]
			first := 0
			for j := range u.pieces {
				rows, sizes := &u.rows[j], 0
				if sized {
					sizes = len(rows.Sizes)
				}
				c, r := v.box.Min.X+int(pixel)%w-rows.Left, v.box.Min.Y+int(pixel)/w-rows.Top
				if c < 0 || r < 0 || c >= rows.Width || r >= rows.Height {
					first += sizes
					continue
				}
				i := r*rows.Width + c
				var others float64 // the share that the others leave open
				if rest := 1 - rows.Share[i]; rest > 1e-3 {
					others = float64(u.open[pixel] / rest)
				} else {
					others = u.openBut(j, k, int(pixel))
				}
				if others > 1e-3 {
					for s := range sizes {
						at, slope = append(at, first+s), append(slope, others*float64(rows.Sizes[s][i]))
					}
					base := m + 3*(q*p+j)
					at = append(at, base, base+1, base+2)
					slope = append(slope, others*float64(rows.X[i]), others*float64(rows.Y[i]), others*float64(rows.Angle[i]))
				}
				first += sizes
			}
			for a, x := range at {
				e.right[x] += weight * slope[a] * left
				for b, y := range at[:a+1] {
					e.normal[max(x, y)*n+min(x, y)] += weight * slope[a] * slope[b]
				}
			}
		}
	}
	return e, !math.IsNaN(e.cost)
}

// openBut returns the share of a pixel of the view drawn last that is left open by all pieces but one.
func (u *union) openBut(j, k, pixel int) float64 {
	v, open := u.views[k], 1.0
	if u.fixed != nil {
		open = float64(u.fixed[pixel])
	}
	for o := range u.rows {
		rows := &u.rows[o]
		c, r := v.box.Min.X+pixel%v.box.Dx()-rows.Left, v.box.Min.Y+pixel/v.box.Dx()-rows.Top
		if o != j && c >= 0 && r >= 0 && c < rows.Width && r < rows.Height {
			open *= 1 - float64(rows.Share[r*rows.Width+c])
		}
	}
	return open
}

// missed is what is left of a share in squares of deviations, fewer where it is far off.
func missed(left, weight float32) float64 {
	d := math.Abs(float64(left)) * math.Sqrt(float64(weight))
	if d > huber {
		return huber * (2*d - huber)
	}
	return d * d
}

// fit moves the pieces in the views of some numbers, and changes their sizes if they may, until they explain these best, as the fit of one
// body does. It returns the cost.
func (u *union) fit(which []int, sized bool, rounds int) (cost float64) {
	e, ok := u.build(which, sized)
	if !ok {
		return math.Inf(1)
	}
	damp := 1e-3
	for range rounds {
		step := cholesky.Damped(e.normal, e.right, damp)
		if step == nil {
			break
		}
		was := u.pieces
		var next equations
		ok := u.move(step, which, sized)
		if ok {
			next, ok = u.build(which, sized)
		}
		if !ok || !(next.cost < e.cost) {
			u.pieces = was
			if damp *= 6; damp > 1e6 {
				break
			}
			continue
		}
		gain := e.cost - next.cost
		e = next
		damp = max(damp/5, 1e-9)
		if gain < 1e-4*e.cost+1e-9 {
			break
		}
	}
	return e.cost
}

// move makes a step, and reports whether the sizes allow it.
func (u *union) move(step []float64, which []int, sized bool) bool {
	next := u.clone().pieces
	m := 0
	for j := range next {
		if !sized {
			break
		}
		sizes := next[j].form.Sizes()
		for s := range sizes {
			sizes[s] += min(max(step[m+s], -4), 4)
		}
		m += len(sizes)
		if next[j].form = next[j].form.With(sizes); next[j].form == nil {
			return false
		}
	}
	for q, k := range which {
		for j := range next {
			d := step[m+3*(q*len(next)+j):]
			p := &next[j].poses[k]
			p.X, p.Y, p.Angle = p.X+min(max(d[0], -4), 4), p.Y+min(max(d[1], -4), 4), p.Angle+min(max(d[2], -0.3), 0.3)
		}
	}
	u.pieces = next
	return true
}

// judge returns how well views of some numbers are explained: the cost at the outlines, the pixels there, and the root mean square of what is left of the shares.
func (u *union) judge(which []int) (cost, count, rms float64) {
	sum := 0.0
	for _, k := range which {
		if !u.draw(k, false) {
			return math.Inf(1), 1, math.Inf(1)
		}
		v := u.views[k]
		for i, weight := range v.weight {
			left := u.left[k][i]
			share := 1 - u.open[i]
			if weight == 0 || !u.marked[i] && !(share > 0 && share < 1) && !(v.share[i] > 0.05 && v.share[i] < 0.95) && left < 0.1 && left > -0.1 {
				continue
			}
			count++
			cost += missed(left, weight)
			sum += float64(left) * float64(left)
		}
	}
	count = max(count, 1)
	return cost, count, math.Sqrt(sum / count)
}

// off returns by about how many px the outlines that are drawn in a view are off those that are seen: the root mean square of what is left of the
// shares there, with pixels elsewhere in which more than half is left.
func (u *union) off(k int) float64 {
	if !u.draw(k, false) {
		return math.Inf(1)
	}
	sum, n := 0.0, 1.0
	for i, weight := range u.views[k].weight {
		left := math.Abs(float64(u.left[k][i]))
		if weight > 0 && u.marked[i] {
			n++
		}
		if weight > 0 && (u.marked[i] || left > 0.5) {
			sum += left * left
		}
	}
	return math.Sqrt(sum / n)
}

// usuallyOff returns the median of how far the outlines are off in views, in px.
func (u *union) usuallyOff() float64 {
	var all []float64
	for k := range u.views {
		all = append(all, u.off(k))
	}
	return median(all)
}
