package main

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"orrery/cmd/orrery/arguments"
	"orrery/cmd/orrery/gallery"
	"orrery/sim"
)

// TestNewFilesAreScenariosThatPlannersDo writes one, checks it and plans its task, and never
// writes over a file that is there.
func TestNewFilesAreScenariosThatPlannersDo(t *testing.T) {
	skipShort(t)
	t.Parallel()
	path := filepath.Join(t.TempDir(), "first.scenario.json")
	mustRun(t, "new", path)
	if got := mustRun(t, "new", "-"); got != string(firstScenario) {
		t.Errorf("stdout has %q", got)
	}
	if code, _, stderr := runLine(t.Context(), "new", path); code != exitFailed || !strings.Contains(stderr, "exists; --force replaces it") {
		t.Errorf("code %d, %q over a file", code, stderr)
	}
	mustRun(t, "new", path, "--force")
	picture := filepath.Join(t.TempDir(), "first.png")
	shown := mustRun(t, "check", path, "--out", picture, "--set", "size=0.1")
	for _, want := range []string{"first: a hand", "block  dynamic    1          0.006667", "size", "velocity  hand  x", "play", "task: the block", "4 walls", "no mistakes in 20 scenes"} {
		if !strings.Contains(shown, want) {
			t.Errorf("check says not %q:\n%s", want, shown)
		}
	}
	if info, err := os.Stat(picture); err != nil || info.Size() == 0 {
		t.Error(err)
	}
	planned := mustRun(t, "plan", path, "--model", "true", "--episodes", "1", "--tune", "samples=20", "--json")
	if !strings.Contains(planned, `"success": true`) {
		t.Errorf("the task was not done: %.600s", planned)
	}
}

// TestNewFilesMayBeLikeOthers copies the text of a file, and refuses what is none.
func TestNewFilesMayBeLikeOthers(t *testing.T) {
	t.Parallel()
	model, path := writeScenario(t, dockText), filepath.Join(t.TempDir(), "mine.scenario.json")
	mustRun(t, "new", "--like", model, path)
	if text, err := os.ReadFile(path); err != nil || string(text) != dockText {
		t.Errorf("%v, %q", err, text)
	}
	for _, test := range []struct {
		line, want string
		code       int
	}{
		{"new mine", "must end in .json", exitUsage},
		{"new --like chain " + path + " --force", "chain is not a file but part of the program", exitFailed},
		{"new --like pushh - ", `"pushh", perhaps "push"`, exitUsage},
	} {
		if code, _, stderr := runLine(t.Context(), strings.Fields(test.line)...); code != test.code || !strings.Contains(stderr, test.want) {
			t.Errorf("orrery %s: code %d, %q", test.line, code, stderr)
		}
	}
}

// TestCheckFindsWhatIsWrong in the text, in the planner's settings and in scenes that only
// some episodes draw.
func TestCheckFindsWhatIsWrong(t *testing.T) {
	t.Parallel()
	const ball = `{"format": 2, "bodies": [{"name": "ball", "circle": 0.1, "at": [%s, 0]}], "goals": [{"body": "ball", "place": [1, 0]}]%s}`
	for _, test := range []struct{ text, want string }{
		{`{"format": 2, "bodies": [{"circel": 0.1}]}`, `perhaps "circle"`},
		{fmt.Sprintf(ball, "0", `, "task": {"planner": {"horizn": 3}}`), `perhaps "horizon"`},
		{fmt.Sprintf(ball, "0", `, "task": {"cost": "log(i_am_not)"}`), "i_am_not"},
		{fmt.Sprintf(ball, `"chance(0.2) ? 1e300 : 0"`, ""), "/bodies/0/at"},
	} {
		path := writeScenario(t, test.text)
		code, stdout, stderr := runLine(t.Context(), "check", path)
		if code != exitFailed || !strings.Contains(stderr, test.want) || stdout != "" {
			t.Errorf("%s: code %d, %q, want %s", test.text, code, stderr, test.want)
		}
	}
	code, stdout, _ := runLine(t.Context(), "check", "--json", writeScenario(t, "{\n\"format\": 2, \"gravty\": 1,\n\"bodies\": [{\"circle\": -1}]}"))
	var info checkInfo
	if err := json.Unmarshal([]byte(stdout), &info); err != nil || code != exitFailed || len(info.Mistakes) != 2 {
		t.Fatalf("code %d, %v: %s", code, err, stdout)
	}
	if m := info.Mistakes[1]; m.Line != 3 || m.Column != 23 || m.Pointer != "/bodies/0/circle" || m.Rule == "" {
		t.Errorf("the second mistake is %+v", m)
	}
	solved := strings.Replace(fmt.Sprintf(ball, "1", `, "task": {"starts": "any"}`), "}]", `}]`, 1)
	if got := mustRun(t, "check", writeScenario(t, solved)); !strings.Contains(got, "in 20 of them the task is done from the start") {
		t.Errorf("starts that are solved: %s", got)
	}
	if err := json.Unmarshal([]byte(mustRun(t, "check", "--json", writeScenario(t, dockText))), &info); err != nil || info.Bodies[0].Mass != 1 || info.Scenario.FPS != 30 {
		t.Errorf("%+v, %v", info, err)
	}
}

// TestCheckLooksAtDifferentScenes: each of the 20 is another episode of the seed that was asked for, and
// what it shows is the first of them.
func TestCheckLooksAtDifferentScenes(t *testing.T) {
	t.Parallel()
	path := writeScenario(t, `{"format": 2, "params": {"share": {"default": 0.5}}, "let": {"x": "chance(share) ? 1 : 0"}, "bodies": [{"name": "ball", "circle": 0.1, "at": ["x + uniform(0, 0.01)", 0]}],
		"goals": [{"body": "ball", "place": [1, 0], "radius": 0.1}], "task": {"starts": "any"}}`)
	check := func(args ...string) (info checkInfo) {
		if err := json.Unmarshal([]byte(mustRun(t, append([]string{"check", path, "--json"}, args...)...)), &info); err != nil {
			t.Fatal(err)
		}
		return info
	}
	one, two := check("--seed", "1"), check("--seed", "2")
	if one.Scenes != 20 || one.Solved < 2 || one.Solved > 18 {
		t.Errorf("of %d scenes, in half of which the task is done from the start, it is in %d", one.Scenes, one.Solved)
	}
	if again := check("--seed", "1"); one.Bodies[0].X == two.Bodies[0].X || again.Bodies[0].X != one.Bodies[0].X || again.Solved != one.Solved {
		t.Errorf("seed 1 begins at %v and at %v, seed 2 at %v", one.Bodies[0].X, again.Bodies[0].X, two.Bodies[0].X)
	}
	if all := check("--set", "share=1"); all.Solved != 20 {
		t.Errorf("with share=1 the task is done from the start in %d scenes", all.Solved)
	}
	s, err := arguments.OpenScenario(path)
	if err != nil {
		t.Fatal(err)
	}
	first, err := s.Sample(2, 0, map[string]float64{"share": 0.5})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := two.Bodies[0].X, first.Bodies[0].Start.X; !(math.Abs(got-want) <= 1e-9) {
		t.Errorf("shows a body at %v, the first scene has it at %v", got, want)
	}
}

// TestTheSchemaIsWritten to stdout or to a file, which nothing is lost for.
// TestThirtyBodiesAreShown of a scene, and how many more there are.
func TestThirtyBodiesAreShown(t *testing.T) {
	t.Parallel()
	for _, n := range []int{3, 30, 33} {
		info := checkInfo{Scenario: &gallery.Info{Name: "crowd"}, Scenes: 1}
		for i := range n {
			info.Bodies = append(info.Bodies, bodyInfo{Name: fmt.Sprintf("body%d", i), Kind: sim.Dynamic})
		}
		var out strings.Builder
		if err := info.write(&out); err != nil {
			t.Fatal(err)
		}
		more := n == 33 && strings.Contains(out.String(), "and 3 more") || n <= 30 && !strings.Contains(out.String(), "more")
		if shown := strings.Count(out.String(), "dynamic"); shown != min(n, 30) || !more {
			t.Errorf("of %d bodies %d are shown:\n%s", n, shown, &out)
		}
	}
}

func TestTheSchemaIsWritten(t *testing.T) {
	t.Parallel()
	printed, path := mustRun(t, "schema", "scenario"), filepath.Join(t.TempDir(), "s.json")
	mustRun(t, "schema", "scenario", "--out", path)
	text, err := os.ReadFile(path)
	if err != nil || string(text) != printed || !json.Valid(text) || !strings.Contains(printed, "https://json-schema.org/draft/2020-12/schema") {
		t.Errorf("%v, %.300s", err, text)
	}
	for line, code := range map[string]int{"schema scenario --out " + path: exitFailed, "schema scene": exitUsage, "schema": exitUsage} {
		if got, _, stderr := runLine(t.Context(), strings.Fields(line)...); got != code {
			t.Errorf("orrery %s: code %d, %q", line, got, stderr)
		}
	}
}
