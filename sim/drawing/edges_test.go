package drawing

import (
	"fmt"
	"strings"
	"testing"

	"orrery/sim"
)

// corners returns those of a polygon in metres, from where the drawing has its middle.
func corners(t *testing.T, s *shape) (all []sim.Vec) {
	t.Helper()
	values, ok := s.values.([]sim.Vec)
	if !ok {
		t.Fatalf("%s of %T", s.kind, s.values)
	}
	for _, v := range values {
		all = append(all, v.Add(s.at))
	}
	return all
}

// TestScalesAndTolerancesHaveEnds: above 0, and of a size that a scene may have, 1e9.
func TestScalesAndTolerancesHaveEnds(t *testing.T) {
	t.Parallel()
	const page = `<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"><rect width="1" height="1"/></svg>`
	for o, good := range map[Options]bool{
		{UnitsPerMetre: 1e9}: true, {UnitsPerMetre: 1.01e9}: false, {UnitsPerMetre: 1e-3}: true, {UnitsPerMetre: 0}: false, {UnitsPerMetre: -1}: false,
		{UnitsPerMetre: 1, Tolerance: 1e9}: true, {UnitsPerMetre: 1, Tolerance: 1.01e9}: false, {UnitsPerMetre: 1, Tolerance: -1}: false,
		{UnitsPerMetre: 1, Unit: "pc"}: true, {UnitsPerMetre: 1, Unit: "m"}: false,
	} {
		if _, err := Read(strings.NewReader(page), o); (err == nil) != good {
			t.Errorf("%+v: %v", o, err)
		}
	}
	for v, want := range map[sim.Vec]bool{{X: 1e6, Y: -1e9}: true, {X: 1.1e9}: false, {Y: 1.1e9}: false, {X: -1.1e9}: false, {Y: -1.1e9}: false} {
		if finite([]sim.Vec{{}, v}) != want {
			t.Errorf("%v: finite is %v", v, !want)
		}
	}
}

// TestPagesAreAsLargeAsTheySay: width and height in their units, those of the view box where they say nothing, and 300 by 150 pixels without
// one. The whole box fits into the page, in its middle.
func TestPagesAreAsLargeAsTheySay(t *testing.T) {
	t.Parallel()
	for head, want := range map[string][4]float64{ // size, and where the corner of the rectangle at 0, 0 is
		``: {300, 150, -150, 75}, `width="100%" height="50%"`: {300, 150, -150, 75}, `width="1in" height="2pc"`: {96, 32, -48, 16},
		`viewBox="0 0 40 20"`: {40, 20, -20, 10}, `viewBox="0 0 40 20" width="80"`: {80, 20, -20, 10},
		`viewBox="0 0 40 20" width="80" height="80"`:                            {80, 80, -40, 20},
		`viewBox="0 0 40 20" width="40" height="5"`:                             {40, 5, -5, 2.5},
		`viewBox="0 0 40 20" width="80" height="80" preserveAspectRatio="none"`: {80, 80, -40, 40},
	} {
		d := read(t, fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" %s><path d="M0 0 h5 v5 z"/></svg>`, head), Options{UnitsPerMetre: 1})
		near(t, head+": width", d.Width, want[0])
		near(t, head+": height", d.Height, want[1])
		if len(d.shapes) != 1 {
			t.Fatalf("%s: %d shapes", head, len(d.shapes))
		}
		far := 1e9
		for _, c := range corners(t, &d.shapes[0]) {
			far = min(far, c.Sub(sim.Vec{X: want[2], Y: want[3]}).Len())
		}
		if !(far <= 1e-9) {
			t.Errorf("%s: no corner of %v is at %v", head, d.shapes[0].values, want[2:])
		}
	}
	for head, want := range map[string]string{
		`width="x" height="1"`: "width", `width="1" height="x"`: "height", `width="0" height="1"`: "above 0", `width="1" height="-1"`: "above 0",
		`viewBox="0 0 0 1" width="1" height="1"`: "wider and higher", `viewBox="0 0 1 0" width="1" height="1"`: "wider and higher",
	} {
		if _, err := Read(strings.NewReader(`<svg xmlns="http://www.w3.org/2000/svg" `+head+`/>`), Options{UnitsPerMetre: 1}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", head, err, want)
		}
	}
}

// TestArcsWithoutRadiusAreLines, and those that end where they begin are nothing.
func TestArcsWithoutRadiusAreLines(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"M0 0 A0 5 0 0 1 4 4 L0 4 z": "[{0 0} {4 4} {0 4}]", "M0 0 A5 0 0 0 1 4 4 L0 4 z": "[{0 0} {4 4} {0 4}]",
		"M0 0 L4 4 A5 5 0 0 1 4 4 L0 4 z": "[{0 0} {4 4} {0 4}]",
	} {
		lines, err := parsePath(text, 0.01)
		if err != nil || len(lines) != 1 {
			t.Fatalf("%s: %v, %v", text, lines, err)
		}
		corners := lines[0].corners
		for k := len(corners) - 1; k > 0; k-- { // one that comes twice is one
			if corners[k] == corners[k-1] {
				corners = append(corners[:k], corners[k+1:]...)
			}
		}
		if got := fmt.Sprint(corners); got != want || !lines[0].closed {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
	for text, want := range map[string]string{
		"1 1": "must be a command", "M0 0 z 1 1": "must be a command", "M0 0 Z 1 1": "must be a command", "L1 1": "begin with M",
		"M0 0 C1 1 2 2 3": "", "M0 0 S1 1 2": "", "M0 0 Q1 1 2": "", "M0 0 A1 1 0 2 0 1 1": "", "M0": "",
	} {
		if _, err := parsePath(text, 0.01); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
	for _, text := range []string{"1 x", "1 2 --3", "1e"} {
		if n, err := parseNumbers(text); err == nil {
			t.Errorf("%q: %v", text, n)
		}
	}
}

// TestRoundedBoxesHaveTheirArea: with corners that are quarters of ellipses, a box loses (4 − π) rx ry.
func TestRoundedBoxesHaveTheirArea(t *testing.T) {
	t.Parallel()
	s := one(t, `<rect x="10" y="20" width="40" height="30" rx="8" ry="5"/>`)
	area := 0.0
	all := corners(t, s)
	low, high := all[0], all[0]
	for k, a := range all {
		b := all[(k+1)%len(all)]
		area += a.Cross(b) / 2
		low, high = sim.Vec{X: min(low.X, a.X), Y: min(low.Y, a.Y)}, sim.Vec{X: max(high.X, a.X), Y: max(high.Y, a.Y)}
	}
	if want := 40*30 - (4-3.14159265)*8*5; !(max(area, -area) <= want && max(area, -area) >= want-1.5) {
		t.Errorf("area %v, want %v", area, want)
	}
	near(t, "width", high.X-low.X, 40)
	near(t, "height", high.Y-low.Y, 30)
}
