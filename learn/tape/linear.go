package tape

import "orrery/learn/kernel"

// cached is the number of rows that go through the steps of an operation together: those of 128 values then lie
// in the nearest caches from one step to the next.
const cached = 48

// Linear returns act(x·w + b) for x[r,k], w[k,c] and b[1,c].
func (t *Tape) Linear(x, w, b Value, act Activation) Value {
	mx, mw, mb := t.Matrix(x), t.Matrix(w), t.Matrix(b)
	if mx.Cols != mw.Rows || mb.Rows != 1 || mb.Cols != mw.Cols {
		panic(badShape)
	}
	v, n := t.record(&operation{back: backLinear, act: act}, mx.Rows, mw.Cols, x, w, b)
	var slope []float32
	if n.wants && act.NeedsSlope() {
		slope = t.arena.take(len(n.Data))
		n.aux = slope
	}
	kernel.Linear(n.Data, slope, mx.Data, t.packed(w), mb.Data, mx.Rows, mx.Cols, mw.Cols, act)
	return v
}

// backLinear inverts y = act(z), z = x·w + b: dz = dy·act′(z), dx += dz·wᵀ,
// dw += xᵀ·dz, db += Σ dz. It turns the node's own gradient into dz.
func backLinear(t *Tape, n *node) {
	dz := n.grad
	if n.act != None {
		kernel.ActivateBackward(dz, n.grad, n.Data, n.aux, n.act)
	}
	if db := t.gradient(n.in[2]); db != nil {
		kernel.SumRows(db, dz)
	}
	t.passProduct(n.in[0], n.in[1], dz)
}

// Activate returns act of every element of x.
func (t *Tape) Activate(x Value, act Activation) Value {
	m := t.Matrix(x)
	v, n := t.record(&operation{back: backActivate, act: act}, m.Rows, m.Cols, x)
	if n.wants && act.NeedsSlope() {
		n.aux = t.arena.take(len(n.Data))
		kernel.ActivateSlope(n.Data, n.aux, m.Data, act)
	} else {
		kernel.Activate(n.Data, m.Data, act)
	}
	return v
}

// backActivate inverts y = act(x): dx += dy·act′(x).
func backActivate(t *Tape, n *node) {
	x := n.in[0]
	kernel.ActivateBackward(n.grad, n.grad, n.Data, n.aux, n.act)
	kernel.Axpy(t.gradient(x), 1, n.grad)
}

// LayerNorm returns gain·(x−mean)/deviation + bias for every row of x[r,c], with
// the mean and deviation of that row, for gain[1,c] and bias[1,c].
func (t *Tape) LayerNorm(x, gain, bias Value) Value {
	m, g, b := t.Matrix(x), t.Matrix(gain), t.Matrix(bias)
	if g.Rows != 1 || b.Rows != 1 || g.Cols != m.Cols || b.Cols != m.Cols {
		panic(badShape)
	}
	v, n := t.record(&operation{back: backLayerNorm}, m.Rows, m.Cols, x, gain, bias)
	stats := t.arena.take(2 * m.Rows)
	if n.wants {
		n.aux = stats
	}
	kernel.LayerNorm(n.Data, stats, m.Data, g.Data, b.Data)
	return v
}

func backLayerNorm(t *Tape, n *node) {
	x, gain, bias := n.in[0], n.in[1], n.in[2]
	kernel.LayerNormBackward(t.gradient(x), t.gradient(gain), t.gradient(bias),
		n.grad, t.Matrix(x).Data, t.Matrix(gain).Data, n.aux)
}

// AddLayerNorm returns base + LayerNorm(x, gain, bias), all of base's shape: a
// residual update. It spares the matrix between the two, and its gradient.
func (t *Tape) AddLayerNorm(base, x, gain, bias Value) Value {
	m, mx, g, b := t.Matrix(base), t.Matrix(x), t.Matrix(gain), t.Matrix(bias)
	if m.Rows != mx.Rows || m.Cols != mx.Cols || g.Rows != 1 || b.Rows != 1 || g.Cols != m.Cols || b.Cols != m.Cols {
		panic(badShape)
	}
	v, n := t.record(&operation{back: backAddLayerNorm}, m.Rows, m.Cols, x, gain, bias, base)
	stats := t.arena.take(2 * m.Rows)
	if n.wants {
		n.aux = stats
	}
	for from := 0; from < m.Rows; from += cached {
		to := min(from+cached, m.Rows)
		out := n.Data[from*m.Cols : to*m.Cols]
		kernel.LayerNorm(out, stats[2*from:2*to], mx.Data[from*m.Cols:to*m.Cols], g.Data, b.Data)
		kernel.Add(out, out, m.Data[from*m.Cols:to*m.Cols])
	}
	return v
}

func backAddLayerNorm(t *Tape, n *node) {
	backLayerNorm(t, n)
	t.pass(n.in[3], 1, n.grad)
}
