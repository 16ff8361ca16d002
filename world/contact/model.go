package contact

import (
	"fmt"
	"slices"
	"sync"

	"orrery/learn/nn"
	"orrery/sim"
	"orrery/world"
	"orrery/world/lanes"
)

// Kind is the word for this model in files and tables.
const Kind = "contact"

// Model is a contact-impulse network. It is immutable and safe for concurrent
// use.
type Model struct {
	net   *network
	spare sync.Pool // of *predictor, released
}

// New returns an untrained model; its weights follow from the seed.
func New(config Config, seed uint64) (*Model, error) {
	if err := config.Validate(); err != nil {
		return nil, err
	}
	return &Model{net: newNetwork(config, seed)}, nil
}

// Kind returns "contact".
func (m *Model) Kind() string { return Kind }

// Config returns what the model was made from.
func (m *Model) Config() Config { return m.net.config }

// FrameTime returns how long one frame of the model lasts, in seconds, or 0 when it was trained on impacts alone and
// takes frames as they are.
func (m *Model) FrameTime() float64 {
	if m.net.config.timeless() {
		return 0
	}
	return m.net.config.Flight.FrameTime
}

// Coarse returns the model with Predictors that take a frame in a number of steps at most, the largest of which its own
// is a multiple, if these are fewer than its own. It shares the weights. What they say of a step was learned in steps of another length: twice that is hardly
// worse where bodies are pushed about, five times much worse.
func (m *Model) Coarse(steps int) (coarser world.Model, ok bool) {
	own := m.net.config.Steps
	steps = max(1, min(steps, own))
	for own%steps != 0 {
		steps--
	}
	if steps == own {
		return m, false
	}
	net := *m.net
	net.config.Steps = steps
	return &Model{net: &net}, true
}

// Parameters returns the number of weights.
func (m *Model) Parameters() int { return m.net.params.Len() }

// Weights returns the named weights, to be saved or loaded. They must not be
// changed while the model is in use.
func (m *Model) Weights() *nn.Params { return m.net.params }

// accept returns why the model cannot predict scene, or nil.
func (m *Model) accept(scene *sim.Scene) error {
	err := m.net.config.flightOf(scene).Fits(scene)
	if err == nil {
		err = world.KnowsBonds(scene, m.net.config.Joints, m.net.config.Fields)
	}
	if err != nil {
		return &world.Refusal{Model: Kind, Scene: scene.Name, Reason: err.Error()}
	}
	return nil
}

// Strike returns the velocities of scene after an impact of the two shapes that are nearest to each other at
// state, whatever their gap, as a state of the same poses.
func (m *Model) Strike(scene *sim.Scene, state sim.State) (sim.State, error) {
	if err := m.accept(scene); err != nil {
		return nil, err
	}
	if len(state) != len(scene.Bodies) {
		return nil, fmt.Errorf("state has %d bodies, the scene has %d", len(state), len(scene.Bodies))
	}
	c := course{run: newRunner(m.net)}
	c.run.bind(m.net.params.Data(), nil)
	s := m.net.place(scene)
	c.begin([]*placed{&s}, state)
	c.strike()
	if len(c.here.edges) > 0 {
		c.gain(c.here, c.run.collide(c.here, c.velocity))
	}
	return c.state, nil
}

// Predictor returns a Predictor for scenes, or a *world.Refusal. It has a method Release; see world.Predictor.
func (m *Model) Predictor(scenes []*sim.Scene) (world.Predictor, error) {
	for _, scene := range scenes {
		if err := m.accept(scene); err != nil {
			return nil, err
		}
	}
	p, ok := m.spare.Get().(*predictor)
	if !ok {
		p = &predictor{course: course{run: newRunner(m.net), remembers: true}, model: m, made: make(map[*sim.Scene]*placed, len(scenes))}
	}
	p.run.bind(m.net.params.Data(), nil)
	for _, scene := range scenes {
		s, ok := p.made[scene]
		if ok {
			s = s.again()
		} else {
			if len(p.made) == len(p.own) {
				p.own = append(p.own, new(placed))
			}
			s = p.own[len(p.made)]
			m.net.replace(s, scene)
			p.made[scene] = s
		}
		s.first, s.act = p.bodies, p.actuators
		p.places = append(p.places, s)
		p.bodies += len(scene.Bodies)
		p.actuators += len(scene.Actuators)
	}
	p.all = len(scenes)
	return p, nil
}

// predictor advances scenes laid end to end.
type predictor struct {
	course
	model             *Model
	places            []*placed // of the scenes that are advanced
	all               int       // number of scenes
	bodies, actuators int       // of those that are advanced

	own  []*placed              // whose memory may be used again
	made map[*sim.Scene]*placed // those of them that are in use
}

// Release gives the memory back to the model; p must not be used any more.
func (p *predictor) Release() {
	p.here, p.places, p.bodies, p.actuators = nil, p.places[:0], 0, 0
	clear(p.made)
	p.model.spare.Put(p)
}

// Only lets the Steps that follow advance a number of scenes, the first ones, alone. States and actions are then
// those of these scenes.
func (p *predictor) Only(scenes int) bool {
	p.here, p.places, p.bodies, p.actuators = nil, p.places[:p.all][:scenes], 0, 0
	for _, s := range p.places {
		p.bodies += len(s.scene.Bodies)
		p.actuators += len(s.scene.Actuators)
	}
	return true
}

// Step replaces state by the state one frame later.
func (p *predictor) Step(state sim.State, actions sim.Action) error {
	if len(state) != p.bodies {
		return fmt.Errorf("state has %d bodies, the scenes have %d", len(state), p.bodies)
	}
	if actions != nil && len(actions) != p.actuators {
		return fmt.Errorf("action has %d numbers, the scenes have %d actuators", len(actions), p.actuators)
	}
	if p.here != nil && same(state, p.state) {
		kept := p.here
		p.run.start()
		p.here = p.run.graphs.take()
		*p.here, *kept = *kept, *p.here
		p.restart()
	} else {
		p.run.start()
		p.begin(p.places, state)
	}
	p.frame(actions)
	copy(state, p.state)
	return nil
}

// same reports whether two states of as many bodies are equal.
func same(a, b sim.State) bool {
	if vectors && len(a) > 0 {
		return lanes.SameValues(&a[0].X, &b[0].X, sim.StateSize*len(a))
	}
	return slices.Equal(a, b)
}

// Lead moves the bodies of state that servos lead to where Step would have them, but for rounding, and leaves the others where
// they are. It reports whether it can tell; if not, state is undefined.
func (p *predictor) Lead(state sim.State, actions sim.Action) bool {
	for _, s := range p.places {
		if !s.step.Lead(s.bodies(state), s.action(actions), p.run.net.config.Steps) {
			return false
		}
	}
	return true
}
