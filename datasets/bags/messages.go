package bags

import (
	"math"
	"strings"
)

// vector is a point or a direction in space, in metres and their like.
type vector struct{ x, y, z float64 }

func (a vector) dot(b vector) float64 { return a.x*b.x + a.y*b.y + a.z*b.z }

func (a vector) cross(b vector) vector {
	return vector{a.y*b.z - a.z*b.y, a.z*b.x - a.x*b.z, a.x*b.y - a.y*b.x}
}

func (a vector) plus(b vector) vector { return vector{a.x + b.x, a.y + b.y, a.z + b.z} }

func (a vector) times(f float64) vector { return vector{a.x * f, a.y * f, a.z * f} }

func (a vector) length() float64 { return math.Sqrt(a.dot(a)) }

func (a vector) finite() bool { return !math.IsNaN(a.dot(a)) && !math.IsInf(a.dot(a), 0) }

// quaternion is a rotation in space. One of length 0 says nothing.
type quaternion struct {
	vector
	w float64
}

// unit returns the quaternion of length 1, or reports that it says nothing.
func (q quaternion) unit() (quaternion, bool) {
	n := math.Sqrt(q.dot(q.vector) + q.w*q.w)
	if !(n > 0.1 && n < 10) { // others are no rotation that somebody has measured
		return quaternion{w: 1}, false
	}
	return quaternion{q.times(1 / n), q.w / n}, true
}

// turn rotates a vector by a quaternion of length 1.
func (q quaternion) turn(v vector) vector {
	t := q.cross(v).times(2)
	return v.plus(t.times(q.w)).plus(q.cross(t))
}

// after returns the rotation by b and then by q.
func (q quaternion) after(b quaternion) quaternion {
	return quaternion{
		b.times(q.w).plus(q.times(b.w)).plus(q.cross(b.vector)),
		q.w*b.w - q.dot(b.vector),
	}
}

// sighting is what a message tells of one body.
type sighting struct {
	stamp  int64  // ns, or 0
	frame  string // of reference
	child  string // the frame of the body, or empty
	index  int    // in a list, or -1
	at     vector
	turned bool // there is an orientation
	pose   quaternion

	moving         bool // there are velocities, of and in the frame of the body
	linear, angled vector
	covariance     *[36]float64 // of place and rotation x y z in the frame of reference, or nil
	drift          *[36]float64 // of the velocities in the frame of the body, or nil
}

// kind is a kind of message: what it tells of bodies.
type kind func(r *reader, tell func(sighting))

// kinds are the messages that are read, by their names without "msg".
var kinds = map[string]kind{
	"geometry_msgs/PoseStamped": func(r *reader, tell func(sighting)) {
		s := r.header()
		s.pos(r)
		tell(s)
	},
	"geometry_msgs/PoseWithCovarianceStamped": func(r *reader, tell func(sighting)) {
		s := r.header()
		s.pos(r)
		s.covariance = r.covariance()
		tell(s)
	},
	"geometry_msgs/PoseArray": func(r *reader, tell func(sighting)) {
		s := r.header()
		for i := range r.count(7 * 8) {
			s.index = i
			s.pos(r)
			tell(s)
		}
	},
	"geometry_msgs/Pose": func(r *reader, tell func(sighting)) {
		s := sighting{index: -1}
		s.pos(r)
		tell(s)
	},
	"geometry_msgs/Pose2D": func(r *reader, tell func(sighting)) {
		s := sighting{index: -1, turned: true}
		s.at.x, s.at.y = r.float64(), r.float64()
		half := r.float64() / 2
		s.pose = quaternion{vector{z: math.Sin(half)}, math.Cos(half)}
		tell(s)
	},
	"geometry_msgs/PointStamped": func(r *reader, tell func(sighting)) {
		s := r.header()
		s.at = r.vector()
		tell(s)
	},
	"geometry_msgs/Vector3Stamped": func(r *reader, tell func(sighting)) {
		s := r.header()
		s.at = r.vector()
		tell(s)
	},
	"geometry_msgs/TransformStamped": func(r *reader, tell func(sighting)) { tell(r.transform()) },
	"tf2_msgs/TFMessage": func(r *reader, tell func(sighting)) {
		for range r.count(2*4 + 4 + 4 + 7*8) {
			tell(r.transform())
		}
	},
	"nav_msgs/Odometry": func(r *reader, tell func(sighting)) {
		s := r.header()
		s.child = r.frame()
		s.pos(r)
		s.covariance = r.covariance()
		s.moving, s.linear, s.angled = true, r.vector(), r.vector()
		s.drift = r.covariance()
		tell(s)
	},
}

// kindOf returns the kind of a message by the name of its schema, which ROS 2 writes with "msg" in
// the middle.
func kindOf(schema string) (kind, bool) {
	name := strings.TrimSuffix(strings.ReplaceAll(schema, "::", "/"), "_") // as DDS writes it
	k, known := kinds[strings.Replace(strings.Replace(name, "/msg/", "/", 1), "/dds_/", "/", 1)]
	return k, known
}

// header reads the time and the frame with which stamped messages begin.
func (r *reader) header() sighting {
	seconds, part := int64(int32(r.uint32())), int64(r.uint32())
	return sighting{stamp: seconds*1e9 + part, frame: r.frame(), index: -1}
}

// frame reads the name of a frame. ROS 1 began them with a slash.
func (r *reader) frame() string { return strings.TrimPrefix(r.text(), "/") }

func (r *reader) vector() vector { return vector{r.float64(), r.float64(), r.float64()} }

// pos reads a position and an orientation.
func (s *sighting) pos(r *reader) {
	s.at = r.vector()
	s.pose, s.turned = quaternion{r.vector(), r.float64()}, true
}

// transform reads a stamped transform.
func (r *reader) transform() sighting {
	s := r.header()
	s.child = r.frame()
	s.pos(r)
	return s
}

// covariance reads a matrix of 6×6, or returns nil where it says nothing: when it is zero, not
// finite or, as some say it, begins with -1.
func (r *reader) covariance() *[36]float64 {
	var c [36]float64
	told := false
	for i := range c {
		c[i] = r.float64()
		told = told || c[i] != 0
	}
	if !told || c[0] == -1 {
		return nil
	}
	for _, v := range c {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return nil
		}
	}
	return &c
}

// spread returns the standard deviation along a direction of the places (from 0) or the rotations
// (from 3) of a covariance, or reports that nobody knows it.
func spread(c *[36]float64, from int, along vector) (float64, bool) {
	if c == nil {
		return 0, false
	}
	a, sum := [3]float64{along.x, along.y, along.z}, 0.0
	for i := range a {
		for j := range a {
			sum += a[i] * c[6*(from+i)+from+j] * a[j]
		}
	}
	std := math.Sqrt(sum)
	return std, std > 0 && std < unknownSpread
}

// unknownSpread is a standard deviation, in m, rad or their like a second, from which on one is no
// measurement: robots write 99999 where they do not know.
const unknownSpread = 100
