package baseline

import (
	"slices"

	"orrery/sim"
	"orrery/world/geom"
)

// immovable stands in view.bodies for a body that answers do not move.
const immovable = -1

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
	scene    *sim.Scene
	now      sim.State
	flown    sim.State // its part of all
	contacts []geom.Contact
	rows     []int32 // of each body, or -1
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

// look adds a scene in a state to the graph.
func (v *view) look(scene *sim.Scene, layout *geom.Layout, now sim.State) {
	first := len(v.all)
	v.all = append(v.all, now...)
	v.scene, v.now, v.flown = scene, now, v.model.motion.fly(v.all[first:], scene)
	v.contacts = layout.Contacts(v.contacts[:0], v.flown, v.model.net.reach())
	v.rows = slices.Grow(v.rows[:0], len(now))[:len(now)]
	for i := range v.rows {
		v.rows[i] = -1
	}
	v.model.net.see(v)
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
	m := &v.model.motion
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
