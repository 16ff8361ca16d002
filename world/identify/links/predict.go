package links

import (
	"fmt"
	"math"
	"slices"

	"orrery/sim"
	"orrery/world"
)

// Step says how the source of motion steps.
type Step string

// The kinds of step.
const (
	Smooth          Step = "smooth"           // the law itself, by steps as fine as forces ask for
	PositionsFirst  Step = "positions first"  // positions move by the old velocities, then velocities change
	VelocitiesFirst Step = "velocities first" // velocities change, then positions move by the new ones
)

// Steps returns all kinds of step.
func Steps() []Step { return []Step{PositionsFirst, VelocitiesFirst, Smooth} }

// Model predicts bodies that fields and springs pull, by the law itself. It has nothing to train.
type Model struct {
	Step   Step
	Summed bool // the limit of fields holds for the sum of the forces on a body, along x and along y
}

// Kind returns "links".
func (m *Model) Kind() string { return "links" }

// Parameters returns 0, the number of trained values.
func (m *Model) Parameters() int { return 0 }

// Predictor returns a predictor of scenes whose bodies fields, springs between middles and walls move, and a
// world.Refusal for others.
func (m *Model) Predictor(scenes []*sim.Scene) (world.Predictor, error) {
	p := &predictor{}
	for _, scene := range scenes {
		motion, why := m.motion(scene)
		if why != "" {
			return nil, &world.Refusal{Model: m.Kind(), Scene: scene.Name, Reason: why}
		}
		p.motions = append(p.motions, motion)
	}
	return p, nil
}

// motion returns what moves a scene, or why it cannot be told.
func (m *Model) motion(scene *sim.Scene) (*motion, string) {
	if why := unsuited(scene); why != "" {
		return nil, why
	}
	s := newSystem(scene)
	s.fine, s.most, s.summed = 0.05, 5000, m.Summed
	switch m.Step {
	case Smooth:
		s.order = smooth
	case PositionsFirst:
		s.order = positionsFirst
	case VelocitiesFirst:
		s.order = velocitiesFirst
	default:
		return nil, fmt.Sprintf("step %q must be one of %q", m.Step, Steps())
	}
	c := make([]float64, pairs(s.n)*terms)
	s.limits = make([]float64, pairs(s.n))
	at := func(a, b int) []float64 {
		p := slices.Index(pairOf(s.n), [2]int{min(a, b), max(a, b)})
		return c[p*terms : (p+1)*terms]
	}
	for k := range scene.Fields {
		f := &scene.Fields[k]
		switch f.Kind {
		case sim.Linear:
			at(f.A, f.B)[termSpring] += f.Strength
		case sim.InverseSquare:
			at(f.A, f.B)[termCharge] += f.Strength
		default:
			return nil, fmt.Sprintf("a field is of the unknown kind %q", f.Kind)
		}
		s.limits[slices.Index(pairOf(s.n), [2]int{min(f.A, f.B), max(f.A, f.B)})] = f.Limit
		s.limit = max(s.limit, f.Limit)
	}
	for k := range scene.Joints {
		j := &scene.Joints[k]
		if j.B == sim.World || j.AnchorA != (sim.Vec{}) || j.AnchorB != (sim.Vec{}) {
			return nil, "a spring does not hold the middles of two bodies"
		}
		into := at(j.A, j.B)
		into[termSpring] -= j.Stiffness
		into[termRest] += j.Stiffness * j.Length
		into[termDamper] -= j.Damping
	}
	return newMotion(s, c, nil, 0), ""
}

// predictor advances scenes one after another.
type predictor struct{ motions []*motion }

// Step replaces state by the one a frame later. Nothing is driven, so actions must be none.
func (p *predictor) Step(state sim.State, _ sim.Action) error {
	for _, m := range p.motions {
		bodies := state[:m.n]
		state = state[m.n:]
		for i, b := range bodies {
			copy(m.x[4*i:], []float64{b.X, b.Y, b.VX, b.VY})
		}
		m.advance()
		for i := range bodies {
			b := &bodies[i]
			b.X, b.Y, b.VX, b.VY = m.x[4*i], m.x[4*i+1], m.x[4*i+2], m.x[4*i+3]
			b.Angle += b.Omega * m.frame
		}
		if err := bodies.Check(); err != nil {
			return fmt.Errorf("links: %w", err)
		}
	}
	return nil
}

// Suit returns the model whose step predicts the next frames of known states best, given the forces of their scenes.
func Suit(trajectories []*sim.Trajectory) (*Model, error) {
	var best *Model
	least := 0.0
	for _, step := range Steps() {
		for _, summed := range []bool{false, true} {
			m := &Model{step, summed}
			total := 0.0 // of logarithms: what is exact in few frames counts, and what goes astray in few does not
			for _, t := range trajectories {
				p, err := m.Predictor([]*sim.Scene{t.Scene})
				if err != nil {
					return nil, err
				}
				for k := 0; k+1 < len(t.States); k++ {
					next := slices.Clone(t.States[k])
					if err := p.Step(next, nil); err != nil {
						return nil, err
					}
					for i, b := range next {
						d := b.Position().Sub(t.States[k+1][i].Position())
						total += math.Log(d.Dot(d) + 1e-24)
					}
				}
			}
			if best == nil || total < least {
				best, least = m, total
			}
		}
	}
	return best, nil
}
