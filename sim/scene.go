package sim

// sceneFormat is the version of the scene schema this package reads and writes.
const sceneFormat = 1

// Scene describes a world at rest in a file: what exists, where it starts and
// how it is stepped. It is the only thing the engine and the models are told.
type Scene struct {
	Format     int     `json:"format"`         // version, which is sceneFormat
	Name       string  `json:"name"`           // usually the scenario it was sampled from
	FPS        int     `json:"fps"`            // frames per second
	Substeps   int     `json:"substeps"`       // engine steps per frame
	Iterations int     `json:"iterations"`     // solver sweeps per engine step
	Slop       float64 `json:"slop"`           // m, penetration the engine leaves alone
	Bias       float64 `json:"bias,omitempty"` // share of the penetration beyond Slop that is left after a second; 0 is 0.9^60
	Gravity    Vec     `json:"gravity"`        // m/s²
	Damping    float64 `json:"damping"`        // share of its velocity a body keeps per second; 1 is none lost
	Walls      []Shape `json:"walls,omitempty"`
	Bodies     []Body  `json:"bodies"`
	Joints     []Joint `json:"joints,omitempty"`

	Fields    []Field    `json:"fields,omitempty"`
	Actuators []Actuator `json:"actuators,omitempty"` // one for each component of the action
	Goals     []Goal     `json:"goals,omitempty"`     // of the scenario's task

	Points  []Point            `json:"points,omitempty"`  // that tasks and policies speak of
	Regions []Region           `json:"regions,omitempty"` // that tasks and policies speak of
	Values  map[string]float64 `json:"values,omitempty"`  // of this episode, by name, that tasks refer to
	Pairs   []Pair             `json:"pairs,omitempty"`   // materials whose contact is not the product of two surfaces

	// Each step solves all contacts a few times in turn, so where several press on one body their
	// order reaches the result. It follows from the order of walls, bodies and shapes, and from
	// where they are: in the engine's library as in its original in C, but that the one numbers
	// shapes from 1 and the other from 0.
	ChipmunkOrder bool `json:"chipmunk_order,omitempty"` // contacts are solved in the order of the C library and of pymunk
	Primed        bool `json:"primed,omitempty"`         // contacts are found at the start, and not after the first move
}

// DefaultScene returns an empty scene with the settings every built-in scenario
// starts from: 60 frames a second of one step each, 20 iterations, 1 mm of slop,
// no gravity, no damping.
func DefaultScene() Scene {
	return Scene{Format: sceneFormat, FPS: 60, Substeps: 1, Iterations: 20, Slop: 0.001, Damping: 1}
}

// FrameTime returns the time between frames in seconds.
func (s *Scene) FrameTime() float64 { return 1 / float64(s.FPS) }

// StepTime returns the time of one engine step in seconds.
func (s *Scene) StepTime() float64 { return s.FrameTime() / float64(s.Substeps) }

// BodyKind says how a body moves.
type BodyKind string

// The kinds of body. A dynamic body obeys forces and impulses. A kinematic body
// keeps the velocity it is given, whatever it meets, as if its mass were infinite.
const (
	Dynamic   BodyKind = "dynamic"
	Kinematic BodyKind = "kinematic"
)

// Body is a rigid body. Its frame has its origin at the centre of mass.
type Body struct {
	Name   string    `json:"name,omitempty"`
	Kind   BodyKind  `json:"kind"`
	Mass   float64   `json:"mass,omitempty"`   // kg; 0 exactly when kinematic
	Moment float64   `json:"moment,omitempty"` // kg·m² about the centre of mass; 0 exactly when kinematic
	Start  BodyState `json:"start"`
	Shapes []Shape   `json:"shapes"`
	Group  int       `json:"group,omitempty"` // number of a group, whose bodies pass through each other; 0 is none
	Grip   Grip      `json:"grip,omitzero"`   // friction with the ground, for scenes seen from above
}

// Grip is dry friction between a body and the ground it slides on: the most by
// which it slows, along the body's x axis, along its y axis, and in its spin. The
// zero Grip is a body that does not touch the ground.
type Grip struct {
	Along  float64 `json:"along"`  // m/s²
	Across float64 `json:"across"` // m/s²
	Spin   float64 `json:"spin"`   // rad/s²
}

// InvMass returns 1/Mass in 1/kg, or 0 for a kinematic body.
func (b *Body) InvMass() float64 {
	if b.Kind == Kinematic {
		return 0
	}
	return 1 / b.Mass
}

// InvMoment returns 1/Moment in 1/(kg·m²), or 0 for a kinematic body.
func (b *Body) InvMoment() float64 {
	if b.Kind == Kinematic {
		return 0
	}
	return 1 / b.Moment
}

// ShapeKind says what a shape's vertices span.
type ShapeKind string

// The kinds of shape: one, two, or at least three vertices.
const (
	Circle  ShapeKind = "circle"
	Segment ShapeKind = "segment"
	Polygon ShapeKind = "polygon"
)

// Shape is a convex hull of vertices grown by a radius: a circle is one vertex
// and a radius, a segment two vertices, a polygon three or more. Vertices are in
// the frame of the body, or of the world for a wall. What two shapes have that touch is Scene.Contact.
type Shape struct {
	Kind       ShapeKind `json:"kind"`
	Vertices   []Vec     `json:"vertices"`         // m; a polygon's are convex and counter-clockwise
	Radius     float64   `json:"radius,omitempty"` // m; the circle's radius, or the rounding of the others
	Friction   float64   `json:"friction"`         // coefficient, ≥ 0
	Elasticity float64   `json:"elasticity"`       // coefficient of restitution, 0 to 1
	Material   string    `json:"material,omitempty"`
	Name       string    `json:"name,omitempty"` // of a wall of which a task speaks; several shapes may be one wall
}
