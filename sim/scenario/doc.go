// Package scenario turns a seed, an episode and a few parameters into a scene, in which
// something may have to be done.
//
//	s, err := scenario.Load("table.scenario.json")
//	values, err := s.Values(map[string]float64{"bodies": 2})
//	scene, err := s.Sample(seed, episode, values)
//
// A scenario is a file, which Load reads: format 2 of package file, or a scene, which is
// the same in every episode. Names and expressions are resolved once, when it is read;
// what is wrong with it is told all at once, each mistake with its line. What a file cannot
// say is a Scenario in Go. Package library has those that the program brings along.
//
// A sampled scene validates, and is a pure function of seed, episode and values:
// whoever asks, in whatever order, gets the same scene. Units are those of sim.
// Draw lets values differ from episode to episode.
//
// Bodies are placed at random, so asking for more than fit is an error, not a
// longer search.
//
// # Tasks and policies
//
// A scenario whose scenes have actuators has a Task, which judges states,
// and policies, which act:
//
//	policy, err := s.Policy("expert") // or "" for the default
//	trajectory, err := engine.Run(nil, s.Frames, policy.Start(seed, episode, scene))
//	judge, err := s.Task.Judge(scene)
//	done := judge.Success(trajectory.States[s.Task.TimeLimit])
//
// Goals are part of the scene, so they are in its file, and whoever changes them
// changes the task.
package scenario
