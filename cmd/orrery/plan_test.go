package main

import (
	"context"
	"encoding/json"
	"image/gif"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"orrery/cmd/orrery/contest"
	"orrery/cmd/orrery/planning"
	"orrery/world/plan"
)

// quickPlan acts in two episodes of pusht with as little search as possible.
var quickPlan = []string{"plan", "pusht", "--episodes", "2", "--planner", "icem", "--model", planning.EngineKind,
	"--tune", "samples=40", "--tune", "elites=4", "--tune", "iterations=1", "--tune", "horizon=4", "--tune", "repeat=1", "--tune", "replan=4"}

func planned(t *testing.T, args ...string) *contest.Result {
	t.Helper()
	r := &contest.Result{}
	if err := json.Unmarshal([]byte(mustRun(t, append(args, "--json")...)), r); err != nil {
		t.Fatal(err)
	}
	return r
}

// quick is what quickPlan tells, which two tests look at and none changes.
var quick struct {
	sync.Mutex
	result *contest.Result
}

func quickly(t *testing.T) *contest.Result {
	t.Helper()
	quick.Lock()
	defer quick.Unlock()
	if quick.result == nil {
		quick.result = planned(t, append(slices.Clone(quickPlan), "--workers", "1")...)
	}
	return quick.result
}

// TestPlansRepeat compares everything but the clock for one worker and three.
func TestPlansRepeat(t *testing.T) {
	skipShort(t)
	var results [2]*contest.Result
	for i, found := range []*contest.Result{quickly(t), planned(t, append(slices.Clone(quickPlan), "--workers", "3")...)} {
		r := &contest.Result{}
		*r = *found
		r.Attempts = slices.Clone(found.Attempts)
		if r.DecisionMS == nil || !(*r.DecisionMS > 0) {
			t.Errorf("run %d: no time for decisions", i)
		}
		r.DecisionMS = nil
		for k := range r.Attempts {
			r.Attempts[k].DecisionMS = 0
		}
		results[i] = r
	}
	if !reflect.DeepEqual(results[0], results[1]) {
		t.Errorf("one worker: %+v\nthree: %+v", results[0], results[1])
	}
	r := results[0]
	if r.Task != "pusht" || r.Model != planning.EngineKind || r.Planner != "icem" || r.Config.Samples != 40 || len(r.Attempts) != 2 {
		t.Errorf("got %+v", r)
	}
	for _, trial := range r.Attempts {
		if want := (trial.Frames + 3) / 4; trial.Decisions != want {
			t.Errorf("episode %d: %d decisions in %d frames, want %d", trial.Episode, trial.Decisions, trial.Frames, want)
		}
	}
}

// TestPlanningBeatsChance compares what little search returns with acting at random.
func TestPlanningBeatsChance(t *testing.T) {
	skipShort(t)
	chance := planned(t, "plan", "pusht", "--episodes", "2", "--model", randomModel)
	if chance.Config != nil || chance.DecisionMS != nil || chance.OneStepM != nil {
		t.Errorf("chance has a planner: %+v", chance)
	}
	search := quickly(t)
	if !(chance.Success.Rate <= 0) || search.Success.Rate == 0 && !(search.Return >= 2*chance.Return) {
		t.Errorf("chance: %+v of the reward, with search %+v", chance, search)
	}
	// The first step after a start has nothing to remember, and the others go on.
	if !(*search.OneStepM <= 1e-12) {
		t.Errorf("the engine predicts itself %v m off", *search.OneStepM)
	}
}

func TestPlanIsFilmed(t *testing.T) {
	skipShort(t)
	path := filepath.Join(t.TempDir(), "film.gif")
	text := mustRun(t, append(slices.Clone(quickPlan), "--render", path, "--episodes", "1", "--tune", "samples=4", "--tune", "horizon=2", "--tune", "replan=2")...)
	for _, part := range []string{"pusht (task)", "icem on true", "success", "of 1 episode", "decision"} {
		if !strings.Contains(text, part) {
			t.Errorf("%q lacks %q", text, part)
		}
	}
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	film, err := gif.DecodeAll(file)
	if err != nil || len(film.Image) < 2 {
		t.Fatalf("film: %v", err)
	}
}

func TestHelpTellsEverySettingOfPlanners(t *testing.T) {
	help := mustRun(t, "plan", "--help")
	for _, field := range reflect.VisibleFields(reflect.TypeFor[plan.Config]()) {
		name := field.Tag.Get("json")
		if number := field.Type.Kind() != reflect.String && name != "-"; number != strings.Contains(help, "\n  "+name+" ") {
			t.Errorf("%s is a number to be set: %v, but not in the help", name, number)
		}
	}
}

func TestBadPlansAreOneClearLine(t *testing.T) {
	exists := filepath.Join(t.TempDir(), "film.gif")
	if err := os.WriteFile(exists, []byte("mine"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		args string
		code int
		want string
	}{
		{"", exitUsage, "TASK is missing"},
		{"pusht", exitUsage, "--model MODEL is missing"},
		{"push-t --model true", exitUsage, `unknown scenario "push-t", perhaps "pusht"`},
		{"billiards --model true", exitUsage, "scenario billiards has no task"},
		{"pusht --model true --planner greedy", exitUsage, `planner "greedy" must be one of`},
		{"pusht --model true --tune samples=1", exitUsage, "orrery: plan: --tune samples 1 must be"},
		{"pusht --model true --tune sample=9", exitUsage, `plan: --tune sample is not a setting of a planner`},
		{"pusht --model random --tune samples=9", exitUsage, "--planner and --tune are for models"},
		{"pusht --model true --tune samples=9.5", exitUsage, "9.5"},
		{"pusht --model true --episodes 0", exitUsage, "episodes 0 must be"},
		{"pusht --model true --tune sample=1", exitUsage, `plan: --tune sample is not a setting of a planner, perhaps "samples"; there are horizon, repeat`},
		{"pusht --model true --tune samples=1.5", exitUsage, "plan: --tune samples 1.5 must be a whole number"},
		{"pusht --model true --tune samples=-1", exitUsage, "plan: --tune samples -1 must be 2 to 100000"},
		{"pusht --model true --planner cen", exitUsage, `plan: --planner "cen" must be one of cem, icem, mppi, random, perhaps "cem"`},
		{"pusht --model true --workers 0", exitUsage, "workers 0 must be"},
		{"pusht --model true --protocol best", exitUsage, `protocol "best" must be "task" or "recorded"`},
		{"pusht --model true --protocol recorded", exitUsage, "--data DIR is missing"},
		{"pusht --model true --set bodies=3", exitUsage, `unknown parameter "bodies"`},
		{"pusht --model true --protocol recorded --data x --set bodies=3", exitUsage, "--set is for scenes"},
		{"pusht --model true --data x", exitUsage, "--data is for --protocol recorded"},
		{"pusht --model true --render film.txt", exitUsage, "extension must be"},
		{"pusht --model true --render " + exists, exitFailed, "exists; --force replaces it"},
		{"pusht --model nowhere", exitFailed, "nowhere"},
		{"pusht --model " + tinyModel(t), exitFailed, "cannot predict scene pusht"},
	} {
		code, _, stderr := runLine(t.Context(), append([]string{"plan"}, strings.Fields(test.args)...)...)
		if code != test.code || !strings.Contains(stderr, test.want) || strings.Count(stderr, "\n") != 1 {
			t.Errorf("plan %s: code %d, %q; want %d and %q", test.args, code, stderr, test.code, test.want)
		}
	}
}

// TestRecordedGoalsAreGivenUpAfterFiftyFrames, in which there are two decisions. Which starts and goals
// those are is tested in package contest.
func TestRecordedGoalsAreGivenUpAfterFiftyFrames(t *testing.T) {
	skipShort(t)
	dir := filepath.Join(t.TempDir(), "play")
	mustRun(t, "gen", "pusht", "--policy", "play", "--episodes", "3", "--frames", "60", "--out", dir)
	r := planned(t, "plan", "pusht", "--model", planning.EngineKind, "--protocol", "recorded", "--data", dir, "--episodes", "2",
		"--tune", "samples=8", "--tune", "elites=2", "--tune", "iterations=1")
	for _, trial := range r.Attempts {
		if trial.Frames > 50 || trial.Decisions != (trial.Frames+24)/25 {
			t.Errorf("episode %d: %d frames and %d decisions, want at most 50 and a decision every 25", trial.Episode, trial.Frames, trial.Decisions)
		}
		if !trial.Success && trial.Frames != 50 {
			t.Errorf("episode %d is given up after %d frames, want 50", trial.Episode, trial.Frames)
		}
	}
	code, _, stderr := runLine(t.Context(), "plan", "pusht", "--model", planning.EngineKind, "--protocol", "recorded", "--data", tinyDataset(t))
	if want := `scene "billiards" must be of the scenario pusht`; code != exitFailed || !strings.Contains(stderr, want) {
		t.Errorf("code %d, %q; want %q", code, stderr, want)
	}
}

// TestInterruptedPlansGoOn and write what an uninterrupted one writes. One with another
// seed, another model or other settings is refused.
func TestInterruptedPlansGoOn(t *testing.T) {
	skipShort(t)
	dir := t.TempDir()
	line := func(out string, more ...string) []string {
		return slices.Concat(quickPlan, []string{"--episodes", "3", "--workers", "1", "--tune", "samples=4", "--tune", "elites=2", "--tune", "horizon=2", "--tune", "replan=2", "--out", filepath.Join(dir, out)}, more)
	}
	read := func(out string) contest.Result {
		text, err := os.ReadFile(filepath.Join(dir, out))
		if err != nil {
			t.Fatal(err)
		}
		var r contest.Result
		if err := json.Unmarshal(text, &r); err != nil {
			t.Fatal(err)
		}
		r.DecisionMS = nil
		for i := range r.Attempts {
			r.Attempts[i].DecisionMS = 0
		}
		return r
	}
	mustRun(t, line("whole")...)
	ctx, stop := context.WithCancel(t.Context())
	journal := filepath.Join(dir, "cut.partial")
	ended := make(chan string, 1)
	go func() {
		_, _, stderr := runLine(ctx, line("cut")...)
		ended <- stderr
	}()
	waitFor(t, "episode in the journal", func() bool {
		text, _ := os.ReadFile(journal)
		return strings.Count(string(text), "\n") >= 2
	})
	stop()
	stderr := <-ended
	content, err := os.ReadFile(journal)
	if err != nil {
		t.Fatal(err)
	}
	kept := string(content)
	if !strings.Contains(stderr, "of 3 episodes are kept in "+journal+"; --resume goes on") {
		t.Errorf("interrupted: %q", stderr)
	}
	for _, c := range []struct {
		more []string
		want string
	}{
		{nil, "--resume goes on with it, --force starts again"},
		{[]string{"--resume", "--seed", "9"}, "was begun with seed 2, which is now 9"},
		{[]string{"--resume", "--episodes", "6"}, "was begun with episodes 3, which is now 6"},
		{[]string{"--resume", "--tune", "samples=41"}, "was begun with config"},
		{[]string{"--resume", "--model", "random"}, "--planner and --tune are for models"},
		{[]string{"--resume", "--force"}, "exclude each other"},
	} {
		code, _, stderr := runLine(t.Context(), line("cut", c.more...)...)
		if code == exitDone || !strings.Contains(stderr, c.want) {
			t.Errorf("%v: code %d, %q lacks %q", c.more, code, stderr, c.want)
		}
	}
	mustRun(t, line("cut", "--resume")...)
	if got, want := read("cut"), read("whole"); !reflect.DeepEqual(got, want) {
		t.Errorf("resumed to %+v, want %+v", got, want)
	}
	if has(t, journal) {
		t.Error("the journal of a finished plan stays")
	}
	code, _, stderr := runLine(t.Context(), line("cut", "--resume")...)
	if want := filepath.Join(dir, "cut") + " is finished, so there is nothing to go on with"; code != exitFailed || !strings.Contains(stderr, want) {
		t.Errorf("resuming a finished plan: code %d, %q, want %q", code, stderr, want)
	}
	// A plan that was begun anew over a finished one and interrupted goes on, too.
	settings, _, _ := strings.Cut(kept, "\n")
	if err := os.WriteFile(journal, []byte(settings+"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	mustRun(t, line("cut", "--resume")...)
	if got, want := read("cut"), read("whole"); !reflect.DeepEqual(got, want) {
		t.Errorf("resumed over a finished plan to %+v, want %+v", got, want)
	}
}

func TestPlanWithNothingToResumeSaysSo(t *testing.T) {
	t.Chdir(t.TempDir())
	code, _, stderr := runLine(t.Context(), "plan", "push", "--model", "random", "--episodes", "1", "--resume")
	if code != exitFailed || stderr != "orrery: plan: there is no plan-push.partial to go on with; without --resume the plan starts\n" {
		t.Errorf("code %d, %q", code, stderr)
	}
}
