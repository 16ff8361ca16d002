package spread

import (
	"math"
	"testing"

	"orrery/sim"
	"orrery/world/flight"
)

// TestRegionsAreOfTwoAndAHalfSeconds of each rollout, and of no more.
func TestRegionsAreOfTwoAndAHalfSeconds(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine does the work, and the race detector makes it ten times as long")
	}
	t.Parallel()
	scene := sim.DefaultScene()
	for i := range pointBodies {
		b := sim.NewDisc(0.1, 10, sim.Surface{})
		b.Start.X, b.Start.VY = float64(i), 1
		scene.Bodies = append(scene.Bodies, b)
	}
	motion := &sim.Trajectory{Scene: &scene}
	for k := range 240 {
		state := scene.Start()
		for i := range state {
			state[i].Y = float64(k) / 60
		}
		motion.States = append(motion.States, state)
	}
	l := &Law{numbers: prior(), time: scene.FrameTime(), mostX: 1e9, mostV: 1e9}
	if err := l.measureRegions(t.Context(), flight.Ballistic(), nil, []*sim.Trajectory{motion}, nil); err != nil {
		t.Fatal(err)
	}
	last := math.Exp(l.regions.times[len(l.regions.times)-1])
	if !(last >= 2.1) || !(last <= 2.5) {
		t.Errorf("the last errors are of %v s", last)
	}
}
