package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// dockText is a scenario with a task that chance does in half a second.
const dockText = `{
	// A puck that a thruster pushes towards a dock.
	"format": 2, "fps": 30, "duration_s": 0.5, "arena": [2, 2],
	"params": {"mass": {"default": 1, "min": 0.5, "max": 2, "unit": "kg", "doc": "of the puck"}},
	"bodies": [{"name": "puck", "circle": 0.1, "mass": "mass", "at": [{"range": [-0.5, 0.5]}, 0]}],
	"actuators": [{"name": "push", "force": "puck", "axis": "xy", "limit": 5}],
	"goals": [{"name": "dock", "body": "puck", "place": [0.8, 0], "radius": 0.1}],
	"task": {"time_limit_s": 0.5, "planner": {"horizon": 5, "samples": 8, "iterations": 1, "elites": 2}},
}`

// writeScenario writes a scenario file called dock and returns its path.
func writeScenario(t testing.TB, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "dock.scenario.json")
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestAScenarioFileGoesWhereANameGoes through every command that takes a scenario, and
// its episodes are as many and as long as it says.
func TestAScenarioFileGoesWhereANameGoes(t *testing.T) {
	skipShort(t)
	t.Parallel()
	path, out := writeScenario(t, dockText), t.TempDir()
	data := filepath.Join(out, "data")
	for _, test := range []struct{ line, want string }{
		{"scenes FILE", "dock: "},
		{"scenes FILE --scene --set mass=2 --json", `"mass": 2`},
		{"scenes FILE --pictures OUT/pictures", "dock.png"},
		{"gen FILE --episodes 4 --set mass=1:2 --out OUT/data", "dock"},
		{"render FILE --episode 2 --out OUT/dock.png --size 320x320", "16 frames"},
		{"inspect FILE", "actuators"},
		{"plan FILE --model true --episodes 1 --set mass=0.5 --json", `"horizon": 5`},
		{"eval true --sets FILE --only iid --episodes 2 --workers 1", "equivalent measurement error"},
		{"bench scenarios FILE --duration 1ms --workers 1", "engine on dock, 1 bodies"},
	} {
		line := strings.NewReplacer("FILE", path, "OUT", out).Replace(test.line)
		if stdout := mustRun(t, strings.Fields(line)...); !strings.Contains(stdout, test.want) {
			t.Errorf("orrery %s: %s", line, stdout)
		}
	}
	if got := mustRun(t, "inspect", data); !strings.Contains(got, "mass=1:2") {
		t.Errorf("orrery inspect: %s", got)
	}
}

// TestMistakesInAScenarioFileAreLines of stderr, all at once, whatever command reads it. They
// are not mistakes in the command line.
func TestMistakesInAScenarioFileAreLines(t *testing.T) {
	t.Parallel()
	path := writeScenario(t, `{
	"format": 2,
	"bodies": [{"name": "ball", "circel": 0.1}],
	"gravty": [0, -9.81]
}`)
	for _, line := range []string{
		"scenes FILE", "gen FILE --out OUT", "plan FILE --model true", "eval true --sets FILE", "bench scenarios FILE", "render FILE --out OUT.png",
		"inspect FILE", "tasks --only FILE --out OUT",
	} {
		line = strings.NewReplacer("FILE", path, "OUT", filepath.Join(t.TempDir(), "out")).Replace(line)
		code, stdout, stderr := runLine(t.Context(), strings.Fields(line)...)
		lines := strings.Split(strings.TrimSpace(stderr), "\n")
		if code != exitFailed || stdout != "" || len(lines) < 2 {
			t.Errorf("orrery %s: code %d, %q", line, code, stderr)
			continue
		}
		for i, want := range []string{`circle`, `gravity`} {
			if at := "orrery: " + path + ":" + string(rune('3'+i)) + ":"; !strings.HasPrefix(lines[i], at) || !strings.Contains(lines[i], want) {
				t.Errorf("orrery %s: line %q must begin with %s and name %s", line, lines[i], at, want)
			}
		}
	}
	missing := filepath.Join(t.TempDir(), "none.scenario.json")
	if code, _, stderr := runLine(t.Context(), "scenes", missing); code != exitFailed || !strings.Contains(stderr, missing) {
		t.Errorf("code %d, %q for a file that is not there", code, stderr)
	}
}

// TestDatasetsKeepTheirScenario so that it can be gone on with, planned and written out again
// when the file is gone, and an edited file is not taken for the same.
func TestDatasetsKeepTheirScenario(t *testing.T) {
	skipShort(t)
	t.Parallel()
	path := writeScenario(t, dockText)
	dir := filepath.Join(t.TempDir(), "data")
	mustRun(t, "gen", path, "--episodes", "3", "--out", dir)
	card, err := os.ReadFile(filepath.Join(dir, "README.md"))
	if err != nil || !strings.Contains(string(card), "orrery gen dock.scenario.json --episodes 3") || !strings.Contains(string(card), "| scenario file |") {
		t.Errorf("%v, %s", err, card)
	}
	edited := strings.Replace(dockText, `"circle": 0.1`, `"circle": 0.2`, 1)
	if err := os.WriteFile(path, []byte(edited), 0o666); err != nil {
		t.Fatal(err)
	}
	line := []string{"gen", path, "--episodes", "5", "--append", "--out", dir}
	if code, _, stderr := runLine(t.Context(), line...); code != exitFailed || !strings.Contains(stderr, "the scenario file is not the one") || strings.Count(stderr, "\n") != 1 {
		t.Errorf("an edited file: code %d, %q", code, stderr)
	}
	if got := mustRun(t, "new", "--like", dir, "-"); got != dockText {
		t.Errorf("the dataset has kept %q", got)
	}
	if got := mustRun(t, "inspect", dir, "--json"); !strings.Contains(got, `"scenario_sha256": "`) {
		t.Errorf("orrery inspect: %s", got)
	}
	mustRun(t, "plan", dir, "--model", "true", "--episodes", "1", "--json")
	line[1] = dir
	if got := mustRun(t, line...); !strings.Contains(got, "5") {
		t.Errorf("orrery gen --append: %s", got)
	}
	again := filepath.Join(t.TempDir(), "again")
	mustRun(t, "gen", dir, "--episodes", "5", "--out", again)
	one, errOne := os.ReadFile(filepath.Join(dir, "meta/orrery/provenance.json"))
	two, errTwo := os.ReadFile(filepath.Join(again, "meta/orrery/provenance.json"))
	if errOne != nil || errTwo != nil || string(one) != string(two) {
		t.Errorf("%v, %v: what was extended is not what is made at once", errOne, errTwo)
	}
}

// TestDatasetsOfTheLibraryKeepNoFile because the program knows what their names mean.
func TestDatasetsOfTheLibraryKeepNoFile(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "data")
	mustRun(t, "gen", "billiards", "--episodes", "1", "--frames", "5", "--out", dir)
	text, err := os.ReadFile(filepath.Join(dir, "meta/orrery/provenance.json"))
	if err != nil || strings.Contains(string(text), "scenario_file") {
		t.Errorf("%v, %s", err, text)
	}
	if got := mustRun(t, "scenes", dir); !strings.HasPrefix(got, "billiards: ") {
		t.Errorf("the scenario of the dataset is %q", got)
	}
}
