package eval

import (
	"math"

	"orrery/sim"
	"orrery/world/geom"
)

// wallMargin is the distance at which a wall counts as touched: more than gravity
// moves a body between the last step of a frame and its end.
const wallMargin = 1e-3 // m

// touches follows a prediction, the start first. It returns the deepest overlap
// of two shapes after the start in metres, and the drift of momentum in 1/s: over
// the frames at whose ends nothing can have touched a wall or a kinematic body,
// the mean of |Δp − outside impulse| / Σ m|v| per second. Without such a frame
// the drift is NaN.
func touches(scene *sim.Scene, predicted []sim.State) (deepest, drift float64) {
	detector := geom.NewDetector(scene)
	anchored := isAnchored(scene)
	reaches := bodyReaches(scene)
	var contacts []geom.Contact
	var sum float64
	var free int
	wasClear := false
	for k, state := range predicted {
		margin := wallMargin + (scene.FrameTime()-scene.StepTime())*fastest(state, reaches)
		contacts = detector.Contacts(contacts[:0], state, margin)
		clear := !anchored
		for i := range contacts {
			c := &contacts[i]
			if k > 0 {
				deepest = max(deepest, -c.Gap)
			}
			if c.B == geom.Wall || scene.Bodies[c.A].Kind == sim.Kinematic || scene.Bodies[c.B].Kind == sim.Kinematic {
				clear = false
			}
		}
		if clear && wasClear {
			if off, scale := momentumOff(scene, predicted[k-1], state); scale > 0 {
				sum += off / scale
				free++
			}
		}
		wasClear = clear
	}
	return deepest, sum / float64(free) * float64(scene.FPS)
}

// momentumOff returns by how much the momentum after a frame differs from what
// gravity and damping make of the one before, and Σ m|v| before, in kg·m/s.
func momentumOff(scene *sim.Scene, before, after sim.State) (off, scale float64) {
	dt := scene.StepTime()
	keep := math.Pow(scene.Damping, dt)
	mass, want := 0.0, scene.Momentum(before)
	for i := range scene.Bodies {
		mass += scene.Bodies[i].Mass
		scale += scene.Bodies[i].Mass * before[i].Velocity().Len()
	}
	for range scene.Substeps {
		want = want.Scale(keep).Add(scene.Gravity.Scale(mass * dt))
	}
	return scene.Momentum(after).Sub(want).Len(), scale
}

// isAnchored reports whether a joint can take momentum out of the scene.
func isAnchored(scene *sim.Scene) bool {
	fixed := func(body int) bool { return body == sim.World || scene.Bodies[body].Kind == sim.Kinematic }
	for _, j := range scene.Joints {
		if fixed(j.A) || fixed(j.B) {
			return true
		}
	}
	return false
}

// bodyReaches returns how far each body extends from its centre, in metres.
func bodyReaches(scene *sim.Scene) []float64 {
	reaches := make([]float64, len(scene.Bodies))
	for i := range scene.Bodies {
		for _, s := range scene.Bodies[i].Shapes {
			for _, p := range s.Vertices {
				reaches[i] = max(reaches[i], p.Len()+s.Radius)
			}
		}
	}
	return reaches
}

// fastest returns the greatest speed in m/s that any point of a body can have.
func fastest(state sim.State, reaches []float64) float64 {
	speed := 0.0
	for i := range state {
		speed = max(speed, state[i].Velocity().Len()+math.Abs(state[i].Omega)*reaches[i])
	}
	return speed
}
