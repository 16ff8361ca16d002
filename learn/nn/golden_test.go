package nn

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"orrery/learn/tape"
	"orrery/sim/golden"
)

// TestTheSameNetworksAnswerTheSame compares weights that follow from a seed, what networks answer, and the gradients of a
// loss, with those of earlier versions of this program, to four digits.
func TestTheSameNetworksAnswerTheSame(t *testing.T) {
	t.Parallel()
	var got strings.Builder
	for _, act := range []tape.Activation{tape.None, tape.ReLU, tape.SiLU, tape.Tanh} {
		rng := rand.New(rand.NewPCG(7, 1))
		p := NewParams()
		mlp := NewMLP(p, "mlp", []int{3, 5, 4}, act, rng, 0.5)
		norm := NewLayerNorm(p, "norm", 4)
		graph := NewInteraction(p, "graph", InteractionSizes{Node: 4, Edge: 2, Hidden: 6, Rounds: 2, Out: 3, Activation: act}, rng)
		fmt.Fprintf(&got, "# activation %d, %d weights\n", act, p.Len())
		for i := range Index(p.Count()) {
			rows, cols := p.Shape(i)
			from, to := p.Range(i)
			fmt.Fprintf(&got, "%s [%d,%d] %s\n", p.Name(i), rows, cols, sums(p.Data()[from:to]))
		}
		for i := range p.Data() { // biases and gains too are then of some size
			p.Data()[i] += float32(0.05 * rng.NormFloat64())
		}
		grad := make([]float32, p.Len())
		tp := tape.New()
		b := p.Bind(tp, p.Data(), grad)
		x := waves(9)
		wide := mlp.Forward(b, tp.Input(3, 3, x))
		nodes := norm.Forward(b, wide)
		out := graph.Forward(b, nodes, tp.Input(5, 2, waves(10)), []int32{0, 1, 1, 2, 0}, []int32{1, 0, 2, 1, 2})
		loss := tp.SmoothL1(out, waves(9), nil, 0.5)
		tp.Backward(loss)
		fmt.Fprintf(&got, "mlp %.4g\nnorm %.4g\ngraph %.4g\nloss %.4g\n", tp.Matrix(wide).Data, tp.Matrix(nodes).Data, tp.Matrix(out).Data, tp.Matrix(loss).Data)
		for i := range Index(p.Count()) {
			from, to := p.Range(i)
			fmt.Fprintf(&got, "by %s %s\n", p.Name(i), sums(grad[from:to]))
		}
		frozen := make([]float32, 12)
		mlp.Freeze(p, p.Data(), nil).Forward(frozen, x, 3)
		fmt.Fprintf(&got, "frozen %.4g\n", frozen)
	}
	golden.CompareNear(t, "testdata/networks.txt", got.String(), 1e-3)
}

// waves returns n numbers that differ from place to place.
func waves(n int) []float32 {
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(math.Sin(1.3*float64(i) + float64(n)))
	}
	return x
}

// sums writes the sum of sizes of numbers, and one with weights that differ from place to place.
func sums(x []float32) string {
	size, weighed := 0.0, 0.0
	for i, v := range x {
		size += math.Abs(float64(v))
		weighed += float64(v) * float64(1+i%7)
	}
	return fmt.Sprintf("%.4g %.4g", size, weighed)
}

// TestTheSameFilesAreWritten, with metadata, and what cannot be right is refused in the same words.
func TestTheSameFilesAreWritten(t *testing.T) {
	t.Parallel()
	var got strings.Builder
	make2 := func() *Params {
		p := NewParams()
		p.Add("a", 1, 2, Ones, nil)
		p.Add("b", 2, 1, Zeros, nil)
		return p
	}
	p := make2()
	copy(p.Slice("b"), []float32{-1.5, 3})
	file, err := p.Encode(map[string]string{"k": "v"})
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(&got, "%q\n", file)
	for _, c := range []struct{ name, old, now string }{
		{"as it is", "", ""},
		{"other type", "F32", "F64"},
		{"other shape", "[1,2]", "[2,2]"},
		{"other name", `"a"`, `"c"`},
		{"offset behind", "[0,8]", "[8,0]"},
		{"a hole", "[8,16]", "[7,15]"},
		{"too long", "[8,16]", "[8,17]"},
		{"no number", "\x00\x00\xc0\xbf", "\x00\x00\xc0\x7f"},
		{"endless", "\x00\x00\xc0\xbf", "\x00\x00\x80\xff"},
		{"metadata that is none", `"v"`, `  7`},
		{"no header", `{"`, `!"`},
		{"cut off", "\x00\x00\x40\x40", ""},
		{"more", "\x00\x00\x40\x40", "\x00\x00\x40\x40\x00\x00\x00\x00"},
		{"nothing", string(file), ""},
		{"endless header", string(file[:8]), "\xff\xff\xff\xff\xff\xff\xff\x7f"},
	} {
		q := make2()
		metadata, err := q.Read(strings.NewReader(strings.Replace(string(file), c.old, c.now, 1)))
		fmt.Fprintf(&got, "%s: %v, %v, then %v\n", c.name, metadata, err, q.Data())
	}
	p.Slice("a")[1] = float32(math.NaN())
	_, err = p.Encode(nil)
	fmt.Fprintf(&got, "unsaved: %v\n", err)
	golden.Compare(t, "testdata/files.txt", got.String())
}
