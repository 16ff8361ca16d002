package observe

import (
	"math"
	"testing"

	"orrery/sim"
)

// TestNearAHitVelocitiesAreOfBothSides: a time so near a hit that it may be before or after it has a velocity between those of
// both, nearer to that of its own side, with a deviation that covers both; farther away it has that of its side alone.
func TestNearAHitVelocitiesAreOfBothSides(t *testing.T) {
	t.Parallel()
	const down, up, hit, noise = -2.0, 1.5, 0.5, 2e-3
	scene := sim.DefaultScene()
	scene.Gravity, scene.FPS = sim.Vec{}, 30
	scene.Bodies = []sim.Body{sim.NewDisc(0.1, 1, sim.Surface{Elasticity: 0.75})}
	scene.Walls = []sim.Shape{sim.NewShape(sim.Segment, 0, sim.Surface{Elasticity: 1}, sim.Vec{X: -9}, sim.Vec{X: 9})}
	w := &Watch{Scene: &scene}
	for k := range 30 {
		at := (float64(k) + 0.5) / 30
		y := 0.1 + down*(at-hit)
		if at > hit {
			y = 0.1 + up*(at-hit)
		}
		w.Times = append(w.Times, at)
		w.Sights = append(w.Sights, []sim.Sight{{Seen: true, Y: y + noise*math.Sin(float64(7*k))}})
	}
	law := &Law{Noise: noise, Turn: 1, Speed: 2, Spin: 1, Gap: 2e-3, Lever: 1e-3, Give: 0.01, Slip: 0.1, Walls: Bounce{Hits: 50, Elasticity: 0.75}}
	first, err := Smooth(t.Context(), w, law, []float64{hit})
	if err != nil || len(first.Impacts) != 1 {
		t.Fatal(err, len(first.Impacts))
	}
	h := first.Impacts[0]
	late := h.StdTime
	e, err := Smooth(t.Context(), w, law, []float64{h.Time - 4*late, h.Time - 0.3*late, h.Time, h.Time + 0.3*late, h.Time + 4*late})
	if err != nil {
		t.Fatal(err)
	}
	v := func(k int) float64 { return e.States[k][0].VY }
	std := func(k int) float64 { return e.Std()[k][0].VY }
	for k, share := range []float64{0, 0.382, 0.5, 0.618, 1} { // the normal distribution at -0.3, 0 and 0.3
		if want := v(0) + share*(v(4)-v(0)); !(math.Abs(v(k)-want) < 0.05) {
			t.Errorf("time %d has %v m/s, want %v", k, v(k), want)
		}
		if open := math.Sqrt(share*(1-share)) * (v(4) - v(0)); !(std(k) >= open && std(k) < open+0.2) {
			t.Errorf("time %d: deviation %v m/s, want %v and little more", k, std(k), open)
		}
	}
}
