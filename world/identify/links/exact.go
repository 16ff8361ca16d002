package links

import (
	"math"

	"orrery/world/robust"
)

// expandExact is expand for states that are known: each is to follow from the one before.
func (t *track) expandExact(c []float64, free []int) *quadratic {
	p := len(free)
	q := &quadratic{g: make([]float64, p), h: make([]float64, p*p), at: make([]float64, p)}
	column := make([]int, len(c))
	for k := range column {
		column[k] = -1
	}
	for k, f := range free {
		column[f] = k
		q.at[k] = c[f]
	}
	errors, rows := t.residuals(c, column, p)
	weights := t.weights(errors)
	for j, e := range errors {
		w := weights[j/4]
		q.fit += w * e * e
		if rows == nil {
			continue
		}
		row := rows[j*p : (j+1)*p]
		for r, v := range row {
			if v == 0 {
				continue
			}
			for k, x := range row {
				q.h[r*p+k] += w * v * x
			}
			q.g[r] += w * v * e
		}
	}
	q.cost = q.fit
	return q
}

// residuals predicts every frame from the one before and returns by how much it is off, in m, velocities
// counting by what they move in a frame, and the derivatives by coefficients.
func (t *track) residuals(c []float64, column []int, p int) (errors, rows []float64) {
	m := newMotion(t.system, c, column, p)
	d := 4 * t.n
	for k := 0; k+1 < t.frames; k++ {
		m.set(t.exact[k*d:(k+1)*d], false)
		m.advance()
		for r := range d {
			row := m.row(m.x, r)
			weight := 1.0
			if r%4 >= 2 {
				weight = t.frame
			}
			errors = append(errors, weight*(row[0]-t.exact[(k+1)*d+r]))
			for _, v := range row[1:] {
				rows = append(rows, weight*v)
			}
		}
	}
	return errors, rows
}

// weights returns those of each body at each frame but the first: small where a residual is far beyond the
// usual, and none where a path is cut.
func (t *track) weights(errors []float64) []float64 {
	norms := make([]float64, len(errors)/4)
	var sorted []float64
	for i := range norms {
		for _, e := range errors[4*i : 4*i+4] {
			norms[i] += e * e
		}
		if t.cut == nil || !t.cut[i] {
			sorted = append(sorted, norms[i])
		}
	}
	usual := robust.Median(sorted)
	weights := make([]float64, len(norms))
	for i, v := range norms {
		if t.cut != nil && t.cut[i] || usual == 0 && v > 0 || math.IsNaN(v) {
			continue
		}
		weights[i] = 1
		if far := v / (25 * usual); far > 1 {
			weights[i] = 1 / (far * far)
		}
	}
	return weights
}
