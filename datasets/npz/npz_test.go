package npz

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"orrery/sim/golden"
)

// npy is an array as NumPy saves it.
type npy struct {
	version byte
	header  string
	values  []byte
}

// saved returns the bytes of a file.
func (a npy) saved() []byte {
	text := a.header + "\n"
	b := append([]byte("\x93NUMPY"), max(a.version, 1), 0)
	if a.version < 2 {
		b = binary.LittleEndian.AppendUint16(b, uint16(len(text)))
	} else {
		b = binary.LittleEndian.AppendUint32(b, uint32(len(text)))
	}
	return append(append(b, text...), a.values...)
}

// numbers returns an array of values of a fixed size in an order of bytes.
func numbers(descr string, order binary.ByteOrder, shape string, values any) npy {
	b, err := binary.Append(nil, order, values)
	if err != nil {
		panic(err)
	}
	return npy{header: fmt.Sprintf("{'descr': '%s', 'fortran_order': False, 'shape': %s, }", descr, shape), values: b}
}

// floats returns an array of float64.
func floats(shape string, values ...float64) npy {
	return numbers("<f8", binary.LittleEndian, shape, values)
}

// archive returns an archive of arrays, packed or not.
func archive(t testing.TB, method uint16, arrays map[string]npy) []byte {
	t.Helper()
	members := map[string][]byte{}
	for name, a := range arrays {
		members[name+".npy"] = a.saved()
	}
	return zipped(t, method, members)
}

func zipped(t testing.TB, method uint16, members map[string][]byte) []byte {
	t.Helper()
	var file bytes.Buffer
	w := zip.NewWriter(&file)
	for name, text := range members {
		m, err := w.CreateHeader(&zip.FileHeader{Name: name, Method: method})
		if err == nil {
			_, err = m.Write(text)
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

// read returns an archive as lines of columns and rows, with the places of the rows before them.
func read(t testing.TB, text []byte) (lines []string, err error) {
	t.Helper()
	return readCalled(t, text, nil)
}

func readCalled(t testing.TB, text []byte, called map[string]string) (lines []string, err error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "x.npz")
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	defer golden.Closed(t, path)
	f, err := OpenRows(context.Background(), path, called)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	lines = append(lines, strings.Join(f.Columns(), " "))
	err = f.Rows(context.Background(), func(fields []string) error {
		lines = append(lines, f.Place(len(lines)-1)+": "+strings.Join(fields, " "))
		return nil
	})
	return lines, err
}

// want demands lines of an archive, packed and not.
func want(t *testing.T, arrays map[string]npy, lines ...string) {
	t.Helper()
	for _, method := range []uint16{zip.Store, zip.Deflate} {
		got, err := read(t, archive(t, method, arrays))
		if err != nil {
			t.Fatal(err)
		}
		if strings.Join(got, "\n") != strings.Join(lines, "\n") {
			t.Fatalf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(lines, "\n"))
		}
	}
}

var nan = math.NaN()

func TestPositionsBecomeRows(t *testing.T) {
	t.Parallel()
	want(t, map[string]npy{
		"xy": floats("(2, 3, 2)", 1, 2, 3, 4, 5, 6, 7, 8, nan, nan, 11, 12), "t": floats("(2,)", 0.5, 0.75), "radius": floats("(3,)", 0.1, 0.2, 0.3),
		"ids": {header: "{'descr': '<U2', 'fortran_order': False, 'shape': (3,), }", values: wide("a", "", "bé", "", "c", "")}, "mask": numbers("|b1", binary.LittleEndian, "(2, 3)", []uint8{1, 1, 1, 1, 0, 1}),
	},
		"x y body mask radius time",
		"frame 0, body 0: 1 2 a true 0.1 0.5", "frame 0, body 1: 3 4 bé true 0.2 0.5", "frame 0, body 2: 5 6 c true 0.3 0.5",
		"frame 1, body 0: 7 8 a true 0.1 0.75", "frame 1, body 1:   bé false 0.2 0.75", "frame 1, body 2: 11 12 c true 0.3 0.75")
	want(t, map[string]npy{"poses": floats("(2, 2, 3)", 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12), "fps": numbers("<i8", binary.LittleEndian, "()", []int64{30})},
		"frame body x y angle fps",
		"frame 0, body 0: 0 0 1 2 3 30", "frame 0, body 1: 0 1 4 5 6 30", "frame 1, body 0: 1 0 7 8 9 30", "frame 1, body 1: 1 1 10 11 12 30")
	want(t, map[string]npy{"positions": floats("(2, 2)", 1, 2, 3, 4), "theta": floats("(2,)", 5, 6)}, "frame x y angle", "row 0: 0 1 2 5", "row 1: 1 3 4 6")
	want(t, map[string]npy{"x": floats("(2, 2)", 1, 2, 3, 4), "y": floats("(2, 2)", 5, 6, 7, 8), "time": floats("(2,)", 0, 1)},
		"body time x y", "frame 0, body 0: 0 0 1 5", "frame 0, body 1: 1 0 2 6", "frame 1, body 0: 0 1 3 7", "frame 1, body 1: 1 1 4 8")
	want(t, map[string]npy{
		"xy": floats("(2, 2, 1, 2)", 1, 2, 3, 4, 5, 6, 7, 8), "action": floats("(2, 2, 2)", 10, 11, 12, 13, 14, 15, 16, 17), "split": {header: "{'descr': '|S5', 'fortran_order': False, 'shape': (2,), }", values: []byte("trainval\x00\x00")},
	},
		"episode frame body x y action0 action1 split",
		"episode 0, frame 0, body 0: 0 0 0 1 2 10 11 train", "episode 0, frame 1, body 0: 0 1 0 3 4 12 13 train",
		"episode 1, frame 0, body 0: 1 0 0 5 6 14 15 val", "episode 1, frame 1, body 0: 1 1 0 7 8 16 17 val")
}

// wide returns texts of UTF-32, a character each.
func wide(texts ...string) (b []byte) {
	for _, text := range texts {
		runes := append([]rune(text), 0)
		if text == "" {
			continue // the one before has filled two
		}
		for _, r := range append(runes, 0)[:2] {
			b = binary.LittleEndian.AppendUint32(b, uint32(r))
		}
	}
	return b
}

func TestLongArraysAreColumns(t *testing.T) {
	t.Parallel()
	want(t, map[string]npy{
		"x": floats("(3,)", 1, 2, 3), "y": floats("(3,)", 4, 5, 6), "frame": numbers(">i2", binary.BigEndian, "(3,)", []int16{0, 0, 1}), "id": numbers("|u1", binary.LittleEndian, "(3,)", []uint8{7, 200, 7}),
	}, "frame body x y", "row 0: 0 7 1 4", "row 1: 0 200 2 5", "row 2: 1 7 3 6")
	want(t, map[string]npy{"px": floats("(2,)", 1, 2), "py": floats("(2,)", 3, 4), "time": floats("(2,)", 0, 1)}, "px py time", "row 0: 1 3 0", "row 1: 2 4 1")
	want(t, map[string]npy{"x": floats("(2,)", 1, 2), "y": floats("(2,)", 3, 4), "other": floats("(3, 2)", 1, 2, 3, 4, 5, 6)}, "frame x y", "row 0: 0 1 3", "row 1: 1 2 4")
}

// TestArraysOfOtherNamesKeepThem has arrays that are called otherwise, as --map says, one by a name that would be
// another without it.
func TestArraysOfOtherNamesKeepThem(t *testing.T) {
	t.Parallel()
	text := archive(t, zip.Store, map[string]npy{"px": floats("(2, 1)", 1, 2), "py": floats("(2, 1)", 3, 4), "t": floats("(2,)", 5, 6), "who": floats("(1,)", 7), "size": floats("(1,)", 8)})
	got, err := readCalled(t, text, map[string]string{"x": "px", "y": "py", "time": "t", "body": "who", "radius": "size"})
	want := "px py size t who|frame 0, body 0: 1 3 8 5 7|frame 1, body 0: 2 4 8 6 7"
	if err != nil || strings.Join(got, "|") != want {
		t.Errorf("%q, %v, want %q", got, err, want)
	}
	if got, err := read(t, text); err == nil || !strings.Contains(err.Error(), "has no positions") {
		t.Errorf("%q, %v", got, err)
	}
}

// TestWhereSizesAreEqualTheNameDecides has as many bodies as frames.
func TestWhereSizesAreEqualTheNameDecides(t *testing.T) {
	t.Parallel()
	want(t, map[string]npy{"xy": floats("(2, 2, 2)", 1, 2, 3, 4, 5, 6, 7, 8), "times": floats("(2,)", 10, 20), "radii": floats("(2,)", 0.1, 0.2), "odd": floats("(2,)", 1, 1)},
		"body x y radius time", "frame 0, body 0: 0 1 2 0.1 10", "frame 0, body 1: 1 3 4 0.2 10", "frame 1, body 0: 0 5 6 0.1 20", "frame 1, body 1: 1 7 8 0.2 20")
}

// TestEveryTypeAndOrderIsRead has each type of values in both orders of bytes, and arrays in the order of Fortran.
func TestEveryTypeAndOrderIsRead(t *testing.T) {
	t.Parallel()
	for _, o := range []struct {
		mark  string
		order binary.ByteOrder
	}{{"<", binary.LittleEndian}, {">", binary.BigEndian}} {
		for _, c := range []struct {
			descr  string
			values any
			want   string
		}{
			{"i1", []int8{-128, 5}, "-128 5"}, {"i2", []int16{-3, 300}, "-3 300"}, {"i4", []int32{-1 << 31, 7}, "-2147483648 7"},
			{"i8", []int64{-1 << 63, 1<<53 + 1}, "-9223372036854775808 9007199254740993"},
			{"u1", []uint8{0, 255}, "0 255"}, {"u2", []uint16{1, 65535}, "1 65535"}, {"u4", []uint32{1, 1<<32 - 1}, "1 4294967295"}, {"u8", []uint64{1, 1<<64 - 1}, "1 18446744073709551615"},
			{"f2", []uint16{0x3c00, 0xfe00}, "1 "}, {"f4", []float32{0.1, float32(math.Inf(1))}, "0.1 "}, {"f8", []float64{0.1, -1e-300}, "0.1 -1e-300"},
			{"b1", []uint8{0, 1}, "false true"},
			{"M8[ns]", []int64{1_700_000_000_123_456_789, -1 << 63}, "1700000000.123456789 "}, {"m8[10ms]", []int64{3, -250}, "0.03 -2.5"}, {"M8[D]", []int64{2, 1 << 62}, "172800 "}, {"M8[us]", []int64{1, -1}, "0.000001 -0.000001"},
		} {
			for version := byte(1); version <= 3; version++ {
				a := numbers(o.mark+c.descr, o.order, "(2,)", c.values)
				a.version = version
				got, err := read(t, archive(t, zip.Store, map[string]npy{"v": a}))
				if err != nil || strings.Join(got, "|") != "frame v|row 0: 0 "+strings.Replace(c.want, " ", "|row 1: 1 ", 1) {
					t.Errorf("%s%s: %q, %v, want %s", o.mark, c.descr, got, err, c.want)
				}
			}
		}
	}
	fortran := floats("(2, 3, 2)", 1, 7, 3, 9, 5, 11, 2, 8, 4, 10, 6, 12)
	fortran.header = strings.Replace(fortran.header, "False", "True", 1)
	want(t, map[string]npy{"xy": fortran, "frame": numbers("<i4", binary.LittleEndian, "(2,)", []int32{5, 6})},
		"body x y frame",
		"frame 0, body 0: 0 1 2 5", "frame 0, body 1: 1 3 4 5", "frame 0, body 2: 2 5 6 5", "frame 1, body 0: 0 7 8 6", "frame 1, body 1: 1 9 10 6", "frame 1, body 2: 2 11 12 6")
}

// TestUnitsOfTimesHaveBounds: NumPy counts 1 to a billion of a unit.
func TestUnitsOfTimesHaveBounds(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int64{"ns": 1, "1ns": 1, "1000000000ns": 1e9, "0ns": 0, "1000000001ns": 0, "99999999999999999999ns": 0, "25": 0} {
		u, known := parseUnit(text)
		if known != (want > 0) || known && u.count != want*timeUnits["ns"].count {
			t.Errorf("%q: %+v, %v, want %d", text, u, known, want)
		}
	}
}

func TestArchivesAreRefusedInWords(t *testing.T) {
	t.Parallel()
	good := floats("(2,)", 1, 2)
	odd := func(header string) []byte {
		return archive(t, zip.Store, map[string]npy{"x": {header: header, values: good.values}, "y": good})
	}
	many := map[string][]byte{}
	for i := range 1001 {
		many[fmt.Sprintf("a%d.npy", i)] = good.saved()
	}
	films := map[string]npy{}
	for i := range 10 {
		films[fmt.Sprintf("film%d", i)] = floats("(2, 2)", 1, 2, 3, 4)
	}
	short := archive(t, zip.Deflate, map[string]npy{"x": good})
	damaged := archive(t, zip.Store, map[string]npy{"x": good})
	damaged[bytes.Index(damaged, good.values)] ^= 1
	for name, c := range map[string]struct {
		text []byte
		want string
	}{
		"objects":        {odd("{'descr': '|O', 'fortran_order': False, 'shape': (2,), }"), `x.npz: array "x": holds objects of Python (a pickle), which only Python can open: save arrays of numbers`},
		"fields":         {odd("{'descr': [('a', '<f8')], 'fortran_order': False, 'shape': (2,), }"), `array "x": has rows of several fields: save an array for each field`},
		"complex":        {odd("{'descr': '<c16', 'fortran_order': False, 'shape': (2,), }"), `array "x": values of type "<c16" must be whole numbers, floats of at most 64 bits, flags, times or texts`},
		"long double":    {odd("{'descr': '<f16', 'fortran_order': False, 'shape': (2,), }"), `values of type "<f16" must be`},
		"long text":      {odd("{'descr': '<U4097', 'fortran_order': False, 'shape': (2,), }"), `values of type "<U4097" must be`},
		"many films":     {archive(t, zip.Store, films), `it has "film0" [2, 2], "film1" [2, 2], "film2" [2, 2], "film3" [2, 2], "film4" [2, 2], "film5" [2, 2], "film6" [2, 2], "film7" [2, 2] and 2 more`},
		"no unit":        {odd("{'descr': '<M8', 'fortran_order': False, 'shape': (2,), }"), `values of type "<M8" must be`},
		"no header":      {odd("hello"), `array "x": its header is none that NumPy writes`},
		"no shape":       {odd("{'descr': '<f8', 'fortran_order': False}"), `its header is none`},
		"open":           {odd("{'descr': '<f8', 'fortran_order': False, 'shape': (2,"), `its header is none`},
		"odd value":      {odd("{'descr': '<f8', 'fortran_order': Maybe, 'shape': (2,), }"), `its header is none`},
		"negative":       {odd("{'descr': '<f8', 'fortran_order': False, 'shape': (-2,), }"), `its header is none`},
		"large":          {odd("{'descr': '<f8', 'fortran_order': False, 'shape': (4611686018427387904, 4), }"), `must have at most`},
		"too few":        {odd("{'descr': '<f8', 'fortran_order': False, 'shape': (3,), }"), `array "x": has`},
		"many sides":     {odd("{'descr': '<f8', 'fortran_order': False, 'shape': (1,1,1,1,1,1,1,1,2), }"), `9 dimensions must be at most 8`},
		"version":        {archive(t, zip.Store, map[string]npy{"x": {version: 9, header: good.header, values: good.values}}), `version 9 of NumPy's format must be 1, 2 or 3`},
		"other lengths":  {archive(t, zip.Store, map[string]npy{"x": good, "y": floats("(3,)", 1, 2, 3)}), `x.npz: arrays x and y have the shapes [2] and [3]: must be the same`},
		"radius":         {archive(t, zip.Store, map[string]npy{"xy": floats("(2, 1, 2)", 1, 2, 3, 4), "radius": floats("(3,)", 1, 2, 3)}), `array "radius" has the shape [3]: must have a value for each of 2 frames and 1 body`},
		"xyz":            {archive(t, zip.Store, map[string]npy{"xy": floats("(1, 1, 3)", 1, 2, 3)}), `array "xy" has the shape [1, 1, 3]: must be [frames, bodies, 2] for x, y`},
		"no positions":   {archive(t, zip.Store, map[string]npy{"film": floats("(2, 2)", 1, 2, 3, 4)}), `has no positions: there must be an array xy [frames, bodies, 2] or poses [frames, bodies, 3], or arrays x and y; it has "film" [2, 2]`},
		"no arrays":      {zipped(t, zip.Store, map[string][]byte{"data.pkl": {1}}), `has no arrays: its members must end in .npy`},
		"not an array":   {zipped(t, zip.Store, map[string][]byte{"x.npy": []byte("hello")}), `array "x": does not begin as an array of NumPy does`},
		"array alone":    {good.saved(), `x.npz: is a single array (.npy), which does not say what it is of`},
		"many arrays":    {zipped(t, zip.Store, many), `x.npz: must have at most 1000 arrays`},
		"cut off":        {short[:len(short)-10], `x.npz: is an archive that is damaged or cut off`},
		"damaged":        {damaged, `x.npz: array "x": is damaged or cut off`},
		"text":           {[]byte("frame,x,y\n"), `must be an archive of NumPy (npz), as numpy.savez writes`},
		"Parquet":        {[]byte("PAR1 and so on"), `but is a Parquet file`},
		"HDF5":           {[]byte("\x89HDF\r\n"), `but is an HDF5 file`},
		"header of 1 GB": {zipped(t, zip.Store, map[string][]byte{"x.npy": append([]byte("\x93NUMPY\x02\x00"), 0, 0, 0, 0x40)}), `header of 1073741824 bytes must have at most 65536`},
	} {
		_, err := read(t, c.text)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v\nmust contain %s", name, err, c.want)
		}
	}
	// What nobody asks for may be anything.
	want(t, map[string]npy{"x": good, "y": good, "about": {header: "{'descr': '|O', 'fortran_order': False, 'shape': (), }"}}, "frame x y", "row 0: 0 1 1", "row 1: 1 2 2")
}

// TestSizesThatLieTakeNoMemory claims arrays of a terabyte.
func TestSizesThatLieTakeNoMemory(t *testing.T) {
	for _, fortran := range []string{"False", "True"} {
		a := npy{header: "{'descr': '<f8', 'fortran_order': " + fortran + ", 'shape': (100000, 100000, 2), }", values: make([]byte, 64)}
		text := archive(t, zip.Store, map[string]npy{"xy": a})
		claim := uint32(0xfffffff0)
		for at := 0; ; { // both heads of the archive claim it, too
			i := bytes.Index(text[at:], binary.LittleEndian.AppendUint32(nil, uint32(len(a.saved()))))
			if i < 0 {
				break
			}
			binary.LittleEndian.PutUint32(text[at+i:], claim)
			at += i + 4
		}
		a.header = strings.Replace(a.header, "(100000, 100000, 2)", fmt.Sprintf("(%d, 2)", (claim-100)/16), 1)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := read(t, text)
		runtime.ReadMemStats(&after)
		if size := after.TotalAlloc - before.TotalAlloc; err == nil || size > 8<<20 {
			t.Errorf("%d bytes, error %v", size, err)
		}
	}
}

// TestLoadedArraysAreBounded claims more than what may be loaded; nothing of it is read.
func TestLoadedArraysAreBounded(t *testing.T) {
	t.Parallel()
	l := &layout{axes: grids[2], size: []int{1 << 14, 1 << 14}}
	m := &member{array: array{dtype: dtype{kind: 'f', size: 8}, shape: []int{1 << 14, 1 << 14}, fortran: true, values: 1 << 28}, axes: grids[2], parts: 1}
	text := archive(t, zip.Store, map[string]npy{"x": floats("(1,)", 1)})
	z, err := zip.NewReader(bytes.NewReader(text), int64(len(text)))
	if err != nil {
		t.Fatal(err)
	}
	m.file = z.File[0]
	loaded := 0
	if _, err := l.reader(context.Background(), m, &loaded); err == nil || !strings.Contains(err.Error(), "must have at most 1024 MB together") {
		t.Errorf("error %v", err)
	}
}

func TestRowsEndWithTheirContext(t *testing.T) {
	t.Parallel()
	values := make([]float64, 2*20_000)
	path := filepath.Join(t.TempDir(), "x.npz")
	if err := os.WriteFile(path, archive(t, zip.Deflate, map[string]npy{"xy": floats("(20000, 2)", values...)}), 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := OpenRows(context.Background(), path, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	ctx, cancel := context.WithCancel(context.Background())
	seen := 0
	err = f.Rows(ctx, func([]string) error { cancel(); seen++; return nil })
	if !errors.Is(err, context.Canceled) || seen > 4096 {
		t.Errorf("%d rows, error %v", seen, err)
	}
	if _, err := OpenRows(ctx, path, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	broken := errors.New("broken")
	if err := f.Rows(context.Background(), func([]string) error { return broken }); err != broken {
		t.Errorf("error %v", err)
	}
}

// FuzzArchive reads archives that are changed: there is an error or a table, but no panic.
func FuzzArchive(f *testing.F) {
	arrays := map[string]npy{"xy": floats("(2, 1, 2)", 1, 2, 3, 4), "t": floats("(2,)", 0, 1)}
	f.Add(archive(f, zip.Store, arrays))
	f.Add(archive(f, zip.Deflate, arrays))
	f.Fuzz(func(t *testing.T, text []byte) {
		lines, err := read(t, text)
		if err == nil && len(lines) > 1<<22 {
			t.Fatalf("%d lines of %d bytes", len(lines), len(text))
		}
	})
}

// FuzzHeader reads headers that are changed.
func FuzzHeader(f *testing.F) {
	f.Add("{'descr': '<f8', 'fortran_order': False, 'shape': (2, 3L), }")
	f.Add(`{"descr": "|S5", "fortran_order": True, "shape": ()}`)
	f.Fuzz(func(t *testing.T, text string) {
		a, err := parseArray(text)
		if err == nil && (a.values < 0 || a.size < 1 || len(a.shape) > 8) {
			t.Fatalf("%q is %+v", text, a)
		}
	})
}

func Example() {
	file, err := os.CreateTemp("", "*.npz")
	if err != nil {
		panic(err)
	}
	defer os.Remove(file.Name())
	w := zip.NewWriter(file)
	member, err := w.Create("xy.npy") // as numpy.savez(file, xy=[[1.0, 2.0], [3.0, 4.0]]) does
	if err == nil {
		_, err = member.Write(floats("(2, 2)", 1, 2, 3, 4).saved())
	}
	if err := errors.Join(err, w.Close(), file.Close()); err != nil {
		panic(err)
	}
	table, err := OpenRows(context.Background(), file.Name(), nil)
	if err != nil {
		panic(err)
	}
	defer table.Close()
	fmt.Println(table.Columns())
	err = table.Rows(context.Background(), func(fields []string) error {
		fmt.Println(fields)
		return nil
	})
	fmt.Println(err)
	// Output:
	// [frame x y]
	// [0 1 2]
	// [1 3 4]
	// <nil>
}

// TestUnitsOfTimeMayBeCounted: ten milliseconds are a unit, and three weeks are.
func TestUnitsOfTimeMayBeCounted(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]timeUnit{"ns": {1, 9}, "10ms": {10, 3}, "3W": {3 * 7 * 86400, 0}, "2h": {7200, 0}} {
		if got, known := parseUnit(text); !known || got != want {
			t.Errorf("%s is %v, want %v", text, got, want)
		}
	}
	for _, text := range []string{"", "0s", "-1s", "fortnight", "10000000000s"} {
		if got, known := parseUnit(text); known {
			t.Errorf("%q is %v", text, got)
		}
	}
}

// TestArraysThatAreLoadedAreCountedTogether: those that cannot be read as they come have a gigabyte in all.
func TestArraysThatAreLoadedAreCountedTogether(t *testing.T) {
	t.Parallel()
	fortran := floats("(2, 1)", 1, 2)
	fortran.header = strings.Replace(fortran.header, "False", "True", 1)
	text := archive(t, zip.Store, map[string]npy{"x": floats("(2, 1)", 1, 2), "y": fortran, "radius": floats("(1,)", 3)})
	in, err := zip.NewReader(bytes.NewReader(text), int64(len(text)))
	if err != nil {
		t.Fatal(err)
	}
	members, err := readMembers(in)
	if err != nil {
		t.Fatal(err)
	}
	l, err := arrange(members, nil)
	if err != nil {
		t.Fatal(err)
	}
	loaded := 0
	for _, name := range []string{"x", "y", "radius"} {
		r, err := l.reader(t.Context(), members[name], &loaded)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		r.close()
	}
	if loaded != 16+8 { // y and radius; x comes in the order of the rows
		t.Errorf("%d bytes are loaded, want 24", loaded)
	}
	loaded = 1<<30 - 8
	if _, err := l.reader(t.Context(), members["radius"], &loaded); err != nil {
		t.Error(err)
	}
	if _, err := l.reader(t.Context(), members["radius"], &loaded); err == nil || !strings.Contains(err.Error(), "must have at most 1024 MB together") {
		t.Errorf("a gigabyte and a little: %v", err)
	}
}
