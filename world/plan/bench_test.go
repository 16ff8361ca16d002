package plan

import (
	"testing"

	"orrery/sim"
)

// BenchmarkSearch searches with the budget of Push-T's recorded protocol, 225,000
// frames, in a model that costs nothing. What it takes is the planner's own.
//
//	go test ./world/plan -run ^$ -bench Search
func BenchmarkSearch(b *testing.B) {
	for _, colour := range []float64{0, 1} {
		name := map[float64]string{0: "white", 1: "coloured"}[colour]
		b.Run(name, func(b *testing.B) {
			scene := toyScene(b, sim.Velocity, 1, alongX, alongY)
			c := config(b, "cem", func(c *Config) {
				c.Horizon, c.Replan, c.Samples, c.Iterations, c.Colour, c.Workers = 25, 25, 300, 30, colour, 2
			})
			cost := func(state sim.State, _ sim.Action) float64 { return state[0].X }
			controller := newController(b, toy{move: walked}, scene, cost, c)
			b.ReportAllocs()
			for b.Loop() {
				controller.Reset()
				if _, err := controller.Act(sim.State{{}}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
