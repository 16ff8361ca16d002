// Package sight sees a scene as a camera above it does: it draws pictures of what truly is, and
// watches them.
//
//	eye, err := sight.New(ctx, scene, 224)
//	seen, took, err := eye.See(ctx, truth, expected)
//
// Whoever watches knows the scene, that is the shapes and colours of its bodies and how the table looks
// without them, and is told nothing of where they are. Bodies are looked for in the whole first picture
// and followed from then on. Poses are in metres and radians, as those of the scene.
package sight

import (
	"context"
	"image"
	"time"

	"orrery/datasets/film"
	"orrery/sim"
	"orrery/sim/render/footage"
	"orrery/world/watch/follow"
	"orrery/world/watch/ground"
	"orrery/world/watch/look"
	"orrery/world/watch/score"
)

// Eye sees one episode of a scene. It belongs to one goroutine.
type Eye struct {
	scene  *sim.Scene
	shot   *footage.Shot
	live   *follow.Live
	found  []look.Found
	plate  *film.Picture // without bodies
	number int           // of the next picture
}

// New returns an eye that sees pictures of a side in px, one for each frame of the scene.
func New(ctx context.Context, scene *sim.Scene, side int) (*Eye, error) {
	settings := footage.Default()
	settings.Width, settings.Height, settings.Rate = side, side, float64(scene.FPS)
	shot, err := footage.New(scene, []sim.State{scene.Start()}, settings)
	if err != nil {
		return nil, err
	}
	e := &Eye{scene: scene, shot: shot}
	empty, err := shot.Still(0, nil)
	if err != nil {
		return nil, err
	}
	e.plate = pictureOf(empty, 0, 0)
	for i := range scene.Bodies {
		e.found = append(e.found, e.known(i))
	}
	return e, nil
}

// known returns what is known of a body: all but where it is.
func (e *Eye) known(i int) look.Found {
	middle, colour := e.shot.Middle(i), e.shot.Colour(i)
	found := look.Found{Number: -1, First: -1, Last: -1, Certain: 1}
	for _, s := range e.shot.Shapes(i) {
		s.Vertices = append([]sim.Vec(nil), s.Vertices...)
		for k := range s.Vertices {
			s.Vertices[k] = s.Vertices[k].Sub(middle)
		}
		found.Shapes = append(found.Shapes, s)
	}
	found.Paint = look.Plain(colour[0], colour[1], colour[2])
	found.Alike = score.Symmetry(found.Shapes)
	found.Turns = found.Alike > 0
	return found
}

// See draws a state and returns what is seen of it, body by body, and how long seeing took, without drawing. Expected is
// the state that is thought to be, or nil; it says where to look first.
func (e *Eye) See(ctx context.Context, truth, expected sim.State) ([]sim.Sight, time.Duration, error) {
	drawn, err := e.shot.Still(e.number, truth)
	if err != nil {
		return nil, 0, err
	}
	p := pictureOf(drawn, e.number, float64(e.number)*e.scene.FrameTime())
	began := time.Now()
	if e.live == nil {
		if err := e.open(ctx, drawn); err != nil {
			return nil, 0, err
		}
	}
	sights := e.live.Next(p, e.poses(expected))
	seen := make([]sim.Sight, len(sights))
	for i, s := range sights {
		origin := s.Apply(e.shot.Middle(i).Scale(-1)) // the origin of the body's frame
		corner := e.shot.Corner()
		seen[i] = sim.Sight{
			X: corner.X + origin.X/e.shot.Scale(), Y: corner.Y + origin.Y/e.shot.Scale(), Angle: s.Angle,
			Seen: s.Seen, Turned: s.Turned,
		}
	}
	took := time.Since(began)
	e.number++
	return seen, took, nil
}

// poses returns where in the picture a state is, or nil for none.
func (e *Eye) poses(state sim.State) []look.Pose {
	if state == nil {
		return nil
	}
	poses := make([]look.Pose, len(state))
	for i, b := range state {
		at := e.shot.Place(b.Position()).Add(e.shot.Middle(i).Rotate(b.Angle))
		poses[i] = look.Pose{X: at.X, Y: at.Y, Angle: b.Angle}
	}
	return poses
}

// open begins to follow the bodies, from the first picture on.
func (e *Eye) open(ctx context.Context, first *image.RGBA) error {
	f, err := film.Still(ctx, []*image.RGBA{first, first, first}, float64(e.scene.FPS), film.Options{Doubled: true})
	if err != nil {
		return err
	}
	o := ground.DefaultOptions()
	o.Plate = e.plate
	g, err := ground.Learn(ctx, f, o)
	if err != nil {
		return err
	}
	e.live, err = follow.NewLive(g, e.found, e.scene.FrameTime(), follow.DefaultOptions())
	return err
}

// pictureOf returns an opaque picture as films have them.
func pictureOf(m *image.RGBA, number int, time float64) *film.Picture {
	w, h := m.Rect.Dx(), m.Rect.Dy()
	p := &film.Picture{Number: number, Time: time, Width: w, Height: h, Pix: make([]uint8, 3*w*h)}
	for i := range w * h {
		copy(p.Pix[3*i:3*i+3], m.Pix[4*i:4*i+3])
	}
	return p
}
