package tape

import (
	"slices"

	"orrery/learn/kernel"
)

// Matrix is a dense matrix. Row i is Data[i·Cols : (i+1)·Cols].
type Matrix struct {
	Rows, Cols int
	Data       []float32
}

// Value names a matrix on a tape. Values count up by one from 0 as they are
// recorded and are valid until the tape's Reset.
type Value int32

// Activation is a function applied to every element.
type Activation = kernel.Activation

// The activations.
const (
	None = kernel.None
	ReLU = kernel.ReLU
	SiLU = kernel.SiLU
	Tanh = kernel.Tanh
)

// Messages of the panics that a caller's mistake causes.
const (
	badShape = "tape: shapes do not match"
	badRange = "tape: range outside the matrix"
	badBeta  = "tape: the beta of SmoothL1 must be > 0"
	badLoss  = "tape: the loss must be a 1 by 1 matrix"
	tooLate  = "tape: Backward runs once, after the last operation before Reset"
)

// Tape is a recorded program: the operations, their results and, after Backward,
// their gradients. Make one with New.
type Tape struct {
	nodes      []node
	operations []*operation // of the nodes that depend on what has a gradient
	used       int          // of the operations
	inputs     []Value
	arena      arena
	packs      arena    // packed weights among the values kept
	kept       int      // values before the last mark
	matrices   []Matrix // handed to an Op
	outers     []outer
	terms      []kernel.Outer // of one weight
	work       []float32      // of kernel.SumOuter
	graded     bool           // something has got a gradient
	finished   bool           // Backward has run
}

// node is the result of one operation.
type node struct {
	Matrix
	grad       []float32 // nil until something adds to it
	wants      bool      // a Variable or a Param with a gradient lies below
	outer      bool      // some outers belong to it
	param      bool      // grad is the caller's
	*operation           // nil for leaves and where nothing wants a gradient: those that only predict need not be remembered

	packed, transposed []float32 // this matrix as a right factor, once one was needed
}

// operation is one as its backward pass needs it. The fields below back are the
// operands that some operations need besides their inputs.
type operation struct {
	in   []Value
	back func(t *Tape, n *node)

	from    int // first row or column
	scalar  float32
	act     Activation
	aux     []float32 // what forward keeps for backward
	index   []int32
	senders []int32
	target  []float32
	scale   []float32
	huber   kernel.Huber
	op      Op
}

// New returns an empty tape.
func New() *Tape { return &Tape{} }

// Reset forgets every Value and keeps the memory for the next program.
func (t *Tape) Reset() {
	t.Rewind(Mark{})
	t.packs.reset()
	t.kept = 0
}

// Mark is a place in a record.
type Mark struct {
	nodes, operations, inputs int
	arena                     arenaMark
}

// Mark returns the present end of the record, to come back to with Rewind.
func (t *Tape) Mark() Mark {
	t.kept = len(t.nodes)
	return Mark{len(t.nodes), t.used, len(t.inputs), t.arena.mark()}
}

// Rewind forgets what was recorded since the mark, and that Backward has run. The
// Values before it stay, and weights among them stay packed: record the parameters
// once, mark, and run many small batches without packing again. Operations before
// the mark get no gradient from later programs, but Params do.
func (t *Tape) Rewind(m Mark) {
	clear(t.nodes[m.nodes:]) // lets go of borrowed slices
	for _, o := range t.operations[m.operations:t.used] {
		*o = operation{}
	}
	t.nodes, t.used, t.inputs = t.nodes[:m.nodes], m.operations, t.inputs[:m.inputs]
	t.outers = t.outers[:0]
	if t.graded {
		for i := range t.nodes {
			n := &t.nodes[i]
			n.outer = false
			if !n.param {
				n.grad = nil
			}
		}
		t.graded = false
	}
	t.arena.rewind(m.arena)
	t.finished = false
}

// Input records a constant of rows × cols values.
func (t *Tape) Input(rows, cols int, data []float32) Value {
	return t.leaf(rows, cols, data, false)
}

// Variable records an input [rows,cols] whose gradient Backward computes; Grad returns it.
func (t *Tape) Variable(rows, cols int, data []float32) Value {
	return t.leaf(rows, cols, data, true)
}

// Param records an input [rows,cols] to whose gradient slice grad [rows,cols] Backward
// adds. With a nil grad it is a constant.
func (t *Tape) Param(rows, cols int, data, grad []float32) Value {
	v := t.leaf(rows, cols, data, grad != nil)
	if grad != nil && len(grad) != len(data) {
		panic(badShape)
	}
	t.nodes[v].grad, t.nodes[v].param = grad, true
	return v
}

// Matrix returns the value of v. Its data belongs to the tape until Reset and
// must not be changed.
func (t *Tape) Matrix(v Value) Matrix { return t.nodes[v].Matrix }

// Grad returns the gradient of the loss by a Variable or Param, once Backward has
// run; its Data is nil for a constant. Gradients of other values are working
// memory.
func (t *Tape) Grad(v Value) Matrix {
	n := &t.nodes[v]
	if n.wants && n.grad == nil {
		t.gradient(v) // the loss does not depend on v
	}
	return Matrix{n.Rows, n.Cols, n.grad}
}

// Depends reports whether v depends on a Variable, or on a Param with a gradient.
func (t *Tape) Depends(v Value) bool { return t.nodes[v].wants }

// Backward computes the gradients of the loss, a 1 by 1 matrix, by every Variable
// and Param it depends on. A loss that depends on none has no gradient, and nothing
// is added to any.
func (t *Tape) Backward(loss Value) {
	n := &t.nodes[loss]
	if n.Rows != 1 || n.Cols != 1 {
		panic(badLoss)
	}
	if t.finished {
		panic(tooLate)
	}
	t.finished = true
	if !n.wants {
		return
	}
	t.gradient(loss)[0] += 1
	for i := loss; i >= 0; i-- {
		n := &t.nodes[i]
		if n.outer {
			t.sumOuters(i)
		}
		if n.operation != nil && n.grad != nil {
			n.back(t, n)
		}
	}
}

func (t *Tape) leaf(rows, cols int, data []float32, wants bool) Value {
	if rows < 0 || cols < 0 || len(data) != rows*cols {
		panic(badShape)
	}
	v, n := t.push()
	n.Matrix, n.wants = Matrix{rows, cols, data}, wants
	return v
}

// record adds an operation with memory for its result, whose content is
// undefined. What its backward pass needs is kept only if one will come.
func (t *Tape) record(op *operation, rows, cols int, inputs ...Value) (Value, *node) {
	v, n := t.result(rows, cols, inputs)
	if n.wants {
		t.remember(n, op, inputs)
	}
	return v, n
}

// result adds a node with memory for what comes of the inputs.
func (t *Tape) result(rows, cols int, inputs []Value) (Value, *node) {
	wants := false
	for _, v := range inputs {
		wants = wants || t.nodes[v].wants
	}
	v, n := t.push()
	n.Matrix, n.wants = Matrix{rows, cols, t.arena.take(rows * cols)}, wants
	return v, n
}

// remember keeps what the backward pass of n needs.
func (t *Tape) remember(n *node, op *operation, inputs []Value) {
	from := len(t.inputs)
	t.inputs = append(t.inputs, inputs...)
	if t.used == len(t.operations) {
		t.operations = append(t.operations, new(operation))
	}
	n.operation = t.operations[t.used]
	*n.operation = *op
	n.in = t.inputs[from:]
	t.used++
}

// push adds an empty node, to be filled in where it is.
func (t *Tape) push() (Value, *node) {
	if t.finished {
		panic(tooLate)
	}
	v := len(t.nodes)
	if v == cap(t.nodes) {
		t.nodes = slices.Grow(t.nodes, 1)
	}
	t.nodes = t.nodes[:v+1] // empty, as Rewind leaves it
	return Value(v), &t.nodes[v]
}

// gradient returns the gradient of v to add to, or nil when none is wanted.
func (t *Tape) gradient(v Value) []float32 {
	n := &t.nodes[v]
	if n.wants && n.grad == nil {
		t.graded = true
		n.grad = t.arena.take(len(n.Data))
		clear(n.grad)
	}
	return n.grad
}
