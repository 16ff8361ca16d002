package nn

import (
	"encoding/binary"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"orrery/sim/golden"

	"github.com/nlpodyssey/safetensors"
)

func TestFileRoundTrip(t *testing.T) {
	p, _, _ := testParams(1)
	p.Add("empty", 0, 4, Zeros, nil)
	path := filepath.Join(t.TempDir(), "m.safetensors")
	if err := p.Save(path, map[string]string{"kind": "test"}); err != nil {
		t.Fatal(err)
	}
	// The same names in another order: loading goes by name.
	q := NewParams()
	for _, e := range slices.Backward(p.entries) {
		q.Add(e.name, e.rows, e.cols, Ones, nil)
	}
	metadata, err := q.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	if metadata["kind"] != "test" {
		t.Errorf("metadata %v", metadata)
	}
	for _, e := range p.entries {
		if !slices.Equal(p.Slice(e.name), q.Slice(e.name)) {
			t.Errorf("%s differs after a round trip", e.name)
		}
	}
}

func TestFileIsReadByTheSafetensorsModule(t *testing.T) {
	p, _, _ := testParams(1)
	file, err := p.Encode(nil)
	if err != nil {
		t.Fatal(err)
	}
	s, err := safetensors.Deserialize(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range p.entries {
		view, ok := s.Tensor(e.name)
		if !ok || !slices.Equal(view.Shape(), []uint64{uint64(e.rows), uint64(e.cols)}) {
			t.Fatalf("%s: found %v, shape %v", e.name, ok, view.Shape())
		}
		if got := math.Float32frombits(binary.LittleEndian.Uint32(view.Data())); got != p.data[e.from] {
			t.Errorf("%s[0] = %v, want %v", e.name, got, p.data[e.from])
		}
	}
}

// file builds a safetensors file by hand.
func file(header string, body ...float32) []byte {
	b := binary.LittleEndian.AppendUint64(nil, uint64(len(header)))
	b = append(b, header...)
	for _, v := range body {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(v))
	}
	return b
}

const (
	headerA = `"a":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]}`
	headerB = `"b":{"dtype":"F32","shape":[1,1],"data_offsets":[8,12]}`
)

func abParams() *Params {
	p := NewParams()
	p.Add("a", 1, 2, Ones, nil)
	p.Add("b", 1, 1, Ones, nil)
	return p
}

func TestBadFilesAreRefused(t *testing.T) {
	nan := float32(math.NaN())
	for _, c := range []struct {
		name, want string
		file       []byte
	}{
		{"empty", "must have at least 8", nil},
		{"huge header", "must have at most", file(strings.Repeat(" ", 4<<20+1))},
		{"long header", "must have at most 0", binary.LittleEndian.AppendUint64(nil, math.MaxUint64)},
		{"no JSON", "header: byte 2: the text ends too early", file(`{`)},
		{"damaged", "header: byte 6: 'F' must not stand here", file(`{"a":F32}`)},
		{"null entry", `tensor "a": dtype`, file(`{"a":null,`+headerB+`}`, 1, 2, 3)},
		{"wrong entry", `header entry "a": shape: a text must be a list`, file(`{"a":{"shape":"x"}}`)},
		{"number in metadata", `header entry "__metadata__": a number must be a text`, file(`{"__metadata__":{"x":1},`+headerA+`,`+headerB+`}`, 1, 2, 3)},
		{"half a byte", `header entry "a": data_offsets: number 8.5 must be a whole number ≥ 0`, file(`{`+strings.Replace(headerA, "0,8", "0,8.5", 1)+`}`, 1, 2)},
		{"list", `header: a list must be an object`, file(`[]`)},
		{"missing", `tensor "b": missing`, file(`{`+headerA+`}`, 1, 2)},
		{"extra", `tensor "c": not a parameter`, file(`{`+headerA+`,`+headerB+`,"c":{"dtype":"F32","shape":[0,0],"data_offsets":[12,12]}}`, 1, 2, 3)},
		{"dtype", `tensor "b": dtype "F16" must be F32`, file(`{`+headerA+`,`+strings.Replace(headerB, "F32", "F16", 1)+`}`, 1, 2, 3)},
		{"shape", `tensor "a": shape [2 1] must be [1 2]`, file(`{`+strings.Replace(headerA, "1,2", "2,1", 1)+`,`+headerB+`}`, 1, 2, 3)},
		{"rank", `tensor "a": shape [2] must be [1 2]`, file(`{`+strings.Replace(headerA, "1,2", "2", 1)+`,`+headerB+`}`, 1, 2, 3)},
		{"span", `must span 8 bytes`, file(`{`+strings.Replace(headerA, "0,8", "0,9", 1)+`,`+headerB+`}`, 1, 2, 3)},
		{"backwards", `must span 8 bytes`, file(`{`+strings.Replace(headerA, "0,8", "8,0", 1)+`,`+headerB+`}`, 1, 2, 3)},
		{"hole", `tensor "b": data begins at 12, must begin at 8`, file(`{`+headerA+`,`+strings.Replace(headerB, "8,12", "12,16", 1)+`}`, 1, 2, 3, 4)},
		{"overlap", `tensor "b": data begins at 4, must begin at 8`, file(`{`+headerA+`,`+strings.Replace(headerB, "8,12", "4,8", 1)+`}`, 1, 2)},
		{"truncated", `must end at 8`, file(`{`+headerA+`,`+headerB+`}`, 1, 2)},
		{"trailing", `must end at 16`, file(`{`+headerA+`,`+headerB+`}`, 1, 2, 3, 4)},
		{"NaN", `tensor "b": value 0 is NaN, must be finite`, file(`{`+headerA+`,`+headerB+`}`, 1, 2, nan)},
	} {
		p := abParams()
		path := filepath.Join(t.TempDir(), "bad.safetensors")
		if err := os.WriteFile(path, c.file, 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := p.Load(path)
		golden.Closed(t, path)
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: error %v, want the path and %q", c.name, err, c.want)
		}
		if !slices.Equal(p.Data(), []float32{1, 1, 1}) {
			t.Errorf("%s: a refused file changed the parameters", c.name)
		}
	}
}

// TestTheLongestHeaderIsRead has four MiB, most of it spaces.
func TestTheLongestHeaderIsRead(t *testing.T) {
	header := `{` + headerA + `,` + headerB + `}`
	path := filepath.Join(t.TempDir(), "long.safetensors")
	if err := os.WriteFile(path, file(header+strings.Repeat(" ", 4<<20-len(header)), 1, 2, 3), 0o600); err != nil {
		t.Fatal(err)
	}
	p := abParams()
	if _, err := p.Load(path); err != nil || !slices.Equal(p.Data(), []float32{1, 2, 3}) {
		t.Errorf("read %v, want [1 2 3]; %v", p.Data(), err)
	}
}

func TestNonFiniteValuesAreNotSaved(t *testing.T) {
	p := abParams()
	p.Data()[1] = float32(math.Inf(-1))
	path := filepath.Join(t.TempDir(), "m.safetensors")
	err := p.Save(path, nil)
	if err == nil || !strings.Contains(err.Error(), `tensor "a": value 1 is -Inf`) {
		t.Errorf("error %v", err)
	}
	if _, err := os.Stat(path); err == nil {
		t.Error("a refused file was written")
	}
}

func FuzzDecode(f *testing.F) {
	good, err := abParams().Encode(map[string]string{"k": "v"})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add(file(`{`+headerA+`,`+headerB+`}`, 1, 2, 3))
	f.Add(file(`{`+headerA+`}`, 1, 2))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, data []byte) {
		p := abParams()
		if _, err := p.decode(data); err != nil {
			return
		}
		again, err := p.Encode(nil)
		if err != nil {
			t.Fatal(err)
		}
		q := abParams()
		if _, err := q.decode(again); err != nil || !slices.Equal(p.Data(), q.Data()) {
			t.Fatalf("accepted %d bytes, but their round trip fails: %v", len(data), err)
		}
	})
}
