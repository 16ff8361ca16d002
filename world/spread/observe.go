package spread

import (
	"math"
	"slices"

	"orrery/sim"
	"orrery/world/geom"
)

// The features of an influence.
const (
	always       = iota // 1
	hardness            // logarithm of the body's change of velocity in m/s
	angular             // 1 when the body is not a disc
	otherAngular        // 1 when the other side is a body that is not a disc
	otherFixed          // 1 when the other side is a wall or a kinematic body
	crowd               // logarithm of the number of touching points on the body
	friction            // of the touching shapes
	elasticity          // likewise
	depth               // logarithm of how deep they overlap in metres
	tied                // 1 for a joint or a field
	unseen              // 1 for a change of velocity that nothing else explains
	features            // number of features
)

const (
	leastChange = 1e-5 // m/s in a frame; a body that touches nothing and changes less flies freely
	softest     = 1e-3 // m/s, added to changes of velocity before their logarithm is taken
	shallowest  = 1e-4 // m, likewise to depths
)

// observer sees what happens to the bodies of a scene. It holds scratch space.
type observer struct {
	scene    *sim.Scene
	detector *geom.Detector
	keep     float64   // share of its velocity that a free body keeps in a frame
	gain     sim.Vec   // m/s, what it gains
	size     []float64 // m, radius of gyration of each body
	angular  []float64 // 1 for each body that is not a disc, else 0
	ties     [][2]int  // bodies, or sim.World
	contacts []geom.Contact
	changes  []float64    // m/s, of each body's velocity
	ways     [][2]float64 // cosine and sine of twice the angle of these changes, or 0
	touching []int        // points on each body
}

func newObserver(scene *sim.Scene) *observer {
	n := len(scene.Bodies)
	o := &observer{
		scene: scene, detector: geom.NewDetector(scene),
		keep: math.Pow(scene.Damping, scene.FrameTime()), gain: scene.Gravity.Scale(scene.FrameTime()),
		size: make([]float64, n), angular: make([]float64, n), changes: make([]float64, n), ways: make([][2]float64, n), touching: make([]int, n),
	}
	for i := range scene.Bodies {
		b := &scene.Bodies[i]
		o.size[i] = math.Sqrt(b.Moment / b.Mass)
		if slices.ContainsFunc(b.Shapes, func(s sim.Shape) bool { return s.Kind != sim.Circle }) {
			o.angular[i] = 1
		}
	}
	for i := range scene.Joints {
		o.ties = append(o.ties, [2]int{scene.Joints[i].A, scene.Joints[i].B})
	}
	for i := range scene.Fields {
		o.ties = append(o.ties, [2]int{scene.Fields[i].A, scene.Fields[i].B})
	}
	return o
}

// observe appends the influences of the frame that led from one state to the next.
// Bodies are counted from first.
func (o *observer) observe(dst []influence, before, after sim.State, first int) []influence {
	for i := range after {
		free := before[i].Velocity().Scale(o.keep).Add(o.gain)
		change := after[i].Velocity().Sub(free)
		o.changes[i], o.ways[i] = change.Len(), [2]float64{}
		if square := change.Dot(change); square > 0 {
			o.ways[i] = [2]float64{(change.X*change.X - change.Y*change.Y) / square, 2 * change.X * change.Y / square}
		}
	}
	o.contacts = o.detector.Contacts(o.contacts[:0], after, 0)
	clear(o.touching)
	for i := range o.contacts {
		c := &o.contacts[i]
		o.touching[c.A]++
		if c.B != geom.Wall {
			o.touching[c.B]++
		}
	}
	for i := range o.contacts {
		c := &o.contacts[i]
		seen := [features]float64{friction: c.Friction, elasticity: c.Elasticity, depth: math.Log(shallowest - c.Gap)}
		dst = o.pair(dst, c.A, c.B, first, seen)
	}
	for _, t := range o.ties {
		dst = o.pair(dst, t[0], t[1], first, [features]float64{tied: 1})
	}
	for i, n := range o.touching {
		if n == 0 && o.changes[i] > leastChange {
			dst = o.influence(dst, i, sim.World, first, [features]float64{unseen: 1})
		}
	}
	return dst
}

// pair appends what a and b, which may be no body, do to each other.
func (o *observer) pair(dst []influence, a, b, first int, seen [features]float64) []influence {
	dst = o.influence(dst, a, b, first, seen)
	if b < 0 {
		return dst
	}
	return o.influence(dst, b, a, first, seen)
}

// influence appends what is done to body on, unless nothing can move it.
func (o *observer) influence(dst []influence, on, from, first int, seen [features]float64) []influence {
	body := &o.scene.Bodies[on]
	if body.Kind != sim.Dynamic {
		return dst
	}
	turn := o.changes[on] / o.size[on]
	f := influence{on: int32(first + on), from: -1, lever: turn * turn, way: o.ways[on], features: seen}
	f.features[always] = 1
	f.features[hardness] = math.Log(o.changes[on] + softest)
	f.features[angular] = o.angular[on]
	f.features[crowd] = math.Log(float64(max(1, o.touching[on])))
	if from < 0 || o.scene.Bodies[from].Kind != sim.Dynamic {
		f.features[otherFixed] = 1
		return append(dst, f)
	}
	other := o.scene.Bodies[from].Mass
	share := other / (body.Mass + other)
	f.from, f.share = int32(first+from), share*share
	f.features[otherAngular] = o.angular[from]
	return append(dst, f)
}
