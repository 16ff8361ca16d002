package bags

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/foxglove/mcap/go/mcap"
)

// TestWhatIsWholeOfABagIsRead cuts bags off everywhere.
func TestWhatIsWholeOfABagIsRead(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"zstd", "not in chunks"} {
		whole := track(t, packings[name], 60)
		all := mustRead(t, whole, Options{Plane: "xy"})
		most := 0
		for cut := len(whole) - 9; cut > 100; cut -= 211 {
			got, err := read(t, whole[:cut], Options{Plane: "xy"})
			if err != nil {
				if !strings.Contains(err.Error(), "cut off") {
					t.Fatalf("%s: cut at %d: %v", name, cut, err)
				}
				continue
			}
			if len(got.rows) < len(all.rows) && !strings.Contains(got.warnings, "cut off: what is before is read") {
				t.Errorf("%s: cut at %d: warnings %q", name, cut, got.warnings)
			}
			if len(got.rows) < len(all.rows) {
				most = max(most, len(got.rows))
			}
			for i, row := range got.rows {
				if fmt.Sprint(row) != fmt.Sprint(all.rows[i]) {
					t.Fatalf("%s: cut at %d: row %d is %v, want %v", name, cut, i, row, all.rows[i])
				}
			}
		}
		if most < 50 {
			t.Errorf("%s: at most %d rows of a bag that is cut off", name, most)
		}
	}
}

// chunkOf returns where the first chunk begins, in which the channels are described.
func chunkOf(t *testing.T, text []byte) int {
	for at := len(mcap.Magic); at < len(text); at += headBytes + int(binary.LittleEndian.Uint64(text[at+1:])) {
		if mcap.OpCode(text[at]) == mcap.OpChunk {
			return at
		}
	}
	t.Fatal("there is no chunk")
	return 0
}

// TestDamagedChunksAreLeftOut changes a byte of a chunk, and the sum of all data.
func TestDamagedChunksAreLeftOut(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"none", "lz4", "zstd"} {
		whole := track(t, packings[name], 60)
		damaged := bytes.Clone(whole)
		damaged[chunkOf(t, whole)+80] ^= 0x10
		all, got := mustRead(t, whole, Options{}), mustRead(t, damaged, Options{})
		if lost := len(all.rows) - len(got.rows); lost < 1 || lost > 10 || !strings.Contains(got.warnings, "the chunk at byte ") || !strings.Contains(got.warnings, "left out") {
			t.Errorf("%s: %d rows are lost: %s", name, lost, got.warnings)
		}
		if !strings.Contains(got.warnings, "does not match its checksum: something in it is damaged") && !strings.Contains(got.warnings, "is damaged") {
			t.Errorf("%s: warnings %s", name, got.warnings)
		}
	}
	bag := track(t, packings["not in chunks"], 3)
	at := bytes.Index(bag, message(binary.LittleEndian).floats(math.Cos(1.0 / 9)).b[4:])
	bag[at] ^= 1
	if got := mustRead(t, bag, Options{}); !strings.Contains(got.warnings, "does not match its checksum: something in it is damaged") {
		t.Errorf("warnings %q", got.warnings)
	}
}

// TestDamagedRecordsAreNamed puts records that are too short to hold what they must after the first
// bytes of a bag, each with the word for it.
func TestDamagedRecordsAreNamed(t *testing.T) {
	t.Parallel()
	whole := track(t, packings["bare"], 20)
	magic := len(mcap.Magic)
	for op, want := range map[mcap.OpCode]string{
		mcap.OpSchema:  "a description of messages at byte 8 is damaged: it is left out",
		mcap.OpChannel: "a description of a topic at byte 8 is damaged: it is left out",
		mcap.OpMessage: "a message at byte 8 is damaged: it is left out",
	} {
		short := append([]byte{byte(op), 1}, make([]byte, 8)...)
		got := mustRead(t, slices.Concat(whole[:magic], short, whole[magic:]), Options{})
		if len(got.rows) != 20 || !strings.Contains(got.warnings, want) {
			t.Errorf("%d rows, warnings %q lack %q", len(got.rows), got.warnings, want)
		}
	}
	short := append([]byte{byte(mcap.OpMessage), 1}, make([]byte, 8)...)
	got := mustRead(t, slices.Concat(whole[:magic], bytes.Repeat(short, 50), whole[magic:]), Options{})
	if n := strings.Count(got.warnings, "is damaged: it is left out"); n != 20 || !strings.HasSuffix(got.warnings, "\nmore like this") {
		t.Errorf("%d warnings: %s", n, got.warnings)
	}
	at := magic
	for mcap.OpCode(whole[at]) != mcap.OpDataEnd {
		at += headBytes + int(binary.LittleEndian.Uint64(whole[at+1:]))
	}
	short = slices.Concat(whole[:at], []byte{byte(mcap.OpDataEnd), 1}, make([]byte, 8))
	if got := mustRead(t, short, Options{}); len(got.rows) != 20 || !strings.Contains(got.warnings, "that ends the data is damaged: what is before is read") {
		t.Errorf("%d rows, warnings %q", len(got.rows), got.warnings)
	}
}

// TestLargePartsAreLeftOut has holes of a file for parts that are too large, which nobody reads.
func TestLargePartsAreLeftOut(t *testing.T) {
	t.Parallel()
	for op, most := range map[mcap.OpCode]int64{mcap.OpChunk: 256 << 20, mcap.OpMessage: 64 << 20} {
		whole := track(t, packings["bare"], 20)
		path := saved(t, nil)
		file, err := os.OpenFile(path, os.O_RDWR, 0)
		if err != nil {
			t.Fatal(err)
		}
		head := binary.LittleEndian.AppendUint64([]byte{byte(op)}, uint64(most+1))
		magic := int64(len(mcap.Magic))
		for at, part := range map[int64][]byte{0: mcap.Magic, magic: head, magic + headBytes + most + 1: whole[magic:]} {
			if _, err := file.WriteAt(part, at); err != nil {
				t.Fatal(err)
			}
		}
		w := &walker{file: file, size: magic + headBytes + most + 1 + int64(len(whole)) - magic}
		var warnings []string
		messages := 0
		w.schema, w.channel = func(*mcap.Schema) {}, func(*mcap.Channel) {}
		w.message = func(*mcap.Message) error { messages++; return nil }
		w.warn = func(format string, args ...any) { warnings = append(warnings, fmt.Sprintf(format, args...)) }
		err = w.walk(t.Context())
		w.close()
		file.Close()
		if want := fmt.Sprintf("has %d bytes, must have at most %d: it is left out", most+1, most); err != nil || messages != 20 || len(warnings) != 1 || !strings.HasSuffix(warnings[0], want) {
			t.Errorf("%v: %d messages, %q, %v", op, messages, warnings, err)
		}
	}
}

// TestLengthsThatLieTakeNoMemory gives lengths that no bag has.
func TestLengthsThatLieTakeNoMemory(t *testing.T) {
	chunk := func(size uint64, compression string, packed []byte) []byte {
		b := append(bytes.Clone(mcap.Magic), byte(mcap.OpChunk))
		body := binary.LittleEndian.AppendUint64(make([]byte, 16), size)
		body = binary.LittleEndian.AppendUint32(body, 0)
		body = append(binary.LittleEndian.AppendUint32(body, uint32(len(compression))), compression...)
		body = append(binary.LittleEndian.AppendUint64(body, uint64(len(packed))), packed...)
		return append(binary.LittleEndian.AppendUint64(b, uint64(len(body))), body...)
	}
	name := chunk(8, "zstd", nil)
	binary.LittleEndian.PutUint32(name[8+9+28:], 1<<31)
	for what, text := range map[string][]byte{
		"chunk":        chunk(1<<60, "zstd", []byte{1, 2, 3}),
		"chunk, lz4":   chunk(200<<20, "lz4", []byte{4, 0x22, 0x4d, 0x18, 0x64, 0x40, 0xa7}),
		"name":         name,
		"record":       append(bytes.Clone(mcap.Magic), 5, 255, 255, 255, 255, 255, 255, 255, 127),
		"other packer": chunk(3, "brotli", []byte{1, 2, 3}),
	} {
		path := saved(t, text)
		var err error
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err = OpenRows(context.Background(), path, Options{})
		runtime.ReadMemStats(&after)
		if size := after.TotalAlloc - before.TotalAlloc; err == nil || size > 20<<20 {
			t.Errorf("%s: %d bytes, error %v", what, size, err)
		}
	}
	list := message(binary.LittleEndian).header(1, "map").uint32(1 << 30).b
	if _, err := read(t, bagOf(t, packings["zstd"], entry{"/a", "geometry_msgs/msg/PoseArray", 1, list}), Options{}); err == nil {
		t.Error("a list of 2^30 poses in a few bytes is read")
	}
}

// FuzzBag reads bags that are changed: there is an error or a table, but no panic.
func FuzzBag(f *testing.F) {
	for _, packing := range packings {
		f.Add(bagOf(f, packing, everyKind(binary.LittleEndian)...))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		got, err := read(t, text, Options{})
		if err == nil {
			for _, row := range got.rows {
				if len(row) != len(got.columns) {
					t.Fatalf("row %q of %q", row, got.columns)
				}
			}
		}
	})
}

// FuzzMessage reads messages that are changed.
func FuzzMessage(f *testing.F) {
	for _, order := range []binary.ByteOrder{binary.LittleEndian, binary.BigEndian} {
		for _, e := range everyKind(order) {
			f.Add(e.schema, e.data)
		}
	}
	f.Fuzz(func(t *testing.T, schema string, data []byte) {
		read, known := kindOf(schema)
		if !known {
			return
		}
		told := 0
		read(newReader(data), func(sighting) { told++ })
		if told > len(data) {
			t.Fatalf("%d bodies of %d bytes", told, len(data))
		}
	})
}
