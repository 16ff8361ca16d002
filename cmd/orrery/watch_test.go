package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"orrery/cmd/orrery/experiment"
	"orrery/cmd/orrery/watching"
	"orrery/datasets"
	"orrery/sim"
	"orrery/sim/render/animation"
	"orrery/sim/render/footage"
)

// fallen writes a film of two discs that fall and bounce as a folder of pictures.
func fallen(t *testing.T, dir string) {
	t.Helper()
	scene := sim.DefaultScene()
	scene.FPS = 30
	states := make([]sim.State, 24)
	for i := range 2 {
		disc := sim.NewDisc(0.1, 1, sim.Surface{})
		disc.Start.X, disc.Start.Y = 0.3+0.5*float64(i), 0.8+0.1*float64(i)
		scene.Bodies = append(scene.Bodies, disc)
		y, v := disc.Start.Y, 0.0
		for k := range states {
			states[k] = append(states[k], sim.BodyState{X: disc.Start.X, Y: y})
			for range 100 {
				if v, y = v-9.81/3000, y+v/3000; y < 0.11 && v < 0 {
					v = -0.8 * v
				}
			}
		}
	}
	corners := []sim.Vec{{}, {X: 1.2}, {X: 1.2, Y: 1}, {Y: 1}}
	for k, corner := range corners {
		scene.Walls = append(scene.Walls, sim.NewShape(sim.Segment, 0.01, sim.Surface{}, corner, corners[(k+1)%4]))
	}
	shoot(t, dir, &scene, states)
}

// shoot writes what a camera sees of a scene as a folder of pictures.
func shoot(t *testing.T, dir string, scene *sim.Scene, states []sim.State) *footage.Shot {
	t.Helper()
	settings := footage.Default()
	settings.Width, settings.Height = 112, 96
	shot, err := footage.New(scene, states, settings)
	if err != nil {
		t.Fatal(err)
	}
	k := 0
	for m, err := range shot.Pictures(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		picture(t, filepath.Join(dir, fmt.Sprintf("%04d.png", k)), m)
		k++
	}
	return shot
}

// filmDiscs writes a film of two discs in a box as a folder of pictures, and returns the shot of it. Each turn is another film.
func filmDiscs(t *testing.T, dir string, turn, pictures int) *footage.Shot {
	t.Helper()
	scene := sim.DefaultScene()
	scene.Gravity, scene.FPS = sim.Vec{}, 30
	for i, radius := range []float64{0.1, 0.14} {
		disc := sim.NewDisc(radius, 1, sim.Surface{})
		disc.Start.X, disc.Start.Y = 0.3+0.5*float64(i), 0.3+0.4*float64(i)
		scene.Bodies = append(scene.Bodies, disc)
	}
	corners := []sim.Vec{{}, {X: 1.2}, {X: 1.2, Y: 1}, {Y: 1}}
	for k, corner := range corners {
		scene.Walls = append(scene.Walls, sim.NewShape(sim.Segment, 0.01, sim.Surface{}, corner, corners[(k+1)%4]))
	}
	within := func(v, low, high float64) float64 { // there and back, as between two walls
		v = math.Mod(v-low, 2*(high-low))
		if v < 0 {
			v += 2 * (high - low)
		}
		return low + min(v, 2*(high-low)-v)
	}
	states := make([]sim.State, pictures)
	for k := range states {
		time := float64(k)/30 + 0.4*float64(turn)
		for i, r := range []float64{0.1, 0.14} {
			start := scene.Bodies[i].Start
			states[k] = append(states[k], sim.BodyState{X: within(start.X+(0.9-1.6*float64(i))*time, 0.01+r, 1.19-r), Y: within(start.Y+0.5*time*float64(1-2*i)*0.7, 0.01+r, 0.99-r)})
		}
	}
	return shoot(t, dir, &scene, states)
}

// picture writes a picture.
func picture(t *testing.T, path string, m image.Image) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := png.Encode(file, m); err != nil {
		t.Fatal(err)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
}

// filmTable writes the film of filmDiscs as a GIF.
func filmTable(t *testing.T, path string) {
	t.Helper()
	var pictures []*image.RGBA
	for m, err := range filmDiscs(t, t.TempDir(), 0, 24).Pictures(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		pictures = append(pictures, m)
	}
	var gif bytes.Buffer
	a := animation.Animation{Pictures: slices.Values(pictures), Size: image.Pt(112, 96), Count: len(pictures), Rate: 30}
	if err := animation.EncodeGIF(&gif, a, animation.NewPalette(nil, pictures)); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, gif.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestAFilmBecomesADataset goes from pictures to a dataset and compares it with what was filmed.
func TestAFilmBecomesADataset(t *testing.T) {
	skipShort(t)
	t.Parallel()
	dir := t.TempDir()
	shot := filmDiscs(t, filepath.Join(dir, "film"), 0, 45)
	watched := filepath.Join(dir, "watched")
	out := mustRun(t, "watch", filepath.Join(dir, "film"), "--scale", fmt.Sprintf("%gpx/m", shot.Scale()), "--out", watched, "--json")
	var report watching.Report
	if err := json.Unmarshal([]byte(out), &report); err != nil {
		t.Fatal(err)
	}
	if n := len(report.Episodes); n != 1 || len(report.Episodes[0].Bodies) != 2 || report.Unit != "m" {
		t.Fatalf("%d episodes of %+v in %s", n, report.Episodes, report.Unit)
	}
	for _, name := range []string{"tracks.csv", "scene.json", "scenes/0.json", "check.gif", "check.html", "film.json"} {
		if info, err := os.Stat(filepath.Join(watched, name)); err != nil || info.Size() < 100 {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := os.Stat(filepath.Join(watched, ".partial")); err == nil {
		t.Error("what was kept of the work is still there")
	}
	mustRun(t, "check", filepath.Join(watched, "scene.json"))
	mustRun(t, "import", "csv", filepath.Join(watched, "tracks.csv"), "--scene", filepath.Join(watched, "scene.json"), "--out", filepath.Join(dir, "data"))
	for _, more := range [][]string{nil, {"--film", watched}} {
		mustRun(t, slices.Concat([]string{"render", filepath.Join(dir, "data"), "--size", "320x360", "--out", filepath.Join(dir, fmt.Sprint(len(more))+".png")}, more)...)
	}
	if plain, over := readFile(t, filepath.Join(dir, "0.png")), readFile(t, filepath.Join(dir, "2.png")); plain == over {
		t.Error("--film shows no film")
	}
	clip, err := loadEpisode(t, filepath.Join(dir, "data"))
	if err != nil {
		t.Fatal(err)
	}
	for k, state := range clip.States {
		truth := shot.Truth(k)
		for i := range state {
			best := math.Inf(1)
			for j := range truth { // the bodies may be in another order
				best = min(best, math.Hypot(state[i].X*shot.Scale()-truth[j].X, state[i].Y*shot.Scale()-truth[j].Y))
			}
			if !(best <= 0.2) {
				t.Errorf("frame %d: body %d is %.3f px off", k, i, best)
			}
		}
	}
}

// loadEpisode returns the first episode of a dataset.
func loadEpisode(t *testing.T, dir string) (*sim.Trajectory, error) {
	t.Helper()
	data, err := datasets.Open(t.Context(), dir)
	if err != nil {
		return nil, err
	}
	return data.Episode(t.Context(), 0)
}

// TestWatchDoesNotDependOnWorkers, nor on being stopped: films that are done are not watched again.
func TestWatchDoesNotDependOnWorkers(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	var films []string
	for k := range 3 {
		films = append(films, filepath.Join(dir, fmt.Sprintf("film%d", k)))
		filmDiscs(t, films[k], k, 14)
	}
	texts := map[string]string{}
	for _, workers := range []string{"1", "3"} {
		out := filepath.Join(dir, "w"+workers)
		mustRun(t, slices.Concat([]string{"watch", "--check", "none", "--workers", workers, "--out", out}, films)...)
		texts[workers] = readFile(t, filepath.Join(out, "tracks.csv")) + readFile(t, filepath.Join(out, "film.json")) + readFile(t, filepath.Join(out, "scenes", "2.json"))
	}
	if texts["1"] != texts["3"] {
		t.Error("one worker and three see different things")
	}
	if !strings.Contains(texts["1"], "\n2,") {
		t.Error("there is no third episode in the tracks")
	}
}

func TestBadWatchesAreOneClearLine(t *testing.T) {
	skipShort(t)
	t.Parallel()
	dir := t.TempDir()
	film := filepath.Join(dir, "film")
	filmDiscs(t, film, 0, 12)
	there := filepath.Join(dir, "there")
	picture(t, filepath.Join(there, "a.png"), image.NewRGBA(image.Rect(0, 0, 9, 9)))
	bad := filepath.Join(dir, "bad.json")
	if err := os.WriteFile(bad, []byte(`{"format": 1, "ignore": ["7"]}`), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"all": `"ignore": ["0", "1"]`, "big": `"shape": {"0": {"radius": 15000}}`} {
		if err := os.WriteFile(filepath.Join(dir, name+".json"), []byte(`{"format": 1, `+text+`}`), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"0.png", "1.png", "2.png"} {
		picture(t, filepath.Join(dir, "still", name), image.NewGray(image.Rect(0, 0, 40, 40)))
	}
	small := filepath.Join(dir, "small.png")
	picture(t, small, image.NewGray(image.Rect(0, 0, 20, 20)))
	for line, want := range map[string]string{
		"watch --out {out}":                                          "a film is missing",
		"watch {film}":                                               "--out DIR is missing",
		"watch {dir}/nothing.gif --out {out}":                        "nothing.gif",
		"watch {dir}/bad.json --out {out}":                           "bad.json",
		"watch {film} --out {dir}/there":                             "not empty",
		"watch {dir}/there --out {out}":                              "there: one picture of it is read, in which nothing moves",
		"watch {film} --out {out} --scale body:9=1m --check none":    `no body "9"`,
		"watch {film} --out {out} --scale far":                       "--scale",
		"watch {film} --out {out} --down below":                      "--down",
		"watch {film} --out {out} --scale g=9.81 --down none":        "falls",
		"watch {film} --out {out} --check avi":                       "--check",
		"watch {film} --out {out} --end 0.1 --start 0.2":             "after --start",
		"watch {film} --out {out} --region 1,2,3":                    "X,Y,WIDTH,HEIGHT",
		"watch {film} --out {out} --ignore 1,2,0,3":                  "X,Y,WIDTH,HEIGHT",
		"watch {film} --out {out} --fix {dir}/bad.json --check none": `ignore: body`,
		"watch {film} --out {out} --fix {dir}/all.json --check none": "all.json leaves none of its bodies",
		"watch {film} --out {out} --fix {dir}/big.json --check none": "shape: 0: is 30000 px wide, but must fit into the picture",
		"watch {still} --out {out} --check none":                     "still: no body is seen to move in it",
		"watch {film} --out {out} --mask {dir}/small.png":            "mask of 20 × 20 px",
		"watch {film} --out {out} --plate {dir}/small.png":           "plate of 20 × 20 px",
		"watch {film} --out {out} --resume --force":                  "--resume",
	} {
		out := filepath.Join(t.TempDir(), "w")
		words := strings.Fields(strings.NewReplacer("{out}", out, "{film}", film, "{still}", filepath.Join(dir, "still"), "{dir}", dir).Replace(line))
		var stderr strings.Builder
		if code := run(t.Context(), words, io.Discard, &stderr); code == 0 || !strings.Contains(stderr.String(), want) {
			t.Errorf("%s: exit %d, %q; want %q", line, code, &stderr, want)
		}
		if strings.Contains(line, "nothing.gif") && has(t, out) {
			t.Errorf("%s leaves a folder that the next watch refuses", line)
		}
	}
}

// TestTrueShapesAreThoseOfNames: a body has another number in a film in which one is missing.
func TestTrueShapesAreThoseOfNames(t *testing.T) {
	skipShort(t)
	t.Parallel()
	dir := t.TempDir()
	both, one := filepath.Join(dir, "both"), filepath.Join(dir, "one")
	filmDiscs(t, both, 0, 14)
	watch := func(name string, more ...string) (report watching.Report) {
		out := mustRun(t, slices.Concat([]string{"watch", both, one, "--check", "none", "--down", "none", "--json", "--out", filepath.Join(dir, name)}, more)...)
		if err := json.Unmarshal([]byte(out), &report); err != nil {
			t.Fatal(err)
		}
		return report
	}
	scene := sim.DefaultScene()
	scene.Gravity, scene.FPS = sim.Vec{}, 30
	scene.Bodies = []sim.Body{sim.NewDisc(0.1, 1, sim.Surface{})} // the smaller of both
	var states []sim.State
	for k := range 14 {
		states = append(states, sim.State{{X: 0.3 + 0.03*float64(k), Y: 0.5}})
	}
	scene.Bodies[0].Start.X, scene.Bodies[0].Start.Y = states[0][0].X, states[0][0].Y
	corners := []sim.Vec{{}, {X: 1.2}, {X: 1.2, Y: 1}, {Y: 1}}
	for k, corner := range corners {
		scene.Walls = append(scene.Walls, sim.NewShape(sim.Segment, 0.01, sim.Surface{}, corner, corners[(k+1)%4]))
	}
	shoot(t, one, &scene, states)
	plain := watch("plain")
	if len(plain.Episodes[0].Bodies) != 2 || len(plain.Episodes[1].Bodies) != 1 {
		t.Fatalf("%+v", plain.Episodes)
	}
	alone := plain.Episodes[1].Bodies[0]
	if alone.Name != "1" {
		t.Fatalf("the body of the second film is %s, want 1, as in the first", alone.Name)
	}
	fix := filepath.Join(dir, "fix.json")
	if err := os.WriteFile(fix, []byte(`{"format": 1, "shape": {"1": {"radius": 9.5}}}`), 0o600); err != nil {
		t.Fatal(err)
	}
	fixed := watch("fixed", "--fix", fix)
	if name := fixed.Episodes[1].Bodies[0].Name; name != "1" {
		t.Errorf("the body of the second film is %s", name)
	}
	for i, e := range fixed.Episodes {
		for _, b := range e.Bodies {
			if is := math.Abs(b.AcrossPx-19) < 1e-6; is != (b.Name == "1") {
				t.Errorf("episode %d: body %s is %g px wide", i, b.Name, b.AcrossPx)
			}
		}
	}
}

// TestAPictureIsAsLongAsItWasFilmed, whatever part of it is watched.
func TestAPictureIsAsLongAsItWasFilmed(t *testing.T) {
	skipShort(t)
	t.Parallel()
	dir := t.TempDir()
	filmDiscs(t, filepath.Join(dir, "film"), 0, 12)
	out := mustRun(t, "watch", filepath.Join(dir, "film"), "--region", "4,4,90,88", "--scale", "picture=0.5m", "--down", "none", "--check", "none", "--out", filepath.Join(dir, "watched"), "--json")
	var report watching.Report
	if err := json.Unmarshal([]byte(out), &report); err != nil {
		t.Fatal(err)
	}
	if !(math.Abs(report.PerMetre-224) < 1e-9) {
		t.Errorf("%g px are a metre, want 224, as 112 px are half of one", report.PerMetre)
	}
}

// TestFilmsFromAskewAreLevelled where the user wants them to be: a disc takes even steps then, in a plane that is seen from askew.
func TestFilmsFromAskewAreLevelled(t *testing.T) {
	skipShort(t)
	t.Parallel()
	const slant, w, h, fine = 1e-3, 180, 56, 4
	dir := t.TempDir()
	for k := range 25 {
		m := image.NewRGBA(image.Rect(0, 0, w, h))
		for i := range w * h * fine * fine {
			x, y := (float64(i%(w*fine))+0.5)/fine-w/2, (float64(i/(w*fine))+0.5)/fine-h/2
			at := m.PixOffset(i%(w*fine)/fine, i/(w*fine)/fine)
			m.Pix[at+3] = 255
			if math.Hypot(x/(1+slant*x)+60-5*float64(k), y/(1+slant*x)) < 9 {
				m.Pix[at] += 12
			}
		}
		picture(t, filepath.Join(dir, "film", fmt.Sprintf("%d.png", k)), m)
	}
	out := mustRun(t, "watch", filepath.Join(dir, "film"), "--level", "--check", "none", "--out", filepath.Join(dir, "watched"), "--json")
	var report watching.Report
	if err := json.Unmarshal([]byte(out), &report); err != nil {
		t.Fatal(err)
	}
	if told := report.Episodes[0].Slant; told == nil || !told.Levelled || !(math.Abs(told.X-slant) <= 0.2*slant) {
		t.Errorf("%+v, want a slant of %v that is taken out", told, slant)
	}
	if note := strings.Join(report.Notes, "\n"); !strings.Contains(note, "as if the camera had looked square") {
		t.Errorf("the notes do not say that the film is levelled:\n%s", note)
	}
}

// TestLearnPassesItsFlags to the commands that it runs.
func TestLearnPassesItsFlags(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "learned")
	var lines []string
	runner := func(_ context.Context, _, _ io.Writer, args []string) error {
		lines = append(lines, strings.ReplaceAll(strings.Join(args, " "), dir, "{dir}"))
		if args[0] != "watch" {
			return nil
		}
		if err := os.MkdirAll(filepath.Join(dir, "watched"), 0o755); err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(dir, "watched", "film.json"), []byte(`{"episodes": [{"path": "a"}, {"path": "b"}, {"path": "c"}, {"path": "d"}, {"path": "e"}], "notes": []}`), 0o600)
	}
	root := rootCommand(experiment.Runner(runner))
	root.SetArgs(strings.Fields("learn a.gif b.gif --scale g=9.81 --down left --bodies 3 --start 1 --end 2 --step 2 --rate 240 --region 1,2,30,40 --ignore 1,1,2,2 --ignore 3,3,4,4 --mask m.png --plate p.png --fix f.json --check mp4 --workers 3 --budget 7s --seed 5 --out " + dir))
	root.SetOut(io.Discard)
	root.SetErr(io.Discard)
	if err := root.ExecuteContext(t.Context()); err != nil {
		t.Fatal(err)
	}
	want := []string{
		"watch a.gif b.gif --scale=g=9.81 --bodies=3 --check=mp4 --down=left --end=2 --fix=f.json --mask=m.png --plate=p.png --rate=240 --region=1,2,30,40 --start=1 --step=2 --ignore=1,1,2,2 --ignore=3,3,4,4 --out {dir}/watched --workers 3",
		"import csv {dir}/watched/tracks.csv --scenes {dir}/watched/scenes --odd drop --out {dir}/data --split test=0.2 --workers 3",
		"identify {dir}/data --out {dir}/identified --workers 3",
		"train {dir}/data --model contact --seed 5 --budget 7s --unknown gravity,drag,elasticity,friction --out {dir}/model --workers 3",
		"render {dir}/data --model {dir}/model --film {dir}/watched --out {dir}/ghost.gif",
		"eval {dir}/model --data {dir}/data --split test --report {dir}/report --workers 3",
	}
	if !slices.Equal(lines, want) {
		t.Errorf("learn runs\n%s\nwant\n%s", strings.Join(lines, "\n"), strings.Join(want, "\n"))
	}
	lines = nil
	root.SetArgs([]string{"learn", "a.gif", "--steps", "9", "--out", dir, "--force"})
	if err := root.ExecuteContext(t.Context()); err != nil || !slices.ContainsFunc(lines, func(l string) bool { return strings.Contains(l, "--steps 9") }) {
		t.Errorf("--steps 9: %v, %v", lines, err)
	}
	if text := readFile(t, filepath.Join(dir, "index.html")); !strings.Contains(text, "ghost.gif") || !strings.Contains(text, "a.gif") {
		t.Error("the page shows no ghost")
	}
}

// TestLearnGoesOn where it was stopped with --resume, and begins anew with --force.
func TestLearnGoesOn(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "learned")
	film := `{"episodes": [{"path": "a"}], "notes": []}`
	learn := func(more ...string) (lines []string, err error) {
		root := rootCommand(experiment.Runner(func(_ context.Context, _, _ io.Writer, args []string) error {
			lines = append(lines, args[0]+" "+args[len(args)-1])
			if args[0] == "watch" && !slices.Contains(args, "--scale=picture=1m") {
				t.Errorf("without a scale %v", args)
			}
			if args[0] != "watch" {
				return nil
			}
			return errors.Join(os.MkdirAll(filepath.Join(dir, "watched"), 0o755), os.WriteFile(filepath.Join(dir, "watched", "film.json"), []byte(film), 0o600))
		}))
		root.SetArgs(append([]string{"learn", "a.gif", "--out", dir}, more...))
		root.SetOut(io.Discard)
		root.SetErr(io.Discard)
		return lines, root.ExecuteContext(t.Context())
	}
	if lines, err := learn(); err != nil || len(lines) != 5 {
		t.Fatalf("%v, %v", lines, err)
	}
	if lines, err := learn(); err == nil || len(lines) > 0 {
		t.Errorf("a second time without a flag: %v, %v", lines, err)
	}
	if lines, err := learn("--resume"); err != nil || slices.ContainsFunc(lines, func(l string) bool { return strings.HasPrefix(l, "watch") }) {
		t.Errorf("with --resume %v, %v; what is watched is there", lines, err)
	}
	if lines, err := learn("--force"); err != nil || len(lines) != 5 || lines[0] != "watch --force" {
		t.Errorf("with --force %v, %v", lines, err)
	}
}

// maskAndPlate writes what the flags of watch read besides a film of filmDiscs.
func maskAndPlate(t *testing.T, mask, plate string) {
	t.Helper()
	m := image.NewGray(image.Rect(0, 0, 112, 96))
	for i := range m.Pix {
		m.Pix[i] = 255 * uint8(min(i%112/56, 1)) // the right half
	}
	picture(t, mask, m)
	scene := image.NewRGBA(image.Rect(0, 0, 112, 96))
	for i := 0; i < len(scene.Pix); i += 4 {
		scene.SetRGBA(i/4%112, i/4/112, color.RGBA{R: 20, G: 20, B: 200, A: 255})
	}
	picture(t, plate, scene)
}
