package tape

import (
	"slices"

	"orrery/learn/kernel"
)

// MatMul returns x·w for x[r,k] and w[k,c].
func (t *Tape) MatMul(x, w Value) Value {
	mx, mw := t.Matrix(x), t.Matrix(w)
	if mx.Cols != mw.Rows {
		panic(badShape)
	}
	v, n := t.record(&operation{back: backMatMul}, mx.Rows, mw.Cols, x, w)
	kernel.MatMul(n.Data, mx.Data, t.packed(w), mx.Rows, mx.Cols, mw.Cols, false)
	return v
}

func backMatMul(t *Tape, n *node) { t.passProduct(n.in[0], n.in[1], n.grad) }

// passProduct inverts y = x·w: dx += dy·wᵀ, dw += xᵀ·dy.
func (t *Tape) passProduct(x, w Value, dy []float32) {
	mx, mw := t.Matrix(x), t.Matrix(w)
	if n := &t.nodes[w]; n.wants {
		n.outer = true
		t.outers = append(t.outers, outer{w, kernel.Outer{A: mx.Data, B: dy}})
	}
	if n := &t.nodes[x]; n.wants {
		add := n.grad != nil
		if !add {
			n.grad = t.arena.take(len(n.Data))
		}
		kernel.MatMul(n.grad, dy, t.packedTransposed(w), mx.Rows, mw.Cols, mx.Cols, add)
	}
}

// outer is a term xᵀ·dy of the gradient of a weight. Backward collects them and
// adds them up once it has come back to the weight, all at once.
type outer struct {
	weight Value
	term   kernel.Outer
}

// sumOuters adds the terms of the gradient of w.
func (t *Tape) sumOuters(w Value) {
	t.terms = t.terms[:0]
	for _, o := range t.outers {
		if o.weight == w {
			t.terms = append(t.terms, o.term)
		}
	}
	n := &t.nodes[w]
	// The same memory for every weight is still in the cache from the one before.
	size := kernel.SumOuterWork(n.Rows, n.Cols)
	t.work = slices.Grow(t.work[:0], size)
	kernel.SumOuter(t.gradient(w), t.terms, n.Rows, n.Cols, t.work[:size])
}

// packed returns w as the right factor of a product. A weight is packed once for
// all the layers that use it, until Reset or a Rewind to before it.
func (t *Tape) packed(w Value) []float32 {
	n := &t.nodes[w]
	if n.packed == nil {
		n.packed = t.packArena(w).take(kernel.PackLen(n.Rows, n.Cols))
		kernel.Pack(n.packed, n.Data, n.Rows, n.Cols)
	}
	return n.packed
}

// packedTransposed returns wᵀ likewise.
func (t *Tape) packedTransposed(w Value) []float32 {
	n := &t.nodes[w]
	if n.transposed == nil {
		n.transposed = t.packArena(w).take(kernel.PackLen(n.Cols, n.Rows))
		kernel.PackTransposed(n.transposed, n.Data, n.Cols, n.Rows)
	}
	return n.transposed
}

// packArena returns where w is packed: what is kept by Rewind must not lie in
// memory that it reuses.
func (t *Tape) packArena(w Value) *arena {
	if int(w) < t.kept {
		return &t.packs
	}
	return &t.arena
}
