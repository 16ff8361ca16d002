package arrays

import (
	"archive/zip"
	"encoding/binary"
	"encoding/json"
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

	"orrery/sim"
)

// These tests read what is written by the letter of the formats, where there is no Python.

// numbers returns little-endian values of a type as NumPy calls it.
func numbers(t *testing.T, kind string, content []byte) (values []float64) {
	t.Helper()
	size := map[string]int{"int8": 1, "uint8": 1, "int32": 4, "int64": 8, "float32": 4}[kind]
	if size == 0 || len(content)%size != 0 {
		t.Fatalf("%d bytes of %s", len(content), kind)
	}
	for ; len(content) > 0; content = content[size:] {
		switch kind {
		case "int8":
			values = append(values, float64(int8(content[0])))
		case "uint8":
			values = append(values, float64(content[0]))
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
func readNPZ(t *testing.T, dir string) (all map[string]array, said map[string]any) {
	t.Helper()
	all, said = map[string]array{}, map[string]any{}
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
		if archive.File[0].Name != "arr_0.npy" || archive.File[0].Method != zip.Store {
			t.Fatalf("%s has %d members", path, len(archive.File))
		}
		name := strings.TrimSuffix(filepath.Base(path), ".npz")
		for _, f := range archive.File[1:] {
			said[name+"."+strings.TrimSuffix(f.Name, ".npy")] = readNote(t, f)
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
		all[name] = a
	}
	return all, said
}

var noteText = regexp.MustCompile(`^\{'descr': '<(i8|U(\d+))', 'fortran_order': False, 'shape': \((\d*),?\), \} *\n$`)

// readNote reads a member of an archive that is a number, a text or a list of texts.
func readNote(t *testing.T, f *zip.File) any {
	t.Helper()
	member, err := f.Open()
	if err != nil {
		t.Fatal(err)
	}
	content, err := io.ReadAll(member)
	if err != nil {
		t.Fatal(err)
	}
	n := 10 + int(binary.LittleEndian.Uint16(content[8:]))
	head := noteText.FindSubmatch(content[10:n])
	if head == nil || n%64 != 0 {
		t.Fatalf("%s: header %q", f.Name, content[10:n])
	}
	content = content[n:]
	if string(head[1]) == "i8" {
		return int(binary.LittleEndian.Uint64(content))
	}
	width, _ := strconv.Atoi(string(head[2]))
	var texts []string
	for ; len(content) > 0; content = content[4*width:] {
		var text []rune
		for i := range width {
			if r := rune(binary.LittleEndian.Uint32(content[4*i:])); r != 0 {
				text = append(text, r)
			}
		}
		texts = append(texts, string(text))
	}
	if len(head[3]) == 0 {
		return texts[0]
	}
	if strconv.Itoa(len(texts)) != string(head[3]) {
		t.Fatalf("%s: %d texts, shape %s", f.Name, len(texts), head[3])
	}
	return texts
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
func readHDF5(t *testing.T, file []byte) (all map[string]array, said map[string]any) {
	t.Helper()
	said = map[string]any{}
	word := binary.LittleEndian.Uint64
	if string(file[:12]) != "\x89HDF\r\n\x1a\n\x03\x08\x08\x00" || checksum(file[:44]) != binary.LittleEndian.Uint32(file[44:]) || word(file[28:]) != uint64(len(file)) {
		t.Fatalf("superblock %q of a file of %d bytes", file[:48], len(file))
	}
	all = map[string]array{}
	links := map[uint64]int{}
	var at []uint64
	root := object(t, file, word(file[36:]))
	readAttributes(t, file, "ep_len.", root, said)
	for _, link := range root[messageLink] {
		n := int(link[2])
		name, place := string(link[3:3+n]), word(link[3+n:])
		links[place]++
		at = append(at, place)
		messages := object(t, file, place)
		readAttributes(t, file, name+".", messages, said)
		space, kind, layout := messages[messageDataspace][0], messages[messageDatatype][0], messages[messageLayout][0]
		a := array{Type: map[string]string{"\x10\x01": "int8", "\x10\x04": "int32", "\x10\x08": "int64", "\x11\x04": "float32"}[string([]byte{kind[0], kind[4]})]}
		if a.Type == "int8" && kind[1] == 0 {
			a.Type = "uint8"
		}
		for i := range int(space[1]) {
			a.Shape = append(a.Shape, int(word(space[4+8*i:])))
		}
		var from, size uint64
		if layout[0] == 4 { // chunks of rows, one after the other
			from, size = chunked(t, layout, &a)
		} else {
			from, size = word(layout[2:]), word(layout[10:])
		}
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
	if state := all["state"]; len(state.Shape) == 2 && state.Shape[1] == 7 {
		return all, said // of Push-T, whose arrays have a name each
	}
	if len(slices.Compact(at)) != len(all)-1 {
		t.Errorf("%d arrays for %d names", len(at), len(all))
	}
	return all, said
}

// chunked returns where the values of an array in chunks are, and how many bytes.
func chunked(t *testing.T, layout []byte, a *array) (from, size uint64) {
	t.Helper()
	rank, width := int(layout[3]), int(layout[4])
	number := func(i int) (v int) {
		for k := range width {
			v |= int(layout[5+i*width+k]) << (8 * k)
		}
		return v
	}
	if layout[1] != 2 || layout[2] != 0 || rank != len(a.Shape)+1 || layout[5+rank*width] != 2 || len(layout) != 5+rank*width+9 {
		t.Fatalf("layout %v of shape %v", layout, a.Shape)
	}
	size = uint64(number(rank - 1))
	for i, n := range a.Shape {
		if i > 0 && number(i) != n || number(i) == 0 {
			t.Errorf("chunks of %d of %v in dimension %d", number(i), a.Shape, i)
		}
		size *= uint64(n)
	}
	return binary.LittleEndian.Uint64(layout[6+rank*width:]), size
}

// readAttributes reads the attributes of an object: numbers, and texts in a global heap.
func readAttributes(t *testing.T, file []byte, prefix string, messages map[byte][][]byte, said map[string]any) {
	t.Helper()
	half, word := binary.LittleEndian.Uint16, binary.LittleEndian.Uint64
	text := func(b []byte) string {
		heap := file[word(b[4:]):]
		if string(heap[:8]) != "GCOL\x01\x00\x00\x00" || word(heap[8:]) > uint64(len(heap)) || word(heap[8:]) < 4096 {
			t.Fatalf("no heap at %d", word(b[4:]))
		}
		for rest := heap[16:word(heap[8:])]; ; {
			size := word(rest[8:])
			if half(rest) == 0 {
				t.Fatalf("no object %d", half(b[12:]))
			}
			if half(rest) == half(b[12:]) {
				if size != uint64(binary.LittleEndian.Uint32(b)) {
					t.Errorf("%d bytes in the heap, %d in the attribute", size, binary.LittleEndian.Uint32(b))
				}
				return string(rest[16 : 16+size])
			}
			rest = rest[16+(size+7)/8*8:]
		}
	}
	for _, m := range messages[messageAttribute] {
		name, kind, space := int(half(m[2:])), int(half(m[4:])), int(half(m[6:]))
		if m[0] != 3 || m[8] != 1 {
			t.Fatalf("attribute %q", m)
		}
		at := 9 + name
		called := prefix + string(m[9:at-1])
		types, room, data := m[at:at+kind], m[at+kind:at+kind+space], m[at+kind+space:]
		switch {
		case types[0] == 0x10 && room[1] == 0 && len(data) == 8:
			said[called] = int(word(data))
		case types[0] == 0x19 && room[1] == 0 && len(data) == 16:
			said[called] = text(data)
		case types[0] == 0x19 && room[1] == 1 && uint64(len(data)) == 16*word(room[4:]):
			var texts []string
			for ; len(data) > 0; data = data[16:] {
				texts = append(texts, text(data))
			}
			said[called] = texts
		default:
			t.Fatalf("attribute %s of type %v and space %v with %d bytes", called, types, room, len(data))
		}
	}
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
		arrays, said := readNPZ(t, dir)
		others, attributes := readHDF5(t, file)
		for name, got := range map[string]map[string]array{"npz": arrays, "HDF5": others} {
			if !reflect.DeepEqual(got, want) {
				t.Errorf("%s: got  %v\nwant %v", name, got, want)
			}
		}
		if !reflect.DeepEqual(said, attributes) {
			t.Errorf("npz says %v\nHDF5 says %v", said, attributes)
		}
		names := bodyNames(2, stateNames[:]...)
		for name, want := range map[string]any{
			"ep_len.fps": 60, "ep_len.scenario": "some", "ep_len.task": "Push.", "ep_len.units": usualUnits, "state.names": names, "proprio.names": names,
			"action.names": []string{"körper0.force_x", "body0.force_y"},
		} {
			if !reflect.DeepEqual(attributes[name], want) {
				t.Errorf("%s is %v, want %v", name, attributes[name], want)
			}
		}
		if got := attributes["environment_state.names"]; outcomes != reflect.DeepEqual(got, []string{"left"}) {
			t.Errorf("names of what is seen: %v", got)
		}
		var scenes []sim.Scene
		if err := json.Unmarshal([]byte(attributes["ep_len.scenes"].(string)), &scenes); err != nil {
			t.Fatal(err)
		}
		if len(scenes) != 2 || len(scenes[0].Bodies) != 1 || len(scenes[1].Bodies) != 2 || scenes[1].Bodies[1].Mass != sim.NewDisc(0.1, 1, sim.Surface{}).Mass || len(scenes[1].Actuators) != 2 {
			t.Errorf("scenes %+v", scenes)
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
	head, places, texts := layOut(size.columns(), size.About.notes(&cast{}))
	end := int64(texts.place) + int64(len(texts.encode()))
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
