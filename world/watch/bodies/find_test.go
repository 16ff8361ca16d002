package bodies_test

import (
	"context"
	"image"
	"image/color"
	"math"
	"math/rand/v2"
	"testing"

	"orrery/datasets/film"
	"orrery/sim"
	"orrery/world/watch/bodies"
	"orrery/world/watch/cover"
	"orrery/world/watch/ground"
	"orrery/world/watch/look"
)

const wide, high = 160, 120 // px

// thing is a body of a test film: its shapes in one colour, and where it is at a time in pictures.
type thing struct {
	shapes []sim.Shape
	colour [3]float64
	at     func(t float64) look.Pose
}

func disc(r float64) []sim.Shape {
	return []sim.Shape{sim.NewShape(sim.Circle, r, sim.Surface{}, sim.Vec{})}
}

func rectangle(w, h, x, y float64) sim.Shape {
	return sim.NewShape(sim.Polygon, 0, sim.Surface{}, sim.Vec{X: x + w/2, Y: y - h/2}, sim.Vec{X: x + w/2, Y: y + h/2}, sim.Vec{X: x - w/2, Y: y + h/2}, sim.Vec{X: x - w/2, Y: y - h/2})
}

func straight(x, y, vx, vy, angle, omega float64) func(float64) look.Pose {
	return func(t float64) look.Pose { return look.Pose{X: x + vx*t, Y: y + vy*t, Angle: angle + omega*t} }
}

var (
	red    = [3]float64{206, 44, 46}
	blue   = [3]float64{16, 92, 190}
	yellow = [3]float64{250, 236, 120}
	green  = [3]float64{0, 144, 80}
)

// filmed draws things over each other on a plain ground, exactly, and adds noise.
func filmed(t *testing.T, things []thing, pictures int, noise float64) *film.Film {
	t.Helper()
	random := rand.New(rand.NewPCG(1, 2))
	var list []*image.RGBA
	var rows cover.Rows
	for k := range pictures {
		values := make([]float64, 3*wide*high)
		for i := range values {
			values[i] = [3]float64{232, 230, 224}[i%3]
		}
		for _, thing := range things {
			outline, err := cover.New(thing.shapes)
			if err != nil {
				t.Fatal(err)
			}
			outline.Draw(&rows, cover.Pose(thing.at(float64(k))), wide, high)
			for i, share := range rows.Share {
				j := 3 * ((rows.Top+i/rows.Width)*wide + rows.Left + i%rows.Width)
				for c := range 3 {
					values[j+c] += float64(share) * (thing.colour[c] - values[j+c])
				}
			}
		}
		m := image.NewRGBA(image.Rect(0, 0, wide, high))
		value := func(v float64) uint8 { return uint8(min(max(v+noise*random.NormFloat64(), 0), 255) + 0.5) }
		for i := range wide * high {
			m.SetRGBA(i%wide, i/wide, color.RGBA{value(values[3*i]), value(values[3*i+1]), value(values[3*i+2]), 255})
		}
		list = append(list, m)
	}
	f, err := film.Still(context.Background(), list, 30, film.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func find(t *testing.T, f *film.Film, o bodies.Options) bodies.Seen {
	t.Helper()
	g, err := ground.Learn(context.Background(), f, ground.DefaultOptions())
	if err != nil {
		t.Fatal(err)
	}
	seen, err := bodies.Find(context.Background(), f, g, o)
	if err != nil {
		t.Fatal(err)
	}
	return seen
}

// expect checks that exactly the things are found, each within some px of where it is and with its size.
func expect(t *testing.T, seen bodies.Seen, things []thing, limit float64) (of []int) {
	t.Helper()
	if len(seen.Found) != len(things) {
		t.Fatalf("%d bodies are found, there are %d; ignored %v", len(seen.Found), len(things), seen.Ignored)
	}
	for k := range seen.Found {
		b := &seen.Found[k]
		best, least := -1, math.Inf(1)
		for i := range things {
			p := things[i].at(float64(b.Number))
			if d := math.Hypot(p.X-b.Pose.X, p.Y-b.Pose.Y); !(d >= least) {
				best, least = i, d
			}
		}
		if !(least <= limit) {
			t.Errorf("body %d is %.3f px away from where it is", k, least)
		}
		// Where both outlines cover the same they have the same shape, size and angle.
		var found, true1 cover.Rows
		a, err := cover.New(b.Shapes)
		if err != nil {
			t.Fatal(err)
		}
		a.Draw(&found, cover.Pose(b.Pose), wide, high)
		o, _ := cover.New(things[best].shapes)
		o.Draw(&true1, cover.Pose(things[best].at(float64(b.Number))), wide, high)
		differ := 0.0
		at := func(r *cover.Rows, column, row int) float64 {
			if column -= r.Left; column < 0 || column >= r.Width {
				return 0
			}
			if row -= r.Top; row < 0 || row >= r.Height {
				return 0
			}
			return float64(r.Share[row*r.Width+column])
		}
		rim := 1.0
		for i := range wide * high {
			s := at(&true1, i%wide, i/wide)
			differ += math.Abs(at(&found, i%wide, i/wide) - s)
			if s > 0 && s < 1 {
				rim++
			}
		}
		if !(differ/rim <= limit) {
			t.Errorf("body %d (%s): its outline is %.3f px away from the true one, all along", k, b.Shapes[0].Kind, differ/rim)
		}
		of = append(of, best)
	}
	return of
}

func TestShapesAreFound(t *testing.T) {
	t.Parallel()
	capsule := []sim.Shape{sim.NewShape(sim.Segment, 5, sim.Surface{}, sim.Vec{X: -12}, sim.Vec{X: 12})}
	triangle := []sim.Shape{sim.NewShape(sim.Polygon, 0, sim.Surface{}, sim.Vec{X: -9, Y: -8}, sim.Vec{X: 11, Y: -6}, sim.Vec{X: -2, Y: 14})}
	tee := []sim.Shape{rectangle(36, 9, 0, 6.75), rectangle(9, 18, 0, -6.75)} // its middle is at the origin
	things := []thing{
		{disc(9.3), red, straight(20, 100, 1.37, -0.11, 0, 0)},
		{[]sim.Shape{rectangle(24, 13, 0, 0)}, blue, straight(140, 90, -0.9, -0.13, 0.3, 0.021)},
		{capsule, green, straight(30, 30, 0.81, 0.1, 1, -0.03)},
		{triangle, [3]float64{130, 58, 168}, straight(75, 68.3, 0.3, -0.2, 0.5, 0.05)},
		{tee, [3]float64{240, 150, 16}, straight(120, 26.3, 0.2, 0.23, 0.2, 0.04)},
	}
	middle := sim.Vec{X: 0, Y: 0} // of the triangle, whose origin is its middle for the test below
	for _, v := range triangle[0].Vertices {
		middle = middle.Add(v.Scale(1.0 / 3))
	}
	for k := range triangle[0].Vertices {
		triangle[0].Vertices[k] = triangle[0].Vertices[k].Sub(middle)
	}
	area := 36*9 + 9*18.0
	low := (36*9*6.75 - 9*18*6.75) / area
	for i := range tee {
		for k := range tee[i].Vertices {
			tee[i].Vertices[k].Y -= low
		}
	}
	seen := find(t, filmed(t, things, 40, 0), bodies.DefaultOptions())
	for k, i := range expect(t, seen, things, 0.03) {
		b := &seen.Found[k]
		if kind := things[i].shapes[0].Kind; b.Shapes[0].Kind != kind {
			t.Errorf("a %s is taken for a %s", kind, b.Shapes[0].Kind)
		}
		want := []int{0, 2, 2, 1, 1}[i]
		if b.Alike != want || b.Turns != (i > 0) || b.Paint.Width > 0 {
			t.Errorf("body %d: alike %d, turns %v, %d squares of paint; want %d", i, b.Alike, b.Turns, b.Paint.Width, want)
		}
		for c, v := range things[i].colour {
			if d := float64(b.Paint.Mean[c]) - v; !(math.Abs(d) <= 2) {
				t.Errorf("body %d has colour %v, want %v", i, b.Paint.Mean, things[i].colour)
			}
		}
		if b.First != 0 || b.Last != 39 {
			t.Errorf("body %d is there from %d to %d", i, b.First, b.Last)
		}
	}
}

func TestShapesAreFoundInNoise(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	t.Parallel()
	things := []thing{
		{disc(9.3), red, straight(20, 90, 1.37, -0.11, 0, 0)},
		{[]sim.Shape{rectangle(24, 13, 0, 0)}, blue, straight(140, 60, -0.9, -0.13, 0.3, 0.021)},
	}
	expect(t, find(t, filmed(t, things, 30, 8), bodies.DefaultOptions()), things, 0.1)
}

func TestColoursThatMoveTogetherAreOneBody(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	t.Parallel()
	roll := straight(25, 80, 1.9, 0, 0, -0.13)
	off := func(t float64) look.Pose {
		p := roll(t)
		v := p.Apply(sim.Vec{X: 7})
		return look.Pose{X: v.X, Y: v.Y, Angle: p.Angle}
	}
	things := []thing{
		{disc(14), blue, roll},
		{[]sim.Shape{rectangle(9, 6, 0, 0)}, yellow, off},
		{disc(8), red, straight(130, 40, -1.2, 0.1, 0, 0)},
	}
	seen := find(t, filmed(t, things, 40, 0), bodies.DefaultOptions())
	for k, i := range expect(t, seen, []thing{things[0], things[2]}, 0.03) {
		b := &seen.Found[k]
		if i == 1 {
			if b.Turns || b.Paint.Width > 0 {
				t.Error("a turn of a plain disc is seen")
			}
			continue
		}
		if !b.Turns || b.Alike != 1 {
			t.Fatalf("the mark on the disc is not seen: alike %d", b.Alike)
		}
		angle := b.Pose.Angle - roll(float64(b.Number)).Angle // of the body's frame in the disc's
		mark := sim.Vec{X: 7}.Rotate(-angle)
		if c := b.Paint.At(mark); !(c[0] > 235 && c[2] < 150) {
			t.Errorf("the mark has colour %v", c)
		}
		if c := b.Paint.At(mark.Scale(-1)); !(c[0] < 40 && c[2] > 170) {
			t.Errorf("the other side has colour %v", c)
		}
	}
}

func TestTouchingBodiesOfOneColourAreTakenApart(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	t.Parallel()
	turn := func(at, far float64) func(float64) float64 { // goes there, stays, and comes back
		return func(t float64) float64 { return at - far*min(max(min(t/10, (40-t)/10), 0), 1) }
	}
	left, right := turn(50, -17.5), turn(120, 17.5)
	things := []thing{
		{disc(17), red, func(t float64) look.Pose { return look.Pose{X: left(t), Y: 60.3} }},
		{disc(17.5), red, func(t float64) look.Pose { return look.Pose{X: right(t), Y: 60.3} }},
		{disc(8), red, straight(20, 15, 2.1, 0.1, 0, 0)},
	}
	expect(t, find(t, filmed(t, things, 41, 0), bodies.DefaultOptions()), things, 0.03)
}

func TestBodiesThatRestTouchingAreTakenApartByColour(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	t.Parallel()
	stay := func(y float64) func(float64) look.Pose { return straight(80, y, 0, 0, 0, 0) }
	things := []thing{
		{[]sim.Shape{rectangle(24, 24, 0, 0)}, red, stay(32)},
		{[]sim.Shape{rectangle(24, 24, 0, 0)}, blue, stay(56)},
		{[]sim.Shape{rectangle(24, 24, 0, 0)}, green, stay(80)},
	}
	floor := thing{[]sim.Shape{rectangle(2*wide, 3, 0, 0)}, [3]float64{112, 114, 120}, stay(18.5)}
	expect(t, find(t, filmed(t, append([]thing{floor}, things...), 12, 0), bodies.DefaultOptions()), things, 0.15)
}

// TestBodiesThatRestInColoursMuchAlikeAreTakenApart: three in a noisy film, of which two are as like as one in other light.
func TestBodiesThatRestInColoursMuchAlikeAreTakenApart(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	t.Parallel()
	things := []thing{
		{[]sim.Shape{rectangle(30, 24, 0, 0)}, [3]float64{12, 112, 129}, straight(60, 40, 0, 0, 0, 0)},
		{[]sim.Shape{rectangle(30, 24, 0, 0)}, [3]float64{10, 106, 62}, straight(61, 64, 0, 0, 0, 0)},
		{[]sim.Shape{rectangle(30, 24, 0, 0)}, [3]float64{19, 72, 136}, straight(59, 88, 0, 0, 0, 0)},
	}
	expect(t, find(t, filmed(t, things, 20, 10), bodies.DefaultOptions()), things, 2.5)
}

// TestWhatVanishesAtItsPlaceIsNoBody: a spot of light on the table for half of the film.
func TestWhatVanishesAtItsPlaceIsNoBody(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	t.Parallel()
	things := []thing{{disc(12), red, straight(30, 60, 2, 0.3, 0, 0)}}
	spot := thing{[]sim.Shape{rectangle(24, 18, 0, 0)}, [3]float64{250, 250, 250}, straight(120, 25, 0, 0, 0, 0)}
	f := filmedWith(t, things, 40, func(k int) []thing {
		if k < 16 {
			return []thing{spot}
		}
		return nil
	})
	expect(t, find(t, f, bodies.DefaultOptions()), things, 0.3)
}

func TestBodiesThatEnterLeaveAndHideAreOneEach(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	t.Parallel()
	things := []thing{
		{disc(9), green, straight(-30, 85, 3.1, 0, 0, 0)},                                   // comes in and goes behind the box
		{[]sim.Shape{rectangle(26, 40, 0, 0)}, blue, straight(80, 75, 0.1, -0.3, 0, 0.003)}, // before it
		{disc(7), red, straight(40, 20, 3, 0.1, 0, 0)},                                      // leaves
	}
	seen := find(t, filmed(t, things, 70, 0), bodies.DefaultOptions())
	expect(t, seen, things, 0.03)
	for _, b := range seen.Found {
		if !(b.Paint.Mean[1] <= 120) && (b.First < 8 || b.First > 16) {
			t.Errorf("the disc that enters at 10 is there from %d", b.First)
		}
		if !(b.Paint.Mean[0] <= 150) && (b.Last < 38 || b.Last > 44) {
			t.Errorf("the disc that leaves at 42 is there until %d", b.Last)
		}
	}
}

func TestWhatChangesItsOutlineIsIgnored(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	t.Parallel()
	hand := thing{nil, [3]float64{180, 120, 90}, nil}
	things := []thing{{disc(9), blue, straight(30, 90, 1.5, 0, 0, 0)}}
	f := filmedWith(t, things, 40, func(k int) []thing {
		open := 6 + 5*math.Sin(float64(k)/3)
		return []thing{
			{[]sim.Shape{rectangle(20, 8+open, 0, 0), rectangle(8, 30-open, 10, 0)}, hand.colour, straight(80, 30, 0, 0, 0, 0)},
		}
	})
	seen := find(t, f, bodies.DefaultOptions())
	expect(t, seen, things, 0.03)
	if len(seen.Ignored) != 1 || seen.Ignored[0].Reason == "" || !seen.Ignored[0].Box.Overlaps(image.Rect(70, 80, 90, 100)) {
		t.Errorf("ignored %v", seen.Ignored)
	}
}

// filmedWith is filmed with more things in each picture.
func filmedWith(t *testing.T, things []thing, pictures int, more func(k int) []thing) *film.Film {
	t.Helper()
	var list []*image.RGBA
	for k := range pictures {
		shifted := make([]thing, 0, len(things)+1)
		for _, th := range things {
			pose := th.at(float64(k))
			shifted = append(shifted, thing{th.shapes, th.colour, func(float64) look.Pose { return pose }})
		}
		one := filmed(t, append(shifted, more(k)...), 1, 0)
		for p, err := range one.Pictures(context.Background()) {
			if err != nil {
				t.Fatal(err)
			}
			m := image.NewRGBA(image.Rect(0, 0, wide, high))
			for i := range wide * high {
				m.SetRGBA(i%wide, i/wide, color.RGBA{p.Pix[3*i], p.Pix[3*i+1], p.Pix[3*i+2], 255})
			}
			list = append(list, m)
		}
	}
	f, err := film.Still(context.Background(), list, 30, film.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestNumberOfBodiesIsHeeded(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	t.Parallel()
	things := []thing{
		{disc(12), red, straight(30, 90, 1.1, 0, 0, 0)},
		{disc(8), blue, straight(130, 40, -1.2, 0.1, 0, 0)},
	}
	f := filmed(t, things, 20, 0)
	o := bodies.DefaultOptions()
	o.Number = 1
	expect(t, find(t, f, o), things[:1], 0.03)
	o.Number = 3
	g, err := ground.Learn(context.Background(), f, ground.DefaultOptions())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := bodies.Find(context.Background(), f, g, o); err == nil {
		t.Error("three bodies are found of two")
	}
}

func TestLongFilmsAreLookedAtHereAndThere(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	t.Parallel()
	things := []thing{{disc(9), red, func(t float64) look.Pose { return look.Pose{X: 80 + 55*math.Sin(t/19), Y: 60 + 0.1*t} }}}
	o := bodies.DefaultOptions()
	o.Pictures, o.Run = 24, 8
	seen := find(t, filmed(t, things, 120, 0), o)
	expect(t, seen, things, 0.03)
	if b := seen.Found[0]; b.First != 0 || b.Last != 119 {
		t.Errorf("the disc is there from %d to %d", b.First, b.Last)
	}
}

func TestOptionsAreChecked(t *testing.T) {
	t.Parallel()
	for _, change := range []func(*bodies.Options){
		func(o *bodies.Options) { o.Number = -1 }, func(o *bodies.Options) { o.Pictures = 7 }, func(o *bodies.Options) { o.Run = 3 },
		func(o *bodies.Options) { o.Views = 0 }, func(o *bodies.Options) { o.Least = 3 },
	} {
		o := bodies.DefaultOptions()
		if err := o.Validate(); err != nil {
			t.Error(err)
		}
		if change(&o); o.Validate() == nil {
			t.Errorf("%+v is taken", o)
		}
	}
}

// TestBodiesOfManyColoursAreOne: patches of a texture are no bodies, and its outline is not that of one of them.
func TestBodiesOfManyColoursAreOne(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	t.Parallel()
	way := straight(30, 62, 2.3, 0.07, 0.2, 0.01)
	random := rand.New(rand.NewPCG(7, 7))
	whole := []sim.Shape{rectangle(36, 25, 0, 0)}
	painted := []thing{{whole, [3]float64{90, 60, 40}, way}}
	for range 60 {
		c := [3]float64{200 * random.Float64(), 160 * random.Float64(), 150 * random.Float64()}
		painted = append(painted, thing{[]sim.Shape{rectangle(4, 4, 32*random.Float64()-16, 21*random.Float64()-10.5)}, c, way})
	}
	seen := find(t, filmed(t, painted, 40, 1), bodies.DefaultOptions())
	expect(t, seen, []thing{{whole, red, way}}, 0.12)
	if b := seen.Found[0]; b.Paint.Width == 0 || !b.Turns {
		t.Error("its colours are not seen")
	}
}

func TestFindingIsCancelled(t *testing.T) {
	t.Parallel()
	f := filmed(t, []thing{{disc(12), red, straight(30, 90, 1.1, 0, 0, 0)}}, 20, 0)
	g, err := ground.Learn(context.Background(), f, ground.DefaultOptions())
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := bodies.Find(ctx, f, g, bodies.DefaultOptions()); err == nil {
		t.Error("a cancelled search ends well")
	}
	if _, err := ground.Learn(ctx, f, ground.DefaultOptions()); err == nil {
		t.Error("a cancelled ground is learnt")
	}
}
