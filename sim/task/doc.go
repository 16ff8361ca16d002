// Package task says what is to be done in a scene, and judges how far it is done.
//
// A Task is bound to a scene once, which gives a Judge of states:
//
//	judge, err := s.Task.Judge(scene)
//	cost := judge.Cost(state, action)
//
// A Judge looks at one frame alone. Whoever follows an attempt asks a Referee, who also
// knows that some successes must last:
//
//	referee := judge.Referee()
//	referee.Frame(scene.Start(), scene.Rest())
//	for !over {
//		…
//		over = referee.Frame(state, action).Terminated
//	}
//
// Units are those of sim. Everything is a pure function of scene, states and actions.
package task
