package bodies

import (
	"image"
	"math"
	"testing"

	"orrery/sim"
	"orrery/world/watch/look"
)

// TestPaintIsThatOfOneLight: of a marked disc that is seen in a bright and in a dark place the marks are as clear as where it is bright.
func TestPaintIsThatOfOneLight(t *testing.T) {
	t.Parallel()
	const side = 25
	see := func(light float32) *view {
		v := &view{box: image.Rect(0, 0, side, side), width: side, height: side}
		v.deep, v.colour = make([]bool, side*side), make([]look.Colour, side*side)
		for i := range v.deep {
			at := v.point(i).Sub(sim.Vec{X: side / 2., Y: side / 2.})
			v.deep[i] = at.Len() < 10
			value := float32(200)
			if at.Sub(sim.Vec{X: 5}).Len() < 3 {
				value = 40
			}
			v.colour[i] = look.Colour{light * value, light * value, light * value}
			if v.deep[i] {
				v.whole.pixel(v.point(i).X, v.point(i).Y)
			}
		}
		return v
	}
	middle := look.Pose{X: side / 2., Y: side / 2.}
	got := paint([]*view{see(1), see(0.5)}, []look.Pose{middle, middle}, 10, 0)
	for at, want := range map[sim.Vec]float64{{X: 5}: 40, {X: -5}: 200, {Y: 6}: 200} {
		if c := got.At(at); !(math.Abs(float64(c[0])-want) <= 8) {
			t.Errorf("at %v the paint is %v, want %v", at, c, want)
		}
	}
	if got.Width == 0 || !(math.Abs(float64(got.Mean[0])-186) <= 10) {
		t.Errorf("%d squares, on average %v", got.Width, got.Mean)
	}
}
