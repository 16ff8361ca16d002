package main

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"

	"orrery/cmd/orrery/fleet"
	"orrery/datasets/storage"
	"orrery/sim"
)

// fleetFile writes a fleet file with so many shards of 70 episodes, and returns its path.
func fleetFile(t testing.TB, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "fleet.yaml")
	if err := os.WriteFile(path, []byte("format: 1\nout: results\nstages:\n"+text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// succeeds runs a command line as a process of its own, which must succeed.
func succeeds(t testing.TB, args ...string) {
	t.Helper()
	cmd, stderr := start(t, args...)
	if err := cmd.Wait(); err != nil {
		t.Fatalf("orrery %s: %v: %s", strings.Join(args, " "), err, stderr)
	}
}

const fleetGen = "gen billiards --set bodies=2 --episodes 70 --frames 30"

// TestKilledFleetsMakeTheSameBytes kills a run with all its processes, or one of its processes,
// at random moments until it is through, again and again. The bytes are those of one command.
func TestKilledFleetsMakeTheSameBytes(t *testing.T) {
	skipShort(t)
	t.Parallel()
	whole := filepath.Join(t.TempDir(), "whole")
	mustRun(t, append(strings.Fields(fleetGen), "--out", whole)...)
	killRuns(t, whole, filepath.Join(t.TempDir(), "results"), *kills, "--cores", "2")
}

// killRuns kills runs of a fleet whose results come to out, or one of their processes, so many times in all. When a run is
// through its bytes must be those of whole.
func killRuns(t *testing.T, whole, out string, times int, flags ...string) (killed int) {
	t.Helper()
	path := fleetFile(t, "  - name: data\n    run: "+fleetGen+"\n    shards: 5\n    retries: 1000\n")
	if err := os.WriteFile(path, []byte(strings.Replace(read(t, path), "out: results", "out: "+out, 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	line := append([]string{"fleet", "run", path}, flags...)
	began := time.Now()
	succeeds(t, line...)
	usual, random := time.Since(began), sim.NewRand(1, "fleet", 0)
	for {
		sameTree(t, onDisk(t, storage.Join(out, "data")), whole)
		if killed >= times || t.Failed() {
			return killed
		}
		if err := storage.Remove(out); err != nil {
			t.Fatal(err)
		}
		for through := false; !through; {
			cmd, said := start(t, line...)
			time.Sleep(time.Duration(random.Float64() * float64(usual)))
			victim := cmd.Process.Pid
			if workers := descendantsOf(t, victim); random.IntN(3) > 0 && len(workers) > 0 {
				victim = workers[random.IntN(len(workers))]
			}
			hit := strike(victim)
			err := cmd.Wait()
			if through = err == nil; !through && !hit {
				t.Fatalf("it failed though nothing was killed: %v: %s", err, said)
			}
			if hit {
				killed++
			}
		}
	}
}

// strike kills a process, and reports whether it was alive.
func strike(pid int) bool {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if _, state, _ := strings.Cut(string(text), ") "); err == nil && strings.HasPrefix(state, "Z") {
		return false // it has ended, and nobody has asked how
	}
	return syscall.Kill(pid, syscall.SIGKILL) == nil
}

// onDisk returns a folder on disk with what is at a name.
func onDisk(t testing.TB, name string) string {
	t.Helper()
	if !storage.Remote(name) {
		return name
	}
	folder := filepath.Join(t.TempDir(), "copy")
	files, err := storage.DirFS(name)
	if err == nil {
		err = os.CopyFS(folder, files)
	}
	if err != nil {
		t.Fatal(err)
	}
	return folder
}

// descendantsOf returns the processes that a process has started, and those that these have.
func descendantsOf(t testing.TB, pid int) []int {
	t.Helper()
	all := childrenOf(t, pid)
	for i := 0; i < len(all); i++ {
		all = append(all, childrenOf(t, all[i])...)
	}
	return all
}

// childrenOf returns the processes that a process has started, where the system tells.
func childrenOf(t testing.TB, pid int) (children []int) {
	t.Helper()
	paths, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			continue // a thread that has ended
		}
		for _, word := range strings.Fields(string(text)) {
			if child, err := strconv.Atoi(word); err == nil {
				children = append(children, child)
			}
		}
	}
	return children
}

// TestFleetsSayWhatIsWrong with a file, a stage, a task and a place to run.
func TestFleetsSayWhatIsWrong(t *testing.T) {
	t.Parallel()
	path := fleetFile(t, "  - {name: data, run: gen billiards --episodes 4, shards: 2}\n  - {name: held, run: gen billiards --episodes 4}\n")
	for line, want := range map[string]string{
		"fleet run " + fleetFile(t, "  - {name: a, run: gen billiards --episode 4}\n"): "stage a: run: gen: unknown flag: --episode",
		"fleet run " + fleetFile(t, "  - {name: a, run: gen}\n"):                       "stage a: run: gen: SCENARIO is missing",
		"fleet run " + path + " --on mars":                                             `--on "mars" must be local or slurm or kubernetes`,
		"fleet run none.yaml":                                                          "none.yaml: no such file",
		"fleet work " + path + " date 0":                                               `unknown stage "date", perhaps "data"`,
		"fleet work " + path + " data 2":                                               `task "2" of stage data must be a shard from 0 to 1, merge or auto`,
		"fleet work " + path + " held merge":                                           `task "merge" of stage held must be a shard from 0 to 0 or auto`,
		"fleet work " + path + " held 0":                                               "must be in the current directory",
		"fleet collect " + path:                                                        "data: 0 of 3 tasks are done",
		"fleet walk":                                                                   `fleet: "walk" must be one of`,
	} {
		code, _, stderr := runLine(t.Context(), strings.Fields(line)...)
		if code == exitDone || !strings.Contains(stderr, want) {
			t.Errorf("%s: exit code %d: %s, must contain %s", line, code, stderr, want)
		}
		if work := strings.HasPrefix(line, "fleet work"); work && strings.Contains(want, "must be") && code != fleet.Hopeless || !work && code == fleet.Hopeless {
			t.Errorf("%s: exit code %d", line, code) // 2 would be that of a crash, too
		}
	}
}

// TestFleetsAreSeenThrough: what a run, its status and what is collected say, in words and for machines, and that
// force begins a changed stage anew.
func TestFleetsAreSeenThrough(t *testing.T) {
	t.Setenv(asProgram, "1") // for the processes that the fleet starts
	path := fleetFile(t, "  - {name: data, run: gen billiards --episodes 4 --frames 9, shards: 2}\n")
	said := mustRun(t, "fleet", "run", path)
	if want := regexp.MustCompile(`(?m)^data +3/3 +0 +0 +\S+ +\d+ +\S+results/data$`); !want.MatchString(said) {
		t.Errorf("the run says %q", said)
	}
	for _, command := range []string{"run", "status", "collect"} {
		if got := mustRun(t, "fleet", command, path); got != said {
			t.Errorf("%s says %q, want %q", command, got, said)
		}
		var report fleet.Report
		if err := json.Unmarshal([]byte(mustRun(t, "fleet", command, path, "--json")), &report); err != nil {
			t.Fatal(err)
		}
		if g := report.Stages[0]; len(report.Stages) != 1 || g.Done != 3 || g.Attempts != 3 || g.Frames != 36 || !(g.CoreHours > 0) {
			t.Errorf("%s: %+v", command, report)
		}
	}
	t.Run("a mark is in the record", func(t *testing.T) {
		dir := filepath.Dir(path)
		put := strings.Replace(read(t, path), "data,", "more,", 1)
		if err := os.WriteFile(filepath.Join(dir, "more.yaml"), []byte(put), 0o600); err != nil {
			t.Fatal(err)
		}
		t.Chdir(dir)
		mustRun(t, "fleet", "work", "more.yaml", "more", "0", "--begin", "--mark", "mine")
		if record := read(t, filepath.Join(dir, "results", ".fleet", "more", "of-2", "records", "0.1.json")); !strings.Contains(record, `"mark":"mine"`) {
			t.Errorf("the record is %s", record)
		}
	})
	if text := read(t, path); os.WriteFile(path, []byte(strings.Replace(text, "9", "10", 1)), 0o600) != nil {
		t.Fatal("no file can be written")
	}
	if code, _, stderr := runLine(t.Context(), "fleet", "run", path); code != exitFailed || !strings.Contains(stderr, "--force begins it anew") {
		t.Errorf("exit code %d: %s", code, stderr)
	}
	mustRun(t, "fleet", "run", path, "--force")
	whole := filepath.Join(t.TempDir(), "whole")
	mustRun(t, "gen", "billiards", "--episodes", "4", "--frames", "10", "--out", whole)
	sameTree(t, filepath.Join(filepath.Dir(path), "results", "data"), whole)
	noHostNames(t, filepath.Join(filepath.Dir(path), "results"))
}

// noHostNames looks for the name of this machine in all files of a fleet.
func noHostNames(t *testing.T, results string) {
	t.Helper()
	host, err := os.Hostname()
	if err != nil || len(host) < 4 {
		return // which anything may contain
	}
	for name, text := range readTree(t, results) {
		if strings.Contains(text, host) && !strings.Contains(name, "events.out.tfevents") {
			t.Errorf("%s names the machine", name)
		}
	}
}

// TestFleetsAreForeseen: by the one shard of each stage that was made, at any speed of store and scheduler.
func TestFleetsAreForeseen(t *testing.T) {
	skipShort(t)
	t.Setenv(asProgram, "1") // for the processes that the fleet starts
	path := fleetFile(t, "  - {name: data, run: gen billiards --episodes 40 --frames 50, shards: 8, merge: false}\n  - {name: model, run: \"train {data} --steps 3\"}\n")
	estimates := func(more ...string) (list []fleet.Estimate) {
		t.Helper()
		if err := json.Unmarshal([]byte(mustRun(t, append([]string{"fleet", "show", path, "--json"}, more...)...)), &list); err != nil {
			t.Fatal(err)
		}
		return list
	}
	if e := estimates()[0]; e.Left != 9 || e.Measured != 0 || e.Seconds != 0 {
		t.Errorf("before anything was made: %+v", e)
	}
	before := estimates("--measure", "--cores", "1")
	if e := before[0]; e.Left != 8 || e.Measured != 1 || e.Frames != 2000 || !(math.Abs(e.Seconds-7*e.Shard) <= 1e-9) || before[1].Measured != 0 {
		t.Errorf("with one shard of eight: %+v", before)
	}
	if e := estimates("--cores", "7")[0]; !(math.Abs(e.Seconds-e.Shard) <= 1e-9) {
		t.Errorf("on seven cores: %+v", e)
	}
	if said := mustRun(t, "fleet", "show", path); !strings.Contains(said, "\ndata ") || !strings.Contains(said, "train {data} --steps 3") {
		t.Errorf("in words: %s", said)
	}
	simulated := func(more ...string) (list []fleet.Outcome) {
		t.Helper()
		if err := json.Unmarshal([]byte(mustRun(t, append([]string{"fleet", "show", path, "--simulate", "--json"}, more...)...)), &list); err != nil {
			t.Fatal(err)
		}
		return list
	}
	slow := func(more ...string) float64 { return simulated(more...)[0].Seconds }
	usual := slow()
	for _, flags := range [][]string{{"--latency", "2s"}, {"--bandwidth", "1kB"}, {"--requests", "1"}, {"--starts", "0.5"}, {"--cores", "1"}, {"--failing", "0.9"}} {
		if got := slow(flags...); !(got > usual) {
			t.Errorf("%v takes %v s, and %v s without", flags, got, usual)
		}
	}
	if one, two := simulated("--failing", "0.5", "--seed", "1")[0].Attempts, simulated("--failing", "0.5", "--seed", "4")[0].Attempts; one == two {
		t.Errorf("%d attempts by two seeds", one)
	}
	if said := mustRun(t, "fleet", "show", path, "--simulate"); !strings.Contains(said, "data is bound by ") || !strings.Contains(said, "no shard of it was made; --measure makes one") {
		t.Errorf("in words: %s", said)
	}
	if code, _, stderr := runLine(t.Context(), "fleet", "show", path, "--latency", "1s"); code != exitUsage || !strings.Contains(stderr, "without --simulate") {
		t.Errorf("exit code %d: %s", code, stderr)
	}
}

// TestTheSchemaOfFleetFilesKnowsThem: those that are read are valid, and what has a wrong key or sort of value is not, by an independent
// validator.
func TestTheSchemaOfFleetFilesKnowsThem(t *testing.T) {
	t.Parallel()
	document, err := jsonschema.UnmarshalJSON(strings.NewReader(mustRun(t, "schema", "fleet")))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("fleet.json", document); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("fleet.json")
	if err != nil {
		t.Fatal(err)
	}
	valid := func(text string) error {
		t.Helper()
		var value any
		if err := yaml.Unmarshal([]byte(text), &value); err != nil {
			t.Fatal(err)
		}
		return s.Validate(value)
	}
	const right = `format: 1
out: s3://bucket/prefix
retries: 5
resources: {cores: 2, memory: 1.5GB, time: 90m}
slurm: {partition: p, account: a, at_once: 7, program: orrery, options: ["--constraint=avx2"]}
kubernetes: {image: i, namespace: n, claim: c, secret: s, at_once: 8}
ray: {address: auto, program: orrery, python: python3}
stages:
  - {name: data, run: gen mixed, shards: 3, merge: false, after: [other], retries: 0, resources: {cores: 1}}
  - {name: other, run: gen mixed}
`
	if err := valid(right); err != nil {
		t.Error(err)
	}
	if _, err := fleets(runArgs).Open(fleetFile(t, strings.SplitAfter(right, "stages:\n")[1])); err != nil {
		t.Error(err)
	}
	for old, wrong := range map[string]string{
		"format: 1": "format: 2", "retries: 5": "retries: many", "memory: 1.5GB": "memory: 2", "time: 90m": "time: 90", "shards: 3": "shard: 3", "merge: false": "merge: 0",
		"after: [other]": "after: other", "python: python3": "pyton: python3", "name: other, ": "", "out: s3": "oout: s3",
	} {
		if valid(strings.Replace(right, old, wrong, 1)) == nil {
			t.Errorf("with %q it is valid", wrong)
		}
	}
}
