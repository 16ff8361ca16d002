package baseline

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"orrery/learn/nn"
	"orrery/learn/tape"
	"orrery/sim"
	"orrery/world/geom"
)

// MLPKind is the word for the multilayer perceptron in files and tables.
const MLPKind = "mlp"

// Place is the one kind of scene that a perceptron is made for.
type Place struct {
	Scene     string  `json:"scene"`               // name
	Bodies    int     `json:"bodies"`              // number of bodies
	Joints    int     `json:"joints,omitempty"`    // number of joints
	Actuators int     `json:"actuators,omitempty"` // number of actuators
	Centre    sim.Vec `json:"centre"`              // m, mean position of bodies
	Spread    float64 `json:"spread"`              // m, root mean square distance from it
}

// MeasurePlace returns what scenes have in common, or an error naming the first
// episode of another kind.
func MeasurePlace(trajectories []*sim.Trajectory) (Place, error) {
	var p Place
	var x, y, square mean
	for i, t := range trajectories {
		if i == 0 {
			p.Scene, p.Bodies, p.Joints, p.Actuators = t.Scene.Name, len(t.Scene.Bodies), len(t.Scene.Joints), len(t.Scene.Actuators)
		}
		if err := p.accept(t.Scene); err != nil {
			return p, fmt.Errorf("episode %d: %w", i, err)
		}
		for _, state := range t.States {
			for _, s := range state {
				x.add(s.X)
				y.add(s.Y)
				square.add(s.Position().Dot(s.Position()))
			}
		}
	}
	p.Centre = sim.Vec{X: x.value(), Y: y.value()}
	p.Spread = math.Sqrt(square.value() - p.Centre.Dot(p.Centre))
	return p, nil
}

func (p *Place) accept(scene *sim.Scene) error {
	if scene.Name != p.Scene || len(scene.Bodies) != p.Bodies {
		return fmt.Errorf("it is a %s of %d bodies and the model was trained on a %s of %d",
			scene.Name, len(scene.Bodies), p.Scene, p.Bodies)
	}
	if len(scene.Joints) != p.Joints || len(scene.Actuators) != p.Actuators {
		return fmt.Errorf("it has %d joints and %d actuators and the model was trained on %d and %d",
			len(scene.Joints), len(scene.Actuators), p.Joints, p.Actuators)
	}
	return nil
}

// perceptron sees a scene as one row: all bodies side by side, in order, then what
// fields do between each pair of them, and the action.
type perceptron struct {
	config MLPConfig
	net    *nn.MLP
}

// NewMLP returns an untrained multilayer perceptron; its weights follow from the
// seed.
func NewMLP(config MLPConfig, seed uint64) (*Model, error) {
	if err := config.Validate(); err != nil {
		return nil, err
	}
	n := &perceptron{config: config}
	m := &Model{
		kind: MLPKind, given: config.Given, params: nn.NewParams(), net: n,
		learning: learning{noise: config.Noise, views: config.Orders}, beta: mlpBeta,
	}
	sizes := []int{config.inputs()}
	for range config.Layers {
		sizes = append(sizes, config.Hidden)
	}
	sizes = append(sizes, outputs*config.Place.Bodies)
	n.net = nn.NewMLP(m.params, NetworkName, sizes, Activation, sim.NewRand(seed, "mlp weights", 0), lastScale)
	return m, nil
}

// mlpBeta makes the loss one of squares but for the hardest hits: a perceptron knows
// too little of when bodies hit to do better than expect their mean.
const mlpBeta = 3

// lastScale lets a fresh perceptron begin near free flight.
const lastScale = 0.1

func (n *perceptron) accept(scene *sim.Scene) error { return n.config.Place.accept(scene) }

func (n *perceptron) forward(b nn.Bound, g *Graph) tape.Value {
	size := n.config.inputs()
	return n.net.Forward(b, b.Tape.Input(len(g.Nodes)/size, size, g.Nodes))
}

// wallReach is the distance, in units of Length, from which a body sees walls.
const wallReach = 3

func (n *perceptron) reach() float64 { return wallReach * n.config.Given.Length }

// Features of a body: its own and, for each of four sides, the wall that is there.
const (
	sides    = 4
	sideSize = 4
	bodySize = 14 + sides*sideSize
)

// inputs returns the size of a row.
func (c *MLPConfig) inputs() int {
	n := c.Place.Bodies
	return bodySize*n + len(c.Given.Fields)*n*(n-1)/2 + c.Place.Actuators
}

// vary shows the bodies in another order, but for those with a joint or an actuator,
// which have parts of their own to play.
func (n *perceptron) vary(v *view, scene *sim.Scene, rng *rand.Rand) {
	bound := map[int]bool{}
	for i := range scene.Joints {
		bound[scene.Joints[i].A], bound[scene.Joints[i].B] = true, true
	}
	for i := range scene.Actuators {
		bound[scene.Actuators[i].Body], bound[scene.Actuators[i].Against] = true, true
	}
	v.order = make([]int, len(scene.Bodies))
	var loose []int
	for i := range v.order {
		v.order[i] = i
		if !bound[i] {
			loose = append(loose, i)
		}
	}
	for k, from := range rng.Perm(len(loose)) {
		v.order[loose[k]] = loose[from]
	}
}

func (n *perceptron) see(v *view) {
	m, p := &n.config.Given, &n.config.Place
	first, firstRow := len(v.graph.Nodes), len(v.bodies)
	for k := range v.scene.Bodies {
		i := v.ordered(k)
		v.row(i)
		b, s, f := &v.scene.Bodies[i], &v.now[i], &v.flown[i]
		at := f.Position().Sub(p.Centre).Scale(1 / p.Spread)
		sin, cos := math.Sincos(f.Angle)
		size, surface := extent(b.Shapes)
		v.graph.Nodes = append(v.graph.Nodes,
			float32(at.X), float32(at.Y), float32(sin), float32(cos),
			float32(s.VX/m.Speed), float32(s.VY/m.Speed), float32(m.Length*s.Omega/m.Speed),
			float32(b.InvMass()*m.Mass), float32(b.InvMoment()*m.Mass*m.Length*m.Length), flag(b.Kind == sim.Kinematic),
			float32(size.X/m.Length), float32(size.Y/m.Length), float32(surface.Friction), float32(surface.Elasticity))
		for range sides {
			v.graph.Nodes = append(v.graph.Nodes, 1, 1, 1, 0)
		}
	}
	for i := range v.contacts {
		if c := &v.contacts[i]; c.B == geom.Wall {
			at := first + bodySize*(int(v.rows[c.A])-firstRow+1) - sideSize*(sides-side(c.Normal))
			n.press(v.graph.Nodes[at:][:sideSize], c)
		}
	}
	n.pull(v, firstRow)
	for i, asked := range v.action {
		a := &v.scene.Actuators[i]
		middle, half := (a.Low+a.High)/2, max((a.High-a.Low)/2, sim.MinMagnitude)
		v.graph.Nodes = append(v.graph.Nodes, float32((min(max(asked, a.Low), a.High)-middle)/half))
	}
}

// pull appends, for each kind of field and each pair of bodies as they are shown, what
// they would do to a body of the mean mass in a frame at a distance of Span.
func (n *perceptron) pull(v *view, firstRow int) {
	m, bodies := &n.config.Given, len(v.scene.Bodies)
	pairs := bodies * (bodies - 1) / 2
	first := len(v.graph.Nodes)
	v.graph.Nodes = append(v.graph.Nodes, make([]float32, len(m.Fields)*pairs)...)
	for i := range v.scene.Fields {
		f := &v.scene.Fields[i]
		a, b := int(v.rows[f.A])-firstRow, int(v.rows[f.B])-firstRow
		high, low := max(a, b), min(a, b)
		at := first + slices.Index(m.Fields, f.Kind)*pairs + high*(high-1)/2 + low
		v.graph.Nodes[at] += soften(m.pushOf(f) * m.Flight.FrameTime / (m.Mass * m.Kick))
	}
}

// press lets side describe c if that is nearer than what it describes.
func (n *perceptron) press(side []float32, c *geom.Contact) {
	m := &n.config.Given
	var scratch [3]float32
	if near := appendGap(scratch[:0], c.Gap/m.Length); near[0] < side[0] {
		copy(side, near)
		side[3] = float32(c.ArmA.Cross(c.Normal) / m.Length)
	}
}

// side returns which of four quarters a direction lies in.
func side(d sim.Vec) int {
	switch {
	case d.X > math.Abs(d.Y):
		return 0
	case d.X < -math.Abs(d.Y):
		return 1
	case d.Y > 0:
		return 2
	}
	return 3
}

// extent returns how far shapes reach from their body's origin along its axes, in
// metres, and the surface of the first.
func extent(shapes []sim.Shape) (size sim.Vec, surface sim.Surface) {
	for i := range shapes {
		s := &shapes[i]
		for _, p := range s.Vertices {
			size.X, size.Y = max(size.X, math.Abs(p.X)+s.Radius), max(size.Y, math.Abs(p.Y)+s.Radius)
		}
		if i == 0 {
			surface = s.Surface()
		}
	}
	return size, surface
}
