package datasets

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"flag"
	"os"
	"reflect"
	"runtime"
	"testing"

	"orrery/datasets/flights"
)

var update = flag.Bool("update", false, "rewrite the golden hashes")

// goldenPath holds the hash of each file of some datasets.
const goldenPath = "testdata/golden.json"

// TestTheSameEpisodesHaveTheSameBytes compares all files with those of earlier versions
// of this program, but for the provenance, which names the version. The hashes hold where
// the compiler fuses no multiplication with an addition.
func TestTheSameEpisodesHaveTheSameBytes(t *testing.T) {
	t.Parallel()
	got := map[string]map[string]string{}
	for name, dir := range map[string]string{"flights": writeFlights(t, testSpec()), "pushes": writePushes(t, pushSpec())} {
		got[name] = map[string]string{}
		for path, content := range flights.Tree(t, dir) {
			if sum := sha256.Sum256([]byte(content)); path != ProvenancePath {
				got[name][path] = hex.EncodeToString(sum[:])
			}
		}
	}
	if *update {
		if err := os.WriteFile(goldenPath, encodeJSON(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(goldenPath)
	if err != nil {
		t.Fatal(err)
	}
	var want map[string]map[string]string
	if err := json.Unmarshal(text, &want); err != nil {
		t.Fatal(err)
	}
	if runtime.GOARCH == "amd64" && !reflect.DeepEqual(got, want) {
		t.Errorf("hashes %v, want %v; if the change is meant, run with -update", got, want)
	}
}
