package parquet

import (
	"bytes"
	"encoding/binary"
	"math/rand/v2"
	"testing"

	"github.com/klauspost/compress/s2"
)

// lasting returns rows of so many float32 that change with a probability, each by itself.
func lasting(rng *rand.Rand, rows, width int, change float64) []byte {
	b := make([]byte, 4*rows*width)
	for at := 0; at < len(b); at += 4 {
		if at < 4*width || rng.Float64() < change {
			binary.LittleEndian.PutUint32(b[at:], rng.Uint32())
		} else {
			copy(b[at:at+4], b[at-4*width:])
		}
	}
	return b
}

// TestPackedRowsAreSnappy: others unpack them to what they were, whatever the number of bytes, the width of rows and how much stays.
func TestPackedRowsAreSnappy(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(9, 0))
	var packed []byte
	for _, width := range []int{1, 4, 5, 36, 600, 20000} {
		for _, rows := range []int{0, 1, 2, 7, 121} {
			if rows*width > 1<<17 {
				continue // takes long and shows nothing more
			}
			for _, change := range []float64{0, 0.01, 0.3, 0.9, 1} {
				data := lasting(rng, rows, width, change)
				for _, cut := range []int{0, 1, 3, 6} {
					data := data[:max(0, len(data)-cut)]
					packed = packSnappy(packed, data, 4*width)
					got, err := s2.Decode(nil, packed)
					if err != nil || !bytes.Equal(got, data) {
						t.Fatalf("%d rows of %d, %v of them changed, %d bytes fewer: %v, or other bytes", rows, width, change, cut, err)
					}
				}
			}
		}
	}
}

// TestWhatStaysTakesNoRoom: of rows in which little changes hardly more is left than what changes, and of rows in which nothing
// does hardly anything.
func TestWhatStaysTakesNoRoom(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(10, 0))
	for change, most := range map[float64]float64{0: 0.07, 0.01: 0.1, 0.1: 0.3} {
		data := lasting(rng, 300, 36, change)
		if got := float64(len(packSnappy(nil, data, 4*36))) / float64(len(data)); !(got <= most) {
			t.Errorf("where %v of the values change, %.3f of the bytes are left, at most %v wanted", change, got, most)
		}
	}
}

// TestPagesThatHardlyShrinkStayAsTheyAre, so that readers have no work with them.
func TestPagesThatHardlyShrinkStayAsTheyAre(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(11, 0))
	sizes := map[float64]int64{} // by how many of the values change
	for _, change := range []float64{1, 0.9, 0.2} {
		c := NewList[float32]("x", 36)
		c.data = lasting(rng, 100, 36, change)
		w := NewWriter(new(bytes.Buffer), []*Column{c}, nil)
		if err := w.EndGroup(100); err != nil {
			t.Fatal(err)
		}
		sizes[change] = w.LastGroup()[0].Size
	}
	if !(sizes[0.9] == sizes[1] && sizes[0.2] < sizes[1]/2) {
		t.Errorf("pages take %v bytes, by how many of their values change", sizes)
	}
}
