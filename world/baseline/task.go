package baseline

import (
	"fmt"

	"orrery/learn/nn"
	"orrery/learn/tape"
	"orrery/sim"
	"orrery/world/geom"
)

// Task trains a Model one frame ahead, on all frames of which its network has
// something to say. It is a train.Task of learn/train.
type Task struct {
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

// NewTask returns the task of fitting model to the training trajectories, judged
// on the holdout ones. It is an error when a scene is one the model cannot
// predict, or when there is nothing to learn from.
func NewTask(model *Model, training, holdout []*sim.Trajectory) (*Task, error) {
	t := &Task{model: model}
	for _, set := range []struct {
		name string
		from []*sim.Trajectory
		to   *frames
	}{{"training", training, &t.training}, {"holdout", holdout, &t.holdout}} {
		var err error
		if *set.to, err = newFrames(model, set.from); err != nil {
			return nil, err
		}
		if len(set.to.places) == 0 {
			return nil, fmt.Errorf("%s data: in %d episodes nothing comes near anything; there is nothing to learn", set.name, len(set.from))
		}
	}
	return t, nil
}

func newFrames(model *Model, trajectories []*sim.Trajectory) (frames, error) {
	f := frames{trajectories: trajectories}
	v := newView(model)
	for i, t := range trajectories {
		if err := model.accept(t.Scene); err != nil {
			return f, err
		}
		layout := geom.NewLayout(t.Scene)
		for at := range len(t.States) - 1 {
			v.reset()
			v.look(t.Scene, layout, t.States[at])
			if len(v.bodies) > 0 {
				f.places = append(f.places, frame{int32(i), int32(at)})
			}
		}
	}
	return f, nil
}

// Params returns the weights being trained.
func (t *Task) Params() *nn.Params { return t.model.params }

// Examples returns the number of training frames.
func (t *Task) Examples() int { return len(t.training.places) }

// NewWorker returns a function, with a tape of its own, that adds to grad the
// gradient of the summed losses of the named examples and returns that sum.
func (t *Task) NewWorker() func(weights, grad []float32, examples []int32) (float64, error) {
	w := newWorker(t.model, &t.training)
	return func(weights, grad []float32, examples []int32) (float64, error) {
		w.view.reset()
		for _, i := range examples {
			w.add(int(i), t.model.noise)
		}
		return w.loss(weights, grad), nil
	}
}

// NewReader returns a function, with scratch space of its own, that returns one
// example as a Worker sees it: for other implementations of the network. The
// graph is valid until the next call.
func (t *Task) NewReader() func(example int32) Graph {
	w := newWorker(t.model, &t.training)
	return func(example int32) Graph {
		w.view.reset()
		w.add(int(example), t.model.noise)
		return w.view.graph
	}
}

// validationChunk frames are evaluated at a time.
const validationChunk = 256

// Validate returns the mean loss per holdout frame, without noise.
func (t *Task) Validate(weights []float32) (float64, error) {
	w := newWorker(t.model, &t.holdout)
	sum, n := 0.0, len(t.holdout.places)
	for from := 0; from < n; from += validationChunk {
		w.view.reset()
		for i := from; i < min(from+validationChunk, n); i++ {
			w.add(i, 0)
		}
		sum += w.loss(weights, nil)
	}
	return sum / float64(n), nil
}

// worker computes losses and gradients.
type worker struct {
	frames    *frames
	layouts   []*geom.Layout // of the trajectories, made when needed
	view      *view
	tape      *tape.Tape
	now, next sim.State
}

func newWorker(m *Model, f *frames) *worker {
	return &worker{frames: f, layouts: make([]*geom.Layout, len(f.trajectories)), view: newView(m), tape: tape.New()}
}

// add adds example i to the view, and its answer to the graph. Noise moves bodies
// in this frame and the next alike, so that what happens to them stays the same.
func (w *worker) add(i int, noise float64) {
	p := w.frames.places[i]
	t := w.frames.trajectories[p.trajectory]
	w.now, w.next = append(w.now[:0], t.States[p.at]...), append(w.next[:0], t.States[p.at+1]...)
	if noise > 0 {
		rng := sim.NewRand(0, "training noise", i)
		for k := range w.now {
			dx, dy := noise*rng.NormFloat64(), noise*rng.NormFloat64()
			w.now[k].X, w.now[k].Y = w.now[k].X+dx, w.now[k].Y+dy
			w.next[k].X, w.next[k].Y = w.next[k].X+dx, w.next[k].Y+dy
		}
	}
	if w.layouts[p.trajectory] == nil {
		w.layouts[p.trajectory] = geom.NewLayout(t.Scene)
	}
	v := w.view
	rows, bodies := len(v.bodies), len(v.all)
	v.look(t.Scene, w.layouts[p.trajectory], w.now)
	if noise > 0 && len(v.bodies) == rows { // it moved all bodies out of reach
		w.add(i, 0)
		return
	}
	for _, body := range v.bodies[rows:] {
		if body == immovable {
			v.graph.Target = append(v.graph.Target, make([]float32, outputs)...)
			continue
		}
		v.graph.Target = v.model.motion.appendTarget(v.graph.Target, &v.all[body], &w.next[int(body)-bodies])
	}
}

// loss returns the summed loss of the graph in view and adds its gradient to grad,
// unless that is nil.
func (w *worker) loss(weights, grad []float32) float64 {
	t, g := w.tape, &w.view.graph
	t.Reset()
	answer := w.view.model.net.forward(w.view.model.params.Bind(t, weights, grad), g)
	total := t.SmoothL1(answer, g.Target, nil, float32(w.view.model.beta))
	if grad != nil {
		t.Backward(total)
	}
	return float64(t.Matrix(total).Data[0])
}
