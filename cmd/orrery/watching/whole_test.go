package watching

import (
	"bytes"
	"errors"
	"fmt"
	"image/gif"
	"image/png"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"orrery/cmd/orrery/importing"
	"orrery/cmd/orrery/recordings"
	"orrery/sim"
	"orrery/sim/golden"
	"orrery/sim/render"
	"orrery/sim/render/footage"
)

// filmed writes a folder of pictures of two discs that fly over a floor, and returns it.
func filmed(t *testing.T, dir string) string {
	t.Helper()
	const wide, high, pictures = 120, 80, 18
	scene := &sim.Scene{FPS: 30, Bodies: []sim.Body{sim.NewDisc(9, 1, sim.Surface{}), sim.NewDisc(6, 1, sim.Surface{})}}
	states := make([]sim.State, pictures)
	for k := range states {
		x := float64(k)
		states[k] = sim.State{{X: 20 + 4*x, Y: 30, VX: 120}, {X: 100 - 3*x, Y: 60 - 0.1*x*x, VX: -90, VY: -6 * x}}
	}
	settings := footage.Default()
	settings.Width, settings.Height, settings.View = wide, high, render.Bounds{Max: sim.Vec{X: wide, Y: high}}
	shot, err := footage.New(scene, states, settings)
	if err != nil {
		t.Fatal(err)
	}
	folder := filepath.Join(dir, "table")
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	for k := range shot.Len() {
		picture, err := shot.Picture(k)
		if err != nil {
			t.Fatal(err)
		}
		var text bytes.Buffer
		if err := png.Encode(&text, picture); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(folder, fmt.Sprintf("%03d.png", k)), text.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

var (
	decimals = regexp.MustCompile(`-?[0-9]+\.[0-9]+(e[-+][0-9]+)?`)
	sums     = regexp.MustCompile(`[0-9a-f]{64}`)
	pictured = regexp.MustCompile(`"[A-Za-z0-9+/]{200,}={0,2}"`)
)

// rounded returns a text with numbers of four digits, and without sums and pictures.
func rounded(text, dir string) string {
	text = pictured.ReplaceAllString(sums.ReplaceAllString(strings.ReplaceAll(text, dir, "DIR"), "SUM"), `"PICTURE"`)
	return decimals.ReplaceAllStringFunc(text, func(number string) string {
		v, err := strconv.ParseFloat(number, 64)
		if err != nil {
			return number
		}
		if math.Abs(v) < 1e-9 {
			v = 0
		}
		return strconv.FormatFloat(v, 'g', 4, 64)
	})
}

// TestWatchesStay: all files that a watch writes, what the backdrop of its dataset shows, and how the next run is refused.
func TestWatchesStay(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	t.Parallel()
	dir := t.TempDir()
	folder, out := filmed(t, dir), filepath.Join(dir, "out")
	o := DefaultOptions()
	o.Out, o.Workers, o.Scale, o.Film.Step = out, 1, "100px/m", 1
	report, err := Run(t.Context(), io.Discard, []string{folder}, o)
	if err != nil {
		t.Fatal(err)
	}
	var w strings.Builder
	var names []string
	if err := fs.WalkDir(os.DirFS(out), ".", func(name string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			names = append(names, name)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		text, err := os.ReadFile(filepath.Join(out, name))
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&w, "# %s\n", name)
		switch filepath.Ext(name) {
		case ".gif":
			film, err := gif.DecodeAll(bytes.NewReader(text))
			if err != nil {
				t.Fatal(err)
			}
			sum := 0
			for _, picture := range film.Image {
				for _, v := range picture.Pix {
					sum = (31*sum + int(v)) % 1_000_003
				}
			}
			fmt.Fprintf(&w, "%d pictures of %d by %d px, delays %v, colours %d\n", len(film.Image), film.Config.Width, film.Config.Height, film.Delay, sum)
		case ".html":
			_, data, _ := strings.Cut(string(text), "const seen = ")
			data, _, _ = strings.Cut(data, ";\n")
			title, _, _ := strings.Cut(string(text), "<h2>")
			fmt.Fprintf(&w, "%s\n%s\n", rounded(data, dir), rounded(title[strings.Index(title, "<h1>"):], dir))
		case ".png":
			fmt.Fprintf(&w, "a picture\n")
		default:
			fmt.Fprintf(&w, "%s\n", rounded(string(text), dir))
		}
	}
	read, err := ReadReport(out)
	fmt.Fprintf(&w, "# read back\n%d bodies, %d notes, %v\n", len(read.Episodes[0].Bodies), len(read.Notes), err)
	if len(read.Notes) != len(report.Notes) {
		t.Errorf("%d notes are read back of %d", len(read.Notes), len(report.Notes))
	}
	tellBackdrop(t, &w, dir, out)
	for _, c := range []struct {
		name   string
		paths  []string
		change func(o *Options)
	}{
		{"again", []string{folder}, func(*Options) {}},
		{"no film", nil, func(*Options) {}},
		{"a missing film", []string{filepath.Join(dir, "none")}, func(o *Options) { o.Out = filepath.Join(dir, "other") }},
		{"a wrong scale", []string{folder}, func(o *Options) { o.Scale = "large" }},
		{"a wrong direction", []string{folder}, func(o *Options) { o.Down = "below" }},
		{"missing corrections", []string{folder}, func(o *Options) { o.Fix = filepath.Join(dir, "fix.json") }},
		{"a wrong format", []string{folder}, func(o *Options) { o.Check = "avi" }},
		{"a region beyond", []string{folder}, func(o *Options) {
			o.Out, o.Film.Region.Max.X, o.Film.Region.Max.Y = filepath.Join(dir, "other"), 400, 300
		}},
		{"resumed and forced", []string{folder}, func(o *Options) { o.Resume, o.Force = true, true }},
	} {
		o := o
		c.change(&o)
		_, err := Run(t.Context(), io.Discard, c.paths, o)
		if err == nil {
			err = errors.New("nothing is wrong")
		}
		_, left := os.Lstat(filepath.Join(dir, "other"))
		fmt.Fprintf(&w, "# %s\n%s\nleaves a folder: %t\n", c.name, strings.ReplaceAll(err.Error(), dir, "DIR"), left == nil)
	}
	golden.Compare(t, "testdata/whole.txt", w.String())
}

// tellBackdrop makes a dataset of the tracks, and tells what its backdrop shows.
func tellBackdrop(t *testing.T, w *strings.Builder, dir, out string) {
	t.Helper()
	in := importing.DefaultOptions()
	in.Format, in.File, in.Out, in.Workers = recordings.CSV, filepath.Join(out, tracksFile), filepath.Join(dir, "data"), 1
	log := importing.Log{Bars: io.Discard, Note: func(line string) { fmt.Fprintln(w, rounded(line, dir)) }}
	spec, err := in.Prepare(t.Context(), log)
	if err == nil {
		err = in.Run(t.Context(), log, spec)
	}
	if err != nil {
		t.Fatal(err)
	}
	b, err := Behind(t.Context(), out, in.Out, 0)
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(w, "# backdrop\n%.4g to %.4g m\n", b.Shows.Min, b.Shows.Max)
	for _, frame := range []int{0, 9} {
		m, sum := b.Picture(frame), 0
		for _, v := range m.Pix {
			sum += int(v)
		}
		fmt.Fprintf(w, "frame %d: %v, %d\n", frame, m.Rect.Size(), sum)
	}
	for _, c := range [][2]string{{dir, in.Out}, {out, filepath.Join(dir, "none")}, {out, "../../../datasets/sample"}} {
		_, err := Behind(t.Context(), c[0], c[1], 0)
		fmt.Fprintln(w, strings.ReplaceAll(fmt.Sprint(err), dir, "DIR"))
	}
	if err := os.RemoveAll(filepath.Join(dir, "table")); err != nil {
		t.Fatal(err)
	}
	_, err = Behind(t.Context(), out, in.Out, 0)
	fmt.Fprintln(w, strings.ReplaceAll(fmt.Sprint(err), dir, "DIR"))
	filmed(t, dir)
}
