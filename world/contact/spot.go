package contact

import "orrery/world/lanes"

// vectors says whether sweeps run in vector code; tests turn it off.
var vectors = lanes.Here

// spot is an edge as the vector code of the sweeps wants it: quantities along the normal in the
// first lane, along the tangent, mirrored by the sign of the edge's law, in the second. The
// directions and what an impulse does to a body have a lane for each of vx, vy and omega.
type spot struct {
	x, y, armA, armB        [4]float32
	start, own, cross, push [4]float32 // of the law; see law.next
	j                       [4]float32 // impulses so far
	pushA, along            [4]float32 // of the normal: what a unit impulse does to body a, and the direction
	rubA, across            [4]float32 // of the tangent
	pushB, rubB             [4]float32
	most, grip, hold, _     float32
	a, b, outB, _           int32 // bytes before the rows of the bodies: where they are read, and where b is written
}

// rowSize is the length of a body's row among the velocities of spots, in float32 values: vx, vy,
// omega and nothing.
const rowSize = 4

// spots are edges in vectors, and velocities [n+2, rowSize] to go with them. The last row but one
// is that of walls; what pushes a wall goes to the last, which nobody reads.
type spots struct {
	all []spot
	v   []float32

	crowded []int // scenes that are swept so
}

// reset makes room for some edges of n bodies.
func (s *spots) reset(edges, n int) {
	s.all, s.v = resizeDirty(s.all, edges), resizeDirty(s.v, rowSize*(n+2))
	clear(s.v[rowSize*n:])
}

// span returns the first of the bodies at some edges and the one after the last.
func span(edges []edge) (from, to int) {
	from, to = int(edges[0].a), int(edges[0].a)+1
	for i := range edges {
		e := &edges[i]
		from, to = min(from, int(e.a)), max(to, int(e.a)+1, int(e.b)+1)
		if e.b >= 0 {
			from = min(from, int(e.b))
		}
	}
	return from, to
}

// take reads how bodies move from v [n, 3].
func (s *spots) take(v []float32, from, to int) {
	for i := from; i < to; i++ {
		*(*[3]float32)(s.v[rowSize*i:]) = *(*[3]float32)(v[3*i:])
		s.v[rowSize*i+3] = 0
	}
}

// give writes it back.
func (s *spots) give(v []float32, from, to int) {
	for i := from; i < to; i++ {
		*(*[3]float32)(v[3*i:]) = *(*[3]float32)(s.v[rowSize*i:])
	}
}

// place fills in where edge e of n bodies is and what pushes along its normal do.
func (p *spot) place(e *edge, n int) {
	const bytes = 4 * rowSize
	l := &e.axis[0]
	p.a, p.b = bytes*e.a, bytes*e.b
	p.outB = p.b
	if e.b < 0 {
		p.b, p.outB = int32(bytes*n), int32(bytes*(n+1))
	}
	p.x[0], p.y[0], p.armA[0], p.armB[0] = l.x, l.y, l.armA, l.armB
	p.along = [4]float32{l.x, l.y, 1}
	p.pushA, p.pushB = [4]float32{l.pushA, l.pushA, l.turnA}, [4]float32{l.pushB, l.pushB, l.turnB}
}

// obey fills in the tangent and the law, and impulses to begin with, the tangential one
// mirrored. Being ±1, the mirror takes nothing away from any digit.
func (p *spot) obey(e *edge, l *law, jn, jt float32) {
	t, s := &e.axis[1], l.sign
	p.x[1], p.y[1], p.armA[1], p.armB[1] = s*t.x, s*t.y, s*t.armA, s*t.armB
	p.across = [4]float32{s * t.x, s * t.y, 1}
	p.rubA, p.rubB = [4]float32{t.pushA, t.pushA, s * t.turnA}, [4]float32{t.pushB, t.pushB, s * t.turnB}
	p.start, p.own = [4]float32{l.start, l.rubStart}, [4]float32{l.normal, l.tangent}
	p.cross, p.push = [4]float32{l.slip, l.approach}, [4]float32{l.push, l.rub}
	p.j = [4]float32{jn, jt}
	p.most, p.grip, p.hold = l.most, l.grip, l.hold
}

// resizeDirty returns s with n elements of undefined content, keeping its memory where it can.
func resizeDirty[T any](s []T, n int) []T {
	if n > cap(s) {
		return make([]T, n, 2*n)
	}
	return s[:n]
}
