package render

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"html"
	"image/png"
	"math"
	"strconv"
)

// SVG returns the list as an SVG document, which looks as Image does where the Go font is there, and takes as
// much room where it is not. The title says what it shows, for those who cannot see it.
func (l *List) SVG(title string) []byte {
	var out bytes.Buffer
	fmt.Fprintf(&out, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d" role="img" font-family="Go, 'Go Regular', Arial, sans-serif">`+"\n",
		l.Width, l.Height, l.Width, l.Height)
	fmt.Fprintf(&out, "<title>%s</title>\n", html.EscapeString(title))
	fmt.Fprintf(&out, `<rect width="%d" height="%d"%s/>`+"\n", l.Width, l.Height, paint("fill", l.Background))
	clips := 0
	for _, item := range l.Items {
		switch item := item.(type) {
		case Path:
			writePath(&out, &item)
		case Text:
			writeText(&out, &item)
		case Photo:
			writePhoto(&out, &item)
		case Clip:
			if clips > 0 {
				out.WriteString("</g>\n")
			}
			clips++
			part := item.Part.Intersect(l.Bounds())
			fmt.Fprintf(&out, `<clipPath id="clip%d"><rect x="%d" y="%d" width="%d" height="%d"/></clipPath><g clip-path="url(#clip%d)">`+"\n",
				clips, part.Min.X, part.Min.Y, part.Dx(), part.Dy(), clips)
		}
	}
	if clips > 0 {
		out.WriteString("</g>\n")
	}
	out.WriteString("</svg>\n")
	return out.Bytes()
}

// writePath writes contours as one path, which the format fills and strokes as the rasteriser does.
func writePath(out *bytes.Buffer, p *Path) {
	stroked := p.Stroke.Width > 0 && p.Stroke.Colour.A > 0
	if !drawable(p.Contours) || p.Fill.A == 0 && !stroked {
		return
	}
	out.WriteString(`<path d="`)
	for _, contour := range p.Contours {
		for i, at := range contour {
			switch i {
			case 0:
				out.WriteByte('M')
			case 1:
				out.WriteByte('L')
			default:
				out.WriteByte(' ')
			}
			out.WriteString(short(at.X) + "," + short(at.Y))
		}
		switch {
		case len(contour) == 1:
			out.WriteString("h0") // a dot, where ends are round
		case !p.Open && len(contour) > 0:
			out.WriteByte('Z')
		}
	}
	out.WriteString(`"` + paint("fill", p.Fill))
	if stroked {
		out.WriteString(paint("stroke", p.Stroke.Colour) + ` stroke-width="` + short(p.Stroke.Width) + `"`)
		if p.Stroke.Dash > 0 {
			out.WriteString(` stroke-dasharray="` + short(p.Stroke.Dash) + " " + short(p.Stroke.Gap) + `"`)
		}
		if p.Stroke.Round {
			out.WriteString(` stroke-linecap="round"`)
		}
	}
	out.WriteString("/>\n")
}

// drawable reports whether there is something in contours, and all of it in reach, as the rasteriser asks.
func drawable(contours [][]Point) bool {
	some := false
	for _, contour := range contours {
		for _, p := range contour {
			some = true
			if !(p.len() < math.MaxInt32) {
				return false
			}
		}
	}
	return some
}

// writeText writes a text as wide as it is in the Go font.
func writeText(out *bytes.Buffer, t *Text) {
	if t.Value == "" {
		return
	}
	anchor := ""
	switch t.Align {
	case Left:
	case Centre:
		anchor = ` text-anchor="middle"`
	case Right:
		anchor = ` text-anchor="end"`
	}
	weight := ""
	if t.Bold {
		weight = ` font-weight="bold"`
	}
	fmt.Fprintf(out, `<text x="%s" y="%s" font-size="%s" textLength="%s" lengthAdjust="spacingAndGlyphs"%s%s%s>%s</text>`+"\n",
		short(t.At.X), short(t.At.Y), short(t.Size), short(t.Width()), anchor, weight, paint("fill", t.Colour), html.EscapeString(t.Value))
}

// writePhoto writes a picture of pixels as a PNG within the document.
func writePhoto(out *bytes.Buffer, p *Photo) {
	var pixels bytes.Buffer
	size := p.Into[1].sub(p.Into[0])
	if p.Image.Bounds().Empty() || !(size.X > 0 && size.Y > 0) || png.Encode(&pixels, p.Image) != nil {
		return
	}
	fmt.Fprintf(out, `<image x="%s" y="%s" width="%s" height="%s" preserveAspectRatio="none" href="data:image/png;base64,%s"/>`+"\n",
		short(p.Into[0].X), short(p.Into[0].Y), short(size.X), short(size.Y), base64.StdEncoding.EncodeToString(pixels.Bytes()))
}

// paint returns an attribute for a colour with its opacity.
func paint(attribute string, c Colour) string {
	switch c.A {
	case 0:
		return ` ` + attribute + `="none"`
	case 0xff:
		return ` ` + attribute + `="` + c.String() + `"`
	}
	return ` ` + attribute + `="` + c.String() + `" ` + attribute + `-opacity="` + strconv.FormatFloat(float64(c.A)/0xff, 'g', 3, 64) + `"`
}

// short writes pixels with as many digits as can be seen.
func short(v float64) string {
	text := strconv.FormatFloat(v, 'f', 2, 64)
	for text[len(text)-1] == '0' {
		text = text[:len(text)-1]
	}
	if text[len(text)-1] == '.' {
		text = text[:len(text)-1]
	}
	return text
}
