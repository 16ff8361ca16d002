package world

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestWhatIsNoModelIsSaidToBeWhatItIs(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, path := range []string{"file", "data/meta/info.json", "empty/x/y", "many/a/" + WeightsFile, "many/b/" + WeightsFile,
		"more/a/" + WeightsFile, "more/b/" + WeightsFile, "more/c/" + WeightsFile, "more/d/" + WeightsFile, "half/" + WeightsFile} {
		path = filepath.Join(dir, path)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	const has = "; a model is a folder with config.json and model.safetensors"
	for name, want := range map[string]string{
		"nowhere":    ": no such file or directory" + has,
		"file":       ": is a file, not a model" + has,
		"file/below": ": not a directory",
		"data":       ": is a dataset, not a model" + has,
		"empty":      ": is a folder, but not a model" + has,
		"many":       ": is a folder of models (a, b), not a model" + has,
		"more":       ": is a folder of models (a, b, c, …), not a model" + has,
		"half":       "half/config.json: no such file or directory",
	} {
		_, err := ReadDescription(filepath.Join(dir, name))
		if err == nil || !strings.HasSuffix(err.Error(), want) || !strings.Contains(err.Error(), filepath.Join(dir, name)) {
			t.Errorf("%s: %v, want %q", name, err, want)
		}
	}
}
