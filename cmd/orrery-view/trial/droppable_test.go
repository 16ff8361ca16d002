//go:build !race

package trial

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"orrery/sim"
	"orrery/sim/canon"
	"orrery/world"
	"orrery/world/contact"
)

// droppable writes what can be dropped on the viewer: a scene called by a name, and the
// directory of an untrained model called small.
func droppable(t *testing.T, name string) (scene, model string) {
	t.Helper()
	dir := t.TempDir()
	dropped := sim.DefaultScene()
	dropped.Name = name
	dropped.Bodies = []sim.Body{sim.NewDisc(0.1, 10, sim.Surface{})}
	text, err := canon.Encode(&dropped)
	if err != nil {
		t.Fatal(err)
	}
	scene = filepath.Join(dir, "scene.json")
	if err := os.WriteFile(scene, text, 0o644); err != nil {
		t.Fatal(err)
	}
	settings, err := json.Marshal(contact.DefaultConfig())
	if err != nil {
		t.Fatal(err)
	}
	untrained, err := contact.New(contact.DefaultConfig(), 1)
	if err != nil {
		t.Fatal(err)
	}
	model = filepath.Join(dir, "small")
	d := world.Description{Format: world.ModelFormat, Kind: contact.Kind, Settings: settings}
	if err := world.Save(model, &d, untrained.Weights(), false); err != nil {
		t.Fatal(err)
	}
	return scene, model
}
