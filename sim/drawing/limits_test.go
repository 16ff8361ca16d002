package drawing

import (
	"errors"
	"strings"
	"testing"
)

// TestPathsHaveAHundredThousandCorners at most.
func TestPathsHaveAHundredThousandCorners(t *testing.T) {
	t.Parallel()
	for corners, want := range map[int]error{100_000: nil, 100_001: errCorners} {
		if _, err := parsePath("M0 0"+strings.Repeat(" L1 1", corners-1), 0.1); !errors.Is(err, want) {
			t.Errorf("%d corners: %v, want %v", corners, err, want)
		}
	}
}
