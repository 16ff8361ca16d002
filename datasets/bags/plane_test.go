package bags

import (
	"encoding/binary"
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"
)

// about returns the turn by an angle about an axis of length 1.
func about(axis vector, angle float64) quaternion {
	sin, cos := math.Sincos(angle / 2)
	return quaternion{axis.times(sin), cos}
}

// planar is motion in a plane: x, y and angle of each body and frame.
type planar struct{ x, y, angle float64 }

// spaceBag writes planar motion of two bodies turned into space: first is how each lies at angle 0, and
// the second is at another distance from the plane. What noise there is, is normal, in metres.
func spaceBag(t *testing.T, p plane, motion []planar, first quaternion, noise float64) []byte {
	t.Helper()
	random := rand.New(rand.NewPCG(3, 4))
	var entries []entry
	for k, m := range motion {
		for i, topic := range []string{"/a", "/b"} {
			at := p.x.times(m.x + float64(i)).plus(p.y.times(m.y - float64(i))).plus(p.normal.times(0.3 * float64(i)))
			at = at.plus(vector{random.NormFloat64(), random.NormFloat64(), random.NormFloat64()}.times(noise))
			w := message(binary.LittleEndian).header(epoch+int64(k)*1e7, "map").pose(at, about(p.normal, m.angle).after(first))
			entries = append(entries, entry{topic, "geometry_msgs/msg/PoseStamped", epoch, w.b})
		}
	}
	return bagOf(t, packings["none"], entries...)
}

func wander(n int) (motion []planar) {
	random := rand.New(rand.NewPCG(1, 2))
	p := planar{angle: 0.4}
	for range n {
		motion = append(motion, p)
		p.x, p.y, p.angle = p.x+0.1*random.NormFloat64(), p.y+0.05*random.NormFloat64(), p.angle+random.NormFloat64()
	}
	return motion
}

// checkPlanar demands the motion of both bodies within a tolerance, angles up to a constant of each body when
// free says so.
func checkPlanar(t *testing.T, name string, got table, motion []planar, tolerance float64, free bool) {
	t.Helper()
	if len(got.rows) != 2*len(motion) {
		t.Fatalf("%s: %d rows", name, len(got.rows))
	}
	offset := math.NaN()
	for i, row := range got.rows {
		m := motion[i/2]
		m.x, m.y = m.x+float64(i%2), m.y-float64(i%2)
		var v [3]float64
		for k := range v {
			v[k], _ = strconv.ParseFloat(row[2+k], 64)
		}
		if i == 0 {
			if offset = v[2] - m.angle; !free {
				offset = 0
			}
		}
		turn := math.Remainder(v[2]-m.angle-offset, 2*math.Pi)
		if !scalar.EqualWithinAbs(v[0], m.x, tolerance) || !scalar.EqualWithinAbs(v[1], m.y, tolerance) || !scalar.EqualWithinAbs(turn, 0, 1e-9+tolerance) {
			t.Fatalf("%s: row %d is %v, want %v and the angle beside %v", name, i, v, m, offset)
		}
	}
}

// TestMotionIsTurnedIntoItsPlane puts motion into the planes through two axes and finds it again,
// with noise and without, told and found.
func TestMotionIsTurnedIntoItsPlane(t *testing.T) {
	t.Parallel()
	motion := wander(200)
	for _, p := range planes {
		for _, noise := range []float64{0, 0.002} {
			bag := spaceBag(t, p, motion, quaternion{w: 1}, noise)
			for _, told := range []string{"", p.name} {
				got := mustRead(t, bag, Options{Plane: told})
				checkPlanar(t, fmt.Sprint(p.name, " noise ", noise, " told ", told), got, motion, 6*noise+1e-12, false)
				if told == "" && !strings.Contains(got.warnings, "move in the plane "+p.name+",") {
					t.Errorf("%s: warnings %q", p.name, got.warnings)
				}
			}
		}
	}
}

// TestTiltedPlanesAreFound compares distances, which no choice of axes changes, and turns.
func TestTiltedPlanesAreFound(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(5, 6))
	motion := wander(100)
	for range 50 {
		normal := vector{random.NormFloat64(), random.NormFloat64(), random.NormFloat64()}
		p := upright(normal.times(1 / normal.length()))
		for _, pair := range [][2]float64{{p.x.length(), 1}, {p.y.length(), 1}, {p.normal.length(), 1}, {p.x.dot(p.y), 0}, {p.x.cross(p.y).dot(p.normal), 1}} {
			if !scalar.EqualWithinAbs(pair[0], pair[1], 1e-12) {
				t.Fatalf("plane %+v is none", p)
			}
		}
		if lies := !(math.Abs(p.normal.z) < steep); lies && !(p.normal.z >= 0 && p.y.y >= 0) || !lies && !(p.y.z >= steep) {
			t.Fatalf("plane %+v: up is down", p)
		}
		got := mustRead(t, spaceBag(t, p, motion, quaternion{w: 1}, 0), Options{})
		checkPlanar(t, p.String(), got, motion, 1e-7, true)
	}
}

// TestAnglesAreTurnsAboutTheNormal lets bodies lie on their sides and upside down.
func TestAnglesAreTurnsAboutTheNormal(t *testing.T) {
	t.Parallel()
	motion := wander(100)
	sqrt := math.Sqrt(0.5)
	for name, first := range map[string]quaternion{
		"on its side": {vector{x: sqrt}, sqrt}, "upside down": {vector{x: 1}, 0}, "on its nose": {vector{y: sqrt}, sqrt},
		"tilted": about(vector{0.6, 0, 0.8}, 1), "half a turn": {vector{x: 0.6, y: 0.8}, 0},
	} {
		for _, p := range planes {
			got := mustRead(t, spaceBag(t, p, motion, first, 0), Options{Plane: p.name})
			checkPlanar(t, name+" in "+p.name, got, motion, 1e-9, true)
		}
	}
}

// TestOneLineIsInManyPlanes lets bodies move along a line, or not at all.
func TestOneLineIsInManyPlanes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		to   vector
		want string
	}{
		{"rest", vector{}, "xy"}, {"along x", vector{x: 2}, "xy"}, {"along y", vector{y: 2}, "xy"}, {"fall", vector{z: -2}, "xz"},
		{"throw", vector{y: 1, z: 1}, "yz"},
	} {
		var entries []entry
		for k := range 20 {
			at := vector{1, 2, 3}.plus(c.to.times(float64(k) / 20))
			entries = append(entries, entry{"/a", "geometry_msgs/msg/PointStamped", 1, message(binary.LittleEndian).header(epoch, "map").floats(at.x, at.y, at.z).b})
		}
		got := mustRead(t, bagOf(t, packings["zstd"], entries...), Options{})
		if !strings.Contains(got.warnings, "move in the plane "+c.want+",") {
			t.Errorf("%s: %s, want %s", c.name, got.warnings, c.want)
		}
	}
}

// TestTwoBodiesThatFallAreInThePlaneTheyAreInTogether has two lines, which only together are in one plane.
func TestTwoBodiesThatFallAreInThePlaneTheyAreInTogether(t *testing.T) {
	t.Parallel()
	var entries []entry
	for k := range 20 {
		for i, topic := range []string{"/a", "/b"} {
			at := vector{1, float64(i), 3 - float64(k)/9}
			entries = append(entries, entry{topic, "geometry_msgs/msg/PointStamped", 1, message(binary.LittleEndian).header(epoch, "map").floats(at.x, at.y, at.z).b})
		}
	}
	if got := mustRead(t, bagOf(t, packings["zstd"], entries...), Options{}); !strings.Contains(got.warnings, "move in the plane yz,") {
		t.Error(got.warnings)
	}
}

func TestMotionInSpaceIsRefused(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	var entries []entry
	for range 100 {
		w := message(binary.LittleEndian).header(epoch, "map").floats(random.NormFloat64(), random.NormFloat64(), 0.7*random.NormFloat64())
		entries = append(entries, entry{"/a", "geometry_msgs/msg/PointStamped", 1, w.b})
	}
	bag := bagOf(t, packings["zstd"], entries...)
	if _, err := read(t, bag, Options{}); err == nil || !strings.Contains(err.Error(), "run.mcap: bodies move in space, not in a plane: ") {
		t.Errorf("error %v", err)
	}
	if got := mustRead(t, bag, Options{Plane: "xz"}); len(got.rows) != 100 {
		t.Errorf("%d rows", len(got.rows))
	}
}

// TestScattersJoin compares sums that were joined with those of all points, far from 0.
func TestScattersJoin(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(7, 8))
	var all, joined scatter
	for range 4 {
		var part scatter
		for range 50 {
			p := vector{1e5 + random.NormFloat64(), 2*random.NormFloat64() - 3e5, random.NormFloat64()}
			all.add(p)
			part.add(p)
		}
		joined.join(&part)
	}
	for i := range 3 {
		for j := range 3 {
			if a, b := all.covariance().At(i, j), joined.covariance().At(i, j); !scalar.EqualWithinAbs(a, b, 1e-7) {
				t.Errorf("%d %d: %v and %v", i, j, a, b)
			}
		}
	}
}

// TestTurnsAreThoseOfMatrices compares the algebra of turns with matrices that are written down.
func TestTurnsAreThoseOfMatrices(t *testing.T) {
	t.Parallel()
	sqrt := math.Sqrt(0.5)
	quarter := quaternion{vector{z: sqrt}, sqrt}
	side := quaternion{vector{x: sqrt}, sqrt}
	for _, c := range []struct{ got, want vector }{
		{quarter.turn(vector{1, 0, 0}), vector{0, 1, 0}},
		{side.turn(vector{0, 1, 0}), vector{0, 0, 1}},
		{quarter.after(side).turn(vector{0, 1, 0}), vector{0, 0, 1}},
		{side.after(quarter).turn(vector{1, 0, 0}), vector{0, 0, 1}},
	} {
		if d := c.got.plus(c.want.times(-1)); !(d.length() < 1e-12) {
			t.Errorf("%v, want %v", c.got, c.want)
		}
	}
}

// cross returns points on both sides along three axes, so that their root mean squares are those that are given.
func cross(p plane, rms ...float64) *scatter {
	s := &scatter{}
	for i, axis := range []vector{p.x, p.y, p.normal} {
		for _, side := range []float64{-1, 1} {
			s.add(axis.times(side * rms[i] * math.Sqrt(3)))
		}
	}
	return s
}

// TestSharesDecideThePlane goes to both sides of each share.
func TestSharesDecideThePlane(t *testing.T) {
	t.Parallel()
	xy := planes[0]
	tilted := func(angle float64) plane {
		sin, cos := math.Sincos(angle)
		return plane{"", vector{x: cos, z: sin}, vector{y: 1}, vector{x: -sin, z: cos}}
	}
	for name, c := range map[string]struct {
		points *scatter
		want   string // of the plane or the error
	}{
		"just flat":        {cross(xy, 1, 0.9, 0.26), "xy"},
		"not flat":         {cross(xy, 1, 0.9, 0.28), "bodies move in space"},
		"just wide":        {cross(tilted(0.4), 1, 0.021, 0), "with the normal (-0.389, 0.000, 0.921)"},
		"a line":           {cross(tilted(0.4), 1, 0.019, 0), "xz"},
		"as good":          {cross(tilted(0.03), 1, 0.5, 0.1), "xy"},
		"not as good":      {cross(tilted(0.036), 1, 0.5, 0.1), "with the normal (-0.036, 0.000, 0.999)"},
		"rounding":         {cross(tilted(9e-7), 1, 0.5, 0), "xy"},
		"no rounding":      {cross(tilted(1.2e-6), 1, 0.5, 0), "with the normal (0.000, 0.000, 1.000)"},
		"it lies":          {cross(tilted(0.78), 1, 0.5, 0), "with the normal (-0.703, 0.000, 0.711)"},
		"it stands":        {cross(tilted(0.80), 1, 0.5, 0), "with the normal (0.717, 0.000, -0.697)"},
		"a line that lies": {cross(tilted(0.8), 1, 0, 0), "xz"},
	} {
		p, _, err := c.points.find()
		said := p.String()
		if err != nil {
			said = err.Error()
		}
		if !strings.HasPrefix(said, c.want) {
			t.Errorf("%s: %s, want %s", name, said, c.want)
		}
	}
}
