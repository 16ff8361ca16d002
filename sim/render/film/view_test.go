package film

import (
	"image"
	"image/color"
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

// TestBackdropShowsThroughTheBodies, whose outlines lie over it where they are.
func TestBackdropShowsThroughTheBodies(t *testing.T) {
	t.Parallel()
	film := testFilm(1)
	film.Predicted, film.Trail = nil, 0
	at := film.True[0][0].Position()
	shows := render.Bounds{Min: at.Sub(sim.Vec{X: 2, Y: 1}), Max: at.Add(sim.Vec{X: 2, Y: 1})}
	photo := image.NewRGBA(image.Rect(0, 0, 40, 20))
	for i := range photo.Pix {
		photo.Pix[i] = 255 // white
	}
	for y := range 20 {
		for x := range 20 {
			photo.SetRGBA(x, y, color.RGBA{R: 10, G: 120, B: 10, A: 255}) // the left half is green
		}
	}
	film.Backdrop = &Backdrop{Picture: func(int) *image.RGBA { return photo }, Shows: shows}
	reel := mustReel(t, film)
	m, camera := reel.Image(0), render.FitCamera(shows, reel.places.view, 8*reel.places.unit)
	pixel := func(v sim.Vec) color.RGBA {
		p := camera.Pixel(v)
		return m.RGBAAt(int(p.X), int(p.Y))
	}
	if got := pixel(at.Sub(sim.Vec{X: 1.7, Y: 0.8})); got.G < 100 || got.R > 60 {
		t.Errorf("lower left of the photo is %v, must be green", got)
	}
	if got := pixel(at.Add(sim.Vec{X: 1.7, Y: 0.8})); got.R < 240 || got.G < 240 {
		t.Errorf("upper right of the photo is %v, must be white", got)
	}
	film.Backdrop.Picture = func(int) *image.RGBA { return nil }
	if got := mustReel(t, film).Image(0); got.RGBAAt(int(camera.Pixel(at).X)+8, int(camera.Pixel(at).Y)+8).B < 100 {
		t.Error("where the camera has no picture the bodies are not solid")
	}
	for name, broken := range map[string]Backdrop{"no pictures": {Shows: shows}, "no size": {Picture: film.Backdrop.Picture}} {
		film.Backdrop = &broken
		if _, err := NewReel(film); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
