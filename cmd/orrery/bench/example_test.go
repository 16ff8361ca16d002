package bench_test

import (
	"context"
	"fmt"
	"time"

	"orrery/cmd/orrery/bench"
)

func Example() {
	config := bench.Config{Batch: 1, Scenes: 1, Workers: 1, Duration: time.Millisecond}
	worlds, err := config.RunWorlds(context.Background())
	fmt.Println(worlds.A.StepsPerS > worlds.B.StepsPerS, err) // a pile is slower than discs in a box
	// Output: true <nil>
}
