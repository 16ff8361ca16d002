package open

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"orrery/assets"
	"orrery/world"
)

// TestKeptModelsOpenAgain: what the page hands to downloads is a model to whoever drops it.
func TestKeptModelsOpenAgain(t *testing.T) {
	t.Parallel()
	o := opened(t)
	var err error
	files := map[string][]byte{}
	for _, name := range []string{world.ConfigFile, world.WeightsFile} {
		if files[name], err = fs.ReadFile(assets.Files, "models/mixed/"+name); err != nil {
			t.Fatal(err)
		}
	}
	packed, err := Packed("learned-mine", files)
	if err != nil {
		t.Fatal(err)
	}
	if err := o.Dropped(fstest.MapFS{"learned-mine.zip": {Data: packed}}); err != nil {
		t.Fatal(err)
	}
	if models, chosen := o.Session.Models(); models[chosen].Name != "learned-mine" {
		t.Errorf("%s is chosen", models[chosen].Name)
	}
	inside, err := Packed("", files)
	if err != nil {
		t.Fatal(err)
	}
	if err := o.Dropped(fstest.MapFS{"flat.zip": {Data: inside}}); err != nil {
		t.Fatal(err)
	}
	if models, chosen := o.Session.Models(); models[chosen].Name != "flat" {
		t.Errorf("%s is chosen", models[chosen].Name)
	}
	other, err := Packed("notes", map[string][]byte{"a.txt": []byte("x"), "b.zip": packed})
	if err != nil {
		t.Fatal(err)
	}
	for what, text := range map[string][]byte{"neither a model nor a dataset": other, "damaged": packed[:100], "or is none": []byte("x")} {
		if err := o.Dropped(fstest.MapFS{"odd.zip": {Data: text}}); err == nil || !strings.Contains(err.Error(), "odd.zip") || !strings.Contains(err.Error(), what) {
			t.Errorf("%s: %v", what, err)
		}
	}
}
