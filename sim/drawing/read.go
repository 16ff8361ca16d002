package drawing

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"orrery/sim"
)

// Options say how large a drawing is.
type Options struct {
	UnitsPerMetre float64 // of Unit; > 0
	Unit          string  // px, mm, cm, in, pt or pc; px, of which there are 96 in an inch, when empty
	Tolerance     float64 // m, the most by which flattened curves are off; 1 mm when 0
}

// Drawing is what has been read.
type Drawing struct {
	Width, Height float64 // m, of the page
	Notes         []Note  // what is not in it, and why

	shapes []shape
}

// Note says what has been left out or changed.
type Note struct {
	Line int    // of the file, from 1 on
	What string // the element, by its id if it has one
	Why  string
}

// String returns the note as one line.
func (n Note) String() string { return fmt.Sprintf("line %d: %s: %s", n.Line, n.What, n.Why) }

// shape is one element that has been drawn.
type shape struct {
	name   string
	line   int
	layer  layer
	kind   string      // key of the scenario file: circle, box, polygon, …
	values any         // of that key, in metres
	at     sim.Vec     // m
	angle  float64     // rad
	round  float64     // m
	data   [][2]string // names and values of the data attributes
}

// layer is what a group of the drawing makes of its shapes.
type layer int

const (
	bodies layer = iota
	walls
	regions
)

// The largest drawings that are read.
const (
	maxBytes    = 16 << 20
	maxElements = 10_000
	maxNested   = 100
)

// Read reads an SVG file. What is no shape is not an error but a Note.
func Read(r io.Reader, o Options) (*Drawing, error) {
	if o.Tolerance == 0 {
		o.Tolerance = 0.001
	}
	pixels, ok := pixelsPer[o.Unit]
	if o.Unit == "" {
		pixels, ok = 1, true
	}
	switch {
	case !ok:
		return nil, fmt.Errorf("unit %q must be px, mm, cm, in, pt or pc", o.Unit)
	case !(o.UnitsPerMetre > 0 && o.UnitsPerMetre <= sim.MaxMagnitude):
		return nil, fmt.Errorf("scale %v must be above 0 and at most %g a metre", o.UnitsPerMetre, sim.MaxMagnitude)
	case !(o.Tolerance > 0 && o.Tolerance <= sim.MaxMagnitude):
		return nil, fmt.Errorf("tolerance %v m must be above 0", o.Tolerance)
	}
	d := &reader{drawing: &Drawing{}, scale: 1 / (o.UnitsPerMetre * pixels), tolerance: o.Tolerance}
	d.xml = xml.NewDecoder(io.LimitReader(r, maxBytes+1))
	d.xml.CharsetReader = func(charset string, _ io.Reader) (io.Reader, error) {
		return nil, fmt.Errorf("the encoding %s must be UTF-8", charset)
	}
	if err := d.run(); err != nil {
		line, _ := d.xml.InputPos()
		var syntax *xml.SyntaxError
		if errors.As(err, &syntax) {
			return nil, fmt.Errorf("line %d: this is no SVG: the XML is damaged", syntax.Line)
		}
		return nil, fmt.Errorf("line %d: %w", line, err)
	}
	return d.drawing, nil
}

// reader walks through the elements.
type reader struct {
	xml       *xml.Decoder
	drawing   *Drawing
	scale     float64 // m in a pixel
	tolerance float64 // m
	elements  int
}

// place is what an element has from those around it.
type place struct {
	matrix matrix
	layer  layer
	depth  int
}

func (d *reader) run() error {
	for {
		token, err := d.xml.Token()
		if errors.Is(err, io.EOF) {
			return errors.New("this is no SVG: there is no svg element")
		}
		if err != nil {
			return err
		}
		start, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		if start.Name.Local != "svg" {
			return fmt.Errorf("this is no SVG: it begins with %q", start.Name.Local)
		}
		page, err := d.page(attributes(start))
		if err != nil {
			return err
		}
		return d.children(place{matrix: page})
	}
}

// page returns the map from the outermost user units to metres about the middle of the
// page, y up.
func (d *reader) page(a map[string]string) (matrix, error) {
	view, err := parseNumbers(a["viewBox"])
	if err != nil || a["viewBox"] != "" && len(view) != 4 {
		return matrix{}, fmt.Errorf("viewBox %.60q must be four numbers", a["viewBox"])
	}
	side := func(name string, k int) (float64, error) {
		text := a[name]
		if text == "" || strings.HasSuffix(strings.TrimSpace(text), "%") {
			if len(view) == 4 {
				return view[k], nil
			}
			return [...]float64{2: 300, 3: 150}[k], nil // what browsers take
		}
		pixels, err := parseLength(text)
		if err == nil && !(pixels > 0) {
			err = fmt.Errorf("%q must be above 0", text)
		}
		if err != nil {
			return 0, fmt.Errorf("%s: %w", name, err)
		}
		return pixels, nil
	}
	width, err := side("width", 2)
	if err != nil {
		return matrix{}, err
	}
	height, err := side("height", 3)
	if err != nil {
		return matrix{}, err
	}
	d.drawing.Width, d.drawing.Height = width*d.scale, height*d.scale
	toMetres := matrix{d.scale, 0, 0, -d.scale, -width * d.scale / 2, height * d.scale / 2}
	if len(view) == 0 {
		return toMetres, nil
	}
	if !(view[2] > 0 && view[3] > 0) {
		return matrix{}, fmt.Errorf("viewBox %.60q must be wider and higher than 0", a["viewBox"])
	}
	if strings.HasPrefix(strings.TrimSpace(a["preserveAspectRatio"]), "none") {
		fit := matrix{width / view[2], 0, 0, height / view[3], 0, 0}
		return toMetres.after(fit).after(matrix{1, 0, 0, 1, -view[0], -view[1]}), nil
	}
	zoom := min(width/view[2], height/view[3]) // the whole box fits, in the middle
	fit := matrix{zoom, 0, 0, zoom, (width - zoom*view[2]) / 2, (height - zoom*view[3]) / 2}
	return toMetres.after(fit).after(matrix{1, 0, 0, 1, -view[0], -view[1]}), nil
}

// children reads all elements up to the end of the one they are in.
func (d *reader) children(in place) error {
	if in.depth > maxNested {
		return fmt.Errorf("groups must not be nested deeper than %d", maxNested)
	}
	for {
		token, err := d.xml.Token()
		if err != nil {
			if errors.Is(err, io.EOF) {
				err = errors.New("the file ends within an element")
			}
			return err
		}
		switch token := token.(type) {
		case xml.EndElement:
			return nil
		case xml.StartElement:
			if err := d.element(token, in); err != nil {
				return err
			}
		}
	}
}

// quiet are elements that show nothing by themselves, and of which nobody expects a body.
var quiet = []string{"title", "desc", "metadata", "defs", "style", "namedview", "script"}

func (d *reader) element(start xml.StartElement, in place) error {
	if d.elements++; d.elements > maxElements {
		return fmt.Errorf("a drawing must have at most %d elements", maxElements)
	}
	line, _ := d.xml.InputPos()
	a, kind := attributes(start), start.Name.Local
	note := func(why string, values ...any) error {
		what := kind
		if a["id"] != "" {
			what += fmt.Sprintf(" %q", a["id"])
		}
		d.drawing.Notes = append(d.drawing.Notes, Note{line, what, fmt.Sprintf(why, values...)})
		return d.xml.Skip()
	}
	if slices.Contains(quiet, kind) {
		return d.xml.Skip()
	}
	if hidden(a) {
		return note("is hidden, and left out")
	}
	own, err := parseTransform(a["transform"])
	if err != nil {
		return note("%v; it is left out", err)
	}
	inner := place{in.matrix.after(own), in.layer, in.depth + 1}
	switch kind {
	case "g", "a", "switch":
		inner.layer = layerOf(a, in.layer)
		return d.children(inner)
	case "rect", "circle", "ellipse", "line", "polyline", "polygon", "path":
		shapes, err := draw(kind, a, inner.matrix, d.tolerance)
		if err != nil {
			return note("%v; it is left out", err)
		}
		for _, s := range shapes {
			s.line, s.layer, s.name, s.data = line, inner.layer, a["id"], dataOf(start)
			if s.kind == "segment" || s.kind == "chain" {
				if s.layer == regions {
					return note("a line encloses no region; it is left out")
				}
				s.layer = walls
			}
			d.drawing.shapes = append(d.drawing.shapes, s)
		}
		return d.xml.Skip()
	case "svg":
		return note("a drawing within the drawing is left out")
	}
	return note("is no shape, and left out")
}

// attributes returns what an element has, by name; those of Inkscape by its prefix.
func attributes(start xml.StartElement) map[string]string {
	a := map[string]string{}
	for _, attr := range start.Attr {
		name := attr.Name.Local
		if strings.Contains(attr.Name.Space, "inkscape") {
			name = "inkscape:" + name
		} else if attr.Name.Space != "" && attr.Name.Space != "http://www.w3.org/2000/svg" {
			continue
		}
		a[name] = attr.Value
	}
	return a
}

// dataOf returns the data attributes in their order, without their prefix.
func dataOf(start xml.StartElement) [][2]string {
	var data [][2]string
	for _, attr := range start.Attr {
		if name, ok := strings.CutPrefix(attr.Name.Local, "data-"); ok && attr.Name.Space == "" {
			data = append(data, [2]string{strings.ReplaceAll(name, "-", "_"), attr.Value})
		}
	}
	return data
}

// hidden reports whether an element is not to be seen, by attribute or by style.
func hidden(a map[string]string) bool {
	style := strings.ReplaceAll(a["style"], " ", "")
	return a["display"] == "none" || a["visibility"] == "hidden" ||
		strings.Contains(style, "display:none") || strings.Contains(style, "visibility:hidden")
}

// layerOf returns the layer that a group is, by its label in Inkscape or its id.
func layerOf(a map[string]string, outside layer) layer {
	for _, name := range []string{a["inkscape:label"], a["id"]} {
		switch strings.ToLower(strings.TrimSpace(name)) {
		case "wall", "walls":
			return walls
		case "region", "regions":
			return regions
		}
	}
	return outside
}

// pixelsPer are the pixels of each unit of length.
var pixelsPer = map[string]float64{"px": 1, "mm": 96 / 25.4, "cm": 96 / 2.54, "in": 96, "pt": 96.0 / 72, "pc": 16}

// parseLength reads a length with or without unit, in pixels.
func parseLength(text string) (float64, error) {
	s := scanner{text: strings.TrimSpace(text)}
	x, err := s.number()
	if err != nil {
		return 0, err
	}
	unit := strings.TrimSpace(s.text[s.at:])
	if unit == "" {
		return x, nil
	}
	pixels, ok := pixelsPer[unit]
	if !ok {
		return 0, fmt.Errorf("%q must be a number, or one in px, mm, cm, in, pt or pc", text)
	}
	return x * pixels, nil
}

// finite reports whether all corners are numbers of a size that a scene may have.
func finite(corners []sim.Vec) bool {
	for _, c := range corners {
		if !(math.Abs(c.X) <= sim.MaxMagnitude && math.Abs(c.Y) <= sim.MaxMagnitude) {
			return false
		}
	}
	return true
}
