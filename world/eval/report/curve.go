package report

import (
	"cmp"
	"image/color"
	"slices"

	xfont "golang.org/x/image/font"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// curve is one line of a figure, named at its right end.
type curve struct {
	name    string
	x, y    []float64
	lo, hi  []float64 // band around the line; none if empty
	colour  color.Color
	width   vg.Length
	dashes  []vg.Length
	dotted  bool // with a dot at every point
	cloud   bool // dots alone
	leading bool // drawn over the others, and its name bold
}

// Plot draws the band and the line, cut off at the ends of the axes; it makes a
// curve a plot.Plotter.
func (s *curve) Plot(c draw.Canvas, p *plot.Plot) {
	toX, toY := p.Transforms(&c)
	_, logarithmic := p.Y.Scale.(plot.LogScale)
	place := func(ys []float64) []vg.Point {
		points := make([]vg.Point, len(ys))
		for i, y := range ys {
			if logarithmic {
				y = min(max(y, p.Y.Min/10), p.Y.Max*10) // no logarithm of 0
			}
			points[i] = vg.Point{X: toX(s.x[i]), Y: toY(y)}
		}
		return points
	}
	if len(s.hi) > 0 {
		edge := place(s.lo)
		slices.Reverse(edge)
		c.FillPolygon(faded(s.colour), c.ClipPolygonXY(append(place(s.hi), edge...)))
	}
	points := place(s.y)
	if s.cloud {
		for _, at := range points {
			if c.Contains(at) {
				c.DrawGlyph(draw.GlyphStyle{Color: s.colour, Radius: s.width, Shape: draw.CircleGlyph{}}, at)
			}
		}
		return
	}
	c.StrokeLines(draw.LineStyle{Color: s.colour, Width: s.width, Dashes: s.dashes}, c.ClipLinesXY(points)...)
	if s.dotted {
		for _, at := range points {
			if c.Contains(at) {
				c.DrawGlyph(draw.GlyphStyle{Color: s.colour, Radius: 1.2 * s.width, Shape: draw.CircleGlyph{}}, at)
			}
		}
	}
}

// faded returns the colour of the band round a line.
func faded(c color.Color) color.Color {
	n := color.NRGBAModel.Convert(c).(color.NRGBA)
	n.A = 48
	return n
}

// curveNames writes the name of every curve right of its end, moved up or down
// where names would overlap.
type curveNames struct {
	curves []curve
	style  draw.TextStyle
}

// leaderLength is the space between the end of a curve and its name.
const leaderLength = vg.Length(22)

// width returns the space the names need right of the plot.
func (n curveNames) width() vg.Length {
	var w vg.Length
	for i := range n.curves {
		w = max(w, n.styleOf(&n.curves[i]).Width(n.curves[i].name))
	}
	return 1.15*w + leaderLength // the page may have to use a wider font
}

func (n curveNames) styleOf(c *curve) draw.TextStyle {
	style := n.style
	if c.leading {
		style.Font.Weight = xfont.WeightBold
	}
	return style
}

// Plot makes curveNames a plot.Plotter.
func (n curveNames) Plot(c draw.Canvas, p *plot.Plot) {
	toX, toY := p.Transforms(&c)
	ends := make([]vg.Point, len(n.curves))
	order := make([]int, len(n.curves))
	for i, s := range n.curves {
		last := len(s.x) - 1
		ends[i] = vg.Point{X: toX(s.x[last]), Y: toY(min(max(s.y[last], p.Y.Min), p.Y.Max))}
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(ends[a].Y, ends[b].Y) })
	ys := make([]vg.Length, len(order))
	for k, i := range order {
		ys[k] = ends[i].Y
	}
	spreadOut(ys, 1.25*figureText, c.Min.Y, c.Max.Y)
	for k, i := range order {
		s := &n.curves[i]
		at := vg.Point{X: c.Max.X + leaderLength, Y: ys[k]}
		// Where several curves end in one point, only the colour tells whose name it is.
		c.StrokeLine2(draw.LineStyle{Color: s.colour, Width: max(0.75, s.width/2), Dashes: s.dashes}, ends[i].X+3, ends[i].Y, at.X-4, at.Y)
		c.DrawGlyph(draw.GlyphStyle{Color: s.colour, Radius: 1.5 + s.width/2, Shape: draw.CircleGlyph{}}, ends[i])
		c.FillText(n.styleOf(s), at, s.name)
	}
}

// spreadOut moves ascending heights as little as a sweep up and one down allow,
// until neighbours are the gap apart and all lie between low and high.
func spreadOut(ys []vg.Length, gap, low, high vg.Length) {
	for i := range ys {
		least := low
		if i > 0 {
			least = ys[i-1] + gap
		}
		ys[i] = max(ys[i], least)
	}
	for i := len(ys) - 1; i >= 0; i-- {
		most := high
		if i < len(ys)-1 {
			most = ys[i+1] - gap
		}
		ys[i] = min(ys[i], most)
	}
}
