package datasets_test

import (
	"context"
	"fmt"

	"orrery/datasets"
)

// Example reads a small dataset: what it says of itself, and how its first episode begins.
func Example() {
	ctx := context.Background()
	data, err := datasets.Open(ctx, "sample")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%d episodes, %d frames of 1/%d s\n", data.Episodes(), data.Frames(), data.FPS())
	for e, err := range data.Each(ctx, []int{0}, nil) {
		if err != nil {
			fmt.Println(err)
			return
		}
		body := e.Trajectory.States[0][0]
		fmt.Printf("episode %d of %q: body 0 of %d is at (%.2f, %.2f) m\n", e.Number, e.Trajectory.Scene.Name, len(e.Trajectory.Scene.Bodies), body.X, body.Y)
	}
	// Output:
	// 4 episodes, 244 frames of 1/60 s
	// episode 0 of "mixed": body 0 of 6 is at (-0.73, 0.21) m
}
