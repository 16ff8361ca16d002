package parquet

import (
	"encoding/binary"
	"math"
	"slices"
	"strings"
	"testing"
)

// TestWhatIsLeftOfARowIsZero, also where the column had other values before.
func TestWhatIsLeftOfARowIsZero(t *testing.T) {
	t.Parallel()
	c := NewList[float32]("state", 4)
	for range 16 {
		Put(c, float32(7))
	}
	c.data = c.data[:0]
	c.PutPadded([]float32{1, 2, 3, 4}, 2, 2)
	for i, want := range []float32{1, 2, 0, 0, 3, 4, 0, 0} {
		if got := math.Float32frombits(binary.LittleEndian.Uint32(c.data[4*i:])); got != want {
			t.Errorf("value %d is %v, want %v", i, got, want)
		}
	}
	if len(c.data) != 32 {
		t.Errorf("%d bytes", len(c.data))
	}
}

// TestValuesMayBeMissingAtAnyLevel of a structure that is itself left out: only the deepest level has a value.
func TestValuesMayBeMissingAtAnyLevel(t *testing.T) {
	t.Parallel()
	packed := []byte{1<<1 | 1, 0 | 1<<2 | 2<<4 | 2<<6, 0} // eight levels of two bits, of which four count
	missing, values, err := leaf{depth: 2}.missing(packed, 4)
	if err != nil || values != 2 || !slices.Equal(missing, []bool{true, true, false, false}) {
		t.Errorf("%v are missing, %d values, %v", missing, values, err)
	}
	if missing, values, err = (leaf{depth: 2}).missing([]byte{4 << 1, 2}, 4); err != nil || values != 4 || missing != nil {
		t.Errorf("of four that are there %v are missing, %d values, %v", missing, values, err)
	}
	if _, _, err = (leaf{depth: 2}).missing([]byte{4 << 1, 3}, 4); err == nil || !strings.Contains(err.Error(), "level 0 is 3, but at most 2 can be") {
		t.Errorf("a level that cannot be: %v", err)
	}
}

// TestPackedPagesClaimWhatTheyCanHold: a byte of LZ4 stands for 255 at most.
func TestPackedPagesClaimWhatTheyCanHold(t *testing.T) {
	t.Parallel()
	if _, err := unpackLZ4(make([]byte, 10), 2551); err == nil || err.Error() != "page of 10 bytes claims 2551 in its header" {
		t.Errorf("%v", err)
	}
	if _, err := unpackLZ4(make([]byte, 10), 2550); err != nil && strings.Contains(err.Error(), "claims") {
		t.Errorf("%v", err)
	}
}
