package kernel

// The products work on blocks of two destination rows and four inner indices:
// eight coefficients stay in registers while four rows of b stream past, so each
// value loaded from b meets two multiplications. This beat 4×2, 2×4 and 3×4
// tiles of accumulators by 1.2 to 2 times in Go without SIMD, because the inner
// loop walks six slices of one length with no bounds check. The inner dimension
// is cut at innerBlock so that the rows of b in use stay in the L1 cache.
const innerBlock = 64

// MatMul computes dst[m,n] = a[m,k]·b[k,n], or adds the product to dst when add
// is true.
func MatMul(dst, a, b []float32, m, k, n int, add bool) {
	checkLen(dst, m, n)
	checkLen(a, m, k)
	checkLen(b, k, n)
	if !add {
		clear(dst)
	}
	addProduct(dst, n, a, k, 1, b, n, m, k, n)
}

// MatMulAT computes dst[k,n] += aᵀ·b for a[m,k] and b[m,n]: the gradient of the
// weights of a linear layer from its inputs a and output gradients b.
func MatMulAT(dst, a, b []float32, m, k, n int) {
	checkLen(dst, k, n)
	checkLen(a, m, k)
	checkLen(b, m, n)
	addProduct(dst, n, a, 1, k, b, n, k, m, n)
}

// MatMulBT computes dst[m,k] = a[m,n]·bᵀ for b[k,n], or adds the product to dst
// when add is true: the gradient of the inputs of a linear layer from its output
// gradients a and weights b.
func MatMulBT(dst, a, b []float32, m, n, k int, add bool) {
	checkLen(dst, m, k)
	checkLen(a, m, n)
	checkLen(b, k, n)
	if !add {
		clear(dst)
	}
	const side = innerBlock
	var tile [side * side]float32 // a block of bᵀ
	for q := 0; q < n; q += side {
		depth := min(side, n-q)
		for p := 0; p < k; p += side {
			width := min(side, k-p)
			for i := range width {
				for j, v := range b[(p+i)*n+q:][:depth] {
					tile[j*width+i] = v
				}
			}
			addProduct(tail(dst, p), k, tail(a, q), n, 1, tile[:], width, m, depth, width)
		}
	}
}

// tail returns s from index i on, or nothing when s is shorter.
func tail(s []float32, i int) []float32 { return s[min(i, len(s)):] }

// addProduct adds a[m,k]·b[k,n] to dst[m,n]. Rows of dst are dstStep apart, rows
// of b bStep; element (i,p) of a lies at i·aRow + p·aCol.
func addProduct(dst []float32, dstStep int, a []float32, aRow, aCol int, b []float32, bStep int, m, k, n int) {
	if n == 0 {
		return
	}
	for from := 0; from < k; from += innerBlock {
		to := min(from+innerBlock, k)
		i := 0
		for ; i+2 <= m; i += 2 {
			addRows2(dst[i*dstStep:][:n], dst[(i+1)*dstStep:][:n], a[i*aRow:], a[(i+1)*aRow:], aCol, b, bStep, from, to)
		}
		if i < m {
			addRow(dst[i*dstStep:][:n], a[i*aRow:], aCol, b, bStep, from, to)
		}
	}
}

// addRows2 adds to two rows the rows from…to of b, weighted by two rows of a.
func addRows2(d0, d1, a0, a1 []float32, aCol int, b []float32, bStep, from, to int) {
	d1 = d1[:len(d0)]
	p := from
	for ; p+4 <= to; p += 4 {
		c := p * aCol
		x0, x1, x2, x3 := a0[c], a0[c+aCol], a0[c+2*aCol], a0[c+3*aCol]
		y0, y1, y2, y3 := a1[c], a1[c+aCol], a1[c+2*aCol], a1[c+3*aCol]
		b0, b1 := b[p*bStep:][:len(d0)], b[(p+1)*bStep:][:len(d0)]
		b2, b3 := b[(p+2)*bStep:][:len(d0)], b[(p+3)*bStep:][:len(d0)]
		for j := range d0 {
			v0, v1, v2, v3 := b0[j], b1[j], b2[j], b3[j]
			d0[j] += x0*v0 + x1*v1 + x2*v2 + x3*v3
			d1[j] += y0*v0 + y1*v1 + y2*v2 + y3*v3
		}
	}
	for ; p < to; p++ {
		x, y := a0[p*aCol], a1[p*aCol]
		for j, v := range b[p*bStep:][:len(d0)] {
			d0[j] += x * v
			d1[j] += y * v
		}
	}
}

// addRow is addRows2 for the last row of an odd number; it adds in the same order.
func addRow(d, a []float32, aCol int, b []float32, bStep, from, to int) {
	p := from
	for ; p+4 <= to; p += 4 {
		c := p * aCol
		x0, x1, x2, x3 := a[c], a[c+aCol], a[c+2*aCol], a[c+3*aCol]
		b0, b1 := b[p*bStep:][:len(d)], b[(p+1)*bStep:][:len(d)]
		b2, b3 := b[(p+2)*bStep:][:len(d)], b[(p+3)*bStep:][:len(d)]
		for j := range d {
			d[j] += x0*b0[j] + x1*b1[j] + x2*b2[j] + x3*b3[j]
		}
	}
	for ; p < to; p++ {
		x := a[p*aCol]
		for j, v := range b[p*bStep:][:len(d)] {
			d[j] += x * v
		}
	}
}
