// Package lanes has the sweeps of package contact in vector code: over the points of one scene, with the
// three velocities of a body in the lanes of a vector, and over up to eight scenes with as many
// points side by side.
//
//	if lanes.Here {
//		rounds = lanes.SweepSpots(&v[0], &spots[0].x[0], len(spots), most, settled)
//	}
//
// The layouts of what the pointers lead to are those of the types spot, contactPoint, echo and overlap of
// package contact, whose tests hold the portable code against this one bit for bit. Units are those of that package;
// nothing is allocated, kept or checked here. The module in asm generates the code.
package lanes

//go:generate go -C asm run . -out ../lanes_amd64.s -stubs ../lanes_amd64.go -pkg lanes
