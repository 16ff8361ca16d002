package tape

import "orrery/learn/kernel"

// Add returns a + b.
func (t *Tape) Add(a, b Value) Value {
	v, n := t.recordPair(backAdd, a, b)
	kernel.Add(n.Data, t.Matrix(a).Data, t.Matrix(b).Data)
	return v
}

func backAdd(t *Tape, n *node) {
	t.pass(n.in[0], 1, n.grad)
	t.pass(n.in[1], 1, n.grad)
}

// Sub returns a − b.
func (t *Tape) Sub(a, b Value) Value {
	v, n := t.recordPair(backSub, a, b)
	kernel.Sub(n.Data, t.Matrix(a).Data, t.Matrix(b).Data)
	return v
}

func backSub(t *Tape, n *node) {
	t.pass(n.in[0], 1, n.grad)
	t.pass(n.in[1], -1, n.grad)
}

// Mul returns a·b, element by element.
func (t *Tape) Mul(a, b Value) Value {
	v, n := t.recordPair(backMul, a, b)
	kernel.Mul(n.Data, t.Matrix(a).Data, t.Matrix(b).Data)
	return v
}

// backMul inverts y = a·b: da += dy·b, db += dy·a.
func backMul(t *Tape, n *node) {
	a, b := n.in[0], n.in[1]
	if da := t.gradient(a); da != nil {
		kernel.MulAdd(da, n.grad, t.Matrix(b).Data)
	}
	if db := t.gradient(b); db != nil {
		kernel.MulAdd(db, n.grad, t.Matrix(a).Data)
	}
}

// Scale returns s·a.
func (t *Tape) Scale(a Value, s float32) Value {
	m := t.Matrix(a)
	v, n := t.record(&operation{back: backScale, scalar: s}, m.Rows, m.Cols, a)
	kernel.Scale(n.Data, s, m.Data)
	return v
}

func backScale(t *Tape, n *node) { t.pass(n.in[0], n.scalar, n.grad) }

// AddRow returns a[r,c] with row[1,c] added to every row.
func (t *Tape) AddRow(a, row Value) Value {
	m, r := t.Matrix(a), t.Matrix(row)
	if r.Rows != 1 || r.Cols != m.Cols {
		panic(badShape)
	}
	v, n := t.record(&operation{back: backAddRow}, m.Rows, m.Cols, a, row)
	kernel.AddRow(n.Data, m.Data, r.Data)
	return v
}

func backAddRow(t *Tape, n *node) {
	t.pass(n.in[0], 1, n.grad)
	if drow := t.gradient(n.in[1]); drow != nil {
		kernel.SumRows(drow, n.grad)
	}
}

// recordPair records an operation on two matrices of one shape.
func (t *Tape) recordPair(back func(*Tape, *node), a, b Value) (Value, *node) {
	ma, mb := t.Matrix(a), t.Matrix(b)
	if ma.Rows != mb.Rows || ma.Cols != mb.Cols {
		panic(badShape)
	}
	return t.record(&operation{back: back}, ma.Rows, ma.Cols, a, b)
}

// pass adds s·grad to the gradient of v if one is wanted.
func (t *Tape) pass(v Value, s float32, grad []float32) {
	n := &t.nodes[v]
	if n.wants && n.grad == nil {
		n.grad = t.arena.take(len(n.Data))
		kernel.Scale(n.grad, s, grad)
	} else if n.wants {
		kernel.Axpy(n.grad, s, grad)
	}
}
