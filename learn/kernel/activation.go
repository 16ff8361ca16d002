package kernel

import "math"

// Activation is a function applied to every value of a matrix.
type Activation uint8

// The activations. SiLU is x·σ(x) (Elfwing et al. 2018, arXiv:1702.03118).
const (
	None Activation = iota
	ReLU
	SiLU
	Tanh
)

// NeedsSlope reports whether the derivative is not computed from the activation's
// output, as those of the others are, and must be kept by ActivateSlope.
func (act Activation) NeedsSlope() bool { return act == SiLU }

// Linear computes out[m,n] = act(x[m,k]·w[k,n] + bias[n]) for a packed w. When slope
// is not nil it receives the derivative of the activation, which ActivateBackward wants
// where NeedsSlope. The bias starts the sums and ReLU ends them in registers; the
// other activations follow while the rows are still in cache.
func Linear(out, slope, x, packed, bias []float32, m, k, n int, act Activation) {
	checkLen(out, m, n)
	checkLen(x, m, k)
	checkLen(packed, PackLen(k, n), 1)
	checkLen(bias, n, 1)
	z := out
	if slope != nil {
		checkLen(slope, m, n)
		z = slope
	}
	fused := act == ReLU && slope == nil
	for i := 0; i < m; i += rowBlock {
		rows := min(rowBlock, m-i)
		sums := z[i*n:][:rows*n]
		multiply(sums, x[i*k:], packed, rows, k, n, bias, 0, fused)
		switch {
		case slope != nil:
			ActivateSlope(out[i*n:][:rows*n], sums, sums, act)
		case act != None && !fused:
			Activate(sums, sums, act)
		}
	}
}

// Layer is a linear layer and its activation, with weights that stay as they are.
type Layer struct {
	Packed, Bias []float32 // packed [In,Out], and [Out]
	In, Out      int       // number of inputs and outputs
	Act          Activation
}

// Layers computes what a network of layers makes of x[m,In], as Linear does layer by layer. Work has room for what all of
// them say, m·ΣOut values; what the last one says is at its end and is returned.
func Layers(work, x []float32, layers []Layer, m int) []float32 {
	said := 0
	for i := range layers {
		said += layers[i].Out
	}
	checkLen(work, m, said)
	if vectorLayers(work, x, layers, m) {
		return work[len(work)-m*layers[len(layers)-1].Out:]
	}
	for i := range layers {
		l := &layers[i]
		n := m * l.Out
		Linear(work[:n], nil, x, l.Packed, l.Bias, m, l.In, l.Out, l.Act)
		x, work = work[:n], work[n:]
	}
	return x
}

// Activate computes dst[n] = act(x[n]); dst may be x.
func Activate(dst, x []float32, act Activation) {
	checkLen(dst, len(x), 1)
	done := headActivate(dst, x, act)
	dst, x = dst[done:], x[done:]
	switch act {
	case None:
		copy(dst, x)
	case ReLU:
		for i, v := range x {
			dst[i] = max(v, 0)
		}
	case SiLU:
		for i, v := range x {
			dst[i] = v * sigmoid(v)
		}
	case Tanh:
		for i, v := range x {
			dst[i] = tanh(v)
		}
	default:
		panic(badActivation)
	}
}

// ActivateSlope computes dst[n] = act(x[n]) and slope[n] = act′(x[n]) for an activation that NeedsSlope; either
// may be x.
func ActivateSlope(dst, slope, x []float32, act Activation) {
	checkLen(dst, len(x), 1)
	checkLen(slope, len(x), 1)
	if !act.NeedsSlope() {
		panic(badActivation)
	}
	done := headActivateSlope(dst, slope, x)
	dst, slope = dst[done:], slope[done:]
	for i, v := range x[done:] { // y = x·s with s = σ(x), so y′ = s + x·s·(1−s) = s + y·(1−s)
		s := sigmoid(v)
		y := v * s
		dst[i], slope[i] = y, s+y*(1-s)
	}
}

// ActivateBackward computes dx[n] = dy[n]·act′(x[n]), given y[n] = act(x[n]); dx may
// be dy. What ActivateSlope kept is read only where NeedsSlope and may be nil elsewhere. The
// derivative of ReLU at 0 is 0.
func ActivateBackward(dx, dy, y, slope []float32, act Activation) {
	checkLen(dx, len(dy), 1)
	if act.NeedsSlope() {
		Mul(dx, dy, slope)
		return
	}
	checkLen(y, len(dy), 1)
	done := headActivateBackward(dx, dy, y, act)
	dx, dy, y = dx[done:], dy[done:], y[done:]
	switch act {
	case None:
		copy(dx, dy)
	case ReLU:
		for i, v := range y {
			if v > 0 {
				dx[i] = dy[i]
			} else {
				dx[i] = 0
			}
		}
	case Tanh:
		for i, v := range y {
			dx[i] = dy[i] * (1 - v*v)
		}
	default:
		panic(badActivation)
	}
}

func sigmoid(x float32) float32 { return 1 / (1 + exp(-x)) }

// tanh has a relative error below 2e-7; the polynomial for small arguments is
// that of Cephes (Moshier 1989, https://netlib.org/cephes, tanhf.c).
func tanh(x float32) float32 {
	if x > -0.625 && x < 0.625 {
		z := x * x
		p := (((-5.70498872745e-3*z+2.06390887954e-2)*z-5.37397155531e-2)*z+1.33314422036e-1)*z - 3.33332819422e-1
		return p*z*x + x
	}
	y := 1 - 2/(exp(2*max(x, -x))+1)
	if x < 0 {
		return -y
	}
	return y
}

// exp has a relative error below 2e-7. It holds its argument between -87 and 88,
// where float32 neither overflows nor loses digits. Cephes, expf.c.
func exp(x float32) float32 {
	if x > 88 {
		x = 88
	} else if x < -87 {
		x = -87
	}
	const round = 3 << 22 // adding it leaves an integer in the low bits
	n := (x*math.Log2E + round) - round
	r := x - n*0.693359375 + n*2.12194440e-4 // x − n·ln 2
	p := ((((1.9875691500e-4*r+1.3981999507e-3)*r+8.3334519073e-3)*r+4.1665795894e-2)*r+1.6666665459e-1)*r + 0.5
	return (p*r*r + r + 1) * math.Float32frombits(uint32(int32(n)+127)<<23)
}
