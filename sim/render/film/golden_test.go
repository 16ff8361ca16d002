package film

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math"
	"os"
	"runtime"
	"testing"

	"orrery/sim"
	"orrery/sim/golden"
	"orrery/sim/render"
	"orrery/sim/render/plot"
)

func writeFile(t *testing.T, path string, data []byte) {
	t.Helper()
	if err := os.WriteFile(path, data, 0o644); err != nil {
		t.Fatal(err)
	}
}

// The tolerance lets an architecture round differently that fuses multiplications with
// additions, not another look pass.
func TestPictureLooksAsItDid(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	plain := sized(testFilm(120), 360, 360)
	for path, film := range map[string]Film{"testdata/overlay.png": plain, "testdata/measured.png": measured(sized(testFilm(120), 860, 640))} {
		looksAsItDid(t, path, film)
	}
}

// measured adds to a film what was seen of its bodies, where they are expected, and a goal.
func measured(film Film) Film {
	film.Scene.Goals = []sim.Goal{{Kind: sim.Pose, Body: 1, Target: sim.Vec{X: -0.4, Y: -0.5}, Angle: 0.5}}
	for k, state := range film.True {
		var row []sim.Sight
		for i, s := range state {
			row = append(row, sim.Sight{X: s.X + 0.01*math.Sin(float64(7*k+i)), Y: s.Y + 0.01*math.Cos(float64(5*k+i)), Seen: i < 3, Std: 0.02})
		}
		film.Seen = append(film.Seen, row)
	}
	film.Expected = func(state int) render.Expected {
		return func(body int, share float64) ([2]float64, float64) {
			size := share * 0.001 * float64(state)
			return [2]float64{size, size / float64(body+1)}, 0.4
		}
	}
	return film
}

func looksAsItDid(t *testing.T, path string, film Film) {
	t.Helper()
	got := mustReel(t, film).Image(110)
	if golden.Updating() {
		var file bytes.Buffer
		if err := png.Encode(&file, got); err != nil {
			t.Fatal(err)
		}
		writeFile(t, path, file.Bytes())
	}
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	want, err := png.Decode(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	different := 0
	for y := range film.Height {
		for x := range film.Width {
			r, g, b, _ := want.At(x, y).RGBA()
			if distance(pixel(got, x, y), [3]uint8{uint8(r >> 8), uint8(g >> 8), uint8(b >> 8)}) > 3*4*4 {
				different++
			}
		}
	}
	if different > 20 || runtime.GOARCH == "amd64" && !sameColours(got, want) {
		t.Errorf("%d pixels differ; if the new look is meant, run with -update and look at %s", different, path)
	}
}

// pixel returns the red, green and blue of a picture that starts at the origin.
func pixel(m *image.RGBA, x, y int) [3]uint8 { return [3]uint8(m.Pix[y*m.Stride+4*x:]) }

// distance is the square of the distance of two colours.
func distance(a, b [3]uint8) (sum int) {
	for k := range a {
		d := int(a[k]) - int(b[k])
		sum += d * d
	}
	return sum
}

func sameColours(a *image.RGBA, b image.Image) bool {
	for y := range a.Rect.Dy() {
		for x := range a.Rect.Dx() {
			if a.RGBAAt(x, y) != color.RGBAModel.Convert(b.At(x, y)) {
				return false
			}
		}
	}
	return true
}

const picturesPath = "testdata/pictures.json"

// TestPicturesStayTheSame covers with hashes of their pixels what the golden picture does
// not show: each way to lay a picture out, and all that a film may have or lack.
func TestPicturesStayTheSame(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	if runtime.GOARCH != "amd64" && !golden.Updating() {
		t.Skip("other architectures round otherwise")
	}
	got := map[string]string{}
	add := func(name string, m *image.RGBA) { got[name] = fmt.Sprintf("%x", sha256.Sum256(m.Pix)) }
	plain := sized(testFilm(60), 640, 400)
	add("beside", mustReel(t, plain).Image(40))
	large := sized(plain, 700, 900)
	large.Speed, large.FrameRate = 0.5, 30
	add("large and slow", mustReel(t, large).Image(59))
	alone := plain
	alone.Predicted, alone.View = nil, render.Bounds{Min: sim.Vec{X: -0.3, Y: -0.2}, Max: sim.Vec{X: 0.9, Y: 1.1}}
	add("a part, without a prediction", mustReel(t, alone).Image(20))
	banded := sized(plain, 480, 540)
	banded.Band = &plot.Band{Label: "measured to 1 mm"}
	for k := range banded.True {
		banded.Band.Low, banded.Band.High = append(banded.Band.Low, 1e-4*float64(k)), append(banded.Band.High, 3e-4*float64(k*k))
	}
	add("band", mustReel(t, banded).Image(10))
	planned := sized(plain, 800, 700)
	scene := *planned.Scene
	scene.Goals = []sim.Goal{{Kind: sim.Place, Radius: 0.1}}
	planned.Scene, planned.Predicted, planned.BehindName = &scene, nil, "plan (outlined)"
	planned.Behind = func(p *render.Painter, state int) { p.Mark(0, planned.True[state][0]) }
	add("goals and overlay", mustReel(t, planned).Image(5))
	for columns := 1; columns <= 3; columns++ {
		sheet, err := mustReel(t, plain).Sheet([]int{0, 20, 59}, columns)
		if err != nil {
			t.Fatal(err)
		}
		add(fmt.Sprint("sheet ", columns), sheet.Image())
	}
	contact, err := ContactSheet([]Film{plain, alone, banded}, 2, 500)
	if err != nil {
		t.Fatal(err)
	}
	add("contact sheet", contact.Image())
	if golden.Updating() {
		text, err := json.MarshalIndent(got, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		writeFile(t, picturesPath, append(text, '\n'))
		return
	}
	text, err := os.ReadFile(picturesPath)
	if err != nil {
		t.Fatal(err)
	}
	var golden map[string]string
	if err := json.Unmarshal(text, &golden); err != nil || len(golden) != len(got) {
		t.Errorf("%s: %d hashes, must be %d; %v", picturesPath, len(golden), len(got), err)
	}
	for name, sum := range got {
		if golden[name] != sum {
			t.Errorf("%s: another picture; if the new look is meant, run with -update", name)
		}
	}
}
