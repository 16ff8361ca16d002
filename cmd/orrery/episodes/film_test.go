package episodes

import (
	"bytes"
	"strings"
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

// TestFilmsAreToldAsFlagsAndInWords: only what is not usual, and mistakes name their flag before anything is made.
func TestFilmsAreToldAsFlagsAndInWords(t *testing.T) {
	usual := Filming{Kind: camera.Image, Width: 64, Height: 48, Paint: footage.Distinct, Seed: 3}
	for _, c := range []struct {
		change func(f *Filming)
		flags  string
		look   string
		wrong  string
	}{
		{func(*Filming) {}, " --film image --film-size 64x48", "paint distinct", ""},
		{func(f *Filming) { f.Paint = footage.Themed }, " --film image --film-size 64x48 --film-paint theme", "paint theme", ""},
		{func(f *Filming) { f.With, f.Seed = []string{"noise=8", "jpeg=80"}, 4 }, " --film image --film-size 64x48 --film-with noise=8,jpeg=80 --film-seed 4", "paint distinct, with noise=8, jpeg=80", ""},
		{func(f *Filming) { f.With = []string{"fog"} }, " --film image --film-size 64x48 --film-with fog", "paint distinct, with fog", "--film-with: "},
		{func(f *Filming) { f.Width = 1 }, " --film image --film-size 1x48", "paint distinct", "--film: "},
		{func(f *Filming) { f.Paint = "glitter" }, " --film image --film-size 64x48 --film-paint glitter", "paint glitter", "--film: "},
		{func(f *Filming) { f.Kind = "painting" }, " --film painting --film-size 64x48", "paint distinct", "--film: "},
	} {
		f := usual
		c.change(&f)
		if got := f.flags(3); got != c.flags {
			t.Errorf("%q, want %q", got, c.flags)
		}
		if s := f.spec(); s.Look != c.look || s.Kind != f.Kind || s.Width != f.Width || s.Height != f.Height || s.Seed != f.Seed {
			t.Errorf("%+v, want %q", s, c.look)
		}
		s, err := f.settings(25)
		if (err == nil) != (c.wrong == "") || err != nil && !strings.HasPrefix(err.Error(), c.wrong) {
			t.Errorf("%v, want %q", err, c.wrong)
		}
		if err == nil && (s.Rate != 25 || s.Width != f.Width || s.Seed != f.Seed || s.Paint != f.Paint) {
			t.Errorf("%+v", s)
		}
	}
	t.Setenv("PATH", t.TempDir()) // without ffmpeg
	for want, f := range map[string]Filming{
		"": usual,
		"--film video needs the program ffmpeg, which is not on the path; --film image works without it": {Kind: camera.Video, Width: 64, Height: 48, Paint: footage.Distinct},
		"--film-with h264 needs the program ffmpeg, which is not on the path; jpeg works without it":     {Kind: camera.Image, Width: 64, Height: 48, Paint: footage.Distinct, With: []string{"h264=30"}},
	} {
		if _, err := f.settings(30); (err == nil) != (want == "") || err != nil && err.Error() != want {
			t.Errorf("%v, want %q", err, want)
		}
	}
}
