package gallery

import (
	"context"
	"errors"
	"fmt"
	"image"
	"image/png"
	"io"
	"math"
	"path/filepath"
	"slices"

	"orrery/cmd/orrery/console"
	"orrery/sim"
	"orrery/sim/engine"
	"orrery/sim/render"
	"orrery/sim/render/film"
	"orrery/sim/scenario"
)

// Pictures says which pictures of scenarios to draw, and where.
type Pictures struct {
	Dir     string
	Seed    uint64 // of the policy
	Episode int    // of the policy
	Sample  func(*scenario.Scenario) (*sim.Scene, error)
	All     bool // the list has every scenario: add a sheet of all pictures and a page
	Force   bool // replace files that exist
}

// Draw writes a picture of each scenario, in which its expert acts if it has one, and
// names each file on out.
func (p *Pictures) Draw(ctx context.Context, out io.Writer, list []*scenario.Scenario) error {
	var films []film.Film
	for _, s := range list {
		if err := ctx.Err(); err != nil {
			return err
		}
		scene, err := p.Sample(s)
		if err != nil {
			return err
		}
		shown, err := p.portray(ctx, s, scene)
		if err != nil {
			return fmt.Errorf("%s: %w", s.Name, err)
		}
		reel, err := film.NewReel(shown)
		if err != nil {
			return fmt.Errorf("%s: %w", s.Name, err)
		}
		if err := p.writePicture(out, s.Name+".png", reel.Image(reel.Len()-1)); err != nil {
			return err
		}
		films = append(films, shown)
	}
	if !p.All {
		return nil
	}
	sheet, err := film.ContactSheet(films, 7, 1680)
	if err != nil {
		return err
	}
	text, err := page(list)
	if err != nil {
		return err
	}
	return errors.Join(p.writePicture(out, "all.png", sheet.Image()), p.write(out, "README.md", func(w io.Writer) error {
		_, err := w.Write(text)
		return err
	}))
}

func (p *Pictures) writePicture(out io.Writer, name string, picture image.Image) error {
	encoder := png.Encoder{CompressionLevel: png.BestCompression}
	return p.write(out, name, func(w io.Writer) error { return encoder.Encode(w, picture) })
}

// write makes a file among the pictures and says so.
func (p *Pictures) write(out io.Writer, name string, fill func(io.Writer) error) error {
	path := filepath.Join(p.Dir, name)
	if err := console.CheckOut(path, p.Force); err != nil {
		return err
	}
	if err := console.WriteFile(path, fill); err != nil {
		return err
	}
	_, err := fmt.Fprintln(out, path)
	return err
}

// portray returns a film of a scene to the moment of its picture, with a view of what is then going on.
func (p *Pictures) portray(ctx context.Context, s *scenario.Scenario, scene *sim.Scene) (shown film.Film, err error) {
	policy, err := s.Policy("expert")
	if err != nil {
		policy = s.Policies()[0]
	}
	last := int(math.Round(s.Picture * float64(scene.FPS)))
	truth, err := engine.Simulate(ctx, scene, nil, last+1, policy.Start(p.Seed, p.Episode, scene))
	if err != nil {
		return shown, err
	}
	shown = film.Default()
	shown.Scene, shown.True, shown.Title, shown.Width, shown.Height = scene, truth.States, s.Name, 480, 400
	shown.Trail = scene.FrameTime() * float64(s.Frames) / 6
	past := max(0, last-int(shown.Trail*float64(scene.FPS)))
	shown.View = viewOf(scene, truth.States[past:])
	return shown, nil
}

// viewOf returns the part of the world where bodies are in some states, what they hang
// on and what they are to reach, with a margin, or all of the scene if that is not much
// more. It is wide enough for a picture.
func viewOf(scene *sim.Scene, states []sim.State) render.Bounds {
	const (
		margin = 0.15 // of the longer side
		much   = 0.5  // of either side
		aspect = 1.5  // width by height
	)
	bare := *scene
	bare.Walls, bare.Bodies = nil, slices.Clone(scene.Bodies)
	bare.Joints = slices.DeleteFunc(slices.Clone(scene.Joints), func(j sim.Joint) bool {
		return j.Kind == sim.Groove // a long one shows little
	})
	boundsFrom := func(start sim.State) render.Bounds {
		for i, b := range start {
			bare.Bodies[i].Start = b
		}
		return render.SceneBounds(&bare, states)
	}
	view := boundsFrom(states[0]).Union(boundsFrom(states[len(states)-1])) // each holds its own state whole
	all := render.SceneBounds(scene, states)
	size, most := view.Size(), all.Size()
	reach := sim.Vec{X: 1, Y: 1}.Scale(margin * max(size.X, size.Y))
	view = render.Bounds{Min: view.Min.Sub(reach), Max: view.Max.Add(reach)}
	if size.X > much*most.X && size.Y > much*most.Y {
		view = all
	}
	size = view.Size()
	side := sim.Vec{X: max(0, aspect*size.Y-size.X) / 2}
	return render.Bounds{Min: view.Min.Sub(side), Max: view.Max.Add(side)}
}
