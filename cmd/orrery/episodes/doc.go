// Package episodes makes episodes of scenarios: it samples scenes, lets a policy act in the
// engine, and writes what happens as a dataset or hands it on.
//
//	recipe := episodes.Recipe{Scenario: mixed, Episodes: 400, Frames: mixed.Frames, Seed: 1}
//	err := recipe.Write(ctx, os.Stderr, "data/mixed", generate.Options{Workers: 2})
//
// A recipe fixes the bytes of a dataset on one architecture, whatever the number of
// workers. An episode ends soon after its context does.
package episodes
