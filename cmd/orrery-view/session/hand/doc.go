// Package hand is how a user takes hold of what is shown: picking and dragging bodies,
// and driving actuators by arrow keys.
//
//	body := hand.Pick(scene, state, at, 0.05)
//	h := hand.New()
//	if h.Grab(scene, state, body, at) {
//		h.Pull(to)
//		impulse, at := h.Impulse(scene, state) // for the engine, before each frame
//	}
//	h.Drive(sim.Vec{X: 1}, sim.Vec{X: 1}) // an arrow key is down
//	action := h.Action(scene, state)
//
// Everything is a function of scene, state and what the user asked for: no clock, no
// engine. Units are those of package sim.
package hand
