package arrays

import (
	"archive/zip"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// These tests read what is written by the letter of the formats, where there is no Python.

// numbers returns little-endian values of a type as NumPy calls it.
func numbers(t *testing.T, kind string, content []byte) (values []float64) {
	t.Helper()
	size := map[string]int{"int8": 1, "int32": 4, "int64": 8, "float32": 4}[kind]
	if size == 0 || len(content)%size != 0 {
		t.Fatalf("%d bytes of %s", len(content), kind)
	}
	for ; len(content) > 0; content = content[size:] {
		switch kind {
		case "int8":
			values = append(values, float64(int8(content[0])))
		case "int32":
			values = append(values, float64(int32(binary.LittleEndian.Uint32(content))))
		case "int64":
			values = append(values, float64(int64(binary.LittleEndian.Uint64(content))))
		case "float32":
			values = append(values, float64(math.Float32frombits(binary.LittleEndian.Uint32(content))))
		}
	}
	return values
}

var npyText = regexp.MustCompile(`^\{'descr': '(.i\d|<f4)', 'fortran_order': False, 'shape': \(((?:\d+,)+)\), \} *\n$`)

// readNPZ reads the files of a folder.
func readNPZ(t *testing.T, dir string) map[string]array {
	t.Helper()
	all := map[string]array{}
	files, err := filepath.Glob(filepath.Join(dir, "*.npz"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range files {
		archive, err := zip.OpenReader(path)
		if err != nil {
			t.Fatal(err)
		}
		defer archive.Close()
		if len(archive.File) != 1 || archive.File[0].Name != "arr_0.npy" || archive.File[0].Method != zip.Store {
			t.Fatalf("%s has %d members", path, len(archive.File))
		}
		member, err := archive.File[0].Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(member) // checks the CRC
		if err != nil || string(content[:8]) != "\x93NUMPY\x01\x00" {
			t.Fatalf("%s: %v", path, err)
		}
		n := 10 + int(binary.LittleEndian.Uint16(content[8:]))
		text := npyText.FindSubmatch(content[10:n])
		if text == nil || n%64 != 0 {
			t.Fatalf("%s: header %q of %d bytes", path, content[10:n], n)
		}
		a := array{Type: map[string]string{"|i1": "int8", "<i4": "int32", "<i8": "int64", "<f4": "float32"}[string(text[1])]}
		for _, d := range strings.Split(strings.TrimSuffix(string(text[2]), ","), ",") {
			size, err := strconv.Atoi(d)
			if err != nil {
				t.Fatal(err)
			}
			a.Shape = append(a.Shape, size)
		}
		a.Values = numbers(t, a.Type, content[n:])
		all[strings.TrimSuffix(filepath.Base(path), ".npz")] = a
	}
	return all
}

// object reads the messages of an object header, and checks its sum.
func object(t *testing.T, file []byte, at uint64) map[byte][][]byte {
	t.Helper()
	b := file[at:]
	n := 10 + int(binary.LittleEndian.Uint32(b[6:]))
	if string(b[:6]) != "OHDR\x02\x02" || checksum(b[:n]) != binary.LittleEndian.Uint32(b[n:]) {
		t.Fatalf("no object at %d", at)
	}
	messages := map[byte][][]byte{}
	for rest := b[10:n]; len(rest) > 0; {
		size := 4 + int(binary.LittleEndian.Uint16(rest[1:]))
		messages[rest[0]] = append(messages[rest[0]], rest[4:size])
		rest = rest[size:]
	}
	return messages
}

// readHDF5 reads a file from its superblock on.
func readHDF5(t *testing.T, file []byte) map[string]array {
	t.Helper()
	word := binary.LittleEndian.Uint64
	if string(file[:12]) != "\x89HDF\r\n\x1a\n\x03\x08\x08\x00" || checksum(file[:44]) != binary.LittleEndian.Uint32(file[44:]) || word(file[28:]) != uint64(len(file)) {
		t.Fatalf("superblock %q of a file of %d bytes", file[:48], len(file))
	}
	all, links := map[string]array{}, map[uint64]int{}
	var at []uint64
	for _, link := range object(t, file, word(file[36:]))[messageLink] {
		n := int(link[2])
		name, place := string(link[3:3+n]), word(link[3+n:])
		links[place]++
		at = append(at, place)
		messages := object(t, file, place)
		space, kind, layout := messages[messageDataspace][0], messages[messageDatatype][0], messages[messageLayout][0]
		a := array{Type: map[string]string{"\x10\x01": "int8", "\x10\x04": "int32", "\x10\x08": "int64", "\x11\x04": "float32"}[string([]byte{kind[0], kind[4]})]}
		for i := range int(space[1]) {
			a.Shape = append(a.Shape, int(word(space[4+8*i:])))
		}
		from, size := word(layout[2:]), word(layout[10:])
		if from%alignment != 0 {
			t.Errorf("%s is at %d", name, from)
		}
		a.Values = numbers(t, a.Type, file[from:from+size])
		all[name] = a
	}
	for place, n := range links { // what has two names says so
		counts := object(t, file, place)[messageReferences]
		if n == 1 && counts != nil || n > 1 && int(binary.LittleEndian.Uint32(counts[0][1:])) != n {
			t.Errorf("%d names for what counts %v", n, counts)
		}
	}
	slices.Sort(at)
	if len(slices.Compact(at)) != len(all)-1 {
		t.Errorf("%d arrays for %d names", len(at), len(all))
	}
	return all
}

func TestFormatsAreReadByTheLetter(t *testing.T) {
	t.Parallel()
	for _, outcomes := range []bool{false, true} {
		size, episodes, want := example(outcomes)
		dir, path := t.TempDir(), filepath.Join(t.TempDir(), "out.h5")
		if err := WriteNPZ(dir, size, each(episodes)); err != nil {
			t.Fatal(err)
		}
		if err := writers["HDF5"](path, size, each(episodes)); err != nil {
			t.Fatal(err)
		}
		file, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for name, got := range map[string]map[string]array{"npz": readNPZ(t, dir), "HDF5": readHDF5(t, file)} {
			if !reflect.DeepEqual(got, want) {
				t.Errorf("%s: got  %v\nwant %v", name, got, want)
			}
		}
	}
}

// narrow is a disk with room for so many bytes.
type narrow struct{ room int64 }

var errFull = errors.New("disk full")

func (n narrow) WriteAt(b []byte, at int64) (int, error) {
	if at+int64(len(b)) > n.room {
		return 0, errFull
	}
	return len(b), nil
}

// TestFullDisksAreReported: wherever the room ends, and where there is no folder.
func TestFullDisksAreReported(t *testing.T) {
	t.Parallel()
	size, episodes, _ := example(true)
	head, places := layOut(size.columns())
	end := int64(places[len(places)-1]) + 6
	for _, room := range []int64{0, int64(len(head)) - 1, int64(places[1]), end - 1} {
		if err := WriteHDF5(narrow{room}, size, each(episodes)); !errors.Is(err, errFull) {
			t.Errorf("room for %d of %d bytes: %v", room, end, err)
		}
	}
	if err := WriteHDF5(narrow{end}, size, each(episodes)); err != nil {
		t.Errorf("room for all %d bytes: %v", end, err)
	}
	if err := WriteNPZ(filepath.Join(t.TempDir(), "none"), size, each(episodes)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no folder: %v", err)
	}
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "split.npz"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := WriteNPZ(dir, size, each(episodes)); err == nil || !strings.Contains(err.Error(), "split.npz") {
		t.Errorf("a folder in the way: %v", err)
	}
}

// TestLargeArraysHaveRoomForTheirShape: headers of any width stay aligned.
func TestLargeArraysHaveRoomForTheirShape(t *testing.T) {
	t.Parallel()
	for frames := 1; frames < 1<<40; frames *= 3 {
		c := Size{Episodes: 1, Frames: frames, Bodies: 1}.columns()[1]
		if header := npyHeader(&c); len(header)%64 != 0 || !strings.Contains(string(header), fmt.Sprintf("(%d,6,)", frames)) {
			t.Errorf("%d frames: %q", frames, header)
		}
		if c.bytes() != int64(frames)*24 {
			t.Errorf("%d frames take %d bytes", frames, c.bytes())
		}
	}
}
