package drawing

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/sim"
)

func vec(rng *rand.Rand, size float64) sim.Vec {
	return sim.Vec{X: size * (2*rng.Float64() - 1), Y: size * (2*rng.Float64() - 1)}
}

// from returns how far a place is from a row of corners.
func from(corners []sim.Vec, p sim.Vec) float64 {
	least := p.Sub(corners[0]).Len()
	for i := range len(corners) - 1 {
		along := corners[i+1].Sub(corners[i])
		t := 0.0
		if n := along.Dot(along); n > 0 {
			t = min(1, max(0, p.Sub(corners[i]).Dot(along)/n))
		}
		least = min(least, p.Sub(corners[i].Add(along.Scale(t))).Len())
	}
	return least
}

// bezier returns a place on a curve by de Casteljau's halving, of any degree.
func bezier(points []sim.Vec, t float64) sim.Vec {
	for len(points) > 1 {
		var next []sim.Vec
		for i := range len(points) - 1 {
			next = append(next, points[i].Scale(1-t).Add(points[i+1].Scale(t)))
		}
		points = next
	}
	return points[0]
}

// TestCurvesStayWithinTheirTolerance compares the lines of random curves with the curves,
// and wants no more corners than the tolerance asks for.
func TestCurvesStayWithinTheirTolerance(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(1, 0))
	for range 50 {
		points := []sim.Vec{vec(rng, 10), vec(rng, 10), vec(rng, 10), vec(rng, 10)}
		cubic := fmt.Sprintf("M%v %v C%v %v %v %v %v %v", points[0].X, points[0].Y, points[1].X, points[1].Y, points[2].X, points[2].Y, points[3].X, points[3].Y)
		quadratic := fmt.Sprintf("M%v,%vQ%v,%v,%v,%v", points[0].X, points[0].Y, points[1].X, points[1].Y, points[2].X, points[2].Y)
		for text, curve := range map[string][]sim.Vec{cubic: points, quadratic: points[:3]} {
			counts := map[float64]int{}
			for _, tolerance := range []float64{0.1, 0.001} {
				lines, err := parsePath(text, tolerance)
				if err != nil || len(lines) != 1 {
					t.Fatalf("%s: %d lines, %v", text, len(lines), err)
				}
				corners := lines[0].corners
				if counts[tolerance] = len(corners); corners[len(corners)-1] != curve[len(curve)-1] {
					t.Errorf("%s: ends at %v", text, corners[len(corners)-1])
				}
				for k := range 501 {
					p := bezier(curve, float64(k)/500)
					if d := from(corners, p); !(d <= tolerance) {
						t.Fatalf("%s: %v is %v away, must be within %v", text, p, d, tolerance)
					}
				}
			}
			// A hundredth of the tolerance takes ten times the parts.
			if coarse, fine := counts[0.1]-1, counts[0.001]-1; !(fine <= 10*coarse && fine > 10*(coarse-1)) {
				t.Errorf("%s: %d parts within 0.1 and %d within 0.001", text, coarse, fine)
			}
		}
	}
}

// TestReadHeedsItsTolerance, which is in metres whatever the scale of the drawing: curves of every kind
// of element stray by no more than that, and by more than a third, so that it is not a finer one.
func TestReadHeedsItsTolerance(t *testing.T) {
	t.Parallel()
	const element = `<svg xmlns="http://www.w3.org/2000/svg" width="2000" height="2000"><g transform="translate(1000 1000)">%s</g></svg>`
	for _, shape := range []string{
		`<path d="M500 0 A500 500 0 1 1 -500 0 A500 500 0 1 1 500 0z"/>`,
		`<circle r="250" transform="scale(2 2.000004)"/>`,
	} {
		for _, unitsPerMetre := range []float64{100, 1000} {
			radius := 500 / unitsPerMetre // m
			for _, tolerance := range []float64{0, 0.0005, 0.01, 0.05} {
				want := cmp.Or(tolerance, 0.001)
				d := read(t, fmt.Sprintf(element, shape), Options{UnitsPerMetre: unitsPerMetre, Tolerance: tolerance})
				corners := d.shapes[0].values.([]sim.Vec)
				strays := 0.0
				for i, c := range corners {
					middle := c.Add(corners[(i+1)%len(corners)]).Scale(0.5).Add(d.shapes[0].at)
					strays = max(strays, radius-middle.Len())
				}
				if most := 1.001*want + 3e-6*radius; !(strays <= most) || !(strays >= want/3) {
					t.Errorf("%s, %v px a metre: strays by %v m, and %v are allowed", shape, unitsPerMetre, strays, want)
				}
			}
		}
	}
}

// TestArcsAreOnTheirEllipse maps random arcs back to the unit circle: all corners lie on one,
// the arc goes the way that sweep says, and more than half round where it is the large one.
func TestArcsAreOnTheirEllipse(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(2, 0))
	for range 200 {
		start, end := vec(rng, 3), vec(rng, 3)
		rx, ry, turned := 6+4*rng.Float64(), 6+4*rng.Float64(), 360*rng.Float64()
		for flags := range 4 {
			large, sweep := flags&1 == 1, flags&2 == 2
			const tolerance = 0.001
			text := fmt.Sprintf("M%v %vA%v %v %v %d%d%v %v", start.X, start.Y, rx, ry, turned, flags&1, flags>>1, end.X, end.Y)
			lines, err := parsePath(text, tolerance)
			if err != nil {
				t.Fatalf("%s: %v", text, err)
			}
			var round []sim.Vec
			for _, c := range lines[0].corners {
				c = c.Rotate(-turned * math.Pi / 180)
				round = append(round, sim.Vec{X: c.X / rx, Y: c.Y / ry})
			}
			a, b := round[0], round[len(round)-1]
			// The centre is on the line that halves the chord, to the left or to the right of it.
			chord := b.Sub(a)
			off := math.Sqrt(1-chord.Dot(chord)/4) / chord.Len()
			if large == sweep {
				off = -off
			}
			centre := a.Add(b).Scale(0.5).Add(sim.Vec{X: -chord.Y, Y: chord.X}.Scale(off))
			swept := 0.0
			for i, c := range round {
				if r := c.Sub(centre).Len(); !scalar.EqualWithinAbs(r, 1, 1e-9) {
					t.Fatalf("%s: corner %d is %v radii from the centre", text, i, r)
				}
				if i > 0 {
					p, q := round[i-1].Sub(centre), c.Sub(centre)
					swept += math.Atan2(p.Cross(q), p.Dot(q))
					if strays := 1 - p.Add(q).Scale(0.5).Len(); !(strays <= tolerance/max(rx, ry)*(1+1e-6)) {
						t.Fatalf("%s: part %d strays by %v radii", text, i, strays)
					}
				}
			}
			if math.IsNaN(swept) || swept > 0 != sweep || math.Abs(swept) > math.Pi != large {
				t.Errorf("%s: it goes round by %v", text, swept)
			}
		}
	}
}

// TestSmallLettersAreRelative draws one random path in both ways.
func TestSmallLettersAreRelative(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(3, 0))
	for range 200 {
		start := vec(rng, 10)
		now, begun := start, start
		absolute := fmt.Sprintf("M%v %v", now.X, now.Y)
		relative := fmt.Sprintf("m%v %v", now.X, now.Y)
		for range 8 {
			kind := "MLHVCSQTAZ"[rng.IntN(10)]
			places := map[byte]int{'M': 1, 'L': 1, 'C': 3, 'S': 2, 'Q': 2, 'T': 1, 'A': 1}[kind]
			absolute, relative = absolute+string(kind), relative+strings.ToLower(string(kind))
			if kind == 'A' {
				how := fmt.Sprintf("%v %v %v %d %d ", 1+rng.Float64(), 1+rng.Float64(), 90*rng.Float64(), rng.IntN(2), rng.IntN(2))
				absolute, relative = absolute+how, relative+how
			}
			end := now
			switch kind {
			case 'H':
				end.X = vec(rng, 10).X
				absolute, relative = fmt.Sprint(absolute, end.X), fmt.Sprint(relative, end.X-now.X)
			case 'V':
				end.Y = vec(rng, 10).Y
				absolute, relative = fmt.Sprint(absolute, end.Y), fmt.Sprint(relative, end.Y-now.Y)
			case 'Z':
				end = begun
			}
			for range places {
				end = vec(rng, 10)
				absolute += fmt.Sprintf("%v %v ", end.X, end.Y)
				relative += fmt.Sprintf("%v %v ", end.X-now.X, end.Y-now.Y)
			}
			if now = end; kind == 'M' {
				begun = end
			}
		}
		want, err := parsePath(absolute, 0.1)
		if err != nil {
			t.Fatalf("%s: %v", absolute, err)
		}
		got, err := parsePath(relative, 0.1)
		if err != nil || len(got) != len(want) {
			t.Fatalf("%s: %d lines, want the %d of %s: %v", relative, len(got), len(want), absolute, err)
		}
		for i := range want {
			a, b := want[i], got[i]
			if a.closed != b.closed || !(from(a.corners, b.corners[len(b.corners)-1]) <= 1e-9) || len(a.corners) == len(b.corners) && !(a.corners[len(a.corners)/2].Sub(b.corners[len(b.corners)/2]).Len() <= 1e-9) {
				t.Errorf("%s and %s differ in line %d", absolute, relative, i)
			}
		}
	}
}

// TestTransformsAreAppliedFromRightToLeft, one after the other, is what their product does;
// and of a map that keeps shapes the parts are found again.
func TestTransformsAreAppliedFromRightToLeft(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(4, 0))
	for range 200 {
		scale, degrees, at := 0.1+3*rng.Float64(), 358*rng.Float64()-179, vec(rng, 5)
		flip := 1.0
		if rng.IntN(2) == 1 {
			flip = -1
		}
		parts := []string{fmt.Sprintf("translate(%v,%v)", at.X, at.Y), fmt.Sprintf("rotate(%v)", degrees), fmt.Sprintf("scale(%v %v)", scale, flip*scale)}
		whole, err := parseTransform(strings.Join(parts, " , "))
		if err != nil {
			t.Fatal(err)
		}
		p := vec(rng, 5)
		q := p
		for i := range parts {
			m, err := parseTransform(parts[len(parts)-1-i])
			if err != nil {
				t.Fatal(err)
			}
			q = m.apply(q)
		}
		if d := whole.apply(p).Sub(q).Len(); !(d <= 1e-9) {
			t.Errorf("%v: %v off", parts, d)
		}
		s, angle, mirrors, ok := whole.similar()
		if !ok || !scalar.EqualWithinAbs(s, scale, 1e-9) || !scalar.EqualWithinAbs(angle, degrees*math.Pi/180, 1e-9) || mirrors != (flip < 0) {
			t.Errorf("%v: scale %v, angle %v, mirrors %v, %v", parts, s, angle, mirrors, ok)
		}
		for _, change := range []string{" scale(1 1.001)", " skewX(0.1)", " skewY(-0.1)", " scale(0)"} {
			m, err := parseTransform(strings.Join(parts, "") + change)
			if err != nil {
				t.Fatal(err)
			}
			if _, _, _, ok := m.similar(); ok {
				t.Errorf("%v%s keeps shapes", parts, change)
			}
			most := 0.0
			for k := range 180 {
				sin, cos := math.Sincos(float64(k) * math.Pi / 180)
				most = max(most, m.apply(sim.Vec{X: cos, Y: sin}).Sub(m.apply(sim.Vec{})).Len())
			}
			if l := m.longest(); !(l >= most && l <= math.Sqrt2*most*(1+1e-3)) {
				t.Errorf("%v%s stretches lengths by %v, said %v", parts, change, most, l)
			}
		}
		centre := vec(rng, 5)
		around, err := parseTransform(fmt.Sprintf("rotate(%v %v %v)", degrees, centre.X, centre.Y))
		if want := centre.Add(p.Sub(centre).Rotate(degrees * math.Pi / 180)); err != nil || !(around.apply(p).Sub(want).Len() <= 1e-9) {
			t.Errorf("turned by %v about %v: %v goes to %v, want %v (%v)", degrees, centre, p, around.apply(p), want, err)
		}
	}
}

// TestAPointIsInsideWhereTheOutlineGoesRoundIt compares the crossings of a ray with the angle
// by which a star goes round a point.
func TestAPointIsInsideWhereTheOutlineGoesRoundIt(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(5, 0))
	inside := 0
	for range 300 {
		var star []sim.Vec
		n := 3 + rng.IntN(9)
		at := vec(rng, 1)
		for i := range n {
			sin, cos := math.Sincos(2 * math.Pi * float64(i) / float64(n))
			star = append(star, at.Add(sim.Vec{X: cos, Y: sin}.Scale(0.2+2*rng.Float64())))
		}
		p, round := vec(rng, 2), 0.0
		for i, a := range star {
			a, b := a.Sub(p), star[(i+1)%n].Sub(p)
			round += math.Atan2(a.Cross(b), a.Dot(b))
		}
		want := round > 1
		if want {
			inside++
		}
		if got := encloses(star, p); got != want {
			t.Errorf("%v in %v: %v, but it goes round by %v", p, star, got, round)
		}
		// A polygon's own frame is where a grid of its points has its middle.
		s := centred(star)
		var sum sim.Vec
		var count float64
		for x := -2.5; x <= 2.5; x += 0.1 {
			for y := -2.5; y <= 2.5; y += 0.1 {
				if c := (sim.Vec{X: x, Y: y}); encloses(s.values.([]sim.Vec), c) {
					sum, count = sum.Add(c), count+1
				}
			}
		}
		if off := sum.Scale(1 / count).Len(); !(off <= 0.05) {
			t.Errorf("%v: the middle is %v off the centroid", star, off)
		}
	}
	if inside < 50 || inside > 200 {
		t.Errorf("%d of 300 points are inside", inside)
	}
}
