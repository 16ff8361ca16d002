package open

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"orrery/cmd/orrery-view/session/compare"
	"orrery/cmd/orrery-view/session/jobs"
	"orrery/cmd/orrery-view/session/replay"
	"orrery/cmd/orrery/planning"
	"orrery/sim"
	"orrery/sim/canon"
	"orrery/sim/engine"
	"orrery/sim/scenario/library"
	"orrery/world"
	"orrery/world/choose"
	"orrery/world/contact"
	"orrery/world/fit"
	"orrery/world/flight"
	"orrery/world/rollout"
)

func opened(t *testing.T, arguments ...string) *Opener {
	t.Helper()
	o, err := ParseArguments(arguments)
	if err != nil {
		t.Fatal(err)
	}
	v, err := New(o, jobs.InTick, planning.Engine{}, nil, fit.Decode)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// writeModel writes an untrained model of a kind and returns its directory.
func writeModel(t *testing.T) string {
	t.Helper()
	config := contact.DefaultConfig()
	model, err := contact.New(config, 5)
	if err != nil {
		t.Fatal(err)
	}
	settings, err := json.Marshal(config)
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "small")
	d := world.Description{Format: world.ModelFormat, Kind: contact.Kind, Settings: settings, Training: world.Training{Scenario: "billiards"}}
	if err := world.Save(dir, &d, model.Weights(), false); err != nil {
		t.Fatal(err)
	}
	return dir
}

// TestModelsAreLoadedAsEverywhereElse: a model in the window predicts what it does in
// other commands.
func TestModelsAreLoadedAsEverywhereElse(t *testing.T) {
	dir := writeModel(t)
	v := opened(t, "--scene", "billiards", dir)
	models, chosen := v.Session.Models()
	if models[chosen].Name != "small" || models[chosen].Training.Scenario != "billiards" {
		t.Fatalf("chose %+v", models[chosen])
	}
	elsewhere, _, err := fit.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	scenes, starts := []*sim.Scene{v.Session.Scene()}, []sim.State{v.Session.State()}
	var states [2]sim.State
	for i, m := range []world.Model{models[chosen], elsewhere} {
		rolled, err := world.Rollout(m, scenes, starts, nil, 40, 1)
		if err != nil {
			t.Fatal(err)
		}
		states[i] = rolled[0].States[39]
	}
	if !slices.Equal(states[0], states[1]) {
		t.Error("the same model predicts two things")
	}
}

// TestEmbeddedModelsPredictTheirScenario: each can be read, and is the one that is
// chosen where it was trained.
func TestEmbeddedModelsPredictTheirScenario(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	models, err := builtIn(fit.Decode)
	if err != nil {
		t.Error(err)
	}
	if last := models[len(models)-1]; last.Trained() || last.Name != "ballistic" {
		t.Errorf("the last model is %s", last.Name)
	}
	for _, m := range models[:len(models)-1] {
		if m.Training.Seen == nil || !(m.Error > 0) {
			t.Errorf("%s does not say what it saw or how well it predicts", m.Name)
		}
		v := opened(t, "--scene", m.Training.Scenario)
		if all, chosen := v.Session.Models(); all[chosen].Name != m.Name {
			t.Errorf("%s predicts %s", all[chosen].Name, m.Training.Scenario)
		}
		for range 60 {
			v.Session.Tick()
		}
		if why := v.Session.Reading().Why; why != "" || v.Session.Forecast() == nil {
			t.Errorf("%s: %s", m.Name, why)
		}
	}
}

// TestWhoeverIsChosenIsBetterThanNobody prints which of the embedded models predicts each
// scenario. Over a second it must beat free flight and standing still; where none fits
// the session says why.
func TestWhoeverIsChosenIsBetterThanNobody(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	t.Parallel()
	models, err := builtIn(fit.Decode)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range library.List() {
		values, err := s.Values(nil)
		if err != nil {
			t.Fatal(err)
		}
		name := ""
		var errors [3]float64 // m, summed over episodes
		for episode := range 3 {
			scene, err := s.Sample(5, episode, values)
			if err != nil {
				t.Fatal(err)
			}
			choice := choose.Among(models, scene)
			if choice.Index < 0 {
				t.Logf("%-10s –          %s", s.Name, choice.Why)
				if !strings.Contains(choice.Why, ": here ") {
					t.Errorf("%s: no model, and no reason: %q", s.Name, choice.Why)
				}
				break
			}
			chosen := models[choice.Index]
			if episode == 0 {
				t.Logf("%-10s %-10s %s", s.Name, chosen.Name, choice.Why)
			}
			name = chosen.Name
			e := engine.New()
			if err := e.Load(scene); err != nil {
				t.Fatal(err)
			}
			var policy sim.Policy
			if len(scene.Actuators) > 0 {
				policy = s.Policies()[0].Start(5, episode, scene)
			}
			truth, err := e.Run(nil, scene.FPS+1, policy)
			if err != nil {
				t.Fatal(err)
			}
			for k, m := range []world.Model{world.Bare(chosen.Model), flight.Ballistic(), flight.Still()} {
				predicted, err := world.Rollout(m, []*sim.Scene{scene}, []sim.State{truth.States[0]}, []sim.Policy{truth.Replay()}, scene.FPS+1, 1)
				if err != nil {
					t.Fatalf("%s by %s: %v", s.Name, m.Kind(), err)
				}
				off, _ := scene.Distance(truth.States[scene.FPS], predicted[0].States[scene.FPS])
				errors[k] += off
			}
		}
		if name != "" && !(errors[0] <= errors[1] && errors[0] < errors[2]) { // what slides freely flies freely
			t.Errorf("%s: %s errs by %.3g m, free flight by %.3g and standing still by %.3g", s.Name, name, errors[0]/3, errors[1]/3, errors[2]/3)
		}
	}
}

// TestLinksCarryState: who follows a link sees the scene that was shown, with the values
// of its parameters, even those that only fit together.
func TestLinksCarryState(t *testing.T) {
	shown := opened(t, "--scene", "mixed", "--seed", "9", "--mode", "duel", "--model", "engine", "--set", "bodies=24", "--set", "half_width=2.5")
	link := shown.Query("light")
	o, err := ParseQuery(link)
	if err != nil {
		t.Fatal(err)
	}
	followed, err := New(o, jobs.InTick, planning.Engine{}, nil, fit.Decode)
	if err != nil {
		t.Fatal(err)
	}
	if again := followed.Query(o.Theme); again != link || len(followed.Session.Scene().Bodies) != 24 {
		t.Errorf("%s leads to %s with %d bodies", link, again, len(followed.Session.Scene().Bodies))
	}
	if !reflect.DeepEqual(shown.Session.Scene(), followed.Session.Scene()) {
		t.Error("the link leads to another scene")
	}
}

func TestWhateverIsDroppedIsOpened(t *testing.T) {
	v := opened(t)
	scene, err := canon.Encode(v.Session.Scene())
	if err != nil {
		t.Fatal(err)
	}
	for range 20 {
		v.Session.Tick()
	}
	file := rollout.File{Model: "contact", Seed: 3, Episode: 1, Scene: v.Session.Scene(), True: v.Session.Past(20), Predicted: v.Session.Past(20)}
	var rollout bytes.Buffer
	if err := file.Encode(&rollout); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		what  string
		files fs.FS
		done  func() bool
	}{
		{"rollout", fstest.MapFS{"a.json": {Data: rollout.Bytes()}}, func() bool {
			return v.Session.Mode() == compare.Replay && strings.Contains(v.Session.Label(), "seed 3 · episode 1")
		}},
		{"scenario", fstest.MapFS{"dock.scenario.json": {Data: []byte(`// a ball
{"format": 2, "params": {"size": 0.1}, "bodies": [{"circle": "size"}]}`)}}, func() bool {
			of, values := v.Session.Scenario()
			return of != nil && of.Name == "dock" && values["size"] == 0.1 && v.Session.Set(map[string]float64{"size": 0.2}) == nil &&
				v.Session.Scene().Bodies[0].Shapes[0].Radius == 0.2 && v.Session.Mode() != compare.Replay
		}},
		{"scene", fstest.MapFS{"s.json": {Data: scene}}, func() bool {
			sc, _ := v.Session.Scenario()
			return v.Session.Mode() == compare.Sandbox && sc == nil
		}},
		{"model", os.DirFS(filepath.Dir(writeModel(t))), func() bool {
			models, chosen := v.Session.Models()
			return strings.HasPrefix(models[chosen].Name, "small") // no two have the same name
		}},
		{"files of a model", os.DirFS(writeModel(t)), func() bool {
			models, chosen := v.Session.Models()
			return strings.HasPrefix(models[chosen].Name, "dropped")
		}},
	} {
		if err := v.Dropped(c.files); err != nil || !c.done() {
			t.Errorf("%s: %v", c.what, err)
		}
		copied, err := InMemory(c.files)
		if err != nil {
			t.Fatal(err)
		}
		if err := v.Dropped(copied); err != nil || !c.done() {
			t.Errorf("%s in memory: %v", c.what, err)
		}
	}
}

func TestDatasetsAreReplayedEpisodeByEpisode(t *testing.T) {
	const sample = "../../../datasets/sample"
	v := opened(t, sample)
	first := v.Session.Label()
	v.Session.Next()
	if v.Session.Mode() != compare.Replay || v.Session.Label() == first {
		t.Errorf("%s: %q, then %q; %s", v.Session.Mode(), first, v.Session.Label(), v.Session.Notice())
	}
	files := onlyUnder(t, os.DirFS("../../../datasets"), "sample")
	copied, err := InMemory(files)
	if err != nil {
		t.Fatal(err)
	}
	for what, files := range map[string]fs.FS{"files": files, "files in memory": copied} {
		dropped := opened(t)
		if err := dropped.Dropped(files); err != nil || dropped.Session.Mode() != compare.Replay || dropped.Session.Label() != first {
			t.Errorf("%s: %q, %v", what, dropped.Session.Label(), err)
		}
		if dropped.Session.Next(); dropped.Session.Label() != v.Session.Label() {
			t.Errorf("%s: %q, %s", what, dropped.Session.Label(), dropped.Session.Notice())
		}
	}
	if first != "seed 1 · episode 0 of 4" {
		t.Errorf("the first is %q", first)
	}
	const provenance = "sample/meta/orrery/provenance.json"
	drawn := files[provenance]
	measured := bytes.Replace(drawn.Data, []byte("{"), []byte(`{"sources": {"run.csv": "5"},`), 1)
	files[provenance] = &fstest.MapFile{Data: measured}
	other := opened(t)
	if err := other.Dropped(files); err != nil || other.Session.Label() != "episode 0 of 4" {
		t.Errorf("what nobody has drawn is %q, %v", other.Session.Label(), err)
	}
	files[provenance] = drawn
	if err := opened(t).Dropped(os.DirFS("../../../datasets")); err == nil {
		t.Error("a directory with sources was taken")
	}
	delete(files, "sample/meta/info.json")
	if err := opened(t).Dropped(files); err == nil || !strings.Contains(err.Error(), "neither a model nor a dataset") {
		t.Errorf("without info.json: %v", err)
	}
}

// onlyUnder returns a copy of what lies in one directory of a file system.
func onlyUnder(t *testing.T, files fs.FS, dir string) fstest.MapFS {
	t.Helper()
	only := fstest.MapFS{}
	if err := fs.WalkDir(files, dir, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := fs.ReadFile(files, name)
		only[name] = &fstest.MapFile{Data: text}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return only
}

// TestMemoryIsAFileSystem: a copy in memory has the same files, and they can be read
// from any place on.
func TestMemoryIsAFileSystem(t *testing.T) {
	files := fstest.MapFS{"a/b/long.txt": {Data: []byte(strings.Repeat("0123456789", 1000))}, "a/empty": {}, "c": {Mode: fs.ModeDir}}
	copied, err := InMemory(files)
	if err != nil {
		t.Fatal(err)
	}
	if err := fstest.TestFS(copied, "a/b/long.txt", "a/empty", "c"); err != nil {
		t.Error(err)
	}
	file, err := copied.Open("a/b/long.txt")
	if err != nil {
		t.Fatal(err)
	}
	part := make([]byte, 4)
	if n, err := file.(io.ReaderAt).ReadAt(part, 9998); n != 2 || err != io.EOF || string(part[:2]) != "89" {
		t.Errorf("the end is %q, %v", part[:n], err)
	}
}

// TestWhatCannotBeFollowedIsTold: the error says what is wrong, by whose fault, and the
// opener shows the rest.
func TestWhatCannotBeFollowedIsTold(t *testing.T) {
	dir := t.TempDir()
	broken := filepath.Join(dir, "broken.json")
	if err := os.WriteFile(broken, []byte(`{"format":1`), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		arguments string
		says      string
		usage     bool
	}{
		{"--scene=pile " + broken, "broken.json: scene: line 1", false},
		{"--scene=pile " + dir, "neither a model nor a dataset", false},
		{"--scene=pile " + filepath.Join(dir, "nothing"), "nothing: there is no such file or directory", false},
		{"--scene=pile --model=" + dir, "is no model: it has no config.json", false},
		{"--scene=pile --model=mixde", `unknown model "mixde", perhaps "mixed"`, true},
		{"--scene=pile --model=nobody", `unknown model "nobody"; there are`, true},
		{"--scene=nowhere --set=gravity=3", `unknown scenario "nowhere"`, true},
		{"--scene=MIXED", `perhaps "mixed"`, true},
		{"--scene=pile --set=gravty=3 --set=bodies=3", `unknown parameter "gravty", perhaps "gravity"`, true},
		{"--scene=pile --set=gravity=-3", "gravity -3 must be 0 to", true},
		{"--scene=pile --plan", "scene pile has no task to plan for; ballcup,", true},
		{"--scene=pile --mode=replay", "needs a dataset or a rollout", true},
	} {
		o, err := ParseArguments(strings.Fields(c.arguments))
		if err != nil {
			t.Fatal(err)
		}
		v, err := New(o, jobs.InTick, planning.Engine{}, nil, fit.Decode)
		if err == nil || !strings.Contains(err.Error(), c.says) || errors.As(err, new(Usage)) != c.usage || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v", c.arguments, err)
		}
		want := "pile"
		if o.Scene != want {
			want = usualScene
		}
		if v == nil || v.Session.Scene().Name != want || v.Session.Mode() != compare.Sandbox {
			t.Errorf("%s: the rest is not shown", c.arguments)
		}
		if strings.Contains(c.arguments, "bodies=3") && len(v.Session.Scene().Bodies) != 3 {
			t.Errorf("%s: %d bodies", c.arguments, len(v.Session.Scene().Bodies))
		}
	}
}

// TestWhatIsNotShownIsRecognised: whatever is dropped is called by what it is, in no words
// of Go, and what was shown stays.
func TestWhatIsNotShownIsRecognised(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	weights := "\x80\x00\x00\x00\x00\x00\x00\x00{\"__metadata__\":{}}"
	for name, c := range map[string]struct{ text, says string }{
		"a.png":         {"\x89PNG\r\n\x1a\n\x00", "a picture"},
		"a.jpg":         {"\xff\xd8\xff\xe0", "a picture"},
		"a.gif":         {"GIF89a", "a film"},
		"a.mp4":         {"\x00\x00\x00 ftypisom...", "a film"},
		"a.zip":         {"PK\x03\x04...", "unpack it"},
		"a.csv.gz":      {"\x1f\x8b\x08", "unpack it"},
		"a.parquet":     {"PAR1....", "drop the whole folder"},
		"a.safetensors": {weights, "config.json"},
		"info.json":     {`{"codebase_version":"v3.0"}`, "a part of a dataset"},
		"config.json":   {`{"format":1,"kind":"contact","settings":{},"training":{}}`, "a model needs model.safetensors"},
		"a.csv":         {"episode,x,y\n0,1,2\n", "import csv"},
		"b.csv":         {"\ufeffepisode;x;y\n0;1,5;2\n", "import csv"},
		"a.txt":         {"hello\nworld\n", "a text"},
		"a.bin":         {"\x01\x00\x02\xff", "none of those shown"},
		"empty":         {" \n", "is empty"},
		"list.json":     {"[1,2]", "a list"},
		"other.json":    {`{"name":"x"}`, `without a key "bodies"`},
		"half.json":     {`{"format":1,`, "line 1"},
		"number.json":   {`{"format":"1","bodies":[]}`, "format"},
		"rollout.json":  {`{"kind":"orrery-rollout","format":1,"seed":"x"}`, "seed"},
	} {
		v := opened(t, "--scene=pile")
		before := v.Session.Scene()
		err := v.Dropped(fstest.MapFS{name: {Data: []byte(c.text)}})
		if err == nil || !strings.HasPrefix(err.Error(), name+": ") && name != "config.json" || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, want %q", name, err, c.says)
			continue
		}
		for _, word := range []string{"invalid character", "cannot unmarshal", "strconv", "unexpected EOF", "Go struct"} {
			if strings.Contains(err.Error(), word) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if v.Session.Scene() != before {
			t.Errorf("%s: another scene is shown", name)
		}
	}
}

// TestOneBadFileKeepsNothingElseOut: of several that are dropped at once, the good ones are
// opened.
func TestOneBadFileKeepsNothingElseOut(t *testing.T) {
	v := opened(t)
	scene, err := canon.Encode(opened(t, "--scene=pile").Session.Scene())
	if err != nil {
		t.Fatal(err)
	}
	err = v.Dropped(fstest.MapFS{"a.png": {Data: []byte("\x89PNG")}, "b.json": {Data: scene}, "c.csv": {Data: []byte("a,b\n")}})
	if err == nil || !strings.Contains(err.Error(), "a.png") || !strings.Contains(err.Error(), "c.csv") || v.Session.Scene().Name != "pile" {
		t.Errorf("%v, shows %s", err, v.Session.Scene().Name)
	}
}

// TestLinksLeadBack: what stands in the address opens what was shown.
func TestLinksLeadBack(t *testing.T) {
	v := opened(t, "--scene", "billiards", "--seed", "12", "--mode", "duel", "--theme", "light", "--model", "ballistic")
	o, err := ParseQuery(v.Query("light"))
	if err != nil {
		t.Fatal(err)
	}
	again, err := New(o, jobs.InTick, planning.Engine{}, nil, fit.Decode)
	if err != nil {
		t.Fatal(err)
	}
	if a, b := fmt.Sprint(v.Query("light"), v.Session.State()), fmt.Sprint(again.Query("light"), again.Session.State()); a != b {
		t.Errorf("%s\nbecame %s", a, b)
	}
}

// TestLinksSayHowLongIsWatched: who follows one and drops the dataset on the page sees the same ghost.
func TestLinksSayHowLongIsWatched(t *testing.T) {
	scene := sim.DefaultScene()
	scene.Bodies = []sim.Body{sim.NewDisc(0.1, 100, sim.Surface{})}
	seen := &sim.Trajectory{Scene: &scene, Seen: &sim.Observation{}}
	for range 30 {
		seen.States, seen.Seen.Std = append(seen.States, scene.Start()), append(seen.Seen.Std, make(sim.State, 1))
		seen.Seen.Sights = append(seen.Seen.Sights, []sim.Sight{{Seen: true, Std: 1e-3}})
	}
	v := opened(t, "--history", "12")
	if q := v.Query("dark"); strings.Contains(q, "history") {
		t.Errorf("%s says how long what is known is watched", q)
	}
	if err := v.Session.OpenShow(replay.Show{True: seen, Episodes: 1}); err != nil || v.Session.History() != 12 {
		t.Fatalf("%d frames are watched: %v", v.Session.History(), err)
	}
	q := v.Query("dark")
	if o, err := ParseQuery(q); err != nil || o.History != 12 {
		t.Errorf("%s: %d frames, %v", q, o.History, err)
	}
	v.Session.SetHistory(0)
	if q := v.Query("dark"); strings.Contains(q, "history") {
		t.Errorf("%s says what is usual", q)
	}
}

// TestWhatWasIdentifiedIsOpened, as the folder that orrery identify writes, or as its file; the engine then guesses.
func TestWhatWasIdentifiedIsOpened(t *testing.T) {
	const found = `{"parameters":[{"name":"friction","of":"wall","value":0.3,"lo95":0.2,"hi95":0.4,"unit":"","identifiable":true,"why":"so"}],"edges":[],"sentences":[],"stopped":false}`
	scene := sim.DefaultScene()
	scene.Bodies = []sim.Body{sim.NewDisc(0.1, 100, sim.Surface{})}
	show := replay.Show{True: &sim.Trajectory{Scene: &scene, States: []sim.State{scene.Start(), scene.Start()}}, Episodes: 1}
	for _, files := range []fstest.MapFS{
		{"identified/identify.json": {Data: []byte(found)}, "identified/scene.json": {Data: []byte("{}")}, "identified/identify.png": {Data: []byte("\x89PNG")}},
		{"identify.json": {Data: []byte(found)}},
	} {
		v := opened(t)
		if err := v.Dropped(files); err != nil {
			t.Fatal(err)
		}
		if err := v.Session.OpenShow(show); err != nil {
			t.Fatal(err)
		}
		models, chosen := v.Session.Models()
		if list, _ := v.Session.Identified(); len(list) != 1 || list[0].Value != 0.3 || models[chosen].Name != "engine" {
			t.Errorf("%v by %s", list, models[chosen].Name)
		}
	}
}

// TestMistakesOfADroppedScenarioAreANotice with the first of them and the number of the others.
func TestMistakesOfADroppedScenarioAreANotice(t *testing.T) {
	v := opened(t)
	text := `{"format": 2, "bodies": [{"circel": 1}], "gravty": [0, 0], "arenna": [1, 1]}`
	err := v.Dropped(fstest.MapFS{"dock.scenario.json": {Data: []byte(text)}})
	if err == nil || !strings.HasPrefix(err.Error(), "dock.scenario.json: line 1, column ") || !strings.Contains(err.Error(), `"circle"`) ||
		!strings.Contains(err.Error(), "there are 2 more mistakes") {
		t.Errorf("the notice is %v", err)
	}
}

// TestDrawingsAreEdited where there is an edit mode, and are told not to be shown elsewhere.
func TestDrawingsAreEdited(t *testing.T) {
	t.Parallel()
	v := opened(t)
	files := fstest.MapFS{"plan.SVG": {Data: []byte("<svg/>")}}
	if err := v.Dropped(files); err == nil {
		t.Error("a drawing is shown")
	}
	got := ""
	v.Edit = func(name string, text []byte) error { got = name + string(text); return errors.New("no edge") }
	if err := v.Dropped(files); got != "plan.SVG<svg/>" || err == nil || err.Error() != "plan.SVG: no edge" {
		t.Errorf("%q, %v", got, err)
	}
}

// TestAScenarioFileIsAScene of the command line; one that is not there is a mistake in it, and one that cannot be read is not.
func TestAScenarioFileIsAScene(t *testing.T) {
	path := filepath.Join(t.TempDir(), "dock.scenario.json")
	if err := os.WriteFile(path, []byte(`{"format": 2, "bodies": [{"circle": 0.1}]}`), 0o666); err != nil {
		t.Fatal(err)
	}
	v := opened(t)
	if err := v.scenario(path, 3); err != nil || v.Session.Scene().Name != "dock" || v.Session.Seed() != 3 {
		t.Errorf("scene %q, %v", v.Session.Scene().Name, err)
	}
	if err := v.scenario(path+".json", 3); !errors.As(err, new(Usage)) {
		t.Errorf("a file that is not there: %v", err)
	}
	if err := os.WriteFile(path, []byte(`{"format": 2, "bodies": [`), 0o666); err != nil {
		t.Fatal(err)
	}
	if err := v.scenario(path, 3); err == nil || errors.As(err, new(Usage)) {
		t.Errorf("a file that is none: %v", err)
	}
	if err := v.scenario("mixt", 3); !errors.As(err, new(Usage)) {
		t.Errorf("a name that nothing has: %v", err)
	}
}

// TestScenesAreOfTheirSeed: another seed is another scene of the scenario, and one alone says which.
func TestScenesAreOfTheirSeed(t *testing.T) {
	t.Parallel()
	start := func(seed string) sim.State {
		v := opened(t, "mixed", "--seed", seed)
		if got := fmt.Sprint(v.Session.Seed()); got != seed {
			t.Errorf("seed %s: %s", seed, got)
		}
		return v.Session.Scene().Start()
	}
	if a, b, again := start("3"), start("4"), start("3"); slices.Equal(a, b) || !slices.Equal(a, again) {
		t.Error("scenes do not depend on their seeds alone")
	}
}
