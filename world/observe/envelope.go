package observe

import "math"

// envelope is a symmetric matrix whose row i has entries from column first[i] to i, as those of
// motion have: what is far apart in time has nothing to do with each other.
type envelope struct {
	first []int
	rows  [][]float64 // [n][i-first[i]+1]
	all   []float64   // of all rows
	work  int         // multiplications of a factorisation, roughly
}

func newEnvelope(first []int) *envelope {
	e := &envelope{first: first, rows: make([][]float64, len(first))}
	size := 0
	for i, f := range first {
		size += i - f + 1
		e.work += (i - f + 1) * (i - f + 1) / 2
	}
	e.all = make([]float64, size)
	all := e.all
	for i, f := range first {
		e.rows[i], all = all[:i-f+1:i-f+1], all[i-f+1:]
	}
	return e
}

// add adds v to the entry of row i and column j, and of row j and column i, which must be inside.
func (e *envelope) add(i, j int, v float64) {
	if i < j {
		i, j = j, i
	}
	e.rows[i][j-e.first[i]] += v
}

// at returns an entry; 0 outside.
func (e *envelope) at(i, j int) float64 {
	if i < j {
		i, j = j, i
	}
	if j < e.first[i] {
		return 0
	}
	return e.rows[i][j-e.first[i]]
}

// factor turns e into the lower triangle of its Cholesky factor. It reports whether e was
// positive definite.
func (e *envelope) factor() bool {
	for i, row := range e.rows {
		fi := e.first[i]
		for j := fi; j <= i; j++ {
			other := e.rows[j]
			from := max(fi, e.first[j])
			sum := row[j-fi]
			a, b := row[from-fi:j-fi], other[from-e.first[j]:]
			for k, v := range a {
				sum -= v * b[k]
			}
			if j < i {
				row[j-fi] = sum / other[j-e.first[j]]
			} else if !(sum > 0) || math.IsInf(sum, 0) {
				return false
			} else {
				row[j-fi] = math.Sqrt(sum)
			}
		}
	}
	return true
}

// solve overwrites x by the solution for the right side x, of the matrix that e is the factor of.
func (e *envelope) solve(x []float64) {
	for i, row := range e.rows {
		sum := x[i]
		for k, v := range row[:len(row)-1] {
			sum -= v * x[e.first[i]+k]
		}
		x[i] = sum / row[len(row)-1]
	}
	for i := len(e.rows) - 1; i >= 0; i-- {
		row := e.rows[i]
		x[i] /= row[len(row)-1]
		for k, v := range row[:len(row)-1] {
			x[e.first[i]+k] -= v * x[i]
		}
	}
}

// inverse returns the entries inside the envelope of the inverse of the matrix that e is the
// factor of, from its last row to its first (Takahashi, Fagan and Chin 1973).
func (e *envelope) inverse() *envelope {
	n := len(e.rows)
	z := newEnvelope(e.first)
	below := make([][]int, n) // rows with an entry in a column, besides its own
	for i, f := range e.first {
		for j := f; j < i; j++ {
			below[j] = append(below[j], i)
		}
	}
	for j := n - 1; j >= 0; j-- {
		d := e.at(j, j)
		for _, i := range below[j] {
			sum := 0.0
			for _, k := range below[j] {
				sum += e.at(k, j) * z.at(k, i)
			}
			z.add(i, j, -sum/d)
		}
		sum := 0.0
		for _, k := range below[j] {
			sum += e.at(k, j) * z.at(k, j)
		}
		z.add(j, j, (1/d-sum)/d)
	}
	return z
}
