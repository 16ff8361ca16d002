package tape

import "orrery/learn/kernel"

// LinearEdges returns act(x·w + b + s[senders] + r[receivers]), for the edges
// x[e,k] of a graph, w[k,c], b[1,c], and what the nodes contribute at either end:
// s and r have c columns, senders and receivers one row number per edge.
//
// It is Linear of x beside both nodes' features, with the part of the product
// that depends on a node alone done once per node and not once per edge.
func (t *Tape) LinearEdges(x, w, b, s, r Value, senders, receivers []int32, act Activation) Value {
	mx, mw, mb, ms, mr := t.Matrix(x), t.Matrix(w), t.Matrix(b), t.Matrix(s), t.Matrix(r)
	if mx.Cols != mw.Rows || mb.Rows != 1 || mb.Cols != mw.Cols || ms.Cols != mw.Cols || mr.Cols != mw.Cols ||
		len(senders) != mx.Rows || len(receivers) != mx.Rows {
		panic(badShape)
	}
	v, n := t.record(&operation{back: backLinearEdges, act: act, senders: senders, index: receivers},
		mx.Rows, mw.Cols, x, w, b, s, r)
	z, keep := n.Data, n.wants && act.NeedsSlope()
	if keep {
		n.aux = t.arena.take(len(n.Data))
		z = n.aux
	}
	packed := t.packed(w)
	for from := 0; from < mx.Rows; from += cached {
		to := min(from+cached, mx.Rows)
		sums := z[from*mw.Cols : to*mw.Cols]
		kernel.Linear(sums, nil, mx.Data[from*mx.Cols:to*mx.Cols], packed, mb.Data, to-from, mx.Cols, mw.Cols, None)
		kernel.GatherAdd(sums, ms.Data, senders[from:to], mw.Cols)
		kernel.GatherAdd(sums, mr.Data, receivers[from:to], mw.Cols)
		switch out := n.Data[from*mw.Cols : to*mw.Cols]; {
		case keep:
			kernel.ActivateSlope(out, sums, sums, act)
		case act != None:
			kernel.Activate(out, sums, act)
		}
	}
	return v
}

// backLinearEdges inverts y = act(z), z = x·w + b + s[senders] + r[receivers]. It
// turns the node's own gradient into dz.
func backLinearEdges(t *Tape, n *node) {
	dz := n.grad
	if n.act != None {
		kernel.ActivateBackward(dz, n.grad, n.Data, n.aux, n.act)
	}
	if ds := t.gradient(n.in[3]); ds != nil {
		kernel.ScatterAdd(ds, dz, n.senders, n.Cols)
	}
	if dr := t.gradient(n.in[4]); dr != nil {
		kernel.ScatterAdd(dr, dz, n.index, n.Cols)
	}
	if db := t.gradient(n.in[2]); db != nil {
		kernel.SumRows(db, dz)
	}
	t.passProduct(n.in[0], n.in[1], dz)
}
