package tape

import "orrery/learn/kernel"

// Concat returns the values side by side: their rows joined, in order. All have
// the same number of rows, and there is at least one.
func (t *Tape) Concat(values ...Value) Value {
	if len(values) == 0 {
		panic(badShape)
	}
	rows, cols := t.Matrix(values[0]).Rows, 0
	for _, v := range values {
		m := t.Matrix(v)
		if m.Rows != rows {
			panic(badShape)
		}
		cols += m.Cols
	}
	out, n := t.record(&operation{back: backConcat}, rows, cols, values...)
	from := 0
	for _, v := range values {
		m := t.Matrix(v)
		kernel.CopyBlock(tail(n.Data, from), cols, m.Data, m.Cols, rows, m.Cols)
		from += m.Cols
	}
	return out
}

func backConcat(t *Tape, n *node) {
	from := 0
	for _, v := range n.in {
		m := t.Matrix(v)
		if g := t.gradient(v); g != nil {
			kernel.AddBlock(g, m.Cols, tail(n.grad, from), n.Cols, m.Rows, m.Cols)
		}
		from += m.Cols
	}
}

// Columns returns columns from…to of x, to excluded.
func (t *Tape) Columns(x Value, from, to int) Value {
	m := t.Matrix(x)
	if from < 0 || from > to || to > m.Cols {
		panic(badRange)
	}
	v, n := t.record(&operation{back: backColumns, from: from}, m.Rows, to-from, x)
	kernel.CopyBlock(n.Data, n.Cols, tail(m.Data, from), m.Cols, n.Rows, n.Cols)
	return v
}

func backColumns(t *Tape, n *node) {
	x := n.in[0]
	kernel.AddBlock(tail(t.gradient(x), n.from), t.Matrix(x).Cols, n.grad, n.Cols, n.Rows, n.Cols)
}

// Rows returns rows from…to of x, to excluded.
func (t *Tape) Rows(x Value, from, to int) Value {
	m := t.Matrix(x)
	if from < 0 || from > to || to > m.Rows {
		panic(badRange)
	}
	v, n := t.record(&operation{back: backRows, from: from}, to-from, m.Cols, x)
	copy(n.Data, m.Data[from*m.Cols:])
	return v
}

func backRows(t *Tape, n *node) {
	kernel.Axpy(t.gradient(n.in[0])[n.from*n.Cols:][:len(n.grad)], 1, n.grad)
}

// Gather returns the rows of x that index names, in its order. A negative index
// gives a row of zeros; one beyond the last row panics.
func (t *Tape) Gather(x Value, index []int32) Value {
	m := t.Matrix(x)
	v, n := t.record(&operation{back: backGather, index: index}, len(index), m.Cols, x)
	kernel.Gather(n.Data, m.Data, index, m.Cols)
	return v
}

func backGather(t *Tape, n *node) {
	kernel.ScatterAdd(t.gradient(n.in[0]), n.grad, n.index, n.Cols)
}

// ScatterAdd returns a matrix of the given rows in which row i is the sum of the
// rows e of x with index[e] = i, added in the order of e. Negative indices are
// skipped; one beyond the last row panics.
func (t *Tape) ScatterAdd(x Value, index []int32, rows int) Value {
	m := t.Matrix(x)
	if len(index) != m.Rows {
		panic(badShape)
	}
	v, n := t.record(&operation{back: backScatterAdd, index: index}, rows, m.Cols, x)
	clear(n.Data)
	kernel.ScatterAdd(n.Data, m.Data, index, m.Cols)
	return v
}

func backScatterAdd(t *Tape, n *node) {
	kernel.GatherAdd(t.gradient(n.in[0]), n.grad, n.index, n.Cols)
}

// tail returns s from index i on, or nothing when s is shorter.
func tail(s []float32, i int) []float32 { return s[min(i, len(s)):] }
