// Package polygon takes outlines apart that people draw, and measures what they enclose.
//
//	parts, err := polygon.Convex(outline) // concave or clockwise: convex parts
//	area, centre, moment := polygon.Measure(parts[0], 0.01)
//
// An outline is a list of corners in metres, the last of which is joined to the first.
package polygon
