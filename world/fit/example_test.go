package fit_test

import (
	"context"
	"fmt"

	"orrery/sim"
	"orrery/sim/engine"
	"orrery/sim/scenario/library"
	"orrery/world/fit"
)

// A model of billiards from eight episodes in memory.
func Example() {
	billiards, err := library.Find("billiards")
	if err != nil {
		fmt.Println(err)
		return
	}
	values, err := billiards.Values(nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	var episodes []*sim.Trajectory
	e := engine.New()
	for i := range 8 {
		scene, err := billiards.Sample(1, i, values)
		if err != nil {
			fmt.Println(err)
			return
		}
		if err := e.Load(scene); err != nil {
			fmt.Println(err)
			return
		}
		t, err := e.Run(nil, 60, nil)
		if err != nil {
			fmt.Println(err)
			return
		}
		episodes = append(episodes, t)
	}
	stages := map[fit.Stage]bool{}
	fitted, err := fit.Train(context.Background(), fit.Job{
		Episodes: fit.InMemory(episodes, fit.Origin{Scenario: "billiards"}),
		Config:   fit.Tiny(),
		Report:   func(p fit.Progress) { stages[p.Stage] = true },
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	about := fitted.Description.Training
	fmt.Printf("%s model after %d steps on %d episodes, judged by %d\n", fitted.Model.Kind(), about.Steps, about.Episodes, len(fitted.Holdout))
	fmt.Println("it was trained:", stages[fit.Training], "and saw things touch:", about.Seen.Touches)
	// Output:
	// contact model after 30 steps on 6 episodes, judged by 2
	// it was trained: true and saw things touch: true
}
