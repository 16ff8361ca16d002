package footage

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"orrery/sim"
	"orrery/sim/render"
)

// Settings says how a scene is filmed. Default returns some that are valid; a
// nuisance of strength 0 is none.
type Settings struct {
	Width, Height int     // px, 16 to 4096
	Rate          float64 // pictures per second, > 0
	Seed          uint64  // of all that is drawn by chance
	Take          int     // number of the film among those of one camera: noise differs, ground and light do not
	Paint         Paint
	Ground, Walls render.Colour // of all paints but the theme's
	View          render.Bounds // m, what is seen; all of the scene with a margin when zero

	Noise float64 // standard deviation of each value of each pixel, 0 to 255

	Gradient    float64 // share by which light differs from one side of the picture to the other, 0 to 1; the seed says where it is brightest
	Vignette    float64 // share of the light that corners lack, 0 to 1
	Flicker     float64 // share by which light rises and falls, 0 to 1
	FlickerRate float64 // Hz

	Texture float64 // standard deviation of the ground's values, 0 to 255
	Grain   float64 // px, the size of the texture's largest spots, ≥ 1

	Shadow       float64 // share of the light that the shadow of a body takes from the ground, 0 to 1
	ShadowOffset sim.Vec // px, from a body to its shadow
	ShadowBlur   float64 // px, standard deviation of the shadow's soft edge, ≥ 0

	Exposure float64 // s, for which a picture sees bodies move, about its time; at most 1/Rate

	Scratch string // folder for temporary files of H.264; empty is that of the system

	JPEG int // quality from 1 to 100 with which each picture is compressed; 0 for not at all
	H264 int // constant rate factor from 1 to 51 with which the film is compressed; 0 for not at all
}

// Default returns settings without nuisances: 480×480 px, 30 pictures a second, each body of its own colour.
func Default() Settings {
	return Settings{
		Width: 480, Height: 480, Rate: 30, Paint: Distinct,
		Ground:      render.Colour{R: 232, G: 230, B: 224, A: 255},
		Walls:       render.Colour{R: 112, G: 114, B: 120, A: 255},
		FlickerRate: 1.3, Grain: 24,
		ShadowOffset: sim.Vec{X: 5, Y: -7}, ShadowBlur: 4,
	}
}

// Paint says how bodies are coloured.
type Paint string

// The paints: a colour for each body, one for all, two on each so that a turn can be
// seen, and the light theme's look.
const (
	Distinct Paint = "distinct"
	Alike    Paint = "alike"
	Marked   Paint = "marked"
	Themed   Paint = "theme"
)

// Paints returns all paints.
func Paints() []Paint { return []Paint{Distinct, Alike, Marked, Themed} }

// Validate reports the first rule that the settings break.
func (s *Settings) Validate() error {
	if !slices.Contains(Paints(), s.Paint) {
		return fmt.Errorf("paint %q must be one of %s", s.Paint, Paints())
	}
	for _, v := range []struct {
		name            string
		value, low, top float64
		unit            string
	}{
		{"width", float64(s.Width), 16, 4096, " px"},
		{"height", float64(s.Height), 16, 4096, " px"},
		{"rate", s.Rate, 0.01, 10_000, " pictures per second"},
		{"noise", s.Noise, 0, 255, ""},
		{"gradient", s.Gradient, 0, 1, ""},
		{"vignette", s.Vignette, 0, 1, ""},
		{"flicker", s.Flicker, 0, 1, ""},
		{"flicker rate", s.FlickerRate, 0, 10_000, " Hz"},
		{"texture", s.Texture, 0, 255, ""},
		{"grain", s.Grain, 1, 4096, " px"},
		{"shadow", s.Shadow, 0, 1, ""},
		{"shadow offset", math.Hypot(s.ShadowOffset.X, s.ShadowOffset.Y), 0, 4096, " px"},
		{"shadow blur", s.ShadowBlur, 0, 256, " px"},
		{"JPEG quality", float64(s.JPEG), 0, 100, ""},
		{"H.264 crf", float64(s.H264), 0, 51, ""},
	} {
		if !(v.value >= v.low && v.value <= v.top) {
			return fmt.Errorf("%s %g%s must be between %g and %g", v.name, v.value, v.unit, v.low, v.top)
		}
	}
	if size := s.View.Size(); s.View != (render.Bounds{}) && !(size.X > 0 && size.Y > 0 && size.X < 1e9 && size.Y < 1e9) {
		return fmt.Errorf("view of %g by %g m must be larger than 0 and smaller than 1e9", size.X, size.Y)
	}
	if !(s.Exposure >= 0 && s.Exposure*s.Rate <= 1+1e-9) {
		return fmt.Errorf("exposure %g s must be between 0 and the %.4g s from picture to picture", s.Exposure, 1/s.Rate)
	}
	return nil
}

// Nuisance names something that makes a film hard to see, at a strength that is usual.
type Nuisance string

// The nuisances: noise of σ 8; H.264 of crf 28; JPEG of quality 60; light that differs by
// half and fails in the corners; light that flickers by 4 %; a textured ground; soft shadows; blur of 1/60 s; all
// bodies in one colour; all of these together but the colour, the flicker and JPEG.
const (
	WithNoise     Nuisance = "noise"
	WithH264      Nuisance = "h264"
	WithJPEG      Nuisance = "jpeg"
	WithLight     Nuisance = "light"
	WithFlicker   Nuisance = "flicker"
	WithTexture   Nuisance = "texture"
	WithShadow    Nuisance = "shadow"
	WithBlur      Nuisance = "blur"
	WithOneColour Nuisance = "alike"
	WithAll       Nuisance = "all"
)

// Nuisances returns all nuisances.
func Nuisances() []Nuisance {
	return []Nuisance{WithNoise, WithH264, WithJPEG, WithLight, WithFlicker, WithTexture, WithShadow, WithBlur, WithOneColour, WithAll}
}

// AddText puts a nuisance on top of what the settings have that is named in words, such as "shadow" or, with its strength,
// "noise=12": the deviation of noise and of texture, the crf of H.264, the quality of JPEG, the shares of light by gradient, flicker and shadow,
// and the exposure of blur in seconds. What has no strength is an error with one.
func (s *Settings) AddText(text string) error {
	name, number, given := strings.Cut(text, "=")
	if err := s.Add(Nuisance(name)); err != nil || !given {
		return err
	}
	v, err := strconv.ParseFloat(number, 64)
	if err != nil {
		return fmt.Errorf("%s=%s: the strength must be a number", name, number)
	}
	whole := func(to *int) error {
		if v != math.Trunc(v) || math.Abs(v) > 1000 {
			return fmt.Errorf("%s=%s: the strength must be a whole number", name, number)
		}
		*to = int(v)
		return nil
	}
	switch Nuisance(name) {
	case WithNoise:
		s.Noise = v
	case WithH264:
		return whole(&s.H264)
	case WithJPEG:
		return whole(&s.JPEG)
	case WithLight:
		s.Gradient, s.Vignette = v, 0.6*v
	case WithFlicker:
		s.Flicker = v
	case WithTexture:
		s.Texture = v
	case WithShadow:
		s.Shadow = v
	case WithBlur:
		s.Exposure = v
	case WithOneColour, WithAll:
		return fmt.Errorf("%s has no strength", name)
	}
	return nil
}

// Add puts a nuisance on top of what the settings have.
func (s *Settings) Add(n Nuisance) error {
	switch n {
	case WithNoise:
		s.Noise = 8
	case WithH264:
		s.H264 = 28
	case WithJPEG:
		s.JPEG = 60
	case WithLight:
		s.Gradient, s.Vignette = 0.5, 0.3
	case WithFlicker:
		s.Flicker = 0.04
	case WithTexture:
		s.Texture = 14
	case WithShadow:
		s.Shadow = 0.4
	case WithBlur:
		s.Exposure = min(1.0/60, 1/s.Rate)
	case WithOneColour:
		s.Paint = Alike
	case WithAll:
		for _, each := range []Nuisance{WithNoise, WithH264, WithLight, WithTexture, WithShadow, WithBlur} {
			if err := s.Add(each); err != nil {
				return err
			}
		}
	default:
		return fmt.Errorf("nuisance %q must be one of %s", n, Nuisances())
	}
	return nil
}
