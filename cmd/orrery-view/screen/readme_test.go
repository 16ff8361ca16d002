package screen_test

import (
	"bytes"
	"flag"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"orrery/cmd/orrery-view/open"
	"orrery/cmd/orrery-view/screen"
	"orrery/cmd/orrery-view/session/compare"
	"orrery/cmd/orrery-view/session/jobs"
	"orrery/cmd/orrery-view/session/pilot"
	"orrery/cmd/orrery/planning"
	"orrery/sim"
	"orrery/sim/render"
	"orrery/sim/scenario"
	"orrery/world"
	"orrery/world/fit"
)

var readme = flag.String("readme", "", "`directory` in which to save the pictures that the README shows")

// newPlanner is a session.NewPlanner.
func newPlanner(of *scenario.Scenario, scene *sim.Scene, model world.Model, seed uint64) (pilot.Planner, error) {
	return planning.NewThinker(of, scene, model, seed)
}

// TestReadmePicturesCanBeTaken shows what the README does, with the models that are
// embedded. With -readme it saves the pictures:
//
//	go test ./cmd/orrery-view/screen -run Readme -readme ../../../assets/readme
func TestReadmePicturesCanBeTaken(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	for _, shot := range []struct {
		name   string
		query  string
		frames int
	}{
		{"sandbox", "scene=mixed&seed=11", 80},
		{"duel", "scene=mixed&seed=3&mode=duel&theme=light", 75},
		{"replay", "path=../../../datasets/sample", 50},
		{"plan", "scene=push&seed=3&plan=true&theme=light", 12},
	} {
		s := opened(t, shot.query)
		for k := 0; s.Session.Frame() < shot.frames; k++ {
			if s.Update(screen.Input{}); k > 4000 {
				t.Fatalf("%s: frame %d, %s", shot.name, s.Session.Frame(), s.Session.Notice())
			}
		}
		s.Session.Pause(true)
		for k := 0; k < 2000 && (s.Session.Forecast() == nil && s.Session.Thought() == nil || s.Session.Mode() == compare.Duel && s.Session.Ladder() == nil); k++ {
			s.Update(screen.Input{})
		}
		theme, err := render.LoadTheme(s.Theme())
		if err != nil {
			t.Fatal(err)
		}
		picture, ghosts := s.List().Image(), 0
		for i := 0; i < len(picture.Pix); i += 4 {
			if p := theme.Predicted; picture.Pix[i] == p.R && picture.Pix[i+1] == p.G && picture.Pix[i+2] == p.B {
				ghosts++
			}
		}
		if ghosts < 500 {
			t.Errorf("%s: %d pixels are predicted; %s", shot.name, ghosts, s.Session.Notice())
		}
		if *readme == "" {
			continue
		}
		var file bytes.Buffer
		if err := png.Encode(&file, picture); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(*readme, shot.name+".png"), file.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// opened returns a screen of the viewer as an address asks for it.
func opened(t *testing.T, query string) *screen.Screen {
	t.Helper()
	query, path, replay := strings.Cut(query, "path=")
	o, err := open.ParseQuery(query)
	if err != nil {
		t.Fatal(err)
	}
	if replay {
		o.Paths = []string{path}
	}
	opener, err := open.New(o, jobs.InTick, planning.Engine{}, newPlanner, fit.Decode)
	if err != nil {
		t.Fatal(err)
	}
	s := screen.New(opener.Session)
	if err := s.SetTheme(o.Theme); err != nil {
		t.Fatal(err)
	}
	s.Resize(1120, 720, 1)
	s.FPS = 60
	s.Update(screen.Input{Keys: []string{"f"}}) // who has pressed a key needs no hint
	return s
}
