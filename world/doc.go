// Package world says what a model of the world is and rolls it out.
//
// A Model is a set of weights that knows which scenes it can handle. For a
// list of scenes it makes a Predictor, which replaces their state by the state
// one frame later:
//
//	predicted, err := world.Rollout(model, []*sim.Scene{scene}, []sim.State{start}, nil, 121, 2)
//
// Models never see the engine: this package and those below it must not import
// it, so a model cannot cheat. Models are immutable and safe for concurrent use;
// Predictors hold scratch space and belong to one goroutine. Rollouts do not
// depend on the number of workers.
//
// A model on disk is a directory: model.safetensors (weights), config.json
// (everything needed to rebuild it, and how it was trained), README.md (the
// model card) and metrics.json (written by an evaluation). See Save,
// ReadDescription and LoadWeights.
//
// Units are those of package sim. Save puts a model in place at once, but replacing
// one takes two renames: a program killed between them leaves both models beside
// the empty place, under hidden names.
package world
