package retrace

import (
	"slices"

	"orrery/world/cholesky"
)

// chain is the normal equations of unknowns in blocks of d values, of which each block has to do with its neighbours alone.
type chain struct {
	d     int
	diag  [][]float64 // [frames][d, d] symmetric
	below [][]float64 // [frames][d, d] of block k and block k-1; the first is not used
	right [][]float64 // [frames][d]

	factor [][]float64 // [frames][d, d] Cholesky factors of what elimination leaves of diag
	gain   [][]float64 // [frames][d, d] factor⁻¹ of the block below the diagonal, transposed
}

func newChain(frames, d int) *chain {
	c := &chain{d: d}
	for range frames {
		c.diag = append(c.diag, make([]float64, d*d))
		c.below = append(c.below, make([]float64, d*d))
		c.right = append(c.right, make([]float64, d))
		c.factor = append(c.factor, make([]float64, d*d))
		c.gain = append(c.gain, make([]float64, d*d))
	}
	return c
}

func (c *chain) clear() {
	for k := range c.diag {
		clear(c.diag[k])
		clear(c.below[k])
		clear(c.right[k])
	}
}

// solve returns the unknowns [frames][d], with the diagonal larger by a share; nil where there are none.
func (c *chain) solve(damp float64) [][]float64 {
	d := c.d
	out := make([][]float64, len(c.diag))
	for k := range c.diag {
		a := c.factor[k]
		copy(a, c.diag[k])
		for i := range d {
			a[i*d+i] *= 1 + damp
		}
		out[k] = slices.Clone(c.right[k])
		if k > 0 { // less gainᵀ of the block before it
			for i := range d {
				row := c.below[k][i*d : (i+1)*d]
				for q, v := range row {
					if v == 0 {
						continue
					}
					out[k][i] -= v * out[k-1][q]
					g := c.gain[k-1][q*d : q*d+i+1]
					for j, w := range g {
						a[i*d+j] -= v * w
					}
				}
			}
		}
		if !cholesky.Factor(a, d) {
			return nil
		}
		cholesky.Solve(a, d, out[k], 1)
		if k+1 < len(c.diag) {
			g := c.gain[k]
			for i := range d {
				for j := range d {
					g[i*d+j] = c.below[k+1][j*d+i]
				}
			}
			cholesky.Solve(a, d, g, d)
		}
	}
	for k := len(out) - 2; k >= 0; k-- {
		for i := range d {
			for j, v := range c.gain[k][i*d : (i+1)*d] {
				out[k][i] -= v * out[k+1][j]
			}
		}
	}
	return out
}

// variances returns the diagonal of the inverse of the matrix that solve left, [frames][d].
func (c *chain) variances() [][]float64 {
	d := c.d
	out := make([][]float64, len(c.diag))
	next, here, half := make([]float64, d*d), make([]float64, d*d), make([]float64, d*d)
	for k := len(out) - 1; k >= 0; k-- {
		clear(here)
		for i := range d {
			here[i*d+i] = 1
		}
		cholesky.Solve(c.factor[k], d, here, d)
		if k+1 < len(out) { // gain · next · gainᵀ more
			g := c.gain[k]
			for i := range d {
				row := half[i*d : (i+1)*d]
				clear(row)
				for q, v := range g[i*d : (i+1)*d] {
					if v != 0 {
						for j, w := range next[q*d : (q+1)*d] {
							row[j] += v * w
						}
					}
				}
			}
			for i := range d {
				for j := range d {
					sum := 0.0
					for q, v := range half[i*d : (i+1)*d] {
						sum += v * g[j*d+q]
					}
					here[i*d+j] += sum
				}
			}
		}
		out[k] = make([]float64, d)
		for i := range d {
			out[k][i] = here[i*d+i]
		}
		next, here = here, next
	}
	return out
}
