package baseline

import "math"

// appendSpeed appends what a speed, in units of Speed, looks like from afar and
// close up: bodies that rest on each other approach by what gravity adds in a frame.
func appendSpeed(dst []float32, speed float64) []float32 {
	return append(dst, float32(speed), squash(10*speed))
}

// appendGap appends what a gap, in units of Length, looks like from afar, closer
// and close up: for bodies of some centimetres the last one tells the tenths of
// millimetres apart that decide how overlaps heal.
func appendGap(dst []float32, gap float64) []float32 {
	return append(dst, squash(gap), squash(10*gap), squash(100*gap))
}

// squash keeps x within ±1, and as it is when small.
func squash(x float64) float32 { return float32(math.Tanh(x)) }

// soften keeps x as it is below some units, and lets it grow like a logarithm above.
func soften(x float64) float32 { return float32(10 * math.Asinh(x/10)) }

func flag(on bool) float32 {
	if on {
		return 1
	}
	return 0
}
