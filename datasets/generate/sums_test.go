package generate

import (
	"encoding/json"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"orrery/datasets"
	"orrery/datasets/camera"
	"orrery/datasets/storage"
)

// TestEveryFileNeedsItsSum: a file whose sum nobody noted may be any other.
func TestEveryFileNeedsItsSum(t *testing.T) {
	t.Parallel()
	for _, kind := range []camera.Kind{camera.Image, camera.Video} {
		spec := filmedSpec(kind)
		spec.Episodes = 3
		dir := filmed(t, spec, "data", Options{Workers: 1})
		path := filepath.Join(dir, datasets.ProvenancePath)
		text, err := storage.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		sums := func() (whole map[string]any, files map[string]any) {
			if err := json.Unmarshal(text, &whole); err != nil {
				t.Fatal(err)
			}
			return whole, whole["files"].(map[string]any)
		}
		_, all := sums()
		var unnoticed []string
		for _, name := range slices.Sorted(maps.Keys(all)) {
			whole, files := sums()
			delete(files, name)
			changed, err := json.Marshal(whole)
			if err != nil {
				t.Fatal(err)
			}
			if err := storage.WriteFile(path, changed); err != nil {
				t.Fatal(err)
			}
			data, err := datasets.Open(t.Context(), dir)
			if err == nil {
				err = data.Check(t.Context(), nil)
			}
			if err == nil || !strings.HasSuffix(err.Error(), "no hash of "+name) {
				unnoticed = append(unnoticed, name)
			}
		}
		if !slices.Equal(unnoticed, []string{"README.md"}) { // which says nothing that other files do not
			t.Errorf("a film of kind %s: nobody misses the sums of %v", kind, unnoticed)
		}
	}
}
