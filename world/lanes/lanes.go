// Package lanes is vector code for predictions: the sweeps of package contact, over the points of one scene, with the
// three velocities of a body in the lanes of a vector, and over up to eight scenes with as many
// points side by side, for learning there and back; and, for package geom, boxes that meet, hulls that move, and the normals of two hulls side by side.
//
//	if lanes.Here {
//		rounds = lanes.SweepSpots(&v[0], &spots[0].x[0], len(spots), most, settled)
//	}
//
// The layouts of what the pointers lead to are those of the types spot, contactPoint, echo, overlap, record, contactBack and overlapBack of
// package contact, and box and corners of package geom. The tests of these hold the portable code against this one bit for bit.
// Units are those of these packages; nothing is allocated, kept or checked here. The module in asm generates the code.
package lanes

//go:generate go -C asm run . -out ../lanes_amd64.s -stubs ../lanes_amd64.go -pkg lanes
