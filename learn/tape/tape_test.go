package tape

import (
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestEveryOperationMatchesItsTwin(t *testing.T) {
	tape := New() // one for all, so that every program runs on used memory
	for _, r := range []int{0, 1, 7} {
		for name, build := range map[string]func(p *program, rng *rand.Rand, a, b int) step{
			"Linear": func(p *program, rng *rand.Rand, a, _ int) step {
				return linear(a, p.leaf(rng, 3, 3), p.leaf(rng, 1, 3), None)
			},
			"Linear ReLU": func(p *program, rng *rand.Rand, a, _ int) step {
				return linear(a, p.leaf(rng, 3, 5), p.leaf(rng, 1, 5), ReLU)
			},
			"Linear SiLU": func(p *program, rng *rand.Rand, a, _ int) step {
				return linear(a, p.leaf(rng, 3, 5), p.leaf(rng, 1, 5), SiLU)
			},
			"Linear Tanh": func(p *program, rng *rand.Rand, a, _ int) step {
				return linear(a, p.leaf(rng, 3, 1), p.leaf(rng, 1, 1), Tanh)
			},
			"MatMul": func(p *program, rng *rand.Rand, a, _ int) step { return matMul(a, p.leaf(rng, 3, 5)) },
			"LinearEdges": func(p *program, rng *rand.Rand, a, _ int) step {
				return linearEdges(a, p.leaf(rng, 3, 4), p.leaf(rng, 1, 4), p.leaf(rng, 5, 4), p.leaf(rng, 2, 4),
					indices(rng, r, 5), indices(rng, r, 2), SiLU)
			},
			"LinearEdges of themselves": func(p *program, rng *rand.Rand, a, b int) step {
				return linearEdges(a, p.leaf(rng, 3, 3), p.leaf(rng, 1, 3), b, b,
					indices(rng, r, r), indices(rng, r, r), ReLU)
			},
			"Add":           func(_ *program, _ *rand.Rand, a, b int) step { return add(a, b) },
			"Add to itself": func(_ *program, _ *rand.Rand, a, _ int) step { return add(a, a) },
			"Sub":           func(_ *program, _ *rand.Rand, a, b int) step { return sub(a, b) },
			"Mul":           func(_ *program, _ *rand.Rand, a, b int) step { return mul(a, b) },
			"Mul by itself": func(_ *program, _ *rand.Rand, a, _ int) step { return mul(a, a) },
			"Scale":         func(_ *program, _ *rand.Rand, a, _ int) step { return scale(a, -1.5) },
			"AddRow":        func(p *program, rng *rand.Rand, a, _ int) step { return addRow(a, p.leaf(rng, 1, 3)) },
			"None":          func(_ *program, _ *rand.Rand, a, _ int) step { return activate(a, None) },
			"ReLU":          func(_ *program, _ *rand.Rand, a, _ int) step { return activate(a, ReLU) },
			"SiLU":          func(_ *program, _ *rand.Rand, a, _ int) step { return activate(a, SiLU) },
			"Tanh":          func(_ *program, _ *rand.Rand, a, _ int) step { return activate(a, Tanh) },
			"Apply":         func(_ *program, _ *rand.Rand, a, b int) step { return apply(a, b) },
			"LayerNorm": func(p *program, rng *rand.Rand, a, _ int) step {
				return layerNorm(a, p.leaf(rng, 1, 3), p.leaf(rng, 1, 3))
			},
			"AddLayerNorm": func(p *program, rng *rand.Rand, a, b int) step {
				return addLayerNorm(b, a, p.leaf(rng, 1, 3), p.leaf(rng, 1, 3))
			},
			"AddLayerNorm to itself": func(p *program, rng *rand.Rand, a, _ int) step {
				return addLayerNorm(a, a, p.leaf(rng, 1, 3), p.leaf(rng, 1, 3))
			},
			"Concat":        func(_ *program, _ *rand.Rand, a, b int) step { return concat(a, b, a) },
			"Columns":       func(_ *program, _ *rand.Rand, a, _ int) step { return columns(a, 1, 3) },
			"no Columns":    func(_ *program, _ *rand.Rand, a, _ int) step { return columns(a, 3, 3) },
			"Rows":          func(_ *program, _ *rand.Rand, a, _ int) step { return rows(a, min(1, r), r) },
			"ScatterAdd":    func(_ *program, rng *rand.Rand, a, _ int) step { return scatterAdd(a, indices(rng, r, 4), 4) },
			"ScatterAdd to": func(_ *program, rng *rand.Rand, a, _ int) step { return scatterAdd(a, indices(rng, r, 0), 0) },
			"Gather":        func(_ *program, rng *rand.Rand, a, _ int) step { return gather(a, indices(rng, 9, r)) },
		} {
			rng := rand.New(rand.NewPCG(uint64(r), 1))
			p := &program{}
			a, b := p.leaf(rng, r, 3), p.leaf(rng, r, 3)
			s := build(p, rng, a, b)
			p.steps = append(p.steps, s)
			out := p.run64()[len(p.leaves)]
			n := len(out.data)
			p.steps = append(p.steps,
				smoothL1(len(p.leaves), floats(rng, n), floats(rng, out.cols), 0.5),
				squaredError(len(p.leaves), floats(rng, n), nil),
				add(len(p.leaves)+1, len(p.leaves)+2))
			t.Run(name, func(t *testing.T) { p.check(t, tape) })
		}
	}
}

// indices returns n numbers below limit, some of them −1.
func indices(rng *rand.Rand, n, limit int) []int32 {
	index := make([]int32, n)
	for i := range index {
		index[i] = int32(rng.IntN(limit+1)) - 1
	}
	return index
}

// randomProgram draws leaves and steps whose operands fit.
func randomProgram(t *rapid.T) *program {
	p := &program{}
	rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
	sizes := rapid.SampledFrom([]int{0, 1, 2, 5})
	cols := rapid.SampledFrom([]int{1, 2, 4})
	count := rapid.IntRange(1, 6).Draw(t, "steps")
	// Leaves come first in a program, so those of the steps are made beforehand.
	type shape struct{ rows, cols int }
	var shapes []shape
	leaf := func(rows, cols int) int {
		shapes = append(shapes, shape{rows, cols})
		return p.leaf(rng, rows, cols)
	}
	for range 3 {
		leaf(sizes.Draw(t, "rows"), cols.Draw(t, "cols"))
	}
	rowOf := map[int]int{} // a leaf [1,c] for every c, and weights between them
	weightOf := map[[2]int]int{}
	widths := []int{1, 2, 4}
	for _, c := range widths {
		rowOf[c] = leaf(1, c)
		for _, d := range widths {
			weightOf[[2]int{c, d}] = leaf(c, d)
		}
	}
	normalised := false
	push := func(s step, rows, cols int) {
		p.steps = append(p.steps, s)
		shapes = append(shapes, shape{rows, cols})
	}
	for range count {
		x := rapid.IntRange(0, len(shapes)-1).Draw(t, "x")
		s := shapes[x]
		var same, beside []int
		for i, other := range shapes {
			if other == s {
				same = append(same, i)
			}
			if other.rows == s.rows {
				beside = append(beside, i)
			}
		}
		y := rapid.SampledFrom(same).Draw(t, "y")
		act := rapid.SampledFrom([]Activation{None, ReLU, SiLU, Tanh}).Draw(t, "act")
		row, known := rowOf[s.cols]
		switch kind := rapid.IntRange(0, 11).Draw(t, "kind"); {
		case kind == 0 && known:
			d := cols.Draw(t, "width")
			push(linear(x, weightOf[[2]int{s.cols, d}], rowOf[d], act), s.rows, d)
		case kind == 1 && known && s.cols > 1 && !normalised:
			push(layerNorm(x, row, row), s.rows, s.cols)
			normalised = true // a second one would magnify the rounding of the first
		case kind == 2 && known:
			push(addRow(x, row), s.rows, s.cols)
		case kind == 3:
			push(sub(x, y), s.rows, s.cols)
		case kind == 4:
			push(mul(x, y), s.rows, s.cols)
		case kind == 5:
			push(activate(x, act), s.rows, s.cols)
		case kind == 6:
			z := rapid.SampledFrom(beside).Draw(t, "z")
			push(concat(x, z), s.rows, s.cols+shapes[z].cols)
		case kind == 7:
			from := rapid.IntRange(0, s.cols).Draw(t, "from")
			push(columns(x, from, s.cols), s.rows, s.cols-from)
		case kind == 8:
			to := rapid.IntRange(0, s.rows).Draw(t, "to")
			push(rows(x, 0, to), to, s.cols)
		case kind == 9:
			n := sizes.Draw(t, "edges")
			push(gather(x, indices(rng, n, s.rows)), n, s.cols)
		case kind == 10:
			n := sizes.Draw(t, "nodes")
			push(scatterAdd(x, indices(rng, s.rows, n), n), n, s.cols)
		default:
			push(apply(x, y), s.rows, s.cols)
		}
	}
	// The loss is of the last value and of the first step, so that one value at
	// least has several uses.
	first, last := len(p.leaves), len(shapes)-1
	push(smoothL1(first, floats(rng, shapes[first].rows*shapes[first].cols), nil, 1), 1, 1)
	push(squaredError(last, floats(rng, shapes[last].rows*shapes[last].cols), nil), 1, 1)
	push(add(last+1, last+2), 1, 1)
	return p
}

func TestRandomProgramsMatchTheirTwins(t *testing.T) {
	tape := New()
	rapid.Check(t, func(t *rapid.T) {
		p := randomProgram(t)
		for _, v := range p.run64() {
			for _, x := range v.data {
				if x > 1e3 || x < -1e3 {
					t.Skip("float32 differences mean nothing at this size")
				}
			}
		}
		p.check(t, tape)
	})
}

// network records a small graph network with every kind of operation.
func network(t *Tape, x, w, g []float32, index []int32, target []float32, op Op) Value {
	nodes := t.Input(6, 4, x)
	weights := t.Param(8, 4, w[:32], g[:32])
	bias := t.Param(1, 4, w[32:36], g[32:36])
	gain := t.Param(1, 4, w[36:], g[36:])
	edges := t.Concat(t.Gather(nodes, index), t.Rows(t.Gather(nodes, index), 0, len(index)))
	h := t.Linear(edges, weights, bias, SiLU)
	h = t.LayerNorm(t.AddRow(h, bias), gain, bias)
	h = t.Apply(op, len(index), 4, t.Mul(h, h), t.Activate(t.Scale(h, 0.5), Tanh))
	out := t.Add(nodes, t.ScatterAdd(h, index, 6))
	return t.Add(t.SmoothL1(t.Columns(out, 0, 2), target[:12], nil, 0.1), t.SquaredError(t.Sub(out, nodes), target, w[:4]))
}

func TestSteadyStepAllocatesNothing(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 0))
	x, w, g, target := floats(rng, 24), floats(rng, 40), make([]float32, 40), floats(rng, 24)
	index := indices(rng, 9, 6)
	tape := New()
	step := func() {
		tape.Reset()
		tape.Backward(network(tape, x, w, g, index, target, squareTimes{}))
	}
	step()
	if n := testing.AllocsPerRun(20, step); n != 0 {
		t.Errorf("a steady step allocates %v times", n)
	}
}

func TestUsedTapeGivesTheBitsOfANewOne(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 0))
	x, w, target := floats(rng, 24), floats(rng, 40), floats(rng, 24)
	used := New()
	for _, n := range []int{9, 30, 0, 9} {
		index := indices(rng, n, 6)
		a, b := make([]float32, 40), make([]float32, 40)
		used.Reset()
		used.Backward(network(used, x, w, a, index, target, squareTimes{}))
		fresh := New()
		fresh.Backward(network(fresh, x, w, b, index, target, squareTimes{}))
		if !slices.Equal(a, b) {
			t.Errorf("gradients over %d edges differ on a used tape", n)
		}
	}
}

func TestParamsAddUpAndInputsWantNothing(t *testing.T) {
	w, g := []float32{3}, []float32{100}
	tape := New()
	x := tape.Input(1, 1, []float32{2})
	p := tape.Param(1, 1, w, g)
	constant := tape.Param(1, 1, w, nil)
	v := tape.Variable(1, 1, w)
	unused := tape.Variable(2, 3, make([]float32, 6))
	hidden := tape.Mul(x, constant)
	out := tape.Add(tape.Mul(p, p), tape.Mul(hidden, v))
	tape.Backward(tape.SquaredError(out, []float32{0}, nil))
	if g[0] != 100+2*27*6 { // out = 9 + 6·3, d out² / dp = 2·out·2p
		t.Errorf("gradient slice holds %v", g[0])
	}
	if got := tape.Grad(v).Data; got[0] != 2*27*6 {
		t.Errorf("gradient of the variable is %v", got)
	}
	if m := tape.Grad(unused); !slices.Equal(m.Data, make([]float32, 6)) || m.Rows != 2 {
		t.Errorf("gradient of an unused variable is %v", m)
	}
	for name, c := range map[string]Value{"input": x, "constant": constant, "their product": hidden} {
		if tape.Grad(c).Data != nil {
			t.Errorf("gradient of the %s was computed", name)
		}
	}
}

// spy fails when Backward is handed a gradient for its first input.
type spy struct{ t *testing.T }

func (spy) Forward(out Matrix, in []Matrix) { copy(out.Data, in[1].Data) }

func (s spy) Backward(_, outGrad Matrix, _, inGrad []Matrix) {
	if inGrad[0].Data != nil || inGrad[0].Rows != 2 {
		s.t.Error("an input's gradient was offered to the operation")
	}
	for i, g := range outGrad.Data {
		inGrad[1].Data[i] += g
	}
}

func TestOperationsAreToldWhatIsNotWanted(t *testing.T) {
	tape := New()
	x, v := tape.Input(2, 1, []float32{1, 2}), tape.Variable(2, 1, []float32{3, 4})
	tape.Backward(tape.SquaredError(tape.Apply(spy{t}, 2, 1, x, v), []float32{0, 0}, nil))
	if got := tape.Grad(v).Data; !slices.Equal(got, []float32{6, 8}) {
		t.Errorf("gradient %v", got)
	}
}

func TestForwardTakesNoMemoryForGradients(t *testing.T) {
	const n = 1000
	x, w := make([]float32, n*n), make([]float32, n)
	tape := New()
	v := tape.Variable(n, n, x)
	tape.AddRow(v, tape.Input(1, n, w))
	if got := tape.arena.used; len(tape.arena.blocks) != 1 || got != n*n {
		t.Errorf("forward took %d values in %d blocks, want %d", got, len(tape.arena.blocks), n*n)
	}
}

func TestMistakesPanic(t *testing.T) {
	six := make([]float32, 6)
	for name, c := range map[string]struct {
		want any
		run  func(t *Tape, a Value)
	}{
		"Input":  {badShape, func(t *Tape, _ Value) { t.Input(2, 2, six) }},
		"Param":  {badShape, func(t *Tape, _ Value) { t.Param(2, 3, six, six[:5]) }},
		"Linear": {badShape, func(t *Tape, a Value) { t.Linear(a, a, a, None) }},
		"MatMul": {badShape, func(t *Tape, a Value) { t.MatMul(a, a) }},
		"Edges": {badShape, func(t *Tape, a Value) {
			w, b := t.Input(3, 3, make([]float32, 9)), t.Input(1, 3, six[:3])
			t.LinearEdges(a, w, b, a, a, []int32{0, 1}, []int32{0}, None)
		}},
		"Add":    {badShape, func(t *Tape, a Value) { t.Add(a, t.Input(3, 2, six)) }},
		"AddRow": {badShape, func(t *Tape, a Value) { t.AddRow(a, a) }},
		"Norm": {badShape, func(t *Tape, a Value) {
			t.AddLayerNorm(t.Input(3, 2, six), a, t.Input(1, 3, six[:3]), t.Input(1, 3, six[:3]))
		}},
		"Concat":   {badShape, func(t *Tape, a Value) { t.Concat(a, t.Input(3, 2, six)) }},
		"nothing":  {badShape, func(t *Tape, _ Value) { t.Concat() }},
		"Columns":  {badRange, func(t *Tape, a Value) { t.Columns(a, 2, 4) }},
		"Rows":     {badRange, func(t *Tape, a Value) { t.Rows(a, 2, 1) }},
		"Scatter":  {badShape, func(t *Tape, a Value) { t.ScatterAdd(a, []int32{0}, 2) }},
		"SmoothL1": {badShape, func(t *Tape, a Value) { t.SmoothL1(a, six, six[:2], 1) }},
		"beta":     {badBeta, func(t *Tape, a Value) { t.SmoothL1(a, six, nil, 0) }},
		"Backward": {badLoss, func(t *Tape, a Value) { t.Backward(a) }},
		"twice": {tooLate, func(t *Tape, a Value) {
			loss := t.SquaredError(a, six, nil)
			t.Backward(loss)
			t.Backward(loss)
		}},
		"too late": {tooLate, func(t *Tape, a Value) {
			t.Backward(t.SquaredError(a, six, nil))
			t.Add(a, a)
		}},
	} {
		t.Run(name, func(t *testing.T) { wantPanic(t, name, c.want, c.run) })
	}
}

// wantPanic runs something with a matrix of 2 by 3 and wants it to panic.
func wantPanic(t *testing.T, name string, want any, run func(t *Tape, a Value)) {
	t.Helper()
	defer func() {
		if got := recover(); got != want {
			t.Errorf("%s: panic %v, want %v", name, got, want)
		}
	}()
	tape := New()
	run(tape, tape.Variable(2, 3, make([]float32, 6)))
}

// TestOneWrongShapeIsEnough gives every operation matrices that fit but for one, which is
// wrong in its rows or in its columns alone.
func TestOneWrongShapeIsEnough(t *testing.T) {
	t.Parallel()
	type shape [2]int
	type index = []int32
	for name, c := range map[string]struct {
		fit []shape // what fits a first argument of 2 by 3
		run func(t *Tape, a Value, v []Value)
	}{
		"Linear":    {[]shape{{3, 4}, {1, 4}}, func(t *Tape, a Value, v []Value) { t.Linear(a, v[0], v[1], None) }},
		"LayerNorm": {[]shape{{1, 3}, {1, 3}}, func(t *Tape, a Value, v []Value) { t.LayerNorm(a, v[0], v[1]) }},
		"AddLayerNorm": {[]shape{{2, 3}, {1, 3}, {1, 3}}, func(t *Tape, a Value, v []Value) {
			t.AddLayerNorm(a, v[0], v[1], v[2])
		}},
		"AddRow": {[]shape{{1, 3}}, func(t *Tape, a Value, v []Value) { t.AddRow(a, v[0]) }},
		"Add":    {[]shape{{2, 3}}, func(t *Tape, a Value, v []Value) { t.Add(a, v[0]) }},
		"Sub":    {[]shape{{2, 3}}, func(t *Tape, a Value, v []Value) { t.Sub(a, v[0]) }},
		"Mul":    {[]shape{{2, 3}}, func(t *Tape, a Value, v []Value) { t.Mul(a, v[0]) }},
	} {
		check := func(shapes []shape) (got any) {
			defer func() { got = recover() }()
			tape := New()
			a := tape.Variable(2, 3, make([]float32, 6))
			var values []Value
			for _, s := range shapes {
				values = append(values, tape.Input(s[0], s[1], make([]float32, s[0]*s[1])))
			}
			c.run(tape, a, values)
			return nil
		}
		if got := check(c.fit); got != nil {
			t.Errorf("%s: panic %v where all shapes fit", name, got)
		}
		for i := range c.fit {
			for side := range 2 {
				wrong := slices.Clone(c.fit)
				wrong[i][side]++
				if got := check(wrong); got != badShape {
					t.Errorf("%s: panic %v for %v in place of %v, want %v", name, got, wrong[i], c.fit[i], badShape)
				}
			}
		}
	}
	// The edges of a graph: nodes may be of any number.
	edges := func(wb, bb, sb, rb shape, senders, receivers index) func(*Tape, Value) {
		return func(t *Tape, a Value) {
			in := func(s shape) Value { return t.Input(s[0], s[1], make([]float32, s[0]*s[1])) }
			t.LinearEdges(a, in(wb), in(bb), in(sb), in(rb), senders, receivers, None)
		}
	}
	w, b, nodes, both := shape{3, 4}, shape{1, 4}, shape{5, 4}, index{0, 4}
	for name, run := range map[string]func(*Tape, Value){
		"weight rows":        edges(shape{4, 4}, b, nodes, nodes, both, both),
		"weight columns":     edges(shape{3, 5}, b, nodes, nodes, both, both),
		"bias rows":          edges(w, shape{2, 4}, nodes, nodes, both, both),
		"bias columns":       edges(w, shape{1, 5}, nodes, nodes, both, both),
		"senders' columns":   edges(w, b, shape{5, 5}, nodes, both, both),
		"receivers' columns": edges(w, b, nodes, shape{5, 5}, both, both),
		"senders":            edges(w, b, nodes, nodes, both[:1], both),
		"receivers":          edges(w, b, nodes, nodes, both, both[:1]),
	} {
		wantPanic(t, "edges: "+name, badShape, run)
	}
	edges(w, b, nodes, shape{7, 4}, both, index{6, 0})(func() (*Tape, Value) {
		tape := New()
		return tape, tape.Variable(2, 3, make([]float32, 6))
	}())
	six := make([]float32, 6)
	for name, run := range map[string]func(*Tape, Value){
		"target":        func(t *Tape, a Value) { t.SquaredError(a, six[:5], nil) },
		"scale":         func(t *Tape, a Value) { t.SquaredError(a, six, six[:4]) },
		"MatMul":        func(t *Tape, a Value) { t.MatMul(a, t.Input(2, 3, six)) },
		"scatter less":  func(t *Tape, a Value) { t.ScatterAdd(a, index{0}, 1) },
		"scatter more":  func(t *Tape, a Value) { t.ScatterAdd(a, index{0, 0, 0}, 1) },
		"concat second": func(t *Tape, a Value) { t.Concat(a, a, t.Input(1, 3, six[:3])) },
	} {
		wantPanic(t, name, badShape, run)
	}
	for name, run := range map[string]func(*Tape, Value){
		"columns below":    func(t *Tape, a Value) { t.Columns(a, -1, 1) },
		"columns backward": func(t *Tape, a Value) { t.Columns(a, 2, 1) },
		"columns beyond":   func(t *Tape, a Value) { t.Columns(a, 0, 4) },
		"rows below":       func(t *Tape, a Value) { t.Rows(a, -1, 1) },
		"rows backward":    func(t *Tape, a Value) { t.Rows(a, 2, 1) },
		"rows beyond":      func(t *Tape, a Value) { t.Rows(a, 0, 3) },
	} {
		wantPanic(t, name, badRange, run)
	}
	tape := New()
	a := tape.Variable(2, 3, six)
	if m := tape.Matrix(tape.Columns(a, 3, 3)); m.Rows != 2 || m.Cols != 0 {
		t.Errorf("no columns are %d by %d", m.Rows, m.Cols)
	}
	if m := tape.Matrix(tape.Rows(a, 0, 2)); m.Rows != 2 || m.Cols != 3 {
		t.Errorf("all rows are %d by %d", m.Rows, m.Cols)
	}
}

func BenchmarkStep(b *testing.B) {
	const rows, hidden = 600, 64
	rng := rand.New(rand.NewPCG(1, 0))
	x, target := floats(rng, rows*13), floats(rng, rows*10)
	w := floats(rng, 13*hidden+hidden+hidden*hidden+hidden+hidden*10+10)
	g := make([]float32, len(w))
	tape := New()
	b.ReportAllocs()
	for b.Loop() {
		tape.Reset()
		at := 0
		param := func(r, c int) Value {
			at += r * c
			return tape.Param(r, c, w[at-r*c:at], g[at-r*c:at])
		}
		h := tape.Input(rows, 13, x)
		h = tape.Linear(h, param(13, hidden), param(1, hidden), ReLU)
		h = tape.Linear(h, param(hidden, hidden), param(1, hidden), ReLU)
		h = tape.Linear(h, param(hidden, 10), param(1, 10), None)
		tape.Backward(tape.SmoothL1(h, target, nil, 0.1))
	}
}

// A loss without a Variable or a Param below it is legal: its gradient is nothing.
func TestConstantLossAddsNothing(t *testing.T) {
	tape := New()
	weight := []float32{2, 3}
	grad := []float32{5, 7}
	p := tape.Param(1, 2, weight, grad)
	loss := tape.SquaredError(tape.Input(1, 2, []float32{1, 2}), []float32{0, 0}, nil)
	tape.Backward(loss)
	if got := tape.Matrix(loss).Data[0]; got != 5 {
		t.Errorf("loss %v, want 5", got)
	}
	if grad[0] != 5 || grad[1] != 7 || tape.Grad(p).Data[0] != 5 {
		t.Errorf("gradient became %v", grad)
	}
}
