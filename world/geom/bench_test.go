package geom_test

import (
	"math"
	"testing"

	"orrery/sim"
	"orrery/world/geom"
)

func BenchmarkSixBodies(b *testing.B) { benchmark(b, crowd(6)) }

func BenchmarkPileOf200(b *testing.B) { benchmark(b, crowd(200)) }

func benchmark(b *testing.B, scene *sim.Scene) {
	detector := geom.NewDetector(scene)
	state := scene.Start()
	var contacts []geom.Contact
	b.ReportAllocs()
	for b.Loop() {
		contacts = detector.Contacts(contacts[:0], state, 0)
	}
	b.ReportMetric(float64(len(contacts)), "contacts")
}

// crowd returns n discs and boxes, by turns, that touch here and there in a box
// of four walls.
func crowd(n int) *sim.Scene {
	const spacing = 0.28 // m
	columns := int(math.Ceil(math.Sqrt(float64(n))))
	rows := (n + columns - 1) / columns
	width, height := spacing*float64(columns), spacing*float64(rows)
	scene := sim.DefaultScene()
	surface := sim.Surface{Friction: 0.4, Elasticity: 0.6}
	corners := []sim.Vec{{}, {X: width}, {X: width, Y: height}, {Y: height}}
	for i, from := range corners {
		scene.Walls = append(scene.Walls, sim.NewShape(sim.Segment, 0, surface, from, corners[(i+1)%4]))
	}
	rng := sim.NewRand(1, "crowd", n)
	for i := range n {
		body := sim.NewDisc(0.12+0.04*rng.Float64(), 10, surface)
		if i%2 == 1 {
			body = sim.NewBox(0.1+0.04*rng.Float64(), 0.1+0.04*rng.Float64(), 10, surface)
		}
		body.Start = sim.BodyState{
			X:     spacing * (float64(i%columns) + 0.5 + 0.1*rng.NormFloat64()),
			Y:     spacing * (float64(i/columns) + 0.5 + 0.1*rng.NormFloat64()),
			Angle: 6 * rng.Float64(),
		}
		scene.Bodies = append(scene.Bodies, body)
	}
	return &scene
}
