package report

import (
	"bytes"
	"context"
	"fmt"
	"html"
	"image/color"
	"math"
	"regexp"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
	"gonum.org/v1/plot/vg/vgsvg"

	"orrery/datasets/storage"
	"orrery/sim/render"
	"orrery/world/eval"
)

// The size of a figure in points; in a report it is as wide as the page.
const (
	figureWidth  = vg.Length(640)
	figureHeight = vg.Length(360)
	figureText   = vg.Length(12)
)

// figureDPI is the resolution of figures in PNG.
const figureDPI = 160

// axis is one side of a figure.
type axis struct {
	label     string
	low, high float64
	step      float64                // between marks; 0 for a logarithmic axis with a mark at each power of ten
	mark      func(x float64) string // writes the value at a mark
}

func (a *axis) logarithmic() bool { return a.step == 0 }

// ticks returns the marks.
func (a *axis) ticks() []plot.Tick {
	var ticks []plot.Tick
	tick := func(x float64) { ticks = append(ticks, plot.Tick{Value: x, Label: a.mark(x)}) }
	if a.logarithmic() {
		for k := math.Ceil(math.Log10(a.low) - 1e-9); k <= math.Log10(a.high)+1e-9; k++ {
			tick(math.Pow(10, k))
		}
		return ticks
	}
	for k := 0; a.low+float64(k)*a.step <= a.high*(1+1e-9); k++ {
		tick(a.low + float64(k)*a.step)
	}
	return ticks
}

// plain writes the value at a mark as it is.
func plain(x float64) string { return fmt.Sprintf("%.4g", x) }

// figure is a set of curves.
type figure struct {
	file   string // name without extension
	title  string // what it shows, for those who cannot see it
	x, y   axis
	curves []curve
}

// WriteFigures writes the figures of a report as PNG files into a directory
// that exists. It ends soon after its context is done.
func WriteFigures(ctx context.Context, dir string, r *eval.Result, extras Page) error {
	theme, err := render.LoadTheme("light")
	if err != nil {
		return err
	}
	for _, f := range figures(r, &extras, theme) {
		if err := ctx.Err(); err != nil {
			return err
		}
		canvas := vgimg.NewWith(vgimg.UseWH(figureWidth, figureHeight), vgimg.UseDPI(figureDPI))
		f.draw(draw.New(canvas), theme, color.Color(theme.Background))
		var png bytes.Buffer
		if _, err := (vgimg.PngCanvas{Canvas: canvas}).WriteTo(&png); err != nil {
			return err
		}
		if err := storage.WriteFile(storage.Join(dir, f.file+".png"), png.Bytes()); err != nil {
			return err
		}
	}
	return nil
}

// svgHead matches the text that vgsvg writes before the drawing.
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
	p.X.Label.Text, p.X.Label.Padding = f.x.label, figureText/4
	p.X.Min, p.X.Max, p.Y.Min, p.Y.Max = f.x.low, f.x.high, f.y.low, f.y.high
	p.X.Tick.Marker, p.Y.Tick.Marker = plot.ConstantTicks(f.x.ticks()), plot.ConstantTicks(f.y.ticks())
	if f.x.logarithmic() {
		p.X.Scale = plot.LogScale{}
	}
	if f.y.logarithmic() {
		p.Y.Scale = plot.LogScale{}
	}

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
	names := curveNames{curves: f.curves, style: text}
	names.style.Color, names.style.YAlign = theme.Text, draw.YCenter
	p.Add(names)

	// Above the axis, because plot misplaces the label of a logarithmic one.
	text.YAlign = draw.YTop
	c.FillText(text, vg.Point{X: c.Min.X, Y: c.Max.Y}, f.y.label)
	p.Draw(draw.Crop(c, 0, -names.width(), 0, -2*figureText))
}
