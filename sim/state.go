package sim

import (
	"fmt"
	"math"
	"slices"
)

// StateSize is the number of values that describe one body at one frame, in the
// order x, y, angle, vx, vy, omega.
const StateSize = 6

// stateNames names the values of a BodyState in order.
var stateNames = [StateSize]string{"x", "y", "angle", "vx", "vy", "omega"}

// BodyState is the pose and velocity of one body. In JSON it is the array
// [x, y, angle, vx, vy, omega].
type BodyState struct {
	X, Y   float64 // m, centre of mass
	Angle  float64 // rad, continuous
	VX, VY float64 // m/s
	Omega  float64 // rad/s
}

// Names returns what the Values of a body are called, in order.
func (BodyState) Names() [StateSize]string { return stateNames }

// Position returns the centre of mass in metres.
func (b BodyState) Position() Vec { return Vec{b.X, b.Y} }

// Velocity returns the velocity of the centre of mass in m/s.
func (b BodyState) Velocity() Vec { return Vec{b.VX, b.VY} }

// Point returns where a point of the body's frame is in the world, in metres.
func (b BodyState) Point(p Vec) Vec { return b.Position().Add(p.Rotate(b.Angle)) }

// PointVelocity returns the velocity of a point of the body's frame, in m/s.
func (b BodyState) PointVelocity(p Vec) Vec {
	return b.Velocity().Add(p.Rotate(b.Angle).Perp().Scale(b.Omega))
}

// Values returns the numbers of b in the order of Names, in m, rad, m/s and rad/s.
func (b BodyState) Values() [StateSize]float64 {
	return [StateSize]float64{b.X, b.Y, b.Angle, b.VX, b.VY, b.Omega}
}

// SetValues gives b such numbers, in the order of Names, in m, rad, m/s and rad/s.
func (b *BodyState) SetValues(v [StateSize]float64) {
	*b = BodyState{X: v[0], Y: v[1], Angle: v[2], VX: v[3], VY: v[4], Omega: v[5]}
}

// State is all bodies of a scene at one frame, in the scene's order.
type State []BodyState

// Start returns the state in which the scene begins.
func (s *Scene) Start() State {
	state := make(State, len(s.Bodies))
	for i := range s.Bodies {
		state[i] = s.Bodies[i].Start
	}
	return state
}

// StartingAt returns a copy of the scene that begins in a state, which has all its bodies. It shares everything
// else.
func (s *Scene) StartingAt(state State) *Scene {
	other := *s
	other.Bodies = slices.Clone(s.Bodies)
	for i := range other.Bodies {
		other.Bodies[i].Start = state[i]
	}
	return &other
}

// Check returns an error that names the first body and value that is not finite.
func (s State) Check() error {
	for i := range s {
		b := &s[i]
		if sum := (b.X + b.Y) + (b.Angle + b.VX) + (b.VY + b.Omega); sum-sum == 0 {
			continue // finite, as its terms then are: the engine looks after every frame
		}
		for k, v := range b.Values() {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				return fmt.Errorf("body %d: %s %v must be finite", i, stateNames[k], v)
			}
		}
	}
	return nil
}

// AppendFloat32 appends the state to dst as one row [StateSize·maxBodies] in m, rad, m/s
// and rad/s, body-major, with zeros for the bodies the state lacks. It panics when the state
// has more than maxBodies.
func (s State) AppendFloat32(dst []float32, maxBodies int) []float32 {
	if len(s) > maxBodies {
		panic("sim: state has more bodies than its row")
	}
	for _, b := range s {
		dst = append(dst, float32(b.X), float32(b.Y), float32(b.Angle), float32(b.VX), float32(b.VY), float32(b.Omega))
	}
	return append(dst, make([]float32, StateSize*(maxBodies-len(s)))...)
}

// SetFloat32 reads the bodies of s from the first numbers of a row [StateSize·maxBodies]
// made by AppendFloat32, in m, rad, m/s and rad/s. It panics when the row is too short.
func (s State) SetFloat32(row []float32) {
	for i := range s {
		r := row[StateSize*i : StateSize*(i+1)]
		s[i] = BodyState{float64(r[0]), float64(r[1]), float64(r[2]), float64(r[3]), float64(r[4]), float64(r[5])}
	}
}

// Trajectory records what happened to a scene: one state per frame, the first being
// the start.
type Trajectory struct {
	Scene   *Scene
	States  []State      // [t][n]
	Actions []Action     // [t-1][a] what led from each state to the next; nil without actuators
	Impact  bool         // it is two states at one time: just before an impact and just after it
	Seen    *Observation // what the states were estimated from; nil when they are known
	View    [][]float64  // [t][o] what a task lets an actor see of the states, in its own units; nil without a task

	ViewNames []string // [o] of the numbers of View
}

// checkView returns an error unless the task observes a finite number of each name in each frame.
func (t *Trajectory) checkView() error {
	if t.View == nil {
		return nil
	}
	if len(t.View) != len(t.States) {
		return fmt.Errorf("%d observations of the task must be as many as the %d states", len(t.View), len(t.States))
	}
	for k, row := range t.View {
		if len(row) != len(t.ViewNames) {
			return fmt.Errorf("frame %d: %d numbers that the task observes must be %d", k, len(row), len(t.ViewNames))
		}
		for i, x := range row {
			if math.IsNaN(x) || math.IsInf(x, 0) {
				return fmt.Errorf("frame %d: %s %v that the task observes must be finite", k, t.ViewNames[i], x)
			}
		}
	}
	return nil
}

// Action returns the action that led from the state of a frame to the next, or
// nil when the scene has no actuators or the trajectory ends there.
func (t *Trajectory) Action(frame int) Action {
	if frame >= len(t.Actions) {
		return nil
	}
	return t.Actions[frame]
}

// Check returns an error that names the first frame whose state has the wrong
// number of bodies, whose action has the wrong size, or that has a value that is
// not finite.
func (t *Trajectory) Check() error {
	if t.Impact && len(t.States) != 2 {
		return fmt.Errorf("%d states must be the two of an impact, before it and after it", len(t.States))
	}
	if t.Actions != nil && len(t.Actions) != len(t.States)-1 {
		return fmt.Errorf("%d actions must be one less than the %d states", len(t.Actions), len(t.States))
	}
	for k, a := range t.Actions {
		if err := t.Scene.CheckAction(a); err != nil {
			return fmt.Errorf("frame %d: %w", k, err)
		}
	}
	for k, s := range t.States {
		if len(s) != len(t.Scene.Bodies) {
			return fmt.Errorf("frame %d: %d bodies must be the scene's %d", k, len(s), len(t.Scene.Bodies))
		}
		if err := s.Check(); err != nil {
			return fmt.Errorf("frame %d: %w", k, err)
		}
	}
	if err := t.checkView(); err != nil {
		return err
	}
	if t.Seen != nil {
		return t.Seen.Check(t.Scene, len(t.States))
	}
	return nil
}
