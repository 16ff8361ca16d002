package screen

import (
	"bytes"
	"encoding/csv"
	"image/png"
	"math"
	"strconv"
	"strings"
	"testing"

	"orrery/cmd/orrery-view/session/compare"
	"orrery/cmd/orrery-view/session/quantity"
	"orrery/cmd/orrery/planning"
	"orrery/sim/render"
	"orrery/world/choose"
	"orrery/world/flight"
)

// TestQuantitiesArePlotted over time and against each other, read at the mouse, and saved as a table.
func TestQuantitiesArePlotted(t *testing.T) {
	t.Parallel()
	s := open(t, "billiards")
	s.wait(60)
	s.hit("q")
	s.wait(1)
	said := s.texts()
	for _, want := range []string{"energy (J) against time (s)", "true", "energy against time"} {
		if !strings.Contains(said, want) {
			t.Errorf("%q is not shown:\n%s", want, said)
		}
	}
	plotted := s.places.plot
	s.Update(Input{Mouse: render.Point{X: float64(plotted.Min.X+plotted.Max.X) / 2, Y: float64(plotted.Min.Y+plotted.Max.Y) / 2}})
	if said := s.texts(); !strings.Contains(said, " s:  ") || !strings.Contains(said, " J") {
		t.Errorf("no value is read at the mouse:\n%s", said)
	}
	_, p := s.find(t, "save as CSV")
	s.click(p)
	files := s.TakeFiles()
	if len(files) != 1 || files[0].Name != "energy.csv" {
		t.Fatalf("saved %v", files)
	}
	rows, err := csv.NewReader(strings.NewReader(string(files[0].Data))).ReadAll()
	if err != nil || strings.Join(rows[0], ",") != "curve,time (s),energy (J)" || len(rows) < 50 {
		t.Fatalf("%d rows: %v", len(rows), err)
	}
	_, p = s.find(t, "save as PNG")
	s.click(p)
	files = s.TakeFiles()
	if len(files) != 1 || files[0].Name != "energy.png" {
		t.Fatalf("saved %v", files)
	}
	if size, err := png.DecodeConfig(bytes.NewReader(files[0].Data)); err != nil || size.Width != plotScale*plotWide || size.Height != plotScale*plotHigh {
		t.Errorf("a picture of %d by %d pixels: %v", size.Width, size.Height, err)
	}
	if s.places.plot != plotted || s.unit != unitOf(1280, 800, 1) {
		t.Error("the window has the size of what was saved")
	}
	want := quantity.All()[0].Of(s.Session.Scene(), s.Session.Scene().Start(), 0)
	if got, err := strconv.ParseFloat(rows[1][2], 64); err != nil || rows[1][0] != "true" || rows[1][1] != "0" || !(math.Abs(got-want) <= 1e-12*want) {
		t.Errorf("the first row is %v, want an energy of %v", rows[1], want)
	}
	for range quantity.All() {
		s.hit("q", "shift")
		s.wait(1)
	}
	if !strings.Contains(s.texts(), "angular velocity of body 0 (rad/s)") { // against energy, the last that shift-Q has come to
		t.Errorf("no quantity is plotted against another:\n%s", s.texts())
	}
	for range quantity.All() {
		s.hit("q")
		s.wait(1)
	}
	if s.measuring.what != 0 || strings.Contains(s.texts(), "energy (J)") {
		t.Error("after the last quantity errors do not come back")
	}
}

// TestAModelThatIsTheEngineKeepsItsEnergy: a pendulum's, within a millionth, frame by frame of a duel.
func TestAModelThatIsTheEngineKeepsItsEnergy(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	t.Parallel()
	s := open(t, "pendulum")
	s.Session.SetModels([]choose.Candidate{{Name: "engine", Model: planning.Engine{}}, {Name: "ballistic", Model: flight.Ballistic()}})
	s.Session.SetModel(0)
	s.Session.SetMode(compare.Duel)
	for n := 0; n < 3000 && s.Session.Frame() < 90; n++ {
		s.wait(1)
	}
	s.hit("q")
	c, ok := s.quantityChart()
	if !ok || len(c.Curves) != 2 || len(c.Curves[0].Y) < 90 || len(c.Curves[1].Y) < 90 {
		t.Fatalf("%v: %+v", ok, c)
	}
	for k, want := range c.Curves[0].Y {
		if got := c.Curves[1].Y[k]; c.Curves[0].X[k] != c.Curves[1].X[k] || !(math.Abs(got-want) <= 1e-6*math.Abs(want)) {
			t.Fatalf("at %v s the energy is %v J, to the model %v J", c.Curves[0].X[k], want, got)
		}
	}
}
