// Package pixels draws episodes of Push-T as the benchmark that they are of shows them to a learner.
//
//	draw := pixels.PushT(224)
//	picture := draw(episode, k) // [224, 224, 3], y down
package pixels

import (
	"math"

	"orrery/datasets/arrays"
	"orrery/sim"
	"orrery/sim/render"
)

// Colours of Push-T as its benchmark draws it.
var (
	pushtPaper = render.Colour{R: 255, G: 255, B: 255, A: 255}
	pushtWall  = render.Colour{R: 211, G: 211, B: 211, A: 255}
	pushtGoal  = render.Colour{R: 144, G: 238, B: 144, A: 255}
	pushtBlock = render.Colour{R: 119, G: 136, B: 153, A: 255}
	pushtAgent = render.Colour{R: 65, G: 105, B: 225, A: 255}
)

// PushT returns what draws frames of Push-T of so many pixels a side [size, size, 3], with y down. It panics for a scene
// of which arrays.PushTOf knows no pixel.
func PushT(size int) func(e arrays.Episode, k int) []uint8 {
	return func(e arrays.Episode, k int) []uint8 {
		p, err := arrays.PushTOf(e.Scene)
		if err != nil {
			panic(err) // the episodes are checked before they are drawn
		}
		const arena = 512 // px
		scale := float64(size) / arena / p.Pixel
		at := func(v sim.Vec) render.Point { return render.Point{X: v.X * scale, Y: v.Y * scale} }
		list := render.List{Width: size, Height: size, Background: pushtPaper}
		body := func(i int, s sim.BodyState, fill render.Colour) {
			for _, shape := range e.Scene.Bodies[i].Shapes {
				switch shape.Kind {
				case sim.Circle:
					list.Add(render.Circle(at(s.Point(shape.Vertices[0])), shape.Radius*scale, fill, render.Stroke{}))
				case sim.Polygon, sim.Segment:
					var contour []render.Point
					for _, v := range shape.Vertices {
						contour = append(contour, at(s.Point(v)))
					}
					list.Add(render.Path{Contours: [][]render.Point{contour}, Fill: fill, Stroke: render.Stroke{Colour: fill, Width: 2 * shape.Radius * scale}})
				}
			}
		}
		for _, wall := range e.Scene.Walls {
			var contour []render.Point
			for _, v := range wall.Vertices {
				contour = append(contour, at(v))
			}
			list.Add(render.Path{Contours: [][]render.Point{contour}, Open: true, Stroke: render.Stroke{Colour: pushtWall, Width: math.Max(1, 2*wall.Radius*scale)}})
		}
		for _, g := range e.Scene.Goals {
			if g.Kind == sim.Pose {
				body(g.Body, sim.BodyState{X: g.Target.X, Y: g.Target.Y, Angle: g.Angle}, pushtGoal)
			}
		}
		body(1, e.States[k][1], pushtBlock)
		body(0, e.States[k][0], pushtAgent)
		img := list.Image()
		out := make([]uint8, 0, 3*size*size)
		for i := 0; i < len(img.Pix); i += 4 {
			out = append(out, img.Pix[i:i+3]...)
		}
		return out
	}
}
