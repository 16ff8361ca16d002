package baseline

import (
	"fmt"

	"orrery/learn/nn"
	"orrery/learn/tape"
	"orrery/sim"
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
		s := newStage(&model.motion, t.Scene)
		for at := range len(t.States) - 1 {
			v.reset()
			v.look(s, t.States[at], t.Action(at))
			if len(v.bodies) > 0 {
				f.places = append(f.places, frame{int32(i), int32(at)})
			}
		}
	}
	return f, nil
}

// Params returns the weights being trained.
func (t *Task) Params() *nn.Params { return t.model.params }

// Examples returns the number of training frames, each counted once for every way
// in which it is shown.
func (t *Task) Examples() int { return t.model.learning.views * t.Frames() }

// Frames returns the number of training frames.
func (t *Task) Frames() int { return len(t.training.places) }

// NewWorker returns a function, with a tape of its own, that adds to grad the
// gradient of the summed losses of the named examples and returns that sum.
func (t *Task) NewWorker() func(weights, grad []float32, examples []int32) (float64, error) {
	w := newWorker(t.model, &t.training, t.model.learning)
	return func(weights, grad []float32, examples []int32) (float64, error) {
		w.view.reset()
		for _, i := range examples {
			w.add(int(i))
		}
		return w.loss(weights, grad), nil
	}
}

// NewReader returns a function, with scratch space of its own, that returns one
// example as a Worker sees it: for other implementations of the network. The
// graph is valid until the next call.
func (t *Task) NewReader() func(example int32) Graph {
	w := newWorker(t.model, &t.training, t.model.learning)
	return func(example int32) Graph {
		w.view.reset()
		w.add(int(example))
		return w.view.graph
	}
}

// validationChunk frames are evaluated at a time.
const validationChunk = 256

// Validate returns the mean loss per holdout frame, shown as it is.
func (t *Task) Validate(weights []float32) (float64, error) {
	w := newWorker(t.model, &t.holdout, learning{views: 1})
	sum, n := 0.0, len(t.holdout.places)
	for from := 0; from < n; from += validationChunk {
		w.view.reset()
		for i := from; i < min(from+validationChunk, n); i++ {
			w.add(i)
		}
		sum += w.loss(weights, nil)
	}
	return sum / float64(n), nil
}

// learning is how examples are shown.
type learning struct {
	noise float64 // m, deviation of positions
	views int     // of a frame, the first as it is, the others as the network varies it
}

// worker computes losses and gradients.
type worker struct {
	frames    *frames
	learning  learning
	stages    []*stage // of the trajectories, made when needed
	view      *view
	tape      *tape.Tape
	now, next sim.State
}

func newWorker(m *Model, f *frames, l learning) *worker {
	return &worker{frames: f, learning: l, stages: make([]*stage, len(f.trajectories)), view: newView(m), tape: tape.New()}
}

// add adds example i to the view, and its answer to the graph.
func (w *worker) add(i int) {
	p := w.frames.places[i%len(w.frames.places)]
	t := w.frames.trajectories[p.trajectory]
	if w.stages[p.trajectory] == nil {
		w.stages[p.trajectory] = newStage(&w.view.model.motion, t.Scene)
	}
	v, s, action := w.view, w.stages[p.trajectory], t.Action(int(p.at))
	if v.straighten(); i >= len(w.frames.places) {
		v.model.net.vary(v, t.Scene, sim.NewRand(0, "training view", i))
	}
	rows := len(v.bodies)
	if w.take(t, int(p.at)); w.learning.noise > 0 {
		w.disturb(i)
		v.look(s, w.now, action)
	}
	if len(v.bodies) == rows { // not looked yet, or noise moved all bodies out of reach
		w.take(t, int(p.at))
		v.look(s, w.now, action)
	}
	first := len(v.all) - len(w.now)
	for _, body := range v.bodies[rows:] {
		if body == immovable {
			v.graph.Target = append(v.graph.Target, make([]float32, outputs)...)
			continue
		}
		v.aim(&v.all[body], &w.next[int(body)-first])
	}
}

// take copies a frame and the one after it.
func (w *worker) take(t *sim.Trajectory, at int) {
	w.now, w.next = append(w.now[:0], t.States[at]...), append(w.next[:0], t.States[at+1]...)
}

// disturb moves bodies in this frame and the next alike, so that what happens to
// them stays the same.
func (w *worker) disturb(example int) {
	rng := sim.NewRand(0, "training noise", example)
	for k := range w.now {
		dx, dy := w.learning.noise*rng.NormFloat64(), w.learning.noise*rng.NormFloat64()
		w.now[k].X, w.now[k].Y = w.now[k].X+dx, w.now[k].Y+dy
		w.next[k].X, w.next[k].Y = w.next[k].X+dx, w.next[k].Y+dy
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
