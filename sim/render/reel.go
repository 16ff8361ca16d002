package render

import (
	"fmt"
	"image"
)

// Reel makes the pictures of a film. It keeps the film, which must not change,
// and is safe for concurrent use.
type Reel struct {
	film   Film
	bounds Bounds
	errors []float64 // [t], m; nil without a prediction
	layout layout
}

// NewReel validates a film and prepares its pictures.
func NewReel(film Film) (*Reel, error) {
	if err := film.Validate(); err != nil {
		return nil, err
	}
	r := &Reel{film: film, bounds: SceneBounds(film.Scene, film.True)}
	for t := range film.Predicted {
		r.errors = append(r.errors, PositionError(film.Scene, film.True[t], film.Predicted[t]))
	}
	r.layout = newLayout(film.Width, film.Height, r.bounds, r.errors != nil)
	return r, nil
}

// Len returns the number of states, each of which has a frame.
func (r *Reel) Len() int { return len(r.film.True) }

// Frame returns the picture of state i, from 0 to Len()−1, as a list.
func (r *Reel) Frame(i int) *List {
	l := &List{Width: r.film.Width, Height: r.film.Height, Background: r.film.Theme.Background}
	step := r.stage(l, r.layout.view, i)
	h := hud{list: l, film: &r.film, layout: &r.layout}
	h.head(r.moment(i))
	h.key(step)
	if r.errors != nil {
		p := plot{
			errors: r.errors, band: r.film.Band, frameTime: r.film.Scene.FrameTime(),
			frame: i, theme: r.film.Theme, unit: r.layout.unit,
		}
		p.draw(l, r.layout.plot)
	}
	return l
}

// Image returns the picture of state i, drawn.
func (r *Reel) Image(i int) *image.RGBA { return r.Frame(i).Image() }

// moment returns the readings of state i.
func (r *Reel) moment(i int) moment {
	m := moment{time: formatTime(float64(i) * r.film.Scene.FrameTime())}
	if r.errors != nil {
		m.meanError = formatLength(r.errors[i])
	}
	return m
}

// stage draws the scene at state i into a part of the list and returns the step
// of the grid in metres.
func (r *Reel) stage(l *List, part image.Rectangle, i int) (step float64) {
	f, unit := &r.film, r.layout.unit
	p := Painter{List: l, Scene: f.Scene, Theme: f.Theme, Unit: unit}
	p.Camera = FitCamera(r.bounds, part, 8*unit)
	l.Add(Clip{part}, block(part, f.Theme.Panel))
	step = p.Grid(r.bounds)
	p.Walls()
	past := max(i-int(f.Trail*float64(f.Scene.FPS)), 0)
	p.Trail(f.True[past:i+1], f.Theme.True.Fade(0.45), false)
	if f.Predicted != nil {
		p.Trail(f.Predicted[past:i+1], f.Theme.Predicted.Fade(0.7), true)
	}
	if f.Predicted == nil {
		p.Bodies(f.True[i], nil)
	} else {
		p.Bodies(f.True[i], f.Predicted[i])
		p.Errors(f.True[i], f.Predicted[i])
	}
	p.Joints(f.True[i])
	l.Add(Clip{l.Bounds()})
	return step
}

// Sheet returns one picture of several states side by side, each with its time
// and error, under a common title. It is as wide as the film and as high as it
// needs to be.
func (r *Reel) Sheet(states []int, columns int) (*List, error) {
	if len(states) == 0 || columns < 1 || columns > len(states) {
		return nil, fmt.Errorf("sheet: %d states in %d columns, must be at least one state a column", len(states), columns)
	}
	for _, i := range states {
		if i < 0 || i >= r.Len() {
			return nil, fmt.Errorf("sheet: state %d must be 0 to %d", i, r.Len()-1)
		}
	}
	theme := r.film.Theme
	lay := stackedLayout(r.film.Width, r.film.Width/columns, false)
	margin, gap, caption := lay.head.Min.X, lay.px(14), lay.px(24)
	width := (r.film.Width - 2*margin - (columns-1)*gap) / columns
	size := r.bounds.Size()
	height := caption + int(float64(width)*min(max(size.Y/size.X, 0.2), 3))
	rows := (len(states) + columns - 1) / columns
	tiles := image.Rect(0, 0, width, height).Add(image.Pt(margin, lay.view.Min.Y))
	lay.key = lay.key.Add(image.Pt(0, tiles.Min.Y+rows*(height+gap)-lay.key.Min.Y))

	l := &List{Width: r.film.Width, Height: lay.key.Max.Y + margin, Background: theme.Background}
	h := hud{list: l, film: &r.film, layout: &lay}
	h.head(moment{})
	for k, i := range states {
		top, part := splitTop(tiles.Add(image.Pt(k%columns*(width+gap), k/columns*(height+gap))), caption)
		now := r.moment(i)
		time := h.text(bodyText, theme.Text, now.time)
		time.Bold = true
		h.row(top, 3, []Text{time}, []Text{h.text(bodyText, theme.Muted, now.meanError)})
		step := r.stage(l, part, i)
		if k == 0 {
			h.key(step)
		}
	}
	return l, nil
}
