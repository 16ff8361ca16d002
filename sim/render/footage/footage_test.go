package footage_test

import (
	"bytes"
	"context"
	"image"
	"math"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/sim"
	"orrery/sim/polygon"
	"orrery/sim/render"
	"orrery/sim/render/animation"
	"orrery/sim/render/footage"
	"orrery/sim/render/footage/studio"
)

// flying returns a scene of a disc, a box and a body of two shapes that never meet, and states of it.
func flying(t *testing.T) (*sim.Scene, []sim.State) {
	t.Helper()
	scene := sim.DefaultScene()
	disc := sim.NewDisc(0.11, 1, sim.Surface{})
	disc.Start = sim.BodyState{X: -0.6, Y: 0.503, VX: 0.2, VY: -0.3, Omega: 2}
	box := sim.NewBox(0.2, 0.07, 1, sim.Surface{})
	box.Start = sim.BodyState{X: 0.4, Y: 0.4, Angle: 0.3, VX: -0.2, VY: 0.35, Omega: -4}
	corner := box // an L whose origin is not the middle of its area
	corner.Shapes = []sim.Shape{
		sim.NewShape(sim.Polygon, 0, sim.Surface{}, sim.Vec{X: 0, Y: 0}, sim.Vec{X: 0.3, Y: 0}, sim.Vec{X: 0.3, Y: 0.1}, sim.Vec{X: 0, Y: 0.1}),
		sim.NewShape(sim.Polygon, 0, sim.Surface{}, sim.Vec{X: 0, Y: 0.1}, sim.Vec{X: 0.1, Y: 0.1}, sim.Vec{X: 0.1, Y: 0.25}, sim.Vec{X: 0, Y: 0.25}),
	}
	corner.Start = sim.BodyState{X: 0, Y: -0.5, Angle: 1, VX: 0.1, VY: -0.2, Omega: 1}
	scene.Bodies = []sim.Body{disc, box, corner}
	scene.Walls = []sim.Shape{sim.NewShape(sim.Segment, 0.02, sim.Surface{}, sim.Vec{X: -1, Y: -1}, sim.Vec{X: 1, Y: -1})}
	var states []sim.State
	for i := range 25 {
		state := scene.Start()
		for k, b := range state {
			time := float64(i) / 60
			state[k].X, state[k].Y, state[k].Angle = b.X+b.VX*time, b.Y+b.VY*time, b.Angle+b.Omega*time
		}
		states = append(states, state)
	}
	return &scene, states
}

func small() footage.Settings {
	s := footage.Default()
	s.Width, s.Height = 200, 160
	return s
}

// film returns all pictures of the flying bodies.
func film(t *testing.T, settings footage.Settings) (*footage.Shot, []*image.RGBA) {
	t.Helper()
	scene, states := flying(t)
	shot, err := footage.New(scene, states, settings)
	if err != nil {
		t.Fatal(err)
	}
	var all []*image.RGBA
	for picture, err := range shot.Pictures(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, picture)
	}
	return shot, all
}

// grey returns the mean of a pixel's three values; row 0 is the top.
func grey(p *image.RGBA, column, row int) float64 {
	i := p.PixOffset(column, row)
	return (float64(p.Pix[i]) + float64(p.Pix[i+1]) + float64(p.Pix[i+2])) / 3
}

// TestTruthIsTheMiddleOfWhatIsDrawn weighs the pixels near each body by how far they are from the ground's colour.
func TestTruthIsTheMiddleOfWhatIsDrawn(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	t.Parallel()
	for _, exposure := range []float64{0, 1.0 / 30} {
		settings := small()
		settings.Exposure = exposure
		shot, all := film(t, settings)
		ground := grey(all[0], 0, 0)
		for i, picture := range all {
			for k, b := range shot.Middles(i) {
				var sum sim.Vec
				var weight float64
				for row := range settings.Height {
					for column := range settings.Width {
						x, y := float64(column)+0.5, float64(settings.Height-row)-0.5
						if math.Hypot(x-b.X, y-b.Y) > 24 {
							continue
						}
						w := ground - grey(picture, column, row)
						weight += w
						sum = sum.Add(sim.Vec{X: x, Y: y}.Scale(w))
					}
				}
				got := sum.Scale(1 / weight)
				if !(math.Hypot(got.X-b.X, got.Y-b.Y) < 0.02) {
					t.Fatalf("exposure %g, picture %d, body %d is drawn at %v, should be at %g %g", exposure, i, k, got, b.X, b.Y)
				}
			}
		}
	}
}

func TestMiddleIsThatOfTheArea(t *testing.T) {
	t.Parallel()
	scene, states := flying(t)
	shot, err := footage.New(scene, states, small())
	if err != nil {
		t.Fatal(err)
	}
	for k := range scene.Bodies {
		var sum sim.Vec
		var area float64
		for _, s := range shot.Shapes(k) {
			a, c, _ := polygon.Measure(s.Vertices, s.Radius)
			sum, area = sum.Add(c.Scale(a)), area+a
		}
		want := shot.Truth(7)[k].Point(sum.Scale(1 / area))
		got := shot.Middles(7)[k]
		if !(math.Hypot(got.X-want.X, got.Y-want.Y) < 2e-3) {
			t.Errorf("body %d: middle %g %g, want %v", k, got.X, got.Y, want)
		}
	}
}

func TestSameSettingsMakeTheSamePictures(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and only H.264 starts a goroutine")
	}
	t.Parallel()
	settings := small()
	for _, n := range []footage.Nuisance{footage.WithNoise, footage.WithLight, footage.WithTexture, footage.WithFlicker, footage.WithShadow, footage.WithBlur, footage.WithJPEG} {
		if err := settings.Add(n); err != nil {
			t.Fatal(err)
		}
	}
	shot, all := film(t, settings)
	for _, i := range []int{9, 3} { // in another order
		again, err := shot.Picture(i)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(again.Pix, all[i].Pix) {
			t.Errorf("picture %d differs when it is asked for alone", i)
		}
	}
	settings.Seed++
	if _, other := film(t, settings); bytes.Equal(other[3].Pix, all[3].Pix) {
		t.Error("another seed makes the same picture")
	}
}

func TestShotsOfScenarios(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	t.Parallel()
	for _, name := range []string{"mixed", "billiards", "push", "pusht", "tower", "pendulum"} {
		settings := footage.Default()
		settings.Width, settings.Height = 120, 120
		shot, err := studio.Shoot(t.Context(), name, 1, 0, 61, settings)
		if err != nil {
			t.Fatal(err)
		}
		if shot.Len() != 61 {
			t.Errorf("%s: %d pictures, want 61", name, shot.Len())
		}
		for i := range shot.Len() {
			for k, b := range shot.Middles(i) {
				if !(b.X > 0 && b.Y > 0 && b.X < 120 && b.Y < 120) {
					t.Errorf("%s: picture %d, body %d at %g %g is out of sight", name, i, k, b.X, b.Y)
				}
			}
		}
	}
}

func TestH264IsLikeTheFilm(t *testing.T) {
	t.Parallel()
	if _, err := animation.FindFFmpeg(); err != nil {
		t.Skip("without the program ffmpeg there is no H.264")
	}
	off := map[int]float64{}
	for _, crf := range []int{18, 40} {
		settings := small()
		settings.Width, settings.Height, settings.H264 = 199, 159, crf // odd sizes are kept
		_, all := film(t, settings)
		settings.H264 = 0
		_, clean := film(t, settings)
		if len(all) != len(clean) || all[0].Rect != clean[0].Rect {
			t.Fatalf("%d pictures %v, want %d %v", len(all), all[0].Rect, len(clean), clean[0].Rect)
		}
		for i := range all {
			for row := range 159 {
				for column := range 199 {
					off[crf] += math.Abs(grey(all[i], column, row)-grey(clean[i], column, row)) / (199 * 159 * float64(len(all)))
				}
			}
		}
	}
	if !(off[18] > 0.01 && off[18] < off[40] && off[40] < 10) {
		t.Errorf("mean differences %v: must be small and grow with the factor", off)
	}
	settings := small()
	settings.H264 = 28
	ctx, stop := context.WithCancel(t.Context())
	stop()
	scene, states := flying(t)
	shot, err := footage.New(scene, states, settings)
	if err != nil {
		t.Fatal(err)
	}
	for _, err := range shot.Pictures(ctx) {
		if err != context.Canceled {
			t.Errorf("a cancelled film ends with %v", err)
		}
	}
}

// TestViewIsWhatIsSeen films a part of the world, whose corners are those of the picture.
func TestViewIsWhatIsSeen(t *testing.T) {
	t.Parallel()
	settings := small()
	settings.View = render.Bounds{Min: sim.Vec{X: -2, Y: -1}, Max: sim.Vec{X: 3, Y: 3}} // 200×160 px at 40 px/m
	shot, _ := film(t, settings)
	if shot.Scale() != 40 || !(shot.Corner().Sub(settings.View.Min).Len() <= 1e-12) {
		t.Errorf("%g px/m from %v on", shot.Scale(), shot.Corner())
	}
	if at := shot.Place(sim.Vec{X: -2, Y: 3}); !(at.Sub(sim.Vec{Y: 160}).Len() <= 1e-9) {
		t.Errorf("the upper left corner is at %v", at)
	}
	settings.View.Max.X = -2
	if err := settings.Validate(); err == nil {
		t.Error("nothing is viewed")
	}
}

// TestTheCameraStandsAlikeBetweenTheSameWalls, whatever moves there and however deep it sinks into them for a moment.
func TestTheCameraStandsAlikeBetweenTheSameWalls(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	t.Parallel()
	first, err := studio.Shoot(t.Context(), "billiards", 1, 0, 121, small())
	if err != nil {
		t.Fatal(err)
	}
	for episode := 1; episode < 4; episode++ {
		shot, err := studio.Shoot(t.Context(), "billiards", 1, episode, 121, small())
		if err != nil {
			t.Fatal(err)
		}
		if shot.Scale() != first.Scale() || shot.Corner() != first.Corner() {
			t.Errorf("episode %d: %g px/m from %v on, must be %g from %v on", episode, shot.Scale(), shot.Corner(), first.Scale(), first.Corner())
		}
	}
	scene, states := flying(t)
	states[3][0].Y = 2 // what goes far is seen
	shot, err := footage.New(scene, states, small())
	if err != nil {
		t.Fatal(err)
	}
	if at := shot.Truth(3)[0].Y; !(at < 160) {
		t.Errorf("a body that flies off is at %g px of 160", at)
	}
}

// TestTrueVelocitiesAreThoseOfThePlaces holds them against where the bodies are a picture before and after.
func TestTrueVelocitiesAreThoseOfThePlaces(t *testing.T) {
	t.Parallel()
	shot, _ := film(t, small())
	rate := 1 / shot.Time(1)
	for what, of := range map[string]func(int) sim.State{"truth": shot.Truth, "middles": shot.Middles} {
		before, here, after := of(3), of(4), of(5)
		for k, b := range here {
			vx, vy := (after[k].X-before[k].X)*rate/2, (after[k].Y-before[k].Y)*rate/2
			if !(math.Hypot(b.VX-vx, b.VY-vy) <= 0.02*math.Hypot(vx, vy)) {
				t.Errorf("%s: body %d moves at %g, %g px/s, and goes %g, %g", what, k, b.VX, b.VY, vx, vy)
			}
			if turn := (after[k].Angle - before[k].Angle) * rate / 2; !scalar.EqualWithinAbs(b.Omega, turn, 0.02*math.Abs(turn)) {
				t.Errorf("%s: body %d turns at %g rad/s, and goes %g", what, k, b.Omega, turn)
			}
		}
	}
}

// TestABodyThatLeavesForGoodDoesNotShrinkTheOthers: the camera follows as far as the scene is wide.
func TestABodyThatLeavesForGoodDoesNotShrinkTheOthers(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	t.Parallel()
	scale := func(x, y float64) float64 {
		scene, states := flying(t)
		for i := range states {
			share := float64(i) / float64(len(states)-1)
			states[i][0].X, states[i][0].Y = share*x, share*y
		}
		shot, err := footage.New(scene, states, small())
		if err != nil {
			t.Fatal(err)
		}
		return shot.Scale()
	}
	for _, way := range []sim.Vec{{X: 1}, {X: -1}, {Y: 1}, {Y: -1}} {
		far, farther, near := way.Scale(50), way.Scale(5000), way.Scale(1.8)
		if a, b := scale(far.X, far.Y), scale(farther.X, farther.Y); !scalar.EqualWithinAbs(a, b, 1e-9) {
			t.Errorf("a body that goes %v m is filmed at %g px/m, one that goes %v m at %g", far, a, farther, b)
		}
		if a, b := scale(near.X, near.Y), scale(0, 0); !(a < b) {
			t.Errorf("a body that goes %v m is not followed: %g px/m", near, a)
		}
	}
}
