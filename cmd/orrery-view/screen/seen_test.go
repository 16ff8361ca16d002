package screen

import (
	"errors"
	"image"
	"math"
	"slices"
	"strings"
	"testing"

	"orrery/cmd/orrery-view/session/compare"
	"orrery/cmd/orrery-view/session/replay"
	"orrery/sim"
	"orrery/sim/render"
	"orrery/world/identify"
)

// TestMeasuredMotionIsShownAsSuch: with crosses where it was measured, a key that says so, how far measurements
// are off in place of what the engine would do, and a slider and a key for how long the model watches.
func TestMeasuredMotionIsShownAsSuch(t *testing.T) {
	t.Parallel()
	scene := sim.DefaultScene()
	scene.Bodies = []sim.Body{sim.NewDisc(0.1, 100, sim.Surface{}), sim.NewDisc(0.15, 100, sim.Surface{})}
	recorded := &sim.Trajectory{Scene: &scene, Seen: &sim.Observation{}}
	rng := sim.NewRand(5, "test/seen", 0)
	const noise = 2e-3
	for k := range 61 {
		state := sim.State{{X: float64(k) / 60, VX: 1}, {X: 1.5 - float64(k)/120, Y: 0.6, VX: -0.5}}
		row := make([]sim.Sight, 2)
		for i := range row {
			row[i] = sim.Sight{X: state[i].X + noise*rng.NormFloat64(), Y: state[i].Y + noise*rng.NormFloat64(), Seen: true, Std: noise}
		}
		recorded.States = append(recorded.States, state)
		recorded.Seen.Sights, recorded.Seen.Std = append(recorded.Seen.Sights, row), append(recorded.Seen.Std, make(sim.State, 2))
	}
	scene.Bodies[0].Start, scene.Bodies[1].Start = recorded.States[0][0], recorded.States[0][1]
	s := open(t, "mixed")
	s.Resize(1280, 800, 1)
	said := func(text string) bool {
		return slices.ContainsFunc(s.List().Items, func(item render.Item) bool {
			words, ok := item.(render.Text)
			return ok && strings.Contains(words.Value, text)
		})
	}
	s.wait(2)
	if said("measured (cross)") || said("the measurements") || said("the model watches") {
		t.Error("what is known passes for measured")
	}
	s.open(replay.Offer{Open: func() (replay.Show, error) { return replay.Show{Episodes: 1, True: recorded}, nil }})
	s.Session.Pause(true)
	s.Session.Seek(40)
	s.wait(60)
	off := noise * math.Sqrt(math.Pi/2)
	for _, text := range []string{"estimated (solid)", "measured (cross)", "the measurements, 2.5 mm off", "measurements are off by", "the model watches", "its start is told"} {
		if !said(text) {
			t.Errorf("the screen does not say %q", text)
		}
	}
	if got := s.noise(); !(math.Abs(got-off) <= 1e-12) || said("equivalent measurement error") || said("true (solid)") {
		t.Errorf("measurements are %v m off, want %v", got, off)
	}
	crosses := 0
	for _, item := range s.List().Items {
		if path, ok := item.(render.Path); ok && path.Stroke.Colour == s.theme.Text.Fade(0.8) && path.Open {
			crosses += len(path.Contours) / 2
		}
	}
	if crosses != 2*37 {
		t.Errorf("%d crosses", crosses)
	}
	ahead := func() (length float64) {
		for _, item := range s.List().Items {
			if path, ok := item.(render.Path); ok && path.Open && path.Stroke.Width == 1.25*s.unit && path.Stroke.Colour == s.theme.Predicted.Fade(0.8) {
				way := path.Contours[0]
				length = math.Abs(way[len(way)-1].X - way[0].X)
			}
		}
		return length / s.camera().Scale
	}
	if got := ahead(); !(math.Abs(got-5.0/60) <= 1e-9) { // a quarter of the 20 frames that are left
		t.Errorf("where the ghost leads is drawn for %v m", got)
	}
	known := *recorded
	known.Seen = nil
	if err := s.Session.OpenShow(replay.Show{Episodes: 1, True: &known}); err != nil {
		t.Fatal(err)
	}
	s.Session.Seek(40)
	if s.wait(60); ahead() != 0 {
		t.Error("where the ghost leads is drawn over what is known")
	}
	if s.hit("b"); s.Session.Forecast() == nil || s.Session.Forecast().From != 40 {
		t.Error("B does not begin from here where states are known")
	}
	if err := s.Session.OpenShow(replay.Show{Episodes: 1, True: recorded}); err != nil {
		t.Fatal(err)
	}
	s.Session.Seek(40)
	s.wait(60)
	w, p := s.find(t, "history")
	left, right := w.Rail(s.unit)
	p.X = left + 0.25*(right-left)
	s.click(p)
	s.wait(200)
	if got := s.Session.History(); got != 15 || s.Session.Forecast().From != 14 || !said("from 0.23 s on (outlined)") || !said("15 frames, 0.23 s") {
		t.Errorf("it watches %d frames, and predicts from %d", got, s.Session.Forecast().From)
	}
	s.Update(Input{Mouse: s.mouse, Keys: []string{"b"}})
	s.wait(200)
	if got := s.Session.History(); got != 41 || s.Session.Forecast().From != 40 {
		t.Errorf("after B at frame 40 it watches %d frames", got)
	}
	s.Session.SetMode(compare.Sandbox)
	if s.wait(2); said("measured (cross)") {
		t.Error("measurements outlive what was replayed")
	}
}

// TestWhatWasIdentifiedIsOnTheBodies, with sliders for other numbers.
func TestWhatWasIdentifiedIsOnTheBodies(t *testing.T) {
	t.Parallel()
	s := open(t, "mixed")
	s.Resize(1280, 900, 1)
	s.wait(1)
	recorded := &sim.Trajectory{Scene: s.Session.Scene(), States: s.Session.Past(1)}
	for range 40 {
		recorded.States = append(recorded.States, recorded.States[0])
	}
	s.Session.SetIdentified([]identify.Parameter{
		identify.Known(identify.Mass, "body1", 0.5, 0.48, 0.52, "kg", ""), identify.Known(identify.Friction, identify.Wall, 0.3, 0.29, 0.31, "", ""),
	})
	said := func(text string) bool {
		return slices.ContainsFunc(s.List().Items, func(item render.Item) bool {
			words, ok := item.(render.Text)
			return ok && strings.Contains(words.Value, text)
		})
	}
	if said("0.500 ± 0.020 kg") || said("IDENTIFIED") {
		t.Error("what was identified is shown in the sandbox")
	}
	s.open(replay.Offer{Open: func() (replay.Show, error) { return replay.Show{Episodes: 1, True: recorded}, nil }})
	s.Session.Pause(true)
	s.wait(100)
	for _, text := range []string{"0.500 ± 0.020 kg", "IDENTIFIED", "friction wall", "0.300 ± 0.010", "error over 0.5 s: ", "with the values found: "} {
		if !said(text) {
			t.Errorf("the screen does not say %q", text)
		}
	}
	if said("error over 0.5 s: –") {
		t.Error("the error is not known after the forecast")
	}
	w, p := s.find(t, "try mass body1")
	left, right := w.Rail(s.unit)
	p.X = left + 0.9*(right-left)
	s.click(p)
	if _, tried := s.Session.Identified(); !(tried[0] > 0.8) || !said("found 0.500") {
		t.Errorf("the slider tries %v", tried)
	}
	_, p = s.find(t, "values as found")
	s.click(p)
	if _, tried := s.Session.Identified(); tried[0] != 0.5 {
		t.Errorf("the button leaves %v", tried)
	}
	for _, of := range []identify.Name{identify.Elasticity, identify.Mass, identify.Friction, identify.Gravity} {
		v := identify.Known(of, "a", 0.9, 0.1, 1.7, "", "")
		low, high := tryRange(&v)
		if bounded := of != identify.Gravity; !(low < 0.9 && 0.9 < high) || low < 0 == bounded || of == identify.Elasticity && !(high <= 1) {
			t.Errorf("%s is tried from %v to %v", of, low, high)
		}
	}
}

// TestFilmsLieBelowWhatWasMeasured: outlines in place of bodies and walls over the pictures of each frame, which a key and
// a button take away, and a view that shows all of a picture.
func TestFilmsLieBelowWhatWasMeasured(t *testing.T) {
	t.Parallel()
	scene := sim.DefaultScene()
	scene.Bodies = []sim.Body{sim.NewDisc(0.1, 100, sim.Surface{})}
	scene.Bodies[0].Start = sim.BodyState{X: 0.5, Y: 0.5}
	recorded := &sim.Trajectory{Scene: &scene}
	for range 31 {
		recorded.States = append(recorded.States, sim.State{scene.Bodies[0].Start})
	}
	var asked []int
	pictures := []*image.RGBA{image.NewRGBA(image.Rect(0, 0, 40, 30)), image.NewRGBA(image.Rect(0, 0, 40, 30))}
	trouble := error(nil)
	taken := func(frame int) (*image.RGBA, [2]sim.Vec, error) {
		asked = append(asked, frame)
		if trouble != nil {
			return nil, [2]sim.Vec{}, trouble
		}
		return pictures[frame/16], [2]sim.Vec{{X: -4, Y: -3}, {X: 4, Y: 3}}, nil
	}
	s := open(t, "mixed")
	s.Resize(1280, 800, 1)
	s.open(replay.Offer{Open: func() (replay.Show, error) {
		return replay.Show{Episodes: 1, True: recorded, Film: taken}, nil
	}})
	s.Session.Pause(true)
	s.Session.Seek(20)
	s.wait(60)
	photo := func() (shown render.Photo, solid bool) {
		for _, item := range s.List().Items {
			switch item := item.(type) {
			case render.Photo:
				shown = item
			case render.Path:
				solid = solid || item.Fill == s.theme.True
			}
		}
		return shown, solid
	}
	shown, _ := photo()
	if shown.Image != pictures[1] || asked[len(asked)-1] != 20 {
		t.Fatalf("frame %d is shown", asked[len(asked)-1])
	}
	camera := s.camera()
	if shown.Into[0] != camera.Pixel(sim.Vec{X: -4, Y: 3}) || shown.Into[1] != camera.Pixel(sim.Vec{X: 4, Y: -3}) {
		t.Errorf("the picture lies at %v", shown.Into)
	}
	if stage := s.places.stage; !(shown.Into[0].X >= float64(stage.Min.X)) || !(shown.Into[1].X <= float64(stage.Max.X)) || !(shown.Into[1].Y <= float64(stage.Max.Y)) {
		t.Errorf("the picture lies at %v, outside %v", shown.Into, stage)
	}
	s.Session.Seek(3)
	if shown, _ = photo(); shown.Image != pictures[0] {
		t.Error("another frame has the same picture")
	}
	s.Update(Input{Keys: []string{"w"}})
	if shown, _ = photo(); shown.Image != nil {
		t.Error("W leaves the film")
	}
	s.Update(Input{Keys: []string{"w"}})
	trouble = errors.New("the film is gone")
	if shown, _ = photo(); shown.Image != nil || s.Session.Notice() != "the film is gone" {
		t.Errorf("of trouble the user reads %q", s.Session.Notice())
	}
}
