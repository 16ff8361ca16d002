// Package build changes scenes by hand: bodies are added and deleted, and what was built
// is kept where a parameter of the scenario changes.
//
//	body := build.Spawned(scene, 0, at)
//	scene, err := build.With(scene, state, body)
//	scene, err = build.Without(scene, state, 2)
//	scene, err = build.Retuned(scene, state, origins, before, after)
//
// A scene is never changed: each function returns a new one, valid or with an error.
// The units are those of package sim.
package build
