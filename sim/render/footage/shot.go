package footage

import (
	"context"
	"errors"
	"fmt"
	"image"
	"iter"
	"math"

	"orrery/sim"
	"orrery/sim/render"
)

// Shot is a motion and the camera that films it.
type Shot struct {
	scene    *sim.Scene
	states   []sim.State // [t][n]
	settings Settings
	camera   render.Camera
	length   int // pictures

	bodies  []figure  // [n] what each looks like, in px
	middles []sim.Vec // [n] px, in the body's frame
	ground  []float32 // [h, w, 3] values of the ground with its walls
	light   []float32 // [h, w] factor of the light; nil where it is even
	theme   *render.Theme
	canvas  canvas
}

// margin is the share of the picture's smaller side that stays free on each side of the scene.
const margin = 0.04

// New returns a shot of the states of a scene, which are scene.FPS in a second. It films
// from the first state to the last and keeps scene and states, which must not change.
func New(scene *sim.Scene, states []sim.State, settings Settings) (*Shot, error) {
	if err := settings.Validate(); err != nil {
		return nil, fmt.Errorf("footage: %w", err)
	}
	if len(states) == 0 {
		return nil, errors.New("footage: there are no states to film")
	}
	for t, state := range states {
		if len(state) != len(scene.Bodies) {
			return nil, fmt.Errorf("footage: frame %d has %d bodies, the scene has %d", t, len(state), len(scene.Bodies))
		}
	}
	s := &Shot{scene: scene, states: states, settings: settings}
	s.length = 1 + int(math.Floor(float64(len(states)-1)*scene.FrameTime()*settings.Rate+1e-6))
	view, free := settings.View, 0.0
	if view == (render.Bounds{}) {
		view, free = bounds(scene, states), math.Round(margin*float64(min(settings.Width, settings.Height)))
	}
	s.camera = render.FitCamera(view, image.Rect(0, 0, settings.Width, settings.Height), free)
	s.canvas = newCanvas(settings.Width, settings.Height)
	for i := range scene.Bodies {
		s.bodies = append(s.bodies, newFigure(scene.Bodies[i].Shapes, s.camera.Scale))
		s.middles = append(s.middles, s.bodies[i].middle())
		s.bodies[i].paint(settings.Paint, i, s.middles[i])
	}
	if settings.Paint == Themed {
		var err error
		if s.theme, err = render.LoadTheme("light"); err != nil {
			return nil, err
		}
		s.settings.Ground, s.settings.Walls = s.theme.Panel, s.theme.Wall
	}
	s.ground = s.drawGround()
	s.light = s.drawLight()
	return s, nil
}

// bounds returns the rectangle of the world that the camera sees: all that the scene has, and all that moves, as far as the
// scene's larger side beyond it. A body that leaves for good does not shrink the others to dots. What goes into the free margin
// round the scene, as engines let things sink into walls, does not move the camera: it stands alike for all episodes between the same walls.
func bounds(scene *sim.Scene, states []sim.State) render.Bounds {
	still := render.SceneBounds(scene, nil)
	side := max(still.Size().X, still.Size().Y)
	low, high := still.Min.Sub(sim.Vec{X: side, Y: side}), still.Max.Add(sim.Vec{X: side, Y: side})
	seen := still
	for _, state := range states {
		for i, pose := range state {
			for _, shape := range scene.Bodies[i].Shapes {
				for _, v := range shape.Vertices {
					at, r := pose.Point(v), shape.Radius
					seen.Min.X, seen.Max.X = min(seen.Min.X, max(at.X-r, low.X)), max(seen.Max.X, min(at.X+r, high.X))
					seen.Min.Y, seen.Max.Y = min(seen.Min.Y, max(at.Y-r, low.Y)), max(seen.Max.Y, min(at.Y+r, high.Y))
				}
			}
		}
	}
	sunk := margin * min(still.Size().X, still.Size().Y)
	if seen.Min.X >= still.Min.X-sunk && seen.Min.Y >= still.Min.Y-sunk && seen.Max.X <= still.Max.X+sunk && seen.Max.Y <= still.Max.Y+sunk {
		return still
	}
	return seen
}

// Len returns the number of pictures.
func (s *Shot) Len() int { return s.length }

// Time returns the time of a picture in seconds after the first.
func (s *Shot) Time(i int) float64 { return float64(i) / s.settings.Rate }

// Scale returns how many px of the picture are a metre of the scene.
func (s *Shot) Scale() float64 { return s.camera.Scale }

// Corner returns the point of the scene, in metres, that is seen in the lower left corner of the picture.
func (s *Shot) Corner() sim.Vec {
	return s.camera.World(render.Point{Y: float64(s.settings.Height)})
}

// Place returns where in the picture, in px, a point of the scene in metres is seen.
func (s *Shot) Place(v sim.Vec) sim.Vec {
	p := s.camera.Pixel(v)
	return sim.Vec{X: p.X, Y: float64(s.settings.Height) - p.Y}
}

// Truth returns where the bodies of picture i are, in px and px/s: the origins are those that
// the bodies have in the scene, their centres of mass.
func (s *Shot) Truth(i int) sim.State { return s.project(s.at(s.Time(i))) }

// Middles returns where the bodies of picture i are, in px and px/s: the origins are the
// middles of the areas that they cover, which for bodies of uneven density are not
// their centres of mass.
func (s *Shot) Middles(i int) sim.State {
	state := s.Truth(i)
	for k, b := range state {
		place, v := b.Point(s.middles[k]), b.PointVelocity(s.middles[k])
		state[k].X, state[k].Y, state[k].VX, state[k].VY = place.X, place.Y, v.X, v.Y
	}
	return state
}

// project returns a state in px.
func (s *Shot) project(state sim.State) sim.State {
	out := make(sim.State, len(state))
	for i, b := range state {
		place, v := s.Place(b.Position()), b.Velocity().Scale(s.camera.Scale)
		out[i] = sim.BodyState{X: place.X, Y: place.Y, Angle: b.Angle, VX: v.X, VY: v.Y, Omega: b.Omega}
	}
	return out
}

// Middle returns the middle of the area that a body covers, in px in its frame.
func (s *Shot) Middle(body int) sim.Vec { return s.middles[body] }

// Colour returns the red, green and blue of a body that has no mark, 0 to 255 each, without unit.
func (s *Shot) Colour(body int) [3]float32 { return s.bodies[body].colour }

// Shapes returns the shapes of a body in px, in its frame.
func (s *Shot) Shapes(body int) []sim.Shape { return s.bodies[body].shapes }

// Pictures draws the film, picture by picture. It ends with the error of ctx soon after that is
// cancelled. The pictures may be kept.
func (s *Shot) Pictures(ctx context.Context) iter.Seq2[*image.RGBA, error] {
	if s.settings.H264 > 0 {
		return s.compressed(ctx)
	}
	return s.drawn(ctx)
}

// drawn yields the pictures as the camera sees them, before the film is compressed.
func (s *Shot) drawn(ctx context.Context) iter.Seq2[*image.RGBA, error] {
	return func(yield func(*image.RGBA, error) bool) {
		for i := range s.length {
			if err := ctx.Err(); err != nil {
				yield(nil, err)
				return
			}
			picture, err := s.Picture(i)
			if !yield(picture, err) || err != nil {
				return
			}
		}
	}
}
