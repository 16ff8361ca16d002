// Package mirror fits an engine to motion that is known frame by frame: it finds the numbers of a
// scene with which the engine does what was done.
//
//	found, err := mirror.Motion(ctx, trajectories, func() mirror.Engine { return engine.New() }, &identify.Options{})
//	found.Values.Parameters // gravity, drag, elasticity, friction, masses, moments, anchors, …
//	scene, err := found.Values.Fill(another)
//
// The engine is handed in, since no model may know it. It is led along the motion: each frame it
// predicts the next from the true state, and is then put into that one without forgetting what
// pushes on what (Engine.Correct). With the right numbers it so errs by no more than the digits
// that were kept, in piles and chains too. The errors of short runs of frames in which something
// tells of a number are squared, weighed robustly and made least by the method of Levenberg (1944)
// and Marquardt (1963). Derivatives are differences of two runs. The scale of the weights begins
// wide and shrinks with the errors, so that wrong numbers at first do not make right frames
// outliers.
//
// What the curvature leaves open has no value but a reason. Only ratios of masses can be told
// where no force is known: they count from the first body of those that push each other.
//
// Where all episodes have the same bodies each has its own mass and moment. Where bodies are drawn
// anew for each episode, masses and moments follow a law of their shapes; see identify.Solids.
//
// Units are m, s, rad and kg. Results depend on the arguments alone, for any number of workers.
//
// # Limits
//
// States of motion that was observed are estimates, whose errors bias what is read of single
// frames: Observed shoots over many frames instead, against what was measured.
package mirror
