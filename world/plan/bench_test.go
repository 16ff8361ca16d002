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
	for name, shape := range map[string]func(*Config){
		"white": func(*Config) {}, "coloured": func(c *Config) { c.Colour = 1 }, "knotted": func(c *Config) { c.Knots = 12 },
	} {
		b.Run(name, func(b *testing.B) {
			scene := toyScene(b, sim.Velocity, 1, alongX, alongY)
			c := config(b, "cem", func(c *Config) {
				c.Horizon, c.Replan, c.Samples, c.Iterations, c.Workers = 25, 25, 300, 30, 2
				shape(c)
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
