package render

import (
	"image"
	"math"
	"slices"
)

// List is a picture before it is drawn: items in pixels, later ones on top. It
// is plain data, so one list feeds the rasteriser here and any other back end.
type List struct {
	Width, Height int // px
	Background    Colour
	Items         []Item
}

// Equal reports whether two lists draw the same picture, because they have the same items
// in the same order.
func (l *List) Equal(m *List) bool {
	return l.Width == m.Width && l.Height == m.Height && l.Background == m.Background && slices.EqualFunc(l.Items, m.Items, sameItem)
}

func sameItem(a, b Item) bool {
	p, isPath := a.(Path)
	q, both := b.(Path)
	if !isPath || !both {
		return isPath == both && a == b // photos of one image are the same
	}
	return p.Open == q.Open && p.Fill == q.Fill && p.Stroke == q.Stroke && slices.EqualFunc(p.Contours, q.Contours, slices.Equal[[]Point])
}

// Item is a Path, a Text, a Photo or a Clip.
type Item interface{ item() }

// Path is a set of polylines that are filled together and stroked together. A
// point is inside when it is inside any contour; contours turn the same way.
// Curves arrive here as polylines fine enough to look round.
type Path struct {
	Contours [][]Point // [contour][point], px
	Open     bool      // strokes do not join the last point to the first
	Fill     Colour    // zero for none
	Stroke   Stroke    // zero for none; over the fill, centred on the contour
}

// Stroke says how a line looks.
type Stroke struct {
	Colour Colour
	Width  float64 // px
	Dash   float64 // px of line before each gap; 0 for a continuous line
	Gap    float64 // px between dashes
	Round  bool    // half-round ends, rather than flat ones at the last point
}

// Text is a line of text in the Go font.
type Text struct {
	At     Point   // px, on the baseline
	Align  Align   // of the text to At
	Size   float64 // px per em
	Bold   bool
	Colour Colour
	Value  string
}

// Align says which point of a text is placed, as an index of the three below.
type Align int

// The alignments of a text.
const (
	Left Align = iota
	Centre
	Right
)

// Photo is a picture of pixels, such as one of a film, drawn into a rectangle.
type Photo struct {
	Into  [2]Point    // px, the upper left and the lower right corner
	Image *image.RGBA // opaque; it must not change while a list holds it
}

// Clip limits the items after it to a rectangle, until the next Clip.
type Clip struct{ Part image.Rectangle }

// Lines returns what the path's stroke follows, [line][point] in px: its contours
// without repeated points, cut into dashes if it has any. A line of three points or more
// is closed if the second result says so. The caller must not change the lines, which may
// be the path's own.
func (p *Path) Lines() (lines [][]Point, closed bool) {
	for _, contour := range p.Contours {
		points := withoutRepeats(contour, !p.Open)
		if p.Stroke.Dash > 0 && len(points) > 1 {
			lines = append(lines, dashes(points, !p.Open, p.Stroke.Dash, p.Stroke.Gap)...)
		} else if len(points) > 0 {
			lines = append(lines, points)
		}
	}
	return lines, !p.Open && p.Stroke.Dash == 0
}

func (Path) item()  {}
func (Text) item()  {}
func (Photo) item() {}
func (Clip) item()  {}

// Add appends items.
func (l *List) Add(items ...Item) { l.Items = append(l.Items, items...) }

// Bounds returns the rectangle of the picture.
func (l *List) Bounds() image.Rectangle { return image.Rect(0, 0, l.Width, l.Height) }

// Polyline returns an open path through points, in px.
func Polyline(stroke Stroke, points ...Point) Path {
	return Path{Contours: [][]Point{points}, Open: true, Stroke: stroke}
}

// dots returns a path of round dots.
func dots(colour Colour, radius float64, centres ...Point) Path {
	path := Path{Open: true, Stroke: Stroke{Colour: colour, Width: 2 * radius, Round: true}}
	for k := range centres {
		path.Contours = append(path.Contours, centres[k:k+1])
	}
	return path
}

// Circle returns a closed path round a centre, both in px.
func Circle(centre Point, radius float64, fill Colour, stroke Stroke) Path {
	return Path{Contours: [][]Point{arc(nil, centre, radius, 0, 2*math.Pi)}, Fill: fill, Stroke: stroke}
}

// Block returns a filled rectangle in px whose corners are rounded by a radius in px.
func Block(r image.Rectangle, radius float64, fill Colour) Path {
	x0, y0, x1, y1 := float64(r.Min.X), float64(r.Min.Y), float64(r.Max.X), float64(r.Max.Y)
	corners := []Point{{x0, y0}, {x1, y0}, {x1, y1}, {x0, y1}}
	if radius = min(radius, (x1-x0)/2, (y1-y0)/2); radius > 0 {
		var round []Point
		for k, p := range corners {
			inwards := Point{x0 + x1, y0 + y1}.scale(0.5).sub(p)
			centre := p.add(Point{math.Copysign(radius, inwards.X), math.Copysign(radius, inwards.Y)})
			round = arc(round, centre, radius, math.Pi+float64(k)*math.Pi/2, math.Pi/2)
		}
		corners = round
	}
	return Path{Contours: [][]Point{corners}, Fill: fill}
}

// flatness is the distance in pixels that a polyline may stray from the curve it stands
// for. An eye sees 0.1 px in the smoothness of a rim; less costs only points.
const flatness = 0.05

// arc appends points on a circle from an angle through a turn in radians, both
// ends included, except that a full turn leaves out the repeated point.
func arc(dst []Point, centre Point, radius, from, turn float64) []Point {
	n := arcPieces(radius, turn)
	last := n
	if math.Abs(turn) >= 2*math.Pi {
		last--
	}
	for k := range last + 1 {
		s, c := math.Sincos(from + turn*float64(k)/float64(n))
		dst = append(dst, Point{centre.X + radius*c, centre.Y + radius*s})
	}
	return dst
}

// arcPieces returns how many chords keep an arc within the flatness, and the
// smallest ones round. A chord of angle a strays r(1−cos(a/2)) from the arc.
func arcPieces(radius, turn float64) int {
	most := 2 * math.Acos(max(1-flatness/max(radius, flatness), 0))
	return max(int(math.Ceil(math.Abs(turn)/min(most, math.Pi/12))), 1)
}
