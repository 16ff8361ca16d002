package nn

import "orrery/learn/kernel"

// Frozen is an MLP whose weights stay as they are, ready for many small batches: it needs no
// tape, and its layers are as wide as whole vectors. It belongs to one goroutine.
type Frozen struct {
	layers  []frozenLayer
	in, out int          // number of inputs and outputs
	rows    [2][]float32 // scratch, by turns
}

type frozenLayer struct {
	packed, bias []float32 // [in, out] and [out], with zeros up to whole vectors
	in, out      int
	act          kernel.Activation
}

// wholeVectors is what the widths of frozen layers are a multiple of: that of a panel of package kernel.
const wholeVectors = 16

// Freeze returns the network with the given weights [p.Len()], which it copies.
func (m *MLP) Freeze(p *Params, weights []float32) *Frozen {
	f := &Frozen{}
	for i, l := range m.layers {
		in, out := p.Shape(l.weight)
		from, to := p.Range(l.weight)
		w := weights[from:to]
		from, to = p.Range(l.bias)
		layer := frozenLayer{in: in, out: (out + wholeVectors - 1) / wholeVectors * wholeVectors, act: l.act}
		if i == 0 {
			f.in = in
		} else {
			layer.in = f.layers[i-1].out
		}
		f.out = out
		layer.bias = make([]float32, layer.out)
		copy(layer.bias, weights[from:to])
		wide := make([]float32, layer.in*layer.out)
		for k := range in {
			copy(wide[k*layer.out:][:out], w[k*out:])
		}
		layer.packed = make([]float32, kernel.PackLen(layer.in, layer.out))
		kernel.Pack(layer.packed, wide, layer.in, layer.out)
		f.layers = append(f.layers, layer)
	}
	return f
}

// Forward computes dst[rows,out] for x[rows,in]: to the last bit what MLP.Forward computes.
func (f *Frozen) Forward(dst, x []float32, rows int) {
	for i := range f.layers {
		l, to := &f.layers[i], &f.rows[i%2]
		if n := rows * l.out; cap(*to) < n {
			*to = make([]float32, 2*n)
		}
		*to = (*to)[:rows*l.out]
		kernel.Linear(*to, nil, x, l.packed, l.bias, rows, l.in, l.out, l.act)
		x = *to
	}
	wide := f.layers[len(f.layers)-1].out
	for r := range rows {
		copy(dst[r*f.out:][:f.out], x[r*wide:])
	}
}
