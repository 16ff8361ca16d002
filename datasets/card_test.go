package datasets

import "testing"

// TestSizesAreInTheHubsWords, which leaves open what a round number is: it counts with those above.
func TestSizesAreInTheHubsWords(t *testing.T) {
	t.Parallel()
	for rows, want := range map[int]string{
		0: "n<1K", 999: "n<1K", 1000: "1K<n<10K", 9999: "1K<n<10K", 10_000: "10K<n<100K", 12_345_678: "10M<n<100M", 999_999_999: "100M<n<1B", 1_000_000_000: "1B<n<10B",
	} {
		if got := sizeCategory(rows); got != want {
			t.Errorf("%d rows: %s, want %s", rows, got, want)
		}
	}
}
