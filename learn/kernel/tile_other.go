//go:build !amd64 && !(wasm && vectors)

package kernel

func fullTile(rows int, c []float32, cStep int, a []float32, aRow, aCol int, b []float32, k int, start []float32, startStep int, relu bool) {
	portableTile(rows, c, cStep, a, aRow, aCol, b, k, start, startStep, relu)
}
