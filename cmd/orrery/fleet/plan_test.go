package fleet

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"orrery/sim/golden"
)

// planned returns the plan of a fleet file in a folder of its own.
func planned(t testing.TB, text string) *Plan {
	t.Helper()
	p, err := tryPlan(t, text)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func tryPlan(t testing.TB, text string) (*Plan, error) {
	t.Helper()
	return planAt(t, filepath.Join(t.TempDir(), "fleet.yaml"), text)
}

// replanned returns the plan of the same fleet after its file has changed.
func replanned(t testing.TB, p *Plan, text string) *Plan {
	t.Helper()
	q, err := planAt(t, p.path, text)
	if err != nil {
		t.Fatal(err)
	}
	return q
}

func planAt(t testing.TB, path, text string) (*Plan, error) {
	t.Helper()
	put(t, path, text)
	f, err := Read(path)
	if err != nil {
		t.Fatal(err)
	}
	return NewPlan(f, nil)
}

func TestWordsAreSplitAsAShellDoes(t *testing.T) {
	t.Parallel()
	words, err := splitWords("gen  'my table.json'\n--set a=\"1 2\"'3' '' b")
	if want := []string{"gen", "my table.json", "--set", "a=1 23", "", "b"}; err != nil || !slices.Equal(words, want) {
		t.Errorf("%q, %v", words, err)
	}
	if _, err := splitWords("gen 'a"); err == nil {
		t.Error("a quote without an end is taken")
	}
}

func TestLinesThatCannotBeAreRefused(t *testing.T) {
	t.Parallel()
	for stages, want := range map[string]string{
		"[{name: a, run: ''}]":                                      "stage a: run: there is no command",
		"[{name: a, run: \"gen 'a\"}]":                              "stage a: run: the quote ' has no end",
		"[{name: a, run: demo}]":                                    `stage a: run: unknown command "demo"`,
		"[{name: a, run: gen mixed --out=x}]":                       "stage a: run: --out is given by the fleet itself",
		"[{name: a, run: gen mixed --shard 1/2}]":                   "stage a: run: --shard is given by the fleet itself",
		"[{name: a, run: 'train {b}'}]":                             `stage a: run: unknown stage "b"`,
		"[{name: a, run: 'train {a}'}]":                             "stage a: run: {a} is its own result",
		"[{name: a, run: train x, shards: 2}]":                      "stage a: shards: 2 must be 1, for train is not done in parts",
		"[{name: a, run: 'train {b}'}, {name: b, run: 'eval {a}'}]": "stages a, b: each waits for another one of them",
		"[{name: a, run: gen x, after: [b]}, {name: b, run: gen x, after: [a]}, {name: c, run: gen x}]": "stages a, b: each waits",
	} {
		if _, err := tryPlan(t, "format: 1\nout: o\nstages: "+stages); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, must contain %s", stages, err, want)
		}
	}
	f := &File{Format: 1, Out: "o", Stages: []Stage{{Name: "a", Run: "gen x --sed 1"}}}
	if _, err := NewPlan(f, func([]string) error { return errors.New("no flag sed") }); err == nil || !strings.Contains(err.Error(), "stage a: no flag sed") {
		t.Error(err)
	}
}

const chain = `format: 1
out: o
stages:
  - {name: score, run: "eval {model} --data {held}", shards: 2}
  - {name: model, run: "train {data} --steps 5", resources: {cores: 3}}
  - {name: data, run: gen mixed, shards: 2}
  - {name: held, run: gen mixed --seed 2}
  - {name: last, run: plan pusht --model true, after: [score]}
`

// TestStagesComeAfterWhatTheyNeed, whatever the order of the file, and their lines have its results.
func TestStagesComeAfterWhatTheyNeed(t *testing.T) {
	t.Parallel()
	p := planned(t, chain)
	var order []string
	lines := map[string]string{}
	for _, s := range p.Steps {
		order = append(order, s.Name)
		for _, task := range s.Tasks() {
			lines[s.Name+" "+TaskName(task)] = strings.Join(p.line(s, task), " ")
		}
	}
	if want := []string{"data", "model", "held", "score", "last"}; !slices.Equal(order, want) {
		t.Errorf("order %v, want %v", order, want)
	}
	for task, want := range map[string]string{
		"data 1":     "gen mixed --workers 1 --shard 1/2 --out o/.fleet/data/of-2/shards/shard-1 --resume",
		"data merge": "merge --out o/data --resume o/.fleet/data/of-2/shards/shard-0 o/.fleet/data/of-2/shards/shard-1",
		"held 0":     "gen mixed --seed 2 --workers 1 --out o/held --resume",
		"model 0":    "train o/data --steps 5 --workers 3 --out o/model --resume",
		"score 0":    "eval o/model --data o/held --workers 1 --shard 0/2 --out o/.fleet/score/of-2/shards/shard-0 --resume",
		"last 0":     "plan pusht --model true --workers 1 --abreast 1 --shard 0/1 --out o/.fleet/last/of-1/shards/shard-0 --resume",
		"last merge": "merge --out o/last --resume o/.fleet/last/of-1/shards/shard-0",
	} {
		if lines[task] != want {
			t.Errorf("%s: %s\nwant %s", task, lines[task], want)
		}
	}
}

// TestIdentitiesFollowWhatDecides the result: the line, the files it names, and the stages before.
func TestIdentitiesFollowWhatDecides(t *testing.T) {
	t.Parallel()
	p := planned(t, chain)
	scenario := filepath.Join(p.folder(), "mixed")
	ids := func(text string) map[string]string {
		if err := os.WriteFile(p.path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		f, err := Read(p.path)
		if err != nil {
			t.Fatal(err)
		}
		p, err := NewPlan(f, nil)
		if err != nil {
			t.Fatal(err)
		}
		all := map[string]string{}
		for _, s := range p.Steps {
			all[s.Name] = s.identity
		}
		golden.Closed(t, p.folder())
		return all
	}
	changed := func(from, to map[string]string) (names []string) {
		for name := range from {
			if from[name] != to[name] {
				names = append(names, name)
			}
		}
		slices.Sort(names)
		return names
	}
	usual := ids(chain)
	for text, want := range map[string][]string{
		strings.Replace(chain, "--seed 2", "--seed 3", 1):                         {"held", "last", "score"},
		strings.Replace(chain, "gen mixed, shards: 2", "gen mixed, shards: 3", 1): nil,
		strings.Replace(chain, "cores: 3", "cores: 2", 1):                         {"last", "model", "score"},
		chain: nil,
	} {
		if got := changed(usual, ids(text)); !slices.Equal(got, want) {
			t.Errorf("%v changed, want %v:\n%s", got, want, text)
		}
	}
	if err := os.WriteFile(scenario, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := changed(usual, ids(chain)); !slices.Equal(got, []string{"data", "held", "last", "model", "score"}) {
		t.Errorf("with another scenario file %v changed", got)
	}
	// A large file counts to its last byte.
	put(t, scenario, "")
	if err := os.Truncate(scenario, 70<<20); err != nil {
		t.Fatal(err)
	}
	before := ids(chain)
	file, err := os.OpenFile(scenario, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := file.WriteAt([]byte("x"), 70<<20-1); err != nil || file.Close() != nil {
		t.Fatal(err)
	}
	if got := changed(before, ids(chain)); len(got) != 5 {
		t.Errorf("with the last byte of a large file %v changed", got)
	}
}
