package footage_test

import (
	"image"
	"math"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/sim"
	"orrery/sim/render"
	"orrery/sim/render/footage"
)

// ground returns the mean and the standard deviation of the red values of part of a picture.
func ground(p *image.RGBA, part image.Rectangle) (mean, deviation float64) {
	var sum, squares, n float64
	for row := part.Min.Y; row < part.Max.Y; row++ {
		for column := part.Min.X; column < part.Max.X; column++ {
			v := float64(p.RGBAAt(column, row).R)
			sum, squares, n = sum+v, squares+v*v, n+1
		}
	}
	mean = sum / n
	return mean, math.Sqrt(max(squares/n-mean*mean, 0))
}

// free is a part of the flying bodies' picture where nothing is.
var free = image.Rect(2, 2, 40, 60)

// apart returns the mean difference of two pictures.
func apart(a, b *image.RGBA) float64 {
	var sum float64
	for i := range a.Pix {
		sum += math.Abs(float64(a.Pix[i]) - float64(b.Pix[i]))
	}
	return sum / float64(len(a.Pix))
}

func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance) {
		t.Errorf("%s is %g, want %g ± %g", what, got, want, tolerance)
	}
}

func TestCleanGroundHasItsColour(t *testing.T) {
	t.Parallel()
	settings := small()
	settings.Ground = render.Colour{R: 200, G: 100, B: 50, A: 255}
	settings.Walls = render.Colour{R: 1, G: 2, B: 3, A: 255}
	shot, all := film(t, settings)
	mean, deviation := ground(all[5], free)
	near(t, "the ground", mean, 200, 0)
	near(t, "its deviation", deviation, 0, 0)
	wall := shot.Place(sim.Vec{X: 0.2, Y: -1})
	if got := all[5].RGBAAt(int(wall.X), settings.Height-1-int(wall.Y)); got.R != 1 || got.G != 2 || got.B != 3 {
		t.Errorf("the wall is %v", got)
	}
}

func TestNoiseHasItsDeviation(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	t.Parallel()
	settings := small()
	settings.Ground = render.Colour{R: 120, G: 120, B: 120, A: 255}
	settings.Noise = 8
	_, all := film(t, settings)
	mean, deviation := ground(all[0], free)
	near(t, "the mean", mean, 120, 0.6)
	near(t, "the deviation", deviation, 8, 0.6)
	before, _ := ground(all[0], image.Rect(2, 2, 3, 3))
	after, _ := ground(all[1], image.Rect(2, 2, 3, 3))
	next, _ := ground(all[2], image.Rect(2, 2, 3, 3))
	if before == after && after == next {
		t.Error("the noise stands still")
	}
}

func TestLightIsUneven(t *testing.T) {
	t.Parallel()
	corners := func(change func(*footage.Settings)) (least, most, middle float64) {
		settings := small()
		settings.Ground = render.Colour{R: 200, G: 200, B: 200, A: 255}
		change(&settings)
		scene, states := flying(t)
		shot, err := footage.New(scene, states, settings)
		if err != nil {
			t.Fatal(err)
		}
		p, err := shot.Picture(0)
		if err != nil {
			t.Fatal(err)
		}
		least = 255
		for row := range 160 {
			for _, column := range []int{0, 199} { // nothing moves there
				least, most = min(least, grey(p, column, row)), max(most, grey(p, column, row))
			}
		}
		return least, most, grey(p, 100, 80)
	}
	least, most, middle := corners(func(s *footage.Settings) { s.Gradient = 0.5 })
	near(t, "the darkest place", least, 100, 3)
	near(t, "the brightest place", most, 200, 3)
	near(t, "the middle", middle, 150, 2)
	least, most, middle = corners(func(s *footage.Settings) { s.Vignette = 0.3 })
	near(t, "a corner", least, 140, 2)
	near(t, "the middle of a side", most, 200*(1-0.3*100*100/(100*100+80*80)), 2)
	near(t, "the middle", middle, 200, 1)
}

func TestLightFlickers(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	t.Parallel()
	for _, hertz := range []float64{2.5, 10} {
		settings := small()
		settings.Ground = render.Colour{R: 200, G: 200, B: 200, A: 255}
		settings.Flicker, settings.FlickerRate = 0.1, hertz
		settings.Rate = 60
		_, all := film(t, settings) // 0.4 s
		least, most, rises := 255.0, 0.0, 0
		for i, p := range all {
			now, _ := ground(p, free)
			least, most = min(least, now), max(most, now)
			if i > 0 {
				if before, _ := ground(all[i-1], free); before < 190 && now >= 190 {
					rises++
				}
			}
		}
		near(t, "the darkest", least, 180, 2)
		near(t, "the brightest", most, 200, 2)
		near(t, "the number of times it brightens", float64(rises), 0.4*hertz, 1)
	}
}

func TestTextureHasItsDeviationAndGrain(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	t.Parallel()
	rough := map[float64]float64{}
	for _, grain := range []float64{6, 40} {
		settings := small()
		settings.Ground = render.Colour{R: 128, G: 128, B: 128, A: 255}
		settings.Texture, settings.Grain = 14, grain
		_, all := film(t, settings)
		_, deviation := ground(all[0], free)
		if !(deviation > 14*min(1, 4/grain+0.4)/2 && deviation < 20) {
			t.Errorf("grain %g: the ground's deviation is %g, want about 14", grain, deviation)
		}
		for column := range 30 {
			rough[grain] += math.Abs(grey(all[0], column, 5) - grey(all[0], column+1, 5))
		}
		if a, b := grey(all[0], 10, 10), grey(all[9], 10, 10); a != b {
			t.Error("the ground moves")
		}
	}
	if !(rough[6] > 2*rough[40]) {
		t.Errorf("a grain of 6 px changes by %g, one of 40 px by %g", rough[6], rough[40])
	}
}

// TestShadowLiesBesideItsBody measures where the light is missing below a disc and how soft it ends.
func TestShadowLiesBesideItsBody(t *testing.T) {
	t.Parallel()
	settings := footage.Default()
	settings.Width, settings.Height = 300, 300
	settings.Shadow, settings.ShadowOffset, settings.ShadowBlur = 0.4, sim.Vec{X: 60, Y: -90}, 3
	scene := sim.DefaultScene()
	scene.Bodies = []sim.Body{sim.NewDisc(0.1, 1, sim.Surface{})}
	scene.Walls = []sim.Shape{sim.NewShape(sim.Segment, 0.01, sim.Surface{}, sim.Vec{X: -1, Y: -0.9}, sim.Vec{X: 1, Y: 0.9})}
	picture := func() (*footage.Shot, *image.RGBA) {
		shot, err := footage.New(&scene, []sim.State{scene.Start()}, settings)
		if err != nil {
			t.Fatal(err)
		}
		p, err := shot.Picture(0)
		if err != nil {
			t.Fatal(err)
		}
		return shot, p
	}
	shot, p := picture()
	b := shot.Middles(0)[0]
	plain := grey(p, 2, 2)
	column, row := int(b.X+60), 300-int(b.Y-90)
	near(t, "the light in the shadow", grey(p, column, row)/plain, 0.6, 0.02)
	radius := 0.1 * shot.Scale()
	edge := func() (width int) {
		for k := range 40 {
			if v := grey(p, column+int(radius)-20+k, row) / plain; v > 0.63 && v < 0.97 {
				width++
			}
		}
		return width
	}
	soft := edge()
	near(t, "the width of the soft edge", float64(soft), 9, 3)
	settings.ShadowBlur = 0
	_, p = picture()
	if sharp := edge(); sharp > 2 {
		t.Errorf("without blur %d px of the edge are soft", sharp)
	}
}

// TestExposureSmearsAsFarAsBodiesMove compares how long a disc is that flies with how wide it is.
func TestExposureSmearsAsFarAsBodiesMove(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	t.Parallel()
	scene := sim.DefaultScene()
	disc := sim.NewDisc(0.1, 1, sim.Surface{})
	disc.Start = sim.BodyState{X: -0.5, VX: 6}
	scene.Bodies = []sim.Body{disc}
	scene.Walls = []sim.Shape{sim.NewShape(sim.Segment, 0.01, sim.Surface{}, sim.Vec{X: -1, Y: -0.5}, sim.Vec{X: 1, Y: -0.5})}
	states := []sim.State{scene.Start(), scene.Start()}
	states[1][0].X += 0.1
	settings := footage.Default()
	settings.Rate, settings.Exposure = 60, 1.0/120
	for _, paint := range []footage.Paint{footage.Distinct, footage.Themed} {
		settings.Paint = paint
		shot, err := footage.New(&scene, states, settings)
		if err != nil {
			t.Fatal(err)
		}
		for i := range 2 {
			p, err := shot.Picture(i)
			if err != nil {
				t.Fatal(err)
			}
			b, first, last := shot.Truth(i)[0], -1, 0
			row := 480 - int(b.Y)
			for column := range 480 {
				if !(math.Abs(grey(p, column, row)-grey(p, 0, row)) <= 2) {
					if last = column; first < 0 {
						first = column
					}
				}
			}
			length := shot.Scale() * (0.2 + 6.0/120)
			near(t, "the length of the smeared disc", float64(last-first+1), length, 3)
			near(t, "its middle", float64(last+first+1)/2, b.X, 1)
		}
	}
}

func TestJPEGLosesMoreAtLowerQuality(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	t.Parallel()
	_, clean := film(t, small())
	lost := func(quality int) float64 {
		settings := small()
		settings.JPEG = quality
		_, all := film(t, settings)
		return apart(all[3], clean[3])
	}
	if high, low := lost(95), lost(20); !(high > 0 && low > 1.5*high && low < 5) {
		t.Errorf("quality 95 differs by %g from the picture, quality 20 by %g", high, low)
	}
}

// TestPaintsDoWhatTheySay counts the colours on the bodies.
func TestPaintsDoWhatTheySay(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	t.Parallel()
	colours := func(paint footage.Paint) (on []map[[3]uint8]int) {
		settings := small()
		settings.Paint = paint
		scene, states := flying(t)
		shot, err := footage.New(scene, states, settings)
		if err != nil {
			t.Fatal(err)
		}
		picture, err := shot.Picture(0)
		if err != nil {
			t.Fatal(err)
		}
		for _, b := range shot.Middles(0) {
			seen := map[[3]uint8]int{}
			for row := range settings.Height {
				for column := range settings.Width {
					if c := picture.RGBAAt(column, row); math.Hypot(float64(column)+0.5-b.X, float64(settings.Height-row)-0.5-b.Y) < 7 {
						seen[[3]uint8{c.R, c.G, c.B}]++
					}
				}
			}
			on = append(on, seen)
		}
		return on
	}
	most := func(seen map[[3]uint8]int) (colour [3]uint8) {
		for c, n := range seen {
			if n > seen[colour] {
				colour = c
			}
		}
		return colour
	}
	for _, paint := range footage.Paints() {
		on := colours(paint)
		same := most(on[0]) == most(on[1]) || most(on[1]) == most(on[2])
		if same != (paint == footage.Alike || paint == footage.Themed) {
			t.Errorf("%s: the bodies have %v, %v and %v", paint, most(on[0]), most(on[1]), most(on[2]))
		}
		// The disc has nothing else than its colour unless it is marked.
		if two := len(on[0]) > 1; two != (paint == footage.Marked || paint == footage.Themed) {
			t.Errorf("%s: the disc has %d colours", paint, len(on[0]))
		}
	}
}

// TestMarksTurnWithTheirBodies: a marked disc looks the same only after a whole turn.
func TestMarksTurnWithTheirBodies(t *testing.T) {
	t.Parallel()
	scene := sim.DefaultScene()
	disc := sim.NewDisc(0.1, 1, sim.Surface{})
	scene.Bodies = []sim.Body{disc}
	settings := small()
	settings.Paint = footage.Marked
	picture := func(angle float64) *image.RGBA {
		shot, err := footage.New(&scene, []sim.State{{{Angle: angle}}}, settings)
		if err != nil {
			t.Fatal(err)
		}
		p, err := shot.Picture(0)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	if !(apart(picture(0), picture(2*math.Pi)) <= 0.01) || !(apart(picture(0), picture(math.Pi)) >= 0.5) {
		t.Error("a whole turn must change nothing, half a turn something")
	}
	// At an angle of a quarter turn the mark points up.
	p := picture(math.Pi / 2)
	up, down := p.RGBAAt(100, 40), p.RGBAAt(100, 120)
	if !(up.G > 200 && down.G < 100) {
		t.Errorf("above the middle is %v, below %v", up, down)
	}
}

func TestNuisancesAreValidAndChangePictures(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	t.Parallel()
	_, clean := film(t, small())
	for _, n := range footage.Nuisances() {
		settings := small()
		if err := settings.Add(n); err != nil {
			t.Fatal(err)
		}
		if err := settings.Validate(); err != nil {
			t.Errorf("%s: %v", n, err)
		}
		if n == footage.WithH264 { // its own test
			continue
		}
		scene, states := flying(t)
		shot, err := footage.New(scene, states, settings)
		if err != nil {
			t.Fatal(err)
		}
		p, err := shot.Picture(8)
		if err != nil {
			t.Fatal(err)
		}
		if !(apart(p, clean[8]) >= 0.01) {
			t.Errorf("%s changes nothing", n)
		}
	}
	settings := small()
	if err := settings.Add("rain"); err == nil {
		t.Error("a nuisance that does not exist is added")
	}
}

func TestValidateNamesWhatIsWrong(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*footage.Settings){
		"width 15 px must be between 16 and 4096":                   func(s *footage.Settings) { s.Width = 15 },
		"height 4097 px must be between 16 and 4096":                func(s *footage.Settings) { s.Height = 4097 },
		"noise -1 must be between 0 and 255":                        func(s *footage.Settings) { s.Noise = -1 },
		"noise NaN must be between 0 and 255":                       func(s *footage.Settings) { s.Noise = math.NaN() },
		"gradient 2 must be between 0 and 1":                        func(s *footage.Settings) { s.Gradient = 2 },
		"vignette 2 must be between 0 and 1":                        func(s *footage.Settings) { s.Vignette = 2 },
		"flicker 2 must be between 0 and 1":                         func(s *footage.Settings) { s.Flicker = 2 },
		"texture 256 must be between 0 and 255":                     func(s *footage.Settings) { s.Texture = 256 },
		"grain 0 px must be between 1 and 4096":                     func(s *footage.Settings) { s.Grain = 0 },
		"shadow 2 must be between 0 and 1":                          func(s *footage.Settings) { s.Shadow = 2 },
		"shadow blur -1 px must be between 0 and 256":               func(s *footage.Settings) { s.ShadowBlur = -1 },
		"JPEG quality 101 must be between 0 and 100":                func(s *footage.Settings) { s.JPEG = 101 },
		"H.264 crf 52 must be between 0 and 51":                     func(s *footage.Settings) { s.H264 = 52 },
		"rate 0 pictures per second must be between 0.01 and 10000": func(s *footage.Settings) { s.Rate = 0 },
		"exposure 1 s must be between 0 and the 0.03333 s from":     func(s *footage.Settings) { s.Exposure = 1 },
		`paint "gold" must be one of [distinct alike marked theme]`: func(s *footage.Settings) { s.Paint = "gold" },
	} {
		settings := small()
		change(&settings)
		err := settings.Validate()
		if err == nil || len(err.Error()) < len(name) || err.Error()[:len(name)] != name {
			t.Errorf("error %v, want %q", err, name)
		}
	}
}

// TestStrengthsAreTaken tells each nuisance its strength in words.
func TestStrengthsAreTaken(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]func(*footage.Settings){
		"noise=12":    func(s *footage.Settings) { s.Noise = 12 },
		"h264=35":     func(s *footage.Settings) { s.H264 = 35 },
		"jpeg=20":     func(s *footage.Settings) { s.JPEG = 20 },
		"light=0.2":   func(s *footage.Settings) { s.Gradient, s.Vignette = 0.2, 0.12 },
		"flicker=0.1": func(s *footage.Settings) { s.Flicker = 0.1 },
		"texture=5":   func(s *footage.Settings) { s.Texture = 5 },
		"shadow=0.7":  func(s *footage.Settings) { s.Shadow = 0.7 },
		"blur=0.01":   func(s *footage.Settings) { s.Exposure = 0.01 },
		"alike":       func(s *footage.Settings) { s.Paint = footage.Alike },
		"shadow":      func(s *footage.Settings) { s.Shadow = 0.4 },
	} {
		got, wanted := small(), small()
		want(&wanted)
		if err := got.AddText(text); err != nil || !scalar.EqualWithinAbs(got.Vignette, wanted.Vignette, 1e-12) {
			t.Errorf("%s: %v", text, err)
		}
		got.Vignette, wanted.Vignette = 0, 0
		if got != wanted {
			t.Errorf("%s makes %+v, want %+v", text, got, wanted)
		}
	}
	for _, text := range []string{"", "rain", "noise=", "noise=x", "h264=1.5", "jpeg=1e9", "all=1", "alike=1"} {
		s := small()
		if s.AddText(text) == nil {
			t.Errorf("%q is taken", text)
		}
	}
}

// TestTakesDifferInNoiseAlone films twice at one place.
func TestTakesDifferInNoiseAlone(t *testing.T) {
	t.Parallel()
	picture := func(take int, change func(*footage.Settings)) *image.RGBA {
		settings := small()
		settings.Take = take
		change(&settings)
		scene, states := flying(t)
		shot, err := footage.New(scene, states, settings)
		if err != nil {
			t.Fatal(err)
		}
		p, err := shot.Picture(1)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	place := func(s *footage.Settings) { s.Texture, s.Gradient, s.Flicker = 14, 0.5, 0.1 }
	if apart(picture(1, place), picture(2, place)) != 0 {
		t.Error("ground and light differ from take to take")
	}
	noise := func(s *footage.Settings) { s.Noise = 8 }
	if !(apart(picture(1, noise), picture(2, noise)) >= 3) {
		t.Error("two takes have the same noise")
	}
}
