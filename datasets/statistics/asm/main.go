// Command asm writes the AVX2 code of package statistics: run go generate there. A test compares what it writes with
// what is committed. It is a module of its own so that only those who change the code need avo.
package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// row is the number of bytes of eight float32 values.
const row = 32

func main() {
	ConstraintExpr("amd64")
	sortLanes()
	sumLanes()
	Generate()
}

func function(name, signature string, doc ...string) {
	TEXT(name, NOSPLIT, signature)
	Pragma("noescape")
	Doc(doc...)
}

func finish() {
	VZEROUPPER()
	RET()
}

// copied returns a register with the value of another.
func copied(r Register) GPVirtual {
	c := GP64()
	MOVQ(r, c)
	return c
}

// sortLanes writes the merge exchange of Batcher (Knuth, The Art of Computer Programming 3, 5.2.2, algorithm M). Which
// rows it compares does not depend on their values, so each lane is a column that is sorted.
func sortLanes() {
	function("sortLanes", "func(rows *float32, n, half int)",
		"sortLanes sorts each column of rows[n,8], for n > half ≥ n/2, a power of two.")
	rows := Load(Param("rows"), GP64())
	end, p := Load(Param("n"), GP64()), Load(Param("half"), GP64())
	SHLQ(Imm(5), end) // all are bytes from here on
	SHLQ(Imm(5), p)
	half := copied(p)

	Label("pass")
	q, r, d := copied(half), GP64(), copied(p)
	XORQ(r, r)

	Label("merge")
	limit := copied(end)
	SUBQ(d, limit)
	from := copied(r)
	Label("block")
	CMPQ(from, limit)
	JGE(LabelRef("blocks_end"))
	to := GP64()
	LEAQ(Mem{Base: from, Index: p, Scale: 1}, to)
	CMPQ(to, limit)
	CMOVQGT(limit, to)
	next := GP64()
	LEAQ(Mem{Base: from, Index: p, Scale: 2}, next)
	at := GP64()
	LEAQ(Mem{Base: rows, Index: from, Scale: 1}, at)
	ADDQ(rows, to)
	Label("exchange")
	a, b, least := YMM(), YMM(), YMM()
	VMOVUPS(Mem{Base: at}, a)
	VMOVUPS(Mem{Base: at, Index: d, Scale: 1}, b)
	VMINPS(b, a, least)
	VMAXPS(b, a, a)
	VMOVUPS(least, Mem{Base: at})
	VMOVUPS(a, Mem{Base: at, Index: d, Scale: 1})
	ADDQ(Imm(row), at)
	CMPQ(at, to)
	JLT(LabelRef("exchange"))
	MOVQ(next, from)
	JMP(LabelRef("block"))

	Label("blocks_end")
	CMPQ(q, p)
	JE(LabelRef("merge_end"))
	MOVQ(q, d)
	SUBQ(p, d)
	SHRQ(Imm(1), q)
	MOVQ(p, r)
	JMP(LabelRef("merge"))
	Label("merge_end")
	SHRQ(Imm(1), p)
	CMPQ(p, Imm(row))
	JGE(LabelRef("pass"))
	finish()
}

// sumLanes writes sums in the order of rows, as a loop over one column has them.
func sumLanes() {
	function("sumLanes", "func(sums *float64, rows, low *float32, n int)",
		"sumLanes sets sums[2,8] to the sums of what the columns of rows[n,8] exceed low[8] by, n > 0, and of the squares of that.")
	sums, rows, low, n := Load(Param("sums"), GP64()), Load(Param("rows"), GP64()), Load(Param("low"), GP64()), Load(Param("n"), GP64())
	var least, sum, squares [2]VecVirtual
	for h := range least {
		least[h], sum[h], squares[h] = YMM(), YMM(), YMM()
		VCVTPS2PD(Mem{Base: low, Disp: 16 * h}, least[h])
		VXORPD(sum[h], sum[h], sum[h])
		VXORPD(squares[h], squares[h], squares[h])
	}
	Label("add")
	for h := range least {
		d := YMM()
		VCVTPS2PD(Mem{Base: rows, Disp: 16 * h}, d)
		VSUBPD(least[h], d, d)
		VADDPD(d, sum[h], sum[h])
		VMULPD(d, d, d)
		VADDPD(d, squares[h], squares[h])
	}
	ADDQ(Imm(row), rows)
	DECQ(n)
	JNZ(LabelRef("add"))
	for h := range least {
		VMOVUPD(sum[h], Mem{Base: sums, Disp: 32 * h})
		VMOVUPD(squares[h], Mem{Base: sums, Disp: 64 + 32*h})
	}
	finish()
}
