package film

import (
	"context"
	"fmt"
	"image"
)

// Source decodes a film once, from its first picture on. One that also has a method Complaint() string tells what it
// found wrong and read nevertheless; one with SkipTo(seconds float64) error passes over pictures before a time faster than
// Next does, and continues with one that starts then or before.
type Source interface {
	// Size returns the size of every picture in px.
	Size() image.Point
	// Next writes the next picture as red, green and blue, rows from the top, into pix [3·w·h], and returns
	// when it starts to show, in s. It returns io.EOF behind the last picture. Its errors are in the words of users.
	Next(ctx context.Context, pix []uint8) (float64, error)
	// Close frees what the source holds.
	Close() error
}

// Sizes of pictures, in px. Smaller ones show no body, larger ones take too much memory.
const (
	LeastSide  = 8
	MostSide   = 16384
	MostPixels = 1 << 24
)

// CheckSize returns an error that says so where pictures of a size, in px, are not read. Sources
// call it before they allocate.
func CheckSize(width, height int) error {
	if min(width, height) < LeastSide || max(width, height) > MostSide {
		return fmt.Errorf("pictures of %s: must be %d to %d px wide and high", sizeText(image.Pt(width, height)), LeastSide, MostSide)
	}
	if width*height > MostPixels {
		return fmt.Errorf("pictures of %s: must have at most %d px in all", sizeText(image.Pt(width, height)), MostPixels)
	}
	return nil
}
