package sim

import "testing"

// TestMixIsSplitMix64: the first numbers of SplitMix64 from the seeds 0 and 1234567, as the
// tests of its authors' program have them.
func TestMixIsSplitMix64(t *testing.T) {
	t.Parallel()
	const step = 0x9e3779b97f4a7c15
	for seed, want := range map[uint64][]uint64{
		0:       {0xe220a8397b1dcdaf, 0x6e789e6aa1b965f4},
		1234567: {6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431, 16408922859458223821},
	} {
		for _, number := range want {
			seed += step
			if got := mix(seed); got != number {
				t.Errorf("mix(%#x) is %#x, want %#x", seed, got, number)
			}
		}
	}
}
