// Package engine runs scenes on Chipmunk (github.com/jakecoffman/cp) and is the
// only package that knows it.
//
//	e := engine.New()
//	if err := e.Load(scene); err != nil { … }
//	trajectory, err := e.Run(nil, 121, nil) // the start and 120 frames after it
//
// or, frame by frame, Reset, Frame, State and Contacts. Units are those of sim.
//
// # What one step does
//
// A frame is Substeps steps of dt = Scene.StepTime, and a step has this order:
//
//  1. x ← x + (v + b)·dt for positions and angles, b being the correction velocity
//     left by the step before, which no state shows.
//  2. Contacts are found at the new positions. Shapes closer than 0 touch.
//  3. v ← v·damping^dt + gravity·dt.
//  4. Joints and contacts exchange impulses, Iterations times in turn, beginning
//     with those of the step before. Contacts that reach deeper than Slop also
//     build up b, which takes away a tenth of the excess in 1/60 s.
//
// Elasticity acts on the velocity before gravity. A contact that lapses and comes
// back within three steps is given its old impulse as a first guess.
//
// # Determinism
//
// A scene and a state fix everything that follows, bit for bit on one
// architecture, whatever an Engine ran before: Load and Reset forget every cached
// contact. The library finds shapes through a hash table, and the order of that
// table reaches the results, so a space that is used again is first brought back
// to the order of a new one (see space.go).
//
// # Cost
//
// A new cp.Space costs 0.4–0.9 ms and 0.5 MB. Using one again makes Load and Reset
// of six bodies between four walls 40 times faster; BenchmarkReset measures it.
//
// # Limits
//
// An Engine belongs to one goroutine; any number may run at once. Bodies that many
// others lie on top of cost time and memory with the square of their number. A
// circle against a polygon with rounding is reported, and pushed apart, as if it
// were two roundings less deep, as in Chipmunk itself.
package engine
