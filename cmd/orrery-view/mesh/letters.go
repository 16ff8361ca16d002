package mesh

import (
	"image"
	"math"

	"golang.org/x/image/font"
	"golang.org/x/image/math/fixed"

	"orrery/sim/render"
)

// Letters is a picture of letters that a graphics card keeps, since painting one takes longer than copying it. Make one with
// NewLetters. It is not safe for concurrent use.
//
// A library for text would bring a shaper for all scripts of the world, which makes a page in the browser a fifth larger; what is
// drawn here has one letter a sign, of a font that render has parsed anyway.
type Letters struct {
	Picture *image.RGBA // white, premultiplied by how much of a pixel is covered; the first three pixels of the first three rows are full
	Rows    [2]int      // first row that has changed since someone took them, and the one after the last

	faces  map[face]font.Face
	places map[letter]place
	at     image.Point // where the next letter goes
	next   int         // row below all letters of the line
}

// face is a size and a weight of the font.
type face struct {
	size float64 // px per em
	bold bool
}

// letter is a sign of a face that begins some quarters of a pixel after a whole one.
type letter struct {
	face
	sign     rune
	quarters uint8
}

// place is where a letter stands in the picture, and where that goes.
type place struct {
	part   image.Rectangle // in the picture
	offset image.Point     // px from the pen to its left upper corner
}

// maxFaces is the number of sizes and weights that are kept.
const maxFaces = 64

// quarter is a quarter of a pixel.
const quarter = fixed.Int26_6(16)

// NewLetters returns a picture of so many pixels each way without any letter.
func NewLetters(side int) *Letters {
	l := &Letters{Picture: image.NewRGBA(image.Rect(0, 0, side, side)), faces: map[face]font.Face{}}
	l.Clear()
	return l
}

// Clear forgets all letters.
func (l *Letters) Clear() {
	clear(l.Picture.Pix)
	clear(l.faces)
	l.places = map[letter]place{}
	for y := range 3 { // the card may look beyond the edge of the pixel in the middle
		for x := range 3 {
			l.set(x, y, 255)
		}
	}
	l.at, l.next = image.Pt(4, 0), 4
	l.Rows = [2]int{0, l.Picture.Rect.Dy()}
}

// Taken notes that someone has taken all rows that have changed.
func (l *Letters) Taken() { l.Rows = [2]int{l.Picture.Rect.Dy(), 0} }

// set covers a pixel by a share of 255.
func (l *Letters) set(x, y int, covered uint8) {
	i := l.Picture.PixOffset(x, y)
	for k := range 4 {
		l.Picture.Pix[i+k] = covered
	}
}

// find returns where a letter stands, which it paints if nobody has asked for it before. It returns false when there is no more room.
func (l *Letters) find(of letter, painter font.Face) (place, bool) {
	if p, known := l.places[of]; known {
		return p, true
	}
	dot := fixed.Point26_6{X: fixed.Int26_6(of.quarters) * quarter}
	bounds, mask, from, _, ok := painter.Glyph(dot, of.sign)
	if !ok || bounds.Empty() {
		l.places[of] = place{}
		return place{}, true
	}
	size, whole := bounds.Size(), l.Picture.Rect.Size()
	if l.at.X+size.X > whole.X {
		l.at = image.Pt(0, l.next)
	}
	if size.X > whole.X || l.at.Y+size.Y > whole.Y {
		return place{}, false
	}
	p := place{image.Rectangle{l.at, l.at.Add(size)}, bounds.Min}
	for y := range size.Y {
		for x := range size.X {
			_, _, _, covered := mask.At(from.X+x, from.Y+y).RGBA()
			l.set(p.part.Min.X+x, p.part.Min.Y+y, uint8(covered>>8))
		}
	}
	l.places[of] = p
	l.at.X += size.X
	l.next = max(l.next, p.part.Max.Y)
	l.Rows[0], l.Rows[1] = min(l.Rows[0], p.part.Min.Y), max(l.Rows[1], p.part.Max.Y)
	return p, true
}

// AddText appends the letters of a line of text, which stands on whole pixels, as that keeps stems crisp. It appends nothing and returns
// false when the picture of letters has no room for them: then what was added must be drawn and the letters cleared. What finds no room even
// in an empty picture is left out.
func (m *Mesh) AddText(t *render.Text, letters *Letters) bool {
	key := face{t.Size, t.Bold}
	painter := letters.faces[key]
	if painter == nil {
		if len(letters.faces) == maxFaces {
			return false
		}
		painter = t.Face()
		letters.faces[key] = painter
	}
	left, top := math.Round(t.Left()), math.Round(t.At.Y)
	if !finite([]render.Point{{X: left, Y: top}}) {
		return true
	}
	empty, vertices, indices := len(letters.places) == 0, len(m.Vertices), len(m.Indices)
	colour, before, pen := newInk(t.Colour), rune(-1), fixed.Int26_6(0)
	for _, sign := range t.Value {
		if before >= 0 {
			pen += painter.Kern(before, sign)
		}
		before = sign
		steps := (pen + quarter/2) / quarter
		p, ok := letters.find(letter{key, sign, uint8(steps % 4)}, painter)
		if !ok && !empty {
			m.Vertices, m.Indices = m.Vertices[:vertices], m.Indices[:indices]
			return false
		}
		if !p.part.Empty() {
			m.letter(p, left+float64(steps/4), top, colour)
		}
		advance, _ := painter.GlyphAdvance(sign)
		pen += advance
	}
	return true
}

// letter adds the two triangles of a letter whose pen is at x and y.
func (m *Mesh) letter(p place, x, y float64, colour ink) {
	first := uint32(len(m.Vertices))
	size := p.part.Size()
	for _, corner := range [4]image.Point{{}, {X: size.X}, size, {Y: size.Y}} {
		at := corner.Add(p.offset)
		m.vertex(render.Point{X: x + float64(at.X), Y: y + float64(at.Y)}, colour)
		v := &m.Vertices[len(m.Vertices)-1]
		v.U, v.V = float32(p.part.Min.X+corner.X), float32(p.part.Min.Y+corner.Y)
	}
	m.quad(first, first+1, first+2, first+3)
}
