// Package kernel holds the hot loops of learning: matrix products, activations,
// normalisation, row gathering and the update rules, on flat float32 slices.
//
//	kernel.Linear(out, nil, x, w, bias, rows, 13, 64, kernel.ReLU) // out = relu(x·w + bias)
//
// Matrices are row-major and dense; the destination comes first. Sizes are given
// where the slices alone do not fix them. A slice longer than its matrix is an
// error like one too short: both panic with a constant of this package, as every
// mistake of the caller does. Sizes of zero are fine.
//
// Nothing here allocates, starts a goroutine or calls through an interface.
// Every sum is taken in an order fixed by the sizes alone, so results repeat bit
// for bit on one build; compilers that fuse multiply and add (arm64, GOAMD64=v3)
// round differently from those that do not. NaN and infinity in an operand reach
// the result as IEEE arithmetic says; no product is skipped because a factor is 0.
//
// The products reach 4 to 6 GFLOP/s on one core of the AMD EPYC they were
// written on (go test -bench Products), bound by instructions issued, not memory.
package kernel

// Messages of the panics that a caller's mistake causes.
const (
	badShape      = "kernel: slice length does not match the sizes"
	badActivation = "kernel: unknown activation"
)

// checkLen panics unless s holds exactly rows by cols values.
func checkLen(s []float32, rows, cols int) {
	if len(s) != rows*cols {
		panic(badShape)
	}
}
