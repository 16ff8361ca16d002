package kernel

// Products work on tiles of the destination, small enough to stay in registers while
// rows of the right factor stream past. That factor is packed into panels first, so
// that a tile reads it in one sweep. A tile has tileRows × panel values, with AVX-512
// wideRows × widePanels·panel.
const (
	tileRows   = 6
	panel      = 16
	wideRows   = 12
	widePanels = 2
	// rowBlock rows of the left factor are multiplied with every panel before the
	// next rows: 96 rows of 128 values are 48 kB and stay in the L2 cache, while a
	// panel of 128 rows is 8 kB and stays in L1. From 48 to 192 the speed is within
	// 2 %; without blocks, tall products lose a fifth waiting for memory.
	rowBlock = 96
	// sumBlock rows are summed at a time in SumOuter. Twice rowBlock is a sixth faster
	// than rowBlock for 600×64×64, as sums leave the registers half as often.
	sumBlock = 192
)

// PackLen returns the length of a packed k × n matrix.
func PackLen(k, n int) int { return k * ((n + panel - 1) / panel * panel) }

// Pack lays b[k,n] out for MatMul and Linear. Panel j holds columns 16·j and the
// 15 after it of every row, one row after the other; zeros fill up the last.
func Pack(dst, b []float32, k, n int) {
	checkLen(b, k, n)
	checkLen(dst, PackLen(k, n), 1)
	for j := 0; j < n; j += panel {
		packRows(dst[:k*panel], b[min(j, len(b)):], n, min(panel, n-j))
		dst = dst[k*panel:]
	}
}

// packRows fills a panel with width values of each row of b, which begin step
// apart, and zeros.
func packRows(dst, b []float32, step, width int) {
	if width == panel && vectorPack(dst, b, step) {
		return
	}
	for ; len(dst) > 0; dst = dst[panel:] {
		clear(dst[copy(dst[:width], b):panel])
		b = tail(b, step)
	}
}

// PackTransposed lays bᵀ out as Pack would, for b[n,k].
func PackTransposed(dst, b []float32, k, n int) {
	checkLen(b, k, n)
	checkLen(dst, PackLen(k, n), 1)
	for j := 0; j < n; j += panel {
		width, done := min(panel, n-j), 0
		if width == panel {
			done = headTranspose(dst, b[j*k:], k)
		}
		for p := done; p < k; p++ {
			row := dst[p*panel:][:panel]
			for i := range width {
				row[i] = b[(j+i)*k+p]
			}
			clear(row[width:])
		}
		dst = dst[k*panel:]
	}
}

// MatMul computes dst[m,n] = a[m,k]·b[k,n], or adds the product to dst when add
// is true. B is packed.
func MatMul(dst, a, packed []float32, m, k, n int, add bool) {
	checkLen(dst, m, n)
	checkLen(a, m, k)
	checkLen(packed, PackLen(k, n), 1)
	for i := 0; i < m; i += rowBlock {
		rows := min(rowBlock, m-i)
		out := dst[i*n:][:rows*n]
		var start []float32
		if add {
			start = out
		}
		multiply(out, a[i*k:], packed, rows, k, n, start, n, false)
	}
}

// Outer is a term of SumOuter: a[m,k] and b[m,n] with the same number of rows.
type Outer struct {
	A []float32 // [m,k] inputs
	B []float32 // [m,n] gradients of the outputs
}

// SumOuterWork returns how many values of working memory SumOuter wants.
func SumOuterWork(k, n int) int { return stripsLen(k) + PackLen(sumBlock, n) }

// stripsLen returns how many values the strips of SumOuter take for k columns of a, with tiles of up to wideRows rows.
func stripsLen(k int) int { return (k + 2*wideRows) * (sumBlock + stripGap) }

// stripGap values lie between strips, as assembly writes a little beyond them.
const stripGap = 8

// SumOuter computes dst[k,n] += Σ aᵀ·b over the terms: the gradient of the weights
// of a linear layer from its inputs a and output gradients b, wherever the layer
// was used. Rows are added in the order of the terms, across their borders, so
// many small terms cost no more than a large one.
//
// A tile goes down the rows of both. Those of b are packed into panels, and those of a into
// strips as wide as a tile is high: rows of a themselves lie apart by powers of two as a rule, and so many of
// them share a few places of the cache.
func SumOuter(dst []float32, terms []Outer, k, n int, work []float32) {
	checkLen(dst, k, n)
	checkLen(work, SumOuterWork(k, n), 1)
	if k == 0 || n == 0 {
		return
	}
	strips, panels := work[:stripsLen(k)], work[stripsLen(k):]
	depth := 0
	for _, term := range terms {
		m := len(term.A) / k
		checkLen(term.A, m, k)
		checkLen(term.B, m, n)
		for i := 0; i < m; {
			count := min(m-i, sumBlock-depth)
			packStrips(strips, depth, term.A[i*k:][:count*k], k)
			for j := 0; j < n; j += panel {
				packRows(panels[j*sumBlock+depth*panel:][:count*panel], term.B[i*n+j:], n, min(panel, n-j))
			}
			depth, i = depth+count, i+count
			if depth == sumBlock {
				addOuter(dst, strips, panels, depth, k, n)
				depth = 0
			}
		}
	}
	addOuter(dst, strips, panels, depth, k, n)
}

// packStrips copies the rows of a[·,k] to the strips from row depth on. Row p of strip q holds the values of
// a tile's columns of row p.
func packStrips(strips []float32, depth int, a []float32, k int) {
	high, _ := tileSize(sumBlock)
	step, rows := high*sumBlock+stripGap, len(a)/k
	done := headStrips(strips[depth*high:], step, a, k, high)
	for q := done * high; q < k; q += high {
		strip, width := strips[q/high*step+depth*high:], min(high, k-q)
		for p := range rows {
			copy(strip[p*high:][:width], a[p*k+q:])
		}
	}
}

// addOuter computes dst[k,n] += aᵀ·b for the first rows of both.
func addOuter(dst, strips, panels []float32, rows, k, n int) {
	if rows == 0 {
		return
	}
	high, wide := tileSize(rows)
	for j := 0; j < n; j += wide {
		column(k, min(wide, n-j), dst[j:], n, strips, 1, high, high*sumBlock+stripGap, panels[j*sumBlock:], sumBlock*panel, rows, dst[j:], n, false)
	}
}

// multiply computes dst[m,n] = start + a·packed, where row i of start begins at
// i·startStep; nil is zero.
func multiply(dst, a, packed []float32, m, k, n int, start []float32, startStep int, relu bool) {
	high, wide := tileSize(k)
	for j := 0; j < n; j += wide {
		column(m, min(wide, n-j), tail(dst, j), n, a, k, 1, high*k, packed[j*k:], k*panel, k, tail(start, j), startStep, relu)
	}
}

// column computes m × width values of c as tile does, tile below tile. The first row of a of the next tile
// is aTile values further.
func column(m, width int, c []float32, cStep int, a []float32, aRow, aCol, aTile int, b []float32, bStep, k int, start []float32, startStep int, relu bool) {
	high, _ := tileSize(k)
	for i := headTiles(m, width, c, cStep, a, aRow, aCol, aTile, b, k, start, startStep, relu) * high; i < m; i += high {
		var from []float32
		if start != nil {
			from = start[i*startStep:]
		}
		tile(min(high, m-i), width, c[i*cStep:], cStep, tail(a, i/high*aTile), aRow, aCol, b, bStep, k, from, startStep, relu)
	}
}

// tail returns s from index i on, or nothing when s is shorter.
func tail(s []float32, i int) []float32 { return s[min(i, len(s)):] }

// tile computes rows × width values of c, whose rows are cStep apart, as start +
// a·b, where panels of b[k,16] are packed and begin bStep apart, element (i,p) of a
// lies at i·aRow + p·aCol, and rows of start are startStep apart; nil is zero. With
// relu, negative results become 0. C may be start. No tile is larger than tileSize(k).
func tile(rows, width int, c []float32, cStep int, a []float32, aRow, aCol int, b []float32, bStep, k int, start []float32, startStep int, relu bool) {
	if wideTile(rows, width, c, cStep, a, aRow, aCol, b, bStep, k, start, startStep, relu) {
		return
	}
	if width == panel {
		fullTile(rows, c, cStep, a, aRow, aCol, b, k, start, startStep, relu)
		return
	}
	var whole [tileRows * panel]float32
	if start != nil {
		for r := range rows {
			copy(whole[r*panel:][:width], start[r*startStep:])
		}
	}
	fullTile(rows, whole[:], panel, a, aRow, aCol, b, k, whole[:], panel, relu)
	for r := range rows {
		copy(c[r*cStep:][:width], whole[r*panel:])
	}
}

// portableTile is fullTile in Go. It takes two rows of c and four of b at a time:
// eight coefficients stay in registers, and every value loaded from b meets two
// multiplications.
func portableTile(rows int, c []float32, cStep int, a []float32, aRow, aCol int, b []float32, k int, start []float32, startStep int, relu bool) {
	for r := range rows {
		row := c[r*cStep:][:panel]
		if start == nil {
			clear(row)
		} else {
			copy(row, start[r*startStep:][:panel])
		}
	}
	r := 0
	for ; r+2 <= rows; r += 2 {
		addRows2(c[r*cStep:][:panel], c[(r+1)*cStep:][:panel], tail(a, r*aRow), tail(a, (r+1)*aRow), aCol, b, k)
	}
	if r < rows {
		addRow(c[r*cStep:][:panel], tail(a, r*aRow), aCol, b, k)
	}
	if relu {
		for r := range rows {
			row := c[r*cStep:][:panel]
			for j, v := range row {
				row[j] = max(v, 0)
			}
		}
	}
}

// addRows2 adds to two rows the k rows of b, weighted by two rows of a.
func addRows2(d0, d1, a0, a1 []float32, aCol int, b []float32, k int) {
	d1 = d1[:len(d0)]
	p := 0
	for ; p+4 <= k; p += 4 {
		c := p * aCol
		x0, x1, x2, x3 := a0[c], a0[c+aCol], a0[c+2*aCol], a0[c+3*aCol]
		y0, y1, y2, y3 := a1[c], a1[c+aCol], a1[c+2*aCol], a1[c+3*aCol]
		b0, b1 := b[p*panel:][:len(d0)], b[(p+1)*panel:][:len(d0)]
		b2, b3 := b[(p+2)*panel:][:len(d0)], b[(p+3)*panel:][:len(d0)]
		for j := range d0 {
			v0, v1, v2, v3 := b0[j], b1[j], b2[j], b3[j]
			// Of two products that are added the compiler may fuse either, and another one in another loop: the first is rounded.
			d0[j] += float32(x0*v0) + x1*v1 + x2*v2 + x3*v3
			d1[j] += float32(y0*v0) + y1*v1 + y2*v2 + y3*v3
		}
	}
	for ; p < k; p++ {
		x, y := a0[p*aCol], a1[p*aCol]
		for j, v := range b[p*panel:][:len(d0)] {
			// The product is rounded by itself, as one beside three zeros is, where the compiler would fuse it.
			d0[j] += float32(x * v)
			d1[j] += float32(y * v)
		}
	}
}

// addRow is addRows2 for the last row of an odd number; it adds in the same order.
func addRow(d, a []float32, aCol int, b []float32, k int) {
	p := 0
	for ; p+4 <= k; p += 4 {
		c := p * aCol
		x0, x1, x2, x3 := a[c], a[c+aCol], a[c+2*aCol], a[c+3*aCol]
		b0, b1 := b[p*panel:][:len(d)], b[(p+1)*panel:][:len(d)]
		b2, b3 := b[(p+2)*panel:][:len(d)], b[(p+3)*panel:][:len(d)]
		for j := range d {
			d[j] += float32(x0*b0[j]) + x1*b1[j] + x2*b2[j] + x3*b3[j]
		}
	}
	for ; p < k; p++ {
		x := a[p*aCol]
		for j, v := range b[p*panel:][:len(d)] {
			d[j] += float32(x * v)
		}
	}
}
