package policy_test

import (
	"fmt"

	"orrery/sim"
	"orrery/sim/policy"
)

// A paddle goes to its post in half a second and waits there.
func Example() {
	scene := table(false)
	way := policy.Path{Robot: 1, Times: []float64{0, 0.5}, Places: []sim.Vec{{X: -1, Y: -1}, {X: -0.9, Y: -1}}}
	guard := policy.Waypoints("guard", "goes to its post", func(*sim.Scene) []policy.Path { return []policy.Path{way} })
	act, state := guard.Start(7, 0, scene), scene.Start()
	fmt.Printf("%.2f m/s along x\n", act(0, state)[0])
	state[1].X = -0.9
	fmt.Printf("%.2f m/s along x\n", act(10, state)[0])
	// Output:
	// 0.20 m/s along x
	// 0.00 m/s along x
}
