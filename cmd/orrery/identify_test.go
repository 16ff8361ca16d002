package main

import (
	"context"
	"encoding/json"
	"fmt"
	"image/png"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"orrery/sim"
	"orrery/sim/canon"
	"orrery/world/observe/discs"
)

// discsDataset imports what a camera saw of discs that hit each other and the walls, in a folder of its own, and
// returns the dataset and the scene's file, whose values of contacts and masses are wrong.
func discsDataset(t *testing.T, set discs.Set, episodes int, more ...string) (dataset, scene string) {
	t.Helper()
	dir := t.TempDir()
	var rows strings.Builder
	rows.WriteString("episode,time,body,x,y,angle\n")
	for e := range episodes {
		episode := set.Episode(e)
		w := set.Watch(episode, e)
		for k, row := range w.Sights {
			for i, s := range row {
				if s.Seen {
					fmt.Fprintf(&rows, "%d,%.6f,disc%d,%.6f,%.6f,%.6f\n", e, w.Times[k], i, s.X, s.Y, s.Angle)
				}
			}
		}
	}
	wrong := set.Scene()
	for i := range wrong.Bodies {
		b := &wrong.Bodies[i]
		b.Name = fmt.Sprintf("disc%d", i)
		for k := range b.Shapes {
			b.Shapes[k].Elasticity, b.Shapes[k].Friction = 1, 0
		}
		if i > 0 {
			b.Moment, b.Mass = b.Moment/b.Mass, 1
		}
	}
	for k := range wrong.Walls {
		wrong.Walls[k].Elasticity, wrong.Walls[k].Friction = 1, 0
	}
	text, err := canon.Encode(wrong)
	if err != nil {
		t.Fatal(err)
	}
	scene, dataset = filepath.Join(dir, "scene.json"), filepath.Join(dir, "film")
	write := func(path, content string) {
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write(scene, string(text))
	write(filepath.Join(dir, "film.csv"), rows.String())
	mustRun(t, append([]string{"import", "csv", filepath.Join(dir, "film.csv"), "--scene", scene, "--out", dataset}, more...)...)
	return dataset, scene
}

// identified is what identify --json promises.
type identified struct {
	Data       string `json:"data"`
	Episodes   []int  `json:"episodes"`
	Parameters []struct {
		Name         string   `json:"name"`
		Of           string   `json:"of"`
		Value        *float64 `json:"value"`
		Lo           *float64 `json:"lo95"`
		Hi           *float64 `json:"hi95"`
		Unit         *string  `json:"unit"`
		Identifiable *bool    `json:"identifiable"`
		Why          string   `json:"why"`
	} `json:"parameters"`
	Edges     []any    `json:"edges"`
	Sentences []string `json:"sentences"`
	Stopped   bool     `json:"stopped"`
}

func identifiedIn(t *testing.T, text string) (found identified) {
	t.Helper()
	d := json.NewDecoder(strings.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&found); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return found
}

// value returns a number that was found.
func (f *identified) value(t *testing.T, name, of string) (value, half float64) {
	t.Helper()
	for _, p := range f.Parameters {
		if p.Name == name && p.Of == of {
			if p.Value == nil || p.Lo == nil || p.Hi == nil {
				t.Fatalf("%s of %s is not known: %s", name, of, p.Why)
			}
			return *p.Value, (*p.Hi - *p.Lo) / 2
		}
	}
	t.Fatalf("there is no %s of %s in %+v", name, of, f.Parameters)
	return 0, 0
}

// TestIdentifyTellsWhatDiscsWere from what was seen of them, in a scene that says something else: in JSON, in a
// table, in a scene that can be simulated and in pictures.
func TestIdentifyTellsWhatDiscsWere(t *testing.T) {
	skipShort(t)
	t.Parallel()
	set := discs.Default()
	set.Noise = 5e-4
	dataset, _ := discsDataset(t, set, 5)
	out := filepath.Join(t.TempDir(), "identified")
	code, stdout, stderr := runLine(t.Context(), "identify", dataset, "--mass", "disc1=10", "--json", "--out", out)
	if code != exitDone {
		t.Fatalf("exit code %d: %s", code, stderr)
	}
	found := identifiedIn(t, stdout)
	if len(found.Episodes) != 5 || found.Stopped || found.Edges == nil || found.Data != dataset {
		t.Errorf("%+v", found)
	}
	truth := set.Scene()
	for _, of := range []struct {
		name, of string
		want     float64
	}{
		{"elasticity", "scene", set.E}, {"friction", "scene", set.Mu}, {"elasticity", "wall", set.WallE}, {"friction", "wall", set.WallMu},
		{"gravity", "scene", set.Gravity}, {"drag", "scene", set.Drag}, {"mass", "disc2", truth.Bodies[2].Mass / truth.Bodies[1].Mass * 10}, {"mass", "disc4", truth.Bodies[4].Mass / truth.Bodies[1].Mass * 10},
	} {
		got, half := found.value(t, of.name, of.of)
		if !(math.Abs(got-of.want) <= 3*half) || !(half > 0) || !(half <= 0.05*max(of.want, 0.2)) {
			t.Errorf("%s of %s is %v ± %v, want %v", of.name, of.of, got, half, of.want)
		}
	}
	for _, p := range found.Parameters {
		if p.Unit == nil || p.Identifiable == nil || *p.Identifiable != (p.Value != nil) || p.Why == "" {
			t.Errorf("%s of %s lacks a key: %+v", p.Name, p.Of, p)
		}
	}
	mustHoldScene(t, filepath.Join(out, "scene.json"), set)
	if saved := identifiedIn(t, readFile(t, filepath.Join(out, "identify.json"))); len(saved.Parameters) != len(found.Parameters) {
		t.Errorf("identify.json has %d of %d parameters", len(saved.Parameters), len(found.Parameters))
	}
	picture, err := os.Open(filepath.Join(out, "identify.png"))
	if err != nil {
		t.Fatal(err)
	}
	defer picture.Close()
	if is, err := png.Decode(picture); err != nil || is.Bounds().Dx() < 1000 {
		t.Errorf("the picture: %v", err)
	}
	svg := readFile(t, filepath.Join(out, "identify.svg"))
	for _, words := range []string{"<svg", "friction · wall", "disc3", "Values with 95 % intervals", "What the fit leaves"} {
		if !strings.Contains(svg, words) {
			t.Errorf("the drawing lacks %q", words)
		}
	}
	table := mustRun(t, "identify", dataset, "--only", "friction,mass")
	for _, line := range []string{"quantity", "friction", "from ", "disc4", "kg", "5 episodes", "only ratios of masses"} {
		if !strings.Contains(table, line) {
			t.Errorf("the table lacks %q:\n%s", line, table)
		}
	}
	for _, line := range []string{"elasticity", "gravity", "radius"} {
		if strings.Contains(table, line) {
			t.Errorf("the table has %q though it was not asked for:\n%s", line, table)
		}
	}
}

// mustHoldScene checks that a scene has what was found in it.
func mustHoldScene(t *testing.T, path string, set discs.Set) {
	t.Helper()
	scene, err := canon.Decode(strings.NewReader(readFile(t, path)))
	if err != nil {
		t.Fatal(err)
	}
	pair := scene.Contact(&scene.Bodies[0].Shapes[0], &scene.Bodies[1].Shapes[0])
	wall := scene.Contact(&scene.Bodies[0].Shapes[0], &scene.Walls[0])
	for _, is := range [][2]float64{{pair.Elasticity, set.E}, {pair.Friction, set.Mu}, {wall.Elasticity, set.WallE}, {wall.Friction, set.WallMu}} {
		if !(math.Abs(is[0]-is[1]) <= 0.02) {
			t.Errorf("the scene has %v, want %v", is[0], is[1])
		}
	}
}

func readFile(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// recordedRows imports rows of a recording and returns the dataset.
func recordedRows(t *testing.T, rows string, more ...string) string {
	t.Helper()
	dir := t.TempDir()
	path := filepath.Join(dir, "film.csv")
	if err := os.WriteFile(path, []byte(rows), 0o644); err != nil {
		t.Fatal(err)
	}
	mustRun(t, append([]string{"import", "csv", path, "--out", filepath.Join(dir, "film")}, more...)...)
	return filepath.Join(dir, "film")
}

// seenRows returns a recording: where bodies are at a time in an episode, with a millimetre of noise.
func seenRows(episodes, frames, bodies int, at func(episode, body int, seconds float64) sim.Vec) string {
	rng := rand.New(rand.NewPCG(1, 2))
	var rows strings.Builder
	rows.WriteString("episode,time,body,x,y\n")
	for e := range episodes {
		for k := range frames {
			for b := range bodies {
				p := at(e, b, float64(k)/30)
				fmt.Fprintf(&rows, "%d,%.6f,%d,%.5f,%.5f\n", e, float64(k)/30, b, p.X+1e-3*rng.NormFloat64(), p.Y+1e-3*rng.NormFloat64())
			}
		}
	}
	return rows.String()
}

// TestDegenerateDataEndInASentence that says what is missing, and never in a number that nothing tells.
func TestDegenerateDataEndInASentence(t *testing.T) {
	skipShort(t)
	t.Parallel()
	apart := func(e, b int, s float64) sim.Vec {
		return sim.Vec{X: float64(2*b-1) * (0.5 + s), Y: 3 + float64(e) + s - 0.5*9.81*s*s}
	}
	once := strings.SplitAfter(seenRows(1, 30, 2, apart), "\n")
	alike := once[0]
	for e := range 4 {
		for _, row := range once[1:] {
			if row != "" {
				alike += fmt.Sprint(e) + row[1:]
			}
		}
	}
	cases := []struct {
		what    string
		dataset func(t *testing.T) string
		more    []string
		code    int
		say     []string // in what is printed, or in the error
		not     []string
	}{
		{what: "nothing moves", code: exitFailed, say: []string{"nothing moves in any of its 2 episodes"},
			dataset: func(t *testing.T) string {
				return recordedRows(t, seenRows(2, 30, 2, func(e, b int, s float64) sim.Vec { return sim.Vec{X: float64(b)} }))
			}},
		{what: "nothing moves, told exactly", code: exitFailed, say: []string{"nothing moves in its episode"},
			dataset: func(t *testing.T) string {
				return recordedRows(t, "time,body,x,y,angle,vx,vy,omega\n0,0,1,1,0,0,0,0\n0.1,0,1,1,0,0,0,0\n0.2,0,1,1,0,0,0,0\n", "--fps", "10")
			}},
		{what: "one frame", code: exitFailed, say: []string{"every episode has one frame"},
			dataset: func(t *testing.T) string {
				return recordedRows(t, "time,body,x,y,angle,vx,vy,omega\n0,0,1,1,0,3,0,0\n", "--fps", "30")
			}},
		{what: "no contact", say: []string{"gravity", "9.8", "no two bodies were seen to hit each other"}, not: []string{"NaN", "Inf"},
			dataset: func(t *testing.T) string { return recordedRows(t, seenRows(3, 20, 2, apart)) }},
		{what: "all alike", say: []string{"3 episodes are copies of others", "of 1 episode"}, not: []string{"NaN"},
			dataset: func(t *testing.T) string { return recordedRows(t, alike) }},
		{what: "contradictory scenes", say: []string{"the scenes contradict each other: gravity of episode 1 is not as in episode 0"}, not: []string{"NaN"},
			dataset: func(t *testing.T) string {
				scenes := t.TempDir()
				for e, g := range []float64{9.81, 3} {
					scene := sim.DefaultScene()
					scene.Gravity.Y = -g
					scene.Bodies = []sim.Body{sim.NewDisc(0.05, 100, sim.Surface{}), sim.NewDisc(0.05, 100, sim.Surface{})}
					scene.Bodies[1].Start.X = 1
					text, err := canon.Encode(&scene)
					if err == nil {
						err = os.WriteFile(filepath.Join(scenes, fmt.Sprint(e)+".json"), text, 0o644)
					}
					if err != nil {
						t.Fatal(err)
					}
				}
				return recordedRows(t, seenRows(2, 20, 2, apart), "--scenes", scenes)
			}},
		{what: "no dataset", code: exitFailed, say: []string{"nowhere"}, dataset: func(t *testing.T) string { return "nowhere" }},
		{what: "a model", code: exitFailed, say: []string{"model"}, dataset: func(t *testing.T) string { return tinyModel(t) }},
		{what: "no such body", code: exitUsage, more: []string{"--mass", "puck"}, say: []string{"--mass: there is no body puck; there are body0, body1"},
			dataset: func(t *testing.T) string { return recordedRows(t, seenRows(1, 20, 2, apart)) }},
		{what: "a mass that is none", code: exitUsage, more: []string{"--mass", "puck=0"}, say: []string{"--mass puck=0: 0 must be a number of kg, > 0"}, dataset: func(t *testing.T) string { return "nowhere" }},
		{what: "a quantity that is none", code: exitUsage, more: []string{"--only", "frction"}, say: []string{"must be quantities"}, dataset: func(t *testing.T) string { return "nowhere" }},
		{what: "a quantity twice", code: exitUsage, more: []string{"--only", "mass,mass"}, say: []string{"must not name mass twice"}, dataset: func(t *testing.T) string { return "nowhere" }},
	}
	for _, c := range cases {
		t.Run(c.what, func(t *testing.T) {
			t.Parallel()
			code, stdout, stderr := runLine(t.Context(), append([]string{"identify", c.dataset(t)}, c.more...)...)
			text := stdout
			if c.code != exitDone {
				text = stderr
			}
			if code != c.code {
				t.Fatalf("exit code %d: %s%s", code, stdout, stderr)
			}
			for _, words := range c.say {
				if !strings.Contains(text, words) {
					t.Errorf("%q is not said in\n%s", words, text)
				}
			}
			for _, words := range append(c.not, "fault of this program", "panic") {
				if strings.Contains(text, words) {
					t.Errorf("%q is said in\n%s", words, text)
				}
			}
		})
	}
}

// TestIdentifyDoesNotDependOnWorkers: neither what is told nor the picture.
func TestIdentifyDoesNotDependOnWorkers(t *testing.T) {
	skipShort(t)
	t.Parallel()
	dataset, _ := discsDataset(t, discs.Default(), 3)
	var first string
	for _, workers := range []string{"1", "3"} {
		out := filepath.Join(t.TempDir(), "i")
		text := mustRun(t, "identify", dataset, "--json", "--workers", workers, "--out", out) + readFile(t, filepath.Join(out, "identify.svg"))
		if first == "" {
			first = text
		}
		if text != first {
			t.Error("with 3 workers something else is told than with one")
		}
	}
}

// TestIdentifyKeepsTheBestSoFar when it is interrupted, or says that there is nothing yet.
func TestIdentifyKeepsTheBestSoFar(t *testing.T) {
	t.Parallel()
	dataset, _ := discsDataset(t, discs.Default(), 3)
	ctx, stop := context.WithCancel(t.Context())
	stop()
	code, stdout, stderr := runLine(ctx, "identify", dataset)
	if code != exitFailed || stdout != "" || !strings.HasSuffix(stderr, "orrery: interrupted\n") {
		t.Errorf("exit code %d: %q, %q", code, stdout, stderr)
	}
}

// TestImportOffersToIdentifyWhatNobodyTold: masses and contacts without a scene, contacts where the scene leaves
// them at nothing, and nothing where it says what they are.
func TestImportOffersToIdentifyWhatNobodyTold(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	rows := filepath.Join(dir, "film.csv")
	text := seenRows(1, 12, 1, func(e, b int, s float64) sim.Vec { return sim.Vec{X: s, Y: s} })
	if err := os.WriteFile(rows, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	scene := func(name string, surface sim.Surface) string {
		s := sim.DefaultScene()
		s.Bodies = []sim.Body{sim.NewDisc(0.1, 10, surface)}
		text, err := canon.Encode(&s)
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, name), text, 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
		return filepath.Join(dir, name)
	}
	for i, c := range []struct {
		more []string
		say  string
	}{
		{nil, "nobody has told masses, elasticity and friction: orrery identify "},
		{[]string{"--scene", scene("bare.json", sim.Surface{})}, "nobody has told elasticity and friction: orrery identify "},
		{[]string{"--scene", scene("told.json", sim.Surface{Friction: 0.3})}, ""},
		{[]string{"--scene", scene("elastic.json", sim.Surface{Elasticity: 0.3})}, ""},
	} {
		out := filepath.Join(dir, fmt.Sprint(i))
		code, _, stderr := runLine(t.Context(), append([]string{"import", "csv", rows, "--out", out}, c.more...)...)
		switch {
		case code != exitDone:
			t.Errorf("%v: exit code %d: %s", c.more, code, stderr)
		case c.say == "" && strings.Contains(stderr, "nobody has told"), c.say != "" && !strings.Contains(stderr, c.say+out+" "):
			t.Errorf("%v: it says\n%s\nwant %q", c.more, stderr, c.say)
		}
	}
}
