package widget

import (
	"image"
	"math"
	"testing"

	"orrery/sim/render"
)

// TestSlidersAreAsWideAsTheirRails, which begin 7 units within them, whatever a unit is.
func TestSlidersAreAsWideAsTheirRails(t *testing.T) {
	for _, unit := range []float64{1, 2.5} {
		left, right := 40+7*unit, 240-7*unit // px
		w := Widget{Kind: Slider, Part: image.Rect(40, 0, 240, 20)}
		for x, want := range map[float64]float64{0: 0, left: 0, left + (right-left)/4: 0.25, right: 1, 500: 1} {
			if got := w.ShareAt(render.Point{X: x}, unit); !(math.Abs(got-want) <= 1e-12) {
				t.Errorf("at %v px with units of %v px: %v, want %v", x, unit, got, want)
			}
		}
	}
}
