package datasets

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"orrery/datasets/splits"
)

// dividedSpec describes a dataset of ten episodes in three splits.
func dividedSpec() Spec {
	spec := smallSpec()
	spec.Episodes = 10
	spec.Splits = splits.Splits{{Name: splits.Train, From: 0, To: 6}, {Name: splits.Val, From: 6, To: 8}, {Name: splits.Test, From: 8, To: 10}}
	return spec
}

// mustOpen opens a dataset that is sound.
func mustOpen(t *testing.T, dir string) *Dataset {
	t.Helper()
	d, err := Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// TestSplitsAreLeRobots: meta/info.json has them as LeRobot does, they come back, and a summary of one
// is of its episodes.
func TestSplitsAreLeRobots(t *testing.T) {
	t.Parallel()
	spec := dividedSpec()
	dir := writeFlights(t, spec)
	text, err := os.ReadFile(filepath.Join(dir, infoPath))
	if err != nil {
		t.Fatal(err)
	}
	var info struct{ Splits map[string]string }
	if err := json.Unmarshal(text, &info); err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(info.Splits); got != "map[test:8:10 train:0:6 val:6:8]" {
		t.Errorf("splits %s", got)
	}
	d := mustOpen(t, dir)
	if !slices.Equal(d.Splits(), spec.Splits) || !slices.Equal(d.Summary().Splits, spec.Splits) {
		t.Errorf("splits %v", d.Splits())
	}
	all, err := d.Survey(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	frames, low := 0, all.X.Max
	for _, name := range d.Splits().Names() {
		of, err := d.Split(name)
		if err != nil {
			t.Fatal(err)
		}
		s := d.SummaryOf(of)
		if s.Split != name || s.Episodes != of.Len() || s.Shortest != spec.Frames || s.Seconds*float64(s.FPS) != float64(s.Frames) {
			t.Errorf("%s: %+v", name, s)
		}
		frames += s.Frames
		survey, err := d.SurveyOf(t.Context(), of, nil)
		if err != nil {
			t.Fatal(err)
		}
		low = min(low, survey.X.Min)
		if name == splits.Val && survey.X == all.X {
			t.Error("the survey of a split is that of all")
		}
	}
	if frames != d.Frames() || low != all.X.Min {
		t.Errorf("the splits have %d frames from %v m on, and all have %d from %v on", frames, low, d.Frames(), all.X.Min)
	}
	if of, err := d.Split(splits.All); err != nil || of.Len() != 10 {
		t.Errorf("all is %v, %v", of, err)
	}
	_, err = d.Split("tset")
	wantError(t, "unknown split", err, `has no split "tset", perhaps "test"; its splits are train, val, test, all`)
	card, err := os.ReadFile(filepath.Join(dir, cardPath))
	if err != nil || !strings.Contains(string(card), "| split val | episodes 6 to 7 |\n| split test | episodes 8 to 9 |") {
		t.Errorf("the card does not name the splits: %v\n%s", err, card)
	}
	if s := mustOpen(t, writeFlights(t, smallSpec())).Summary(); s.Splits != nil || s.Split != "" {
		t.Errorf("a dataset without splits has %v", s.Splits)
	}
}

// TestHostileSplitsDoNotOpen: what is wrong with the splits is said with the file.
func TestHostileSplitsDoNotOpen(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`"train": "0:4"`:                 "split train: 0:4 must be from an episode to a later one, of 0:3",
		`"train": "0:2", "val": "1:3"`:   "split val: 1:3 must not have episodes of train, 0:2",
		`"train": "all"`:                 `split "train": "all" must be two numbers of episodes`,
		`"train": "2:2"`:                 "split train: 2:2 must be from an episode to a later one",
		`"train": 3`:                     "splits",
		`"train": ["0:3"]`:               "splits",
		`"train": "0:99999999999999999"`: "of 0:3",
	} {
		dir := writeFlights(t, smallSpec())
		replaced(infoPath, `"train": "0:3"`, text)(t, dir)
		_, err := Open(t.Context(), dir)
		wantError(t, text, err, want)
		wantError(t, text, err, filepath.Join(dir, infoPath))
		if strings.Contains(err.Error(), "unmarshal") {
			t.Errorf("%s: %v", text, err)
		}
	}
	for text, want := range map[string]string{`"train": "0:1"`: "train 0", `"test": "1:3"`: "test 1 to 2", ``: "train 0 to 2"} {
		dir := writeFlights(t, smallSpec())
		replaced(infoPath, `"train": "0:3"`, text)(t, dir)
		if got := mustOpen(t, dir).Splits().String(); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
	spec := dividedSpec()
	spec.Splits[2].To = 11
	wantError(t, "spec", spec.Validate(), "split test: 8:11 must be")
}

// TestExtendedSplits: more episodes may be divided anew, as long as nothing that models learned from
// judges them.
func TestExtendedSplits(t *testing.T) {
	t.Parallel()
	base := NewProvenance(dividedSpec())
	longer := func(s splits.Splits) Provenance {
		p := base
		p.Episodes, p.Splits = 20, s
		return p
	}
	train, test := splits.Split{Name: splits.Train, From: 0, To: 12}, splits.Split{Name: splits.Test, From: 12, To: 20}
	if err := longer(splits.Splits{train, test}).Extends(base); err != nil {
		t.Error(err)
	}
	wantError(t, "undivided", longer(nil).Extends(base), "its episodes are divided into train 0 to 5, val 6 to 7, test 8 to 9, and nothing says how all 20 are")
	wantError(t, "turned", longer(splits.Splits{{Name: splits.Test, From: 0, To: 8}, {Name: splits.Train, From: 8, To: 20}}).Extends(base), "episode 0 is in train and would be in test")
	whole := base
	whole.Splits = nil
	wantError(t, "whole", longer(splits.Splits{{Name: splits.Train, From: 0, To: 9}, {Name: splits.Test, From: 9, To: 20}}).Extends(whole), "episode 9 is in train and would be in test")
	if err := longer(splits.Splits{train, test}).Extends(whole); err != nil {
		t.Error(err)
	}
	wantError(t, "resumed", base.Compatible(whole), "the splits are train 0 to 5, val 6 to 7, test 8 to 9 in the directory, but none now")
}

// TestSharesHeedsFilesAndNumbers: episodes are the same when scenario, file, seed and number are.
func TestSharesHeedsFilesAndNumbers(t *testing.T) {
	t.Parallel()
	spec := dividedSpec()
	d := mustOpen(t, writeFlights(t, spec))
	own := func(text string) Spec { s := spec; s.File = text; return s }
	learned := d.Learned(d.Splits()[:2])
	test := d.Splits()[2].Numbers()
	longer, other, renamed := spec, spec, spec
	longer.Episodes, other.Seed, renamed.Scenario = 100, 49, "flights"
	part := func(from, to int) Spec {
		return Spec{Parts: []Part{{From: 20, To: 25, Provenance: NewProvenance(longer)}, {From: from, To: to, Provenance: NewProvenance(longer)}}}
	}
	filed := func(text string) json.RawMessage { p := NewProvenance(own(text)); return p.Encode() }
	for _, c := range []struct {
		name     string
		spec     Spec
		trained  json.RawMessage
		episodes []int
		want     bool
	}{
		{"all", spec, learned, nil, true},
		{"test", spec, learned, test, false},
		{"val", spec, learned, []int{6}, true},
		{"test of a model of all", spec, d.Learned(nil), test, true},
		{"other seed", other, learned, nil, false},
		{"other name", renamed, learned, nil, false},
		{"longer, from the first new one", longer, d.Learned(nil), []int{10, 99}, false},
		{"longer, with the last old one", longer, d.Learned(nil), []int{9, 99}, true},
		{"none", longer, d.Learned(nil), []int{}, false},
		{"a part of the rest", part(8, 10), learned, nil, false},
		{"a part with one of val", part(7, 10), learned, nil, true},
		{"that part, but for it", part(7, 10), learned, []int{6, 7}, false},
		{"that part, that one", part(7, 10), learned, []int{5}, true},
		{"two files", own("{1}"), filed("{2}"), nil, false},
		{"one file", own("{1}"), filed("{1}"), nil, true},
		{"a file against a name", own("{1}"), filed(""), nil, true},
		{"several", spec, fmt.Appendf(nil, `{"sets": [{"provenance": null}, {"provenance": %s}]}`, learned), []int{0}, true},
		{"several, test", spec, fmt.Appendf(nil, `{"sets": [{"provenance": null}, {"provenance": %s}]}`, learned), test, false},
	} {
		if got := c.spec.Shares(c.trained, c.episodes); got != c.want {
			t.Errorf("%s: shares %v, want %v", c.name, got, c.want)
		}
	}
	imported := NewProvenance(spec)
	imported.Sources = map[string]string{"a.csv": "1"}
	again := imported.Spec
	again.Sources = map[string]string{"a.csv": "2"}
	if !imported.Shares(imported.Encode(), nil) || again.Shares(imported.Encode(), nil) {
		t.Error("imports are not told apart by their files")
	}
}

// TestTasksOfPartsAreTold: every episode has the task of its part, whatever the order.
func TestTasksOfPartsAreTold(t *testing.T) {
	t.Parallel()
	spec := smallSpec()
	spec.Episodes = 9
	part := func(task string, from, to int) Part {
		p := NewProvenance(spec)
		p.Task = task
		return Part{Name: task, From: from, To: to, Provenance: p}
	}
	spec.Parts = []Part{part("Discs fly.", 0, 2), part("Discs swim.", 4, 5), part("Discs fly.", 2, 5), part("Discs sit.", 6, 9)}
	want := []int{0, 0, 1, 0, 0, 0, 2, 2, 2}
	sentences := []string{"Discs fly.", "Discs swim.", "Discs sit."}
	dir := writeFlights(t, spec)
	d := mustOpen(t, dir)
	if _, err := d.Survey(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	file := openParquet(t, dir, framesFile)
	for i, group := range file.RowGroups() {
		for _, v := range columnValues(t, group, "task_index") {
			if v.Int64() != int64(want[i]) {
				t.Errorf("episode %d has task %d, want %d", i, v.Int64(), want[i])
			}
		}
	}
	tasks := openParquet(t, dir, tasksPath).RowGroups()[0]
	for i, v := range columnValues(t, tasks, "__index_level_0__") {
		if v.String() != sentences[i] || columnValues(t, tasks, "task_index")[i].Int64() != int64(i) {
			t.Errorf("task %d is %q, want %q", i, v.String(), sentences[i])
		}
	}
	for i, v := range columnValues(t, openParquet(t, dir, episodesFile).RowGroups()[0], "tasks") {
		if v.String() != sentences[want[i]] {
			t.Errorf("episode %d has the task %q", i, v.String())
		}
	}
	if s := d.Summary(); !slices.Equal(s.Tasks, sentences) || d.info.TotalTasks != 3 {
		t.Errorf("tasks %q of %d", s.Tasks, d.info.TotalTasks)
	}

	// Without a provenance the frames tell, and must agree.
	removed(ProvenancePath)(t, dir)
	_, err := Open(t.Context(), dir)
	unproven, ok := err.(*Unproven)
	if !ok {
		t.Fatal(err)
	}
	for i := range spec.Episodes {
		if _, err := unproven.Dataset.Episode(t.Context(), i); err != nil {
			t.Error(err)
		}
	}
	unproven.Dataset.info.TotalTasks = 2
	_, err = unproven.Dataset.Episode(t.Context(), 7)
	wantError(t, "task beyond", err, "task_index 2 must be from 0 to 1")
}

// TestWrongTasksAreReported: a frame, an episode or a table of another task.
func TestWrongTasksAreReported(t *testing.T) {
	t.Parallel()
	dir := writeFlights(t, smallSpec())
	d := mustOpen(t, dir)
	d.episodes[1].task = 1
	_, err := d.Episode(t.Context(), 1)
	wantError(t, "frame", err, "episode 1: frame 0: task_index 0 must be 1")
	d = mustOpen(t, dir)
	d.provenance.Task = "Discs swim."
	wantError(t, "episode", d.checkEpisodeTasks(d.described[0], 0, 0, 3), `episode 0: task "Discs fly." must be "Discs swim."`)
	d.episodes[0].task = unknownTask
	d.info.TotalTasks = 0
	_, err = d.Episode(t.Context(), 0)
	wantError(t, "no task", err, "task_index 0 must be from 0 to -1")
}

// TestScenariosOfOneNameHaveTheirShares: two files of one name are two scenarios.
func TestScenariosOfOneNameHaveTheirShares(t *testing.T) {
	t.Parallel()
	part := func(name, text string, episodes int) Part {
		return Part{Provenance: Provenance{Spec: Spec{Scenario: name, File: text, Episodes: episodes}}}
	}
	if got := sharesOf([]Part{part("a", "", 3), part("a", "", 1)}); got != nil {
		t.Errorf("one scenario has the shares %v", got)
	}
	got := sharesOf([]Part{part("a", "", 1), part("b", "{1}", 2), part("b", "{2}", 3), part("a", "", 2)})
	if len(got) != 3 || got["a"] != 3./8 {
		t.Errorf("shares %v", got)
	}
	for name, share := range got {
		if name != "a" && (!strings.HasPrefix(name, "b (SHA-256 ") || share != 2./8 && share != 3./8) {
			t.Errorf("%s has the share %v", name, share)
		}
	}
	// A scenario of the library beside a file of its name keeps the name.
	got = sharesOf([]Part{part("b", "{1}", 1), part("b", "", 3)})
	if len(got) != 2 || got["b"] != 3./4 {
		t.Errorf("shares of a scenario and a file of its name: %v", got)
	}
}

// TestNamesOfFeaturesAreReadAsOthersWriteThem, and what is no names is none.
func TestNamesOfFeaturesAreReadAsOthersWriteThem(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]string{
		`{"names": ["x", "y"]}`:                            {"x", "y"},
		`{"names": {"motors": ["x", "y"]}}`:                {"x", "y"},
		`{"names": {"y": 1, "x": 0, "z": 2}}`:              {"x", "y", "z"},
		`{"names": {"arm": {"a": 0}, "hand": ["b", "c"]}}`: {"a", "b", "c"},
		`{"names": [1, "y"]}`:                              {"1", "y"},
		`{"names": [["x"], ["y"]]}`:                        {"x", "y"},
		`{"names": null}`:                                  nil,
		`{"names": "x"}`:                                   nil,
		`{"names": 3}`:                                     nil,
		`{"dtype": "float32"}`:                             nil,
		`["names"]`:                                        nil,
		`"names"`:                                          nil,
	} {
		var f Feature
		if err := json.Unmarshal([]byte(text), &f); err != nil || !slices.Equal(f.Names, want) {
			t.Errorf("%s: names %q, %v; must be %q", text, f.Names, err, want)
		}
	}
}
