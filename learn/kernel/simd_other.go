//go:build !amd64

package kernel

// Without assembly every loop is the Go one; see simd_amd64.go for what these do.

func tileSize(_ int) (rows, columns int) { return tileRows, panel }

func wideTile(_, _ int, _ []float32, _ int, _ []float32, _, _ int, _ []float32, _, _ int, _ []float32, _ int, _ bool) bool {
	return false
}

func headTiles(_, _ int, _ []float32, _ int, _ []float32, _, _, _ int, _ []float32, _ int, _ []float32, _ int, _ bool) int {
	return 0
}

func vectorLayers(_, _ []float32, _ []Layer, _ int) bool        { return false }
func headStrips(_ []float32, _ int, _ []float32, _, _ int) int  { return 0 }
func headTranspose(_, _ []float32, _ int) int                   { return 0 }
func vectorPack(_, _ []float32, _ int) bool                     { return false }
func headSumSquares(_ *[16]float64, _ []float32) int            { return 0 }
func headSumRows(_, _ []float32) int                            { return 0 }
func headScale(_ []float32, _ float32, _ []float32) int         { return 0 }
func headEMA(_, _ []float32, _ float32) int                     { return 0 }
func headAdd(_, _, _ []float32) int                             { return 0 }
func headAxpy(_ []float32, _ float32, _ []float32) int          { return 0 }
func headMulAdd(_, _, _ []float32) int                          { return 0 }
func headMul(_, _, _ []float32) int                             { return 0 }
func headActivate(_, _ []float32, _ Activation) int             { return 0 }
func headActivateSlope(_, _, _ []float32) int                   { return 0 }
func headActivateBackward(_, _, _ []float32, _ Activation) int  { return 0 }
func headHuber(_ *[8]float64, _, _, _ []float32, _ float64) int { return 0 }
func headHuberBackward(_, _, _, _ []float32, _, _ float32) int  { return 0 }
func headAdam(_, _, _, _ []float32, _ *adamScalars) int         { return 0 }

func vectorLayerNorm(_, _, _, _, _ []float32) bool               { return false }
func vectorLayerNormBackward(_, _, _, _, _, _, _ []float32) bool { return false }
