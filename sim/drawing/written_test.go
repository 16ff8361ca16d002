package drawing

import (
	"fmt"
	"strings"
	"testing"

	"orrery/sim/golden"
)

// TestDrawingsAreWrittenAsTheyWere: each element, curve and transform of a drawing, its notes, and what cannot be drawn.
func TestDrawingsAreWrittenAsTheyWere(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	for _, element := range []string{
		`<rect x="1" y="2" width="3" height="4"/>`, `<rect width="8" height="4" rx="1"/>`, `<rect width="8" height="4" rx="9" ry="1"/>`, `<rect width="8" height="4" ry="2"/>`, `<rect width="8" height="4" rx="-1"/>`,
		`<rect width="8" height="4" transform="rotate(30 1 2)"/>`, `<rect width="8" height="4" transform="skewX(20)"/>`, `<rect width="8" height="4" transform="skewY(20)"/>`, `<rect width="8" height="4" transform="scale(-2, 2)"/>`,
		`<circle cx="3" cy="4" r="2"/>`, `<circle r="2" transform="scale(1.000002 1)"/>`, `<circle r="2" transform="scale(1.0000005 1)"/>`, `<ellipse rx="3" ry="1" transform="translate(5) scale(2) matrix(0 1 -1 0 3 4)"/>`, `<ellipse rx="3" ry="1" transform="skewX(10)"/>`,
		`<line x1="1" y1="1" x2="5" y2="3"/>`, `<polyline points="0,0 4,0 4,3"/>`, `<polygon points="0 0 4 0 4 3-1-1"/>`, `<polygon points="0 0 4"/>`, `<polyline points="1E1,0 4e0,0"/>`,
		`<path d="M0 0L4 0 4 4z"/>`, `<path d="m1 1 4 0v3h-2V2H1z m8 8 1 0 0 1z"/>`, `<path d="M0 0C0-2 4-2 4 0S8 2 8 0V8H0z"/>`, `<path d="M0 0q2 4 4 0t4 0T12 4V9H0z"/>`,
		`<path d="M0 0A3 2 20 0 1 4 1z"/>`, `<path d="M0 0a3 2 20 1 0 4 1z"/>`, `<path d="M0 0a1 1 0 1 1 8 0z"/>`, `<path d="M0 0a0 1 0 1 1 8 0L4 4z"/>`, `<path d="M0 0t4 0 4 4s1 1 2 0v5H0z"/>`,
		`<path d="L0 0"/>`, `<path d="M0"/>`, `<path d="M0 0 5"/>`, `<path d="M0 0z5"/>`, `<path d="M0 0a1 1 0 2 1 8 0z"/>`, `<path d="M1e99 0z"/>`, `<circle r="0"/>`, `<circle r="x"/>`, `<circle r="2" transform="turn(3)"/>`,
		`<circle r="2" transform="skewX(1 2)"/>`, `<circle r="2" transform="scale(1 2 3)"/>`, `<circle r="2" transform="scale(x)"/>`, `<circle r="2" transform="scale"/>`, `<rect width="1cm" height="1in"/>`, `<rect width="2mm" height="3pt" x="1pc"/>`,
		`<g transform="translate(9 9)"><circle r="1"/><g transform="scale(2)"><circle r="1" cx="3"/></g></g>`, `<text>words</text>`, `<circle r="1" display="none"/>`,
	} {
		fmt.Fprintf(&out, "# %s\n", element)
		d, err := Read(strings.NewReader(`<svg xmlns="http://www.w3.org/2000/svg" width="20" height="10">`+element+`</svg>`), Options{UnitsPerMetre: 2, Tolerance: 0.05})
		if err != nil {
			fmt.Fprintf(&out, "%v\n", err)
			continue
		}
		for _, s := range d.shapes {
			fmt.Fprintf(&out, "%s %.6g at %.6g turned %.6g round %.6g\n", s.kind, s.values, s.at, s.angle, s.round)
		}
		for _, n := range d.Notes {
			fmt.Fprintf(&out, "%v\n", n)
		}
	}
	for _, page := range []string{`width="20cm" height="10cm" viewBox="0 0 40 20"`, `viewBox="5 5 40 20"`, `width="20" viewBox="0 0 1"`, `width="20" height="10" viewBox="0 0 a b"`, `width="0" height="10"`, ``} {
		fmt.Fprintf(&out, "# page %s\n", page)
		d, err := Read(strings.NewReader(`<svg xmlns="http://www.w3.org/2000/svg" `+page+`><circle r="2" cx="3" cy="1"/></svg>`), Options{UnitsPerMetre: 2, Tolerance: 0.05})
		if err != nil {
			fmt.Fprintf(&out, "%v\n", err)
			continue
		}
		for _, s := range d.shapes {
			fmt.Fprintf(&out, "%s %.6g at %.6g\n", s.kind, s.values, s.at)
		}
	}
	golden.Compare(t, "testdata/written.txt", out.String())
}
