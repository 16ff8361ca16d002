package report_test

import (
	"bytes"
	"context"
	"errors"
	"image/gif"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"orrery/sim"
	"orrery/world"
	"orrery/world/eval"
	"orrery/world/eval/report"
	"orrery/world/flight"
)

// glides returns a folder of three episodes of a disc that glides, at 0.9, 0.1 and 0.5 m/s,
// in a second of which a model that leaves it where it is errs by as many metres.
func glides(t *testing.T) *report.Folder {
	t.Helper()
	var scenes []*sim.Scene
	var starts []sim.State
	for _, speed := range []float64{0.9, 0.1, 0.5} {
		scene := sim.DefaultScene()
		disc := sim.NewDisc(0.1, 10, sim.Surface{})
		disc.Start.VX = speed
		scene.Name, scene.Bodies, scene.FPS = "glide", []sim.Body{disc}, 10
		scenes, starts = append(scenes, &scene), append(starts, scene.Start())
	}
	held, err := world.Rollout(flight.Ballistic(), scenes, starts, nil, 11, 1)
	if err != nil {
		t.Fatal(err)
	}
	result, err := eval.Run(t.Context(), held, []eval.Entry{{Name: "lazy", Model: flight.Still()}}, nil, eval.DefaultConfig(), nil)
	if err != nil {
		t.Fatal(err)
	}
	return &report.Folder{
		Result: result, Page: report.Page{Model: "lazy"}, Model: flight.Still(), ModelDir: t.TempDir(),
		Seed: 11, Episodes: []int{7, 8, 9}, Trajectories: held,
	}
}

// TestFolderIsComplete: it has the files that it announces, metrics that can be read, and an
// animation as long as the episodes.
func TestFolderIsComplete(t *testing.T) {
	t.Parallel()
	f, dir := glides(t), t.TempDir()
	if err := f.Write(t.Context(), dir); err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	want := report.Files()
	if slices.Sort(want); !slices.Equal(names, want) {
		t.Errorf("files %v, must be %v", names, want)
	}
	scores, err := eval.ReadScores(dir)
	if err != nil || scores.Episodes != 3 || scores.ErrorAt("lazy", 1) != f.Result.ErrorAt("lazy", 1) {
		t.Errorf("metrics %+v, %v", scores, err)
	}
	overlay, err := os.Open(filepath.Join(dir, "overlay.gif"))
	if err != nil {
		t.Fatal(err)
	}
	defer overlay.Close()
	film, err := gif.DecodeAll(overlay)
	if err != nil {
		t.Fatal(err)
	}
	hundredths := 0
	for _, delay := range film.Delay {
		hundredths += delay
	}
	if len(film.Image) < 11 || hundredths < 100 {
		t.Errorf("%d pictures of %g s show a second", len(film.Image), float64(hundredths)/100)
	}
	first, last := film.Image[0].Bounds(), film.Image[len(film.Image)-1].Bounds()
	if first.Dx() != film.Config.Width || last.Empty() {
		t.Errorf("first picture %v, last %v, of %d px", first, last, film.Config.Width)
	}
}

// stops is a model that gives up after some frames.
type stops struct{ world.Model }

func (m stops) Predictor(scenes []*sim.Scene) (world.Predictor, error) {
	p, err := m.Model.Predictor(scenes)
	return &stopping{p, 0}, err
}

type stopping struct {
	world.Predictor
	steps int
}

func (p *stopping) Step(state sim.State, action sim.Action) error {
	if p.steps++; p.steps > 5 {
		return errors.New("lost the thread")
	}
	return p.Predictor.Step(state, action)
}

// TestFolderOfAModelThatGivesUp: the last state stands still and the caption says when.
func TestFolderOfAModelThatGivesUp(t *testing.T) {
	t.Parallel()
	f, dir := glides(t), t.TempDir()
	f.Model = stops{flight.Still()}
	row := f.Result.Row("lazy")
	for _, episode := range f.Episodes {
		row.Failures = append(row.Failures, eval.Failure{Episode: episode, Scene: "glide", Frame: 5})
	}
	if err := f.Write(t.Context(), dir); err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile(filepath.Join(dir, "report.html"))
	if err != nil || !bytes.Contains(page, []byte("The prediction ended at 0.50 s.")) || bytes.Contains(page, []byte("<h2>Training</h2>")) {
		t.Errorf("the page does not say when the prediction ended, or shows a training that nobody has logged; %v", err)
	}

	// What ended elsewhere is not said of the episodes that are shown.
	row.Failures = []eval.Failure{{Episode: slices.Max(f.Episodes) + 1, Scene: "glide", Frame: 5}}
	f.Model = flight.Still()
	if err := f.Write(t.Context(), dir); err != nil {
		t.Fatal(err)
	}
	if page, err = os.ReadFile(filepath.Join(dir, "report.html")); err != nil || bytes.Contains(page, []byte("The prediction ended at")) {
		t.Errorf("an episode that ended elsewhere ends all; %v", err)
	}
}

// TestFolderShowsTheTrainingLog of the model, if it has one, and says which line of it is
// damaged.
func TestFolderShowsTheTrainingLog(t *testing.T) {
	t.Parallel()
	f, dir := glides(t), t.TempDir()
	write := func(log string) string {
		if err := os.WriteFile(filepath.Join(f.ModelDir, "log.jsonl"), []byte(log), 0o644); err != nil {
			t.Fatal(err)
		}
		if err := f.Write(t.Context(), dir); err != nil {
			return err.Error()
		}
		page, err := os.ReadFile(filepath.Join(dir, "report.html"))
		if err != nil {
			t.Fatal(err)
		}
		return string(page)
	}
	with := write(`{"step":1,"seconds":0.5,"loss":3}` + "\n" + `{"step":2,"seconds":1,"loss":2,"validation":2.5}` + "\n" + `{"step":3,"seconds":2,"loss":1,"validation":1.5}` + "\n")
	if !strings.Contains(with, "<h2>Training</h2>") {
		t.Error("the page has no training curve")
	}
	for line, want := range map[string]string{
		"{\n":                   "log.jsonl: line 2: ",
		`{"step":"two"}` + "\n": "log.jsonl: line 2: ",
	} {
		said := write(`{"step":1,"seconds":0.5,"loss":3}` + "\n" + line)
		if !strings.Contains(said, want) || strings.Contains(said, "<svg") || strings.Contains(said, "unmarshal") || strings.Contains(said, "unexpected EOF") {
			t.Errorf("of the line %q in a log it says %.200q", line, said)
		}
	}
	if cut := write(`{"step":1,"seconds":0.5,"loss":3}` + "\n" + `{"step":2,"seconds":1,"loss":2}` + "\n" + `{"st`); !strings.Contains(cut, "<h2>Training</h2>") {
		t.Errorf("of a log whose last line was cut by a kill it says %.200q", cut)
	}
}

func TestFolderEndsWithItsContext(t *testing.T) {
	t.Parallel()
	f, dir := glides(t), t.TempDir()
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if err := f.Write(ctx, dir); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) > 0 {
		t.Errorf("%v is written, %v", entries, err)
	}
}
