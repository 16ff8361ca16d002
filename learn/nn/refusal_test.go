package nn

import (
	"errors"
	"io/fs"
	"math"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"orrery/learn/tape"
)

// TestWhatDoesNotFitPanics says so in words of its own.
func TestWhatDoesNotFitPanics(t *testing.T) {
	bind := func(values, slopes int) {
		abParams().Bind(tape.New(), make([]float32, values), make([]float32, slopes))
	}
	for name, run := range map[string]func(){
		"negative rows":    func() { NewParams().Add("w", -1, 0, Zeros, nil) },
		"negative columns": func() { NewParams().Add("w", 0, -1, Zeros, nil) },
		"reserved name":    func() { NewParams().Add("__metadata__", 1, 1, Zeros, nil) },
		"one size":         func() { NewMLP(NewParams(), "m", []int{3}, tape.Tanh, nil, 1) },
		"no size":          func() { NewMLP(NewParams(), "m", nil, tape.Tanh, nil, 1) },
		"few values":       func() { bind(2, 3) },
		"many values":      func() { bind(4, 3) },
		"few slopes":       func() { bind(3, 2) },
		"many slopes":      func() { bind(3, 4) },
	} {
		func() {
			defer func() {
				if said, _ := recover().(string); !strings.HasPrefix(said, "nn: ") {
					t.Errorf("%s: panic %q, want one of this package", name, said)
				}
			}()
			run()
		}()
	}
	if got := abParams().Slice("c"); got != nil {
		t.Errorf("values %v of a name that nothing has", got)
	}
}

// TestParametersMayComeLater than other values of a tape.
func TestParametersMayComeLater(t *testing.T) {
	p, run := abParams(), tape.New()
	run.Input(1, 1, []float32{9})
	b := p.Bind(run, []float32{1, 2, 3}, nil)
	if a, c := run.Matrix(b.Value(0)).Data, run.Matrix(b.Value(1)).Data; len(a) != 2 || a[0] != 1 || a[1] != 2 || len(c) != 1 || c[0] != 3 {
		t.Errorf("parameters %v and %v, want [1 2] and [3]", a, c)
	}
}

// TestFilesThatCannotBeReadSayWhy hands on what the system said.
func TestFilesThatCannotBeReadSayWhy(t *testing.T) {
	p := abParams()
	if _, err := p.Load(filepath.Join(t.TempDir(), "none")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a file that is not there: %v", err)
	}
	broken := errors.New("the disk is broken")
	if _, err := p.Read(iotest.ErrReader(broken)); !errors.Is(err, broken) {
		t.Errorf("a disk that is broken: %v", err)
	}
	for content, want := range map[string]string{
		"\x00\x00\x00\x00\x00\x00\x00":                     "file has 7 bytes, must have at least 8",
		string(file(strings.Repeat(" ", 4<<20+1))):         "header has 4194305 bytes, must have at most 4194304",
		string(file(`{`+headerA+`,`+headerB+`}`)) + "\x00": "must end at 1 ",
		string(file(`{`+strings.Replace(headerA, "0,8", "18446744073709551612,4", 1)+`,`+headerB+`}`, 1, 2, 3)): "must span 8 bytes",
	} {
		if _, err := p.Read(strings.NewReader(content)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%d bytes: %v, want %q", len(content), err, want)
		}
	}
}

// TestThreeProductsMakeOneSum: the first layer of a message adds what an edge and its two nodes give, so that the weights of
// each are as much narrower than those of a layer by itself.
func TestThreeProductsMakeOneSum(t *testing.T) {
	p := NewParams()
	NewInteraction(p, "net", InteractionSizes{Node: 4, Edge: 3, Hidden: 64, Out: 3, Rounds: 1, Activation: tape.SiLU}, rand.New(rand.NewPCG(1, 0)))
	found := 0
	for i := range p.entries {
		name := p.Name(Index(i))
		if !strings.HasSuffix(name, ".send") && !strings.HasSuffix(name, ".receive") {
			continue
		}
		found++
		rows, _ := p.Shape(Index(i))
		squares, values := 0.0, p.Slice(name)
		for _, w := range values {
			squares += float64(w) * float64(w)
		}
		got, want := math.Sqrt(squares/float64(len(values))), math.Sqrt(2/3./float64(rows))
		if !(math.Abs(got/want-1) < 0.05) {
			t.Errorf("%s varies by %v, want %v", name, got, want)
		}
	}
	if found == 0 {
		t.Error("no layer of edges")
	}
}

// TestFrozenLayersFillVectors of 16 values, the widest that processors have.
func TestFrozenLayersFillVectors(t *testing.T) {
	p := NewParams()
	f := NewMLP(p, "net", []int{3, 1, 16, 17, 8}, tape.ReLU, rand.New(rand.NewPCG(1, 0)), 1).Freeze(p, p.Data(), nil)
	for i, want := range []int{16, 16, 32, 16} {
		if got := f.layers[i].Out; got != want {
			t.Errorf("layer %d is %d wide, want %d", i, got, want)
		}
	}
}
