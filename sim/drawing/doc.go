// Package drawing turns SVG drawings, as Inkscape and browsers show them, into scenario
// files.
//
//	drawing, err := drawing.Read(file, drawing.Options{UnitsPerMetre: 500})
//	text := drawing.Scenario("table") // a scenario file of format 2
//	for _, note := range drawing.Notes {
//		fmt.Println(note) // what is not in it, and why
//	}
//
// Closed shapes become bodies: rect, circle, ellipse, polygon, and path, the curves of which
// are flattened. Shapes in a group or layer called "walls" become walls, and so do lines and
// open paths, as they enclose nothing. A layer called "regions" gives regions. A shape's id
// is its name, and what its data attributes say is written into the body: data-density="5"
// becomes "density": 5. Groups, transforms and the viewBox count; colours and strokes do not.
//
// The middle of the page is the origin, and y points up.
package drawing
