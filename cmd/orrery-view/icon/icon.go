// Package icon has the drawings of buttons, by name.
//
//	icon.Draw(list, "undo", middle, 10, 1, theme.Text)
//
// They are lines, so that they suit any size and theme.
package icon

import (
	"math"

	"orrery/sim/render"
)

// stroke is a part of an icon, in a square from -1 to 1 whose y points down: a line, or a circle of a radius about its one
// point.
type stroke struct {
	points []float64 // x, y of each point in turn
	radius float64   // of a circle; 0 for a line
	fill   bool
	dash   bool
}

func line(points ...float64) stroke  { return stroke{points: points} }
func shape(points ...float64) stroke { return stroke{points: append(points, points[0], points[1])} }
func solid(points ...float64) stroke { return stroke{points: points, fill: true} }
func ring(x, y, r float64) stroke    { return stroke{points: []float64{x, y}, radius: r} }
func dot(x, y, r float64) stroke     { return stroke{points: []float64{x, y}, radius: r, fill: true} }
func dashed(s stroke) stroke         { s.dash = true; return s }
func arc(x, y, r, from, to float64) (s stroke) { // degrees, clockwise as y points down
	const parts = 14
	for k := range parts + 1 {
		sin, cos := math.Sincos((from + (to-from)*float64(k)/parts) * math.Pi / 180)
		s.points = append(s.points, x+r*cos, y+r*sin)
	}
	return s
}

// icons are the drawings of buttons by name.
var icons = map[string][]stroke{
	"select":  {solid(-0.6, -0.9, -0.6, 0.7, -0.15, 0.3, 0.15, 0.95, 0.42, 0.82, 0.12, 0.2, 0.75, 0.2)},
	"disc":    {ring(0, 0, 0.8)},
	"box":     {shape(-0.8, -0.6, 0.8, -0.6, 0.8, 0.6, -0.8, 0.6)},
	"capsule": {arc(-0.45, 0, 0.42, 90, 270), arc(0.45, 0, 0.42, -90, 90), line(-0.45, -0.42, 0.45, -0.42), line(-0.45, 0.42, 0.45, 0.42)},
	"polygon": {shape(-0.8, -0.4, 0, -0.9, 0.85, -0.2, 0.25, 0.05, 0.5, 0.8, -0.55, 0.7)},
	"wall":    {line(-0.9, 0.5, 0.9, -0.5), dot(-0.9, 0.5, 0.16), dot(0.9, -0.5, 0.16)},
	"chain":   {line(-0.9, -0.5, -0.35, 0.5, 0.35, 0.5, 0.9, -0.5), dot(-0.9, -0.5, 0.14), dot(-0.35, 0.5, 0.14), dot(0.35, 0.5, 0.14), dot(0.9, -0.5, 0.14)},
	"region":  {dashed(shape(-0.8, -0.7, 0.8, -0.7, 0.8, 0.7, -0.8, 0.7))},
	"pivot":   {ring(0, 0, 0.75), dot(0, 0, 0.22)},
	"rod":     {line(-0.65, 0.55, 0.65, -0.55), ring(-0.7, 0.6, 0.24), ring(0.7, -0.6, 0.24)},
	"rope":    {stroke{points: []float64{-0.8, -0.6, -0.7, 0, -0.4, 0.45, 0, 0.6, 0.4, 0.45, 0.7, 0, 0.8, -0.6}}, dot(-0.8, -0.6, 0.18), dot(0.8, -0.6, 0.18)},
	"spring":  {line(-0.95, 0, -0.65, 0, -0.5, -0.5, -0.2, 0.5, 0.1, -0.5, 0.4, 0.5, 0.6, 0, 0.95, 0)},
	"slide":   {line(-0.95, 0.45, 0.95, 0.45), shape(-0.4, -0.5, 0.4, -0.5, 0.4, 0.2, -0.4, 0.2), line(0.55, -0.15, 0.9, -0.15)},
	"motor":   {arc(0, 0, 0.7, -60, 200), solid(0.05, -0.95, 0.75, -0.72, 0.2, -0.25), dot(0, 0, 0.2)},
	"weld":    {ring(-0.32, 0, 0.52), shape(0, -0.5, 0.9, -0.5, 0.9, 0.5, 0, 0.5)},
	"attract": {dot(-0.75, 0, 0.2), dot(0.75, 0, 0.2), line(-0.45, 0, -0.12, 0), line(-0.28, -0.18, -0.1, 0, -0.28, 0.18), line(0.45, 0, 0.12, 0), line(0.28, -0.18, 0.1, 0, 0.28, 0.18)},
	"repel":   {dot(-0.28, 0, 0.2), dot(0.28, 0, 0.2), line(-0.5, 0, -0.95, 0), line(-0.75, -0.2, -0.95, 0, -0.75, 0.2), line(0.5, 0, 0.95, 0), line(0.75, -0.2, 0.95, 0, 0.75, 0.2)},
	"thrust":  {shape(-0.85, -0.3, -0.2, -0.3, -0.2, 0.3, -0.85, 0.3), line(-0.2, 0, 0.85, 0), line(0.5, -0.35, 0.88, 0, 0.5, 0.35)},
	"torque":  {shape(-0.3, -0.3, 0.3, -0.3, 0.3, 0.3, -0.3, 0.3), arc(0, 0, 0.75, -20, 130), arc(0, 0, 0.75, 160, 310), solid(0.55, 0.05, 0.95, -0.2, 0.45, -0.4)},
	"pusher":  {dot(0, 0, 0.3), line(0, -0.45, 0, -0.9), line(-0.2, -0.7, 0, -0.92, 0.2, -0.7), line(0, 0.45, 0, 0.9), line(-0.2, 0.7, 0, 0.92, 0.2, 0.7), line(-0.45, 0, -0.9, 0), line(-0.7, -0.2, -0.92, 0, -0.7, 0.2), line(0.45, 0, 0.9, 0), line(0.7, -0.2, 0.92, 0, 0.7, 0.2)},
	"reach":   {line(-0.6, 0.95, -0.6, -0.9), solid(-0.6, -0.9, 0.75, -0.5, -0.6, -0.05)},
	"avoid":   {ring(0, 0, 0.8), line(-0.56, 0.56, 0.56, -0.56)},

	"delete":    {line(-0.75, -0.55, 0.75, -0.55), line(-0.25, -0.55, -0.2, -0.85, 0.2, -0.85, 0.25, -0.55), line(-0.55, -0.55, -0.45, 0.85, 0.45, 0.85, 0.55, -0.55)},
	"duplicate": {shape(-0.8, -0.8, 0.25, -0.8, 0.25, 0.25, -0.8, 0.25), line(0.25, -0.25, 0.8, -0.25, 0.8, 0.8, -0.25, 0.8, -0.25, 0.25)},
	"mirror":    {dashed(line(0, -0.95, 0, 0.95)), shape(-0.25, -0.6, -0.25, 0.6, -0.95, 0.6), solid(0.25, -0.6, 0.25, 0.6, 0.95, 0.6)},
	"group":     {dashed(shape(-0.95, -0.95, 0.95, -0.95, 0.95, 0.95, -0.95, 0.95)), ring(-0.3, -0.25, 0.34), shape(0, 0, 0.6, 0, 0.6, 0.6, 0, 0.6)},
	"lock":      {solid(-0.6, -0.1, 0.6, -0.1, 0.6, 0.85, -0.6, 0.85), arc(0, -0.15, 0.4, 180, 360), line(-0.4, -0.15, -0.4, 0), line(0.4, -0.15, 0.4, 0)},
	"copy":      {shape(-0.7, -0.9, 0.3, -0.9, 0.3, 0.4, -0.7, 0.4), line(0.3, -0.4, 0.7, -0.4, 0.7, 0.9, -0.3, 0.9, -0.3, 0.4)},
	"paste":     {shape(-0.65, -0.7, 0.65, -0.7, 0.65, 0.9, -0.65, 0.9), solid(-0.3, -0.95, 0.3, -0.95, 0.3, -0.55, -0.3, -0.55), line(-0.3, 0, 0.3, 0), line(-0.3, 0.4, 0.3, 0.4)},
	"play":      {solid(-0.55, -0.8, 0.85, 0, -0.55, 0.8)},
	"stop":      {solid(-0.65, -0.65, 0.65, -0.65, 0.65, 0.65, -0.65, 0.65)},
	"undo":      {line(-0.35, -0.75, -0.85, -0.25, -0.35, 0.25), stroke{points: []float64{-0.85, -0.25, 0.3, -0.25, 0.7, -0.05, 0.8, 0.35, 0.6, 0.7, 0.2, 0.8}}},
	"redo":      {line(0.35, -0.75, 0.85, -0.25, 0.35, 0.25), stroke{points: []float64{0.85, -0.25, -0.3, -0.25, -0.7, -0.05, -0.8, 0.35, -0.6, 0.7, -0.2, 0.8}}},
	"grid":      {line(-0.35, -0.9, -0.35, 0.9), line(0.35, -0.9, 0.35, 0.9), line(-0.9, -0.35, 0.9, -0.35), line(-0.9, 0.35, 0.9, 0.35), dot(0.35, 0.35, 0.22)},
	"fit":       {line(-0.9, -0.4, -0.9, -0.9, -0.4, -0.9), line(0.4, -0.9, 0.9, -0.9, 0.9, -0.4), line(0.9, 0.4, 0.9, 0.9, 0.4, 0.9), line(-0.4, 0.9, -0.9, 0.9, -0.9, 0.4)},
	"finish":    {line(-0.8, 0.05, -0.25, 0.65, 0.85, -0.65)},
	"edit":      {shape(-0.85, 0.85, -0.7, 0.3, 0.45, -0.85, 0.85, -0.45, -0.3, 0.7), line(0.15, -0.55, 0.55, -0.15)},
}

// Has reports whether there is an icon of a name.
func Has(name string) bool { return len(icons[name]) > 0 }

// Draw draws an icon about a point, from there to its edge size pixels, with lines that suit a unit of so many pixels. There is nothing
// to draw of a name that Has does not know.
func Draw(l *render.List, name string, at render.Point, size, unit float64, ink render.Colour) {
	pen := render.Stroke{Colour: ink, Width: max(1.6*unit, size/8), Round: true}
	for _, of := range icons[name] {
		edge := pen
		if of.dash {
			edge.Dash, edge.Gap = 2.5*unit, 2.5*unit
		}
		place := func(i int) render.Point {
			return render.Point{X: at.X + size*of.points[i], Y: at.Y + size*of.points[i+1]}
		}
		if of.radius > 0 {
			if of.fill {
				l.Add(render.Circle(place(0), size*of.radius, ink, render.Stroke{}))
			} else {
				l.Add(render.Circle(place(0), size*of.radius, render.Colour{}, edge))
			}
			continue
		}
		var points []render.Point
		for i := 0; i < len(of.points); i += 2 {
			points = append(points, place(i))
		}
		path := render.Path{Contours: [][]render.Point{points}, Open: !of.fill, Stroke: edge}
		if of.fill {
			path.Fill = ink
			path.Stroke = render.Stroke{Colour: ink, Width: pen.Width / 2, Round: true}
			if name == "select" { // it is not convex
				path.Open, path.Fill = false, render.Colour{}
				path.Stroke = pen
			}
		}
		l.Add(path)
	}
}
