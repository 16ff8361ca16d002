package npz

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// What is written is what is read, of every type.
func TestWhatIsWrittenIsRead(t *testing.T) {
	t.Parallel()
	arrays := []Array{
		{Name: "x", Shape: []int{3}, Values: []float64{0.1, -2e300, 3}},
		{Name: "y", Shape: []int{3}, Values: []float64{1, 2, 3}},
		{Name: "body", Shape: []int{3}, Values: []int64{0, -7, 1 << 60}},
		{Name: "flag", Shape: []int{3}, Values: []bool{true, false, true}},
		{Name: "word", Shape: []int{3}, Values: []string{"", "längst", "a"}},
		{Name: "fps", Values: []float64{60}},
	}
	path := filepath.Join(t.TempDir(), "a.npz")
	var first, second bytes.Buffer
	for _, w := range []*bytes.Buffer{&first, &second} {
		if err := Write(w, arrays); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(first.Bytes(), second.Bytes()) {
		t.Error("the same arrays give other bytes")
	}
	if err := os.WriteFile(path, first.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	file, err := OpenRows(t.Context(), path, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	got := map[string][]string{}
	err = file.Rows(t.Context(), func(fields []string) error {
		for i, name := range file.Columns() {
			got[name] = append(got[name], fields[i])
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string][]string{
		"x": {"0.1", "-2e+300", "3"}, "y": {"1", "2", "3"}, "body": {"0", "-7", "1152921504606846976"},
		"word": {"", "längst", "a"}, "fps": {"60", "60", "60"},
	} {
		if !slices.Equal(got[name], want) {
			t.Errorf("%s is %q, want %q", name, got[name], want)
		}
	}
	if flags := got["flag"]; len(flags) != 3 || flags[0] == flags[1] || flags[0] != flags[2] {
		t.Errorf("flag is %q", flags)
	}
}

// The values of an array begin at a multiple of 64 bytes, as NumPy wants it, and text is as wide as its longest.
func TestHeadersAreNumPys(t *testing.T) {
	t.Parallel()
	header := string(npyHeader("<f8", []int{20, 120}))
	if !strings.Contains(header, "{'descr': '<f8', 'fortran_order': False, 'shape': (20,120,), }") || len(header)%64 != 0 || !strings.HasSuffix(header, "\n") {
		t.Errorf("the header is %q", header)
	}
	if one := string(npyHeader("<f8", nil)); !strings.Contains(one, "'shape': ()") {
		t.Errorf("the header of a single value is %q", one)
	}
}

func TestShapesMustFit(t *testing.T) {
	t.Parallel()
	err := Write(&bytes.Buffer{}, []Array{{Name: "x", Shape: []int{2, 3}, Values: make([]int64, 5)}})
	if err == nil || err.Error() != "array x: 5 values must be the 6 of the shape [2, 3]" {
		t.Errorf("got %v", err)
	}
}
