package tape

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// A program for the tests is a list of leaves and steps; each step is written
// twice, once on the tape and once, naively, in float64. The twin is what central
// differences are taken of.

type matrix64 struct {
	rows, cols int
	data       []float64
}

func zeros64(rows, cols int) matrix64 { return matrix64{rows, cols, make([]float64, rows*cols)} }

func (m matrix64) at(i, j int) float64 { return m.data[i*m.cols+j] }

// build64 returns the matrix with the given elements.
func build64(rows, cols int, f func(i, j int) float64) matrix64 {
	m := zeros64(rows, cols)
	for i := range rows {
		for j := range cols {
			m.data[i*cols+j] = f(i, j)
		}
	}
	return m
}

type step struct {
	name   string
	record func(t *Tape, v []Value) Value
	twin   func(v []matrix64) matrix64
}

type program struct {
	leaves []matrix64
	steps  []step // step i computes value len(leaves)+i; the last is the loss
}

// leaf adds a leaf of random values and returns its number.
func (p *program) leaf(rng *rand.Rand, rows, cols int) int {
	p.leaves = append(p.leaves, build64(rows, cols, func(int, int) float64 { return float64(float32(rng.NormFloat64())) }))
	return len(p.leaves) - 1
}

// run64 computes every value of the program in float64.
func (p *program) run64() []matrix64 {
	values := append([]matrix64(nil), p.leaves...)
	for _, s := range p.steps {
		values = append(values, s.twin(values))
	}
	return values
}

func (p *program) loss64() float64 {
	values := p.run64()
	return values[len(values)-1].data[0]
}

// record runs the program on a tape with every leaf a Variable.
func (p *program) record(t *Tape) []Value {
	var values []Value
	for _, m := range p.leaves {
		data := make([]float32, len(m.data))
		for i, v := range m.data {
			data[i] = float32(v)
		}
		values = append(values, t.Variable(m.rows, m.cols, data))
	}
	for _, s := range p.steps {
		values = append(values, s.record(t, values))
	}
	return values
}

type failer interface {
	Helper()
	Fatalf(format string, args ...any)
}

// check compares all values with the twin's and all gradients with the twin's
// central differences.
func (p *program) check(t failer, tape *Tape) {
	t.Helper()
	tape.Reset()
	values := p.record(tape)
	for i, want := range p.run64() {
		got := tape.Matrix(values[i])
		if got.Rows != want.rows || got.Cols != want.cols || len(got.Data) != len(want.data) {
			t.Fatalf("value %d is [%d,%d], want [%d,%d]\n%v", i, got.Rows, got.Cols, want.rows, want.cols, p)
		}
		for j, w := range want.data {
			if d := math.Abs(float64(got.Data[j]) - w); !(d <= 1e-4*max(1, math.Abs(w))) {
				t.Fatalf("value %d, element %d is %v, want %v\n%v", i, j, got.Data[j], w, p)
			}
		}
	}
	tape.Backward(values[len(values)-1])
	for i, leaf := range p.leaves {
		grad := tape.Grad(values[i]).Data
		for j := range leaf.data {
			want, smooth := p.slope(&leaf.data[j])
			if d := math.Abs(float64(grad[j]) - want); smooth && !(d <= 1e-3*max(1, math.Abs(want))) {
				t.Fatalf("gradient of leaf %d, element %d is %v, want %v\n%v", i, j, grad[j], want, p)
			}
		}
	}
}

// slope returns the central difference of the loss by x, and whether the slopes of
// both sides agree, which they do not at the kinks of ReLU.
func (p *program) slope(x *float64) (slope float64, smooth bool) {
	const h = 1e-6
	at := *x
	mid := p.loss64()
	*x = at + h
	up := p.loss64()
	*x = at - h
	down := p.loss64()
	*x = at
	slope = (up - down) / (2 * h)
	return slope, math.Abs((up-mid)-(mid-down))/h <= 5e-4*max(1, math.Abs(slope))
}

func (p *program) String() string {
	s := ""
	for i, m := range p.leaves {
		s += fmt.Sprintf("value %d: leaf [%d,%d]\n", i, m.rows, m.cols)
	}
	for i, step := range p.steps {
		s += fmt.Sprintf("value %d: %s\n", len(p.leaves)+i, step.name)
	}
	return s
}

func activate64(x float64, act Activation) float64 {
	switch act {
	case ReLU:
		return max(x, 0)
	case SiLU:
		return x / (1 + math.Exp(-x))
	case Tanh:
		return math.Tanh(x)
	}
	return x
}

// The steps, each beside its twin. Integers are the numbers of values.

func linear(x, w, b int, act Activation) step {
	return step{fmt.Sprintf("Linear(%d, %d, %d, %d)", x, w, b, act),
		func(t *Tape, v []Value) Value { return t.Linear(v[x], v[w], v[b], act) },
		func(v []matrix64) matrix64 {
			return build64(v[x].rows, v[w].cols, func(i, j int) float64 {
				z := v[b].at(0, j)
				for k := range v[x].cols {
					z += v[x].at(i, k) * v[w].at(k, j)
				}
				return activate64(z, act)
			})
		}}
}

func matMul(x, w int) step {
	return step{fmt.Sprintf("MatMul(%d, %d)", x, w),
		func(t *Tape, v []Value) Value { return t.MatMul(v[x], v[w]) },
		func(v []matrix64) matrix64 {
			return build64(v[x].rows, v[w].cols, func(i, j int) (sum float64) {
				for k := range v[x].cols {
					sum += v[x].at(i, k) * v[w].at(k, j)
				}
				return sum
			})
		}}
}

func linearEdges(x, w, b, s, r int, senders, receivers []int32, act Activation) step {
	return step{fmt.Sprintf("LinearEdges(%d, %d, %d, %d, %d, %v, %v, %d)", x, w, b, s, r, senders, receivers, act),
		func(t *Tape, v []Value) Value {
			return t.LinearEdges(v[x], v[w], v[b], v[s], v[r], senders, receivers, act)
		},
		func(v []matrix64) matrix64 {
			product := matMul(x, w).twin(v)
			return build64(v[x].rows, v[w].cols, func(i, j int) float64 {
				z := product.at(i, j) + v[b].at(0, j)
				if k := senders[i]; k >= 0 {
					z += v[s].at(int(k), j)
				}
				if k := receivers[i]; k >= 0 {
					z += v[r].at(int(k), j)
				}
				return activate64(z, act)
			})
		}}
}

func elementwise(name string, a, b int, record func(t *Tape, a, b Value) Value, f func(a, b float64) float64) step {
	return step{fmt.Sprintf("%s(%d, %d)", name, a, b),
		func(t *Tape, v []Value) Value { return record(t, v[a], v[b]) },
		func(v []matrix64) matrix64 {
			return build64(v[a].rows, v[a].cols, func(i, j int) float64 { return f(v[a].at(i, j), v[b].at(i%v[b].rows, j)) })
		}}
}

func add(a, b int) step {
	return elementwise("Add", a, b, (*Tape).Add, func(a, b float64) float64 { return a + b })
}

func sub(a, b int) step {
	return elementwise("Sub", a, b, (*Tape).Sub, func(a, b float64) float64 { return a - b })
}

func mul(a, b int) step {
	return elementwise("Mul", a, b, (*Tape).Mul, func(a, b float64) float64 { return a * b })
}

func addRow(a, row int) step {
	return elementwise("AddRow", a, row, (*Tape).AddRow, func(a, b float64) float64 { return a + b })
}

func scale(a int, s float32) step {
	return elementwise("Scale", a, a, func(t *Tape, a, _ Value) Value { return t.Scale(a, s) },
		func(a, _ float64) float64 { return float64(s) * a })
}

func activate(a int, act Activation) step {
	return elementwise(fmt.Sprintf("Activate %d", act), a, a, func(t *Tape, a, _ Value) Value { return t.Activate(a, act) },
		func(a, _ float64) float64 { return activate64(a, act) })
}

// squareTimes is a hand-written operation: a²·b.
type squareTimes struct{}

func (squareTimes) Forward(out Matrix, in []Matrix) {
	for i, a := range in[0].Data {
		out.Data[i] += a * a * in[1].Data[i] // out arrives zeroed
	}
}

func (squareTimes) Backward(_, outGrad Matrix, in, inGrad []Matrix) {
	for i, g := range outGrad.Data {
		a, b := in[0].Data[i], in[1].Data[i]
		if da := inGrad[0].Data; da != nil {
			da[i] += g * 2 * a * b
		}
		if db := inGrad[1].Data; db != nil {
			db[i] += g * a * a
		}
	}
}

func apply(a, b int) step {
	return elementwise("Apply", a, b, func(t *Tape, a, b Value) Value {
		m := t.Matrix(a)
		return t.Apply(squareTimes{}, m.Rows, m.Cols, a, b)
	}, func(a, b float64) float64 { return a * a * b })
}

func layerNorm(x, gain, bias int) step {
	return step{fmt.Sprintf("LayerNorm(%d, %d, %d)", x, gain, bias),
		func(t *Tape, v []Value) Value { return t.LayerNorm(v[x], v[gain], v[bias]) },
		func(v []matrix64) matrix64 {
			return build64(v[x].rows, v[x].cols, func(i, j int) float64 {
				n, mean, variance := float64(v[x].cols), 0.0, 0.0
				for k := range v[x].cols {
					mean += v[x].at(i, k) / n
				}
				for k := range v[x].cols {
					variance += (v[x].at(i, k) - mean) * (v[x].at(i, k) - mean) / n
				}
				return v[gain].at(0, j)*(v[x].at(i, j)-mean)/math.Sqrt(variance+1e-5) + v[bias].at(0, j)
			})
		}}
}

func addLayerNorm(base, x, gain, bias int) step {
	return step{fmt.Sprintf("AddLayerNorm(%d, %d, %d, %d)", base, x, gain, bias),
		func(t *Tape, v []Value) Value { return t.AddLayerNorm(v[base], v[x], v[gain], v[bias]) },
		func(v []matrix64) matrix64 {
			norm := layerNorm(x, gain, bias).twin(v)
			return build64(norm.rows, norm.cols, func(i, j int) float64 { return v[base].at(i, j) + norm.at(i, j) })
		}}
}

func concat(parts ...int) step {
	return step{fmt.Sprintf("Concat(%v)", parts),
		func(t *Tape, v []Value) Value {
			var values []Value
			for _, i := range parts {
				values = append(values, v[i])
			}
			return t.Concat(values...)
		},
		func(v []matrix64) matrix64 {
			out := matrix64{rows: v[parts[0]].rows}
			for i := range out.rows {
				for _, part := range parts {
					m := v[part]
					out.data = append(out.data, m.data[i*m.cols:(i+1)*m.cols]...)
				}
			}
			for _, part := range parts {
				out.cols += v[part].cols
			}
			return out
		}}
}

func columns(x, from, to int) step {
	return step{fmt.Sprintf("Columns(%d, %d, %d)", x, from, to),
		func(t *Tape, v []Value) Value { return t.Columns(v[x], from, to) },
		func(v []matrix64) matrix64 {
			return build64(v[x].rows, to-from, func(i, j int) float64 { return v[x].at(i, from+j) })
		}}
}

func rows(x, from, to int) step {
	return step{fmt.Sprintf("Rows(%d, %d, %d)", x, from, to),
		func(t *Tape, v []Value) Value { return t.Rows(v[x], from, to) },
		func(v []matrix64) matrix64 {
			return build64(to-from, v[x].cols, func(i, j int) float64 { return v[x].at(from+i, j) })
		}}
}

func gather(x int, index []int32) step {
	return step{fmt.Sprintf("Gather(%d, %v)", x, index),
		func(t *Tape, v []Value) Value { return t.Gather(v[x], index) },
		func(v []matrix64) matrix64 {
			return build64(len(index), v[x].cols, func(i, j int) float64 {
				if index[i] < 0 {
					return 0
				}
				return v[x].at(int(index[i]), j)
			})
		}}
}

func scatterAdd(x int, index []int32, rows int) step {
	return step{fmt.Sprintf("ScatterAdd(%d, %v, %d)", x, index, rows),
		func(t *Tape, v []Value) Value { return t.ScatterAdd(v[x], index, rows) },
		func(v []matrix64) matrix64 {
			return build64(rows, v[x].cols, func(i, j int) float64 {
				sum := 0.0
				for e, to := range index {
					if int(to) == i {
						sum += v[x].at(e, j)
					}
				}
				return sum
			})
		}}
}

func loss(name string, pred int, target, scale []float32, record func(t *Tape, pred Value) Value, f func(d float64) float64) step {
	return step{fmt.Sprintf("%s(%d)", name, pred),
		func(t *Tape, v []Value) Value { return record(t, v[pred]) },
		func(v []matrix64) matrix64 {
			sum := zeros64(1, 1)
			for i, p := range v[pred].data {
				d := p - float64(target[i])
				if scale != nil {
					d *= float64(scale[i%v[pred].cols])
				}
				sum.data[0] += f(d)
			}
			return sum
		}}
}

func smoothL1(pred int, target, scale []float32, beta float32) step {
	return loss("SmoothL1", pred, target, scale,
		func(t *Tape, v Value) Value { return t.SmoothL1(v, target, scale, beta) },
		func(d float64) float64 {
			if b := float64(beta); d < -b || d > b {
				return math.Abs(d) - b/2
			}
			return d * d / (2 * float64(beta))
		})
}

func squaredError(pred int, target, scale []float32) step {
	return loss("SquaredError", pred, target, scale,
		func(t *Tape, v Value) Value { return t.SquaredError(v, target, scale) },
		func(d float64) float64 { return d * d })
}

// floats returns n random values.
func floats(rng *rand.Rand, n int) []float32 {
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(rng.NormFloat64())
	}
	return x
}

var _ failer = (*testing.T)(nil)
