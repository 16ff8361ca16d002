// Package environment lets a program act in a scenario, by the conventions of
// Gymnasium (https://gymnasium.farama.org): reset with a seed, then step with an
// action until the episode is terminated or truncated.
//
//	s, err := library.Find("pusht")
//	values, err := s.Values(nil)
//	e, err := environment.New(s.Name, s.Task, s.Scenes(values))
//	var result environment.Result
//	result.Observation, result.Info, err = e.Reset(7)
//	for !result.Terminated && !result.Truncated {
//		result, err = e.Step(choose(result.Observation))
//	}
//
// A step is one frame of the scene. Observations, actions and rewards are in the
// units of the scenario's task, which are those of sim but for pusht, where they
// are the benchmark's pixels. task.Judge says what they mean.
//
// A seed, the values and the actions fix an episode bit for bit on one
// architecture, whatever the environment did before. Other than in Gymnasium a
// reset always takes a seed, and a step after the end is an error.
package environment
