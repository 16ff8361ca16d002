package baseline

import (
	"context"
	"fmt"

	"orrery/learn/nn"
	"orrery/learn/tape"
	"orrery/sim"
)

// Objective trains a Model one frame ahead, on all frames of which its network has
// something to say. It is a train.Objective of learn/train.
type Objective struct {
	model             *Model
	training, holdout frames
}

// frames are the examples in some trajectories.
type frames struct {
	trajectories []*sim.Trajectory
	places       []frame
}

// frame is the place of an example.
type frame struct{ trajectory, at int32 }

// NewObjective returns the objective of fitting model to the training trajectories, judged
// on the holdout ones. It is an error when a scene is one the model cannot
// predict, or when there is nothing to learn from. When ctx ends, NewObjective soon
// returns its error.
func NewObjective(ctx context.Context, model *Model, training, holdout []*sim.Trajectory) (*Objective, error) {
	t := &Objective{model: model}
	for _, set := range []struct {
		name, use string
		from      []*sim.Trajectory
		to        *frames
	}{{"training", "learn", training, &t.training}, {"held-out", "judge by", holdout, &t.holdout}} {
		var err error
		if *set.to, err = newFrames(ctx, model, set.from); err != nil {
			return nil, err
		}
		if len(set.to.places) == 0 {
			return nil, fmt.Errorf("in %d %s episodes nothing ever comes near anything: there is nothing to %s", len(set.from), set.name, set.use)
		}
	}
	return t, nil
}

func newFrames(ctx context.Context, model *Model, trajectories []*sim.Trajectory) (frames, error) {
	f := frames{trajectories: trajectories}
	for i, t := range trajectories {
		examples, err := model.Examples(ctx, t)
		if err != nil {
			return f, err
		}
		f.add(i, examples)
	}
	return f, nil
}

func (f *frames) add(trajectory int, at []int32) {
	for _, k := range at {
		f.places = append(f.places, frame{int32(trajectory), k})
	}
}

// Examples returns the frames of a trajectory from which a model learns, in ascending order: those of which its
// network has something to say. It is an error when the model cannot predict its scene. When ctx ends, Examples soon
// returns its error.
func (m *Model) Examples(ctx context.Context, t *sim.Trajectory) (at []int32, err error) {
	if err := m.accept(t.Scene); err != nil {
		return nil, err
	}
	v, s := newView(m), newStage(&m.given, t.Scene)
	for k := range len(t.States) - 1 {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		v.reset()
		v.look(s, t.States[k], t.Action(k))
		if len(v.bodies) > 0 {
			at = append(at, int32(k))
		}
	}
	return at, nil
}

// On returns an objective like t, of the same model and judged alike, that trains on other trajectories: the given frames of each.
// It keeps the trajectories.
func (t *Objective) On(trajectories []*sim.Trajectory, at [][]int32) *Objective {
	other := *t
	other.training = frames{trajectories: trajectories}
	for i, list := range at {
		other.training.add(i, list)
	}
	return &other
}

// Params returns the weights being trained.
func (t *Objective) Params() *nn.Params { return t.model.params }

// Examples returns the number of training frames, each counted once for every way
// in which it is shown.
func (t *Objective) Examples() int { return t.model.learning.views * t.Frames() }

// Frames returns the number of training frames.
func (t *Objective) Frames() int { return len(t.training.places) }

// Trajectory returns the number of the training trajectory that an example is of.
func (t *Objective) Trajectory(example int) int {
	return int(t.training.places[example%len(t.training.places)].trajectory)
}

// NewGradient returns a function, with a tape of its own, that adds to grad the
// gradient of the summed losses of the named examples and returns that sum.
func (t *Objective) NewGradient() func(weights, grad []float32, examples []int32) (float64, error) {
	b := newBatch(t.model, &t.training, t.model.learning)
	return func(weights, grad []float32, examples []int32) (float64, error) {
		b.view.reset()
		for _, i := range examples {
			b.add(int(i))
		}
		return b.loss(weights, grad), nil
	}
}

// NewReader returns a function, with scratch space of its own, that returns one
// example as a Gradient sees it: for other implementations of the network. The
// graph is valid until the next call.
func (t *Objective) NewReader() func(example int32) Graph {
	b := newBatch(t.model, &t.training, t.model.learning)
	return func(example int32) Graph {
		b.view.reset()
		b.add(int(example))
		return b.view.graph
	}
}

// validationChunk frames are evaluated at a time.
const validationChunk = 256

// Validate returns the mean loss per holdout frame, shown as it is.
func (t *Objective) Validate(ctx context.Context, weights []float32) (float64, error) {
	b := newBatch(t.model, &t.holdout, learning{views: 1})
	sum, n := 0.0, len(t.holdout.places)
	for from := 0; from < n; from += validationChunk {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		b.view.reset()
		for i := from; i < min(from+validationChunk, n); i++ {
			b.add(i)
		}
		sum += b.loss(weights, nil)
	}
	return sum / float64(n), nil
}

// learning says how examples are shown.
type learning struct {
	noise float64 // m, deviation of positions
	views int     // of a frame, the first as it is, the others as the network varies it
}

// batch is examples side by side, whose losses and gradients it computes.
type batch struct {
	frames    *frames
	learning  learning
	stages    []*stage // of the trajectories, made when needed
	view      *view
	tape      *tape.Tape
	now, next sim.State
}

func newBatch(m *Model, f *frames, l learning) *batch {
	return &batch{frames: f, learning: l, stages: make([]*stage, len(f.trajectories)), view: newView(m), tape: tape.New()}
}

// add adds example i to the view, and its answer to the graph.
func (b *batch) add(i int) {
	p := b.frames.places[i%len(b.frames.places)]
	t := b.frames.trajectories[p.trajectory]
	if b.stages[p.trajectory] == nil {
		b.stages[p.trajectory] = newStage(&b.view.model.given, t.Scene)
	}
	v, s, action := b.view, b.stages[p.trajectory], t.Action(int(p.at))
	if v.straighten(); i >= len(b.frames.places) {
		v.model.net.vary(v, t.Scene, sim.NewRand(0, "training view", i))
	}
	rows := len(v.bodies)
	if b.take(t, int(p.at)); b.learning.noise > 0 {
		b.disturb(i)
		v.look(s, b.now, action)
	}
	if len(v.bodies) == rows { // not looked yet, or noise moved all bodies out of reach
		b.take(t, int(p.at))
		v.look(s, b.now, action)
	}
	first := len(v.all) - len(b.now)
	for _, body := range v.bodies[rows:] {
		if body == immovable {
			v.graph.Target = append(v.graph.Target, make([]float32, outputs)...)
			continue
		}
		v.aim(&v.all[body], &b.next[int(body)-first])
	}
}

// take copies a frame and the one after it.
func (b *batch) take(t *sim.Trajectory, at int) {
	b.now, b.next = append(b.now[:0], t.States[at]...), append(b.next[:0], t.States[at+1]...)
}

// disturb moves bodies in this frame and the next alike, so that what happens to
// them stays the same.
func (b *batch) disturb(example int) {
	rng := sim.NewRand(0, "training noise", example)
	for k := range b.now {
		dx, dy := b.learning.noise*rng.NormFloat64(), b.learning.noise*rng.NormFloat64()
		b.now[k].X, b.now[k].Y = b.now[k].X+dx, b.now[k].Y+dy
		b.next[k].X, b.next[k].Y = b.next[k].X+dx, b.next[k].Y+dy
	}
}

// loss returns the summed loss of the graph in view and adds its gradient to grad,
// unless that is nil.
func (b *batch) loss(weights, grad []float32) float64 {
	t, g := b.tape, &b.view.graph
	t.Reset()
	answer := b.view.model.net.forward(b.view.model.params.Bind(t, weights, grad), g)
	total := t.SmoothL1(answer, g.Target, nil, float32(b.view.model.beta))
	if grad != nil {
		t.Backward(total)
	}
	return float64(t.Matrix(total).Data[0])
}
