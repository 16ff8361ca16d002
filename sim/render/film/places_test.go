package film

import (
	"fmt"
	"image"
	"strings"
	"testing"

	"orrery/sim/render"
	"orrery/sim/render/plot"
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
		wordy.Band = &plot.Band{Label: "truth measured to 1 mm", Low: make([]float64, 130), High: make([]float64, 130)}
		films[fmt.Sprint(size, " with long texts")] = wordy

		wrong := sized(testFilm(130), size.X, size.Y)
		wrong.Predicted[100][0].X = 7e8
		films[fmt.Sprint(size, " with a large error")] = wrong
	}
	return films
}

// inkOf returns the rectangle of a text, from its descenders to its capitals.
func inkOf(text render.Text) image.Rectangle {
	width := text.Width()
	x := text.At.X - width*float64(text.Align)/2
	return image.Rect(int(x), int(text.At.Y-0.75*text.Size), int(x+width)+1, int(text.At.Y+0.22*text.Size))
}

func TestTextsStayInThePictureAndApart(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("slow, and in one goroutine")
	}
	for name, film := range filmsOfAllKinds() {
		r := mustReel(t, film)
		lists := []*render.List{r.Frame(0), r.Frame(65), r.Frame(129)}
		sheet, err := r.Sheet([]int{0, 60, 100, 129}, 2)
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range append(lists, sheet) {
			var texts []render.Text
			for _, item := range l.Items {
				if text, ok := item.(render.Text); ok {
					texts = append(texts, text)
				}
			}
			for i, a := range texts {
				switch ink := inkOf(a); {
				case !(a.Size >= 12):
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

// Every entry of the key is seen, however narrow or low a picture is and whatever it shows.
func TestTheKeyIsWhole(t *testing.T) {
	t.Parallel()
	full := measured(testFilm(60))
	full.BehindName = "what another model makes of it (outlined)"
	films := map[string]Film{"full": full, "plain": testFilm(60)}
	for name, film := range films {
		for _, size := range []image.Point{{320, 320}, {320, 640}, {400, 320}, {480, 480}, {640, 330}, {640, 480}, {1280, 320}, {3840, 320}, {1280, 720}} {
			r := mustReel(t, sized(film, size.X, size.Y))
			sheet, err := r.Sheet([]int{0, 59}, 2)
			if err != nil {
				t.Fatal(err)
			}
			for what, list := range map[string]*render.List{"frame": r.Frame(30), "sheet": sheet} {
				shown := map[string]bool{}
				for _, item := range list.Items {
					if text, ok := item.(render.Text); ok {
						shown[strings.TrimSuffix(text.Value, "…")] = true
						if ink := inkOf(text); !ink.In(list.Bounds()) {
							t.Errorf("%s, %v, %s: %q at %v leaves the picture", name, size, what, text.Value, ink)
						}
					}
				}
				h := hud{film: &r.film, places: &r.places}
				for _, e := range h.keyEntries(1) {
					begins := func(text string) bool { return text != "" && strings.HasPrefix(e.name, text) }
					if strings.HasPrefix(e.name, "grid ") {
						begins = func(text string) bool { return strings.HasPrefix(text, "grid ") }
					}
					found := false
					for text := range shown {
						found = found || begins(text)
					}
					if !found {
						t.Errorf("%s, %v, %s: the key lacks %q", name, size, what, e.name)
					}
				}
			}
		}
	}
}

func TestSheetNamesTheRuleItBreaks(t *testing.T) {
	t.Parallel()
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
	t.Parallel()
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
		if share := float64(l.view.Dx()*l.view.Dy()) / float64(film.Width*film.Height); !(share >= 0.29) {
			t.Errorf("%s: the scene has %.0f %% of the picture", name, 100*share)
		}
	}
}

func TestOverlayShowsTheColoursOfTheTheme(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"light", "dark"} {
		film := testFilm(120)
		film.Theme, _ = render.LoadTheme(name)
		m := mustReel(t, film).Image(119)
		counts := map[[3]uint8]int{}
		for y := range m.Rect.Dy() {
			for x := range m.Rect.Dx() {
				counts[pixel(m, x, y)]++
			}
		}
		// Trails are translucent and contacts are not drawn here.
		th := film.Theme
		for _, want := range []struct {
			what   string
			colour render.Colour
			least  int // px
		}{
			{"true", th.True, 3000}, {"background", th.Background, 10000}, {"panel", th.Panel, 10000}, {"muted", th.Muted, 20}, {"grid", th.Grid, 20},
			{"wall", th.Wall, 20}, {"text", th.Text, 20}, {"rim", th.Rim, 20}, {"predicted", th.Predicted, 20}, {"error", th.Error, 20},
		} {
			c := want.colour
			if got := counts[[3]uint8{c.R, c.G, c.B}]; got < want.least {
				t.Errorf("%s: %d pixels of %s, must be at least %d", name, got, want.what, want.least)
			}
		}
	}
}

// TestAColumnHasRoomForItsEntries, the last of which needs no pitch to the next.
func TestAColumnHasRoomForItsEntries(t *testing.T) {
	for entries, want := range map[int]float64{1: 18, 2: 39, 5: 102} {
		if got := columnKey(entries); got != want {
			t.Errorf("%d entries need %v units, want %v", entries, got, want)
		}
	}
}
