package film

import (
	"bytes"
	"image"
	"image/gif"
	"math"
	"runtime"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/sim"
	"orrery/sim/render"
	"orrery/sim/render/animation"
	"orrery/sim/render/plot"
)

// testFilm returns an invented film of a disc, a box, a rounded box and a T in a
// box of 2 m, whose prediction drifts off exponentially.
func testFilm(frames int) Film {
	scene := sim.DefaultScene()
	scene.Name = "test"
	var none sim.Surface
	corners := []sim.Vec{{X: -1, Y: -1}, {X: 1, Y: -1}, {X: 1, Y: 1}, {X: -1, Y: 1}}
	for i := range corners {
		scene.Walls = append(scene.Walls, sim.NewShape(sim.Segment, 0, none, corners[i], corners[(i+1)%4]))
	}
	rounded := sim.NewBox(0.1, 0.06, 10, none)
	rounded.Shapes[0].Radius = 0.04
	tee := sim.NewBox(0.2, 0.05, 10, none)
	tee.Shapes = append(tee.Shapes, sim.NewShape(sim.Polygon, 0, none,
		sim.Vec{X: -0.05, Y: -0.3}, sim.Vec{X: 0.05, Y: -0.3}, sim.Vec{X: 0.05, Y: -0.05}, sim.Vec{X: -0.05, Y: -0.05}))
	scene.Bodies = []sim.Body{sim.NewDisc(0.17, 10, none), sim.NewBox(0.15, 0.1, 10, none), rounded, tee}
	scene.Joints = []sim.Joint{{Kind: sim.Pin, A: 0, B: sim.World, AnchorB: sim.Vec{X: 0, Y: 0.9}}}
	for i := range scene.Bodies {
		scene.Bodies[i].Start = sim.BodyState{X: 0.5 * math.Cos(1.6*float64(i)), Y: 0.5 * math.Sin(1.6*float64(i))}
	}

	film := Default()
	film.Scene, film.Title, film.Label, film.Model = &scene, "test", "seed 7 · episode 3", "contact"
	for t := range frames {
		seconds := float64(t) / 60
		truth, predicted := scene.Start(), scene.Start()
		for i := range truth {
			truth[i].X += 0.2 * math.Sin(2*seconds+float64(i))
			truth[i].Angle = 2 * seconds
			predicted[i] = truth[i]
			predicted[i].Y += 0.001 * math.Exp(2.3*seconds)
			predicted[i].Angle += 0.1 * seconds
		}
		film.True, film.Predicted = append(film.True, truth), append(film.Predicted, predicted)
	}
	return film
}

// sized returns a film of another size.
func sized(f Film, width, height int) Film {
	f.Width, f.Height = width, height
	return f
}

func mustReel(t testing.TB, f Film) *Reel {
	t.Helper()
	r, err := NewReel(f)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestFilmNamesTheRuleItBreaks(t *testing.T) {
	t.Parallel()
	for want, spoil := range map[string]func(*Film){
		"no scene":                       func(f *Film) { f.Scene = nil },
		"scene: fps 0 must":              func(f *Film) { s := *f.Scene; s.FPS = 0; f.Scene = &s },
		"no theme":                       func(f *Film) { f.Theme = nil },
		"size 319×540 px":                func(f *Film) { f.Width = 319 },
		"size 480×3841 px":               func(f *Film) { f.Height = 3841 },
		"speed 0 must":                   func(f *Film) { f.Speed = 0 },
		"speed NaN must":                 func(f *Film) { f.Speed = math.NaN() },
		"frame rate 51 must":             func(f *Film) { f.FrameRate = 51 },
		"trail of -1 s":                  func(f *Film) { f.Trail = -1 },
		"hold of 61 s":                   func(f *Film) { f.Hold = 61 },
		"view of {-1 2} m must have":     func(f *Film) { f.View = render.Bounds{Min: sim.Vec{X: 1}, Max: sim.Vec{Y: 2}} },
		"no true states":                 func(f *Film) { f.True = nil },
		"measurements at 1 states, must": func(f *Film) { f.Seen = make([][]sim.Sight, 1) },
		"2 predicted states":             func(f *Film) { f.Predicted = f.Predicted[:2] },
		"true: frame 1: 3 bodies must":   func(f *Film) { f.True[1] = f.True[1][:3] },
		"predicted: frame 2: body 1: x":  func(f *Film) { f.Predicted[2][1].X = math.NaN() },
		"band at frame 0 is 2 to 1 m":    func(f *Film) { f.Band = &plot.Band{Low: []float64{2, 0, 0}, High: []float64{1, 0, 0}} },
		"band has 1 and 0 values":        func(f *Film) { f.Band = &plot.Band{Low: []float64{0}} },
		"of 201 bytes must have at most": func(f *Film) { f.Model = strings.Repeat("m", 201) },
		"theme: name must not be empty":  func(f *Film) { f.Theme = new(render.Theme) },
	} {
		film := testFilm(3)
		spoil(&film)
		if _, err := NewReel(film); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, must contain %q", err, want)
		}
	}
}

func TestPlaybackKeepsItsSpeed(t *testing.T) {
	t.Parallel()
	for _, fps := range []int{1, 24, 30, 50, 60, 240} {
		for _, speed := range []float64{0.1, 0.5, 1, 1.7, 8} {
			film := testFilm(2)
			film.Scene.FPS, film.Speed = fps, speed
			for len(film.True) < 200 {
				film.True, film.Predicted = append(film.True, film.True[0]), append(film.Predicted, film.True[0])
			}
			a := mustReel(t, film).Animation(t.Context())
			if !(a.Rate <= film.FrameRate*(1+1e-9)) {
				t.Errorf("%d fps at %g×: %g pictures per second, must be at most %g", fps, speed, a.Rate, film.FrameRate)
			}
			played := 0.0
			for k, d := range delays(t, a) {
				simulated := float64(k*film.stride()) / float64(fps)
				if !scalar.EqualWithinAbs(played, simulated/speed, 0.005+1e-9) {
					t.Fatalf("%d fps at %g×: state at %g s appears after %g s", fps, speed, simulated, played)
				}
				played += float64(d) / 100
			}
		}
	}
}

// delays returns how long the pictures of an animation stay, in hundredths of a second,
// as the GIF says. It has pictures of a pixel, which are quicker to write.
func delays(t *testing.T, a animation.Animation) []int {
	t.Helper()
	dot := image.NewRGBA(image.Rect(0, 0, 1, 1))
	a.Size, a.Pictures = dot.Rect.Max, slices.Values(slices.Repeat([]*image.RGBA{dot}, a.Count))
	var file bytes.Buffer
	if err := animation.EncodeGIF(&file, a, animation.NewPalette(nil, nil)); err != nil {
		t.Fatal(err)
	}
	film, err := gif.DecodeAll(&file)
	if err != nil {
		t.Fatal(err)
	}
	return film.Delay
}

func TestBurstPredictionIsDrawn(t *testing.T) {
	t.Parallel()
	film := testFilm(4)
	film.Predicted[2][0].X, film.Predicted[3][1].Y = 1e300, -1e12
	r := mustReel(t, film)
	for i, off := range r.errors {
		if !(off <= sim.MaxMagnitude) {
			t.Errorf("frame %d is off by %v m, of which no axis has a number", i, off)
		}
	}
	for i := range r.Len() {
		if n := len(r.Frame(i).Items); n > 400 {
			t.Errorf("frame %d has %d items", i, n)
		}
		r.Image(i)
	}
}

func TestFarAndTinySceneIsDrawn(t *testing.T) {
	t.Parallel()
	scene := sim.DefaultScene()
	scene.Bodies = []sim.Body{sim.NewDisc(1e-12, 1e20, sim.Surface{})}
	scene.Bodies[0].Mass, scene.Bodies[0].Moment = 1, 1
	scene.Bodies[0].Start.X = 1e9
	film := Default()
	film.Scene, film.True = &scene, []sim.State{scene.Start()}
	mustReel(t, film).Image(0)
}

func TestImageDoesNotDependOnProcessors(t *testing.T) {
	film := testFilm(30)
	written := map[string]bool{}
	for _, n := range []int{1, 3} {
		before := runtime.GOMAXPROCS(n)
		var b strings.Builder
		if err := mustReel(t, film).Write(t.Context(), &b, GIF); err != nil {
			t.Fatal(err)
		}
		runtime.GOMAXPROCS(before)
		written[b.String()] = true
	}
	if len(written) != 1 {
		t.Error("the GIF depends on the number of processors")
	}
}
