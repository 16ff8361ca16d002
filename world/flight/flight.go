package flight

import (
	"fmt"
	"math"

	"orrery/sim"
	"orrery/world"
)

// Flight says how bodies move when nothing touches them, the physics that trained
// models are given. What a scene says of gravity, damping, actuators and the ground
// is taken from there; Flight holds what was measured beyond that, which for data
// of this engine is next to nothing. See MeasureFlight, and Step for its use.
type Flight struct {
	FrameTime   float64 `json:"frame_time"`         // s
	Gravity     sim.Vec `json:"gravity"`            // m/s², beyond the scene's
	Keep        float64 `json:"keep"`               // share of its velocity a body keeps in a frame, beyond damping
	KeepAngular float64 `json:"keep_angular"`       // share of its angular velocity a body keeps in a frame, beyond damping
	Order       Order   `json:"order,omitempty"`    // of a step; empty is EngineOrder
	Substeps    int     `json:"substeps,omitempty"` // number of steps in a frame; 0 is as many as scenes say
}

// DefaultFlight returns motion as scenes say at 60 frames a second.
func DefaultFlight() Flight { return Flight{FrameTime: 1.0 / 60, Keep: 1, KeepAngular: 1} }

// Validate returns an error that names the first field out of range.
func (f *Flight) Validate() error {
	if !(f.FrameTime > 0 && f.FrameTime <= 1) {
		return fmt.Errorf("frame_time %v s must be above 0 and at most 1", f.FrameTime)
	}
	for _, share := range []struct {
		name  string
		value float64
	}{{"keep", f.Keep}, {"keep_angular", f.KeepAngular}} {
		if !(share.value >= 0 && share.value <= 2) {
			return fmt.Errorf("%s %v must be 0 to 2", share.name, share.value)
		}
	}
	if g := f.Gravity.Len(); math.IsNaN(g) || g > 1e6 {
		return fmt.Errorf("gravity %v m/s² must be finite and at most 1e6", f.Gravity)
	}
	if f.Substeps < 0 || f.Substeps > 1000 {
		return fmt.Errorf("substeps %d must be 0 to 1000", f.Substeps)
	}
	return f.Order.Validate()
}

// Steps returns the number of steps in a frame of scene.
func (f *Flight) Steps(scene *sim.Scene) int {
	if f.Substeps > 0 {
		return f.Substeps
	}
	return scene.Substeps
}

// Fits returns an error that begins with "its" when the frames of scene do not
// last as long as those that were measured.
func (f *Flight) Fits(scene *sim.Scene) error {
	if t := scene.FrameTime(); math.Abs(t-f.FrameTime) > world.FrameTimeTolerance*f.FrameTime {
		return fmt.Errorf("its frames last %.6g s but the model was trained on %.6g s", t, f.FrameTime)
	}
	return nil
}

// Free reports which bodies of scene only gravity and drag move between contacts.
func Free(scene *sim.Scene) []bool {
	free := make([]bool, len(scene.Bodies))
	for i := range free {
		free[i] = scene.Bodies[i].Kind == sim.Dynamic && scene.Bodies[i].Grip == sim.Grip{}
	}
	bind := func(body int) {
		if body != sim.World {
			free[body] = false
		}
	}
	for _, j := range scene.Joints {
		bind(j.A)
		bind(j.B)
	}
	for _, f := range scene.Fields {
		bind(f.A)
		bind(f.B)
	}
	for _, a := range scene.Actuators {
		bind(a.Body)
		bind(a.Against)
	}
	return free
}

// fastest returns the largest speed in two states, in m/s.
func fastest(states ...sim.State) float64 {
	most := 0.0
	for _, s := range states {
		for i := range s {
			most = max(most, s[i].Velocity().Len())
		}
	}
	return most
}

// Gyration returns the mean distance from the axis at which the mass of dynamic
// bodies sits, in metres: by it an angular velocity compares with a linear one.
// Without such bodies it is 0.
func Gyration(trajectories []*sim.Trajectory) float64 {
	sum, n := 0.0, 0
	for _, t := range trajectories {
		for i := range t.Scene.Bodies {
			if b := &t.Scene.Bodies[i]; b.Kind == sim.Dynamic {
				sum += math.Sqrt(b.Moment / b.Mass)
				n++
			}
		}
	}
	return sum / float64(max(n, 1))
}
