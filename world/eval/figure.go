package eval

import (
	"bytes"
	"cmp"
	"fmt"
	"html"
	"image/color"
	"math"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/moby/sys/atomicwriter"
	xfont "golang.org/x/image/font"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
	"gonum.org/v1/plot/vg/vgsvg"

	"orrery/sim/render"
)

// The size of a figure in points; in a report it is as wide as the page.
const (
	figureWidth  = vg.Length(640)
	figureHeight = vg.Length(360)
	figureText   = vg.Length(12)
)

// figureDPI is the resolution of figures in PNG.
const figureDPI = 160

// curve is one line of a figure, named at its right end.
type curve struct {
	name    string
	x, y    []float64
	lo, hi  []float64 // band around the line; none if empty
	colour  color.Color
	width   vg.Length
	dashes  []vg.Length
	dotted  bool // with a dot at every point
	leading bool // drawn over the others, and its name bold
}

// figure is a set of curves over a logarithmic vertical axis.
type figure struct {
	file      string // name without extension
	title     string // what it shows, for those who cannot see it
	xLabel    string
	xStep     float64 // between marks
	yLabel    string
	yMark     func(decade float64) string // writes a power of ten
	low, high float64                     // ends of the vertical axis
	curves    []curve
}

// WriteFigures writes the figures of a report as PNG files into a directory
// that exists.
func WriteFigures(dir string, r *Result, extras Report) error {
	theme, err := render.LoadTheme("light")
	if err != nil {
		return err
	}
	for _, f := range figures(r, &extras, theme) {
		canvas := vgimg.NewWith(vgimg.UseWH(figureWidth, figureHeight), vgimg.UseDPI(figureDPI))
		f.draw(draw.New(canvas), theme, color.Color(theme.Background))
		var png bytes.Buffer
		if _, err := (vgimg.PngCanvas{Canvas: canvas}).WriteTo(&png); err != nil {
			return err
		}
		if err := atomicwriter.WriteFile(filepath.Join(dir, f.file+".png"), png.Bytes(), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// svgHead is what vgsvg writes before the drawing.
var svgHead = regexp.MustCompile(`(?s)^.*?<svg [^>]*viewBox="([^"]*)"[^>]*>`)

// svg returns the figure as an SVG element without a fixed size, whose text and
// grid follow the CSS variables of the page.
func (f *figure) svg(theme *render.Theme) (string, error) {
	canvas := vgsvg.New(figureWidth, figureHeight)
	f.draw(draw.New(canvas), theme, nil)
	var out bytes.Buffer
	if _, err := canvas.WriteTo(&out); err != nil {
		return "", err
	}
	head := fmt.Sprintf(`<svg viewBox="$1" role="img" aria-label="%s">`, strings.ReplaceAll(html.EscapeString(f.title), "$", "$$"))
	text := svgHead.ReplaceAllString(out.String(), head)
	variables := strings.NewReplacer(
		strings.ToUpper(theme.Text.String()), "var(--text)",
		strings.ToUpper(theme.Muted.String()), "var(--muted)",
		strings.ToUpper(theme.Grid.String()), "var(--grid)",
		"font-family:Liberation Sans", "font-family:Liberation Sans,Arial,Helvetica,sans-serif",
	)
	return variables.Replace(text), nil
}

// draw draws the figure over a background, which may be nil.
func (f *figure) draw(c draw.Canvas, theme *render.Theme, background color.Color) {
	p := plot.New()
	p.BackgroundColor = background
	text := draw.TextStyle{Color: theme.Muted, Font: font.Font{Typeface: "Liberation", Variant: "Sans", Size: figureText}, Handler: p.TextHandler}
	for _, axis := range []*plot.Axis{&p.X, &p.Y} {
		axis.Label.TextStyle.Font, axis.Label.TextStyle.Color = text.Font, theme.Muted
		axis.Tick.Label.Font, axis.Tick.Label.Color = text.Font, theme.Muted
		axis.Tick.Length, axis.LineStyle.Width, axis.Padding = 0, 0, vg.Points(6)
	}
	p.X.Label.Text, p.X.Label.Padding = f.xLabel, figureText/4
	p.Y.Scale = plot.LogScale{}
	p.X.Min, p.X.Max, p.Y.Min, p.Y.Max = 0, f.lastX(), f.low, f.high
	p.X.Tick.Marker, p.Y.Tick.Marker = plot.ConstantTicks(f.xTicks()), plot.ConstantTicks(f.yTicks())

	grid := plotter.NewGrid()
	grid.Vertical.Color = nil
	grid.Horizontal = draw.LineStyle{Color: theme.Grid, Width: 1}
	p.Add(grid)
	for _, leading := range []bool{false, true} {
		for i := range f.curves {
			if f.curves[i].leading == leading {
				p.Add(&f.curves[i])
			}
		}
	}
	names := curveNames{curves: f.curves, style: text, leader: theme.Muted}
	names.style.Color, names.style.YAlign = theme.Text, draw.YCenter
	p.Add(names)

	// Above the axis, because plot misplaces the label of a logarithmic one.
	text.YAlign = draw.YTop
	c.FillText(text, vg.Point{X: c.Min.X, Y: c.Max.Y}, f.yLabel)
	p.Draw(draw.Crop(c, 0, -names.width(), 0, -2*figureText))
}

func (f *figure) lastX() float64 {
	x := 0.0
	for _, c := range f.curves {
		x = max(x, c.x[len(c.x)-1])
	}
	return x
}

func (f *figure) xTicks() []plot.Tick {
	var ticks []plot.Tick
	for k := 0; float64(k)*f.xStep <= f.lastX()*(1+1e-9); k++ {
		ticks = append(ticks, plot.Tick{Value: float64(k) * f.xStep, Label: fmt.Sprintf("%.4g", float64(k)*f.xStep)})
	}
	return ticks
}

func (f *figure) yTicks() []plot.Tick {
	var ticks []plot.Tick
	for k := math.Ceil(math.Log10(f.low) - 1e-9); k <= math.Log10(f.high); k++ {
		decade := math.Pow(10, k)
		ticks = append(ticks, plot.Tick{Value: decade, Label: f.yMark(decade)})
	}
	return ticks
}

// Plot draws the band and the line, cut off at the ends of the axes; it makes a
// curve a plot.Plotter.
func (s *curve) Plot(c draw.Canvas, p *plot.Plot) {
	toX, toY := p.Transforms(&c)
	place := func(ys []float64) []vg.Point {
		points := make([]vg.Point, len(ys))
		for i, y := range ys {
			points[i] = vg.Point{X: toX(s.x[i]), Y: toY(min(max(y, p.Y.Min/10), p.Y.Max*10))} // no logarithm of 0
		}
		return points
	}
	if len(s.hi) > 0 {
		edge := place(s.lo)
		slices.Reverse(edge)
		c.FillPolygon(faded(s.colour), c.ClipPolygonXY(append(place(s.hi), edge...)))
	}
	points := place(s.y)
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
	leader color.Color
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
		c.StrokeLine2(draw.LineStyle{Color: n.leader, Width: 0.5}, ends[i].X+3, ends[i].Y, at.X-4, at.Y)
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
