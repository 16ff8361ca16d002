package main

import (
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"orrery/datasets"
)

// sampleDir is the dataset that comes with the sources. `make sample` makes it.
const sampleDir = "../../datasets/sample"

func openWhole(t *testing.T, dir string) *datasets.Dataset {
	t.Helper()
	data, err := datasets.Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := data.Survey(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	return data
}

func TestSampleIsWhatItsCommandMakes(t *testing.T) {
	sample := openWhole(t, sampleDir)
	origin := sample.Provenance()
	again := filepath.Join(t.TempDir(), "again")
	mustRun(t, append(strings.Fields(strings.TrimPrefix(origin.Command, "orrery ")), "--out", again)...)
	made := openWhole(t, again)
	here := made.Provenance()
	if here.Arch != origin.Arch {
		t.Skipf("the sample was made on %s; this is %s, which may round differently", origin.Arch, here.Arch)
	}
	if made.Episodes() != sample.Episodes() {
		t.Fatalf("%d episodes, the sample has %d", made.Episodes(), sample.Episodes())
	}
	for i := range sample.Episodes() {
		want, err := sample.Episode(t.Context(), i)
		if err != nil {
			t.Fatal(err)
		}
		got, err := made.Episode(t.Context(), i)
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("episode %d differs; if that is meant, make sample", i)
		}
	}
	if here.Go == origin.Go && here.Module == origin.Module {
		sameTree(t, again, sampleDir)
	} else {
		t.Logf("bytes are not compared: made by %s with %s, here is %s with %s", origin.Module, origin.Go, here.Module, here.Go)
	}
}
