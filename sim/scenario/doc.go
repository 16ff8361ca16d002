// Package scenario is the library of scenes: named samplers that turn a seed, an
// episode and a few parameters into a scene. Some have something to be done.
//
//	s, err := scenario.Find("push")
//	values, err := s.Values(map[string]float64{"bodies": 2})
//	scene, err := s.Sample(seed, episode, values)
//
// Anyone's own scenario is a file, which Load reads: format 2 of package file, or a scene, which is the
// same in every episode. So is the library, but for what files cannot say: five scenarios and three
// experts are in Go, each with the reason. Names and expressions are resolved once, when it is read; what is wrong with it
// is told all at once, each mistake with its line.
//
//	s, err := scenario.Load("table.scenario.json")
//
// A sampled scene validates, and is a pure function of seed, episode and values:
// whoever asks, in whatever order, gets the same scene. Units are those of sim. Draw
// lets values differ from episode to episode.
//
// Bodies are placed at random, so asking for more than fit is an error, not a
// longer search.
//
// # Tasks and policies
//
// A scenario whose scenes have actuators has a Task, which judges states, and
// policies, which act:
//
//	policy, err := s.Policy("expert") // or "" for the default
//	trajectory, err := engine.Run(nil, s.Frames, policy.Start(seed, episode, scene))
//	judge, err := s.Task.Judge(scene)
//	done := judge.Success(trajectory.States[s.Task.TimeLimit])
//
// Goals are part of the scene, so they are in its file, and whoever changes them
// changes the task. The default policies know no goal; those of push and pusht make data
// rich in contact. Experts are scripts: they succeed at nine starts of ten or more with the default
// parameters, and not by the best way. There is none for pusht.
//
// # Limits
//
// The kinematic robots of push and pusht are stronger than everything: they can
// crush a body through a wall, or leave the walls, which fails push and is allowed
// in pusht as in its original.
package scenario
