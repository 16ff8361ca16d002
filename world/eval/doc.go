// Package eval measures how well models predict and says it in one table.
//
// Each model is rolled out from the true start of every episode and compared
// with what truly happened. Beside the models stands the engine itself, started
// from positions that are off by 0.1 mm, 1 mm and 10 mm: motion with collisions
// is chaotic, so no model can be expected to do better than an engine that knows
// the start no better. The perturbation at which the engine is as wrong as a
// model is that model's equivalent measurement error, epsilon_m.
//
//	result, err := eval.Run(ctx, heldOut, []eval.Entry{{Name: "contact", Model: model}}, truth, eval.DefaultConfig(), nil)
//	result.WriteTable(os.Stdout)
//
// The caller supplies the engine as a Truth, because nothing below world may
// reach it. Glossary defines every value with its formula and unit.
//
// Everything but us_per_step is deterministic: it depends on episodes, models,
// engine and settings, not on the number of workers. The rows of an evaluation
// share their resamples, so their intervals may be compared.
//
// Limits: all episodes must have one frame rate, and are compared over the
// length of the shortest. A prediction that is not finite, or that its model
// gives up, ends there; it is named in the result and counts as wrong by the
// size of the arena from then on.
package eval
