package fleet

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const head = "format: 1\nout: o\nstages:\n"

// TestMistakesAreNamedWithTheirPlace: line and column of the value or the key, and the rule.
func TestMistakesAreNamedWithTheirPlace(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"": "line 1, column 1: the file is empty",
		head + "  - name: a\n    runs: gen mixed\n":                                 `line 5, column 5: stages[0]: unknown key "runs", perhaps "run"`,
		head + "  - name: a\n    run: gen mixed\n    shards: many\n":                `line 6, column 13: stages[0].shards: "many" must be a whole number`,
		head + "  - name: a\n    name: b\n    run: gen mixed\n":                     `line 5, column 5: stages[0]: repeated key "name"`,
		head + "  - name: a\n    run: gen\n    resources: {memory: 2}\n":            `line 6, column 25: stages[0].resources.memory: 2 must be a text`,
		head + "  - name: a\n    run: gen\n    resources: {memory: 2ZB}\n":          `line 6, column 25: stages[0].resources.memory: "2ZB" must be a size above 0 with its unit, such as 500MB or 2GB`,
		head + "  - name: a\n    run: gen\n    resources: {time: 5}\n":              `line 6, column 23: stages[0].resources.time: 5 must be a text`,
		head + "  - &x {name: a, run: gen}\n":                                       "line 4, column 5: anchors and aliases are not taken; write it out",
		head + "  - {name: !!str a, run: gen}\n":                                    "line 4, column 12: tags such as !!str are not taken",
		head + "  - {1: a}\n":                                                       "line 4, column 6: a key must be a text",
		"a: b: c":                                                                   "line 1, column 1: it is no YAML: mapping values are not allowed in this context",
		head + "\t- a\n":                                                            "line 4, column 1: it is no YAML: found character that cannot start any token",
		head + "  - {name: a, run: gen}\n---\na: 1\n":                               "line 5, column 1: a second document stands after the end of the first",
		"format: 2\nout: o\nstages: [{name: a, run: gen}]":                          "format: 2 must be 1",
		"format: 1\nstages: [{name: a, run: gen}]":                                  `out: "" must be a folder`,
		"format: 1\nout: gs://b/p\nstages: [{name: a, run: gen}]":                   `out: "gs://b/p" must be a folder or s3://bucket/prefix`,
		"format: 1\nout: o\nstages: []":                                             "stages: 0 must be from 1 to 1000",
		head + "  - {name: A, run: gen}\n":                                          `stages[0].name: "A" must be up to 40 small letters, digits and -`,
		head + "  - {name: a, run: gen}\n  - {name: a, run: gen}\n":                 `stages[1].name: there are two stages "a"`,
		head + "  - {name: a, run: gen, shards: -1}\n":                              "stage a: shards: -1 must be from 1 to 1000000",
		head + "  - {name: a, run: gen, shards: 1000001}\n":                         "stage a: shards: 1000001 must be from 1 to 1000000",
		head + "  - {name: a, run: gen, retries: -1}\n":                             "stage a: retries: -1 must be from 0 to 1000",
		head + "  - {name: a, run: gen, resources: {cores: -1}}\n":                  "stage a: resources.cores: -1 must be from 1 to 4096",
		head + "  - {name: a, run: gen, after: [a]}\n":                              "stage a: after: it cannot come after itself",
		head + "  - {name: data, run: gen}\n  - {name: b, run: gen, after: [date]}": `stage b: after: unknown stage "date", perhaps "data"; there are data, b`,
	} {
		_, err := decode([]byte(text))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q:\n%v, must contain\n%s", text, err, want)
		}
	}
}

// TestFilesSayWhatTheySay: all keys, with units, and what stands where nothing is said.
func TestFilesSayWhatTheySay(t *testing.T) {
	t.Parallel()
	f, err := decode([]byte(`# a fleet
format: 1
out: results
retries: 5
resources: {cores: 2, memory: 1.5GB}
slurm: {partition: p, account: a, at_once: 7, options: ["--constraint=avx2"]}
kubernetes: {image: i, namespace: n, claim: c, secret: s, at_once: 8}
ray: {address: auto, program: /opt/orrery, python: python3.12}
stages:
  - name: data
    run: >
      gen mixed
      --episodes 4
    shards: 3
    retries: 0
    resources: {time: 90m, memory: 500MB}
  - {name: other, run: gen mixed, after: [data]}
`))
	if err != nil {
		t.Fatal(err)
	}
	data, other := &f.Stages[0], &f.Stages[1]
	if r := f.resources(data); r != (Resources{2, 5e8, Span(90 * 60e9)}) || f.retries(data) != 0 || data.Shards != 3 {
		t.Errorf("data has %+v, %d retries, %d shards", r, f.retries(data), data.Shards)
	}
	if r := f.resources(other); r != (Resources{2, 1.5e9, 0}) || f.retries(other) != 5 {
		t.Errorf("other has %+v, %d retries", r, f.retries(other))
	}
	if f.Slurm.Partition != "p" || f.Slurm.Account != "a" || f.Slurm.AtOnce != 7 || !slices.Equal(f.Slurm.Options, []string{"--constraint=avx2"}) {
		t.Errorf("slurm: %+v", f.Slurm)
	}
	if f.Kubernetes != (Kubernetes{"i", "n", "c", "s", 8}) {
		t.Errorf("kubernetes: %+v", f.Kubernetes)
	}
	if f.Ray != (Ray{"auto", "/opt/orrery", "python3.12"}) {
		t.Errorf("ray: %+v", f.Ray)
	}
	f.Resources, f.Retries = Resources{}, nil
	if r := f.resources(other); r != (Resources{1, 0, 0}) || f.retries(other) != 2 {
		t.Errorf("by default %+v, %d retries", r, f.retries(other))
	}
}

// TestLargeAndDeepFilesAreRefused before they take memory.
func TestLargeAndDeepFilesAreRefused(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "fleet.yaml")
	if err := os.WriteFile(path, []byte(strings.Repeat("#", (1<<20)+1)), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Read(path); err == nil || !strings.Contains(err.Error(), "size must be at most 1048576 bytes") {
		t.Error(err)
	}
	if _, err := decode([]byte("out: " + strings.Repeat("[", 1000) + strings.Repeat("]", 1000))); err == nil || !strings.Contains(err.Error(), "must not be nested deeper than 20") {
		t.Error(err)
	}
}

// FuzzDecode checks that no text makes reading fail otherwise than by an error.
func FuzzDecode(f *testing.F) {
	f.Add(head + "  - {name: a, run: gen mixed, shards: 2}\n")
	f.Add("a: &a [*a]")
	f.Add("? [a]\n: b")
	f.Add("a: 0x1p3\nb: .inf\nc: 1_000\nd: 2001-01-01\n<<: {a: 1}")
	f.Fuzz(func(t *testing.T, text string) {
		file, err := decode([]byte(text))
		if err == nil {
			file.path = "fleet.yaml"
			_, _ = NewPlan(file, nil)
		}
	})
}
