package render

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"image/color"
	"iter"
	"math"

	"orrery/assets"
	"orrery/sim/input"
)

// Theme is the set of colours of a picture. In JSON every colour is "#rrggbb"
// and none may be missing.
type Theme struct {
	Name       string `json:"name"`
	Background Colour `json:"background"` // behind everything
	Panel      Colour `json:"panel"`      // behind the scene
	Grid       Colour `json:"grid"`
	Wall       Colour `json:"wall"`
	Text       Colour `json:"text"`
	Muted      Colour `json:"muted"`     // text and marks of second rank
	True       Colour `json:"true"`      // what the engine says
	Rim        Colour `json:"rim"`       // edge and mark of a true body
	Trail      Colour `json:"trail"`     // where true bodies were
	Predicted  Colour `json:"predicted"` // what a model says
	Error      Colour `json:"error"`     // from true to predicted
	Contact    Colour `json:"contact"`   // where bodies touch
}

// maxThemeSize bounds a theme file in bytes; the built-in ones have 300.
const maxThemeSize = 1 << 14

// The least contrast a theme may have: of text as WCAG 2.2 §1.4.3 asks, of marks as its
// §1.4.11 does, and of true against predicted, so that grey print still tells them apart.
const (
	minTextContrast = 4.5
	minMarkContrast = 3.0
	minBodyContrast = 2.0
)

// LoadTheme returns a built-in theme: "light" or "dark".
func LoadTheme(name string) (*Theme, error) {
	data, err := assets.Files.ReadFile("themes/" + name + ".json")
	if err != nil {
		return nil, fmt.Errorf("theme %q is not built in: must be light or dark", name)
	}
	return DecodeTheme(data)
}

// DecodeTheme reads a theme from JSON and validates it. Unknown keys and text
// after the object are errors.
func DecodeTheme(data []byte) (*Theme, error) {
	if len(data) > maxThemeSize {
		return nil, fmt.Errorf("theme: %d bytes, must be at most %d", len(data), maxThemeSize)
	}
	t := new(Theme)
	if err := input.DecodeStrictJSON(data, t); err != nil {
		return nil, fmt.Errorf("theme: %w", err)
	}
	return t, t.Validate()
}

// Validate reports the first rule the theme breaks: a name, opaque colours, and
// enough contrast to read text, to see marks and to tell true from predicted. The grid is there to be
// overlooked.
func (t *Theme) Validate() error {
	if t.Name == "" {
		return fmt.Errorf("theme: name must not be empty")
	}
	for key, c := range t.colours() {
		if c.A != 255 {
			return fmt.Errorf("theme %s: %s is missing or not opaque", t.Name, key)
		}
	}
	white := Colour{255, 255, 255, 255}
	for _, pair := range []struct {
		front, back         Colour
		frontName, backName string
		least               float64
	}{
		{t.Text, t.Background, "text", "background", minTextContrast},
		{t.Text, t.Panel, "text", "panel", minTextContrast},
		{t.Text, t.Grid, "text", "grid", minTextContrast}, // of a button
		{t.Muted, t.Background, "muted", "background", minTextContrast},
		{t.Muted, t.Panel, "muted", "panel", minTextContrast},
		{white, t.True, "white", "true", minTextContrast}, // of a button that is chosen
		{t.True, t.Predicted, "true", "predicted", minBodyContrast},
		{t.Rim, t.True, "rim", "true", minMarkContrast},
		{t.Wall, t.Background, "wall", "background", minMarkContrast},
		{t.Wall, t.Panel, "wall", "panel", minMarkContrast},
		{t.True, t.Background, "true", "background", minMarkContrast},
		{t.True, t.Panel, "true", "panel", minMarkContrast},
		{t.Trail, t.Background, "trail", "background", minMarkContrast},
		{t.Trail, t.Panel, "trail", "panel", minMarkContrast},
		{t.Predicted, t.Background, "predicted", "background", minMarkContrast},
		{t.Predicted, t.Panel, "predicted", "panel", minMarkContrast},
		{t.Error, t.Background, "error", "background", minMarkContrast},
		{t.Error, t.Panel, "error", "panel", minMarkContrast},
		{t.Contact, t.Background, "contact", "background", minMarkContrast},
		{t.Contact, t.Panel, "contact", "panel", minMarkContrast},
	} {
		if got := Contrast(pair.front, pair.back); got < pair.least {
			return fmt.Errorf("theme %s: contrast of %s %s on %s %s is %.2f, must be at least %g",
				t.Name, pair.frontName, pair.front, pair.backName, pair.back, got, pair.least)
		}
	}
	return nil
}

// Colours returns the colours in the order of the struct.
func (t *Theme) Colours() []Colour {
	var out []Colour
	for _, c := range t.colours() {
		out = append(out, c)
	}
	return out
}

// colours yields the JSON key and value of each colour, in the order of the struct.
func (t *Theme) colours() iter.Seq2[string, Colour] {
	return func(yield func(string, Colour) bool) {
		_ = yield("background", t.Background) && yield("panel", t.Panel) && yield("grid", t.Grid) &&
			yield("wall", t.Wall) && yield("text", t.Text) && yield("muted", t.Muted) &&
			yield("true", t.True) && yield("rim", t.Rim) && yield("trail", t.Trail) && yield("predicted", t.Predicted) &&
			yield("error", t.Error) && yield("contact", t.Contact)
	}
}

// Colour is an sRGB colour with straight alpha. The zero Colour is transparent
// and draws nothing.
type Colour color.NRGBA

// RGBA implements color.Color.
func (c Colour) RGBA() (r, g, b, a uint32) { return color.NRGBA(c).RGBA() }

// Fade returns c with its opacity multiplied by share, which is 0 to 1.
func (c Colour) Fade(share float64) Colour {
	c.A = uint8(math.Round(float64(c.A) * share))
	return c
}

// String returns c as "#rrggbb", without its alpha.
func (c Colour) String() string { return fmt.Sprintf("#%02x%02x%02x", c.R, c.G, c.B) }

// MarshalText implements encoding.TextMarshaler. The alpha is lost.
func (c Colour) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler for "#rrggbb".
func (c *Colour) UnmarshalText(text []byte) error {
	digits, found := bytes.CutPrefix(text, []byte("#"))
	rgb, err := hex.DecodeString(string(digits))
	if !found || err != nil || len(rgb) != 3 {
		return fmt.Errorf("colour %.20q must be #rrggbb", text)
	}
	*c = Colour{rgb[0], rgb[1], rgb[2], 255}
	return nil
}

// Contrast returns the contrast ratio of two opaque colours, from 1 (none) to 21
// (black on white), as defined in WCAG 2.2.
func Contrast(a, b Colour) float64 {
	high, low := luminance(a), luminance(b)
	if high < low {
		high, low = low, high
	}
	return (high + 0.05) / (low + 0.05)
}

// luminance is the relative luminance of WCAG 2.2, from 0 to 1.
func luminance(c Colour) float64 {
	linear := func(v uint8) float64 {
		s := float64(v) / 255
		if s <= 0.04045 {
			return s / 12.92
		}
		return math.Pow((s+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(c.R) + 0.7152*linear(c.G) + 0.0722*linear(c.B)
}

// tints tell bodies apart, and are told apart by those who see few colours (Okabe and Ito, 2008).
var tints = [...]Colour{
	{R: 0x00, G: 0x72, B: 0xb2, A: 0xff}, {R: 0xd5, G: 0x5e, B: 0x00, A: 0xff}, {R: 0x00, G: 0x9e, B: 0x73, A: 0xff},
	{R: 0xcc, G: 0x79, B: 0xa7, A: 0xff}, {R: 0xe6, G: 0x9f, B: 0x00, A: 0xff}, {R: 0x56, G: 0xb4, B: 0xe9, A: 0xff},
}

// TintOf returns the colour of what has an index, such as a body, where many are told apart. After six they
// come again.
func TintOf(i int) Colour { return tints[i%len(tints)] }
