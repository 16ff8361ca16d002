package environment_test

import (
	"fmt"

	"orrery/sim/environment"
	"orrery/sim/scenario/library"
)

func Example() {
	s, err := library.Find("cartpole")
	if err != nil {
		fmt.Println(err)
		return
	}
	values, err := s.Values(nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	e, err := environment.New(s.Name, s.Task, s.Scenes(values))
	if err != nil {
		fmt.Println(err)
		return
	}
	observation, _, err := e.Reset(7)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(e.Names())
	var result environment.Result
	steps := 0
	for ; !result.Terminated && !result.Truncated; steps++ {
		x, vx, sin, omega := observation[0], observation[1], observation[3], observation[4]
		push := 4*x + 5.5*vx - 45*sin - 11.5*omega
		if result, err = e.Step([]float64{push}); err != nil {
			fmt.Println(err)
			return
		}
		observation = result.Observation
	}
	fmt.Printf("%d steps, terminated %v, success %v\n", steps, result.Terminated, result.Info["success"])
	// Output:
	// [x vx cos sin omega]
	// 300 steps, terminated false, success 1
}
