// Package kernel holds the hot loops of learning: matrix products, activations,
// normalisation, row gathering and the update rules, on flat float32 slices.
//
//	packed := make([]float32, kernel.PackLen(13, 64))
//	kernel.Pack(packed, w, 13, 64)
//	kernel.Linear(out, nil, x, packed, bias, rows, 13, 64, kernel.ReLU) // out = relu(x·w + bias)
//
// Matrices are row-major and dense; the destination comes first. Sizes are given
// where the slices alone do not fix them. A slice longer than its matrix is an
// error like one too short: both panic with a constant of this package, as every
// mistake of the caller does. Sizes of zero are fine.
//
// Nothing here allocates, starts a goroutine or calls through an interface.
// Every sum is taken in an order fixed by the sizes alone, so results repeat bit
// for bit on one build and one kind of processor; compilers that fuse multiply and
// add (arm64, GOAMD64=v3) and the AVX2 code round differently from plain Go. NaN
// and infinity in an operand reach the result as IEEE arithmetic says; no product
// is skipped because a factor is 0.
//
// On amd64 with AVX2 and FMA, products, activations, layer norm, Adam and the
// sums of rows run in assembly, which the module in asm generates. With AVX-512
// products take tiles four times as large, and give the same bits. The environment
// variable GODEBUG turns sets of instructions off: cpu.avx512f=off leaves AVX2, and
// cpu.avx2=off,cpu.avx512f=off leaves Go. Without assembly the Go code beside each
// call does the work; every test runs with every set that the processor has. That Go
// code passes its tests on arm64 and js/wasm too; gonum's BLAS is no faster there: 0.16
// and 0.35 GFLOP/s for 600×64×64 and 1024×128×128 in WebAssembly under Node 20, where
// MatMul reaches 0.68 and 0.83. With the tag vectors, products in WebAssembly are those of
// a module that command wasm writes: several times as fast, and with the same bits.
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
