// Package takes notes episodes of an environment as they happen, whoever acts in it, for a dataset:
//
//	take := takes.New(environment, task.Unit)
//	for … {
//		outcome, err := environment.Act(action)
//		take.Add(action, outcome)
//	}
//	trajectory, outcomes := take.End()
//
// Origin is what such a dataset says of where it comes from. A take belongs to one goroutine.
package takes
