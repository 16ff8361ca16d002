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
// # Measures
//
// A Measure is a number that a frame of one scene has, such as a distance, a gap or a
// coverage; a Condition is true or false of it. Tasks are made of them:
//
//	away := task.Distance(sim.Point{Body: 2}, sim.Point{Body: sim.World, At: dock})
//	docked := task.All(task.Below(away, 0.1), task.Below(task.Misfit(scene, goal), 0.05))
//
// They are built once for a scene, whose indices they are given, and which must not be
// changed afterwards. An index that the scene lacks panics.
//
// The units are those of sim. Everything is a pure function of scene, states and actions.
package task
