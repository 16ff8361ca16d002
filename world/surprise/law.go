package surprise

import (
	"context"
	"math"
	"slices"

	"orrery/sim"
	"orrery/world"
	"orrery/world/geom"
)

// law is what a model says of one scene: many copies of it at a time are led from their states to
// those that follow.
type law struct {
	model      world.Model
	scene      *sim.Scene
	detector   *geom.Detector
	keep       float64 // share of its velocity that a free body keeps in a frame
	gain       sim.Vec // m/s, what it gains
	predictors map[int]world.Predictor
	near       []geom.Clearance // scratch
}

// newLaw returns an error when the model has no means to predict scene.
func newLaw(model world.Model, scene *sim.Scene) (*law, error) {
	l := &law{
		model: world.Bare(model), scene: scene, detector: geom.NewDetector(scene), predictors: map[int]world.Predictor{},
		keep: math.Pow(scene.Damping, scene.FrameTime()), gain: scene.Gravity.Scale(scene.FrameTime()),
	}
	_, err := l.predictor(1)
	return l, err
}

func (l *law) predictor(copies int) (world.Predictor, error) {
	if p := l.predictors[copies]; p != nil {
		return p, nil
	}
	p, err := l.model.Predictor(slices.Repeat([]*sim.Scene{l.scene}, copies))
	if err == nil {
		l.predictors[copies] = p
	}
	return p, err
}

// roll leads copies of the scene, whose states lie end to end, from a frame of t through so many
// steps. It returns their states [1+steps], the starts first. Kinematic bodies without actuators go
// where t says. A copy whose prediction breaks down stays where it is.
func (l *law) roll(ctx context.Context, t *sim.Trajectory, starts sim.State, frame, steps int) ([]sim.State, error) {
	n := len(l.scene.Bodies)
	copies := len(starts) / n
	p, err := l.predictor(copies)
	if err != nil {
		return nil, err
	}
	out := []sim.State{starts}
	for k := range steps {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		state := slices.Clone(out[k])
		var actions sim.Action
		if a := t.Action(frame + k); a != nil {
			actions = slices.Repeat(a, copies)
		}
		switch err := p.Step(state, actions); {
		case err == nil:
		case ctx.Err() != nil:
			return nil, ctx.Err()
		case copies > 1:
			return l.apart(ctx, t, starts, frame, steps)
		default:
			copy(state, out[k])
		}
		for i := range state {
			if state[i:i+1].Check() != nil {
				state[i] = out[k][i]
			}
			if body := i % n; l.scene.Bodies[body].Kind == sim.Kinematic && len(l.scene.Actuators) == 0 && frame+k+1 < len(t.States) {
				state[i] = t.States[frame+k+1][body]
			}
		}
		out = append(out, state)
	}
	return out, nil
}

// apart is roll for each copy by itself.
func (l *law) apart(ctx context.Context, t *sim.Trajectory, starts sim.State, frame, steps int) ([]sim.State, error) {
	n, out := len(l.scene.Bodies), make([]sim.State, 1+steps)
	for from := 0; from < len(starts); from += n {
		one, err := l.roll(ctx, t, starts[from:from+n], frame, steps)
		if err != nil {
			return nil, err
		}
		for k := range one {
			out[k] = append(out[k], one[k]...)
		}
	}
	return out, nil
}

// push returns by how much something other than gravity and damping changed the velocities of a body in
// a frame.
func (l *law) push(before, after *sim.BodyState) push {
	free := before.Velocity().Scale(l.keep).Add(l.gain)
	return push{after.Velocity().Sub(free).Len(), math.Abs(after.Omega - before.Omega*l.keep)}
}

// clusters returns for each body the least index of those it may have to do with along states of the
// scene: that come within reach metres of it, or are tied to it.
func (l *law) clusters(states []sim.State, reach float64) []int {
	root := make([]int, len(l.scene.Bodies))
	for i := range root {
		root[i] = i
	}
	join := func(a, b int) {
		if a < 0 || b < 0 || l.scene.Bodies[a].Kind != sim.Dynamic || l.scene.Bodies[b].Kind != sim.Dynamic {
			return
		}
		if from, to := max(root[a], root[b]), min(root[a], root[b]); from != to {
			for i := range root {
				if root[i] == from {
					root[i] = to
				}
			}
		}
	}
	for i := range l.scene.Joints {
		join(l.scene.Joints[i].A, l.scene.Joints[i].B)
	}
	for i := range l.scene.Fields {
		join(l.scene.Fields[i].A, l.scene.Fields[i].B)
	}
	for _, s := range states {
		l.near = l.detector.Clearances(l.near[:0], s, reach)
		for _, c := range l.near {
			join(c.A, c.B)
		}
	}
	return root
}
