package plan_test

import (
	"fmt"

	"orrery/sim"
	"orrery/world/plan"
)

// The cheapest throw of a ball lands at 10 m; a plan is one decision of two
// numbers, the velocities across and up in m/s.
func ExamplePlanner() {
	config, err := plan.DefaultConfig("cem")
	if err != nil {
		fmt.Println(err)
		return
	}
	config.Horizon, config.Iterations = 1, 30
	planner, err := plan.NewPlanner(config, []float64{0, 0}, []float64{20, 20}, sim.NewRand(1, "example", 0))
	if err != nil {
		fmt.Println(err)
		return
	}
	throw, _, err := planner.Search(func(costs, plans []float64) error {
		for k := range costs {
			across, up := plans[2*k], plans[2*k+1]
			miss := 10 - across*2*up/9.81
			costs[k] = miss*miss + 0.001*(across*across+up*up)
		}
		return nil
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("across %.0f m/s, up %.0f m/s\n", throw[0], throw[1])
	// Output: across 7 m/s, up 7 m/s
}
