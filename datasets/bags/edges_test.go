package bags

import (
	"context"
	"encoding/binary"
	"errors"
	"math"
	"os"
	"path/filepath"
	"testing"
)

// TestMatricesThatSayNothingAreNone: all zeros, those that begin with −1, and those with a number that is not finite.
func TestMatricesThatSayNothingAreNone(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		at    int
		value float64
		says  bool
	}{{0, 0, false}, {35, 1, true}, {0, -1, false}, {1, -1, true}, {7, math.NaN(), false}, {7, math.Inf(-1), false}, {0, 2, true}} {
		values := make([]float64, 36)
		values[c.at] = c.value
		w := message(binary.LittleEndian).floats(values...)
		if got := (&reader{rest: w.b[4:], order: binary.LittleEndian, most: 8}).covariance(); (got != nil) != c.says || got != nil && got[c.at] != c.value {
			t.Errorf("%v at %d: %v", c.value, c.at, got)
		}
	}
}

// TestChunksEndWithTheirBytes: one that is shorter than what it begins with, than its name or than what it says it packs is damaged.
func TestChunksEndWithTheirBytes(t *testing.T) {
	t.Parallel()
	whole := make([]byte, 32, 50)
	binary.LittleEndian.PutUint64(whole[16:], 3)
	binary.LittleEndian.PutUint32(whole[24:], 9)
	binary.LittleEndian.PutUint32(whole[28:], 4)
	whole = append(append(whole, "zstd"...), 2, 0, 0, 0, 0, 0, 0, 0, 7, 8)
	for n := range len(whole) + 1 {
		c, ok := parseChunk(whole[:n:n])
		if ok != (n == len(whole)) {
			t.Errorf("%d of %d bytes: %v", n, len(whole), ok)
		}
		if ok && (c.size != 3 || c.sum != 9 || c.compression != "zstd" || string(c.packed) != "\x07\x08") {
			t.Errorf("%+v", c)
		}
	}
}

// TestRecordsEndWithTheirChunk: bytes too few for a head, or for what the head says, are told and are no record.
func TestRecordsEndWithTheirChunk(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		records []byte
		warned  bool
	}{{nil, false}, {make([]byte, 8), true}, {make([]byte, 9), false}, {append([]byte{1, 5, 0, 0, 0, 0, 0, 0, 0}, 1, 2, 3, 4), true}} {
		chunk := make([]byte, 32)
		binary.LittleEndian.PutUint64(chunk[16:], uint64(len(c.records)))
		chunk = append(binary.LittleEndian.AppendUint64(chunk, uint64(len(c.records))), c.records...)
		path := filepath.Join(t.TempDir(), "chunk")
		if err := os.WriteFile(path, chunk, 0o644); err != nil {
			t.Fatal(err)
		}
		file, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		warned := 0
		w := &walker{file: file, size: int64(len(chunk)), warn: func(string, ...any) { warned++ }}
		if err := w.chunk(t.Context(), 0, uint64(len(chunk))); err != nil || (warned == 1) != c.warned {
			t.Errorf("%d bytes of records: %d warnings, %v", len(c.records), warned, err)
		}
		ended, end := context.WithCancel(t.Context())
		end()
		if err := w.chunk(ended, 0, uint64(len(chunk))); len(c.records) > 0 && !errors.Is(err, context.Canceled) {
			t.Errorf("after its end: %v", err)
		}
	}
}
