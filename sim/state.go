package sim

// StateSize is the number of values that describe one body at one frame, in the
// order x, y, angle, vx, vy, omega.
const StateSize = 6

// BodyState is the pose and velocity of one body. In JSON it is the array
// [x, y, angle, vx, vy, omega].
type BodyState struct {
	X, Y   float64 // m, centre of mass
	Angle  float64 // rad, continuous
	VX, VY float64 // m/s
	Omega  float64 // rad/s
}

// Position returns the centre of mass in metres.
func (b BodyState) Position() Vec { return Vec{b.X, b.Y} }

// Velocity returns the velocity of the centre of mass in m/s.
func (b BodyState) Velocity() Vec { return Vec{b.VX, b.VY} }

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

// Trajectory is what happened to a scene: one state per frame, the first being
// the start.
type Trajectory struct {
	Scene  *Scene
	States []State // [t][n]
}
