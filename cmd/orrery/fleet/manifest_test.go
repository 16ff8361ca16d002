package fleet

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"
)

// TestShardsMayStayAsTheyAre: there is a list of them in the end, and a training takes them all.
func TestShardsMayStayAsTheyAre(t *testing.T) {
	t.Parallel()
	p := planned(t, `format: 1
out: o
stages:
  - {name: data, run: gen fine, shards: 3, merge: false}
  - {name: model, run: "train {data} --steps 3"}
`)
	if _, err := run(t, p, 2); err != nil {
		t.Fatal(err)
	}
	var m Manifest
	if err := json.Unmarshal([]byte(get(t, p.at("o/data/manifest.json"))), &m); err != nil {
		t.Fatal(err)
	}
	want := Manifest{Format: 1, Run: "gen fine", Bytes: 6, Shards: []Piece{{"shard-0", 0, 2}, {"shard-1", 0, 2}, {"shard-2", 0, 2}}}
	if fmt.Sprint(m) != fmt.Sprint(want) {
		t.Errorf("%+v, want %+v", m, want)
	}
	// An attempt that somebody made in vain beside a good one says nothing.
	if err := p.write(p.Steps[0], &Record{Task: "1", Attempt: 2, Condition: Failed, Frames: 7, Bytes: 70}); err != nil {
		t.Fatal(err)
	}
	if err := p.list(p.Steps[0]); err != nil {
		t.Fatal(err)
	}
	var again Manifest
	if err := json.Unmarshal([]byte(get(t, p.at("o/data/manifest.json"))), &again); err != nil || fmt.Sprint(again) != fmt.Sprint(want) {
		t.Errorf("%+v, want %+v, %v", again, want, err)
	}
	model := p.Steps[1]
	if line := strings.Join(p.line(model, 0), " "); !strings.HasPrefix(line, "train o/data/shard-0 o/data/shard-1 o/data/shard-2 --steps 3 ") {
		t.Errorf("trains by %s", line)
	}
	for task := range 3 {
		if _, err := os.Stat(p.at(fmt.Sprintf("o/data/shard-%d/meta/info.json", task))); err != nil {
			t.Error(err)
		}
	}
	for stages, want := range map[string]string{
		"[{name: a, run: gen x, merge: false}, {name: b, run: 'eval m --data {a}'}]":      "stage b: run: {a} is many shards, for merge is false there; only train takes them, as a word of its own",
		"[{name: a, run: gen x, merge: false}, {name: b, run: 'train d --weight {a}=2'}]": "stage b: run: {a} is many shards",
		"[{name: a, run: plan x, merge: false}]":                                          "stage a: merge: false is for gen, and not for plan",
	} {
		if _, err := tryPlan(t, "format: 1\nout: o\nstages: "+stages); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, must contain %s", stages, err, want)
		}
	}
}
