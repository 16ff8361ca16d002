package datasets

import (
	"crypto/sha256"
	"encoding/hex"
	"testing"

	"orrery/datasets/flights"
	"orrery/sim/golden"
)

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
	golden.Compare(t, "testdata/golden.json", string(encodeJSON(got)))
}
