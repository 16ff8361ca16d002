package render

import (
	"fmt"
	"image"
	"math"
	"strings"
	"testing"
)

// filmsOfAllKinds yields films that differ in what stands around the scene.
func filmsOfAllKinds() map[string]Film {
	films := map[string]Film{}
	for _, size := range []image.Point{{320, 320}, {480, 480}, {480, 540}, {640, 480}, {540, 960}, {1280, 720}, {1920, 1080}} {
		plain := sized(testFilm(130), size.X, size.Y)
		films[fmt.Sprint(size)] = plain

		alone := plain
		alone.Predicted = nil
		films[fmt.Sprint(size, " without a prediction")] = alone

		wordy := plain
		wordy.Title, wordy.Model = strings.Repeat("title ", 20), strings.Repeat("model ", 30)
		wordy.Label, wordy.Speed = strings.Repeat("label ", 30), 0.125
		wordy.Band = &Band{Label: "truth measured to 1 mm", Low: make([]float64, 130), High: make([]float64, 130)}
		films[fmt.Sprint(size, " with long texts")] = wordy

		wrong := sized(testFilm(130), size.X, size.Y)
		wrong.Predicted[100][0].X = 7e8
		films[fmt.Sprint(size, " with a large error")] = wrong
	}
	return films
}

// inkOf returns the rectangle of a text, from its descenders to its capitals.
func inkOf(text Text) image.Rectangle {
	width := text.Width()
	x := text.At.X - width*float64(text.Align)/2
	return image.Rect(int(x), int(text.At.Y-0.75*text.Size), int(x+width)+1, int(text.At.Y+0.22*text.Size))
}

func TestTextsStayInThePictureAndApart(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and in one goroutine")
	}
	for name, film := range filmsOfAllKinds() {
		r := mustReel(t, film)
		lists := []*List{r.Frame(0), r.Frame(65), r.Frame(129)}
		sheet, err := r.Sheet([]int{0, 60, 100, 129}, 2)
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range append(lists, sheet) {
			var texts []Text
			for _, item := range l.Items {
				if text, ok := item.(Text); ok {
					texts = append(texts, text)
				}
			}
			for i, a := range texts {
				switch ink := inkOf(a); {
				case a.Size < 12:
					t.Errorf("%s: %q has %g px", name, a.Value, a.Size)
				case !ink.In(l.Bounds()):
					t.Errorf("%s: %q at %v leaves the picture", name, a.Value, ink)
				case l != sheet && ink.Overlaps(r.places.view):
					t.Errorf("%s: %q at %v covers the scene", name, a.Value, ink)
				}
				for _, b := range texts[:i] {
					if inkOf(a).Overlaps(inkOf(b)) {
						t.Errorf("%s: %q at %v meets %q at %v", name, a.Value, inkOf(a), b.Value, inkOf(b))
					}
				}
			}
			if len(texts) < 3 {
				t.Errorf("%s: %d texts", name, len(texts))
			}
		}
	}
}

func TestSheetNamesTheRuleItBreaks(t *testing.T) {
	r := mustReel(t, testFilm(200))
	many := make([]int, 100)
	for want, c := range map[string]struct {
		states  []int
		columns int
	}{
		"0 states in 1 columns":  {nil, 1},
		"2 states in 3 columns":  {[]int{0, 1}, 3},
		"2 states in 0 columns":  {[]int{0, 1}, 0},
		"state 200 must be 0 to": {[]int{200}, 1},
		"state -1 must be 0 to":  {[]int{-1}, 1},
		"must be ≥ 100":          {many, 50},
		"≤ 8192 px":              {many, 1},
	} {
		if _, err := r.Sheet(c.states, c.columns); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, must contain %q", err, want)
		}
	}
}

func TestPartsOfAPictureAreApart(t *testing.T) {
	for name, film := range filmsOfAllKinds() {
		l := mustReel(t, film).places
		parts := []image.Rectangle{l.head, l.view, l.key, l.plot}
		for i, a := range parts {
			if !a.In(image.Rect(0, 0, film.Width, film.Height)) {
				t.Errorf("%s: part %d at %v leaves the picture", name, i, a)
			}
			for _, b := range parts[:i] {
				if a.Overlaps(b) {
					t.Errorf("%s: parts %v and %v overlap", name, a, b)
				}
			}
		}
		if share := float64(l.view.Dx()*l.view.Dy()) / float64(film.Width*film.Height); !(share >= 0.3) {
			t.Errorf("%s: the scene has %.0f %% of the picture", name, 100*share)
		}
	}
}

func TestLongTextIsShortened(t *testing.T) {
	long := Text{Size: 13, Value: "a model with a long name"}
	short := long.Fitted(60)
	if !(short.Width() <= 60) || !strings.HasSuffix(short.Value, "…") || !strings.HasPrefix(long.Value, strings.TrimSuffix(short.Value, "…")) {
		t.Errorf("%q of %.1f px", short.Value, short.Width())
	}
	if same := long.Fitted(1000); same != long {
		t.Errorf("%q with room became %q", long.Value, same.Value)
	}
	if none := long.Fitted(3); none.Value != "" {
		t.Errorf("%q in 3 px", none.Value)
	}
}

func TestOverlayShowsTheColoursOfTheTheme(t *testing.T) {
	for _, name := range []string{"light", "dark"} {
		film := testFilm(120)
		film.Theme, _ = LoadTheme(name)
		m := mustReel(t, film).Image(119)
		counts := map[[3]uint8]int{}
		for y := range m.Rect.Dy() {
			for x := range m.Rect.Dx() {
				counts[pixel(m, x, y)]++
			}
		}
		for key, c := range film.Theme.colours() {
			least := map[string]int{"true": 3000, "background": 10000, "panel": 10000, "contact": 0, "muted": 10}[key]
			if got := counts[[3]uint8{c.R, c.G, c.B}]; got < max(least, 20) && key != "contact" && key != "trail" { // which is translucent
				t.Errorf("%s: %d pixels of %s", name, got, key)
			}
		}
	}
}

func TestLengthsAreWrittenToReadableDigits(t *testing.T) {
	for length, want := range map[float64]string{
		0: "0.0 mm", 0.00004: "0.0 mm", 0.00123: "1.2 mm", 0.0123: "12 mm", 0.123: "0.12 m", 12.3: "12.30 m", 1.2e8: "1.2e+08 m",
	} {
		if got := FormatLength(length); got != want {
			t.Errorf("%g m is written %s, must be %s", length, got, want)
		}
	}
	for v, want := range map[float64]float64{0.9: 1, 1: 1, 1.1: 2, 2.1: 5, 5.1: 10, 0.03: 0.05, 700: 1000} {
		near(t, "round step", roundStep(v), want, 1e-12*want)
	}
}

func TestErrorAxisHoldsTheCurve(t *testing.T) {
	for v := 1e-6; v < 1e9; v *= 1.07 {
		top, step := errorAxis([]float64{0, v})
		labels := len(multiples(0, top, step))
		if !(top >= v) || !(top <= 4*max(v, 1e-3)) || labels < 3 || labels > 4 {
			t.Fatalf("error %g: axis to %g with %d labels", v, top, labels)
		}
	}
}

// TestDecadesRiseEvenly: on an axis of decades ten times the error is one mark higher,
// whatever the error, and what is off the axis stays at its ends.
func TestDecadesRiseEvenly(t *testing.T) {
	p := Plot{List: new(List), Theme: DefaultFilm().Theme, Unit: 1, Decades: true, Errors: []float64{0, 1e-4, 0.3, math.NaN()}}
	marks, names, _ := p.marks(200)
	if len(marks) != 6 || names[0] != "0.01 mm" || names[2] != "1 mm" || names[5] != "1 m" {
		t.Errorf("marks %v named %q", marks, names)
	}
	for k, v := range marks {
		near(t, "height", p.height(v), float64(k)/5, 1e-9)
	}
	if p.height(0) != 0 || p.height(1e6) != 1 {
		t.Errorf("0 m at %v, 1000 km at %v", p.height(0), p.height(1e6))
	}
	if few, _, _ := p.marks(40); len(few) > 3 {
		t.Errorf("%d marks in 40 px", len(few))
	}
	p.Errors[2] = 40
	if p.marks(200); p.top != 100 {
		t.Errorf("the axis of 40 m ends at %v m", p.top)
	}
}
