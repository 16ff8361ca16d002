package fleet

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"orrery/sim/golden"
)

// TestEstimatesAreOfWhatWasMeasured: what stages of which some shards are done would take on so many cores, and on
// clusters with all their limits.
func TestEstimatesAreOfWhatWasMeasured(t *testing.T) {
	t.Parallel()
	p := planned(t, `format: 1
out: o
stages:
  - {name: data, run: gen fine --episodes 100, shards: 10, resources: {cores: 2}}
  - {name: more, run: gen fine --episodes 90, shards: 9, merge: false}
  - {name: model, run: "train {data} --steps 100", resources: {cores: 4}}
`)
	began := time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC)
	note := func(stage, task int, c Condition, seconds float64) {
		t.Helper()
		r := &Record{Task: TaskName(task), Attempt: 1, Mark: "m", Cores: 2, Condition: c, Began: began.Add(time.Duration(task) * time.Minute), Seconds: seconds, Frames: 300, Bytes: 5e8}
		if err := p.write(p.Steps[stage], r); err != nil {
			t.Fatal(err)
		}
	}
	note(0, 0, Done, 60)
	note(0, 1, Done, 100)
	note(0, 2, Failed, 7)
	note(0, 3, Running, 9)
	note(1, 4, Done, 30)
	note(0, Merge, Done, 12)
	var told strings.Builder
	say := func(v any) {
		t.Helper()
		text, err := json.MarshalIndent(v, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&told, "%s\n", text)
	}
	for _, cores := range []int{1, 6, 100} {
		fmt.Fprintf(&told, "# on %d cores\n", cores)
		list, err := p.Estimates(t.Context(), cores)
		if err != nil {
			t.Fatal(err)
		}
		say(list)
	}
	cluster := DefaultCluster()
	cluster.Cores = 7
	fmt.Fprintf(&told, "# the usual cluster\n%+v\n", cluster)
	for _, change := range []func(c *Cluster){
		func(*Cluster) {}, func(c *Cluster) { c.Cores = 40 }, func(c *Cluster) { c.Starts = 0.1 }, func(c *Cluster) { c.Latency, c.Bandwidth = 0.01, 50e6 }, func(c *Cluster) { c.Latency, c.Requests = 0.01, 5 },
	} {
		c := cluster
		change(&c)
		outcomes, err := p.Simulate(c)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&told, "# %+v\n", c)
		say(outcomes)
		for i := range outcomes {
			fmt.Fprintf(&told, "saturated: %s\n", outcomes[i].Saturated())
		}
	}
	few := cluster
	few.Cores = 3
	if _, err := p.Simulate(few); err == nil || err.Error() != "stage model: resources.cores: 4 are more than the 3 of the cluster" {
		t.Error(err)
	}
	few.Cores = 0
	if _, err := p.Simulate(few); err == nil {
		t.Error("a cluster without cores is simulated")
	}
	golden.Compare(t, "testdata/estimates.txt", told.String())
}

// TestFilesAreCheckedAsTheyWere: each bound of what a file says, on either side.
func TestFilesAreCheckedAsTheyWere(t *testing.T) {
	t.Parallel()
	const head = "format: 1\nout: o\n"
	stage := func(s string) string { return head + "stages:\n  - {name: data, run: gen mixed, " + s + "}\n" }
	many := func(n int) string {
		text := head + "stages:\n"
		for i := range n {
			text += fmt.Sprintf("  - {name: s%d, run: gen mixed}\n", i)
		}
		return text
	}
	var told strings.Builder
	for _, text := range []string{
		"", "format: 2\nout: o\nstages: [{name: a, run: gen}]\n", "out: o\nstages: [{name: a, run: gen}]\n", "format: 1\nout: \" \"\nstages: [{name: a, run: gen}]\n", "format: 1\nout: http://x\nstages: [{name: a, run: gen}]\n", "format: 1\nout: s3://bucket/x\nstages: [{name: a, run: gen}]\n",
		head, head + "stages: []\n", many(mostStages), many(mostStages + 1),
		head + "slurm: {at_once: -1}\nstages: [{name: a, run: gen}]\n", head + "kubernetes: {at_once: -1}\nstages: [{name: a, run: gen}]\n", head + "slurm: {at_once: 1}\nkubernetes: {at_once: 1}\nstages: [{name: a, run: gen}]\n",
		head + "retries: -1\nstages: [{name: a, run: gen}]\n", head + fmt.Sprintf("retries: %d\nstages: [{name: a, run: gen}]\n", mostRetries), head + fmt.Sprintf("retries: %d\nstages: [{name: a, run: gen}]\n", mostRetries+1),
		stage("shards: -1"), stage(fmt.Sprintf("shards: %d", mostShards)), stage(fmt.Sprintf("shards: %d", mostShards+1)), stage("resources: {cores: -1}"), stage(fmt.Sprintf("resources: {cores: %d}", mostCores)), stage(fmt.Sprintf("resources: {cores: %d}", mostCores+1)),
		stage("retries: 0"), stage("retries: -1"), stage("after: [data]"), stage("after: [dat]"), stage("after: [moon]"), stage("shards: ten"), stage("colour: red"), stage("resources: {memory: 2}"), stage("resources: {time: 2}"), stage("resources: {memory: 2GB, time: 90m}"), stage("merge: false"),
		head + "stages: [{name: Data, run: gen}]\n", head + "stages: [{name: -a, run: gen}]\n", head + "stages: [{name: a-, run: gen}]\n", head + "stages: [{name: " + strings.Repeat("a", 40) + ", run: gen}]\n", head + "stages: [{name: " + strings.Repeat("a", 41) + ", run: gen}]\n", head + "stages: [{name: a, run: gen}, {name: a, run: gen}]\n", head + "stages: [{name: a, run: gen}, {name: b, run: gen, after: [a]}]\n",
	} {
		f, err := decode([]byte(text))
		shown := strings.ReplaceAll(strings.TrimPrefix(text, head), "\n", "; ")
		if len(shown) > 120 {
			shown = shown[:120] + "…"
		}
		fmt.Fprintf(&told, "%s: %v", shown, err)
		if err == nil {
			for i := range f.Stages {
				if i < 2 {
					fmt.Fprintf(&told, "; %s may use %+v, tried %d times again", f.Stages[i].Name, f.resources(&f.Stages[i]), f.retries(&f.Stages[i]))
				}
			}
		}
		told.WriteByte('\n')
	}
	golden.Compare(t, "testdata/files.txt", told.String())
}
