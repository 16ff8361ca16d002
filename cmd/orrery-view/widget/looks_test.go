package widget

import (
	"fmt"
	"image"
	"math"
	"strings"
	"testing"

	"orrery/sim/golden"
	"orrery/sim/render"
)

// TestWidgetsLookAsTheyDid: each kind as it is, chosen, of no use, under the mouse and held, in two sizes.
func TestWidgetsLookAsTheyDid(t *testing.T) {
	t.Parallel()
	theme, err := render.LoadTheme("dark")
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	for _, unit := range []float64{1, 2.5} {
		for _, w := range []Widget{
			{Kind: Heading, Text: "A HEADING"}, {Kind: Label, Text: "a label that is longer than there is room for it"}, {Kind: Label, Text: "a label", Value: "in the middle"},
			{Kind: Button, Text: "press"}, {Kind: Button, Text: "chosen", On: true}, {Kind: Icon, Text: "delete"}, {Kind: Icon, Text: "disc", On: true}, {Kind: Icon, Text: "play", Value: Off},
			{Kind: Button, Text: "episode 3", Curve: []float64{1e-13, 3e-4, 0.02, 5, math.NaN(), 1}}, {Kind: Button, Text: "episode 4", Curve: []float64{1e-5, 1e-12, 1}, On: true},
			{Kind: Slider, Text: "mass", Value: "0.5 kg", Share: 0.3},
		} {
			w.Name, w.Part = "it", image.Rect(10, 20, 10+int(110*unit), 20+int(30*unit))
			for _, b := range []Brush{{}, {Mouse: render.Point{X: 30, Y: 30}}, {Mouse: render.Point{X: 30, Y: 30}, Busy: true}, {Held: "it"}} {
				b.List, b.Theme, b.Faint, b.Unit = &render.List{Width: 300, Height: 120}, theme, theme.Muted, unit
				b.Paint(&w)
				fmt.Fprintf(&out, "# %v %d %q %q on %v, mouse %v, busy %v, held %q\n%s", unit, w.Kind, w.Text, w.Value, w.On, b.Mouse, b.Busy, b.Held, b.List.SVG("it"))
			}
			fmt.Fprintf(&out, "shares %.4f %.4f %.4f\n", w.ShareAt(render.Point{X: 12}, unit), w.ShareAt(render.Point{X: 50}, unit), w.ShareAt(render.Point{X: 119}, unit))
		}
	}
	narrow := Widget{Part: image.Rect(0, 0, 10, 10)}
	fmt.Fprintf(&out, "a slider without room: %.4f %.4f\n", narrow.ShareAt(render.Point{X: 5.5}, 1), narrow.ShareAt(render.Point{X: 9}, 1))
	for _, line := range Wrapped(render.Text{Size: 12}, "words of which some find room in a line, and areallylongonethatdoesnot and then some more", 90, 4) {
		fmt.Fprintln(&out, line.Value)
	}
	golden.Compare(t, "testdata/looks.txt", out.String())
}
