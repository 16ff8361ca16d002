package nn

import (
	"math/rand/v2"

	"orrery/learn/tape"
)

// Index is the place of a parameter among those of its Params, from 0.
type Index int

// Params is an ordered set of named matrices in one flat slice.
type Params struct {
	entries []entry
	byName  map[string]Index
	data    []float32
}

type entry struct {
	name       string
	rows, cols int
	from, to   int // in data
}

// NewParams returns an empty set.
func NewParams() *Params { return &Params{byName: map[string]Index{}} }

// Add appends a parameter of rows × cols values set by init and returns its
// place. It panics when the name is taken or reserved, or the size negative. Slices returned
// by Data and Slice before it are no longer the parameters.
func (p *Params) Add(name string, rows, cols int, init Init, rng *rand.Rand) Index {
	if _, taken := p.byName[name]; taken || name == metadataKey || rows < 0 || cols < 0 {
		panic("nn: parameter " + name + ": name taken or reserved, or size negative")
	}
	i := Index(len(p.entries))
	from := len(p.data)
	p.data = append(p.data, make([]float32, rows*cols)...)
	p.entries = append(p.entries, entry{name, rows, cols, from, len(p.data)})
	p.byName[name] = i
	init(p.data[from:], rows, cols, rng)
	return i
}

// Len returns the number of values in all parameters.
func (p *Params) Len() int { return len(p.data) }

// Count returns the number of parameters.
func (p *Params) Count() int { return len(p.entries) }

// Data returns the values [Len] of all parameters, in order; writing to it sets them.
func (p *Params) Data() []float32 { return p.data }

// Name returns the name of a parameter.
func (p *Params) Name(i Index) string { return p.entries[i].name }

// Shape returns the size of a parameter.
func (p *Params) Shape(i Index) (rows, cols int) { return p.entries[i].rows, p.entries[i].cols }

// Range returns where a parameter lies in Data: from…to, to excluded.
func (p *Params) Range(i Index) (from, to int) { return p.entries[i].from, p.entries[i].to }

// Slice returns the values [rows,cols] of the named parameter, which it shares, or nil
// when there is none.
func (p *Params) Slice(name string) []float32 {
	i, ok := p.byName[name]
	if !ok {
		return nil
	}
	from, to := p.Range(i)
	return p.data[from:to:to]
}

// Bind records every parameter on t with the values in data [Len] and returns where.
// Backward adds gradients to grad [Len], laid out alike; a nil grad makes them
// constants. Both are borrowed until the tape's Reset. Bind allocates nothing of
// its own.
func (p *Params) Bind(t *tape.Tape, data, grad []float32) Bound {
	if len(data) != len(p.data) || grad != nil && len(grad) != len(p.data) {
		panic("nn: Bind: slice length is not Params.Len")
	}
	b := Bound{Tape: t}
	for i, e := range p.entries {
		var g []float32
		if grad != nil {
			g = grad[e.from:e.to:e.to]
		}
		v := t.Param(e.rows, e.cols, data[e.from:e.to:e.to], g)
		if i == 0 {
			b.first = v
		}
	}
	return b
}

// Bound is a set of parameters recorded on a tape.
type Bound struct {
	Tape  *tape.Tape
	first tape.Value // the others follow, as values count up
}

// Value returns where parameter i is on the tape.
func (b Bound) Value(i Index) tape.Value { return b.first + tape.Value(i) }
