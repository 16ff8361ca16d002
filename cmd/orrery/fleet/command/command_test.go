package command

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"orrery/cmd/orrery/console"
	"orrery/cmd/orrery/fleet"
)

// planned returns the plan of a fleet of a stage in three shards and one that is done at once.
func planned(t *testing.T, p Program) (*fleet.Plan, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "fleet.yaml")
	write(t, path)
	return p.Open(path)
}

// write writes the file of that plan.
func write(t *testing.T, path string) {
	t.Helper()
	if err := os.WriteFile(path, []byte("format: 1\nout: o\nstages:\n  - {name: data, run: gen mixed, shards: 3}\n  - {name: model, run: \"train {data}\"}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestTasksAreShardsAndTheMerge, by their names, or what the environment of a job says.
func TestTasksAreShardsAndTheMerge(t *testing.T) {
	plan, err := planned(t, Program{})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		stage, text string
		job         string // index of the job, in the environment
		want        int
		wrong       string
	}{
		{"data", "0", "", 0, ""}, {"data", "2", "", 2, ""}, {"data", "merge", "", fleet.Merge, ""}, {"data", "auto", "1", 1, ""},
		{"data", "3", "", 0, `fleet: task "3" of stage data must be a shard from 0 to 2, merge or auto`},
		{"data", "-1", "", 0, `must be a shard from 0 to 2, merge or auto`},
		{"data", "auto", "", 0, "environment"}, {"data", "auto", "9", 0, "9"},
		{"model", "0", "", 0, ""}, {"model", "merge", "", 0, `fleet: task "merge" of stage model must be a shard from 0 to 0 or auto`},
	} {
		for _, name := range []string{"SLURM_ARRAY_TASK_ID", "JOB_COMPLETION_INDEX"} {
			t.Setenv(name, "")
			os.Unsetenv(name)
		}
		if c.job != "" {
			t.Setenv("JOB_COMPLETION_INDEX", c.job)
		}
		s, err := plan.Find(c.stage)
		if err != nil {
			t.Fatal(err)
		}
		got, err := parseTask(s, c.text)
		if got != c.want || (err == nil) != (c.wrong == "") || err != nil && (!strings.Contains(err.Error(), c.wrong) || !console.IsUsage(err)) {
			t.Errorf("%s of %s, job %q: %d, %v, want %d, %q", c.text, c.stage, c.job, got, err, c.want, c.wrong)
		}
	}
}

// TestFleetsHaveLinesThatTheProgramTakes, and its commands have names.
func TestFleetsHaveLinesThatTheProgramTakes(t *testing.T) {
	t.Parallel()
	refused := errors.New("it does not take it")
	var asked []string
	p := Program{Takes: func(words []string) error {
		if asked = append(asked, strings.Join(words[:2], " ")); words[0] == "train" {
			return refused
		}
		return nil
	}}
	if _, err := planned(t, p); !errors.Is(err, refused) || len(asked) != 2 || asked[0] != "gen mixed" {
		t.Errorf("%v, asked for %q", err, asked)
	}
	if _, err := p.Open(filepath.Join(t.TempDir(), "none")); !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
	cmd := p.Command()
	var names []string
	for _, c := range cmd.Commands() {
		names = append(names, c.Name())
	}
	if got := strings.Join(names, " "); got != "collect run show status work" {
		t.Errorf("commands are %s", got)
	}
	if err := cmd.RunE(cmd, []string{"shw"}); !console.IsUsage(err) || err.Error() != `fleet: "shw" must be one of run, show, status, collect` {
		t.Error(err)
	}
}
