// Package takes notes episodes of an environment as they happen, whoever acts in it, for a dataset:
//
//	take := takes.New(environment, task.Unit)
//	for … {
//		result, err := environment.Step(action)
//		take.Add(action, result)
//	}
//	trajectory, outcomes := take.End()
//
// Origin is what such a dataset says of where it comes from. A take belongs to one goroutine.
package takes
