package kernel

// Axpy computes dst[n] += s·x[n], with a factor s.
func Axpy(dst []float32, s float32, x []float32) {
	checkLen(dst, len(x), 1)
	for i := headAxpy(dst, s, x); i < len(x); i++ {
		dst[i] += s * x[i]
	}
}

// Scale computes dst[n] = s·x[n], with a factor s; dst may be x.
func Scale(dst []float32, s float32, x []float32) {
	checkLen(dst, len(x), 1)
	for i := headScale(dst, s, x); i < len(x); i++ {
		dst[i] = s * x[i]
	}
}

// Add computes dst[n] = a[n] + b[n]; dst may be either.
func Add(dst, a, b []float32) {
	checkLen(dst, len(a), 1)
	checkLen(b, len(a), 1)
	for i := headAdd(dst, a, b); i < len(a); i++ {
		dst[i] = a[i] + b[i]
	}
}

// Sub computes dst[n] = a[n] − b[n]; dst may be either.
func Sub(dst, a, b []float32) {
	checkLen(dst, len(a), 1)
	checkLen(b, len(a), 1)
	for i, v := range a {
		dst[i] = v - b[i]
	}
}

// Mul computes dst[n] = a[n]·b[n], element by element; dst may be either.
func Mul(dst, a, b []float32) {
	checkLen(dst, len(a), 1)
	checkLen(b, len(a), 1)
	for i := headMul(dst, a, b); i < len(a); i++ {
		dst[i] = a[i] * b[i]
	}
}

// MulAdd computes dst[n] += a[n]·b[n], element by element.
func MulAdd(dst, a, b []float32) {
	checkLen(dst, len(a), 1)
	checkLen(b, len(a), 1)
	for i := headMulAdd(dst, a, b); i < len(a); i++ {
		dst[i] += a[i] * b[i]
	}
}

// SumSquares returns Σ x[n]². Value i is added to sum i mod 16 in float64 and the
// sixteen sums are added last, the same with and without vectors.
func SumSquares(x []float32) float64 {
	var sums [16]float64
	x = x[headSumSquares(&sums, x):]
	for ; len(x) >= len(sums); x = x[len(sums):] {
		for i, v := range x[:len(sums)] {
			sums[i] += float64(v) * float64(v)
		}
	}
	for i, v := range x {
		sums[i] += float64(v) * float64(v)
	}
	total := 0.0
	for _, s := range sums {
		total += s
	}
	return total
}
