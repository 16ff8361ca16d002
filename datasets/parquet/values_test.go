package parquet

import (
	"reflect"
	"testing"

	"orrery/sim"
)

// TestRunsOfNumbers compares run lengths and bit packing of any size with the
// numbers themselves.
func TestRunsOfNumbers(t *testing.T) {
	t.Parallel()
	random := sim.NewRand(1, "runs", 0)
	for size := range 33 {
		var b []byte
		var want []uint32
		number := func() uint32 { return uint32(random.Uint64() & (1<<size - 1)) }
		for range 20 {
			if random.IntN(2) == 0 { // the same number n times
				n, v := 1+random.IntN(20), number()
				b = append(b, byte(n<<1))
				for i := range (size + 7) / 8 {
					b = append(b, byte(v>>(8*i)))
				}
				for range n {
					want = append(want, v)
				}
				continue
			}
			packed := make([]byte, size) // eight numbers
			for i := range 8 {
				v := number()
				want = append(want, v)
				for bit := range size {
					packed[(i*size+bit)/8] |= byte(v>>bit&1) << ((i*size + bit) % 8)
				}
			}
			b = append(append(b, 1<<1|1), packed...)
		}
		got := make([]uint32, len(want))
		err := decodeRuns(b, size, len(want), func(i int, v uint32) error {
			got[i] = v
			return nil
		})
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Fatalf("numbers of %d bits: %v came back as %v: %v", size, want, got, err)
		}
	}
}

// TestPlainValuesFillTheirBytes: neither one fewer nor a part of one more.
func TestPlainValuesFillTheirBytes(t *testing.T) {
	t.Parallel()
	for bytes, want := range map[int]bool{7: false, 8: true, 9: false, 11: false, 12: false} {
		if got, err := decodePlain[int32](make([]byte, bytes), 2, 0); (err == nil) != want || want && len(got) != 2 {
			t.Errorf("two whole numbers in %d bytes: %v, %v", bytes, got, err)
		}
		if got, err := decodePlain[float64](make([]byte, 2*bytes), 2, 0); (err == nil) != want {
			t.Errorf("two numbers in %d bytes: %v, %v", 2*bytes, got, err)
		}
	}
	if _, err := decodePlain[int32](nil, -1, 0); err == nil {
		t.Error("fewer than no values")
	}
}
