package film

import (
	"testing"

	"orrery/sim"
	"orrery/sim/render"
)

// TestLinearFieldsAreSeen as a line between two bodies, and those of other kinds are not.
func TestLinearFieldsAreSeen(t *testing.T) {
	t.Parallel()
	film := testFilm(1)
	film.Predicted = nil
	between := func(kind sim.FieldKind) (r, g, b uint8) {
		scene := *film.Scene
		scene.Fields = []sim.Field{{Kind: kind, A: 0, B: 1, Strength: 1}}
		f := film
		f.Scene = &scene
		p, q := film.True[0][0].Position(), film.True[0][1].Position()
		f.View = render.Bounds{Min: p.Add(q).Scale(0.5).Sub(sim.Vec{X: 1, Y: 1}), Max: p.Add(q).Scale(0.5).Add(sim.Vec{X: 1, Y: 1})}
		reel := mustReel(t, f)
		middle := render.FitCamera(f.View, reel.places.view, 0).Middle
		c := reel.Image(0).RGBAAt(int(middle.X), int(middle.Y))
		return c.R, c.G, c.B
	}
	_, _, tied := between(sim.Linear)
	_, _, free := between(sim.InverseSquare)
	if tied >= free {
		t.Errorf("blue %d between tied bodies, %d between others", tied, free)
	}
}

// TestViewIsWhatIsShown puts a body in the middle of the picture, and out of it.
func TestViewIsWhatIsShown(t *testing.T) {
	t.Parallel()
	film := testFilm(1)
	film.Predicted = nil
	film.Trail = 0
	blue := func(from sim.Vec) bool {
		f := film
		f.View = render.Bounds{Min: from.Sub(sim.Vec{X: 0.5, Y: 0.5}), Max: from.Add(sim.Vec{X: 0.5, Y: 0.5})}
		reel := mustReel(t, f)
		view := reel.places.view
		c := reel.Image(0).RGBAAt((view.Min.X+view.Max.X)/2+10, (view.Min.Y+view.Max.Y)/2+10)
		return int(c.B) > int(c.R)+60
	}
	at := film.True[0][0].Position()
	if !blue(at) || blue(at.Add(sim.Vec{X: 50})) {
		t.Errorf("body in the middle: %v, 50 m away: %v", blue(at), blue(at.Add(sim.Vec{X: 50})))
	}
}
