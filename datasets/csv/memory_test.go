package csv

import (
	"fmt"
	"io"
	"runtime"
	"testing"
)

// endless is a file of so many rows that is made where it is read. All rows have
// the same length.
type endless struct{ rows, frames, bodies int }

const endlessHead = "episode,frame,body,x,y,angle\n"

func (e endless) appendRow(dst []byte, i int) []byte {
	body, frame, episode := i%e.bodies, i/e.bodies%e.frames, i/e.bodies/e.frames
	return fmt.Appendf(dst, "%07d,%05d,%03d,%+.5f,%+.5f,%+.5f\n", episode, frame, body,
		float64(frame%100)/1000, float64(body)/1000, float64(frame%50)/100)
}

// text returns the whole file.
func (e endless) text() []byte {
	text := []byte(endlessHead)
	for i := range e.rows {
		text = e.appendRow(text, i)
	}
	return text
}

func (e endless) input() input {
	return input{name: "endless.csv", content: e, size: int64(len(endlessHead) + e.rows*len(e.appendRow(nil, 0)))}
}

// ReadAt implements io.ReaderAt.
func (e endless) ReadAt(p []byte, offset int64) (int, error) {
	if offset < int64(len(endlessHead)) {
		return copy(p, endlessHead[offset:]), nil
	}
	offset -= int64(len(endlessHead))
	width := int64(len(e.appendRow(nil, 0)))
	i, skip := int(offset/width), int(offset%width)
	var text []byte
	for ; i < e.rows && len(text) < len(p)+skip; i++ {
		text = e.appendRow(text, i)
	}
	if len(text) <= skip {
		return 0, io.EOF
	}
	n := copy(p, text[skip:])
	if i == e.rows && n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

// TestMemoryDoesNotGrowWithTheRows reads files that would take 60 bytes a row and
// more if they were held.
func TestMemoryDoesNotGrowWithTheRows(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	e := endless{rows: 600_000, frames: 100, bodies: 10}
	heap := func() uint64 { // what is held, and not what waits for the collector, which other work on the machine puts off
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return m.HeapInuse
	}
	before, most := heap(), uint64(0)
	f := &File{}
	if err := f.read(t.Context(), at50(), e.input()); err != nil {
		t.Fatal(err)
	}
	if want := e.rows / e.frames / e.bodies; f.Episodes() != want || f.Frames() != e.frames {
		t.Fatalf("%d episodes of %d frames, want %d of %d", f.Episodes(), f.Frames(), want, e.frames)
	}
	for i := range f.Episodes() {
		trajectory, err := f.Episode(t.Context(), i)
		if err != nil {
			t.Fatal(err)
		}
		if len(trajectory.States) != e.frames || len(trajectory.States[0]) != e.bodies {
			t.Fatalf("episode %d: %d frames", i, len(trajectory.States))
		}
		if i%100 == 0 {
			most = max(most, heap())
		}
	}
	if grown := int64(most) - int64(before); grown > 8<<20 {
		t.Errorf("the heap grew by %d MB", grown>>20)
	} else {
		t.Logf("the heap grew by %.1f MB over %d rows", float64(grown)/(1<<20), e.rows)
	}
}
