package identification

import (
	"fmt"
	"image"
	"math"
	"slices"

	"orrery/sim"
	"orrery/sim/input"
	"orrery/sim/render"
	"orrery/sim/render/plot"
	"orrery/world/identify"
)

// Sizes of the picture and its parts in px.
const (
	width    = 1240
	margin   = 28
	gap      = 24
	topHigh  = 500 // of the scene and of the values
	laneHigh = 62  // of one body's residuals
	mostLane = 12  // bodies whose residuals are shown
	titleAt  = 34
	textSize = 14
)

// Picture draws the data and the fit, the values with their intervals, the couplings that were found, and how
// far each body is from the fit as time goes by.
func (f *Found) Picture() (*render.List, error) {
	theme, err := render.LoadTheme("light")
	if err != nil {
		return nil, err
	}
	lanes := f.lanes()
	p := drawing{found: f, theme: theme, label: identify.Label{Scene: f.Scene}, list: &render.List{Width: width, Background: theme.Background}}
	top := image.Rect(margin, titleAt+36, width-margin, titleAt+36+topHigh)
	p.list.Height = top.Max.Y + margin + 14
	if len(lanes) > 0 {
		p.list.Height += gap + 30 + laneHigh*len(lanes) + 22
	}
	p.text(margin, titleAt, 20, true, theme.Text, render.Left, f.title(), width-2*margin)
	p.text(margin, titleAt+20, textSize, false, theme.Muted, render.Left, f.subtitle(), width-2*margin)
	left, right := top, top
	left.Max.X = top.Min.X + topHigh + 60
	right.Min.X = left.Max.X + gap
	p.motion(left)
	if len(f.Edges) > 0 {
		lower := right
		lower.Min.Y = right.Min.Y + right.Dy()/2
		right.Max.Y = lower.Min.Y - gap
		p.graph(lower)
	}
	p.values(right)
	if len(lanes) > 0 {
		part := image.Rect(margin, top.Max.Y+gap, width-margin, top.Max.Y+gap+30+laneHigh*len(lanes))
		p.residuals(part, lanes)
	}
	return p.list, nil
}

func (f *Found) title() string { return "What the motion of " + f.Data.Name + " tells of its scene" }

func (f *Found) subtitle() string {
	return fmt.Sprintf("%s of %s; %s", input.Count(f.frames(), "frame"), input.Count(len(f.Data.Numbers), "episode"), f.summary())
}

// drawing is a picture in the making.
type drawing struct {
	found *Found
	theme *render.Theme
	label identify.Label
	list  *render.List
}

// text writes a line that is no wider than room.
func (p *drawing) text(x, y, size float64, bold bool, colour render.Colour, align render.Align, value string, room float64) {
	p.list.Add(render.Text{At: render.Point{X: x, Y: y}, Align: align, Size: size, Bold: bold, Colour: colour, Value: value}.Fitted(room))
}

// heading writes one above a part, and returns what is left of it.
func (p *drawing) heading(part image.Rectangle, title string) image.Rectangle {
	p.text(float64(part.Min.X), float64(part.Min.Y)+14, textSize, true, p.theme.Text, render.Left, title, float64(part.Dx()))
	part.Min.Y += 24
	return part
}

// shown returns the episode with the most to see, an index of the data's.
func (f *Found) shown() int {
	count := make([]int, len(f.Data.Trajectories))
	for _, fit := range f.Fits {
		if fit.Episode >= 0 && fit.Episode < len(count) {
			count[fit.Episode] += len(fit.Times)
		}
	}
	best := 0
	for k, n := range count {
		if n > count[best] {
			best = k
		}
	}
	return best
}

// motion draws the scene, where bodies were seen in an episode, and where the fit has them.
func (p *drawing) motion(part image.Rectangle) {
	f := p.found
	episode := f.shown()
	t := f.Data.Trajectories[episode]
	what := "Episode %d: seen (dots) and fitted (lines)"
	if t.Seen == nil {
		what = "Episode %d: known (dots) and fitted frame by frame (lines)"
	}
	part = p.heading(part, fmt.Sprintf(what, f.Data.Numbers[episode]))
	foot := part
	part.Max.Y -= 20
	bounds := render.SceneBounds(t.Scene, t.States)
	painter := render.Painter{List: p.list, Scene: t.Scene, Theme: p.theme, Unit: 1, Camera: render.FitCamera(bounds, part, 10)}
	p.list.Add(render.Block(part, 4, p.theme.Panel), render.Clip{Part: part})
	step := painter.Grid(part)
	painter.Walls()
	pale := *p.theme
	pale.True, pale.Rim = pale.True.Fade(0.15), pale.Rim.Fade(0.5)
	painter.Theme = &pale
	painter.Fields(t.States[0])
	painter.Bodies(t.States[0], nil)
	painter.Joints(t.States[0])
	painter.Theme = p.theme
	fitted := false
	for _, fit := range f.Fits {
		if fit.Episode == episode {
			p.way(painter.Camera, fit)
			fitted = true
		}
	}
	if !fitted {
		painter.Trail(t.States, p.theme.Trail, false)
	}
	for i := range t.Scene.Bodies {
		if at := painter.Camera.Pixel(t.States[0][i].Position()); len(t.Scene.Bodies) <= mostLane {
			p.text(at.X+8, at.Y-8, 12, true, render.TintOf(i), render.Left, p.name(t.Scene, i), 90)
		}
	}
	p.list.Add(render.Clip{Part: p.list.Bounds()})
	p.text(float64(foot.Min.X), float64(foot.Max.Y)-2, 12, false, p.theme.Muted, render.Left, "bodies are where they start; a square is "+plot.FormatLength(step), float64(foot.Dx()))
}

// name returns what a body of an episode is called.
func (p *drawing) name(scene *sim.Scene, i int) string { return identify.Label{Scene: scene}.Body(i) }

// way draws sights of a body as dots, and the fit as a line that ends where nothing was seen for long.
func (p *drawing) way(camera render.Camera, fit identify.Fit) {
	tint := render.TintOf(fit.Body)
	dots := render.Path{Open: true, Stroke: render.Stroke{Colour: tint.Fade(0.55), Width: 3.4, Round: true}}
	line := render.Path{Open: true, Stroke: render.Stroke{Colour: tint, Width: 1.2}}
	usual := usualStep(fit.Times)
	var stretch []render.Point
	for k, at := range fit.Times {
		if k > 0 && at-fit.Times[k-1] > 4*usual {
			line.Contours, stretch = append(line.Contours, stretch), nil
		}
		dots.Contours = append(dots.Contours, []render.Point{camera.Pixel(fit.Seen[k])})
		stretch = append(stretch, camera.Pixel(fit.Fitted[k]))
	}
	line.Contours = append(line.Contours, stretch)
	p.list.Add(dots, line)
}

// usualStep returns the median time between two sights in s.
func usualStep(times []float64) float64 {
	var steps []float64
	for k := 1; k < len(times); k++ {
		steps = append(steps, times[k]-times[k-1])
	}
	if len(steps) == 0 {
		return math.Inf(1)
	}
	slices.Sort(steps)
	return steps[len(steps)/2]
}
