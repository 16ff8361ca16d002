package screen

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"math"
	"os"
	"testing"

	"orrery/cmd/orrery-view/session/compare"
	"orrery/cmd/orrery-view/session/replay"
	"orrery/sim"
	"orrery/sim/render"
	"orrery/world/surprise"
)

// TestStripShowsWhatSurprises replays discs that fly straight, of which one jumps, in a large and in a
// small window.
func TestStripShowsWhatSurprises(t *testing.T) {
	scene := sim.DefaultScene()
	scene.Bodies = []sim.Body{sim.NewDisc(0.1, 100, sim.Surface{}), sim.NewDisc(0.15, 100, sim.Surface{})}
	recorded, jump := &sim.Trajectory{Scene: &scene}, 50
	for k := range 91 {
		state := sim.State{{X: float64(k) / 60, VX: 1}, {X: 1.5 - float64(k)/120, Y: 0.6, VX: -0.5}}
		if k >= jump {
			state[1].Y = 0.9
		}
		recorded.States = append(recorded.States, state)
	}
	scene.Bodies[0].Start, scene.Bodies[1].Start = recorded.States[0][0], recorded.States[0][1]
	s := open(t, "mixed")
	s.open(replay.Offer{Open: func() (replay.Show, error) { return replay.Show{Episodes: 1, True: recorded}, nil }})
	for k := 0; s.Session.Surprise() == nil && k < 5000; k++ {
		s.wait(1)
	}
	scores := s.Session.Surprise()
	if len(scores) != 91 {
		t.Fatalf("%d scores of 91 frames", len(scores))
	}
	for k, score := range scores {
		if (score >= surprise.Alarm) != (k == jump) {
			t.Errorf("frame %d has a score of %v", k, score)
		}
	}
	for _, size := range []image.Point{{X: 1000, Y: 640}, {X: 640, Y: 480}, {X: 300, Y: 180}} {
		s.Resize(size.X, size.Y, 1)
		s.wait(2)
		marks := 0
		w, _ := s.find(t, "time")
		left, right := w.Rail(s.unit)
		for _, item := range s.List().Items {
			path, ok := item.(render.Path)
			if !ok || path.Fill != s.theme.Error || s.places.strip.Empty() {
				continue
			}
			b := path.Contours[0][0]
			b.X -= 2 * s.unit // where a circle begins
			if float64(s.places.strip.Min.Y) <= b.Y && b.Y <= float64(s.places.strip.Max.Y) {
				if marks++; !(math.Abs(b.X-(left+float64(jump)/90*(right-left))) <= 3*s.unit) {
					t.Errorf("%v: the mark is at %v, the frame at share %v of %v to %v", size, b.X, float64(jump)/90, left, right)
				}
			}
		}
		if want := size.Y > 200; (marks == 1) != want || s.places.strip.Overlaps(s.places.bar) || s.places.strip.Overlaps(s.places.stage) {
			t.Errorf("%v: %d marks in the strip %v below the bar %v", size, marks, s.places.strip, s.places.bar)
		}
		if dir := os.Getenv("SHOTS"); dir != "" {
			var file bytes.Buffer
			png.Encode(&file, s.List().Image())
			os.WriteFile(fmt.Sprintf("%s/strip-%d.png", dir, size.X), file.Bytes(), 0o644)
		}
	}
	s.Session.SetMode(compare.Sandbox)
	if s.wait(1); s.Session.Surprise() != nil || !s.places.strip.Empty() {
		t.Error("the strip outlives what was replayed")
	}
}

// TestTheStripShowsHowUnlikelyFramesAre: below 1 nothing, from Alarm on in the colour of errors with a dot, and the
// worst where several frames share a pixel.
func TestTheStripShowsHowUnlikelyFramesAre(t *testing.T) {
	t.Parallel()
	s := &Screen{theme: &render.Theme{Muted: render.Colour{R: 1, A: 255}, Error: render.Colour{R: 2, A: 255}}, unit: 1}
	s.places.strip = image.Rect(0, 100, 100, 140)
	draw := func(right float64, scores ...float64) (muted, alarms, dots int) {
		list := render.List{Width: 100, Height: 200}
		s.paintStrip(&list, scores, 0, right)
		for _, item := range list.Items {
			path := item.(render.Path)
			switch {
			case path.Fill == s.theme.Error:
				dots++
			case path.Stroke.Colour == s.theme.Error:
				alarms++
			case path.Stroke.Colour == s.theme.Muted:
				muted++
			}
		}
		return muted, alarms, dots
	}
	if muted, alarms, dots := draw(90, 0, 0.9, 1.1, surprise.Alarm-0.1, surprise.Alarm+0.1, 0); muted != 2 || alarms != 1 || dots != 1 {
		t.Errorf("%d frames are drawn, %d as events with %d dots", muted, alarms, dots)
	}
	if muted, alarms, dots := draw(3, 0, 2, 9, 3, 2, 0, 0, 0, 0); muted+alarms > 3 || alarms != 1 || dots != 1 {
		t.Errorf("in three pixels %d frames are drawn, and %d as events with %d dots", muted, alarms, dots)
	}
}
