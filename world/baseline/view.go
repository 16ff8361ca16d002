package baseline

import (
	"math"
	"slices"

	"orrery/sim"
	"orrery/world/flight"
	"orrery/world/geom"
)

// immovable stands in view.bodies for a body that answers do not move.
const immovable = -1

// stage is a scene ready to be looked at. It holds scratch space and belongs to one
// goroutine.
type stage struct {
	mover
	detector *geom.Detector
	rest     sim.Action
	lengths  []float64 // m, of the joints that keep a distance
}

func newStage(m *Given, scene *sim.Scene) *stage {
	s := &stage{mover: newMover(m.Flight, scene), detector: geom.NewDetector(scene), rest: scene.Rest()}
	start := scene.Start()
	for i := range scene.Joints {
		j := &scene.Joints[i]
		length := j.Length
		if j.Kind == sim.Pin {
			length = start[j.A].Point(j.AnchorA).Sub(stateOf(start, j.B).Point(j.AnchorB)).Len()
		}
		s.lengths = append(s.lengths, length)
	}
	return s
}

// mover moves the bodies of a scene as if nothing touched, tied or pulled them.
type mover struct {
	scene *sim.Scene
	step  flight.Step // one of the engine's
}

func newMover(measured flight.Flight, scene *sim.Scene) mover {
	return mover{scene, measured.Step(scene, scene.Substeps)}
}

// fly advances state by a number of steps.
func (m *mover) fly(state sim.State, action sim.Action, steps int) {
	for range steps {
		m.step.Fly(state, action)
	}
}

// stateOf returns the state of a body, or of the world.
func stateOf(state sim.State, body int) *sim.BodyState {
	if body == sim.World {
		return &sim.BodyState{}
	}
	return &state[body]
}

// view turns states into a graph. It holds scratch space and belongs to one
// goroutine.
type view struct {
	model  *Model
	graph  Graph
	bodies []int32   // body of each row of answers, counted over all scenes, or immovable
	all    sim.State // of all scenes, after free flight

	// How to show the next scene; see straighten.
	order []int   // of its bodies, or nil for its own
	right sim.Vec // direction shown as that of x, a unit vector

	// The scene last looked at.
	*stage
	action   sim.Action
	now      sim.State
	seen     sim.State      // after the first step of free flight, where the engine first looks for contacts
	flown    sim.State      // after a frame of it; its part of all
	poses    sim.State      // those at which bonds are looked at
	contacts []geom.Contact // of what may meet in the frame, as seen
	rows     []int32        // of each body, or -1
}

func newView(m *Model) *view {
	v := &view{model: m}
	v.straighten()
	return v
}

// straighten makes the view show scenes as they are.
func (v *view) straighten() { v.order, v.right = nil, sim.Vec{X: 1} }

// reset forgets all scenes.
func (v *view) reset() {
	v.graph.reset()
	v.bodies, v.all = v.bodies[:0], v.all[:0]
}

// look adds a scene in a state, and what is asked of it, to the graph. An action of
// nil is rest.
func (v *view) look(s *stage, now sim.State, action sim.Action) {
	if action == nil {
		action = s.rest
	}
	first := len(v.all)
	v.all = append(v.all, now...)
	v.stage, v.action, v.now, v.flown = s, action, now, v.all[first:]
	s.fly(v.flown, action, 1)
	v.seen = append(v.seen[:0], v.flown...)
	s.fly(v.flown, action, s.scene.Substeps-1)
	v.contacts = s.detector.Contacts(v.contacts[:0], v.seen, v.model.net.reach()+2*v.furthest())
	v.rows = slices.Grow(v.rows[:0], len(now))[:len(now)]
	for i := range v.rows {
		v.rows[i] = -1
	}
	v.model.net.see(v)
}

// furthest returns how far a body flies after it was seen, in metres. Others may be
// pushed as far, and met from the other side.
func (v *view) furthest() float64 {
	square := 0.0
	for i := range v.seen {
		d := v.flown[i].Position().Sub(v.seen[i].Position())
		square = max(square, d.Dot(d))
	}
	return math.Sqrt(square)
}

// ordered returns the body to be shown in place k.
func (v *view) ordered(k int) int {
	if v.order == nil {
		return k
	}
	return v.order[k]
}

// direction returns how a vector is shown.
func (v *view) direction(d sim.Vec) sim.Vec {
	return sim.Vec{X: v.right.Dot(d), Y: v.right.Cross(d)}
}

// aim appends to the graph the answer that would take a body from where it flies to
// its next state.
func (v *view) aim(flown, next *sim.BodyState) {
	m := &v.model.given
	r := m.residual(flown, next)
	for _, k := range [2]int{0, 3} {
		d := v.direction(sim.Vec{X: r[k], Y: r[k+1]})
		r[k], r[k+1] = d.X, d.Y
	}
	v.graph.Target = m.appendTarget(v.graph.Target, &r)
}

// row returns the row of answers for a body of the scene, and whether this is the
// first time that it is asked for.
func (v *view) row(body int) (row int32, isNew bool) {
	if v.rows[body] >= 0 {
		return v.rows[body], false
	}
	v.rows[body] = int32(len(v.bodies))
	index := int32(immovable)
	if v.scene.Bodies[body].Kind == sim.Dynamic {
		index = int32(len(v.all) - len(v.flown) + body)
	}
	v.bodies = append(v.bodies, index)
	return v.rows[body], true
}
