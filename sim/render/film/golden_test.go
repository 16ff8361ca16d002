package film

import (
	"bytes"
	"flag"
	"image"
	"image/png"
	"os"
	"testing"
)

var update = flag.Bool("update", false, "rewrite the golden pictures")

func writeFile(t *testing.T, path string, data []byte) {
	t.Helper()
	if err := os.WriteFile(path, data, 0o644); err != nil {
		t.Fatal(err)
	}
}

// The tolerance lets another architecture round differently, not another look pass.
func TestPictureLooksAsItDid(t *testing.T) {
	film := sized(testFilm(120), 360, 360)
	got := mustReel(t, film).Image(110)
	const path = "testdata/overlay.png"
	if *update {
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
	for y := range 360 {
		for x := range 360 {
			r, g, b, _ := want.At(x, y).RGBA()
			if distance(pixel(got, x, y), [3]uint8{uint8(r >> 8), uint8(g >> 8), uint8(b >> 8)}) > 3*4*4 {
				different++
			}
		}
	}
	if different > 20 {
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
