package arguments

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/pflag"

	"orrery/cmd/orrery/console"
	"orrery/datasets/splits"
	"orrery/sim/scenario"
)

const sample = "../../../datasets/sample"

// TestSplitsAreTheUsualOnesUnlessTheyAreNamed: the sample has train alone.
func TestSplitsAreTheUsualOnesUnlessTheyAreNamed(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		usual []string
		want  string
		wrong bool
	}{
		{"", nil, splits.All, false},
		{"", []string{"test", "val"}, splits.All, false},
		{"", []string{"test", "train"}, "train", false},
		{"train", []string{"test"}, "train", false},
		{"all", []string{"train"}, "all", false},
		{"test", []string{"train"}, "", true},
	} {
		data, s, err := OpenSplit(t.Context(), sample, c.name, c.usual...)
		if (err != nil) != c.wrong || console.IsUsage(err) != c.wrong || data == nil {
			t.Fatalf("%q of %v: %v", c.name, c.usual, err)
		}
		if err == nil && (s.Name != c.want || s.Len() != 4) {
			t.Errorf("%q of %v is %+v, want %s", c.name, c.usual, s, c.want)
		}
	}
	if _, _, err := OpenSplit(t.Context(), filepath.Join(t.TempDir(), "none"), ""); err == nil || console.IsUsage(err) {
		t.Errorf("a dataset that is not there: %v", err)
	}
	var d splits.Division
	flags := pflag.NewFlagSet("", pflag.ContinueOnError)
	DivisionVar(flags, &d, "how")
	if err := flags.Parse([]string{"--split", "train=0.5,test=0.5"}); err != nil || len(d) != 2 {
		t.Errorf("%v, %v", d, err)
	}
	if err := flags.Parse([]string{"--split", "train"}); err == nil || !strings.Contains(err.Error(), "must be such as train=0.8,val=0.1,test=0.1: ") {
		t.Error(err)
	}
}

// TestScenariosAreNamesFilesAndDatasets, and each mistake says what it is one of.
func TestScenariosAreNamesFilesAndDatasets(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	made := func(name, provenance string) string {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Join(path, "meta", "orrery"), 0o777); err != nil {
			t.Fatal(err)
		}
		if provenance != "" {
			if err := os.WriteFile(filepath.Join(path, "meta", "orrery", "provenance.json"), []byte(provenance), 0o666); err != nil {
				t.Fatal(err)
			}
		}
		return path
	}
	text, err := os.ReadFile(filepath.Join(sample, "meta", "orrery", "provenance.json"))
	if err != nil {
		t.Fatal(err)
	}
	other := strings.Replace(string(text), `"scenario": "mixed"`, `"scenario": "nobody"`, 1)
	if other == string(text) {
		t.Fatalf("the sample's provenance names no scenario: %.300s", text)
	}
	for _, c := range []struct {
		argument, name, want string
		usage                bool
	}{
		{"mixed", "mixed", "", false},
		{sample, "mixed", "", false},
		{"../../../assets/scenarios/push.scenario.json", "push", "", false},
		{"mixt", "", "mixed", true},
		{"./mixt.json", "", "no such file", false},
		{made("bare", ""), "", "is a folder without meta/orrery/provenance.json, which would name a scenario", false},
		{made("other", other), "", filepath.Join(dir, "other") + ": ", false},
		{made("broken", "{"), "", "provenance.json", false},
	} {
		s, err := OpenScenario(c.argument)
		if (err == nil) != (c.want == "") || console.IsUsage(err) != c.usage || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.argument, err, c.want)
		}
		if err == nil && s.Name != c.name {
			t.Errorf("%s is %s", c.argument, s.Name)
		}
	}
}

// TestPoliciesReplayWhatWasRecordedWithTheSameActuators.
func TestPoliciesReplayWhatWasRecordedWithTheSameActuators(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ scenario, policy, want string }{
		{"mixed", "idle", ""},
		{"push", "expert", ""},
		{"push", "replay=" + sample, "gen: --policy replay=" + sample + ": was not recorded with the 2 actuators of push"},
		{"mixed", "replay=" + sample, "gen: --policy replay=" + sample + ": was not recorded with the 0 actuators of mixed"},
		{"push", "replay=" + filepath.Join(t.TempDir(), "none"), "none"},
	} {
		s, err := OpenScenario(c.scenario)
		if err != nil {
			t.Fatal(err)
		}
		with, err := Replaying(s, c.policy)
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s, %s: %v, want %q", c.scenario, c.policy, err, c.want)
		}
		if err == nil && with != s {
			t.Errorf("%s, %s: the scenario is another", c.scenario, c.policy)
		}
	}
}

// TestDrawsAreOfTheirRange: what is set is the same in all episodes, what has a range differs, and what no scenario has is a mistake.
func TestDrawsAreOfTheirRange(t *testing.T) {
	t.Parallel()
	s, err := scenario.Parse("drawn", []byte(`{"format": 2, "params": {"x": {"default": 1, "min": 0, "max": 9}, "y": {"default": 2, "min": 0, "max": 9}},
		"bodies": [{"circle": 0.1, "at": ["x", "y"]}]}`))
	if err != nil {
		t.Fatal(err)
	}
	d := NewDraws()
	for _, text := range []string{"x=3", "y=4:5"} {
		if err := d.Set(text); err != nil {
			t.Fatal(err)
		}
	}
	seen := map[float64]bool{}
	for episode := range 4 {
		scene, err := d.Sample(s, 1, episode)
		if err != nil {
			t.Fatal(err)
		}
		at := scene.Bodies[0].Start
		if seen[at.Y] = true; at.X != 3 || !(at.Y >= 4 && at.Y <= 5) {
			t.Errorf("episode %d: %+v", episode, at)
		}
	}
	if len(seen) != 4 {
		t.Errorf("drawn are %v", seen)
	}
	for _, text := range []string{"z=1", "z=1:2", "x=10", "y=8:10"} {
		d := NewDraws()
		if err := d.Set(text); err != nil {
			t.Fatal(err)
		}
		if _, err := d.Sample(s, 1, 0); !console.IsUsage(err) {
			t.Errorf("%s: %v", text, err)
		}
	}
}
