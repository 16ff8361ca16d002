// Package bench measures package learn on the machine it runs on, at sizes that
// other libraries can be measured at too.
//
//	result, err := bench.Learn(ctx, bench.DefaultConfig())
//	fmt.Printf("%.1f ms a step\n", result.InteractionStepMS)
//
// Learn times matrix products and whole training steps of two networks, Infer the
// answer of one network for one graph. A training step is what package train does
// between two batches: gradients in parallel, their sum, clipping, Adam and the
// moving average. Step and Time measure other work in the same way.
//
// Every figure is the median of many repetitions, taken after the first ones, in
// wall time; on a busy machine it says little. Every product that is timed is also
// compared with a naive one, and a difference is an error. Data are random and
// fixed. The peak of memory is that of the process so far and known on Linux only.
//
// Beside PyTorch 1.13 in one run on two cores of an AMD EPYC (make bench-peers), the
// MLP's step takes 0.52 of its time, short of the 0.5 aimed at. It began at 0.87.
// Packing the weights for two chunks of the batch and not four, and transposing them
// with vectors, made it 0.63; vector loops for packing, scaling and averaging, and
// sums over longer blocks of rows, 0.55; summing squares with vectors and averaging
// the gradient in one pass, 0.52. What is left is bound by arithmetic: 142 MFLOP at
// the 88 GFLOP/s that a core reaches are 0.81 ms of the 1.34 ms; packing 180,000
// weights on either core, the optimiser on one and waking the workers share the rest.
// The other steps reach their aims: see the README.
package bench
