package bodies

import (
	"image"
	"math"
	"slices"
	"strings"
	"testing"

	"orrery/sim"
	"orrery/world/watch/cover"
	"orrery/world/watch/look"
)

// marks reads pixels from lines, of which those with # are marked.
func marks(lines ...string) (w, h int, out []bool) {
	for _, l := range lines {
		for _, c := range l {
			out = append(out, c == '#')
		}
	}
	return len(lines[0]), len(lines), out
}

// drawn writes marks as lines.
func drawn(w int, all []bool) string {
	var b strings.Builder
	for i, m := range all {
		if i > 0 && i%w == 0 {
			b.WriteByte('\n')
		}
		if m {
			b.WriteByte('#')
		} else {
			b.WriteByte('.')
		}
	}
	return b.String()
}

// TestErodedPixelsHaveAllNeighbours within a distance, and the picture's edge is none.
func TestErodedPixelsHaveAllNeighbours(t *testing.T) {
	t.Parallel()
	w, h, all := marks("#######", "#######", "#######", "#######", "#######", "#######", "###.###")
	for by, want := range map[int]string{
		0: "#######\n#######\n#######\n#######\n#######\n#######\n###.###",
		1: ".......\n.#####.\n.#####.\n.#####.\n.#####.\n.#...#.\n.......",
		2: ".......\n.......\n..###..\n..###..\n.......\n.......\n.......",
	} {
		if got := drawn(w, eroded(w, h, all, by)); got != want {
			t.Errorf("eroded by %d:\n%s\nwant\n%s", by, got, want)
		}
	}
	if n := count(all); n != 48 {
		t.Errorf("%d are marked; want 48", n)
	}
}

// TestTheCoreIsAsDeepAsThereIsRoom: two pixels where twelve are left, else one where four are, else all.
func TestTheCoreIsAsDeepAsThereIsRoom(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ w, h, want int }{{8, 7, 12}, {7, 7, 25}, {4, 4, 4}, {4, 3, 12}, {3, 1, 3}} { // 7 by 7 has 9 at two pixels
		all := make([]bool, c.w*c.h)
		for i := range all {
			all[i] = true
		}
		if n := count(core(c.w, c.h, all)); n != c.want {
			t.Errorf("%d by %d pixels have a core of %d; want %d", c.w, c.h, n, c.want)
		}
	}
}

// TestHolesAreFilled but for those of other bodies and those that are open to the rim.
func TestHolesAreFilled(t *testing.T) {
	t.Parallel()
	w, h, own := marks("........", ".######.", ".#..#.#.", ".#..#.#.", ".####.#.", "......#.")
	_, _, other := marks("........", "........", "..#.....", "........", "........", "........")
	fillHoles(w, h, own, other)
	if got, want := drawn(w, own), "........\n.######.\n.#.##.#.\n.####.#.\n.####.#.\n......#."; got != want {
		t.Errorf("\n%s\nwant\n%s", got, want)
	}
}

// TestColoursSpreadAsMeansOfNeighbours, one pixel a step in all eight ways, and no further than the steps.
func TestColoursSpreadAsMeansOfNeighbours(t *testing.T) {
	t.Parallel()
	const w, h = 7, 3
	colours, known := make([]look.Colour, w*h), make([]bool, w*h)
	known[7], colours[7] = true, look.Colour{10, 20, 30}
	known[13], colours[13] = true, look.Colour{30, 20, 10}
	far := layered(w, h, 2, colours, known)
	if want := []int{1, 1, 2, -1, 2, 1, 1, 0, 1, 2, -1, 2, 1, 0, 1, 1, 2, -1, 2, 1, 1}; !slices.Equal(far, want) {
		t.Errorf("pixels are %v steps away; want %v", far, want)
	}
	if colours[1] != (look.Colour{10, 20, 30}) || colours[12] != (look.Colour{30, 20, 10}) || colours[10] != (look.Colour{}) {
		t.Errorf("%v", colours)
	}
	far = layered(w, h, 3, colours, known)
	if c := colours[10]; far[10] != 3 || c != (look.Colour{20, 20, 20}) {
		t.Errorf("in the middle, %d steps away, is %v; want the mean", far[10], c)
	}
}

// TestMixturesTellTheirShare: of two colours, and of one with another in any light; not where they are too alike.
func TestMixturesTellTheirShare(t *testing.T) {
	t.Parallel()
	a, b := look.Colour{200, 40, 50}, look.Colour{90, 120, 100}
	mix := func(share, light float32) (c look.Colour) {
		for k := range c {
			c[k] = share*a[k] + (1-share)*light*b[k]
		}
		return c
	}
	for _, share := range []float32{-0.2, 0, 0.3, 1, 1.3} {
		got, variance, ok := mixture(mix(share, 1), a, b)
		if !ok || !(math.Abs(got-float64(share)) <= 1e-5) || !(math.Abs(variance*far(a, b)*far(a, b)-1) <= 1e-5) {
			t.Errorf("a share of %v is %v, with a variance of %v: %v", share, got, variance, ok)
		}
		for _, light := range []float32{0.5, 1, 1.4} {
			if got, variance, ok := unmix(mix(share, light), a, b); !ok || !(math.Abs(got-float64(share)) <= 1e-4) || !(variance > 0) {
				t.Errorf("a share of %v beside a light of %v is %v: %v", share, light, got, ok)
			}
		}
	}
	if _, _, ok := mixture(a, a, look.Colour{205, 43, 51}); ok { // √35 apart
		t.Error("a share of two that are 5.9 values apart is told")
	}
	if _, _, ok := mixture(a, a, look.Colour{206, 41, 50}); !ok {
		t.Error("a share of two that are 6.1 values apart is not told")
	}
	if _, _, ok := unmix(a, a, look.Colour{100, 20, 25}); ok {
		t.Error("a share of one colour in two lights is told")
	}
	// the variance of unmix is that of the share when each channel has noise of its own
	var sum float64
	_, variance, _ := unmix(mix(0.4, 1), a, b)
	for k := range a {
		up := mix(0.4, 1)
		up[k] += 0.5
		down := mix(0.4, 1)
		down[k] -= 0.5
		high, _, _ := unmix(up, a, b)
		low, _, _ := unmix(down, a, b)
		sum += (high - low) * (high - low)
	}
	if !(math.Abs(sum/variance-1) <= 1e-3) {
		t.Errorf("shares have a variance of %v; it is told as %v", sum, variance)
	}
}

// seenAt returns a view of a form as it is drawn at a pose, in which what is far inside or outside counts too.
func seenAt(t *testing.T, f cover.Form, pose look.Pose) *view {
	t.Helper()
	const side = 64
	outline, err := cover.New(f.Shapes())
	if err != nil {
		t.Fatal(err)
	}
	var rows cover.Rows
	outline.Draw(&rows, cover.Pose(pose), side, side)
	v := &view{box: image.Rect(0, 0, side, side), width: side, height: side}
	v.share, v.weight, v.own = make([]float32, side*side), make([]float32, side*side), make([]bool, side*side)
	v.deep, v.colour = make([]bool, side*side), make([]look.Colour, side*side)
	for i := range v.weight {
		v.weight[i] = 400
	}
	for i, share := range rows.Share {
		j := (rows.Top+i/rows.Width)*side + rows.Left + i%rows.Width
		v.share[j] = share
		if v.own[j] = share > 0.5; v.own[j] {
			v.whole.pixel(v.point(j).X, v.point(j).Y)
		}
		v.deep[j] = share == 1
	}
	middle := v.whole.middle()
	_, _, angle := v.whole.axes()
	v.pose = look.Pose{X: middle.X, Y: middle.Y, Angle: angle}
	return v
}

// TestFormsAreFittedExactly where pictures are exact, from sizes and poses that are some px off, in several views at once.
func TestFormsAreFittedExactly(t *testing.T) {
	t.Parallel()
	corners := outlinedBy([]sim.Vec{{X: 14, Y: -9}, {X: 8, Y: 12}, {X: -13, Y: 7}, {X: -9, Y: -11}})
	for _, c := range []struct{ want, from cover.Form }{
		{disc{12.3}, disc{10}}, {box{15.2, 8.4}, box{14, 10}}, {square{9.6}, square{8.5}}, {capsule{11.5, 6.2}, capsule{10, 7}},
		{corners, corners.With([]float64{13, -9, 8, 11, -13, 6, -8, -11})},
	} {
		at := []look.Pose{{X: 31.2, Y: 33.4, Angle: 0.3}, {X: 33.1, Y: 30.7, Angle: -0.8}}
		var views []*view
		var from []look.Pose
		for _, p := range at {
			views = append(views, seenAt(t, c.want, p))
			from = append(from, look.Pose{X: p.X + 1.2, Y: p.Y - 0.8, Angle: p.Angle + 0.08})
		}
		got := fit(c.from, views, from, 60)
		if got == nil {
			t.Errorf("%v is not fitted", c.want)
			continue
		}
		if _, free := c.want.(outlined); !free { // which frame corners have is free
			for k, size := range c.want.Sizes() {
				if s := got.form.Sizes()[k]; !(math.Abs(s-size) <= 2e-3) {
					t.Errorf("size %d of %v is %v", k, c.want, s)
				}
			}
			for k, p := range got.poses {
				if !(math.Hypot(p.X-at[k].X, p.Y-at[k].Y) <= 2e-3) || c.want.Turns() && !(math.Abs(p.Angle-at[k].Angle) <= 1e-3) {
					t.Errorf("%v is at %v; want %v", c.want, p, at[k])
				}
			}
		}
		if !(got.rms <= 1e-3) || !(got.cost <= 1e-2) || !(got.count > 60) {
			t.Errorf("%v: %v is left of %v pixels, costs %v", c.want, got.rms, got.count, got.cost)
		}
	}
}

// TestFewWrongPixelsMoveAFitLittle, and it is where its cost, of which they have their part, is least.
func TestFewWrongPixelsMoveAFitLittle(t *testing.T) {
	t.Parallel()
	v := seenAt(t, disc{12}, look.Pose{X: 32, Y: 32})
	for i := range v.share {
		if d := v.point(i).Sub(sim.Vec{X: 32, Y: 32}); d.Len() < 15 && math.Abs(math.Atan2(d.Y, d.X)) < 0.3 {
			v.share[i] = 1 // something of its colour beside it
		}
	}
	got := fit(disc{11}, []*view{v}, []look.Pose{{X: 32, Y: 32}}, 60)
	if r := got.form.Sizes()[0]; !(math.Abs(r-12) <= 0.25) {
		t.Errorf("a radius of 12 px is %v", r)
	}
	cost := func(grown, right float64) float64 {
		p := &problem{views: []*view{v}}
		p.build(&fitted{form: disc{got.form.Sizes()[0] + grown}, poses: []look.Pose{{X: got.poses[0].X + right, Y: got.poses[0].Y}}})
		return p.cost
	}
	for _, by := range []float64{-0.03, 0.03} {
		if !(cost(by, 0) > cost(0, 0)) || !(cost(0, by) > cost(0, 0)) {
			t.Errorf("%v px further it costs %v, or %v to the right, instead of %v", by, cost(by, 0), cost(0, by), cost(0, 0))
		}
	}
}

// TestTheSimplestFormIsChosen that explains what is seen.
func TestTheSimplestFormIsChosen(t *testing.T) {
	t.Parallel()
	for _, want := range []cover.Form{disc{12}, box{15, 8}, square{10}, capsule{11, 6}} {
		v := []*view{seenAt(t, want, look.Pose{X: 31.3, Y: 32.6, Angle: 0.4})}
		got := choose(t.Context(), v, false)
		if got == nil || len(got.form.Sizes()) != len(want.Sizes()) || Alike(got.form) != Alike(want) {
			t.Errorf("%v is found as %+v", want, got)
			continue
		}
		for k, size := range want.Sizes() {
			if s := got.form.Sizes()[k]; !(math.Abs(s-size) <= 0.02) {
				t.Errorf("size %d of %v is %v", k, want, s)
			}
		}
	}
	wedge := outlinedBy([]sim.Vec{{X: 16, Y: -8}, {X: -2, Y: 14}, {X: -12, Y: -8}})
	if got := choose(t.Context(), []*view{seenAt(t, wedge, look.Pose{X: 30, Y: 30, Angle: 0.2})}, false); got == nil || isSimple(got.form) || len(got.form.Sizes()) != 6 {
		t.Errorf("three corners are found as %+v", got)
	}
}

// TestMoreSizesMustExplainMore: of two fits that are as good the one with fewer sizes is better, and noise below the floor is none.
func TestMoreSizesMustExplainMore(t *testing.T) {
	t.Parallel()
	few, more := &fitted{form: square{5}, cost: 80, count: 160}, &fitted{form: box{5, 5}, cost: 80, count: 160}
	if !(score(few) < score(more)) {
		t.Error("two sizes are as good as one")
	}
	if more.cost = 60; !(score(more) < score(few)) { // 20 of the 160 count: 20 · log(0.55/0.425) is 5.2, and a size costs 2 · log 20 = 6
		more.cost = 50
	}
	if !(score(more) < score(few)) {
		t.Error("what explains a third of what was left is not better")
	}
	if more.cost = 70; !(score(more) >= score(few)) {
		t.Error("what explains an eighth of what was left is better")
	}
	if few.cost, more.cost = 0.4, 0; !(score(more) >= score(few)) {
		t.Error("what explains what is nothing is better")
	}
}

// TestShapesAreTurnedToWhatIsSeen, up to turns by which they look the same.
func TestShapesAreTurnedToWhatIsSeen(t *testing.T) {
	t.Parallel()
	wedge := outlinedBy([]sim.Vec{{X: 16, Y: -8}, {X: -2, Y: 14}, {X: -12, Y: -8}})
	for _, f := range []cover.Form{disc{9}, box{15, 8}, square{10}, capsule{11, 6}, wedge} {
		for _, angle := range []float64{0, 1.1, -2.4} {
			v := seenAt(t, f, look.Pose{X: 32, Y: 32, Angle: angle})
			got := turned(f, v)
			if f.Turns() {
				one := 2 * math.Pi / float64(max(1, Alike(f)))
				if d := math.Abs(math.Remainder(got.Angle-angle, one)); !(d <= math.Pi/48+0.08) {
					t.Errorf("%v at %v rad is seen at %v", f, angle, got.Angle)
				}
			}
			_, middle := Centred(f.Shapes())
			if at := got.Apply(middle).Sub(v.whole.middle()).Len(); !(at <= 1e-9) {
				t.Errorf("the middle of %v is %v px off", f, at)
			}
		}
	}
}

// TestCleanSharesAreFromNothingToAll, and all or nothing where none is known.
func TestCleanSharesAreFromNothingToAll(t *testing.T) {
	t.Parallel()
	v := &view{share: []float32{-0.3, 0.4, 1.2, 0.7, 0.7}, weight: []float32{1, 1, 1, 0, 0}, own: []bool{true, false, false, true, false}}
	if got := v.clean(); !slices.Equal(got, []float32{0, 0.4, 1, 1, 0}) {
		t.Errorf("%v", got)
	}
	v = &view{box: image.Rect(3, 2, 8, 7), height: 20}
	if p := v.point(6); p != (sim.Vec{X: 4.5, Y: 16.5}) {
		t.Errorf("the second pixel of the second row has its middle at %v", p)
	}
}

// TestMotionsAreTheSlopesOfShapes by each of their sizes, and forms keep their sizes.
func TestMotionsAreTheSlopesOfShapes(t *testing.T) {
	t.Parallel()
	five := outlinedBy([]sim.Vec{{X: 9}, {X: 3, Y: 8}, {X: -7, Y: 5}, {X: -2, Y: 1}, {X: 3, Y: -8}})
	for _, f := range []cover.Form{disc{12}, capsule{20, 5}, box{20, 7}, square{9}, five} {
		sizes, shapes, motions := f.Sizes(), f.Shapes(), f.Motions()
		if same := f.With(sizes); same == nil || !slices.Equal(same.Sizes(), sizes) || len(motions) != len(sizes) {
			t.Errorf("%v with its own sizes is %v; %d motions", f, same, len(motions))
			continue
		}
		for k := range sizes {
			const h = 1e-3
			next := slices.Clone(sizes)
			next[k] += h
			grown := f.With(next).Shapes()
			for q := range shapes {
				var radius float64
				if len(motions[k].Radius) > 0 {
					radius = motions[k].Radius[q]
				}
				if got := (grown[q].Radius - shapes[q].Radius) / h; !(math.Abs(got-radius) <= 1e-6) {
					t.Errorf("the radius of %v grows by %v with size %d; it is told as %v", f, got, k, radius)
				}
				for i := range shapes[q].Vertices {
					var way sim.Vec
					if len(motions[k].Vertices) > q && len(motions[k].Vertices[q]) > 0 {
						way = motions[k].Vertices[q][i]
					}
					if got := grown[q].Vertices[i].Sub(shapes[q].Vertices[i]).Scale(1 / h); !(got.Sub(way).Len() <= 1e-6) {
						t.Errorf("corner %d of %v moves by %v with size %d; it is told as %v", i, f, got, k, way)
					}
				}
			}
		}
	}
	for _, c := range []struct {
		f     cover.Form
		sizes []float64
	}{{disc{5}, []float64{0.5}}, {square{5}, []float64{0.4}}, {box{5, 5}, []float64{5, 0.5}}, {box{5, 5}, []float64{-5, 5}}, {capsule{5, 5}, []float64{0.6, 5}}, {capsule{5, 5}, []float64{5, 0.5}},
		{outlinedBy([]sim.Vec{{X: 9}, {X: 3, Y: 8}, {X: -7, Y: 5}, {X: -7, Y: -5}}), []float64{9, 0, -7, -5, -7, 5, 3, 8}}} {
		if got := c.f.With(c.sizes); got != nil && len(got.Sizes()) == len(c.sizes) {
			if _, o := got.(outlined); !o || slices.Equal(got.Sizes(), c.sizes) {
				t.Errorf("%v may have the sizes %v", c.f, c.sizes)
			}
		}
	}
	if f := (capsule{5, 5}).With([]float64{0.61, 5}); f == nil {
		t.Error("a short capsule is none")
	}
}

// TestOutlinesLookAlikeAfterTurns as often as their corners come to lie on each other, to a quarter of a px.
func TestOutlinesLookAlikeAfterTurns(t *testing.T) {
	t.Parallel()
	regular := func(n int, r float64) (out []sim.Vec) {
		for k := range n {
			out = append(out, sim.Vec{X: r}.Rotate(2*math.Pi*float64(k)/float64(n)).Add(sim.Vec{X: 3, Y: -1}))
		}
		return out
	}
	bent := regular(6, 10)
	bent[0].X += 0.5
	hardly := regular(6, 10)
	hardly[0].X += 0.1
	long := []sim.Vec{{X: 10, Y: -4}, {X: 10, Y: 4}, {X: -10, Y: 4}, {X: -10, Y: -4}}
	for _, c := range []struct {
		corners []sim.Vec
		want    int
	}{{regular(3, 9), 3}, {regular(6, 10), 6}, {bent, 1}, {hardly, 6}, {long, 2}, {[]sim.Vec{{X: 9}, {X: 3, Y: 8}, {X: -7, Y: 5}}, 1}} {
		if got := Alike(outlinedBy(c.corners)); got != c.want {
			t.Errorf("%v looks alike %d times; want %d", c.corners, got, c.want)
		}
	}
	for f, want := range map[cover.Form]int{disc{3}: 0, capsule{9, 3}: 2, square{4}: 4, box{9, 3}: 2, box{5, 5.09}: 4, box{5, 5.11}: 2} {
		if got := Alike(f); got != want {
			t.Errorf("%v looks alike %d times; want %d", f, got, want)
		}
	}
}

// TestShapesAreCentredByTheirArea, and stay what they are.
func TestShapesAreCentredByTheirArea(t *testing.T) {
	t.Parallel()
	two := []sim.Shape{
		sim.NewShape(sim.Polygon, 0, sim.Surface{}, sim.Vec{X: 4}, sim.Vec{X: 4, Y: 2}, sim.Vec{Y: 2}, sim.Vec{}),                 // 8 px² about (2, 1)
		sim.NewShape(sim.Polygon, 0, sim.Surface{}, sim.Vec{X: 2, Y: 2}, sim.Vec{X: 2, Y: 6}, sim.Vec{Y: 6}, sim.Vec{X: 0, Y: 2}), // 8 px² about (1, 4)
	}
	out, middle := Centred(two)
	if middle != (sim.Vec{X: 1.5, Y: 2.5}) || out[0].Vertices[0] != (sim.Vec{X: 2.5, Y: -2.5}) || two[0].Vertices[0] != (sim.Vec{X: 4}) {
		t.Errorf("the middle is %v, the first corner %v of what was %v", middle, out[0].Vertices[0], two[0].Vertices[0])
	}
	if _, again := Centred(out); !(again.Len() <= 1e-12) {
		t.Errorf("what is centred has its middle at %v", again)
	}
}

// TestMomentsOfATurnedBoxTellItsAxes, wherever it is, and the sum of two halves is the whole.
func TestMomentsOfATurnedBoxTellItsAxes(t *testing.T) {
	t.Parallel()
	for _, angle := range []float64{0, 0.5, -1.2} {
		var m, left, right moments
		for r := range 200 {
			for c := range 200 {
				p := sim.Vec{X: float64(c) - 99.5, Y: float64(r) - 99.5}
				if q := p.Rotate(-angle); math.Abs(q.X) < 60 && math.Abs(q.Y) < 20 {
					m.pixel(p.X+500, p.Y-300)
					if c < 80 {
						left.pixel(p.X+500, p.Y-300)
					} else {
						right.pixel(p.X+500, p.Y-300)
					}
				}
			}
		}
		long, short, at := m.axes()
		if !(math.Abs(long-60/math.Sqrt(3)) <= 0.1) || !(math.Abs(short-20/math.Sqrt(3)) <= 0.1) || !(math.Abs(math.Remainder(at-angle, math.Pi)) <= 3e-3) {
			t.Errorf("at %v rad: %v and %v px at %v rad", angle, long, short, at)
		}
		if c := m.middle(); !(c.Sub(sim.Vec{X: 500, Y: -300}).Len() <= 0.05) {
			t.Errorf("the middle is %v", c)
		}
		left.add(right)
		if left.n != m.n || !(math.Abs(left.xy-m.xy) <= 1e-6*math.Abs(m.xy)) {
			t.Errorf("both halves are %+v; want %+v", left, m)
		}
	}
}

// TestColoursThatSlopeAreOne: light that falls off over a body is no texture, and a mark is.
func TestColoursThatSlopeAreOne(t *testing.T) {
	t.Parallel()
	v := seenAt(t, disc{15}, look.Pose{X: 32, Y: 32})
	for i := range v.colour {
		p := v.point(i)
		v.colour[i] = look.Colour{float32(100 + 2*p.X), float32(150 - p.Y), 60}
	}
	if d := uneven(v); !(d <= 1e-3) {
		t.Errorf("a slope of light differs by %v values from one", d)
	}
	n := 0
	for i := range v.colour {
		if v.deep[i] && v.point(i).X < 32 {
			n++
			v.colour[i][2] += 60
		}
	}
	if d := uneven(v); !(d > 8 && d < 30) { // half of it is lighter in one of three channels
		t.Errorf("two halves differ by %v values from a slope", d)
	}
	few := seenAt(t, disc{2}, look.Pose{X: 32, Y: 32})
	if d := uneven(few); d != 0 {
		t.Errorf("%d pixels have a texture of %v", count(few.deep), d)
	}
	if got := meanColour([]*view{few}); got != (look.Colour{}) {
		t.Errorf("what is black is %v on average", got)
	}
}

// TestLampsChangeColoursByTwoAtMost.
func TestLampsChangeColoursByTwoAtMost(t *testing.T) {
	t.Parallel()
	if got := between(look.Colour{99, 99, 99}, look.Colour{149, 9, 255}); got != [3]float32{1.5, 0.5, 2} {
		t.Errorf("light is %v", got)
	}
}

// TestPaintsAgreeAtOneTurn of those at which the outline looks the same: for a disc at any.
func TestPaintsAgreeAtOneTurn(t *testing.T) {
	t.Parallel()
	marked := func(angle float64) *view {
		v := seenAt(t, disc{14}, look.Pose{X: 32, Y: 32})
		for i := range v.colour {
			v.colour[i] = look.Colour{180, 180, 180}
			if d := v.point(i).Sub(sim.Vec{X: 32, Y: 32}).Rotate(-angle).Sub(sim.Vec{X: 8}); d.Len() < 4 {
				v.colour[i] = look.Colour{20, 20, 20}
			}
		}
		return v
	}
	for _, c := range []struct {
		angle, tol float64
		order      int
	}{{0.7, 0.08, 0}, {-2.3, 0.08, 0}, {math.Pi / 2, 1e-9, 4}, {math.Pi, 1e-9, 2}} {
		views := []*view{marked(0), marked(c.angle)}
		poses := []look.Pose{{X: 32, Y: 32}, {X: 32, Y: 32}}
		if p := paint(views, poses, 14, c.order); p.Width == 0 {
			t.Errorf("%v rad: it is plain", c.angle)
		}
		if d := math.Abs(math.Remainder(poses[1].Angle-c.angle, 2*math.Pi)); !(d <= c.tol) || poses[0].Angle != 0 {
			t.Errorf("what is turned by %v rad of %d is turned by %v", c.angle, c.order, poses[1].Angle)
		}
	}
}
