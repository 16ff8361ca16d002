// Package eval measures how well models predict.
//
// Each model starts from the true first state of every episode, follows the actions of
// the episode, and is compared with its true states. For comparison the engine itself
// starts from positions that are off by 0.1 mm, 1 mm and 10 mm. Motion with collisions
// is chaotic, so even the engine errs when it knows the start only that well. The
// perturbation at which the engine is as wrong as a model is that model's
// equivalent measurement error, epsilon_m.
//
//	result, err := eval.Run(ctx, heldOut, []eval.Entry{{Name: "contact", Model: model}}, truth, eval.DefaultConfig(), nil)
//	result.WriteJSON(os.Stdout)
//
// Motion that was observed has no engine for its truth. Predictions are compared with what was
// measured, and the last row, Measured, shows how far the measurements are from the estimates
// that were made of all of them. With Config.History, trajectories begin with what the frames before
// alone told; see observe.History.
//
// The caller supplies the engine as a Truth, because nothing below world may
// reach it. Package report shows a result, and its Glossary defines every value with its
// formula and unit. Join puts the results of several sets of episodes side by side.
// Endure looks for rollouts that break down when they get long. What another program
// predicted is measured as models are, see Predicted; datasets/predictions reads it from files.
//
// Everything but us_per_step is deterministic: it depends on episodes, models,
// engine and settings, not on the number of workers. The rows of an evaluation
// share their resamples, so their intervals may be compared.
//
// Limits: all episodes of a set must have one frame rate, and are compared over
// the length of the shortest. A prediction that is not finite, or that its model
// gives up, ends there; it is named in the result and counts as wrong by the
// size of the arena from then on. What a body does in a frame is told by its
// contacts at the end of the frame: where frames have many engine steps, slow
// contacts that come and go within one are missed.
package eval
