// Package optim moves parameters along gradients: AdamW, clipping by the global
// norm, a moving average of the weights, and a learning-rate schedule.
//
//	adam := optim.NewAdamW(len(weights), 1e-4)
//	average := optim.NewEMA(weights, 0.999)
//	schedule := optim.Schedule{Peak: 3e-3, Final: 3e-5, Warmup: 100}
//	for step := range steps {
//		// … fill gradient …
//		clip, _ := optim.ClipScale(gradient, 1)
//		rate := schedule.Rate(step, float64(step)/float64(steps))
//		adam.Step(weights, gradient, float32(rate), clip)
//		average.Update(weights)
//	}
//
// Everything works on flat slices of one length and allocates only when made. The
// state is in exported fields, so a checkpoint can store it and continue to the
// same bits. Learning rates are per step; gradients are of the mean loss.
package optim
