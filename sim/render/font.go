package render

import (
	"sync"

	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"
)

// The parsed fonts are immutable; faces made of them are not.
var (
	regularFont = sync.OnceValue(func() *opentype.Font { return parseFont(goregular.TTF) })
	boldFont    = sync.OnceValue(func() *opentype.Font { return parseFont(gobold.TTF) })
)

// parseFont panics on an error, which only a broken build can cause.
func parseFont(ttf []byte) *opentype.Font {
	f, err := opentype.Parse(ttf)
	if err != nil {
		panic("render: built-in font: " + err.Error())
	}
	return f
}

// typeface is one size and weight of the font.
type typeface struct {
	size float64 // px per em
	bold bool
}

// face returns a new face, cheap to make and not safe for concurrent use.
func (t typeface) face() font.Face {
	parsed := regularFont()
	if t.bold {
		parsed = boldFont()
	}
	// At 72 dots an inch a point is a pixel. NewFace has no error to return.
	face, _ := opentype.NewFace(parsed, &opentype.FaceOptions{Size: t.size, DPI: 72, Hinting: font.HintingNone})
	return face
}

// measuring keeps faces and what was measured with them, since a window measures
// thousands of texts a second and most of them again.
var measuring = struct {
	sync.Mutex
	faces  map[typeface]font.Face
	widths map[measured]float64
}{faces: map[typeface]font.Face{}, widths: map[measured]float64{}}

// measured is a text whose width is known.
type measured struct {
	typeface
	value string
}

// How many faces and widths are kept before all of them are forgotten.
const (
	maxFaces  = 64
	maxWidths = 4096
)

// Width returns how many pixels wide the text is.
func (t *Text) Width() float64 {
	measuring.Lock()
	defer measuring.Unlock()
	key := measured{typeface{t.Size, t.Bold}, t.Value}
	if width, known := measuring.widths[key]; known {
		return width
	}
	face := measuring.faces[key.typeface]
	if face == nil {
		if len(measuring.faces) == maxFaces {
			clear(measuring.faces)
		}
		face = key.face()
		measuring.faces[key.typeface] = face
	}
	if len(measuring.widths) == maxWidths {
		clear(measuring.widths)
	}
	width := pixels(font.MeasureString(face, t.Value))
	measuring.widths[key] = width
	return width
}

// Face returns the font of the text at its size, for other back ends to draw with
// or to measure by. It is not safe for concurrent use.
func (t *Text) Face() font.Face { return typeface{t.Size, t.Bold}.face() }

// Left returns where the text begins, in px from the left edge.
func (t *Text) Left() float64 {
	switch t.Align {
	case Centre:
		return t.At.X - t.Width()/2
	case Right:
		return t.At.X - t.Width()
	}
	return t.At.X
}

// Fitted returns the text, shortened with an ellipsis when it is wider than room
// pixels, and empty when not even that fits.
func (t Text) Fitted(room float64) Text {
	runes := []rune(t.Value)
	for kept := len(runes); t.Width() > room && kept > 0; kept-- {
		t.Value = string(runes[:kept-1]) + "…"
	}
	if t.Width() > room {
		t.Value = ""
	}
	return t
}

func pixels(v fixed.Int26_6) float64 { return float64(v) / 64 }
