package geom

import (
	"math"
	"slices"

	"orrery/sim"
)

// alike is the share of the size of the smaller shape by which two points may differ in their gaps and count as
// equally near, as the two corners of a box that lands flat do.
const alike = 1e-3

// Nearest appends to dst the points at which the nearest two shapes are nearest to each other at
// state, one or two, or none when all are reach metres apart or more. Their gaps may be negative.
func (d *Detector) Nearest(dst []Contact, state sim.State, reach float64) []Contact {
	d.near = d.Clearances(d.near[:0], state, reach)
	if len(d.near) == 0 {
		return dst
	}
	least := d.near[0]
	for _, c := range d.near[1:] {
		if c.Gap < least.Gap {
			least = c
		}
	}
	i, k := pair(least.ID).shapes()
	same := alike * min(d.rounds[i].reach, d.rounds[k].reach)
	from := len(dst)
	dst = d.Contacts(dst, state, max(0, least.Gap)+same)
	gap := math.Inf(1)
	for _, c := range dst[from:] {
		if c.ID>>1 == least.ID {
			gap = min(gap, c.Gap)
		}
	}
	points := slices.DeleteFunc(dst[from:], func(c Contact) bool { return c.ID>>1 != least.ID || c.Gap > gap+same })
	return dst[:from+len(points)]
}
