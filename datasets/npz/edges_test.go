package npz

import (
	"bufio"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// TestTypesAreThoseOfNumPy: the last size that is read and the first that is not.
func TestTypesAreThoseOfNumPy(t *testing.T) {
	t.Parallel()
	for descr, size := range map[string]int{
		"|b1": 1, "<i1": 1, "<i2": 2, ">i4": 4, "=u8": 8, "<f2": 2, "<f4": 4, "f8": 8, "<M8[ns]": 8, "<m8[10ms]": 8, "|S1": 1, "|S16384": 16384, "<U1": 4, "<U4096": 16384,
		"": 0, "<": 0, "<f": 0, "<fx": 0, "|b2": 0, "<i3": 0, "<i16": 0, "<u0": 0, "<f1": 0, "<f16": 0, "<f-8": 0, "|S0": 0, "|S-1": 0, "|S16385": 0, "<U0": 0, "<U4097": 0,
		"<M8": 0, "<M4[ns]": 0, "<M8[y]": 0, "<m8[0s]": 0, "<m8[1000000001s]": 0, "|O": 0, "<c16": 0,
	} {
		d, err := parseType(descr)
		if (err == nil) != (size > 0) || err == nil && d.size != size {
			t.Errorf("%q: %d bytes, %v, want %d", descr, d.size, err, size)
		}
	}
}

// TestHeadersAreReadToTheLetter: marks in any distance, and nothing that NumPy does not write.
func TestHeadersAreReadToTheLetter(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"{'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), }": "[3, 4] false 12", `{"descr":"<f8","fortran_order":True,"shape":(3L,)}`: "[3] true 3",
		"{'descr': '<f8', 'fortran_order': False, 'shape': ()}": "[] false 1", "{'descr': '<f8', 'fortran_order': False, 'shape': (0, 5)}": "[0, 5] false 0",
		"{'descr': '<f8', 'fortran_order': False, 'shape': (1,1,1,1,1,1,1,1)}": "[1, 1, 1, 1, 1, 1, 1, 1] false 1",
		"{'descr': '<f8', 'fortran_order': False, 'shape': (137438953472,)}":   "[137438953472] false 137438953472",

		"{'descr': '<f8', 'fortran_order': False, 'shape': (1,1,1,1,1,1,1,1,1)}": "", "{'descr': '<f8', 'fortran_order': False, 'shape': (137438953473,)}": "",
		"{'descr': '<f8', 'fortran_order': False, 'shape': (-3,)}": "", "{'descr': '<f8', 'fortran_order': False}": "", "{'descr': '<f8', 'shape': (3,)}": "",
		"{'fortran_order': False, 'shape': (3,)}": "", "{'descr': '<f8' 'fortran_order': False, 'shape': (3,)}": "", "{'descr': '<f8, 'fortran_order': False, 'shape': (3,)}": "",
		"{'descr': '<f8', 'fortran_order': None, 'shape': (3,)}": "", "{'descr': '<f8', 'fortran_order': False, 'shape': (3,)": "", "{'descr': [('x', '<f8')], 'fortran_order': False, 'shape': (3,)}": "",
		"{'descr': '<f8', 'fortran_order': False, 'shape': (3,), 'more': 1}": "", "'descr': '<f8'": "", "": "", "{'descr': '<f8": "",
	} {
		a, err := parseArray(text)
		got := fmt.Sprint(a.shape, " ", a.fortran, " ", a.values)
		if err != nil {
			got = ""
		}
		if got != want {
			t.Errorf("%s: %q, %v, want %q", text, got, err, want)
		}
	}
}

// TestHeadersAreBounded: 65,536 bytes, in the versions that count so far.
func TestHeadersAreBounded(t *testing.T) {
	t.Parallel()
	const header = "{'descr': '<f8', 'fortran_order': False, 'shape': (3,)}"
	for _, c := range []struct {
		version byte
		bytes   int
		good    bool
	}{{1, 200, true}, {1, 65_535, true}, {2, 65_536, true}, {2, 65_537, false}, {3, 65_536, true}, {4, 200, false}, {0, 200, false}} {
		saved := npy{version: c.version, header: header + strings.Repeat(" ", c.bytes-len(header)-1)}.saved()
		saved[6] = c.version
		if _, n, err := readArray(bufio.NewReader(strings.NewReader(string(saved)))); (err == nil) != c.good || err == nil && n != len(saved) {
			t.Errorf("%+v: %d bytes, %v", c, n, err)
		}
	}
	whole := npy{version: 1, header: header}.saved()
	for n := range whole {
		if _, _, err := readArray(bufio.NewReader(strings.NewReader(string(whole[:n])))); err == nil {
			t.Errorf("%d of %d bytes are taken for a header", n, len(whole))
		}
	}
}

// TestAxesAreFoundBySize: a value alone is for all, one of two axes of equal size is that which the name says, and an array that fits
// none of them is none.
func TestAxesAreFoundBySize(t *testing.T) {
	t.Parallel()
	l := &layout{axes: []axis{episodes, frames, bodies}, size: []int{2, 5, 5}}
	for _, c := range []struct {
		name  string
		shape []int
		want  []axis
		fits  bool
	}{
		{"x", nil, nil, true}, {"x", []int{2, 5, 5}, l.axes, true}, {"x", []int{2}, []axis{episodes}, true}, {"x", []int{5, 5}, []axis{frames, bodies}, true},
		{"time", []int{5}, []axis{frames}, true}, {"radius", []int{5}, []axis{bodies}, true}, {"unheard", []int{5}, []axis{frames}, false},
		{"unheard", []int{2, 5}, []axis{episodes, frames}, false}, {"x", []int{3}, nil, false}, {"x", []int{5, 2}, nil, false}, {"x", []int{2, 5, 5, 1}, nil, false},
	} {
		if got, fits := l.axesOf(c.name, c.shape); fits != c.fits || !slices.Equal(got, c.want) {
			t.Errorf("%s of %v: axes %v, %v, want %v, %v", c.name, c.shape, got, fits, c.want, c.fits)
		}
	}
	alike := &layout{axes: []axis{episodes, frames, bodies}, size: []int{4, 4, 4}}
	for of, names := range map[axis][]string{
		frames: {"time", "frame", "action", "mask"}, episodes: {"episode", "scene", "split", "start"},
		bodies: {"body", "radius", "width", "height", "shape", "std", "std_x", "std_y", "std_angle"},
	} {
		for _, name := range names {
			if got, fits := alike.axesOf(name, []int{4}); !fits || !slices.Equal(got, []axis{of}) || !known(name) {
				t.Errorf("where all are as many %s is of the axes %v, %v, want %v", name, got, fits, of)
			}
		}
	}
	if known("mood") || !known("omega") || !known("vx") {
		t.Error("names of columns are not told from others")
	}
	for _, c := range []struct {
		shape []int
		parts int
	}{{[]int{2, 5, 3}, 3}, {[]int{5, 3}, 3}, {[]int{2, 3}, 3}, {[]int{3}, 0}, {nil, 0}, {[]int{2, 5, 5, 3}, 0}, {[]int{4, 3}, 0}} {
		m := &member{}
		m.shape = c.shape
		if took := l.action(m); took != (c.parts > 0) || m.parts != c.parts {
			t.Errorf("actions of %v: %v, %d parts, want %d", c.shape, took, m.parts, c.parts)
		}
	}
}
