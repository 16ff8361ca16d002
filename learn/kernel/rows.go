package kernel

// AddRow computes dst[i] = x[i] + row for every row i of x; dst may be x.
func AddRow(dst, x, row []float32) {
	checkLen(dst, len(x), 1)
	n := len(row)
	if n == 0 {
		return
	}
	if len(x)%n != 0 {
		panic(badShape)
	}
	for i := 0; i < len(x); i += n {
		Add(dst[i:i+n], x[i:i+n], row)
	}
}

// SumRows adds every row of x to dst, the first row first.
func SumRows(dst, x []float32) {
	n := len(dst)
	if n == 0 {
		return
	}
	if len(x)%n != 0 {
		panic(badShape)
	}
	done := headSumRows(dst, x)
	if done == n {
		return
	}
	for rest := dst[done:]; len(x) > 0; x = x[n:] {
		Add(rest, rest, x[done:n])
	}
}

// Gather copies row index[e] of x[·,n] to row e of dst[len(index),n]. A negative
// index gives a row of zeros.
func Gather(dst, x []float32, index []int32, n int) {
	checkLen(dst, len(index), n)
	for e, i := range index {
		row := dst[e*n:][:n]
		if i < 0 {
			clear(row)
			continue
		}
		copy(row, x[int(i)*n:][:n])
	}
}

// GatherAdd adds row index[e] of x[·,n] to row e of dst[len(index),n]. Negative
// indices are skipped. It is the transpose of ScatterAdd.
func GatherAdd(dst, x []float32, index []int32, n int) {
	checkLen(dst, len(index), n)
	for e, i := range index {
		if i >= 0 {
			row := dst[e*n:][:n]
			Add(row, row, x[int(i)*n:][:n])
		}
	}
}

// ScatterAdd adds row e of x[len(index),n] to row index[e] of dst[·,n], in the
// order of e. Negative indices are skipped.
func ScatterAdd(dst, x []float32, index []int32, n int) {
	checkLen(x, len(index), n)
	for e, i := range index {
		if i >= 0 {
			row := dst[int(i)*n:][:n]
			Add(row, row, x[e*n:][:n])
		}
	}
}

// CopyBlock copies rows × n values from src to dst, whose rows are srcStep and
// dstStep apart.
func CopyBlock(dst []float32, dstStep int, src []float32, srcStep, rows, n int) {
	if n == 0 {
		return
	}
	for i := range rows {
		copy(dst[i*dstStep:][:n], src[i*srcStep:][:n])
	}
}

// AddBlock adds rows × n values of src to dst, whose rows are srcStep and dstStep
// apart.
func AddBlock(dst []float32, dstStep int, src []float32, srcStep, rows, n int) {
	if n == 0 {
		return
	}
	for i := range rows {
		row := dst[i*dstStep:][:n]
		Add(row, row, src[i*srcStep:][:n])
	}
}
