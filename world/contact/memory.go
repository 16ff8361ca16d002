package contact

// memory is the impulses at the touching points of one scene in the last few steps.
// The engine begins with them, and so does a prediction that has come this far
// itself: of a state that was only given, nothing is remembered.
type memory struct{ points, spare []remembered }

// remembered is the impulse at a touching point.
type remembered struct {
	id     uint64  // see geom.Contact.ID
	jn, jt float32 // N·s
	lapse  int     // steps since its pair of shapes touched
}

// maxLapse is the number of steps for which the engine remembers a pair that came apart.
const maxLapse = 2

// impulse is the impulse at the start of a step, and whether the velocities have it already.
type impulse struct {
	jn, jt float32 // in units of velocity
	due    bool    // the velocities are still to be changed by it
}

// recall appends what the edges begin with.
func (m *memory) recall(dst []impulse, edges []edge) []impulse {
	rest := m.points
	for i := range edges {
		e := &edges[i]
		for len(rest) > 0 && rest[0].id>>1 < e.id>>1 {
			rest = rest[1:]
		}
		var first impulse
		for k := 0; k < len(rest) && rest[k].id>>1 == e.id>>1; k++ {
			if rest[k].id == e.id {
				first = impulse{rest[k].jn * e.resist[0], rest[k].jt * e.resist[1], rest[k].lapse == 0}
			}
		}
		dst = append(dst, first)
	}
	return dst
}

// note replaces what was remembered by the impulses jn and jt [e] at the edges, the
// latter mirrored as their laws say, and keeps pairs that came apart for a while.
func (m *memory) note(edges []edge, laws []law, jn, jt []float32) {
	next, rest := m.spare[:0], m.points
	keep := func(limit uint64) {
		for len(rest) > 0 && rest[0].id>>1 < limit {
			if rest[0].lapse < maxLapse {
				p := rest[0]
				p.lapse++
				next = append(next, p)
			}
			rest = rest[1:]
		}
	}
	for i := range edges {
		e := &edges[i]
		keep(e.id >> 1)
		for len(rest) > 0 && rest[0].id>>1 == e.id>>1 {
			rest = rest[1:]
		}
		next = append(next, remembered{e.id, jn[i] / e.resist[0], laws[i].sign * jt[i] / e.resist[1], 0})
	}
	keep(1 << 63)
	m.points, m.spare = next, m.points
}

// wait lets a step go by in which what touches, if anything, stays as it is.
func (m *memory) wait(touches bool) {
	next := m.points[:0]
	for _, p := range m.points {
		if p.lapse > 0 || !touches {
			p.lapse++
		}
		if p.lapse <= maxLapse {
			next = append(next, p)
		}
	}
	m.points = next
}
