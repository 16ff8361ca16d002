// Package bench measures package learn on the machine it runs on, at sizes that
// other libraries can be measured at too.
//
//	result, err := bench.Learn(bench.DefaultConfig())
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
package bench
