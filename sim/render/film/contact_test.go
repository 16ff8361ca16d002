package film

import (
	"strings"
	"testing"

	"orrery/sim/render"
)

// TestContactSheetShowsEveryFilm under its title, and each in a part of its own.
func TestContactSheetShowsEveryFilm(t *testing.T) {
	t.Parallel()
	var films []Film
	for _, title := range []string{"one", "two", "three", "four", "five"} {
		film := testFilm(3)
		film.Predicted, film.Title = nil, title
		films = append(films, film)
	}
	l, err := ContactSheet(films, 3, 600)
	if err != nil {
		t.Fatal(err)
	}
	var titles []string
	var last render.Point
	for _, item := range l.Items {
		if text, ok := item.(render.Text); ok {
			titles = append(titles, text.Value)
			if len(titles) > 1 && !(text.At.X > last.X) && !(text.At.Y > last.Y) {
				t.Errorf("%s is at %v, the one before at %v", text.Value, text.At, last)
			}
			last = text.At
		}
	}
	if got := strings.Join(titles, " "); got != "one two three four five" {
		t.Errorf("titles %s", got)
	}
	picture := l.Image()
	blue := func(x0, x1, y0, y1 int) (n int) {
		for y := y0; y < y1; y++ {
			for x := x0; x < x1; x++ {
				if c := picture.RGBAAt(x, y); int(c.B) > int(c.R)+60 {
					n++
				}
			}
		}
		return n
	}
	half := l.Height / 2
	first := blue(0, 200, 0, half)
	for _, part := range [][4]int{{200, 400, 0, half}, {400, 600, 0, half}, {0, 200, half, l.Height}, {200, 400, half, l.Height}} {
		if n := blue(part[0], part[1], part[2], part[3]); first < 500 || n < first*9/10 || n > first*11/10 {
			t.Errorf("%d pixels of bodies in %v, %d in the first part", n, part, first)
		}
	}
	if n := blue(400, 600, half, l.Height); n != 0 {
		t.Errorf("%d pixels of bodies where there is no film", n)
	}
}

func TestContactSheetNamesTheRuleItBreaks(t *testing.T) {
	t.Parallel()
	for want, c := range map[string]struct {
		films          []Film
		columns, width int
	}{
		"0 films in 3 columns": {nil, 3, 600},
		"in 0 columns":         {[]Film{testFilm(1)}, 0, 600},
		"are 61 px wide":       {[]Film{testFilm(1)}, 3, 245},
		"no true states":       {[]Film{testFilm(0)}, 1, 600},
	} {
		if _, err := ContactSheet(c.films, c.columns, c.width); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, must contain %q", err, want)
		}
	}
}

// TestContactSheetHasTheThemeOfItsFirstFilm, and a text may be as long as the rule says.
func TestContactSheetHasTheThemeOfItsFirstFilm(t *testing.T) {
	t.Parallel()
	first, second := testFilm(1), testFilm(1)
	second.Theme, _ = render.LoadTheme("dark")
	second.Label = strings.Repeat("l", 200)
	l, err := ContactSheet([]Film{first, second}, 2, 600)
	if err != nil {
		t.Fatal(err)
	}
	if l.Background != first.Theme.Background {
		t.Errorf("background %v, must be %v", l.Background, first.Theme.Background)
	}
}
