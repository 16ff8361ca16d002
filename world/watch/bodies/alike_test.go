package bodies_test

import (
	"math"
	"testing"

	"orrery/sim"
	"orrery/world/watch/bodies"
	"orrery/world/watch/look"
)

// rods are links of one length that hang from each other, at angles in rad from straight down.
func rods(length, width float64, colour [3]float64, angles ...func(t float64) float64) (things []thing) {
	for k := range angles {
		things = append(things, thing{[]sim.Shape{rectangle(length, width, 0, 0)}, colour, func(t float64) look.Pose {
			at := sim.Vec{X: 80, Y: 112}
			for i := range k + 1 {
				way := sim.Vec{Y: -length}.Rotate(angles[i](t))
				if i == k {
					way = way.Scale(0.5)
				}
				at = at.Add(way)
			}
			return look.Pose{X: at.X, Y: at.Y, Angle: angles[k](t) - math.Pi/2}
		}})
	}
	return things
}

// TestLinksOfOneColourAreBodies, though they never part: they turn against each other.
func TestLinksOfOneColourAreBodies(t *testing.T) {
	t.Parallel()
	things := rods(44, 8, red, func(t float64) float64 { return 0.7 * math.Cos(0.21*t) }, func(t float64) float64 { return 0.9 * math.Sin(0.17*t) })
	expect(t, find(t, filmed(t, things, 40, 0), bodies.DefaultOptions()), things, 0.05)
}

// TestAStackOfOneColourIsTakenApart where its blocks slide by little, and one of them stays on the one below, to which it is alike.
func TestAStackOfOneColourIsTakenApart(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	t.Parallel()
	block := func(y float64, x func(t float64) float64) thing {
		return thing{[]sim.Shape{rectangle(22, 18, 0, 0)}, red, func(t float64) look.Pose { return look.Pose{X: x(t), Y: y} }}
	}
	sway := func(from, by float64) func(t float64) float64 {
		return func(t float64) float64 { return from + by*math.Sin(0.3*t) }
	}
	things := []thing{block(30.2, sway(80.3, 0)), block(48.2, sway(81.7, 1)), block(66.2, sway(78.6, 3)), block(84.2, sway(80.1, 3))}
	expect(t, find(t, filmed(t, things, 40, 0), bodies.DefaultOptions()), things, 0.1)
}

// TestRestingBodiesOfOneColourStayWhenTheyAreMet: two that are hit after a while and then are never free again are no passing light.
func TestRestingBodiesOfOneColourStayWhenTheyAreMet(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	t.Parallel()
	coming := func(t float64) float64 { return min(40+4*t, 75.3) } // until it touches
	later := func(t float64) float64 { return max(t-30, 0) * 2 }
	things := []thing{
		{disc(14.2), red, func(t float64) look.Pose { return look.Pose{X: coming(t) + later(t)/2 - 15, Y: 50 + later(t)/2} }},
		{disc(18.4), red, func(t float64) look.Pose { return look.Pose{X: 92.6 + later(t)/2, Y: 50 + later(t)/2} }},
		{disc(9.1), red, straight(25, 100, 1.1, 0, 0, 0)},
	}
	expect(t, find(t, filmed(t, things, 44, 0), bodies.DefaultOptions()), things, 0.05)
}
