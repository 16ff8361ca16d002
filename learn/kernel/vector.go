package kernel

// Axpy computes dst += s·x.
func Axpy(dst []float32, s float32, x []float32) {
	checkLen(dst, len(x), 1)
	for i := headAxpy(dst, s, x); i < len(x); i++ {
		dst[i] += s * x[i]
	}
}

// Scale computes dst = s·x; dst may be x.
func Scale(dst []float32, s float32, x []float32) {
	checkLen(dst, len(x), 1)
	for i := headScale(dst, s, x); i < len(x); i++ {
		dst[i] = s * x[i]
	}
}

// Add computes dst = a + b; dst may be either.
func Add(dst, a, b []float32) {
	checkLen(dst, len(a), 1)
	checkLen(b, len(a), 1)
	for i := headAdd(dst, a, b); i < len(a); i++ {
		dst[i] = a[i] + b[i]
	}
}

// Sub computes dst = a − b; dst may be either.
func Sub(dst, a, b []float32) {
	checkLen(dst, len(a), 1)
	checkLen(b, len(a), 1)
	for i, v := range a {
		dst[i] = v - b[i]
	}
}

// Mul computes dst = a·b, element by element; dst may be either.
func Mul(dst, a, b []float32) {
	checkLen(dst, len(a), 1)
	checkLen(b, len(a), 1)
	for i, v := range a {
		dst[i] = v * b[i]
	}
}

// MulAdd computes dst += a·b, element by element.
func MulAdd(dst, a, b []float32) {
	checkLen(dst, len(a), 1)
	checkLen(b, len(a), 1)
	for i := headMulAdd(dst, a, b); i < len(a); i++ {
		dst[i] += a[i] * b[i]
	}
}

// SumSquares returns Σ x². Value i is added to sum i mod 4 in float64 and the
// four sums are added last, an order that SIMD code can keep.
func SumSquares(x []float32) float64 {
	var s0, s1, s2, s3 float64
	for ; len(x) >= 4; x = x[4:] {
		a, b, c, d := float64(x[0]), float64(x[1]), float64(x[2]), float64(x[3])
		s0 += a * a
		s1 += b * b
		s2 += c * c
		s3 += d * d
	}
	switch len(x) {
	case 3:
		s2 += float64(x[2]) * float64(x[2])
		fallthrough
	case 2:
		s1 += float64(x[1]) * float64(x[1])
		fallthrough
	case 1:
		s0 += float64(x[0]) * float64(x[0])
	}
	return s0 + s1 + (s2 + s3)
}
