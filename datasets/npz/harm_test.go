package npz

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"orrery/sim/golden"
)

// inOrder returns an archive of arrays that are not packed, in an order.
func inOrder(t testing.TB, method uint16, names []string, arrays map[string]npy) []byte {
	t.Helper()
	var file bytes.Buffer
	w := zip.NewWriter(&file)
	for _, name := range names {
		m, err := w.CreateHeader(&zip.FileHeader{Name: name + ".npy", Method: method})
		if err == nil {
			_, err = m.Write(arrays[name].saved())
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return file.Bytes()
}

// TestHarmIsToldAsItWas: what is said of an archive that is cut off anywhere or has another byte anywhere.
func TestHarmIsToldAsItWas(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("slow, and in one goroutine")
	}
	xy, ids := floats("(2, 1, 2)", 1, 2, 3, 4), numbers("|u1", binary.LittleEndian, "(1,)", []uint8{7})
	xy.header = strings.Replace(xy.header, "False", "True", 1)
	path := filepath.Join(t.TempDir(), "x.npz")
	told := golden.Harm(inOrder(t, zip.Store, []string{"xy", "id"}, map[string]npy{"xy": xy, "id": ids}), func(content []byte) string {
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		f, err := OpenRows(t.Context(), path, nil)
		if err != nil {
			return err.Error()
		}
		defer f.Close()
		sum := crc32.NewIEEE()
		fmt.Fprint(sum, f.Columns(), f.Skipped())
		err = f.Rows(t.Context(), func(fields []string) error { _, err := fmt.Fprintf(sum, "%q", fields); return err })
		if err != nil {
			return err.Error()
		}
		return fmt.Sprintf("%08x", sum.Sum32())
	})
	golden.Closed(t, path)
	golden.Compare(t, "testdata/harm.txt", told)
}

// TestArraysThatCannotBeReadStopOnlyWhatNeedsThem: each way in which an array may matter.
func TestArraysThatCannotBeReadStopOnlyWhatNeedsThem(t *testing.T) {
	t.Parallel()
	bad := npy{header: "{'descr': '|O', 'fortran_order': False, 'shape': (2,), }"}
	const pickle = "holds objects of Python (a pickle), which only Python can open: save arrays of numbers"
	two := floats("(2,)", 1, 2)
	for _, c := range []struct {
		arrays map[string]npy
		want   string
	}{
		{map[string]npy{"xy": bad}, `x.npz: array "xy": ` + pickle},
		{map[string]npy{"poses": bad, "xy": floats("(2, 2)", 1, 2, 3, 4)}, `x.npz: array "poses": ` + pickle},
		{map[string]npy{"x": bad, "y": two}, `x.npz: array "x": ` + pickle},
		{map[string]npy{"x": two, "y": bad}, `x.npz: array "y": ` + pickle},
		{map[string]npy{"x": two, "y": two, "radius": bad}, `x.npz: array "radius": ` + pickle},
		{map[string]npy{"x": two, "y": two, "ids": bad}, `x.npz: array "ids": ` + pickle},
		{map[string]npy{"x": two, "y": two, "vx": bad}, `x.npz: array "vx": ` + pickle},
		{map[string]npy{"a": bad, "b": bad}, `x.npz: array "a": ` + pickle},
		{map[string]npy{"a": bad, "b": two}, ""},
		{map[string]npy{"x": two, "y": two, "a": bad}, ""},
		{map[string]npy{"xy": floats("()", 1)}, `x.npz: array "xy" has the shape []: must be [frames, bodies, 2] for x, y, with episodes before or without bodies`},
		{map[string]npy{"xy": floats("(2,)", 1, 2)}, `x.npz: array "xy" has the shape [2]: must be [frames, bodies, 2] for x, y, with episodes before or without bodies`},
		{map[string]npy{"xy": floats("(1, 1, 1, 1, 2)", 1, 2)}, `x.npz: array "xy" has the shape [1, 1, 1, 1, 2]: must be [frames, bodies, 2] for x, y, with episodes before or without bodies`},
	} {
		told := ""
		if _, err := read(t, inOrder(t, zip.Deflate, slices.Sorted(mapKeys(c.arrays)), c.arrays)); err != nil {
			told = err.Error()
		}
		if told != c.want {
			t.Errorf("%q, want %q", told, c.want)
		}
	}
}

// mapKeys are the names of arrays.
func mapKeys(arrays map[string]npy) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		for name := range arrays {
			if !yield(name) {
				return
			}
		}
	}
}

// TestHeadersAreSpelledOut: each way in which the words of a header may be wrong.
func TestHeadersAreSpelledOut(t *testing.T) {
	t.Parallel()
	const good = "{'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), }"
	var told strings.Builder
	for _, c := range [][2]string{
		{"", ""}, {"(3, 4)", "(3 4)"}, {"(3, 4)", "(3, 4"}, {"(3, 4)", "(3,,4)"}, {"(3, 4)", "3"}, {"(3, 4)", "(3L, 4)"}, {"(3, 4)", "(3,)"}, {"(3, 4)", "()"}, {"(3, 4)", "(,)"}, {"(3, 4)", "('3',)"}, {"(3, 4)", "(3.0,)"},
		{"(3, 4)", "(99999999999999999999,)"}, {"(3, 4)", "(+3,)"}, {"(3, 4)", "(0, 4)"}, {"(3, 4)", "(007,)"}, {"(3, 4)", "(3, 4), 'shape': (5,)"},
		{"False", "True"}, {"False", "Fals"}, {"False", "false"}, {"False", "0"}, {"False", "Falsehood"}, {"False", ""},
		{"'<f8'", "<f8"}, {"'<f8'", `"<f8"`}, {"'<f8'", "'<f8"}, {"'<f8'", "''"}, {"'<f8'", "'f8'"}, {"'<f8'", "'=f4'"}, {"'<f8'", "'>i2'"}, {"'<f8'", "'<i3'"}, {"'<f8'", "'|b1'"}, {"'<f8'", "'|b2'"}, {"'<f8'", "'<f'"}, {"'<f8'", "'<f-8'"},
		{"'<f8'", "'<M8[ns]'"}, {"'<f8'", "'<m8[25s]'"}, {"'<f8'", "'<M8[Y]'"}, {"'<f8'", "'<M4[s]'"}, {"'<f8'", "'<M8[0s]'"}, {"'<f8'", "'<U3'"}, {"'<f8'", "'<U0'"}, {"'<f8'", "'|S16384'"}, {"'<f8'", "'|S16385'"}, {"'<f8'", "'<U4096'"}, {"'<f8'", "'|V8'"},
		{"'descr'", "'type'"}, {"'descr': ", ""}, {"'descr':", "'descr'"}, {", 'shape'", " 'shape'"}, {", }", "}"}, {", }", ", "}, {", }", ",, }"}, {"{", ""}, {"}", "} and more"}, {"}", "}}"}, {" 'fortran_order': False,", ""},
	} {
		text := strings.Replace(good, c[0], c[1], 1)
		a, err := parseArray(text)
		if err != nil {
			fmt.Fprintf(&told, "%s: %v\n", text, err)
		} else {
			fmt.Fprintf(&told, "%s: kind %c of %d bytes, %v, unit %d of %d digits, shape %v, Fortran %t, %d values\n", text, a.kind, a.size, a.order, a.unit.count, a.unit.parts, a.shape, a.fortran, a.values)
		}
	}
	golden.Compare(t, "testdata/headers.txt", told.String())
}

// TestReadingHeedsItsContext at every question, while arrays are loaded, too.
func TestReadingHeedsItsContext(t *testing.T) {
	t.Parallel()
	random, values := rand.New(rand.NewPCG(1, 2)), make([]float64, 3*checkRows)
	for i := range values {
		values[i] = random.Float64()
	}
	x := floats(fmt.Sprintf("(%d,)", len(values)), values...)
	xy := floats(fmt.Sprintf("(%d, 1, 2)", len(values)/2), values...)
	xy.header = strings.Replace(xy.header, "False", "True", 1)
	for which, c := range map[string]struct {
		file []byte
		want int
	}{
		"streamed": {inOrder(t, zip.Store, []string{"x", "y"}, map[string]npy{"x": x, "y": x}), 3},
		"loaded":   {inOrder(t, zip.Store, []string{"xy"}, map[string]npy{"xy": xy}), 3}, // one for the values, two for the rows
	} {
		path := filepath.Join(t.TempDir(), "x.npz")
		if err := os.WriteFile(path, c.file, 0o600); err != nil {
			t.Fatal(err)
		}
		rows := 0
		golden.Ends(t, func(ctx context.Context) error {
			f, err := OpenRows(ctx, path, nil)
			if err == nil {
				f.Close()
			}
			return err
		})
		golden.Closed(t, path)
		f, err := OpenRows(t.Context(), path, nil)
		if err != nil {
			t.Fatal(err)
		}
		asked := golden.Ends(t, func(ctx context.Context) error {
			rows = 0
			return f.Rows(ctx, func([]string) error { rows++; return nil })
		})
		f.Close()
		if asked != c.want {
			t.Errorf("%s: %d questions for %d rows, want %d", which, asked, rows, c.want)
		}
	}
}

// TestArchivesThatFindNoRoomAreErrors, wherever it ends.
func TestArchivesThatFindNoRoomAreErrors(t *testing.T) {
	t.Parallel()
	random, many := rand.New(rand.NewPCG(1, 2)), make([]float64, 2000)
	for i := range many {
		many[i] = random.Float64()
	}
	n := golden.Fills(t, 997, func(w io.Writer) error {
		return Write(w, []Array{{"a", []int{2000}, many}, {"b", []int{2}, []string{"x", "yé"}}, {"c", nil, []bool{true}}, {"d", []int{1}, []int64{-1}}})
	})
	if n < 15000 {
		t.Errorf("%d bytes", n)
	}
}
