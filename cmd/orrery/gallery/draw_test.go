package gallery

import (
	"bytes"
	"context"
	"errors"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"orrery/cmd/orrery/scenefiles"
	"orrery/sim"
	"orrery/sim/scenario"
)

// parsed returns a scenario of a disc that actuators may push.
func parsed(t *testing.T, name, more string) *scenario.Scenario {
	t.Helper()
	s, err := scenario.Parse(name, []byte(`{"format": 2, "summary": "a disc is pushed", "fps": 20, "duration_s": 2, "picture_s": 0.5,
		"bodies": [{"name": "disc", "circle": 0.1}]`+more+`}`))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestPicturesAreDrawnIntoAFolder, one for each scenario, of all with a sheet and a page, and what is there stays unless it may be replaced.
func TestPicturesAreDrawnIntoAFolder(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	list := []*scenario.Scenario{parsed(t, "one", ""), parsed(t, "two", `, "gravity": [0, -1]`)}
	at := func(name string) string { return filepath.Join(dir, name) }
	var out bytes.Buffer
	p := Pictures{Dir: dir, Seed: 3, Sample: scenefiles.First}
	if err := p.Draw(t.Context(), &out, list); err != nil || out.String() != at("one.png")+"\n"+at("two.png")+"\n" {
		t.Fatalf("%v, %q", err, out.String())
	}
	if err := p.Draw(t.Context(), &out, list); err == nil || !strings.Contains(err.Error(), at("one.png")) {
		t.Errorf("a picture that is there is replaced: %v", err)
	}
	out.Reset()
	p.All, p.Force = true, true
	if err := p.Draw(t.Context(), &out, list); err != nil || !strings.HasSuffix(out.String(), at("all.png")+"\n"+at("README.md")+"\n") {
		t.Fatalf("%v, %q", err, out.String())
	}
	for name, want := range map[string][2]int{"one.png": {480, 400}, "two.png": {480, 400}, "all.png": {1680, 0}} {
		file, err := os.Open(at(name))
		if err != nil {
			t.Fatal(err)
		}
		picture, err := png.DecodeConfig(file)
		if file.Close(); err != nil || picture.Width != want[0] || want[1] > 0 && picture.Height != want[1] {
			t.Errorf("%s has %d by %d px, %v", name, picture.Width, picture.Height, err)
		}
	}
	text, err := os.ReadFile(at("README.md"))
	if err != nil || !strings.Contains(string(text), "## one\n\n![one](one.png)\n\nA disc is pushed.") {
		t.Errorf("%v, %s", err, text)
	}
	p.Sample = func(*scenario.Scenario) (*sim.Scene, error) { return nil, errors.New("no scene") }
	if err := p.Draw(t.Context(), &out, list); err == nil || err.Error() != "no scene" {
		t.Error(err)
	}
	p.Sample = func(s *scenario.Scenario) (*sim.Scene, error) {
		scene, err := scenefiles.First(s)
		scene.FPS = 0
		return scene, err
	}
	if err := p.Draw(t.Context(), &out, list); err == nil || !strings.HasPrefix(err.Error(), "one: ") {
		t.Errorf("a scene that cannot be run: %v", err)
	}
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if err := p.Draw(ctx, &out, list); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if files, err := os.ReadDir(dir); err != nil || len(files) != 4 {
		t.Errorf("%v, %v", files, err)
	}
}

// TestScenariosAreDescribed in words as they are in a list and by themselves: a table that would be empty is left out, and one policy is no choice.
func TestScenariosAreDescribed(t *testing.T) {
	t.Parallel()
	driven := parsed(t, "driven", `, "params": {"push": {"default": 2, "min": 1, "max": 3, "unit": "N", "doc": "how hard"}},
		"actuators": [{"force": "disc", "axis": "xy", "limit": "push"}, {"force": "disc", "axis": [0.6, 0.8], "limit": 1}]`)
	for _, c := range []struct {
		s    *scenario.Scenario
		want string
	}{
		{parsed(t, "plain", ""), "plain: a disc is pushed\nusually 41 frames, 2 s\n"},
		{driven, "driven: a disc is pushed\nusually 41 frames, 2 s\n\n" +
			"parameter  default  range   unit  \npush       2        1 to 3  N     how hard\n\n" +
			"action  of    along       range    unit\nforce   disc  x           -2 to 2  N\nforce   disc  y           -2 to 2  N\nforce   disc  (0.6, 0.8)  -1 to 1  N\n\n" +
			"policy  \n"},
	} {
		info, err := Describe(c.s)
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		if err := info.Write(&out); err != nil || !strings.HasPrefix(out.String(), c.want) || c.s != driven && out.String() != c.want {
			t.Errorf("%v, %s\nwant\n%s", err, out.String(), c.want)
		}
	}
	plain, task := Info{Name: "plain", Summary: "nothing acts", FPS: 20}, Info{Name: "t", Summary: "one acts", Driven: true, FPS: 20, Task: &taskInfo{"a thing to do", 50}}
	var out bytes.Buffer
	if err := WriteList(&out, []Info{plain, task}); err != nil || out.String() != "plain                nothing acts\nt      driven  task  one acts\n" {
		t.Errorf("%v, %q", err, out.String())
	}
	out.Reset()
	if err := task.Write(&out); err != nil || !strings.HasSuffix(out.String(), "\ntask: a thing to do, within 50 frames, 2.5 s\n") {
		t.Errorf("%v, %q", err, out.String())
	}
}
