package follow

import "math"

// block is the side in px of the squares of pixels whose noise is taken for dependent: compression works on such squares.
const block = 8

// modelError is the standard deviation in px of what shapes and colours that are not quite right leave, for a body met perfectly.
const modelError = 0.002

// covariances fills in the covariance of every member of the fit.
func (f *follower) covariances() {
	j := &f.joint
	n := 3 * len(f.members)
	if n == 0 || !j.solver.factor(j.normal, n, 0) && !j.solver.factor(j.normal, n, 1e-6) {
		return
	}
	column := sized(j.solver.step, n)
	j.solver.step = column
	for k, i := range f.members {
		t := &f.tracks[i]
		f.measureSpread(t, k)
		for a := range 3 {
			clear(column)
			column[3*k+a] = 1
			j.solver.substitute(column)
			for b := range 3 {
				t.covariance[b][a] = t.spread * column[3*k+b]
			}
		}
		for a := range 2 {
			t.covariance[a][a] += modelError * modelError
		}
		t.covariance[2][2] += modelError * modelError / (t.reach * t.reach)
	}
}

// measureSpread measures how much more poses are spread than noise that differs from pixel to pixel would make them.
// The slopes of all squares of pixels add up to nothing where the fit ends; the sum of their squares is the variance
// of the whole slope whatever the pixels of one square have in common (White, "A heteroskedasticity-consistent
// covariance matrix estimator", 1980; Liang and Zeger, 1986, for clusters).
func (f *follower) measureSpread(t *track, k int) {
	j, l := &f.joint, &f.joint.layers[k]
	left, top := max(l.left-1, 0), max(l.top-beyond, 0) // pixels that share a colour with those of the layer may lie beside it
	across := l.width/block + 3
	f.blocks = sized(f.blocks, across*((l.height+2*beyond)/block+3))
	clear(f.blocks)
	for i, at := range l.slopes.at {
		pixel := int(l.slopes.pixel[i])
		row, column := pixel/j.view.width, pixel%j.view.width
		g, pull := l.slopes.of(i), &j.pull[at]
		b := &f.blocks[(row/block-top/block)*across+column/block-left/block]
		for c := range b {
			b[c] += float64(dot(&g[c], pull))
		}
	}
	n := len(j.slope)
	at := func(a, b int) float64 { return j.normal[(3*k+a)*n+3*k+b] }
	var sums [3]float64
	used := 0.0
	for _, b := range f.blocks {
		if b[0] == 0 && b[1] == 0 && b[2] == 0 {
			continue
		}
		used++
		for c := range 3 {
			sums[c] += b[c] * b[c]
		}
	}
	if used <= 4 {
		return
	}
	ratio, terms := 0.0, 0.0
	for c := range 3 {
		if h := at(c, c); h > 1e-6*at(0, 0) && h > 0 {
			ratio += sums[c] / h
			terms++
		}
	}
	if terms == 0 || math.IsNaN(ratio) {
		return
	}
	ratio *= used / (used - 3) / terms // three values were fitted to the squares
	t.spread += (ratio - t.spread) * max(1/float64(t.samples+2), 0.03)
}
