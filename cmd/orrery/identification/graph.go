package identification

import (
	"fmt"
	"image"
	"math"
	"slices"

	"orrery/sim/input"
	"orrery/sim/render"
	"orrery/world/identify"
)

// graph draws the couplings that were found: bodies in a ring, and a line for each pair, the stronger the
// likelier. Dashes are charges and double lines are rods.
func (p *drawing) graph(part image.Rectangle) {
	episode := p.found.shown()
	edges := p.found.edgesOf(episode)
	var names []string
	for i := range p.found.Scene.Bodies {
		names = append(names, p.label.Body(i))
	}
	sure, of := 0, ""
	for _, e := range edges {
		if e.Probability > 0.5 && slices.Contains(names, e.A) && slices.Contains(names, e.B) {
			sure++
		}
		if e.Episode != nil {
			of = fmt.Sprintf(" in episode %d", p.found.Data.Numbers[episode])
		}
	}
	part = p.heading(part, fmt.Sprintf("Who acts on whom%s: %d of %s", of, sure, input.Count(pairs(len(names)), "pair")))
	centre := render.Point{X: float64(part.Min.X+part.Max.X) / 2, Y: float64(part.Min.Y+part.Max.Y) / 2}
	radius := float64(min(part.Dx(), part.Dy()))/2 - 26
	place := func(name string) (render.Point, bool) {
		k := slices.Index(names, name)
		sin, cos := math.Sincos(2*math.Pi*float64(k)/float64(len(names)) - math.Pi/2)
		return render.Point{X: centre.X + radius*cos, Y: centre.Y + radius*sin}, k >= 0
	}
	p.list.Add(render.Block(part, 4, p.theme.Panel))
	for _, e := range edges {
		a, okA := place(e.A)
		b, okB := place(e.B)
		if okA && okB {
			p.edge(e, a, b)
		}
	}
	for i, name := range names {
		at, _ := place(name)
		p.list.Add(render.Circle(at, 9, render.TintOf(i), render.Stroke{Colour: p.theme.Background, Width: 1.5}))
		align, x := render.Left, at.X+14
		if at.X < centre.X-1 {
			align, x = render.Right, at.X-14
		}
		p.text(x, at.Y+5, textSize, false, p.theme.Text, align, name, 120)
	}
	if len(kindsOf(edges)) > 0 {
		p.text(float64(part.Min.X)+8, float64(part.Max.Y)-8, 12, false, p.theme.Muted, render.Left, kindsOf(edges), float64(part.Dx()-16))
	}
}

func pairs(bodies int) int { return bodies * (bodies - 1) / 2 }

// edgesOf returns the couplings of an episode, an index of the data's.
func (f *Found) edgesOf(episode int) (edges []identify.Edge) {
	for _, e := range f.Edges {
		if e.Episode == nil || *e.Episode == f.Data.Numbers[episode] {
			edges = append(edges, e)
		}
	}
	return edges
}

// edge draws one, fainter the less likely it is, and not at all below a twentieth.
func (p *drawing) edge(e identify.Edge, a, b render.Point) {
	if !(e.Probability >= faintest) {
		return
	}
	stroke := render.Stroke{Colour: p.theme.Text.Fade(0.15 + 0.75*e.Probability), Width: 0.8 + 2.2*e.Probability}
	switch e.Kind {
	case identify.Spring:
	case identify.Charge:
		stroke.Dash, stroke.Gap = 6, 4
		switch {
		case e.Strength > 0:
			stroke.Colour = p.theme.Error.Fade(0.15 + 0.75*e.Probability)
		case e.Strength < 0:
			stroke.Colour = p.theme.True.Fade(0.15 + 0.75*e.Probability)
		}
	case identify.Rod:
		stroke.Width += 2.5
	}
	p.list.Add(render.Polyline(stroke, a, b))
}

// kindsOf explains the lines that are drawn.
func kindsOf(edges []identify.Edge) (text string) {
	words := map[identify.Kind]string{identify.Spring: "lines: springs", identify.Charge: "dashes: charges, blue where they attract", identify.Rod: "thick lines: rods"}
	for _, kind := range identify.Kinds() {
		if slices.ContainsFunc(edges, func(e identify.Edge) bool { return e.Kind == kind && e.Probability >= faintest }) {
			if text != "" {
				text += "; "
			}
			text += words[kind]
		}
	}
	return text
}
