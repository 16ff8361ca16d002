package render

import (
	"encoding/xml"
	"image"
	"image/color"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// drawing has one of everything that a list can hold.
func drawing() *List {
	l := &List{Width: 200, Height: 120, Background: Colour{0xff, 0xff, 0xff, 0xff}}
	red, blue := Colour{0xd0, 0x20, 0x10, 0xff}, Colour{0x10, 0x40, 0xc0, 0x80}
	l.Add(
		Circle(Point{40, 40}, 25, red, Stroke{Colour: blue, Width: 6}),
		Clip{Part: image.Rect(100, 10, 180, 60)},
		Block(image.Rect(80, 0, 160, 100), 0, blue),
		Clip{Part: l.Bounds()},
		Polyline(Stroke{Colour: red, Width: 5, Dash: 12, Gap: 8}, Point{10, 90}, Point{90, 90}),
		Path{Open: true, Stroke: Stroke{Colour: red, Width: 10, Round: true}, Contours: [][]Point{{{120, 90}}, {{140, 80}, {160, 100}, {180, 80}}}},
		Path{Fill: Colour{}, Contours: [][]Point{{{0, 0}, {9, 9}, {9, 0}}}},
		Text{At: Point{100, 112}, Align: Centre, Size: 14, Bold: true, Colour: red, Value: "a < b & c"},
		Polyline(Stroke{Colour: red, Width: 5}, Point{math.NaN(), 3}, Point{4, 5}),
	)
	return l
}

// TestSVGIsWellFormed, says what it shows, and has all that can be seen and nothing else.
func TestSVGIsWellFormed(t *testing.T) {
	t.Parallel()
	text := string(drawing().SVG(`"x" < y`))
	counts := map[string]int{}
	d := xml.NewDecoder(strings.NewReader(text))
	for {
		token, err := d.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatalf("%v in\n%s", err, text)
		}
		if start, ok := token.(xml.StartElement); ok {
			counts[start.Name.Local]++
		}
	}
	if counts["path"] != 4 || counts["text"] != 1 || counts["g"] != 2 || counts["clipPath"] != 2 || counts["title"] != 1 || strings.Contains(text, "NaN") {
		t.Errorf("%v in\n%s", counts, text)
	}
	for _, part := range []string{"a &lt; b &amp; c", `stroke-dasharray="12 8"`, `stroke-opacity="0.502"`, `fill="#d02010"`, `text-anchor="middle"`, "M120,90h0", "140,80L160,100 180,80"} {
		if !strings.Contains(text, part) {
			t.Errorf("there is no %s in\n%s", part, text)
		}
	}
}

// TestSVGLooksLikeTheImage, as a browser draws it.
func TestSVGLooksLikeTheImage(t *testing.T) {
	t.Parallel()
	tool, err := exec.LookPath("rsvg-convert")
	if err != nil {
		t.Skip("nothing here draws SVG: apt-get install librsvg2-bin")
	}
	l := drawing()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "a.svg"), l.SVG("all"), 0o644); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "a.png")
	if out, err := exec.Command(tool, "-o", file, filepath.Join(dir, "a.svg")).CombinedOutput(); err != nil {
		t.Fatalf("%v %s", err, out)
	}
	in, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	got, _, err := image.Decode(in)
	if err != nil {
		t.Fatal(err)
	}
	want := l.Image()
	differ := 0
	for y := range 98 { // above the text, whose font may be missing
		for x := range 200 {
			a, b := color.NRGBAModel.Convert(got.At(x, y)).(color.NRGBA), want.RGBAAt(x, y)
			off := func(p, q uint8) bool { return !(math.Abs(float64(p)-float64(q)) <= 60) }
			if off(a.R, b.R) || off(a.G, b.G) || off(a.B, b.B) {
				differ++
			}
		}
	}
	if differ > 40 {
		t.Errorf("%d pixels differ", differ)
	}
}
