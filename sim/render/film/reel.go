package film

import (
	"fmt"
	"image"

	"orrery/sim"
	"orrery/sim/render"
	"orrery/sim/render/plot"
)

// Reel makes the pictures of a film. It keeps the film, which must not change,
// and is safe for concurrent use.
type Reel struct {
	film   Film
	bounds render.Bounds
	errors []float64 // [t], m; nil without a prediction
	places places
}

// NewReel validates a film and prepares its pictures.
func NewReel(film Film) (*Reel, error) {
	if err := film.Validate(); err != nil {
		return nil, err
	}
	r := &Reel{film: film, bounds: film.View}
	if r.bounds == (render.Bounds{}) && film.Backdrop != nil {
		r.bounds = film.Backdrop.Shows
	}
	if r.bounds == (render.Bounds{}) {
		r.bounds = render.SceneBounds(film.Scene, film.True)
	}
	for t := range film.Predicted {
		// A prediction that has burst must leave the axis a number.
		off, _ := film.Scene.Distance(film.True[t], film.Predicted[t])
		r.errors = append(r.errors, min(off, sim.MaxMagnitude))
	}
	r.divide()
	return r, nil
}

// divide divides the picture so that all of the key is seen. Each row that it needs makes the view lower, which
// may change the step of the grid and so its name.
func (r *Reel) divide() {
	h := hud{film: &r.film, places: &r.places}
	entries := len(h.keyEntries(1))
	for rows := 1; ; rows++ {
		r.places = newPlaces(r.film.Width, r.film.Height, r.bounds, r.errors != nil, rows, entries)
		if rows == entries || r.places.column || h.keyRows(r.gridStep(r.places.view), r.places.key) <= rows {
			return
		}
	}
}

// gridStep returns the step of the grid in metres where the scene is drawn into a part.
func (r *Reel) gridStep(part image.Rectangle) float64 {
	p := render.Painter{List: &render.List{}, Scene: r.film.Scene, Theme: r.film.Theme, Unit: r.places.unit}
	p.Camera = render.FitCamera(r.bounds, part, 8*r.places.unit)
	return p.Grid(part)
}

// Len returns the number of states, each of which has a frame.
func (r *Reel) Len() int { return len(r.film.True) }

// Frame returns the picture of state i, from 0 to Len()−1, as a list.
func (r *Reel) Frame(i int) *render.List {
	l := &render.List{Width: r.film.Width, Height: r.film.Height, Background: r.film.Theme.Background}
	step := r.stage(l, r.places.view, i)
	h := hud{list: l, film: &r.film, places: &r.places}
	h.head(r.moment(i))
	h.key(step)
	if r.errors != nil {
		errors := plot.Plot{
			List: l, Theme: r.film.Theme, Unit: r.places.unit, Title: "mean position error",
			Errors: r.errors, Band: r.film.Band, FrameTime: r.film.Scene.FrameTime(), Decades: r.film.Band != nil,
		}
		errors.Draw(r.places.plot, i)
	}
	return l
}

// Image returns the picture of state i, drawn.
func (r *Reel) Image(i int) *image.RGBA { return r.Frame(i).Image() }

// moment returns the readings of state i.
func (r *Reel) moment(i int) moment {
	m := moment{time: formatTime(float64(i) * r.film.Scene.FrameTime())}
	if r.errors != nil {
		m.meanError = plot.FormatLength(r.errors[i])
	}
	return m
}

// stage draws the scene at state i into a part of the list and returns the step
// of the grid in metres.
func (r *Reel) stage(l *render.List, part image.Rectangle, i int) (step float64) {
	f, unit := &r.film, r.places.unit
	p := render.Painter{List: l, Scene: f.Scene, Theme: f.Theme, Unit: unit}
	p.Camera = render.FitCamera(r.bounds, part, 8*unit)
	l.Add(render.Clip{Part: part}, render.Block(part, 0, f.Theme.Panel))
	step = p.Grid(part)
	filmed := r.backdrop(&p, i)
	if !filmed {
		p.Walls()
	}
	p.Goals(f.True[i])
	p.Fields(f.True[i])
	past := max(i-int(f.Trail*float64(f.Scene.FPS)), 0)
	p.Trail(f.True[past:i+1], f.Theme.Trail.Fade(0.55), false)
	if f.Behind != nil {
		f.Behind(&p, i)
	}
	bodies := p.Bodies
	if filmed {
		bodies = p.Outlines
	}
	if f.Predicted == nil {
		bodies(f.True[i], nil)
	} else {
		p.Trail(f.Predicted[past:i+1], f.Theme.Predicted.Fade(0.7), true)
		bodies(f.True[i], f.Predicted[i])
		p.Errors(f.True[i], f.Predicted[i])
		if f.Expected != nil {
			p.Spread(f.Predicted[i], f.Expected(i))
		}
	}
	p.Joints(f.True[i])
	p.Points(f.True[i])
	if f.Seen != nil {
		p.Sights(f.Seen[past : i+1])
	}
	l.Add(render.Clip{Part: l.Bounds()})
	return step
}

// backdrop draws the picture of a camera at state i, and reports whether there is one.
func (r *Reel) backdrop(p *render.Painter, i int) bool {
	if r.film.Backdrop == nil {
		return false
	}
	picture := r.film.Backdrop.Picture(i)
	if picture == nil {
		return false
	}
	shows := r.film.Backdrop.Shows
	p.List.Add(render.Photo{Image: picture, Into: [2]render.Point{
		p.Camera.Pixel(sim.Vec{X: shows.Min.X, Y: shows.Max.Y}), p.Camera.Pixel(sim.Vec{X: shows.Max.X, Y: shows.Min.Y}),
	}})
	return true
}

// Sheet returns one picture of several states side by side, each with its time
// and error, under a common title. It is as wide as the film and as high as it
// needs to be.
func (r *Reel) Sheet(states []int, columns int) (*render.List, error) {
	if len(states) == 0 || columns < 1 || columns > len(states) {
		return nil, fmt.Errorf("sheet: %d states in %d columns, must be at least one state a column", len(states), columns)
	}
	for _, i := range states {
		if i < 0 || i >= r.Len() {
			return nil, fmt.Errorf("sheet: state %d must be 0 to %d", i, r.Len()-1)
		}
	}
	lay := newSheetPlaces(r.film.Width, len(states), columns, r.bounds)
	h := hud{film: &r.film, places: &lay.places}
	_, first := splitTop(lay.tiles[0], lay.px(24))
	lay.setKeyRows(h.keyRows(r.gridStep(first), lay.key))
	if width := lay.tiles[0].Dx(); width < minTile || lay.height > maxSheet {
		return nil, fmt.Errorf("sheet: %d states in %d columns are %d px wide and together %d px high, must be ≥ %d and ≤ %d px",
			len(states), columns, width, lay.height, minTile, maxSheet)
	}
	l := &render.List{Width: r.film.Width, Height: lay.height, Background: r.film.Theme.Background}
	h.list = l
	h.head(moment{})
	for k, i := range states {
		caption, part := splitTop(lay.tiles[k], lay.px(24))
		h.caption(caption, r.moment(i))
		step := r.stage(l, part, i)
		if k == 0 {
			h.key(step)
		}
	}
	return l, nil
}

// The least width of a state and the most height of a sheet, in pixels.
const (
	minTile  = 100
	maxSheet = 8192
)
