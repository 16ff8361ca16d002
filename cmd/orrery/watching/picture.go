package watching

import (
	"fmt"
	"image"
	"math"

	"orrery/datasets/film"
	"orrery/sim"
	"orrery/sim/render"
	"orrery/world/watch/scenery"
	"orrery/world/watch/walls"
)

// The sides of a picture to check by, in px: smaller ones are enlarged, larger ones are shrunk.
const (
	leastCheck = 480
	mostCheck  = 960
	checkLine  = 20 // of text
	checkTrail = 15 // number of pictures that a trail goes back
)

// checker draws pictures of a film with what was found in them.
type checker struct {
	painter render.Painter
	names   []string
	size    image.Point // px, of the film's pictures
	zoom    float64     // px for each of them
	lines   int         // of text below
	walls   []walls.Wall
	trails  [][]sim.Vec // [body] the last places, with NaN where it was not seen
}

// newChecker returns a checker of an episode with some bodies.
func newChecker(size image.Point, bodies []scenery.Body, theme *render.Theme) *checker {
	scene := sim.DefaultScene()
	c := &checker{size: size, zoom: math.Ceil(leastCheck / float64(max(size.X, size.Y)))}
	if larger := max(size.X, size.Y); larger > mostCheck {
		c.zoom = mostCheck / float64(larger)
	}
	for i := range bodies {
		scene.Bodies = append(scene.Bodies, sim.Body{Shapes: bodies[i].Shapes})
		c.names = append(c.names, bodies[i].Name)
	}
	c.trails = make([][]sim.Vec, len(bodies))
	width := float64(size.X) * c.zoom
	c.lines = 1 + int(math.Ceil(float64(len(bodies))*checkColumn/width))
	c.painter = render.Painter{Scene: &scene, Theme: theme, Unit: 1}
	c.painter.Camera = render.Camera{
		Centre: sim.Vec{X: float64(size.X) / 2, Y: float64(size.Y) / 2}, Middle: render.Point{X: width / 2, Y: float64(size.Y) * c.zoom / 2}, Scale: c.zoom,
	}
	return c
}

// checkColumn is the room for the readings of one body, in px.
const checkColumn = 150

// bounds returns the size of the pictures that are drawn.
func (c *checker) bounds() image.Point {
	return image.Pt(int(float64(c.size.X)*c.zoom), int(float64(c.size.Y)*c.zoom)+c.lines*checkLine+4)
}

// draw returns a picture with the outlines of the bodies in it. Rows has one for each body, or nil.
func (c *checker) draw(p *film.Picture, rows []*Row, title string) *render.List {
	size, theme := c.bounds(), c.painter.Theme
	l := &render.List{Width: size.X, Height: size.Y, Background: theme.Background}
	c.painter.List = l
	high := float64(c.size.Y) * c.zoom
	photo := image.Rect(0, 0, size.X, int(high))
	l.Add(render.Clip{Part: photo}, render.Photo{Image: imageOf(p), Into: [2]render.Point{{}, {X: float64(c.size.X) * c.zoom, Y: high}}})
	for _, wall := range c.walls {
		l.Add(render.Polyline(render.Stroke{Colour: theme.Contact, Width: 2, Dash: 6, Gap: 4}, c.painter.Camera.Pixel(wall.A), c.painter.Camera.Pixel(wall.B)))
	}
	for i, row := range rows {
		at := sim.Vec{X: math.NaN()}
		if row != nil && row.Seen {
			at = sim.Vec{X: row.X, Y: row.Y}
		}
		c.trails[i] = append(c.trails[i], at)
		if len(c.trails[i]) > checkTrail {
			c.trails[i] = c.trails[i][1:]
		}
		c.trail(i)
	}
	for i, row := range rows {
		if row == nil || math.IsNaN(row.X) {
			continue
		}
		colour := render.TintOf(i)
		if !row.Seen { // where it must be
			colour = colour.Fade(0.4)
		}
		c.painter.Outline(i, sim.BodyState{X: row.X, Y: row.Y, Angle: row.Angle}, colour)
		at := c.painter.Camera.Pixel(sim.Vec{X: row.X, Y: row.Y})
		c.label(at, c.names[i], colour)
	}
	l.Add(render.Clip{Part: l.Bounds()})
	c.readings(rows, title, high)
	return l
}

// trail draws where a body came from.
func (c *checker) trail(i int) {
	path := render.Path{Open: true, Stroke: render.Stroke{Colour: render.TintOf(i).Fade(0.7), Width: 1.5, Round: true}}
	var line []render.Point
	for _, at := range c.trails[i] {
		if math.IsNaN(at.X) {
			path.Contours, line = append(path.Contours, line), nil
			continue
		}
		line = append(line, c.painter.Camera.Pixel(at))
	}
	path.Contours = append(path.Contours, line)
	c.painter.List.Add(path)
}

// label writes a name so that it can be read on anything.
func (c *checker) label(at render.Point, name string, colour render.Colour) {
	text := render.Text{Align: render.Centre, Size: render.SmallText, Bold: true, Colour: colour, Value: name}
	half := text.Width()/2 + 4
	l := c.painter.List
	l.Add(render.Block(image.Rect(int(at.X-half), int(at.Y)-8, int(at.X+half)+1, int(at.Y)+8), 4, c.painter.Theme.Panel.Fade(0.8)))
	text.At = render.Point{X: at.X, Y: at.Y + 4}
	l.Add(text)
}

// readings writes the time, and how sure each body's place is.
func (c *checker) readings(rows []*Row, title string, top float64) {
	l, theme := c.painter.List, c.painter.Theme
	at := render.Point{X: 8, Y: top + checkLine - 4}
	text := render.Text{At: at, Size: render.SmallText, Colour: theme.Text, Value: title}
	l.Add(text.Fitted(float64(l.Width) - 16))
	columns := max(int(float64(l.Width)/checkColumn), 1)
	for i, row := range rows {
		corner := render.Point{X: 8 + float64(i%columns)*checkColumn, Y: top + float64(2+i/columns)*checkLine - 4}
		if corner.Y > float64(l.Height) {
			break
		}
		what := "not there"
		switch {
		case row == nil:
		case !row.Seen:
			what = "hidden"
		default:
			what = fmt.Sprintf("±%.2g px, off %.1f σ", math.Hypot(row.StdX, row.StdY)/math.Sqrt2, row.Residual)
		}
		l.Add(
			render.Circle(render.Point{X: corner.X + 4, Y: corner.Y - 4}, 4, render.TintOf(i), render.Stroke{}),
			render.Text{At: render.Point{X: corner.X + 13, Y: corner.Y}, Size: render.SmallText, Colour: theme.Muted, Value: c.names[i] + "  " + what}.Fitted(checkColumn-18),
		)
	}
}

// imageOf returns a picture of a film as an image of its own.
func imageOf(p *film.Picture) *image.RGBA {
	m := image.NewRGBA(image.Rect(0, 0, p.Width, p.Height))
	for i, k := 0, 0; i+2 < len(p.Pix); i, k = i+3, k+4 {
		m.Pix[k], m.Pix[k+1], m.Pix[k+2], m.Pix[k+3] = p.Pix[i], p.Pix[i+1], p.Pix[i+2], 255
	}
	return m
}
