package baseline

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"orrery/learn/nn"
	"orrery/learn/tape"
	"orrery/sim"
	"orrery/world"
)

// What another implementation of the networks must know: under which name their
// parameters are added, and their activation.
const (
	NetworkName = "net"
	Activation  = tape.SiLU
)

// Graph is the input of a network: nodes with edges between them, of one frame
// or of several end to end. The rows of an MLP are nodes without edges.
type Graph struct {
	Nodes              []float32 // [n, node]
	Edges              []float32 // [e, edge]
	Receivers, Senders []int32   // [e] rows of Nodes
	Target             []float32 // [n, out] the answer, when learning
}

func (g *Graph) reset() {
	g.Nodes, g.Edges, g.Target = g.Nodes[:0], g.Edges[:0], g.Target[:0]
	g.Receivers, g.Senders = g.Receivers[:0], g.Senders[:0]
}

// network is the part in which the two kinds of Model differ.
type network interface {
	// accept returns an error that begins with "it" when scene is not one to be seen.
	accept(scene *sim.Scene) error
	// reach returns the gap in metres up to which contacts are wanted.
	reach() float64
	// vary makes the view show the next scene, for learning, in another way that is as
	// true.
	vary(v *view, scene *sim.Scene, rng *rand.Rand)
	// see appends a scene to the view's graph. It asks for rows in the order of
	// the answers.
	see(v *view)
	// forward returns the answers, outputs values for each row that was asked for.
	forward(b nn.Bound, g *Graph) tape.Value
}

// Model is a trained baseline, an MLP or an interaction network. It is immutable
// and safe for concurrent use.
type Model struct {
	kind     string
	given    Given
	params   *nn.Params
	net      network
	learning learning
	beta     float64
}

// Kind returns "mlp" or "interaction".
func (m *Model) Kind() string { return m.kind }

// FrameTime returns how long one frame of the model lasts, in seconds.
func (m *Model) FrameTime() float64 { return m.given.Flight.FrameTime }

// Parameters returns the number of weights.
func (m *Model) Parameters() int { return m.params.Len() }

// Weights returns the named weights, to be saved or loaded. They must not be
// changed while the model is in use.
func (m *Model) Weights() *nn.Params { return m.params }

// LossBeta returns where the Huber loss of an answer, in units of Given's Kick and
// Lift, turns from a square into a line.
func (m *Model) LossBeta() float64 { return m.beta }

// accept returns why the model cannot predict scene, or nil.
func (m *Model) accept(scene *sim.Scene) error {
	err := m.given.accept(scene)
	if err == nil {
		err = m.net.accept(scene)
	}
	if err != nil {
		return &world.Refusal{Model: m.kind, Scene: scene.Name, Reason: err.Error()}
	}
	return nil
}

// Predictor returns a Predictor for scenes, or a *world.Refusal.
func (m *Model) Predictor(scenes []*sim.Scene) (world.Predictor, error) {
	return m.predictor(scenes, 1)
}

// Shared returns the model with Predictors that share out their scenes among some workers, with the same predictions to the
// last bit; see world.Rollout. They must be released. Only the interaction network can.
func (m *Model) Shared(workers int) (shared world.Model, ok bool) {
	_, ok = m.net.(*interaction)
	return sharing{m, workers}, ok
}

// sharing is a Model of Shared.
type sharing struct {
	*Model
	workers int
}

// Predictor implements world.Model.
func (s sharing) Predictor(scenes []*sim.Scene) (world.Predictor, error) {
	return s.predictor(scenes, s.workers)
}

func (m *Model) predictor(scenes []*sim.Scene, workers int) (*predictor, error) {
	p := &predictor{view: newView(m)}
	made := map[*sim.Scene]*stage{}
	for _, scene := range scenes {
		if err := m.accept(scene); err != nil {
			return nil, err
		}
		if made[scene] == nil {
			made[scene] = newStage(&m.given, scene)
		}
		p.stages = append(p.stages, made[scene])
		p.bodies += len(scene.Bodies)
		p.actuators += len(scene.Actuators)
	}
	if n, ok := m.net.(*interaction); ok && workers > 1 {
		p.team = nn.NewTeam(n.net, m.params, m.params.Data(), workers)
		return p, nil
	}
	p.weights = m.params.Bind(tape.New(), m.params.Data(), nil)
	p.bound = p.weights.Tape.Mark()
	return p, nil
}

// predictor advances scenes laid end to end.
type predictor struct {
	view              *view
	weights           nn.Bound
	bound             tape.Mark // behind the weights, which are packed once
	team              *nn.Team  // what answers in place of weights, or nil
	answers           []float32 // of the team
	stages            []*stage
	bodies, actuators int
}

// Release ends the workers. The predictor must not be used any more.
func (p *predictor) Release() {
	if p.team != nil {
		p.team.Close()
	}
}

// answer returns the network's answers for the graph of the view.
func (p *predictor) answer() []float32 {
	g := &p.view.graph
	if p.team == nil {
		p.weights.Tape.Rewind(p.bound)
		return p.weights.Tape.Matrix(p.view.model.net.forward(p.weights, g)).Data
	}
	size := outputs * len(p.view.bodies)
	p.answers = slices.Grow(p.answers[:0], size)[:size]
	p.team.Forward(p.answers, g.Nodes, g.Edges, g.Receivers, g.Senders)
	return p.answers
}

// Step replaces state by free flight and the network's corrections to it.
func (p *predictor) Step(state sim.State, actions sim.Action) error {
	if len(state) != p.bodies {
		return fmt.Errorf("state has %d bodies, the scenes have %d", len(state), p.bodies)
	}
	if actions != nil && len(actions) != p.actuators {
		return fmt.Errorf("action has %d numbers, the scenes have %d actuators", len(actions), p.actuators)
	}
	v := p.view
	v.reset()
	rest := state
	for _, s := range p.stages {
		var action sim.Action
		action, actions = world.CutAction(actions, s.scene)
		v.look(s, rest[:len(s.scene.Bodies)], action)
		rest = rest[len(s.scene.Bodies):]
	}
	copy(state, v.all)
	if len(v.bodies) == 0 {
		return nil
	}
	m, answer := v.model, p.answer()
	for row, body := range v.bodies {
		if body != immovable {
			m.given.correct(&state[body], (*[outputs]float32)(answer[outputs*row:]))
		}
	}
	return nil
}
