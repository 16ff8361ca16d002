package icon_test

import (
	"testing"

	"orrery/cmd/orrery-view/icon"
	"orrery/sim/render"
)

// TestIconsStayInTheirPlace, whatever their size, and what has no icon draws nothing.
func TestIconsStayInTheirPlace(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"select", "disc", "polygon", "spring", "pusher", "delete", "undo", "grid", "edit"} {
		if !icon.Has(name) {
			t.Errorf("%s has no icon", name)
		}
		for _, size := range []float64{6, 15} {
			l := &render.List{}
			icon.Draw(l, name, render.Point{X: 100, Y: 50}, size, 1, render.Colour{A: 255})
			if len(l.Items) == 0 {
				t.Errorf("%s draws nothing", name)
			}
			for _, item := range l.Items {
				for _, contour := range item.(render.Path).Contours {
					for _, p := range contour {
						if !(p.X >= 100-size && p.X <= 100+size && p.Y >= 50-size && p.Y <= 50+size) {
							t.Errorf("%s of %v px reaches to %v", name, size, p)
						}
					}
				}
			}
		}
	}
	l := &render.List{}
	if icon.Draw(l, "nothing", render.Point{}, 9, 1, render.Colour{}); icon.Has("nothing") || len(l.Items) > 0 {
		t.Error("there is an icon of nothing")
	}
}
