package recordings

import (
	"fmt"
	"image"

	"orrery/datasets/recording"
	"orrery/sim"
	"orrery/sim/render"
	"orrery/sim/render/plot"
)

// size of a picture of a recording, in px.
const (
	width, height = 900, 760
	margin        = 40
	headline      = 28
)

// Picture draws the ways of the bodies in the first episode, what is odd in it, and where walls seem to be.
func (s *Set) Picture(title string, about *recording.About) (image.Image, error) {
	theme, err := render.LoadTheme("light")
	if err != nil {
		return nil, err
	}
	list := render.List{Width: width, Height: height, Background: theme.Background}
	part := image.Rect(margin, margin+headline, width-margin, height-margin)
	bounds := render.Bounds{Min: about.Low, Max: about.High}
	scene := s.drawnScene()
	if scene != nil && len(scene.Walls) > 0 {
		bounds = bounds.Union(render.SceneBounds(scene, nil))
	}
	wide := bounds.Size().Scale(0.06)
	if most := max(wide.X, wide.Y); wide.X < 0.2*most || wide.Y < 0.2*most { // motion along a line has a picture too
		wide = sim.Vec{X: max(wide.X, 2*most), Y: max(wide.Y, 2*most)}
	}
	bounds.Min, bounds.Max = bounds.Min.Sub(wide), bounds.Max.Add(wide)
	p := render.Painter{List: &list, Scene: scene, Theme: theme, Unit: 1, Camera: render.FitCamera(bounds, part, 8)}
	list.Add(render.Block(part, 4, theme.Panel), render.Clip{Part: part})
	step := p.Grid(part)
	if scene != nil {
		p.Walls()
	}
	for _, wall := range about.Walls {
		drawWall(&p, part, wall)
	}
	r := s.Seen[0]
	for i := range r.Tracks {
		drawTrack(&p, r, i)
	}
	for _, odd := range r.Odd() {
		drawOdd(&p, r, odd)
	}
	list.Add(render.Clip{Part: list.Bounds()})
	list.Add(
		render.Text{At: render.Point{X: margin, Y: margin + 8}, Size: 17, Bold: true, Colour: theme.Text, Value: title}.Fitted(width-2*margin),
		render.Text{At: render.Point{X: margin, Y: height - 14}, Size: 13, Colour: theme.Muted, Value: fmt.Sprintf(
			"episode 0 of %d: dots are sights, rings are starts, crosses are odd, dashes are where bodies turn back; a square is %s", len(s.Seen), plot.FormatLength(step))}.Fitted(width-2*margin),
	)
	return list.Image(), nil
}

// drawnScene returns the scene of the first episode, or nil where nothing told it.
func (s *Set) drawnScene() *sim.Scene {
	if len(s.episodes) > 0 && s.episodes[0].told {
		return s.episodes[0].scene
	}
	return nil
}

// drawTrack draws the way of a body: a line through the sights of which none is missing, a dot for each, and a ring for
// the first.
func drawTrack(p *render.Painter, r *recording.Recording, track int) {
	tint := render.TintOf(track)
	pale := tint
	pale.A = 0x90
	line := render.Path{Open: true, Stroke: render.Stroke{Colour: pale, Width: 1}}
	dots := render.Path{Open: true, Stroke: render.Stroke{Colour: tint, Width: 3.5, Round: true}}
	var stretch []render.Point
	first := true
	for k := range r.Times {
		s := r.Sights[k][track]
		if !s.Seen {
			line.Contours, stretch = append(line.Contours, stretch), nil
			continue
		}
		at := p.Camera.Pixel(sim.Vec{X: s.X, Y: s.Y})
		stretch = append(stretch, at)
		dots.Contours = append(dots.Contours, []render.Point{at})
		if first {
			first = false
			p.List.Add(render.Circle(at, 7, render.Colour{}, render.Stroke{Colour: tint, Width: 2}))
			if name := r.Tracks[track].Name; name != "" {
				p.List.Add(render.Text{At: render.Point{X: at.X + 10, Y: at.Y - 6}, Size: 14, Bold: true, Colour: tint, Value: name}.Fitted(160))
			}
		}
	}
	line.Contours = append(line.Contours, stretch)
	p.List.Add(line, dots)
}

// drawOdd draws a cross where something is odd.
func drawOdd(p *render.Painter, r *recording.Recording, odd recording.Odd) {
	const arm = 6 // px
	for _, track := range odd.Tracks {
		s := r.Sights[odd.Picture][track]
		if !s.Seen {
			continue
		}
		at := p.Camera.Pixel(sim.Vec{X: s.X, Y: s.Y})
		p.List.Add(render.Path{Open: true, Stroke: render.Stroke{Colour: p.Theme.Error, Width: 2}, Contours: [][]render.Point{
			{{X: at.X - arm, Y: at.Y - arm}, {X: at.X + arm, Y: at.Y + arm}}, {{X: at.X - arm, Y: at.Y + arm}, {X: at.X + arm, Y: at.Y - arm}},
		}})
	}
}

// drawWall draws a dashed line where bodies turn back.
func drawWall(p *render.Painter, part image.Rectangle, wall recording.Wall) {
	low, high := p.Camera.World(render.Point{X: float64(part.Min.X), Y: float64(part.Max.Y)}), p.Camera.World(render.Point{X: float64(part.Max.X), Y: float64(part.Min.Y)})
	a, b := sim.Vec{X: wall.At, Y: low.Y}, sim.Vec{X: wall.At, Y: high.Y}
	if wall.Side == "bottom" || wall.Side == "top" {
		a, b = sim.Vec{X: low.X, Y: wall.At}, sim.Vec{X: high.X, Y: wall.At}
	}
	p.List.Add(render.Polyline(render.Stroke{Colour: p.Theme.Muted, Width: 1.5, Dash: 7, Gap: 5}, p.Camera.Pixel(a), p.Camera.Pixel(b)))
}
