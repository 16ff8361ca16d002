// Package world defines models of the world and makes rollouts with them.
//
// A Model is a set of weights. It refuses scenes that it cannot handle. For a list
// of scenes it makes a Predictor, which replaces the state of each scene by the
// state one frame later:
//
//	predicted, err := world.Rollout(model, []*sim.Scene{scene}, []sim.State{start}, nil, 121, 2)
//
// Models never see the engine: this package and the packages below it must not
// import it, so a model cannot cheat. Models are immutable and safe for concurrent use;
// Predictors hold scratch space and belong to one goroutine. Rollouts do not
// depend on the number of workers.
//
// A model on disk is a directory: model.safetensors (weights), config.json
// (all that is needed to rebuild it, and how it was trained), README.md (the
// model card) and metrics.json (written by an evaluation). See Save,
// ReadDescription and LoadWeights.
//
// The units are those of package sim. Save puts a new model in place with one rename.
// Replacing a model takes two renames. A program that is killed between the two
// leaves both models beside the empty place, under hidden names.
package world
