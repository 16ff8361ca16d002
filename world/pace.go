package world

import (
	"errors"
	"math"
	"slices"

	"orrery/sim"
	"orrery/world/region"
)

// FrameTimeTolerance is the share by which two frame times may differ and still count as
// the same: a frame time that was written as a decimal is not exact.
const FrameTimeTolerance = 1e-6

// AnyPace returns model, which was trained on frames of frameTime seconds, with
// Predictors for scenes whose frames are shorter by a whole number as well. `orrery
// train --stride` makes such models.
//
// Where the model's frame lasts k of the scene's, every k-th frame is the model's
// prediction. That is a stride. The action at its first frame is held for all of it, and
// what is asked for in between is not heard. The states in between lie on the straight
// line from one end of the stride to the other, positions, angles and velocities alike.
// A state that is not the answer to the Step before begins a new stride, so that every
// state may be predicted from. Each scene has strides of its own, so a prediction does
// not depend on the other scenes. Scenes of other frame times go to the model as they
// are, which turns down what it does not know.
func AnyPace(model Model, frameTime float64) Model {
	return anyPace{Model: model, frameTime: frameTime}
}

type anyPace struct {
	Model
	frameTime float64 // s
	shared    Model   // for scenes without strides, or nil
}

// Bare implements Watched.
func (m anyPace) Bare() Model { return anyPace{Model: Bare(m.Model), frameTime: m.frameTime} }

// Coarse returns the model with Predictors that take a frame in a number of steps at most, if it can do with fewer than it learned; see
// package contact.
func (m anyPace) Coarse(steps int) (coarser Model, ok bool) {
	if c, can := m.Model.(interface{ Coarse(steps int) (Model, bool) }); can {
		m.Model, ok = c.Coarse(steps)
	}
	return m, ok
}

// Shared returns the model with Predictors that share out their scenes among some workers, if it can; see package baseline.
// Scenes of which some have strides are not shared out.
func (m anyPace) Shared(workers int) (shared Model, ok bool) {
	m.shared, ok = among(m.Model, workers)
	return m, ok
}

// Strike is that of the model, if it says what a single impact does; see package contact.
func (m anyPace) Strike(scene *sim.Scene, state sim.State) (sim.State, error) {
	s, ok := m.Model.(interface {
		Strike(*sim.Scene, sim.State) (sim.State, error)
	})
	if !ok {
		return nil, &Refusal{Model: m.Kind(), Scene: scene.Name, Reason: "it says nothing of a single impact"}
	}
	return s.Strike(scene, state)
}

// Predictor implements Model.
func (m anyPace) Predictor(scenes []*sim.Scene) (Predictor, error) {
	if !slices.ContainsFunc(scenes, func(s *sim.Scene) bool { return m.strideOf(s) > 1 }) {
		if m.shared != nil {
			return m.shared.Predictor(scenes)
		}
		return m.Model.Predictor(scenes)
	}
	p, uncertain := make(paced, len(scenes)), true
	for i, scene := range scenes {
		k := m.strideOf(scene)
		long := *scene
		long.FPS, long.Substeps = scene.FPS/k, scene.Substeps*k
		inner, err := m.Model.Predictor([]*sim.Scene{&long})
		if err != nil {
			return nil, err
		}
		p[i] = &strides{inner: inner, k: k, bodies: len(scene.Bodies), actuators: len(scene.Actuators)}
		_, ok := inner.(Uncertain)
		uncertain = uncertain && ok
	}
	if uncertain {
		return uncertainPaced{p}, nil
	}
	return p, nil
}

// strideOf returns how many frames of scene one frame of the model lasts, or 1 when that
// is no whole number that divides the frames of a second.
func (m anyPace) strideOf(scene *sim.Scene) int {
	share := m.frameTime / scene.FrameTime()
	if !(share >= 1 && share < float64(scene.FPS)+0.5) {
		return 1
	}
	k := int(math.Round(share))
	if scene.FPS%k != 0 || !(math.Abs(share-float64(k)) <= FrameTimeTolerance*share) {
		return 1
	}
	return k
}

// paced has a predictor for each of some scenes.
type paced []*strides

// Step implements Predictor.
func (p paced) Step(state sim.State, actions sim.Action) error {
	for _, s := range p {
		if len(state) < s.bodies || actions != nil && len(actions) < s.actuators {
			return errors.New("state and actions must fit the scenes")
		}
		var action sim.Action
		if actions != nil {
			action, actions = actions[:s.actuators], actions[s.actuators:]
		}
		if err := s.step(state[:s.bodies], action); err != nil {
			return err
		}
		state = state[s.bodies:]
	}
	if len(state) > 0 || len(actions) > 0 {
		return errors.New("state and actions must fit the scenes")
	}
	return nil
}

type uncertainPaced struct{ paced }

// Spread implements Uncertain.
func (p uncertainPaced) Spread(dst []float64) []float64 {
	dst = dst[:0]
	for _, s := range p.paced {
		dst = s.spread(dst)
	}
	return dst
}

// Regions returns the region of each body [n].
func (p uncertainPaced) Regions(dst []region.Region) []region.Region {
	dst = dst[:0]
	for _, s := range p.paced {
		dst = s.regions(dst)
	}
	return dst
}

// strides predicts one scene, k frames at a time.
type strides struct {
	inner             Predictor
	k                 int
	bodies, actuators int
	taken             int          // frames of the stride that have been answered; k at its end
	from, to          sim.State    // ends of the stride
	answer            sim.State    // to the last step
	doubt             [2][]float64 // m, spreads at both ends; the first is none when a new stride begins
}

// step replaces the state by the one a frame of the scene later.
func (s *strides) step(state sim.State, action sim.Action) error {
	goesOn := s.answer != nil && slices.Equal(state, s.answer)
	if !goesOn || s.taken == s.k {
		s.from, s.to = append(s.from[:0], state...), append(s.to[:0], state...)
		if err := s.inner.Step(s.to, action); err != nil {
			s.answer = nil
			return err
		}
		s.doubt[0], s.doubt[1] = s.doubt[1], s.doubt[0]
		if !goesOn {
			s.doubt[0] = s.doubt[0][:0]
		}
		if u, ok := s.inner.(Uncertain); ok {
			s.doubt[1] = u.Spread(s.doubt[1])
		}
		s.taken = 0
	}
	s.taken++
	if share := float64(s.taken) / float64(s.k); s.taken == s.k {
		copy(state, s.to)
	} else {
		for i := range state {
			state[i] = between(s.from[i], s.to[i], share)
		}
	}
	s.answer = append(s.answer[:0], state...)
	return nil
}

// spread appends the standard deviations of all bodies to dst.
func (s *strides) spread(dst []float64) []float64 {
	share := float64(s.taken) / float64(s.k)
	for i, end := range s.doubt[1] {
		begin := 0.0
		if i < len(s.doubt[0]) {
			begin = s.doubt[0][i]
		}
		dst = append(dst, begin+share*(end-begin))
	}
	return dst
}

// regions appends the regions of all bodies to dst: those at the end of the stride, as much
// smaller as the standard deviations are.
func (s *strides) regions(dst []region.Region) []region.Region {
	first := len(dst)
	dst = append(dst, region.Of(s.inner.(Uncertain), nil)...)
	for i, now := range s.spread(nil) {
		for k := range dst[first+i].Axes {
			if end := s.doubt[1][i]; end > 0 {
				dst[first+i].Axes[k] *= now / end
			}
		}
	}
	return dst
}

// between returns a state on the straight line from a to b.
func between(a, b sim.BodyState, share float64) sim.BodyState {
	at := func(a, b float64) float64 { return a + share*(b-a) }
	return sim.BodyState{
		X: at(a.X, b.X), Y: at(a.Y, b.Y), Angle: at(a.Angle, b.Angle),
		VX: at(a.VX, b.VX), VY: at(a.VY, b.VY), Omega: at(a.Omega, b.Omega),
	}
}
