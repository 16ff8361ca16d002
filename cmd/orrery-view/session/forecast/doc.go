// Package forecast has a model predict what follows a state, frame by frame, while
// others already read what there is.
//
//	making := forecast.Begin(model, scene, frame, state, 121)
//	making.Tell(actions...)
//	lane.Do(making) // or for making.Step() {}
//	f, over := making.Snapshot()
//	state, ok := f.At(frame + 30)
//
// A model that fails or panics ends its own forecast, which says why in Err; nothing
// else is touched by it. What a model predicts follows from scene, state and actions
// alone; only Cost depends on the clock.
package forecast
