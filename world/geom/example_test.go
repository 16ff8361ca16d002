package geom_test

import (
	"fmt"

	"orrery/sim"
	"orrery/world/geom"
)

func Example() {
	scene := sim.DefaultScene()
	surface := sim.Surface{Friction: 0.5, Elasticity: 0.8}
	scene.Bodies = []sim.Body{sim.NewBox(0.5, 0.25, 10, surface)}
	scene.Walls = []sim.Shape{sim.NewShape(sim.Segment, 0, surface, sim.Vec{X: -2}, sim.Vec{X: 2})}

	detector := geom.NewDetector(&scene)
	var contacts []geom.Contact
	for _, height := range []float64{0.5, 0.24} {
		state := sim.State{{X: 1, Y: height}}
		contacts = detector.Contacts(contacts[:0], state, 0)
		fmt.Printf("centre %.2f m above the floor: %d contacts\n", height, len(contacts))
		for _, c := range contacts {
			fmt.Printf("  gap %.2f m, arm (%.2f, %.2f) m, friction %.2f\n", c.Gap, c.ArmA.X, c.ArmA.Y, c.Friction)
		}
	}
	// Output:
	// centre 0.50 m above the floor: 0 contacts
	// centre 0.24 m above the floor: 2 contacts
	//   gap -0.01 m, arm (-0.50, -0.25) m, friction 0.25
	//   gap -0.01 m, arm (0.50, -0.25) m, friction 0.25
}
