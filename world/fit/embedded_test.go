package fit

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"orrery/sim"
	"orrery/world"
	"orrery/world/contact"
)

// TestEmbeddedModelsAreThoseOnDisk: both ways of loading give the same predictions,
// and a broken file is an error that names it.
func TestEmbeddedModelsAreThoseOnDisk(t *testing.T) {
	model, err := contact.New(contact.DefaultConfig(), 5)
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "m")
	settings, err := json.Marshal(contact.DefaultConfig())
	if err != nil {
		t.Fatal(err)
	}
	d := &world.Description{Format: world.ModelFormat, Kind: contact.Kind, Settings: settings}
	if err := world.Save(dir, d, model.Weights(), false); err != nil {
		t.Fatal(err)
	}
	disk, _, err := Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	embedded, _, err := LoadFS(os.DirFS(filepath.Dir(dir)), "m")
	if err != nil {
		t.Fatal(err)
	}
	scene := sim.DefaultScene()
	for k := range 3 {
		disc := sim.NewDisc(0.2, 10, sim.Surface{Friction: 0.5, Elasticity: 0.5})
		disc.Start = sim.BodyState{X: 0.3 * float64(k), VX: 1 - float64(k)}
		scene.Bodies = append(scene.Bodies, disc)
	}
	var states [2]sim.State
	for i, m := range []world.Model{disk, embedded} {
		rolled, err := world.Rollout(m, []*sim.Scene{&scene}, []sim.State{scene.Start()}, nil, 10, 1)
		if err != nil {
			t.Fatal(err)
		}
		states[i] = rolled[0].States[9]
	}
	for i := range states[0] {
		if states[0][i] != states[1][i] {
			t.Errorf("body %d: %v and %v", i, states[0][i], states[1][i])
		}
	}
	for _, name := range []string{world.ConfigFile, world.WeightsFile} {
		files := fstest.MapFS{}
		for _, keep := range []string{world.ConfigFile, world.WeightsFile} {
			text, err := os.ReadFile(filepath.Join(dir, keep))
			if err != nil {
				t.Fatal(err)
			}
			if keep == name {
				text = text[:len(text)-5]
			}
			files["m/"+keep] = &fstest.MapFile{Data: text}
		}
		if _, _, err := LoadFS(files, "m"); err == nil || !strings.Contains(err.Error(), "m/"+name) {
			t.Errorf("cut %s: %v", name, err)
		}
	}
}
