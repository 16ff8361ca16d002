// Package geom finds where shapes touch or nearly touch, for the models.
//
// It is written for the models and knows nothing of the engine. A Detector is
// made once for a scene and then asked, state by state:
//
//	detector := geom.NewDetector(scene)
//	contacts = detector.Contacts(contacts[:0], state, 0)
//
// Every shape is the convex hull of a few vertices grown by a radius, so one
// routine serves circles, segments and polygons, rounded or not: the separating
// axis of the hulls when they overlap, their closest points when they do not,
// and then the overlap of the two edges that face each other, which gives one
// or two points. Bodies with several shapes are handled shape by shape.
//
// Lengths are metres. Results depend on the state alone, not on earlier calls,
// and come in a fixed order. A Detector holds scratch space and must not be used
// by two goroutines at once. A call costs O(s log s + pairs of shapes that
// overlap seen from below) for s shapes, about 2 µs for 6 bodies between walls
// and 50 µs for 200, and does not allocate once dst has grown.
//
// # Limits
//
// The normal jumps where two axes are equally deep, and for circles with the same
// centre it is arbitrary. Shapes that fall through each other between two states
// are not seen. A circle against a polygon with rounding has its true gap, whereas
// Chipmunk reports one that is two roundings wider. A segment that stands exactly
// upright on what it touches has one point even when all of it has sunk in.
package geom
