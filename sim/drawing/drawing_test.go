package drawing

import (
	"fmt"
	"math"
	"os"
	"strings"
	"testing"

	"orrery/sim"
	"orrery/sim/polygon"
)

func read(t *testing.T, text string, o Options) *Drawing {
	t.Helper()
	d, err := Read(strings.NewReader(text), o)
	if err != nil {
		t.Fatalf("%v", err)
	}
	return d
}

// one returns the only shape of a drawing of 100 by 100 pixels, a pixel a metre.
func one(t *testing.T, element string) *shape {
	t.Helper()
	d := read(t, `<svg xmlns="http://www.w3.org/2000/svg" width="100" height="100">`+element+`</svg>`, Options{UnitsPerMetre: 1, Tolerance: 0.01})
	if len(d.shapes) != 1 {
		t.Fatalf("%s gives %d shapes, notes %v", element, len(d.shapes), d.Notes)
	}
	return &d.shapes[0]
}

func near(t *testing.T, what string, got, want float64) {
	t.Helper()
	if !(math.Abs(got-want) <= 1e-9*(1+math.Abs(want))) {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

func TestADrawingBecomesAScenario(t *testing.T) {
	t.Parallel()
	file, err := os.Open("testdata/table.svg")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	d, err := Read(file, Options{UnitsPerMetre: 1000, Unit: "mm"})
	if err != nil {
		t.Fatal(err)
	}
	near(t, "width", d.Width, 0.4)
	near(t, "height", d.Height, 0.2)
	got := string(d.Scenario("table"))
	for _, want := range []string{
		`"walls": [`,
		`{ "name": "floor", "box": [0.4, 0.01], "at": [0, -0.095], "friction": 0.9 },`,
		`{ "name": "side", "chain": [[-0.195, 0.1], [-0.195, -0.09], [0.195, -0.09], [0.195, 0.1]] },`,
		`{ "name": "rail", "segment": [[-0.18, -0.05], [-0.14, -0.06]] }` + "\n  ],",
		`{ "name": "ball", "circle": 0.02, "at": [-0.1, 0.05], "density": 5, "velocity": [1, 0] },`,
		`{ "name": "box_1", "box": [0.06, 0.04], "at": [0.01, 0.05], "angle": "-30deg", "rounding": 0.005, "kind": "kinematic" },`,
		`{ "name": "egg", "ellipse": [0.03, 0.01], "at": [0.1, 0.03] },`,
		`{ "name": "wedge", "polygon": [[-0.02, 0.01333333], [0.04, 0.01333333], [-0.02, -0.02666667]], "at": [-0.08, -0.02333333] },`,
		`{ "name": "ball_2", "circle": 0.005, "at": [-0.1, -0.07] }` + "\n  ],",
		`"bin": { "box": [0.08, 0.05], "at": [0.14, -0.065] }`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %s in\n%s", want, got)
		}
	}
	notes := fmt.Sprint(d.Notes)
	for _, want := range []string{`line 19: text "label": is no shape, and left out`, `image "photo": is no shape`, `rect "ghost": is hidden`,
		`rect "flat": width 0 must be above 0; it is left out`, `id "box-1": names have letters, digits and _ only: it is called "box_1"`} {
		if !strings.Contains(notes, want) {
			t.Errorf("no %s in %s", want, notes)
		}
	}
	if len(d.Notes) != 5 {
		t.Errorf("%d notes: %v", len(d.Notes), d.Notes)
	}
}

func TestUnitsAndViewBoxes(t *testing.T) {
	t.Parallel()
	circle := `<circle cx="10" cy="20" r="5"/></svg>`
	for _, test := range []struct {
		svg     string
		o       Options
		r, x, y float64
	}{
		{`<svg width="100" height="50">`, Options{UnitsPerMetre: 1}, 5, -40, 5},
		{`<svg width="100px" height="50px">`, Options{UnitsPerMetre: 500, Unit: "px"}, 0.01, -0.08, 0.01},
		{`<svg width="100" height="50" viewBox="0 0 100 50">`, Options{UnitsPerMetre: 1}, 5, -40, 5},
		{`<svg width="100" height="50" viewBox="0 0 50 25">`, Options{UnitsPerMetre: 1}, 10, -30, -15},
		{`<svg width="100" height="50" viewBox="10 20 50 25">`, Options{UnitsPerMetre: 1}, 10, -50, 25},
		{`<svg width="100" height="100" viewBox="0 0 50 25">`, Options{UnitsPerMetre: 1}, 10, -30, -15}, // in the middle
		{`<svg viewBox="0 0 100 50">`, Options{UnitsPerMetre: 1}, 5, -40, 5},
		{`<svg width="100%" height="100%" viewBox="0 0 100 50">`, Options{UnitsPerMetre: 1}, 5, -40, 5},
		{`<svg>`, Options{UnitsPerMetre: 1}, 5, -140, 55},
		{`<svg width="1in" height="1in" viewBox="0 0 96 96">`, Options{UnitsPerMetre: 1, Unit: "in"}, 5. / 96, -38. / 96, 28. / 96},
		{`<svg width="72pt" height="72pt" viewBox="0 0 96 96">`, Options{UnitsPerMetre: 72, Unit: "pt"}, 5. / 96, -38. / 96, 28. / 96},
		{`<svg width="6pc" height="6pc" viewBox="0 0 96 96">`, Options{UnitsPerMetre: 6, Unit: "pc"}, 5. / 96, -38. / 96, 28. / 96},
		{`<svg width="25.4mm" height="25.4mm" viewBox="0 0 96 96">`, Options{UnitsPerMetre: 25.4, Unit: "mm"}, 5. / 96, -38. / 96, 28. / 96},
		{`<svg width="10cm" height="10cm" viewBox="0 0 100 100">`, Options{UnitsPerMetre: 100, Unit: "cm"}, 0.005, -0.04, 0.03},
	} {
		d := read(t, test.svg+circle, test.o)
		if len(d.shapes) != 1 {
			t.Fatalf("%s: %v", test.svg, d.Notes)
		}
		s := d.shapes[0]
		near(t, test.svg+" radius", s.values.(float64), test.r)
		near(t, test.svg+" x", s.at.X, test.x)
		near(t, test.svg+" y", s.at.Y, test.y)
	}
}

// TestTransformsMoveCorners compares with places worked out by hand. The middle of the
// page is at (50, 50), and y points up.
func TestTransformsMoveCorners(t *testing.T) {
	t.Parallel()
	for transform, want := range map[string]sim.Vec{
		"":                                    {X: -40, Y: 45},
		"translate(5)":                        {X: -35, Y: 45},
		"translate(5,-2)":                     {X: -35, Y: 47},
		"scale(2)":                            {X: -30, Y: 40},
		"scale(2 3)":                          {X: -30, Y: 35},
		"rotate(90)":                          {X: -55, Y: 40},
		"rotate(90 10 5)":                     {X: -40, Y: 45},
		"translate(10 0) rotate(90)":          {X: -45, Y: 40},
		"rotate(90),translate(10 0)":          {X: -55, Y: 30},
		"matrix(1 2 3 4 5 6)":                 {X: -20, Y: 4},
		"skewX(45)":                           {X: -35, Y: 45},
		"skewY(45)":                           {X: -40, Y: 35},
		" scale( 1e0 , 1 )\n translate(+1-1)": {X: -39, Y: 46},
	} {
		s := one(t, fmt.Sprintf(`<polyline transform="%s" points="10 5 11 6 12 9"/>`, transform))
		if got := s.values.([]sim.Vec)[0]; !(got.Sub(want).Len() <= 1e-9) {
			t.Errorf("%q: %v, want %v", transform, got, want)
		}
	}
}

// TestPathsDrawTheirCurves compares with equations of the curves.
func TestPathsDrawTheirCurves(t *testing.T) {
	t.Parallel()
	const tolerance = 0.01
	bezier := func(points ...sim.Vec) func(u float64) sim.Vec {
		return func(u float64) sim.Vec { // de Casteljau
			p := append([]sim.Vec(nil), points...)
			for len(p) > 1 {
				for i := range p[:len(p)-1] {
					p[i] = p[i].Scale(1 - u).Add(p[i+1].Scale(u))
				}
				p = p[:len(p)-1]
			}
			return p[0]
		}
	}
	circle := func(cx, cy, rx, ry, turned, from, to float64) func(u float64) sim.Vec {
		return func(u float64) sim.Vec {
			sin, cos := math.Sincos(from + (to-from)*u)
			return sim.Vec{X: rx * cos, Y: ry * sin}.Rotate(turned).Add(sim.Vec{X: cx, Y: cy})
		}
	}
	for d, curve := range map[string]func(u float64) sim.Vec{
		"M0 0 C 0 10 10 10 10 0": bezier(sim.Vec{}, sim.Vec{Y: 10}, sim.Vec{X: 10, Y: 10}, sim.Vec{X: 10}),
		"m1 1c0 10 10 10 10 0":   bezier(sim.Vec{X: 1, Y: 1}, sim.Vec{X: 1, Y: 11}, sim.Vec{X: 11, Y: 11}, sim.Vec{X: 11, Y: 1}),
		"M0,0Q5,10,10,0":         bezier(sim.Vec{}, sim.Vec{X: 5, Y: 10}, sim.Vec{X: 10}),
		"M0 0 A 5 5 0 0 1 10 0":  circle(5, 0, 5, 5, 0, -math.Pi, 0),
		"M0 0 A 5 5 0 0 0 10 0":  circle(5, 0, 5, 5, 0, math.Pi, 0),
		"M5 0 A 5 5 0 0 1 0 5":   circle(0, 0, 5, 5, 0, 0, math.Pi/2),
		"M5 0 A 5 5 0 1 0 0 5":   circle(0, 0, 5, 5, 0, 0, -1.5*math.Pi),
		"M5 0 A 5 5 0 1 1 0 5":   circle(5, 5, 5, 5, 0, -math.Pi/2, math.Pi),
		"M5 0a5 2 0 01-5 2":      circle(0, 0, 5, 2, 0, 0, math.Pi/2),
		"M0 5 A 5 2 90 0 1 -2 0": circle(0, 0, 5, 2, math.Pi/2, 0, math.Pi/2),
		"M-5 0 A 1 1 0 0 1 5 0":  circle(0, 0, 5, 5, 0, -math.Pi, 0), // radii that are too small grow
		"M0 0 L 3 4":             bezier(sim.Vec{}, sim.Vec{X: 3, Y: 4}),
		"M1 2 H 5":               bezier(sim.Vec{X: 1, Y: 2}, sim.Vec{X: 5, Y: 2}),
		"M1 2 v -5":              bezier(sim.Vec{X: 1, Y: 2}, sim.Vec{X: 1, Y: -3}),
		"M1 2 l 1-1":             bezier(sim.Vec{X: 1, Y: 2}, sim.Vec{X: 2, Y: 1}),
		"M1.5.5 3 4":             bezier(sim.Vec{X: 1.5, Y: 0.5}, sim.Vec{X: 3, Y: 4}),
	} {
		lines, err := parsePath(d, tolerance)
		if err != nil || len(lines) != 1 {
			t.Errorf("%s: %d lines, %v", d, len(lines), err)
			continue
		}
		corners := lines[0].corners
		if !(corners[0].Sub(curve(0)).Len() <= 1e-9) || !(corners[len(corners)-1].Sub(curve(1)).Len() <= 1e-9) {
			t.Errorf("%s runs from %v to %v, want %v to %v", d, corners[0], corners[len(corners)-1], curve(0), curve(1))
		}
		worst := 0.0
		for u := 0.0; u <= 1; u += 1.0 / 512 {
			least := math.Inf(1)
			for i := range corners[1:] {
				side := sim.NewShape(sim.Segment, 0, sim.Surface{}, corners[i], corners[i+1])
				least = min(least, side.Distance(curve(u)))
			}
			worst = max(worst, least)
		}
		if !(worst <= tolerance*1.001) {
			t.Errorf("%s strays by %v, more than %v", d, worst, tolerance)
		}
	}
}

func TestCurvesGoOnSmoothly(t *testing.T) {
	t.Parallel()
	for smooth, plain := range map[string]string{
		"M0 0 C 0 5 5 5 5 0 S 10 -5 10 0": "M0 0 C 0 5 5 5 5 0 C 5 -5 10 -5 10 0",
		"M0 0 S 5 5 5 0":                  "M0 0 C 0 0 5 5 5 0",
		"M0 0 Q 5 10 10 0 T 20 0":         "M0 0 Q 5 10 10 0 Q 15 -10 20 0",
		"M0 0 T 10 0":                     "M0 0 Q 0 0 10 0",
		"m0 0 q 5 10 10 0 t 10 0 l 1 1":   "M0 0 Q 5 10 10 0 Q 15 -10 20 0 L 21 1",
		"M1 1 h1 v1 z l 5 5":              "M1 1 L2 1 L2 2 Z M1 1 L6 6",
	} {
		a, err := parsePath(smooth, 0.1)
		if err != nil {
			t.Fatal(err)
		}
		b, err := parsePath(plain, 0.1)
		if err != nil {
			t.Fatal(err)
		}
		if fmt.Sprint(a) != fmt.Sprint(b) {
			t.Errorf("%s is\n%v, and %s is\n%v", smooth, a, plain, b)
		}
	}
}

func TestShapesAreWhatPeopleCallThem(t *testing.T) {
	t.Parallel()
	for element, want := range map[string]string{
		`<rect width="4" height="2"/>`:                                 "box",
		`<rect width="4" height="2" transform="rotate(20) scale(2)"/>`: "box",
		`<rect width="4" height="2" rx="0.5"/>`:                        "box",
		`<rect width="4" height="2" rx="0.5" ry="0.2"/>`:               "polygon",
		`<rect width="4" height="2" rx="9"/>`:                          "polygon", // a stadium
		`<rect width="4" height="2" transform="scale(2 1)"/>`:          "polygon",
		`<circle r="2"/>`:                                 "circle",
		`<circle r="2" transform="scale(-1 1)"/>`:         "circle",
		`<circle r="2" transform="scale(2 1)"/>`:          "polygon",
		`<ellipse rx="2" ry="2"/>`:                        "circle",
		`<ellipse rx="2" ry="1" transform="rotate(45)"/>`: "ellipse",
		`<polygon points="0 0 1 0 0 1"/>`:                 "polygon",
		`<polyline points="0 0 1 0 0 1"/>`:                "chain",
		`<polyline points="0 0 1 0 0 1 0 0"/>`:            "polygon",
		`<line x2="3"/>`:                                  "segment",
		`<path d="M0 0h3v3z"/>`:                           "polygon",
		`<path d="M0 0h3v3"/>`:                            "chain",
	} {
		if got := one(t, element); got.kind != want {
			t.Errorf("%s is a %s, want %s", element, got.kind, want)
		}
	}
	// A polygon stands where it was drawn, whichever way the page is turned.
	s := one(t, `<polygon points="10 10 40 10 10 40" transform="scale(1 2)"/>`)
	want := []sim.Vec{{X: -40, Y: 30}, {X: -10, Y: 30}, {X: -40, Y: -30}}
	for i, c := range s.values.([]sim.Vec) {
		if got := c.Add(s.at); !(got.Sub(want[i]).Len() <= 1e-9) {
			t.Errorf("corner %d is at %v, want %v", i, got, want[i])
		}
	}
	near(t, "area", math.Abs(polygon.Area(s.values.([]sim.Vec))), 900)
}

func TestWhatCannotBeReadIsSaid(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                                   "line 1: this is no SVG: there is no svg element",
		"hello":                              "line 1: this is no SVG: there is no svg element",
		"<html></html>":                      `line 1: this is no SVG: it begins with "html"`,
		"<svg>\n<g>":                         "line 2: this is no SVG: the XML is damaged",
		"<svg><g></svg>":                     "line 1: this is no SVG: the XML is damaged",
		`<svg width="x"></svg>`:              `line 1: width: "x" must be a number`,
		`<svg width="1e"></svg>`:             `line 1: width: "1e" must be a number, or one in px, mm, cm, in, pt or pc`,
		`<svg width="-1"></svg>`:             `line 1: width: "-1" must be above 0`,
		`<svg viewBox="1 2"/>`:               `line 1: viewBox "1 2" must be four numbers`,
		`<svg viewBox="0 0 0 1"/>`:           `line 1: viewBox "0 0 0 1" must be wider and higher than 0`,
		"<svg>" + strings.Repeat("<g>", 200): "line 1: groups must not be nested deeper than 100",
		"<svg>" + strings.Repeat("<title/><b/>", 6000) + "</svg>": "line 1: a drawing must have at most 10000 elements",
		`<?xml version="1.0" encoding="latin1"?><svg/>`:           "encoding latin1 must be UTF-8",
	} {
		if _, err := Read(strings.NewReader(text), Options{UnitsPerMetre: 1}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.60s: %v, want %s", text, err, want)
		}
	}
	for element, want := range map[string]string{
		`<rect width="4" height="2" transform="turn(3)"/>`:                `transform "turn(3)": turn with 1 numbers is not known`,
		`<rect width="4" height="2" transform="rotate"/>`:                 "must be functions such as translate(10 20)",
		`<rect width="4q" height="2"/>`:                                   `width: "4q" must be a number, or one in px`,
		`<circle r="1e8" transform="scale(1e8)"/>`:                        "must be above 0 and at most",
		`<rect width="1e8" height="1" transform="scale(1e8)"/>`:           "must be above 0 and at most",
		`<rect width="1" height="1e8" transform="scale(1e8)"/>`:           "must be above 0 and at most",
		`<ellipse rx="1e8" ry="1" transform="scale(1e8)"/>`:               "must be above 0 and at most",
		`<ellipse rx="1" ry="1e8" transform="scale(1e8)"/>`:               "must be above 0 and at most",
		`<rect width="4" height="8" rx="1" ry="2" transform="scale(0)"/>`: "it draws nothing",
		`<path d="M0 0C4 0 4 4 0 4z" transform="scale(0)"/>`:              "it draws nothing",
		`<circle r="0"/>`:                       "r 0 must be above 0",
		`<polygon points="0 0 1"/>`:             "must be pairs of numbers, two or more",
		`<polygon points="0 0 1 0 2 0"/>`:       "encloses no area",
		`<polygon points="0 0 2 2 2 0 0 2"/>`:   "crosses itself",
		`<path d="L 0 0"/>`:                     "it begins with L and must begin with M",
		`<path d="M 0 0 L 1"/>`:                 "must be a number",
		`<path d="M 0 0 z 5"/>`:                 `"5" must be a command such as M or L`,
		`<path d="M 0 0 X 5"/>`:                 "must be a number",
		`<path d="5 M 0 0"/>`:                   "must be a command such as M or L",
		`<path d="M0 0 A 1 1 0 2 0 5 5"/>`:      "must be 0 or 1",
		`<path d="M0 0h9v9h-9z M2 2h3v3h-3z"/>`: "a path with a hole must be drawn as several shapes",
		`<path d="M0 0"/>`:                      "it draws nothing",
		`<path/>`:                               "it draws nothing",
		`<use href="#a"/>`:                      "is no shape, and left out",
		`<svg/>`:                                "a drawing within the drawing is left out",
		`<g id="regions"><line x2="3"/></g>`:    "a line encloses no region",
	} {
		d := read(t, "<svg>"+element+"</svg>", Options{UnitsPerMetre: 1})
		if len(d.shapes) != 0 || len(d.Notes) != 1 || !strings.Contains(d.Notes[0].String(), want) {
			t.Errorf("%s: %d shapes, notes %v, want %s", element, len(d.shapes), d.Notes, want)
		}
	}
	for want, o := range map[string]Options{"scale 0": {}, "scale NaN": {UnitsPerMetre: math.NaN()}, `unit "ft"`: {UnitsPerMetre: 1, Unit: "ft"}, "tolerance -1": {UnitsPerMetre: 1, Tolerance: -1}} {
		if _, err := Read(strings.NewReader("<svg/>"), o); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: %v, want %s", o, err, want)
		}
	}
}

// TestForeignAttributesAreNotThoseOfTheDrawing: those of SVG may be named with its prefix, and those of other
// programs mean nothing here.
func TestForeignAttributesAreNotThoseOfTheDrawing(t *testing.T) {
	t.Parallel()
	d := read(t, `<svg xmlns:s="http://www.w3.org/2000/svg" xmlns:x="http://example.com/x" width="100" height="100">
		<circle cx="10" cy="10" r="3" x:r="7" x:id="other"/><circle cx="50" cy="50" s:r="4"/></svg>`, Options{UnitsPerMetre: 1})
	if len(d.shapes) != 2 || len(d.Notes) != 0 {
		t.Fatalf("%d shapes, notes %v", len(d.shapes), d.Notes)
	}
	for i, want := range []float64{3, 4} {
		if radius, ok := d.shapes[i].values.(float64); !ok || !(math.Abs(radius-want) <= 1e-9) {
			t.Errorf("circle %d has a radius of %v, want %v", i, d.shapes[i].values, want)
		}
	}
	if strings.Contains(string(d.Scenario("two")), "other") {
		t.Error("a name of another program is taken")
	}
}

func TestDataBecomesJSON(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]string{
		"5": "5", " 1.50 ": "1.50", "1 0": "[1, 0]", "1, -2.5": "[1, -2.5]", "[1, 2]": "[1, 2]", "true": "true",
		"steel": `"steel"`, "45deg": `"45deg"`, "": `""`, `{"range": [1, 2]}`: `{"range": [1, 2]}`, "a<b": `"a<b"`, "+3": "3",
	} {
		if got := dataValue(value); got != want {
			t.Errorf("%q becomes %s, want %s", value, got, want)
		}
	}
}

func FuzzRead(f *testing.F) {
	table, err := os.ReadFile("testdata/table.svg")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(table))
	f.Add(`<svg viewBox="0 0 9 9"><path d="M0 0C1 2 3 4 5 6A1 2 3 0 1 4 5z"/></svg>`)
	f.Fuzz(func(t *testing.T, text string) {
		d, err := Read(strings.NewReader(text), Options{UnitsPerMetre: 100})
		if err != nil {
			return
		}
		d.Scenario("x")
	})
}

func FuzzParsePath(f *testing.F) {
	f.Add("M0 0C1 2 3 4 5 6S7 8 9 10Q1 2 3 4T5 6A1 2 3 0 1 4 5H6V7L8 9z")
	f.Fuzz(func(t *testing.T, text string) {
		lines, err := parsePath(text, 0.1)
		if err != nil {
			return
		}
		for _, l := range lines {
			if len(l.corners) == 0 {
				t.Fatalf("%q draws a line without corners", text)
			}
		}
	})
}

// TestPathsHaveBounds: a hundred thousand corners, whether they are written or curves have them.
func TestPathsHaveBounds(t *testing.T) {
	t.Parallel()
	line := func(corners int) string { return "M0 0" + strings.Repeat("h1", corners-1) }
	for path, fits := range map[string]bool{line(100_000): true, line(100_001): false, "M0 0C1e9 1e9 1e9 -1e9 1 0": false} {
		if _, err := parsePath(path, 1e-3); (err == nil) != fits || err != nil && err != errCorners {
			t.Errorf("%.20s… of %d bytes: %v", path, len(path), err)
		}
	}
}
