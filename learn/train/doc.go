// Package train runs a training loop: order of the data, parallel gradients, optimiser,
// validation, checkpoints, logs, resuming. It does not know what is learned.
//
// An Objective has numbered examples and makes Gradients, each of which adds the
// gradient of some examples' losses to a slice:
//
//	result, err := train.Run(ctx, objective, train.DefaultConfig(), "run", nil)
//	copy(params.Data(), result.Best)
//
// # Determinism
//
// An epoch visits the examples in an order fixed by seed and epoch; examples that do not fit into memory
// come window by window, see Chaptered. A batch is cut
// into chunks; workers take them as they come, but the gradients are added in the
// order of chunks. With Config.Steps the weights therefore depend on objective, Config
// and build alone, bit for bit, with any number of workers. With Config.Budget the
// learning rate follows the clock, so each run gives other weights.
//
// # Directory
//
// With a directory, Run keeps there
//
//	last.safetensors   weights, average, both moments and best average; position and Config
//	best.safetensors   the same, when validation was best
//	log.jsonl          one report a line, with the metrics below
//	events.out.tfevents.*   the same for TensorBoard, one file a session
//
// The first two appear whole or not at all. A Run on a directory that has last.safetensors continues
// from it. A run of Config.Steps that is killed at any moment and started again ends
// with the same bits as a run without interruption. Run refuses another Config than that
// of the checkpoint; only Workers may differ, because no result depends on it.
//
// # Metrics
//
//	name                 unit        formula
//	step                 1           optimiser steps taken so far
//	epoch                1           ⌊(step−1) / ⌊examples/batch⌋⌋; with windows, that of the last batch
//	seconds              s           wall time of the training loop, earlier sessions included
//	loss                 objective's      running mean of l, the batch's mean loss per example:
//	                                 s ← s + (l−s)·max(1/step, 0.02), where l is at most 100 times
//	                                 the greatest of the first ten steps
//	validation           objective's      Objective.Validate of the averaged weights; lower is better
//	learning_rate        1/step      cosine from LearningRate to FinalRate over the fraction of steps or
//	                                 budget that is over, times min(1, step/Warmup)
//	gradient_norm        objective's      Euclidean norm of the mean gradient before clipping
//	examples_per_second  1/s         examples since the last report / time since then, validation included
//
// A loss, gradient or validation that is not finite stops the run with an error
// and leaves the checkpoints as they were.
package train
