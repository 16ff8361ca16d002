package npz

import (
	"archive/zip"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"strings"
	"unicode/utf8"
)

// Array is an array to be written. Values are []int64, []float64, []bool or []string in the order of C, as
// many as the shape says; a shape of no size is a single one.
type Array struct {
	Name   string
	Shape  []int
	Values any
}

// Write writes an archive as numpy.savez_compressed does. The same arrays give the same bytes.
func Write(w io.Writer, arrays []Array) error {
	archive := zip.NewWriter(w)
	for i := range arrays {
		a := &arrays[i]
		member, err := archive.CreateHeader(&zip.FileHeader{Name: a.Name + ".npy", Method: zip.Deflate})
		if err == nil {
			err = a.write(member)
		}
		if err != nil {
			return fmt.Errorf("array %s: %w", a.Name, err)
		}
	}
	return archive.Close()
}

// write writes the header and the values, some at a time.
func (a *Array) write(w io.Writer) error {
	const some = 4096
	var descr string
	var n int
	var put func(dst []byte, i int) []byte
	switch values := a.Values.(type) {
	case []int64:
		descr, n = "<i8", len(values)
		put = func(dst []byte, i int) []byte { return binary.LittleEndian.AppendUint64(dst, uint64(values[i])) }
	case []float64:
		descr, n = "<f8", len(values)
		put = func(dst []byte, i int) []byte {
			return binary.LittleEndian.AppendUint64(dst, math.Float64bits(values[i]))
		}
	case []bool:
		descr, n = "|b1", len(values)
		put = func(dst []byte, i int) []byte {
			if values[i] {
				return append(dst, 1)
			}
			return append(dst, 0)
		}
	case []string:
		longest := 1
		for _, s := range values {
			longest = max(longest, utf8.RuneCountInString(s))
		}
		descr, n = fmt.Sprintf("<U%d", longest), len(values)
		put = func(dst []byte, i int) []byte {
			for _, r := range values[i] {
				dst = binary.LittleEndian.AppendUint32(dst, uint32(r))
			}
			return append(dst, make([]byte, 4*(longest-utf8.RuneCountInString(values[i])))...)
		}
	default:
		panic(fmt.Sprintf("npz: values of type %T", values))
	}
	want := 1
	for _, d := range a.Shape {
		want *= d
	}
	if n != want {
		return fmt.Errorf("%d values must be the %d of the shape %v", n, want, shape(a.Shape))
	}
	if _, err := w.Write(npyHeader(descr, a.Shape)); err != nil {
		return err
	}
	var text []byte
	for i := range n {
		if text = put(text, i); len(text) >= some || i == n-1 {
			if _, err := w.Write(text); err != nil {
				return err
			}
			text = text[:0]
		}
	}
	return nil
}

// npyHeader returns what stands before the values of an array, in version 1.0 of NumPy's format
// (https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html).
func npyHeader(descr string, sizes []int) []byte {
	const magic, aligned = "\x93NUMPY\x01\x00", 64
	var tuple strings.Builder
	for _, d := range sizes {
		fmt.Fprintf(&tuple, "%d,", d)
	}
	text := fmt.Sprintf("{'descr': '%s', 'fortran_order': False, 'shape': (%s), }", descr, tuple.String())
	text += strings.Repeat(" ", aligned-(len(magic)+2+len(text)+1)%aligned) + "\n"
	return append(binary.LittleEndian.AppendUint16([]byte(magic), uint16(len(text))), text...)
}
