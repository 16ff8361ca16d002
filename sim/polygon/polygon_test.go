package polygon_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"orrery/sim"
	"orrery/sim/polygon"
)

// star returns an outline of random radii round the origin: concave, and simple.
func star(rng *rand.Rand, corners int) []sim.Vec {
	outline := make([]sim.Vec, corners)
	for i := range outline {
		angle := 2 * math.Pi * (float64(i) + 0.8*rng.Float64()) / float64(corners)
		outline[i] = sim.Vec{X: 0.2 + rng.Float64()}.Rotate(angle).Add(sim.Vec{X: 3, Y: -2})
	}
	return outline
}

// within counts crossings of a ray, whatever the shape.
func within(outline []sim.Vec, p sim.Vec) bool {
	inside := false
	for i, a := range outline {
		b := outline[(i+1)%len(outline)]
		if (a.Y > p.Y) != (b.Y > p.Y) && p.X < a.X+(b.X-a.X)*(p.Y-a.Y)/(b.Y-a.Y) {
			inside = !inside
		}
	}
	return inside
}

func checkParts(t *testing.T, rng *rand.Rand, outline []sim.Vec, parts [][]sim.Vec) {
	t.Helper()
	sum := 0.0
	for _, part := range parts {
		if len(part) < 3 || len(part) > 64 {
			t.Fatalf("a part has %d corners", len(part))
		}
		for i := range part {
			a, b, c := part[i], part[(i+1)%len(part)], part[(i+2)%len(part)]
			if !(b.Sub(a).Cross(c.Sub(b)) >= 0) {
				t.Fatalf("part %v is not convex at %v", part, b)
			}
		}
		sum += polygon.Area(part)
	}
	if whole := math.Abs(polygon.Area(outline)); !(math.Abs(sum-whole) <= 1e-9*whole) {
		t.Fatalf("parts have %v m², the outline %v", sum, whole)
	}
	for range 200 {
		p := sim.Vec{X: 3 + 1.3*(2*rng.Float64()-1), Y: -2 + 1.3*(2*rng.Float64()-1)}
		count := 0
		for _, part := range parts {
			if within(part, p) {
				count++
			}
		}
		if want := within(outline, p); count > 1 || (count == 1) != want {
			t.Fatalf("%v is in %d parts, in the outline: %v", p, count, want)
		}
	}
}

func TestPartsAreTheOutline(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(1, 2))
	for k := range 200 {
		outline := star(rng, 3+k%40)
		if k%2 == 1 {
			slices.Reverse(outline)
		}
		parts, err := polygon.Convex(outline)
		if err != nil {
			t.Fatalf("%v: %v", outline, err)
		}
		checkParts(t, rng, outline, parts)
	}
}

// TestCornersThatBecomeStraightAreLeftOut: on a grid three corners of a concave outline lie on a line easily.
func TestCornersThatBecomeStraightAreLeftOut(t *testing.T) {
	t.Parallel()
	for _, at := range []sim.Vec{{}, {X: -0.8, Y: -0.353}} {
		outline := []sim.Vec{{X: -1, Y: -0.5}, {X: -0.6, Y: -0.5}, {X: -0.6, Y: -0.1}, {X: -0.8, Y: -0.3}, {X: -1, Y: -0.1}}
		for i := range outline {
			outline[i] = outline[i].Sub(at)
		}
		parts, err := polygon.Convex(outline)
		if err != nil {
			t.Fatal(err)
		}
		for _, part := range parts {
			for i, v := range part {
				if side := part[(i+1)%len(part)].Sub(v); !(side.Cross(part[(i+2)%len(part)].Sub(v)) > 1e-9) {
					t.Errorf("part %v has a straight corner", part)
				}
			}
		}
	}
}

func TestFewPartsAreEnough(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		outline []sim.Vec
		parts   int
	}{
		"square":         {[]sim.Vec{{X: 0, Y: 0}, {X: 1, Y: 0}, {X: 1, Y: 1}, {X: 0, Y: 1}}, 1},
		"clockwise":      {[]sim.Vec{{X: 0, Y: 1}, {X: 1, Y: 1}, {X: 1, Y: 0}, {X: 0, Y: 0}}, 1},
		"straight":       {[]sim.Vec{{X: 0, Y: 0}, {X: 0.5, Y: 0}, {X: 1, Y: 0}, {X: 1, Y: 1}, {X: 0, Y: 1}, {X: 0, Y: 1}, {X: 0, Y: 0}}, 1},
		"an L":           {[]sim.Vec{{X: 0, Y: 0}, {X: 2, Y: 0}, {X: 2, Y: 1}, {X: 1, Y: 1}, {X: 1, Y: 2}, {X: 0, Y: 2}}, 2},
		"a U":            {[]sim.Vec{{X: 0, Y: 0}, {X: 3, Y: 0}, {X: 3, Y: 2}, {X: 2, Y: 2}, {X: 2, Y: 1}, {X: 1, Y: 1}, {X: 1, Y: 2}, {X: 0, Y: 2}}, 3},
		"many corners":   {polygon.Ellipse(1, 0.5, 60), 1},
		"too many for 1": {polygon.Ellipse(1, 0.5, 100), 2},
	} {
		parts, err := polygon.Convex(test.outline)
		if err != nil || len(parts) != test.parts {
			t.Errorf("%s: %d parts, want %d: %v", name, len(parts), test.parts, err)
		}
	}
}

func TestOutlinesThatAreNoneAreRefused(t *testing.T) {
	t.Parallel()
	for want, outline := range map[string][]sim.Vec{
		"of 0 corners encloses no area": nil,
		"of 2 corners encloses no area": {{X: 0}, {X: 1}},
		"of 3 corners encloses no area": {{X: 0}, {X: 1}, {X: 2}},
		"crosses itself: the side from": {{X: 0, Y: 0}, {X: 1, Y: 1}, {X: 1, Y: 0}, {X: 0, Y: 1}},
		"at most 500":                   polygon.Ellipse(1, 1, 501),
	} {
		if parts, err := polygon.Convex(outline); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: %v, error %v, want %q", outline, parts, err, want)
		}
	}
	// A hole that touches the outer side is no outline either.
	if _, _, crosses := polygon.SelfCrossing([]sim.Vec{{X: 0, Y: 0}, {X: 2, Y: 0}, {X: 2, Y: 2}, {X: 1, Y: 0}, {X: 0, Y: 2}}); !crosses {
		t.Error("a corner on another side is no crossing")
	}
	if _, _, crosses := polygon.SelfCrossing([]sim.Vec{{X: 0, Y: 0}, {X: 2, Y: 0}, {X: 2, Y: 2}}); crosses {
		t.Error("neighbours cross")
	}
}

// TestMeasuresAreThoseOfFineGrids compares with sums over many small squares.
func TestMeasuresAreThoseOfFineGrids(t *testing.T) {
	t.Parallel()
	const step = 0.0025
	for name, test := range map[string]struct {
		corners []sim.Vec
		radius  float64
	}{
		"disc":             {[]sim.Vec{{X: 0.3, Y: 0.2}}, 0.3},
		"capsule":          {[]sim.Vec{{X: -0.2, Y: 0.1}, {X: 0.4, Y: 0.3}}, 0.15},
		"triangle":         {[]sim.Vec{{X: 0, Y: 0}, {X: 0.7, Y: 0.1}, {X: 0.2, Y: 0.6}}, 0},
		"rounded triangle": {[]sim.Vec{{X: 0, Y: 0}, {X: 0.7, Y: 0.1}, {X: 0.2, Y: 0.6}}, 0.12},
		"rounded pentagon": {polygon.Ellipse(0.4, 0.3, 5), 0.05},
	} {
		shape := sim.NewShape(sim.Polygon, test.radius, sim.Surface{}, test.corners...)
		var area, moment float64
		var first sim.Vec
		cells := func(visit func(p sim.Vec)) {
			for x := -1.0; x < 1.2; x += step {
				for y := -1.0; y < 1.2; y += step {
					if p := (sim.Vec{X: x, Y: y}); shape.Distance(p) <= 0 {
						visit(p)
					}
				}
			}
		}
		cells(func(p sim.Vec) { area += step * step; first = first.Add(p.Scale(step * step)) })
		centre := first.Scale(1 / area)
		cells(func(p sim.Vec) { d := p.Sub(centre); moment += d.Dot(d) * step * step })
		gotArea, gotCentre, gotMoment := polygon.Measure(test.corners, test.radius)
		if !(math.Abs(gotArea-area) <= 0.01*area) || !(gotCentre.Sub(centre).Len() <= 0.002) || !(math.Abs(gotMoment-moment) <= 0.015*moment) {
			t.Errorf("%s: %v %v %v, want about %v %v %v", name, gotArea, gotCentre, gotMoment, area, centre, moment)
		}
	}
}

// TestMeasuresOfPartsAddUp compares a disc with the textbook, and a whole with its parts.
func TestMeasuresOfPartsAddUp(t *testing.T) {
	t.Parallel()
	area, centre, moment := polygon.Measure([]sim.Vec{{X: 1e3, Y: 5}}, 0.5)
	if want := math.Pi * 0.25; !(math.Abs(area-want) <= 1e-12) || centre != (sim.Vec{X: 1e3, Y: 5}) || !(math.Abs(moment-want*0.125) <= 1e-12) {
		t.Errorf("disc: %v %v %v", area, centre, moment)
	}
	box := []sim.Vec{{X: 10, Y: 20}, {X: 14, Y: 20}, {X: 14, Y: 22}, {X: 10, Y: 22}}
	if area, centre, moment := polygon.Measure(box, 0); !(math.Abs(area-8) <= 1e-12) || !(centre.Sub(sim.Vec{X: 12, Y: 21}).Len() <= 1e-12) || !(math.Abs(moment-8*(16+4)/12.) <= 1e-9) {
		t.Errorf("box: %v %v %v", area, centre, moment)
	}
	if area, _, moment := polygon.Measure(nil, 1); area != 0 || moment != 0 {
		t.Errorf("nothing: %v %v", area, moment)
	}
	if area, _, moment := polygon.Measure([]sim.Vec{{X: 1}, {X: 2}}, 0); area != 0 || moment != 0 {
		t.Errorf("a line: %v %v", area, moment)
	}
}

func ExampleConvex() {
	corner := []sim.Vec{{X: 0, Y: 0}, {X: 2, Y: 0}, {X: 2, Y: 1}, {X: 1, Y: 1}, {X: 1, Y: 2}, {X: 0, Y: 2}}
	parts, err := polygon.Convex(corner)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, part := range parts {
		area, centroid, _ := polygon.Measure(part, 0)
		fmt.Printf("%.2f m² about %.2f %.2f\n", area, centroid.X, centroid.Y)
	}
	// Output:
	// 1.50 m² about 1.22 0.44
	// 1.50 m² about 0.44 1.22
}

func FuzzConvex(f *testing.F) {
	f.Add(uint64(1), 8, false)
	f.Add(uint64(7), 30, true)
	f.Fuzz(func(t *testing.T, seed uint64, corners int, round bool) {
		if corners < 0 || corners > 60 {
			return
		}
		rng := rand.New(rand.NewPCG(seed, 1))
		outline := make([]sim.Vec, corners)
		for i := range outline {
			outline[i] = sim.Vec{X: rng.Float64(), Y: rng.Float64()}
			if round {
				outline[i] = sim.Vec{X: math.Round(4 * outline[i].X), Y: math.Round(4 * outline[i].Y)}
			}
		}
		parts, err := polygon.Convex(outline)
		if err != nil {
			return
		}
		sum := 0.0
		for _, part := range parts {
			sum += polygon.Area(part)
		}
		if whole := math.Abs(polygon.Area(outline)); !(math.Abs(sum-whole) <= 1e-6*whole+1e-9) {
			t.Errorf("%v: parts %v have %v m², the outline %v", outline, parts, sum, whole)
		}
	})
}
