//go:build !race

package trial

import (
	"bytes"
	"encoding/json"
	"image"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"orrery/sim"
	"orrery/sim/canon"
	"orrery/sim/render/animation"
	"orrery/sim/render/footage"
	"orrery/sim/render/footage/studio"
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

// droppableFilm writes a GIF of five discs that bounce about, as this program films them.
func droppableFilm(t *testing.T, name string) string {
	t.Helper()
	settings := footage.Default()
	settings.Width, settings.Height = 128, 128
	shot, err := studio.Shoot(t.Context(), "billiards", 3, 0, 21, settings)
	if err != nil {
		t.Fatal(err)
	}
	var pictures []*image.RGBA
	for p, err := range shot.Pictures(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		own := image.NewRGBA(p.Bounds())
		copy(own.Pix, p.Pix)
		pictures = append(pictures, own)
	}
	a := animation.Animation{Pictures: slices.Values(pictures), Size: pictures[0].Bounds().Size(), Count: len(pictures), Rate: 25}
	var film bytes.Buffer
	if err := animation.EncodeGIF(&film, a, animation.NewPalette(nil, pictures)); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, film.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}
