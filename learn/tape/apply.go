package tape

// Op is an operation written by hand, forward and backward side by side.
type Op interface {
	// Forward computes out, which arrives zeroed, from the inputs.
	Forward(out Matrix, in []Matrix)
	// Backward adds to inGrad[i].Data the gradient by input i; that is nil where
	// no gradient is wanted. Nothing else may be changed.
	Backward(out, outGrad Matrix, in, inGrad []Matrix)
}

// Apply returns the rows × cols result of op on the inputs. The op is borrowed
// until Reset; the slices it is handed are the tape's and must not be kept.
func (t *Tape) Apply(op Op, rows, cols int, inputs ...Value) Value {
	v, n := t.result(rows, cols, inputs)
	if n.wants {
		t.remember(n, &operation{back: backApply, op: op}, inputs)
	}
	clear(n.Data)
	in := t.matrices[:0]
	for _, i := range inputs {
		in = append(in, t.Matrix(i))
	}
	t.matrices = in
	op.Forward(n.Matrix, in)
	return v
}

func backApply(t *Tape, n *node) {
	in := t.matrices[:0]
	for _, i := range n.in {
		in = append(in, t.Matrix(i))
	}
	for _, i := range n.in {
		m := t.Matrix(i)
		in = append(in, Matrix{m.Rows, m.Cols, t.gradient(i)})
	}
	t.matrices = in
	n.op.Backward(n.Matrix, Matrix{n.Rows, n.Cols, n.grad}, in[:len(n.in)], in[len(n.in):])
}
