package contact

import (
	"fmt"
	"slices"

	"orrery/learn/nn"
	"orrery/sim"
	"orrery/world"
	"orrery/world/geom"
)

// Kind is the word for this model in files and tables.
const Kind = "contact"

// Model is a contact-impulse network. It is immutable and safe for concurrent
// use.
type Model struct{ net *network }

// New returns an untrained model; its weights follow from the seed.
func New(config Config, seed uint64) (*Model, error) {
	if err := config.Validate(); err != nil {
		return nil, err
	}
	return &Model{newNetwork(config, seed)}, nil
}

// Kind returns "contact".
func (m *Model) Kind() string { return Kind }

// Config returns what the model was made from.
func (m *Model) Config() Config { return m.net.config }

// Parameters returns the number of weights.
func (m *Model) Parameters() int { return m.net.params.Len() }

// Weights returns the named weights, to be saved or loaded. They must not be
// changed while the model is in use.
func (m *Model) Weights() *nn.Params { return m.net.params }

// accept returns why the model cannot predict scene, or nil.
func (m *Model) accept(scene *sim.Scene) error {
	refuse := func(format string, args ...any) error {
		return &world.Refusal{Model: Kind, Scene: scene.Name, Reason: fmt.Sprintf(format, args...)}
	}
	if err := m.net.config.Flight.Fits(scene); err != nil {
		return refuse("%v", err)
	}
	if scene.Substeps != 1 {
		return refuse("a frame takes %d engine steps and the model predicts one", scene.Substeps)
	}
	if len(scene.Joints) > 0 {
		return refuse("joint 0 is a %s and the model has no such edge", scene.Joints[0].Kind)
	}
	return nil
}

// Predictor returns a Predictor for scenes, or a *world.Refusal.
func (m *Model) Predictor(scenes []*sim.Scene) (world.Predictor, error) {
	p := &predictor{net: m.net, run: newRunner(m.net)}
	p.run.bind(m.net.params.Data(), nil)
	for _, scene := range scenes {
		if err := m.accept(scene); err != nil {
			return nil, err
		}
		p.scenes = append(p.scenes, placed{scene, geom.NewLayout(scene), p.bodies})
		p.bodies += len(scene.Bodies)
	}
	return p, nil
}

// predictor advances scenes laid end to end.
type predictor struct {
	net    *network
	run    *runner
	scenes []placed
	bodies int

	here     graph     // contacts at the state last returned, or last asked for
	at       sim.State // that state
	colours  colouring
	edges    []edge
	colour   []int
	velocity []float32 // [n, 3] at the start of the frame
	forced   []float32 // [n, 3] after outside forces
}

// Step replaces state by the state one frame later, in the engine's order:
// part overlaps, move, then find contacts and settle the velocities.
func (p *predictor) Step(state sim.State, _ sim.Action) error {
	if len(state) != p.bodies {
		return fmt.Errorf("state has %d bodies, the scenes have %d", len(state), p.bodies)
	}
	if !slices.Equal(state, p.at) {
		p.find(state)
	}
	p.drift(state)
	p.find(state)
	p.settle(state)
	p.at = append(p.at[:0], state...)
	return nil
}

// find sets here to the contacts at state.
func (p *predictor) find(state sim.State) {
	p.edges, p.colour = p.edges[:0], p.colour[:0]
	for i := range p.scenes {
		s := &p.scenes[i]
		edges, colours := p.colours.find(s.scene, s.layout, state[s.first:s.first+len(s.scene.Bodies)], s.first)
		p.edges, p.colour = append(p.edges, edges...), append(p.colour, colours...)
	}
	p.here.merge(p.bodies, p.edges, p.colour)
}

// drift moves the bodies by their velocities and the corrections of here.
func (p *predictor) drift(state sim.State) {
	dt := p.net.config.Flight.FrameTime
	for i := range state {
		s := &state[i]
		s.X, s.Y, s.Angle = s.X+s.VX*dt, s.Y+s.VY*dt, s.Angle+s.Omega*dt
	}
	if len(p.here.edges) == 0 {
		return
	}
	p.velocity = resize(p.velocity, 3*p.bodies)
	p.run.start()
	rest := p.run.tape.Input(p.bodies, 3, p.velocity)
	b := p.run.tape.Matrix(p.run.corrections(&p.here, rest)).Data
	for i := range state {
		s := &state[i]
		s.X, s.Y, s.Angle = s.X+float64(b[3*i])*dt, s.Y+float64(b[3*i+1])*dt, s.Angle+float64(b[3*i+2])*dt
	}
}

// settle changes the velocities by outside forces and the contacts of here.
func (p *predictor) settle(state sim.State) {
	p.velocity = appendVelocity(p.velocity[:0], state)
	for _, s := range p.scenes {
		p.net.config.Flight.Apply(s.scene, state[s.first:s.first+len(s.scene.Bodies)])
	}
	if len(p.here.edges) == 0 {
		return
	}
	p.forced = appendVelocity(p.forced[:0], state)
	p.run.start()
	t := p.run.tape
	before, v := t.Input(p.bodies, 3, p.velocity), t.Input(p.bodies, 3, p.forced)
	after := t.Matrix(p.run.impulses(&p.here, before, v)).Data
	for i := range state {
		s := &state[i]
		s.VX += float64(after[3*i] - p.forced[3*i])
		s.VY += float64(after[3*i+1] - p.forced[3*i+1])
		s.Omega += float64(after[3*i+2] - p.forced[3*i+2])
	}
}

// appendVelocity appends vx, vy, ω of every body.
func appendVelocity(dst []float32, state sim.State) []float32 {
	for i := range state {
		dst = append(dst, float32(state[i].VX), float32(state[i].VY), float32(state[i].Omega))
	}
	return dst
}
