package watching

import "testing"

// TestPagesHaveFourHundredPictures at most: three hundred of the films, each as far from the next, and a hundred that
// doubts speak of.
func TestPagesHaveFourHundredPictures(t *testing.T) {
	t.Parallel()
	for total, want := range map[int]int{0: 1, 299: 1, 300: 2, 599: 2, 600: 3, 3_000_000: 10_001} {
		if step := paged(total); step != want || (total+step-1)/step > 300 {
			t.Errorf("of %d pictures one in %d, want %d", total, step, want)
		}
	}
	if mostPaged/4 != 100 {
		t.Errorf("room for %d pictures of doubts, want 100", mostPaged/4)
	}
}
