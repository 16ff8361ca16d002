package recordings

import (
	"bytes"
	"errors"
	"fmt"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"orrery/datasets/npz"
	"orrery/sim"
	"orrery/sim/golden"
)

// TestLooksStay: what a look says of tables and arrays with noise, gaps, a wall, a fall and odd things, in words and as JSON.
func TestLooksStay(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	put := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	rng := sim.NewRand(2, "test/looks", 0)
	var fall, pixels strings.Builder
	fall.WriteString("frame,body,x,y,angle,mood\n")
	pixels.WriteString("t;x;y\n")
	for k := range 45 {
		at := float64(k) / 30
		x := 0.2
		if k == 20 {
			x = 0.9 // an outlier
		}
		if k%11 != 7 {
			fmt.Fprintf(&fall, "%d,red,%.5f,%.5f,%.4f,fine\n", k, x+0.5*at+1e-3*rng.NormFloat64(), 3-9.81*at*at/2+1e-3*rng.NormFloat64(), 2*at)
		}
		fmt.Fprintf(&fall, "%d,blue,%.5f,1,0,fine\n", k, 2+1e-3*rng.NormFloat64())
		fmt.Fprintf(&pixels, "%s;%s;120\n", strings.ReplaceAll(fmt.Sprintf("%.4f", at), ".", ","), strings.ReplaceAll(fmt.Sprintf("%.2f", 100+60*at), ".", ","))
	}
	var arrays bytes.Buffer
	if err := npz.Write(&arrays, []npz.Array{{Name: "xy", Shape: []int{4, 1, 2}, Values: []float64{0, 0, 1, 0, 2, 0, 3, 1}}, {Name: "time", Shape: []int{4}, Values: []float64{0, 0.1, 0.2, 0.3}}, {Name: "extra", Shape: []int{7}, Values: make([]float64, 7)}}); err != nil {
		t.Fatal(err)
	}
	bounce, _ := bounces(30, 90, func(k int) bool { return k%13 == 4 })
	var w strings.Builder
	for _, c := range []struct {
		name   string
		format Format
		path   string
		change func(l *Look)
	}{
		{"a fall", CSV, put("fall.csv", fall.String()), func(l *Look) { l.Seen.Rate.Set("30") }},
		{"a fall in a scene", CSV, put("again.csv", fall.String()), func(l *Look) { l.Scene = twoBoxes() }},
		{"a fall beside a wall", CSV, filepath.Join(dir, "again.csv"), func(l *Look) {
			l.Scene = twoBoxes()
			l.Scene.Walls = []sim.Shape{sim.NewShape(sim.Segment, 0.02, sim.Surface{}, sim.Vec{X: -2, Y: 0}, sim.Vec{X: 1, Y: 0.5})}
		}},
		{"bounces", CSV, put("bounce.csv", bounce), func(l *Look) { l.Seen.Rate.Set("30"); l.Seen.Words.Noise = "2mm" }},
		{"pixels", CSV, put("pixels.csv", pixels.String()), func(*Look) {}},
		{"pixels with a scale", CSV, put("scaled.csv", pixels.String()), func(l *Look) {
			l.Seen.Words.Unit, l.Seen.Words.Scale, l.Seen.Words.Y = "px", "400px/m", "down"
		}},
		{"arrays", NPZ, put("arrays.npz", arrays.String()), func(*Look) {}},
		{"no table", Parquet, put("none.parquet", "PAR1"), func(*Look) {}},
		{"no bag", MCAP, put("none.mcap", "nothing"), func(*Look) {}},
	} {
		l := Look{Path: c.path, Format: c.format, Seen: DefaultOptions(), Patience: time.Minute}
		c.change(&l)
		for _, asJSON := range []bool{false, true} {
			var out, log strings.Builder
			if l.JSON = asJSON; asJSON {
				l.Out = filepath.Join(t.TempDir(), "look.png")
			}
			if err := Inspect(t.Context(), &out, io.Discard, l); err != nil {
				fmt.Fprintf(&log, "%v\n", err)
			}
			fmt.Fprintf(&w, "# %s\n%s", c.name, strings.ReplaceAll(out.String()+log.String(), dir, "DIR"))
			if log.Len() > 0 {
				break
			}
			if asJSON {
				fmt.Fprintf(&w, "drawn:%s\n", parts(t, l.Out))
			}
		}
	}
	golden.Compare(t, "testdata/looks.txt", w.String())
}

// parts returns the mean brightness, 0 to 255, of six by six parts of a picture of a look, row by row.
func parts(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	drawn, err := png.Decode(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	var sums [36]float64
	size := drawn.Bounds().Size()
	for y := range size.Y {
		for x := range size.X {
			r, g, b, _ := drawn.At(x, y).RGBA()
			sums[6*(6*y/size.Y)+6*x/size.X] += float64(r+g+b) / 3 / 257
		}
	}
	var w strings.Builder
	for _, sum := range sums {
		fmt.Fprintf(&w, " %.2f", sum/float64(size.X*size.Y/36))
	}
	return w.String()
}

// twoBoxes is a scene of two boxes at 30 frames a second.
func twoBoxes() *sim.Scene {
	scene := box(30)
	scene.Bodies = append(scene.Bodies, scene.Bodies[0])
	scene.Bodies[0].Name, scene.Bodies[1].Name = "red", "blue"
	return scene
}

// TestLooksEndWithWhatFails: a picture or an output that cannot be written.
func TestLooksEndWithWhatFails(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "seen.csv")
	table, _ := bounces(30, 60, func(int) bool { return false })
	if err := os.WriteFile(path, []byte(table), 0o600); err != nil {
		t.Fatal(err)
	}
	full := errors.New("the pipe is full")
	for _, asJSON := range []bool{false, true} {
		l := Look{Path: path, Format: CSV, Seen: DefaultOptions(), Patience: time.Minute, JSON: asJSON}
		if err := l.Seen.Rate.Set("30"); err != nil {
			t.Fatal(err)
		}
		if err := Inspect(t.Context(), failing{full}, io.Discard, l); !errors.Is(err, full) {
			t.Errorf("%v", err)
		}
		l.Out = filepath.Join(path, "below a file.png")
		if err := Inspect(t.Context(), io.Discard, io.Discard, l); err == nil {
			t.Error("a picture is written below a file")
		}
	}
}

// failing is a writer that fails.
type failing struct{ error }

func (f failing) Write([]byte) (int, error) { return 0, f.error }
