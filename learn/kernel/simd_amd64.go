package kernel

import (
	"unsafe"

	"golang.org/x/sys/cpu"
)

// instructions is a set of vector instructions that vector_amd64.s uses.
type instructions int

const (
	noVectors instructions = iota
	avx2                   // and FMA
	avx512                 // the parts F, BW, DQ and VL, and all of avx2
)

// use is the most that this processor runs.
var use = best()

func best() instructions {
	x := &cpu.X86
	switch {
	case !x.HasAVX2 || !x.HasFMA:
		return noVectors
	case x.HasAVX512F && x.HasAVX512BW && x.HasAVX512DQ && x.HasAVX512VL:
		return avx512
	}
	return avx2
}

// tileSize returns how many rows and columns of a product with sums of k terms are
// computed at once.
func tileSize(k int) (rows, columns int) {
	if use >= avx512 && k > 0 {
		return wideRows, widePanels * panel
	}
	return tileRows, panel
}

// wideTile is tile where there is AVX-512; elsewhere it does nothing and returns false.
func wideTile(rows, width int, c []float32, cStep int, a []float32, aRow, aCol int, b []float32, bStep, k int, start []float32, startStep int, relu bool) bool {
	if use < avx512 || k == 0 {
		return false
	}
	var from *float32
	if start != nil {
		from = &start[0]
	}
	mask := uint32(1<<panel-1) >> (-width & (panel - 1))
	if width > panel {
		wideTile2(rows, mask, &c[0], cStep, &a[0], aRow, aCol, &b[0], bStep, k, from, startStep, relu)
	} else {
		wideTile1(rows, mask, &c[0], cStep, &a[0], aRow, aCol, &b[0], bStep, k, from, startStep, relu)
	}
	return true
}

// headTiles does the first tiles of a column and returns how many.
func headTiles(m, width int, c []float32, cStep int, a []float32, aRow, aCol, aTile int, b []float32, k int, start []float32, startStep int, relu bool) int {
	n := m / tileRows
	if use != avx2 || k == 0 || width < panel || n == 0 {
		return 0
	}
	var from *float32
	if start != nil {
		from = &start[0]
	}
	tiles6(n, &c[0], cStep, &a[0], aRow, aCol, aTile, &b[0], k, from, startStep, relu)
	return n
}

// mostLow is up to how many rows lowLayers is quicker than tiles: those take a call for each panel of each layer.
const mostLow = 4

// vectorLayers is Layers for few rows where all layers have whole panels, and none but ReLU for an activation.
func vectorLayers(work, x []float32, layers []Layer, m int) bool {
	if use < avx2 || m == 0 || m > mostLow || len(layers) == 0 {
		return false
	}
	in := layers[0].In
	for i := range layers {
		l := &layers[i]
		if l.Out%panel != 0 || l.Act > ReLU || l.In*l.Out == 0 {
			return false
		}
		checkLen(l.Packed, l.In, l.Out)
		checkLen(l.Bias, l.Out, 1)
		if l.In != in {
			panic(badShape)
		}
		in = l.Out
	}
	checkLen(x, m, layers[0].In)
	lowLayers(&work[0], &x[0], (*byte)(unsafe.Pointer(&layers[0])), len(layers), m)
	return true
}

// headStrips does the first strips of packStrips and returns how many. Of the last row as many values must be there as it reads.
func headStrips(strips []float32, step int, a []float32, k, high int) int {
	const beyond = 2
	n := (k - beyond) / high
	if use < avx2 || len(a) == 0 || n <= 0 {
		return 0
	}
	if high == wideRows {
		strips12(&strips[0], step, &a[0], k, len(a)/k, n)
	} else {
		strips6(&strips[0], step, &a[0], k, len(a)/k, n)
	}
	return n
}

// fullTile is tile for a whole panel.
func fullTile(rows int, c []float32, cStep int, a []float32, aRow, aCol int, b []float32, k int, start []float32, startStep int, relu bool) {
	if use < avx2 || k == 0 {
		portableTile(rows, c, cStep, a, aRow, aCol, b, k, start, startStep, relu)
		return
	}
	var from *float32
	if start != nil {
		from = &start[0]
	}
	switch rows {
	case 1:
		tile1(&c[0], cStep, &a[0], aRow, aCol, &b[0], k, from, startStep, relu)
	case 2:
		tile2(&c[0], cStep, &a[0], aRow, aCol, &b[0], k, from, startStep, relu)
	case 3:
		tile3(&c[0], cStep, &a[0], aRow, aCol, &b[0], k, from, startStep, relu)
	case 4:
		tile4(&c[0], cStep, &a[0], aRow, aCol, &b[0], k, from, startStep, relu)
	case 5:
		tile5(&c[0], cStep, &a[0], aRow, aCol, &b[0], k, from, startStep, relu)
	case 6:
		tiles6(1, &c[0], cStep, &a[0], aRow, aCol, 0, &b[0], k, from, startStep, relu)
	}
}

// The functions below do the first part of a loop with vectors and return how
// many values that was; the caller does the rest.

// whole returns the number of values that fill whole vectors, 0 without AVX2.
func whole(n int) int {
	if use < avx2 {
		return 0
	}
	return n &^ 7
}

// vectorPack packs rows of 16 values that begin step apart in b.
func vectorPack(dst, b []float32, step int) bool {
	if use < avx2 || len(dst) == 0 {
		return false
	}
	packVectors(&dst[0], &b[0], step, len(dst)/panel)
	return true
}

// headTranspose packs the transpose of 16 rows of k values and returns how many
// columns of them it did.
func headTranspose(dst, b []float32, k int) int {
	n := whole(k)
	if n > 0 {
		transposeVectors(&dst[0], &b[0], k, n)
	}
	return n
}

func headAdd(dst, a, b []float32) int {
	n := whole(len(dst))
	if n > 0 {
		addVectors(&dst[0], &a[0], &b[0], n)
	}
	return n
}

// headSumRows returns how many columns it did.
func headSumRows(dst, x []float32) int {
	n := whole(len(dst))
	if n > 0 && len(x) > 0 {
		sumRowsVectors(&dst[0], &x[0], len(dst), len(x)/len(dst), n)
	}
	return n
}

func headAxpy(dst []float32, s float32, x []float32) int {
	n := whole(len(dst))
	if n > 0 {
		axpyVectors(&dst[0], s, &x[0], n)
	}
	return n
}

func headScale(dst []float32, s float32, x []float32) int {
	n := whole(len(dst))
	if n > 0 {
		scaleVectors(&dst[0], s, &x[0], n)
	}
	return n
}

func headEMA(average, x []float32, share float32) int {
	n := whole(len(x))
	if n > 0 {
		emaVectors(&average[0], &x[0], share, n)
	}
	return n
}

func headSumSquares(sums *[16]float64, x []float32) int {
	n := whole(len(x)) &^ 15
	if n > 0 {
		sumSquaresVectors(&sums[0], &x[0], n)
	}
	return n
}

func headMul(dst, a, b []float32) int {
	n := whole(len(dst))
	if n > 0 {
		mulVectors(&dst[0], &a[0], &b[0], n)
	}
	return n
}

func headMulAdd(dst, a, b []float32) int {
	n := whole(len(dst))
	if n > 0 {
		mulAddVectors(&dst[0], &a[0], &b[0], n)
	}
	return n
}

// headActivate also does the values that fill no vector, padded to one: a value must
// not depend on its place, or predictions would depend on what else is predicted.
func headActivate(dst, x []float32, act Activation) int {
	if use < avx2 || act != SiLU && act != Tanh {
		return 0
	}
	n := whole(len(dst))
	if n > 0 {
		activateVectors(dst, x, n, act)
	}
	if n < len(dst) {
		var rest [vector]float32
		copy(rest[:], x[n:])
		activateVectors(rest[:], rest[:], vector, act)
		copy(dst[n:], rest[:])
	}
	return len(dst)
}

// vector is the number of values in a vector.
const vector = 8

func activateVectors(dst, x []float32, n int, act Activation) {
	if act == SiLU {
		siluVectors(&dst[0], &x[0], n)
	} else {
		tanhVectors(&dst[0], &x[0], n)
	}
}

// headActivateSlope also does the values that fill no vector, as headActivate does.
func headActivateSlope(dst, slope, x []float32) int {
	if use < avx2 {
		return 0
	}
	n := whole(len(dst))
	if n > 0 {
		siluSlopeVectors(&dst[0], &slope[0], &x[0], n)
	}
	if n < len(dst) {
		var y, s [vector]float32
		copy(s[:], x[n:])
		siluSlopeVectors(&y[0], &s[0], &s[0], vector)
		copy(dst[n:], y[:])
		copy(slope[n:], s[:])
	}
	return len(dst)
}

func headActivateBackward(dx, dy, y []float32, act Activation) int {
	n := whole(len(dx))
	if n > 0 {
		switch act {
		case ReLU:
			reluBackwardVectors(&dx[0], &dy[0], &y[0], n)
		case Tanh:
			tanhBackwardVectors(&dx[0], &dy[0], &y[0], n)
		default:
			return 0
		}
	}
	return n
}

// vectorLayerNorm normalises one row if it fills whole vectors.
func vectorLayerNorm(dst, stats, x, gain, bias []float32) bool {
	n := len(x)
	if n == 0 || whole(n) != n {
		return false
	}
	layerNormRow(&dst[0], &stats[0], &x[0], &gain[0], &bias[0], n, 1/float32(n), layerNormEpsilon)
	return true
}

// vectorLayerNormBackward is the backward pass of vectorLayerNorm, if all three
// gradients are wanted.
func vectorLayerNormBackward(dx, dgain, dbias, dy, x, gain, stats []float32) bool {
	n := len(x)
	if n == 0 || whole(n) != n || dx == nil || dgain == nil || dbias == nil {
		return false
	}
	layerNormBackwardRow(&dx[0], &dgain[0], &dbias[0], &dy[0], &x[0], &gain[0], &stats[0], n, 1/float32(n))
	return true
}

// factors are those of the columns of a matrix again and again, until a row begins with a vector.
type factors [512]float32

// cycle returns them for factors of columns, or 1 for nil; nothing where columns are too many.
func (f *factors) cycle(scale []float32) []float32 {
	n := len(scale)
	switch {
	case scale == nil:
		for i := range vector {
			f[i] = 1
		}
		return f[:vector]
	case n%vector == 0:
		return scale
	case n*vector > len(f):
		return nil
	}
	for i := range vector {
		copy(f[i*n:], scale)
	}
	return f[:n*vector]
}

func headHuber(sums *[8]float64, pred, target, scale []float32, beta float64) int {
	var f factors
	n, cycle := whole(len(pred)), f.cycle(scale)
	if n == 0 || len(cycle) == 0 {
		return 0
	}
	huberVectors(&sums[0], &pred[0], &target[0], &cycle[0], len(cycle), n, beta)
	return n
}

func headHuberBackward(dpred, pred, target, scale []float32, weight, beta float32) int {
	var f factors
	n, cycle := whole(len(pred)), f.cycle(scale)
	if n == 0 || len(cycle) == 0 {
		return 0
	}
	huberBackwardVectors(&dpred[0], &pred[0], &target[0], &cycle[0], len(cycle), n, weight, beta)
	return n
}

func headAdam(weights, m, v, grad []float32, s *adamScalars) int {
	n := whole(len(grad))
	if n > 0 {
		adamVectors(&weights[0], &m[0], &v[0], &grad[0], n, &s[0])
	}
	return n
}
