package baseline

import (
	"math"
	"math/rand/v2"

	"orrery/learn/nn"
	"orrery/learn/tape"
	"orrery/sim"
)

// InteractionKind is the word for the interaction network in files and tables.
const InteractionKind = "interaction"

// interaction sees a scene as a graph: a node for every body that has an edge, and
// an edge in either direction for every bond: a pair of points where shapes touch or
// come close, a joint, a field. An edge from a wall, or the world, begins and ends at
// the body. All is seen at the poses to which bodies would fly in one step, which is
// where the engine looks for contacts; when a frame has more steps, contacts are seen
// once more where bodies would be at its end.
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
	m := &Model{
		kind: InteractionKind, given: config.Given, params: nn.NewParams(), net: n,
		learning: learning{noise: config.Noise, views: config.Turns}, beta: interactionBeta,
	}
	n.net = nn.NewInteraction(m.params, NetworkName, nn.InteractionSizes{
		Node: nodeSize, Edge: config.Given.edgeSize(), Hidden: config.Hidden, Rounds: config.Rounds, Out: outputs, Activation: Activation,
	}, sim.NewRand(seed, "interaction weights", 0))
	return m, nil
}

// interactionBeta is the LossBeta with which errors at one second were least.
const interactionBeta = 0.5

func (n *interaction) accept(*sim.Scene) error { return nil }

func (n *interaction) forward(b nn.Bound, g *Graph) tape.Value {
	nodes := b.Tape.Input(len(g.Nodes)/nodeSize, nodeSize, g.Nodes)
	edges := b.Tape.Input(len(g.Receivers), n.config.Given.edgeSize(), g.Edges)
	return n.net.Forward(b, nodes, edges, g.Receivers, g.Senders)
}

func (n *interaction) reach() float64 {
	if n.config.Radius == 0 {
		return math.Inf(1)
	}
	return n.config.Radius
}

// vary turns the axes: how bodies hit each other does not depend on them.
func (n *interaction) vary(v *view, _ *sim.Scene, rng *rand.Rand) {
	v.right = sim.Vec{X: 1}.Rotate(2 * math.Pi * rng.Float64())
}

func (n *interaction) see(v *view) {
	v.poses = v.seen
	n.touch(v, false)
	for i := range v.scene.Joints {
		b := v.tie(i)
		n.connect(v, &b)
	}
	for i := range v.scene.Fields {
		b := v.pull(&v.scene.Fields[i])
		n.connect(v, &b)
	}
	if v.scene.Substeps > 1 {
		v.poses = v.flown
		v.contacts = v.detector.Contacts(v.contacts[:0], v.poses, n.reach())
		n.touch(v, true)
	}
}

// touch adds the edges of all contacts.
func (n *interaction) touch(v *view, late bool) {
	for i := range v.contacts {
		n.connect(v, &bond{Contact: v.contacts[i], late: late})
	}
}

// nodeSize is the number of features of a node.
const nodeSize = 9

// row returns the row of a body, which it adds to the graph when it has none. What an
// action does to the body shows in what flight adds to its velocity.
func (n *interaction) row(v *view, body int) int32 {
	row, isNew := v.row(body)
	if isNew {
		m, b, now, flown := &n.config.Given, &v.scene.Bodies[body], &v.now[body], &v.flown[body]
		v.graph.Nodes = append(v.graph.Nodes,
			float32(b.InvMass()*m.Mass), float32(b.InvMoment()*m.Mass*m.Length*m.Length), flag(b.Kind == sim.Kinematic))
		for _, change := range [2]sim.BodyState{*now, {VX: flown.VX - now.VX, VY: flown.VY - now.VY, Omega: flown.Omega - now.Omega}} {
			velocity := v.direction(change.Velocity())
			v.graph.Nodes = append(v.graph.Nodes,
				float32(velocity.X/m.Speed), float32(velocity.Y/m.Speed), float32(m.Length*change.Omega/m.Speed))
		}
	}
	return row
}
