//go:build wasm && vectors

package kernel

import "unsafe"

// vectorTile is the function of the module that command wasm writes: steps are in bytes. It returns 0, and has done
// nothing, where the browser has no vector instructions.
//
//go:wasmimport simd tile
//go:noescape
func vectorTile(rows int32, c unsafe.Pointer, cStep int32, a unsafe.Pointer, aRow, aCol int32, b unsafe.Pointer, k int32, start unsafe.Pointer, startStep, relu int32) int32

// fullTile is portableTile four values at a time, with the same bits.
func fullTile(rows int, c []float32, cStep int, a []float32, aRow, aCol int, b []float32, k int, start []float32, startStep int, relu bool) {
	const size = 4 // bytes of a value
	if k > 0 && rows > 0 {
		positive := int32(0)
		if relu {
			positive = 1
		}
		if vectorTile(int32(rows), unsafe.Pointer(&c[0]), int32(size*cStep), unsafe.Pointer(&a[0]), int32(size*aRow), int32(size*aCol),
			unsafe.Pointer(&b[0]), int32(k), unsafe.Pointer(unsafe.SliceData(start)), int32(size*startStep), positive) != 0 {
			return
		}
	}
	portableTile(rows, c, cStep, a, aRow, aCol, b, k, start, startStep, relu)
}
