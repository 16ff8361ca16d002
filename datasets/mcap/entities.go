package mcap

import (
	"fmt"
	"math"

	"orrery/sim"
)

// palette tells bodies apart (Okabe and Ito 2008, Color Universal Design,
// https://jfly.uni-koeln.de/color/).
var palette = []colour{
	{0, 0.45, 0.7, 1}, {0.9, 0.6, 0, 1}, {0, 0.6, 0.5, 1}, {0.8, 0.4, 0, 1}, {0.35, 0.7, 0.9, 1}, {0.8, 0.6, 0.7, 1}, {0.95, 0.9, 0.25, 1},
}

var (
	grey = colour{0.5, 0.5, 0.5, 1}
	dark = colour{0.1, 0.1, 0.1, 1}
)

const (
	thinPixels = 2    // of lines that have no thickness of their own
	discHeight = 0.01 // m; a cylinder needs some
)

// bodyEntities returns the bodies in a state, each by its number.
func bodyEntities(scene *sim.Scene, state sim.State, alpha float32) []entity {
	entities := make([]entity, len(state))
	for i, b := range state {
		entities[i] = newEntity(fmt.Sprintf("body%d", i))
		fill, mark := palette[i%len(palette)], dark
		fill.A, mark.A = alpha, alpha
		for k := range scene.Bodies[i].Shapes {
			entities[i].addShape(&scene.Bodies[i].Shapes[k], b, fill)
		}
		entities[i].addMark(&scene.Bodies[i], b, mark)
	}
	return entities
}

// wallsEntity returns what stays where it is during an episode, and its number.
func wallsEntity(scene *sim.Scene, episode int) entity {
	e := newEntity("walls")
	lowest := 0.0
	for i := range scene.Walls {
		e.addShape(&scene.Walls[i], sim.BodyState{}, grey)
		for _, v := range scene.Walls[i].Vertices {
			lowest = min(lowest, v.Y-scene.Walls[i].Radius)
		}
	}
	const size = 16 // px
	e.Texts = append(e.Texts, text{
		Pose: poseOf(sim.BodyState{Y: lowest}), Billboard: true, FontSize: size, ScaleInvariant: true, Color: grey,
		Text: fmt.Sprintf("%s, episode %d", scene.Name, episode),
	})
	return e
}

// addShape shows a shape of a body that is at b.
func (e *entity) addShape(s *sim.Shape, b sim.BodyState, fill colour) {
	if s.Kind == sim.Circle {
		centre := b.Point(s.Vertices[0])
		b.X, b.Y = centre.X, centre.Y
		diameter := float32(2 * s.Radius)
		e.Cylinders = append(e.Cylinders, cylinder{
			Pose: poseOf(b), Size: point{diameter, diameter, discHeight}, BottomScale: 1, TopScale: 1, Color: fill,
		})
		return
	}
	// The edge is as thick as the rounding.
	edge := line{Type: lineLoop, Pose: poseOf(b), Thickness: float32(2 * s.Radius), Points: points(s.Vertices), Color: fill}
	if s.Radius == 0 {
		edge.Thickness, edge.ScaleInvariant = thinPixels, true
	}
	if s.Kind == sim.Segment {
		edge.Type = lineStrip
	} else {
		area := triangles{Pose: edge.Pose, Points: edge.Points, Color: fill, Indices: []int{}}
		for i := 2; i < len(s.Vertices); i++ {
			area.Indices = append(area.Indices, 0, i-1, i)
		}
		e.Triangles = append(e.Triangles, area)
	}
	e.Lines = append(e.Lines, edge)
}

// addMark shows which way a body points by a line from its centre to its first
// shape's end along the x axis.
func (e *entity) addMark(body *sim.Body, b sim.BodyState, ink colour) {
	reach := 0.0
	for _, v := range body.Shapes[0].Vertices {
		reach = max(reach, v.X+body.Shapes[0].Radius)
	}
	e.Lines = append(e.Lines, line{
		Type: lineStrip, Pose: poseOf(b), Thickness: thinPixels, ScaleInvariant: true, Color: ink,
		Points: []point{{Z: discHeight}, {X: float32(reach), Z: discHeight}},
	})
}

func points(vertices []sim.Vec) []point {
	list := make([]point, len(vertices))
	for i, v := range vertices {
		list[i] = point{X: float32(v.X), Y: float32(v.Y)}
	}
	return list
}

// poseOf returns where a body is and how it is turned.
func poseOf(b sim.BodyState) pose {
	sin, cos := math.Sincos(b.Angle / 2)
	return pose{point{X: float32(b.X), Y: float32(b.Y)}, quaternion{Z: float32(sin), W: float32(cos)}}
}
