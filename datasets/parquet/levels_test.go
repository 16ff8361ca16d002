package parquet

import (
	"encoding/binary"
	"fmt"
	"math/bits"
	"math/rand/v2"
	"testing"
)

// encodeRuns returns numbers of so many bits in runs of either sort, cut at random.
func encodeRuns(rng *rand.Rand, numbers []uint32, size int) []byte {
	var b []byte
	for i := 0; i < len(numbers); {
		same := 1
		for i+same < len(numbers) && numbers[i+same] == numbers[i] {
			same++
		}
		if rng.IntN(2) == 0 {
			n := 1 + rng.IntN(same)
			b = binary.AppendUvarint(b, uint64(n)<<1)
			b = append(b, byte(numbers[i]))
			i += n
			continue
		}
		groups := 1 + rng.IntN(4)
		b = binary.AppendUvarint(b, uint64(groups)<<1|1)
		packed := make([]byte, groups*size)
		for k := range min(8*groups, len(numbers)-i) {
			for bit := range size {
				packed[(k*size+bit)/8] |= byte(numbers[i+k]>>bit&1) << ((k*size + bit) % 8)
			}
		}
		b = append(b, packed...)
		i += 8 * groups
	}
	return b
}

// naiveLevels looks at one level after the other.
func naiveLevels(b []byte, size, n int, want func(i int) uint32) error {
	return decodeRuns(b, size, n, func(i int, v uint32) error {
		if v != want(i) {
			return fmt.Errorf("level %d is %d", i, v)
		}
		return nil
	})
}

// Levels that are looked at many at a time pass and fail as they do one by one, with the same words.
func TestLevelsAtAGlance(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(1, 2))
	failed := 0
	for range 20_000 {
		n, width, depth := 1+rng.IntN(200), 1+rng.IntN(40), 1+rng.IntN(3)
		first := rng.IntN(width)
		list := func(i int) uint32 { return uint32(min((first+i)%width, 1)) }
		full := func(int) uint32 { return uint32(depth) }
		for _, c := range []struct {
			size  int
			want  func(i int) uint32
			check func(b []byte) error
		}{
			{1, list, func(b []byte) error { return checkLists(b, n, first, width) }},
			{bits.Len(uint(depth)), full, func(b []byte) error { return checkDepth(b, depth, n) }},
		} {
			numbers := make([]uint32, n)
			for i := range numbers {
				numbers[i] = c.want(i)
			}
			if rng.IntN(2) == 0 {
				numbers[rng.IntN(n)] ^= 1
			}
			b := encodeRuns(rng, numbers, c.size)
			if rng.IntN(10) == 0 {
				b = b[:rng.IntN(len(b))]
			}
			got, want := c.check(b), naiveLevels(b, c.size, n, c.want)
			if fmt.Sprint(got) != fmt.Sprint(want) {
				t.Fatalf("%d levels, lists of %d from %d, depth %d, % x: %v, one by one %v", n, width, first, depth, b, got, want)
			}
			if want != nil {
				failed++
			}
		}
	}
	if failed < 10_000 {
		t.Errorf("only %d failed", failed)
	}
}
