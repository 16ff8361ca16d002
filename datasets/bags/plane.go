package bags

import (
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
)

// plane is the plane in which bodies move: its axes, of length 1 and at right angles.
type plane struct {
	name         string // xy, xz or yz, or empty for another
	x, y, normal vector
}

// planes are those through two axes of space, up is up where there is one.
var planes = []plane{
	{"xy", vector{x: 1}, vector{y: 1}, vector{z: 1}},
	{"xz", vector{x: 1}, vector{z: 1}, vector{y: -1}},
	{"yz", vector{y: 1}, vector{z: 1}, vector{x: 1}},
}

// planeOf returns the plane of a name.
func planeOf(name string) (plane, error) {
	for _, p := range planes {
		if p.name == name {
			return p, nil
		}
	}
	return plane{}, fmt.Errorf("plane %.40q must be xy, xz or yz", name)
}

// scatter is how points are spread: sums over them, from the first one on so that far ones lose
// no digits.
type scatter struct {
	n      int
	origin vector
	sum    vector
	square [6]float64 // xx xy xz yy yz zz
}

func (s *scatter) add(p vector) {
	if s.n == 0 {
		s.origin = p
	}
	s.n++
	d := p.plus(s.origin.times(-1))
	s.sum = s.sum.plus(d)
	for i, v := range [...]float64{d.x * d.x, d.x * d.y, d.x * d.z, d.y * d.y, d.y * d.z, d.z * d.z} {
		s.square[i] += v
	}
}

// join adds the points of another.
func (s *scatter) join(o *scatter) {
	if o.n == 0 {
		return
	}
	if s.n == 0 {
		*s = *o
		return
	}
	d, n := o.origin.plus(s.origin.times(-1)), float64(o.n)
	a, b := [3]float64{d.x, d.y, d.z}, [3]float64{o.sum.x, o.sum.y, o.sum.z}
	k := 0
	for i := range 3 {
		for j := i; j < 3; j++ {
			s.square[k] += o.square[k] + a[i]*b[j] + b[i]*a[j] + n*a[i]*a[j]
			k++
		}
	}
	s.n, s.sum = s.n+o.n, s.sum.plus(o.sum).plus(d.times(n))
}

// centred returns the spread about the mean alone, as if all points had it at 0.
func (s *scatter) centred() *scatter {
	c := &scatter{n: s.n}
	m, k := [3]float64{s.sum.x, s.sum.y, s.sum.z}, 0
	for i := range 3 {
		for j := i; j < 3; j++ {
			c.square[k] = s.square[k] - m[i]*m[j]/float64(max(s.n, 1))
			k++
		}
	}
	return c
}

// covariance returns the second moments about the mean.
func (s *scatter) covariance() *mat.SymDense {
	n := float64(max(s.n, 1))
	m := [3]float64{s.sum.x / n, s.sum.y / n, s.sum.z / n}
	c := mat.NewSymDense(3, nil)
	k := 0
	for i := range 3 {
		for j := i; j < 3; j++ {
			c.SetSym(i, j, s.square[k]/n-m[i]*m[j])
			k++
		}
	}
	return c
}

// straight reports whether the points are on a line, or all at one place.
func (s *scatter) straight() bool {
	var eigen mat.EigenSym
	if !eigen.Factorize(s.covariance(), false) {
		return true
	}
	values := eigen.Values(nil)
	return !(math.Sqrt(max(values[1], 0)) > straight*math.Sqrt(max(values[2], 0)))
}

// Shares that decide which plane it is.
const (
	// asGood is by how much the root mean square out of one of the three planes may exceed that
	// out of the best one for it to be taken: a tilt that noise makes is none.
	asGood = 1.05
	// exact is which share of the extent of the motion is no distance: rounding.
	exact = 1e-6
	// flat is which share of the width of the motion in its plane it may leave it by, both root
	// mean squares, and is still in a plane.
	flat = 0.3
	// straight is the share of the length of the motion below which its width is none, so that
	// any plane through a line fits.
	straight = 0.02
	// steep is the cosine of the angle between normal and z below which a plane stands.
	steep = 0.7
)

// find returns the plane that fits the points best by least squares, and how far they are off,
// root mean square in metres. Points on a line do not say which plane: the nearest to xy, then to
// xz, is taken.
func (s *scatter) find() (p plane, off float64, err error) {
	c := s.covariance()
	var eigen mat.EigenSym
	if !eigen.Factorize(c, true) {
		return p, 0, errors.New("positions are not finite")
	}
	var vectors mat.Dense
	eigen.VectorsTo(&vectors)
	axis := func(k int) vector { return vector{vectors.At(0, k), vectors.At(1, k), vectors.At(2, k)} }
	values := eigen.Values(nil) // from the least
	out, width, length := math.Sqrt(max(values[0], 0)), math.Sqrt(max(values[1], 0)), math.Sqrt(max(values[2], 0))
	line := s.straight()
	best := out
	if line {
		best = width
	}
	if !line && !(out <= flat*width) {
		return p, out, fmt.Errorf("bodies move in space, not in a plane: root mean squares of the motion along its axes are %.3g, %.3g and %.3g m; --plane takes one", length, width, out)
	}
	for _, p := range planes {
		if off := math.Sqrt(max(along(c, p.normal), 0)); off <= asGood*best+exact*length {
			return p, off, nil
		}
	}
	if line {
		return upright(across(axis(2))), width, nil
	}
	return upright(axis(0)), out, nil
}

// along returns the variance in a direction.
func along(c *mat.SymDense, v vector) float64 {
	a, sum := [3]float64{v.x, v.y, v.z}, 0.0
	for i := range a {
		for j := range a {
			sum += a[i] * c.At(i, j) * a[j]
		}
	}
	return sum
}

// across returns a direction at a right angle to a line, the nearest to z or, where the line stands, to y.
func across(line vector) vector {
	for _, v := range []vector{{z: 1}, {y: 1}} {
		if v = v.plus(line.times(-v.dot(line))); v.length() >= steep {
			return v.times(1 / v.length())
		}
	}
	return vector{z: 1} // never: a line cannot be near both
}

// upright returns the plane with a normal. One that lies has its y axis as near to that of space as
// can be and is seen from above; one that stands has y up, and x forward or to the left.
func upright(normal vector) plane {
	if math.Abs(normal.z) >= steep {
		if normal.z < 0 {
			normal = normal.times(-1)
		}
		x := vector{x: 1}.plus(normal.times(-normal.x))
		x = x.times(1 / x.length())
		return plane{"", x, normal.cross(x), normal}
	}
	y := vector{z: 1}.plus(normal.times(-normal.z))
	y = y.times(1 / y.length())
	x := y.cross(normal)
	if math.Abs(x.x) >= math.Abs(x.y) && x.x < 0 || math.Abs(x.x) < math.Abs(x.y) && x.y < 0 {
		x, normal = x.times(-1), normal.times(-1)
	}
	return plane{"", x, y, normal}
}

// String says which plane it is.
func (p plane) String() string {
	if p.name != "" {
		return p.name
	}
	short := func(v float64) float64 { return math.Round(v*1e3)/1e3 + 0 } // and no -0
	return fmt.Sprintf("with the normal (%.3f, %.3f, %.3f)", short(p.normal.x), short(p.normal.y), short(p.normal.z))
}

// place returns the coordinates of a point.
func (p plane) place(v vector) (x, y float64) { return v.dot(p.x), v.dot(p.y) }

// twist returns the angle about the normal in which a rotation differs from none, where it can be
// told: not for one by half a turn about an axis in the plane.
func (p plane) twist(q quaternion) (float64, bool) {
	s := q.dot(p.normal)
	if math.Hypot(s, q.w) < 0.1 {
		return 0, false
	}
	return 2 * math.Atan2(s, q.w), true
}
