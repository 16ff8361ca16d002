package baseline

import (
	"fmt"
	"math"

	"orrery/learn/nn"
	"orrery/learn/tape"
	"orrery/sim"
	"orrery/world/geom"
)

// InteractionKind is the word for the interaction network in files and tables.
const InteractionKind = "interaction"

// InteractionConfig is everything that fixes an interaction network besides its
// weights.
type InteractionConfig struct {
	Hidden int     `json:"hidden"` // width of all layers
	Rounds int     `json:"rounds"` // of message passing
	Reach  float64 `json:"reach"`  // m, the gap up to which shapes exchange messages; 0 is any gap
	Noise  float64 `json:"noise"`  // m, deviation of noise on the positions seen in training
	Motion Motion  `json:"motion"` // see MeasureMotion
}

// DefaultInteraction returns the settings used by the train command.
func DefaultInteraction() InteractionConfig {
	return InteractionConfig{Hidden: 64, Rounds: 2, Reach: 0.003, Motion: defaultMotion()}
}

// TinyInteraction returns settings small enough to train in a second, for tests.
func TinyInteraction() InteractionConfig {
	c := DefaultInteraction()
	c.Hidden = 8
	return c
}

// Validate returns an error that names the first field out of range.
func (c *InteractionConfig) Validate() error {
	return validate(InteractionKind, &c.Motion, c.Noise,
		setting{"hidden", float64(c.Hidden), 1, maxHidden}, setting{"rounds", float64(c.Rounds), 1, 16},
		setting{"reach", c.Reach, 0, sim.MaxMagnitude})
}

// interaction sees a scene as a graph: a node for every body that has an edge, and
// an edge in either direction for every pair of points where their shapes touch
// or come close. An edge from a wall begins and ends at the body. All is seen at
// the poses to which bodies would fly in this frame, which is where the engine
// looks for contacts.
type interaction struct {
	config InteractionConfig
	net    *nn.Interaction
}

// NewInteraction returns an untrained interaction network; its weights follow
// from the seed.
func NewInteraction(config InteractionConfig, seed uint64) (*Model, error) {
	if err := config.Validate(); err != nil {
		return nil, err
	}
	n := &interaction{config: config}
	m := &Model{kind: InteractionKind, motion: config.Motion, noise: config.Noise, beta: interactionBeta, params: nn.NewParams(), net: n}
	n.net = nn.NewInteraction(m.params, NetworkName, nn.InteractionSizes{
		Node: nodeSize, Edge: edgeSize, Hidden: config.Hidden, Rounds: config.Rounds, Out: outputs, Activation: Activation,
	}, sim.NewRand(seed, "interaction weights", 0))
	return m, nil
}

// interactionBeta is the LossBeta with which errors at one second were least.
const interactionBeta = 0.5

func (n *interaction) accept(*sim.Scene) error { return nil }

func (n *interaction) forward(b nn.Bound, g *Graph) tape.Value {
	nodes := b.Tape.Input(len(g.Nodes)/nodeSize, nodeSize, g.Nodes)
	edges := b.Tape.Input(len(g.Receivers), edgeSize, g.Edges)
	return n.net.Forward(b, nodes, edges, g.Receivers, g.Senders)
}

func (n *interaction) reach() float64 {
	if n.config.Reach == 0 {
		return math.Inf(1)
	}
	return n.config.Reach
}

func (n *interaction) see(v *view) {
	for i := range v.contacts {
		c := &v.contacts[i]
		rowA, a := n.row(v, c.A), newEnd(v, c.A, c.ArmA)
		if c.B == geom.Wall {
			n.edge(v, c, c.Normal, &a, &end{}, rowA, rowA)
			continue
		}
		rowB, b := n.row(v, c.B), newEnd(v, c.B, c.ArmB)
		n.edge(v, c, c.Normal, &a, &b, rowA, rowB)
		n.edge(v, c, c.Normal.Scale(-1), &b, &a, rowB, rowA)
	}
}

// nodeSize is the number of features of a node.
const nodeSize = 6

// row returns the row of a body, which it adds to the graph when it has none.
func (n *interaction) row(v *view, body int) int32 {
	row, isNew := v.row(body)
	if isNew {
		m, b, s := &n.config.Motion, &v.scene.Bodies[body], &v.now[body]
		v.graph.Nodes = append(v.graph.Nodes,
			float32(s.VX/m.Speed), float32(s.VY/m.Speed), float32(m.Length*s.Omega/m.Speed),
			float32(b.InvMass()*m.Mass), float32(b.InvMoment()*m.Mass*m.Length*m.Length), flag(b.Kind == sim.Kinematic))
	}
	return row
}

// end is a body at a place where it is touched. A wall's is zero.
type end struct {
	arm                sim.Vec // m, from the centre of mass
	now, flown         sim.Vec // m/s, velocity of the place before and after free flight
	invMass, invMoment float64 // 1/kg, 1/(kg·m²)
}

func newEnd(v *view, body int, arm sim.Vec) end {
	b := &v.scene.Bodies[body]
	return end{arm, velocityAt(&v.now[body], arm), velocityAt(&v.flown[body], arm), b.InvMass(), b.InvMoment()}
}

// velocityAt returns the velocity of the place of a body at arm.
func velocityAt(s *sim.BodyState, arm sim.Vec) sim.Vec {
	return sim.Vec{X: s.VX - s.Omega*arm.Y, Y: s.VY + s.Omega*arm.X}
}

// yield returns by how much an impulse of 1 N·s along a direction changes the
// velocity of the place in that direction, in m/s.
func (e *end) yield(along sim.Vec) float64 {
	r := e.arm.Cross(along)
	return e.invMass + e.invMoment*r*r
}

// edgeSize is the number of features of an edge.
const edgeSize = 26

// edge adds the edge by which one end of c acts on the other, to, on whose side the
// normal points. Apart from the direction of that normal, all is told along it and
// across.
func (n *interaction) edge(v *view, c *geom.Contact, normal sim.Vec, to, from *end, receiver, sender int32) {
	m := &n.config.Motion
	across := sim.Vec{X: -normal.Y, Y: normal.X}
	now, flown := to.now.Sub(from.now).Scale(1/m.Speed), to.flown.Sub(from.flown).Scale(1/m.Speed)
	before := c.Gap - now.Dot(normal)*m.Speed*m.Flight.FrameTime

	f := append(v.graph.Edges, flag(c.Gap <= 0), flag(*from == end{}))
	f = appendGap(f, c.Gap/m.Length)
	f = appendGap(f, before/m.Length)
	f = append(f, float32(normal.X), float32(normal.Y))
	f = appendSpeed(f, now.Dot(normal))
	f = appendSpeed(f, now.Dot(across))
	f = appendSpeed(f, flown.Dot(normal))
	f = appendSpeed(f, flown.Dot(across))
	f = append(f,
		float32(to.arm.Dot(normal)/m.Length), float32(to.arm.Dot(across)/m.Length),
		float32(from.arm.Dot(normal)/m.Length), float32(from.arm.Dot(across)/m.Length),
		float32(to.invMass/(to.yield(normal)+from.yield(normal))),
		float32(to.invMass/(to.yield(across)+from.yield(across))),
		float32(c.Friction), float32(c.Elasticity))
	v.graph.Edges = f
	v.graph.Receivers, v.graph.Senders = append(v.graph.Receivers, receiver), append(v.graph.Senders, sender)
}

// appendSpeed appends what a speed, in units of Speed, looks like from afar and
// close up: bodies that rest on each other approach by what gravity adds in a frame.
func appendSpeed(dst []float32, speed float64) []float32 {
	return append(dst, float32(speed), squash(10*speed))
}

// appendGap appends what a gap, in units of Length, looks like from afar, closer
// and close up: for bodies of some centimetres the last one tells the tenths of
// millimetres apart that decide how overlaps heal.
func appendGap(dst []float32, gap float64) []float32 {
	return append(dst, squash(gap), squash(10*gap), squash(100*gap))
}

// squash keeps x within ±1, and as it is when small.
func squash(x float64) float32 { return float32(math.Tanh(x)) }

func flag(on bool) float32 {
	if on {
		return 1
	}
	return 0
}

// setting is a number of a config and the range it must be in.
type setting struct {
	name       string
	value      float64
	least, max float64
}

// maxHidden bounds the width of a network read from a file.
const maxHidden = 4096

// validate returns an error that names the first setting out of range.
func validate(kind string, motion *Motion, noise float64, settings ...setting) error {
	for _, s := range append(settings, setting{"noise", noise, 0, 1}) {
		if !(s.value >= s.least && s.value <= s.max) {
			return fmt.Errorf("%s config: %s %v must be %v to %v", kind, s.name, s.value, s.least, s.max)
		}
	}
	if err := motion.validate(); err != nil {
		return fmt.Errorf("%s config: %w", kind, err)
	}
	return nil
}
