package screen

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"orrery/cmd/orrery-view/widget"
	"orrery/cmd/orrery/planning"
	"orrery/sim"
	"orrery/sim/render"
	"orrery/world"
	"orrery/world/choose"
	"orrery/world/flight"
)

// TestTwoModelsAreToldApart: each ghost by a letter, its outline and a hatch, each curve by its name, and a table.
func TestTwoModelsAreToldApart(t *testing.T) {
	t.Parallel()
	s := open(t, "mixed")
	s.Session.SetModels([]choose.Candidate{{Name: "engine", Model: planning.Engine{}}, {Name: "ballistic", Model: flight.Ballistic()}})
	if s.hit("y"); !strings.Contains(s.Session.Notice(), "compared with engine") {
		t.Fatalf("%q", s.Session.Notice())
	}
	s.wait(200)
	said := s.texts()
	for _, want := range []string{"A: predicted by ballistic, 1 s from now (outlined)", "B: by engine (dashed, hatched)", "A ballistic", "B engine",
		"mean position error (m) against how far ahead (s)", "A is ballistic, B is engine", "at 0.5 s", "\nA\n", "\nB\n"} {
		if !strings.Contains(said, want) {
			t.Errorf("%q is not shown:\n%s", want, said)
		}
	}
	dashed, hatched := 0, 0
	for _, item := range s.List().Items {
		path, ok := item.(render.Path)
		if !ok || path.Stroke.Colour.R != s.rivalColour().R || path.Stroke.Colour.G != s.rivalColour().G {
			continue
		}
		if path.Stroke.Dash > 0 && path.Stroke.Width == render.OutlineWidth*s.unit {
			dashed++
		}
		if len(path.Contours) > 20 {
			hatched++
		}
	}
	if dashed < len(s.Session.Scene().Bodies) || hatched == 0 {
		t.Errorf("%d outlines are dashed, %d paths hatch", dashed, hatched)
	}
	for _, theme := range []string{"dark", "light"} {
		if err := s.SetTheme(theme); err != nil {
			t.Fatal(err)
		}
		if c := render.Contrast(s.rivalColour(), s.theme.Panel); !(c >= 3) {
			t.Errorf("%s: the second ghost has a contrast of %v", theme, c)
		}
	}
	_, p := s.find(t, "none")
	s.click(p)
	if _, c := s.Session.Rival(); c != nil || strings.Contains(s.texts(), "B: by engine") {
		t.Error("the second ghost stays")
	}
	s.hit("y")
	if s.hit("y"); strings.Contains(s.texts(), "B: by engine") {
		t.Error("after the last model there is another one")
	}
	if !slices.ContainsFunc(s.widgets(), func(w widget.Widget) bool { return w.Name == "compare with another model" }) {
		t.Error("no button compares")
	}
}

// brief predicts free flight for a number of frames, and then fails.
type brief struct {
	world.Model
	frames int
}

type briefly struct {
	world.Predictor
	left int
}

func (b brief) Predictor(scenes []*sim.Scene) (world.Predictor, error) {
	p, err := b.Model.Predictor(scenes)
	return &briefly{p, b.frames}, err
}

func (b *briefly) Step(state sim.State, action sim.Action) error {
	if b.left--; b.left < 0 {
		return errors.New("no further")
	}
	return b.Predictor.Step(state, action)
}

// TestShortForecastsAreShownToTheirEnds: where a model fails before the moment that is looked ahead to, its ghost stands where it came to, whichever
// of two models it is.
func TestShortForecastsAreShownToTheirEnds(t *testing.T) {
	t.Parallel()
	short, whole := choose.Candidate{Name: "brief", Model: brief{flight.Ballistic(), 20}}, choose.Candidate{Name: "still", Model: flight.Still()}
	for _, models := range [][]choose.Candidate{{short, whole}, {whole, short}} { // the last is chosen
		s := open(t, "mixed")
		s.Session.SetModels(models)
		s.hit("y")
		s.wait(100)
		s.Session.Pause(true)
		s.wait(3)
		rivals, chosen := 0, 0
		for _, item := range s.List().Items {
			if path, ok := item.(render.Path); ok && path.Stroke.Width == render.OutlineWidth*s.unit {
				switch c := path.Stroke.Colour; {
				case c.R == s.rivalColour().R && c.G == s.rivalColour().G && c.B == s.rivalColour().B:
					rivals++
				case c.R == s.theme.Predicted.R && c.G == s.theme.Predicted.G && c.B == s.theme.Predicted.B:
					chosen++
				}
			}
		}
		if bodies := len(s.Session.Scene().Bodies); rivals < bodies || chosen < bodies {
			t.Errorf("%s chosen: of %d bodies the chosen model shows %d, and the other %d", models[1].Name, bodies, chosen, rivals)
		}
	}
}
