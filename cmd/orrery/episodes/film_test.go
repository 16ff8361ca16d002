package episodes

import (
	"bytes"
	"testing"

	"orrery/datasets/camera"
	"orrery/sim"
	"orrery/sim/render/footage"
)

// TestEpisodesAreFilmedAsAsked: each with noise of its own, the same one alike, in the paint and the size that were asked for.
func TestEpisodesAreFilmedAsAsked(t *testing.T) {
	t.Parallel()
	of := mustFind(t, "billiards")
	values, err := of.Values(nil)
	if err != nil {
		t.Fatal(err)
	}
	scene, err := of.Sample(1, 0, values)
	if err != nil {
		t.Fatal(err)
	}
	trajectory := &sim.Trajectory{Scene: scene, States: []sim.State{scene.Start(), scene.Start()}}
	first := func(change func(*Filming), episode int) []byte {
		t.Helper()
		f := Filming{Kind: camera.Image, Width: 64, Height: 48, Paint: footage.Distinct, With: []string{"noise=8"}, Seed: 3}
		change(&f)
		settings, err := f.settings(30)
		if err != nil {
			t.Fatal(err)
		}
		pictures, err := f.drawer(settings)(t.Context(), t.TempDir(), episode, trajectory)
		if err != nil {
			t.Fatal(err)
		}
		return pictures.Images[0]
	}
	as := func(*Filming) {}
	usual := first(as, 0)
	if !bytes.Equal(usual, first(as, 0)) {
		t.Error("the same episode is filmed in two ways")
	}
	if bytes.Equal(usual, first(as, 1)) {
		t.Error("two episodes have the same noise")
	}
	for name, change := range map[string]func(*Filming){
		"seed":   func(f *Filming) { f.Seed = 4 },
		"paint":  func(f *Filming) { f.Paint = footage.Themed },
		"width":  func(f *Filming) { f.Width = 72 },
		"height": func(f *Filming) { f.Height = 56 },
		"noise":  func(f *Filming) { f.With = nil },
	} {
		if bytes.Equal(usual, first(change, 0)) {
			t.Errorf("another %s films the same", name)
		}
	}
}
