// Package flight moves bodies that nothing touches: gravity, damping, actuators and the
// friction of the ground act on them, as a scene says and as data shows.
//
//	f, err := flight.MeasureFlight(ctx, trajectories) // what data shows beyond the scene's word
//	step := f.Step(scene, 1)                          // a whole frame in one step
//	step.Fly(state, action)
//
// Trained models take a Step for what they need not learn, and learn the rest: contacts,
// joints and fields. Ballistic and Still are models of their own, which know nothing else.
//
// The units are those of package sim. A Flight is a value and a Step is immutable.
package flight
