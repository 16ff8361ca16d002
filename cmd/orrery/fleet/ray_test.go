package fleet

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// fakePython puts a program on the path that takes the place of Python with orrery.ray. It has tasks done as that does, one after
// the other, and notes what it was asked for in the file order of the folder that is returned.
func fakePython(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	put(t, filepath.Join(dir, "python3"), fmt.Sprintf("#!/bin/sh\nexec %s \"$@\"\n", os.Args[0]))
	t.Setenv("FAKES", dir)
	t.Setenv("PATH", dir+":"+os.Getenv("PATH"))
	return dir
}

// pretendRay is what the fake runs.
func pretendRay(in io.Reader) error {
	line, err := bufio.NewReader(in).ReadString('\n')
	if err != nil {
		return err
	}
	dir := os.Getenv("FAKES")
	if err := os.WriteFile(filepath.Join(dir, "order"), []byte(line), 0o600); err != nil {
		return err
	}
	if text, err := os.ReadFile(filepath.Join(dir, "refuses")); err == nil {
		return fmt.Errorf("%s", text)
	}
	var order rayOrder
	if err := json.Unmarshal([]byte(line), &order); err != nil {
		return err
	}
	broken := map[string]bool{}
	for _, stage := range order.Stages {
		if slices.ContainsFunc(stage.Needs, func(name string) bool { return broken[name] }) {
			broken[stage.Name] = true
			continue
		}
		for _, task := range stage.Tasks {
			if task == TaskName(Merge) && broken[stage.Name] {
				continue
			}
			for try := 0; ; try++ {
				cmd := exec.Command(order.Program, "fleet", "work", order.File, stage.Name, task)
				cmd.Dir = order.Folder
				if cmd.Run() == nil {
					break
				}
				if try >= stage.Retries || cmd.ProcessState.ExitCode() == Hopeless {
					broken[stage.Name] = true
					break
				}
			}
		}
	}
	return nil
}

// TestRayIsAskedForWhatIsMissing, with what each stage needs, and its failures are told.
func TestRayIsAskedForWhatIsMissing(t *testing.T) {
	dir := fakePython(t)
	defer func(usual time.Duration) { pause = usual }(pause)
	pause = 10 * time.Millisecond
	p := planned(t, `format: 1
out: o
ray: {address: auto}
stages:
  - {name: data, run: gen flaky, shards: 3, resources: {cores: 2, memory: 1GB}}
  - {name: model, run: "train {data}"}
  - {name: bad, run: "gen fails:1", shards: 2, retries: 1}
  - {name: wrong, run: gen refuses, retries: 5}
  - {name: never, run: "train {bad}"}
`)
	if err := p.Begin(t.Context(), false); err != nil {
		t.Fatal(err)
	}
	put(t, filepath.Join(p.at(p.shard(p.Steps[0], 1)), "meta", "info.json"), "{}") // one is done
	err := p.RunOnRay(t.Context(), io.Discard, os.Args[0])
	for _, want := range []string{"bad 1: as it was told (log ", "wrong 0: no such scenario (log ", "never: 0 of 1 tasks are done"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v must contain %s", err, want)
		}
	}
	for stage, want := range map[string]string{
		"data": "map[0:failed done 2:failed done merge:done]", "model": "map[0:done]", "bad": "map[0:done 1:failed failed]", "wrong": "map[0:failed]", "never": "map[]",
	} {
		if got := fmt.Sprint(conditions(t, p, stage)); got != want {
			t.Errorf("%s: %s, want %s", stage, got, want)
		}
	}
	want := fmt.Sprintf(`{"program":%q,"folder":%q,"file":"fleet.yaml","address":"auto","stages":[`+
		`{"name":"data","needs":[],"cores":2,"memory":1000000000,"retries":2,"tasks":["0","2","merge"]},{"name":"model","needs":["data"],"cores":1,"retries":2,"tasks":["0"]},`+
		`{"name":"bad","needs":[],"cores":1,"retries":1,"tasks":["0","1","merge"]},{"name":"wrong","needs":[],"cores":1,"retries":5,"tasks":["0"]},`+
		`{"name":"never","needs":["bad"],"cores":1,"retries":2,"tasks":["0"]}]}`+"\n", os.Args[0], p.folder())
	if got := get(t, filepath.Join(dir, "order")); got != want {
		t.Errorf("asked for\n%s, want\n%s", got, want)
	}
}

// TestWithoutRayASentenceSaysWhatIsMissing.
func TestWithoutRayASentenceSaysWhatIsMissing(t *testing.T) {
	dir := fakePython(t)
	p := planned(t, "format: 1\nout: o\nstages:\n  - {name: data, run: gen fine}\n")
	if err := p.Begin(t.Context(), false); err != nil {
		t.Fatal(err)
	}
	for said, want := range map[string]string{
		"No module named 'ray'":  "python3: No module named 'ray': --on ray needs Python with the packages orrery and ray; ray.python of the fleet file names another one",
		"no cluster was found\n": "ray: no cluster was found",
	} {
		put(t, filepath.Join(dir, "refuses"), said)
		if err := p.RunOnRay(t.Context(), io.Discard, os.Args[0]); err == nil || err.Error() != want {
			t.Errorf("%v, want %s", err, want)
		}
	}
	t.Setenv("PATH", t.TempDir())
	if err := p.RunOnRay(t.Context(), io.Discard, os.Args[0]); err == nil || !strings.Contains(err.Error(), "the program python3 is not on the path: --on ray needs Python") {
		t.Error(err)
	}
}
