package screen

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"os"
	"testing"

	"orrery/cmd/orrery-view/session/compare"
	"orrery/sim/golden"
)

// TestPictureLooksAsItDid compares the stage, the bar and the panel at two sizes and in
// both themes. The head shows what a clock measured and is left out. The tolerance lets
// another architecture round differently, not another look pass.
func TestPictureLooksAsItDid(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	for _, c := range []struct {
		theme         string
		mode          compare.Mode
		width, height int
	}{{"dark", compare.Sandbox, 1000, 640}, {"light", compare.Duel, 640, 480}} {
		s := open(t, "billiards")
		if err := s.SetTheme(c.theme); err != nil {
			t.Fatal(err)
		}
		s.Session.SetMode(c.mode)
		s.Resize(c.width, c.height, 1)
		s.Session.Pause(true)
		for s.Session.Frame() < 45 {
			s.Session.Step(1)
			s.wait(1)
		}
		for k := 0; c.mode == compare.Duel && s.Session.Ladder() == nil && k < 5000; k++ {
			s.wait(1)
		}
		s.wait(50)
		picture := s.List().Image()
		path := fmt.Sprintf("testdata/%s-%s.png", c.mode, c.theme)
		if golden.Updating() {
			var file bytes.Buffer
			if err := png.Encode(&file, picture); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, file.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		kept, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		want, err := png.Decode(bytes.NewReader(kept))
		if err != nil {
			t.Fatal(err)
		}
		if n := differing(picture, want, s.places.head); n > 60 {
			t.Errorf("%d pixels differ; if the new look is meant, run with -update and look at %s", n, path)
		}
	}
}

// differing counts the pixels that differ visibly outside a part.
func differing(a *image.RGBA, b image.Image, except image.Rectangle) int {
	n := 0
	for y := range a.Rect.Dy() {
		for x := range a.Rect.Dx() {
			if image.Pt(x, y).In(except) {
				continue
			}
			r, g, bl, _ := b.At(x, y).RGBA()
			p := a.RGBAAt(x, y)
			if far(p.R, r) || far(p.G, g) || far(p.B, bl) {
				n++
			}
		}
	}
	return n
}

func far(a uint8, b uint32) bool { d := int(a) - int(b>>8); return d > 12 || d < -12 }
