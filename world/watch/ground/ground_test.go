package ground_test

import (
	"context"
	"image"
	"math"
	"math/rand/v2"
	"testing"

	"orrery/datasets/film"
	"orrery/world/watch/ground"
)

const wide, high = 96, 72 // px

// spot is a disc in a picture; rows count from the top.
type spot struct {
	x, y, r float64
	soft    float64 // px over which its edge passes into the ground
	colour  [3]float64
	shade   float64 // 0 for paint, or the factor by which it darkens
}

type picture struct {
	spots  []spot
	ground func(x, y float64) [3]float64
	gain   float64
	noise  float64
}

func plain(float64, float64) [3]float64 { return [3]float64{200, 190, 170} }

func (p *picture) draw(random *rand.Rand) *image.RGBA {
	m := image.NewRGBA(image.Rect(0, 0, wide, high))
	for i := range wide * high {
		x, y := float64(i%wide)+0.5, float64(i/wide)+0.5
		value := p.ground(x, y)
		for _, s := range p.spots {
			cover := min(max(0.5-(math.Hypot(x-s.x, y-s.y)-s.r)/max(s.soft, 1), 0), 1)
			for c := range value {
				if s.shade > 0 {
					value[c] *= 1 - cover*(1-s.shade)
				} else {
					value[c] += cover * (s.colour[c] - value[c])
				}
			}
		}
		for c, v := range value {
			if p.gain > 0 {
				v *= p.gain
			}
			if p.noise > 0 {
				v += p.noise * random.NormFloat64()
			}
			m.Pix[4*i+c] = uint8(min(max(v, 0), 255) + 0.5)
		}
		m.Pix[4*i+3] = 255
	}
	return m
}

func filmed(t *testing.T, pictures []picture) *film.Film {
	t.Helper()
	random := rand.New(rand.NewPCG(1, 2))
	var list []*image.RGBA
	for i := range pictures {
		list = append(list, pictures[i].draw(random))
	}
	f, err := film.Still(context.Background(), list, 30, film.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func learnt(t *testing.T, f *film.Film, o ground.Options) *ground.Ground {
	t.Helper()
	g, err := ground.Learn(context.Background(), f, o)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// counts looks at picture k and counts the pixels of each class.
func counts(t *testing.T, f *film.Film, g *ground.Ground, k int) (n [5]int) {
	t.Helper()
	m := ground.NewMask(g)
	i := 0
	for p, err := range f.Pictures(context.Background()) {
		if err != nil {
			t.Fatal(err)
		}
		if i == k {
			g.Look(p, m)
			for _, c := range m.Class {
				n[c]++
			}
		}
		i++
	}
	return n
}

// worst returns the largest difference of the mean from what the ground is.
func worst(g *ground.Ground, want func(x, y float64) [3]float64) (d float64) {
	for i := range wide * high {
		for c, v := range want(float64(i%wide)+0.5, float64(i/wide)+0.5) {
			d = max(d, math.Abs(float64(g.Mean[3*i+c])-v))
		}
	}
	return d
}

var red = [3]float64{200, 30, 40}

// resting is a film in which a disc rests for 21 of 30 pictures and then goes away.
func resting(change func(*picture)) (pictures []picture) {
	for k := range 30 {
		p := picture{spots: []spot{{x: 30 + 4*float64(max(k-20, 0)), y: 36, r: 9, colour: red}}, ground: plain}
		if change != nil {
			change(&p)
		}
		pictures = append(pictures, p)
	}
	return pictures
}

func TestGhostsAreUndone(t *testing.T) {
	t.Parallel()
	f := filmed(t, resting(nil))
	g := learnt(t, f, ground.DefaultOptions())
	if d := worst(g, plain); !(d <= 1.5) {
		t.Errorf("the ground is off by %v values where a disc rested for most of the film", d)
	}
	if g.Kind != ground.Temporal || !(g.Ghosts > 150 && g.Ghosts < 400) || g.Pictures != 30 {
		t.Errorf("kind %s, ghosts of %d px, %d pictures", g.Kind, g.Ghosts, g.Pictures)
	}
	want := math.Pi * 81
	for _, k := range []int{0, 22, 29} {
		if n := counts(t, f, g, k); !(math.Abs(float64(n[ground.Thing])-want) <= 40) || n[ground.Shadow] > 0 {
			t.Errorf("picture %d has %v pixels by class, want about %.0f of a thing", k, n, want)
		}
	}
}

func TestGhostsAreUndoneInNoiseAndFlicker(t *testing.T) {
	t.Parallel()
	k := 0.0
	f := filmed(t, resting(func(p *picture) {
		p.noise, p.gain = 5, 0.95+0.05*math.Sin(k)
		k++
	}))
	g := learnt(t, f, ground.DefaultOptions())
	// What is learnt is the ground in some light of the film.
	gain := float64(g.Mean[0]) / 200
	if d := worst(g, func(x, y float64) [3]float64 {
		v := plain(x, y)
		return [3]float64{v[0] * gain, v[1] * gain, v[2] * gain}
	}); !(d <= 12) {
		t.Errorf("the ground is off by %v values", d)
	}
	sum := float32(0)
	for _, v := range g.Noise {
		sum += v / wide / high
	}
	if !(sum > 3.5 && sum < 7) {
		t.Errorf("noise of %v values, is 5", sum)
	}
	for _, k := range []int{0, 29} {
		if n := counts(t, f, g, k); !(n[ground.Thing] > 230 && n[ground.Thing] < 290) {
			t.Errorf("picture %d has %v pixels by class", k, n)
		}
	}
}

func TestLightIsMeasured(t *testing.T) {
	t.Parallel()
	// Gain and offset are told apart only where the ground has several values.
	striped := func(x, _ float64) [3]float64 {
		if x > 50 {
			return [3]float64{200, 190, 170}
		}
		return [3]float64{80, 60, 120}
	}
	pictures := make([]picture, 12)
	for k := range pictures {
		pictures[k] = picture{ground: striped, spots: []spot{{x: 8 * float64(k), y: 20, r: 6, colour: red}}}
	}
	pictures[11].gain = 0.8
	f := filmed(t, pictures)
	g := learnt(t, f, ground.DefaultOptions())
	m := ground.NewMask(g)
	for p, err := range f.Pictures(context.Background()) {
		if err != nil {
			t.Fatal(err)
		}
		g.Look(p, m)
		want := float32(1)
		if p.Number == 11 {
			want = 0.8
		}
		for c := range 3 {
			if d := m.Light.Apply(c, 100) - 100*want; !(d <= 1.5 && d >= -1.5) {
				t.Errorf("picture %d: light of channel %d makes %v of 100, want %v", p.Number, c, m.Light.Apply(c, 100), 100*want)
			}
			if back := m.Light.Remove(c, m.Light.Apply(c, 77)); !(back > 76.99 && back < 77.01) {
				t.Errorf("removing light makes %v of 77", back)
			}
		}
		n := 0
		for _, class := range m.Class {
			if class == ground.Thing {
				n++
			}
		}
		if n > 150 {
			t.Errorf("picture %d: %d pixels differ, the disc has 113", p.Number, n)
		}
	}
}

func TestBodiesThatNeverMoveAreSeenOnASmoothGround(t *testing.T) {
	t.Parallel()
	slope := func(x, y float64) [3]float64 {
		if y > 66 && y < 69 { // a wall from side to side
			return [3]float64{60, 60, 60}
		}
		return [3]float64{150 + 0.6*x, 140 + 0.5*y, 170 - 0.4*x}
	}
	var pictures []picture
	for range 12 {
		pictures = append(pictures, picture{ground: slope, noise: 1, spots: []spot{{x: 40, y: 30, r: 9, colour: red}, {x: 58, y: 30, r: 9, colour: [3]float64{30, 60, 200}}}})
	}
	f := filmed(t, pictures)
	g := learnt(t, f, ground.DefaultOptions())
	if d := worst(g, slope); !(d <= 6) || g.Kind != ground.Smooth || !g.Even {
		t.Errorf("the ground is off by %v values, %s, even %v", d, g.Kind, g.Even)
	}
	if n := counts(t, f, g, 3); !(math.Abs(float64(n[ground.Thing])-2*math.Pi*81) <= 50) {
		t.Errorf("%v pixels by class, two discs have %.0f", n, 2*math.Pi*81)
	}
}

func TestPlatesAreTaken(t *testing.T) {
	t.Parallel()
	rough := func(x, y float64) [3]float64 { return [3]float64{100 + 50*math.Sin(x), 100 + 50*math.Cos(y*x), 90} }
	still := picture{ground: rough, spots: []spot{{x: 40, y: 30, r: 9, colour: red}}}
	f := filmed(t, []picture{still, still, still, still})
	empty := filmed(t, []picture{{ground: rough}})
	o := ground.DefaultOptions()
	for p, err := range empty.Pictures(context.Background()) {
		if err != nil {
			t.Fatal(err)
		}
		o.Plate = p
		g := learnt(t, f, o)
		if n := counts(t, f, g, 0); !(n[ground.Thing] > 220 && n[ground.Thing] < 300) || g.Kind != ground.Plate {
			t.Errorf("%v pixels by class, %s", n, g.Kind)
		}
	}
	o.Plate = &film.Picture{Width: 3, Height: 1, Pix: make([]uint8, 9)}
	if _, err := ground.Learn(context.Background(), f, o); err == nil {
		t.Error("a plate of another size is taken")
	}
}

func TestSoftShadowsAreNoBodies(t *testing.T) {
	t.Parallel()
	grey := [3]float64{120, 114, 102} // the ground's colour, darker
	var pictures []picture
	for k := range 24 {
		x := 8 + 3.5*float64(k)
		pictures = append(pictures, picture{ground: plain, spots: []spot{
			{x: x + 5, y: 30, r: 9, soft: 9, shade: 0.6}, {x: x, y: 25, r: 8, colour: red},
			{x: wide - x, y: 54, r: 7, colour: grey}}})
	}
	f := filmed(t, pictures)
	g := learnt(t, f, ground.DefaultOptions())
	for _, k := range []int{6, 15} {
		n := counts(t, f, g, k)
		if want := math.Pi * (64 + 49); !(math.Abs(float64(n[ground.Thing])-want) <= 50) || n[ground.Shadow] < 100 {
			t.Errorf("picture %d: %v pixels by class, want about %.0f of things and a shadow", k, n, want)
		}
	}
}

func TestIgnoredPixelsAreNotLookedAt(t *testing.T) {
	t.Parallel()
	f := filmed(t, resting(nil))
	o := ground.DefaultOptions()
	o.Ignored = make([]bool, wide*high)
	for i := range o.Ignored {
		o.Ignored[i] = i%wide < 48
	}
	g := learnt(t, f, o)
	if n := counts(t, f, g, 0); n[ground.Ignored] != 48*high || n[ground.Thing] > 0 {
		t.Errorf("%v pixels by class", n)
	}
	o.Ignored = o.Ignored[1:]
	if _, err := ground.Learn(context.Background(), f, o); err == nil {
		t.Error("a mask of another size is taken")
	}
}

func TestOptionsAreChecked(t *testing.T) {
	t.Parallel()
	for _, o := range []ground.Options{{}, {Samples: 7, Memory: 1}, {Samples: 8}} {
		if o.Validate() == nil {
			t.Errorf("%+v is taken", o)
		}
	}
	// However little memory there is, some pictures are held.
	g := learnt(t, filmed(t, resting(nil)), ground.Options{Samples: 64, Memory: 1})
	if d := worst(g, plain); !(d <= 1.5) {
		t.Errorf("the ground is off by %v values", d)
	}
}

func TestLookAllocatesNothing(t *testing.T) {
	f := filmed(t, resting(nil))
	g := learnt(t, f, ground.DefaultOptions())
	m := ground.NewMask(g)
	for p, err := range f.Pictures(context.Background()) {
		if err != nil {
			t.Fatal(err)
		}
		g.Look(p, m)
		if n := testing.AllocsPerRun(3, func() { g.Look(p, m) }); !(n <= 0) {
			t.Fatalf("%v allocations", n)
		}
	}
}

// TestThreePicturesAndAPlateAreEnough: a body that moves by less than its width covers pixels in two pictures of three.
func TestThreePicturesAndAPlateAreEnough(t *testing.T) {
	t.Parallel()
	var pictures []picture
	for k := range 3 {
		pictures = append(pictures, picture{ground: plain, noise: 2, spots: []spot{{x: 30 + 7*float64(k), y: 30, r: 12, colour: red}}})
	}
	f := filmed(t, pictures)
	o := ground.DefaultOptions()
	for p, err := range filmed(t, []picture{{ground: plain}}).Pictures(context.Background()) {
		if err != nil {
			t.Fatal(err)
		}
		o.Plate = p
		g := learnt(t, f, o)
		for k := range pictures {
			if n := counts(t, f, g, k)[ground.Thing]; !(math.Abs(float64(n)-math.Pi*12*12) < 45) {
				t.Errorf("picture %d: %d pixels of a disc of %.0f", k, n, math.Pi*12*12)
			}
		}
	}
}

// TestWhatIsAlwaysCoveredIsFilled: on a ground of stripes, which no smooth surface explains, a disc that moves by less
// than itself hides a part of it in all pictures.
func TestWhatIsAlwaysCoveredIsFilled(t *testing.T) {
	t.Parallel()
	bands := func(_, y float64) [3]float64 {
		if y > 50 {
			return [3]float64{60, 70, 90}
		}
		return [3]float64{200, 190, 170}
	}
	var pictures []picture
	for k := range 30 {
		x := 40.0
		if k >= 8 {
			x = 48
		}
		pictures = append(pictures, picture{ground: bands, spots: []spot{{x: x, y: 30, r: 9, colour: red}}})
	}
	g := learnt(t, filmed(t, pictures), ground.DefaultOptions())
	off := 0
	for i := range wide * high {
		if d := g.Mean[3*i+1] - float32(bands(0, float64(i/wide)+0.5)[1]); !(d <= 12 && d >= -12) {
			off++
		}
	}
	if off > 12 || g.Filled == 0 {
		t.Errorf("%d pixels show no ground, %d are filled", off, g.Filled)
	}
}

// TestWallsGoOnBeneathBodies: a disc that never moves lies over a wall that slopes, thin as a line.
func TestWallsGoOnBeneathBodies(t *testing.T) {
	t.Parallel()
	room := func(x, y float64) [3]float64 {
		level := 52 - x/6
		cover := min(max(1.5-math.Abs(y-level), 0), 1)
		value := plain(x, y)
		for c := range value {
			value[c] += cover * (90 - value[c])
		}
		return value
	}
	still := picture{ground: room, spots: []spot{{x: 48, y: 40, r: 9, colour: red}, {x: 30, y: 15, r: 8, colour: red}}}
	f := filmed(t, []picture{still, still, still, still, still, still, still, still})
	g := learnt(t, f, ground.DefaultOptions())
	off := 0
	for i := range wide * high {
		want := room(float64(i%wide)+0.5, float64(i/wide)+0.5)
		if d := g.Mean[3*i+1] - float32(want[1]); !(d <= 45 && d >= -45) {
			off++
		}
	}
	if off > 14 || g.Filled < 300 { // steps of a line that slopes
		t.Errorf("%d pixels show no ground, %d are filled", off, g.Filled)
	}
}

// TestSeamsBetweenBodiesAreFilled: compression gives the seam of two boxes that never move, and the side of one, colours that are no mixture of theirs.
func TestSeamsBetweenBodiesAreFilled(t *testing.T) {
	t.Parallel()
	room := func(x, y float64) [3]float64 {
		across := x > 30 && x < 55
		switch {
		case across && y > 15 && y < 33:
			return [3]float64{130, 56, 167}
		case across && y >= 33 && y < 36:
			return [3]float64{140, 60, 50}
		case across && y >= 36 && y < 54:
			return [3]float64{239, 149, 15}
		case x >= 55 && x < 57 && y > 20 && y < 30:
			return [3]float64{60, 160, 230}
		}
		return plain(x, y)
	}
	still := picture{ground: room}
	g := learnt(t, filmed(t, []picture{still, still, still, still, still, still, still, still}), ground.DefaultOptions())
	if d := worst(g, plain); !(d <= 12) {
		t.Errorf("the ground is off by %v values", d)
	}
}

// TestSpotsBesideABodyAreNoWall: two dark spots of the ground in a line with a disc that never moves.
func TestSpotsBesideABodyAreNoWall(t *testing.T) {
	t.Parallel()
	room := func(x, y float64) [3]float64 {
		if (x > 27 && x < 36 || x > 60 && x < 69) && y > 39 && y < 42 {
			return [3]float64{90, 90, 90}
		}
		return plain(x, y)
	}
	still := picture{ground: room, spots: []spot{{x: 48, y: 40, r: 9, colour: red}}}
	g := learnt(t, filmed(t, []picture{still, still, still, still, still, still, still, still}), ground.DefaultOptions())
	dark := 0
	for x := 40; x < 56; x++ {
		for y := 38; y < 43; y++ {
			if !(math.Abs(float64(g.Mean[3*(y*wide+x)])-200) < 30) {
				dark++
			}
		}
	}
	if dark > 0 {
		t.Errorf("%d pixels below the disc are of a wall that is none", dark)
	}
}

// TestLongThinThingsAreWalls: a wall whose ends are free, and a bar as long that is thick.
func TestLongThinThingsAreWalls(t *testing.T) {
	t.Parallel()
	wall := func(x, y float64) [3]float64 {
		if x > 15 && x < 80 && y > 60 && y < 63 {
			return [3]float64{60, 60, 60}
		}
		return plain(x, y)
	}
	still := picture{ground: wall}
	for x := 20.0; x < 75; x += 4 {
		still.spots = append(still.spots, spot{x: x, y: 25, r: 8, colour: red})
	}
	f := filmed(t, []picture{still, still, still, still, still, still, still, still})
	g := learnt(t, f, ground.DefaultOptions())
	if d := worst(g, wall); !(d <= 6) {
		t.Errorf("the ground is off by %v values", d)
	}
	if n := counts(t, f, g, 0); n[ground.Thing] < 900 {
		t.Errorf("%v pixels by class", n)
	}
}
