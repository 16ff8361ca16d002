package render

import (
	"fmt"
	"image"
	"math"
	"strings"
	"testing"

	"orrery/sim"
	"orrery/sim/golden"
)

// TestDrawingsStay: marks that lie far away or are large or short, blocks whose corners are rounder
// than they are wide, dashes that are longer than their line, and the colours of many.
func TestDrawingsStay(t *testing.T) {
	t.Parallel()
	scene, truth, predicted := everything()
	var text strings.Builder
	draw := func(name string, paint func(p *Painter)) {
		p := painterOf(t, scene, 1.5, 200)
		paint(p)
		fmt.Fprintf(&text, "# %s\n%s\n", name, p.List.SVG(name))
	}
	draw("hatched", func(p *Painter) {
		p.Hatched(predicted[10], p.Theme.Predicted)
		p.Letters(predicted[10], "A", -1, p.Theme.Error)
	})
	draw("sights", func(p *Painter) {
		p.Sights([][]sim.Sight{{{X: 1, Y: 0.5, Std: 0.2, Seen: true}, {X: -1, Seen: true, Std: 1e-3}, {}}, {{X: 0.5, Y: -1, Std: 1e9, Seen: true}, {}, {X: -1, Y: -1, Seen: true}}})
	})
	draw("far away", func(p *Painter) {
		burst := append(sim.State(nil), truth[10]...)
		for i := range burst {
			burst[i].X, burst[i].VX = 1e7*float64(i), math.Pow10(i)
		}
		p.Bodies(burst, nil)
		p.Velocities(burst)
		p.Trail([]sim.State{truth[10], burst}, p.Theme.Trail, true)
		p.Spread(burst, func(body int, share float64) ([2]float64, float64) {
			return [2]float64{math.Pow10(2 * body), 0.1 * share}, 0.3
		})
		p.Spread(burst, func(body int, share float64) ([2]float64, float64) {
			return [2]float64{0.1 * share, math.Pow10(2 * body)}, 0.3
		})
	})
	draw("pushes", func(p *Painter) {
		for k, size := range []float64{0.05, 0.2, 1, 1e6} {
			p.Pushed(sim.Vec{X: float64(k) - 1.5, Y: -1}, sim.Vec{X: 3 * size, Y: 4 * size}, 4, false, p.Theme.Contact)
			p.Pushed(sim.Vec{X: float64(k) - 1.5, Y: 1}, sim.Vec{X: 3 * size, Y: -4 * size}, -4, true, p.Theme.Predicted)
		}
	})
	draw("shapes", func(p *Painter) {
		for k, radius := range []float64{0, 3, 8, 50} {
			p.List.Add(Block(image.Rect(20*k, 0, 20*k+16, 30), radius, TintOf(k)), Block(image.Rect(20*k, 40, 20*k+16, 44), radius, TintOf(k+4)), Circle(Point{20*float64(k) + 8, 60}, radius/4+0.01, TintOf(k+8), Stroke{}))
			stroke := Stroke{Colour: TintOf(k), Width: 2, Dash: 4 * radius, Gap: radius, Round: k%2 == 0}
			p.List.Add(Polyline(stroke, Point{0, 80 + 10*float64(k)}, Point{50, 80 + 10*float64(k)}, Point{90, 85 + 10*float64(k)}))
		}
		p.List.Add(Text{At: Point{5, 150}, Size: 12, Value: "a <b> & c", Colour: TintOf(2).Fade(0.5)}, Text{At: Point{5, 170}, Size: 12, Colour: TintOf(1)})
	})
	golden.Compare(t, "testdata/drawings.txt", text.String())
}

// TestThemesHaveAllColours: each that is missing is named.
func TestThemesHaveAllColours(t *testing.T) {
	t.Parallel()
	light, err := LoadTheme("light")
	if err != nil {
		t.Fatal(err)
	}
	for name, of := range map[string]func(t *Theme) *Colour{
		"background": func(t *Theme) *Colour { return &t.Background }, "panel": func(t *Theme) *Colour { return &t.Panel }, "grid": func(t *Theme) *Colour { return &t.Grid },
		"wall": func(t *Theme) *Colour { return &t.Wall }, "text": func(t *Theme) *Colour { return &t.Text }, "muted": func(t *Theme) *Colour { return &t.Muted },
		"true": func(t *Theme) *Colour { return &t.True }, "rim": func(t *Theme) *Colour { return &t.Rim }, "trail": func(t *Theme) *Colour { return &t.Trail },
		"predicted": func(t *Theme) *Colour { return &t.Predicted }, "error": func(t *Theme) *Colour { return &t.Error }, "contact": func(t *Theme) *Colour { return &t.Contact },
	} {
		theme := *light
		of(&theme).A = 254
		if err := theme.Validate(); err == nil || !strings.Contains(err.Error(), ": "+name+" is missing or not opaque") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if colours := light.Colours(); len(colours) != 12 || colours[0] != light.Background || colours[11] != light.Contact {
		t.Errorf("%d colours: %v", len(colours), colours)
	}
}

// TestThemesAreReadable: each pair of colours that meet has a contrast of its own.
func TestThemesAreReadable(t *testing.T) {
	t.Parallel()
	light, err := LoadTheme("light")
	if err != nil {
		t.Fatal(err)
	}
	grey := func(v uint8) Colour { return Colour{v, v, v, 255} }
	var text strings.Builder
	for k, name := range []string{"text", "muted", "wall", "true", "trail", "predicted", "error", "contact", "rim", "grid", "panel", "background"} {
		for v := range 256 { // how dark it may be, or must
			theme := *light
			*[]*Colour{&theme.Text, &theme.Muted, &theme.Wall, &theme.True, &theme.Trail, &theme.Predicted, &theme.Error, &theme.Contact, &theme.Rim, &theme.Grid, &theme.Panel, &theme.Background}[k] = grey(uint8(v))
			said := "good"
			if err := theme.Validate(); err != nil {
				said, _, _ = strings.Cut(err.Error(), " is ")
			}
			if said = fmt.Sprintf("%s: %s", name, strings.ReplaceAll(said, grey(uint8(v)).String(), "it")); !strings.HasSuffix(text.String(), said+"\n") {
				fmt.Fprintf(&text, "from %d ", v)
				fmt.Fprintln(&text, said)
			}
		}
	}
	golden.Compare(t, "testdata/contrasts.txt", text.String())
}
