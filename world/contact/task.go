package contact

import (
	"fmt"

	"orrery/learn/nn"
	"orrery/sim"
	"orrery/world"
)

// Losses are Huber losses: squares near zero and lines beyond these bounds, in m/s.
// The bounds are small because some frames cannot be learned from a state alone (the
// engine remembers impulses from the frame before): with squares up to 0.1 m/s these
// few steer the rest, and the error of a rollout at one second is a quarter larger.
const (
	impulseBeta    = 0.003
	correctionBeta = 0.001
)

// Task trains a Model one frame ahead on the frames that hold contacts; free
// flight is exact and teaches nothing. It is a train.Task of learn/train.
type Task struct {
	net               *network
	training, holdout []example
	scale             []float32 // [3] metres by which an angular velocity counts
}

// NewTask returns the task of fitting model to the training trajectories, judged
// on the holdout ones. It is an error when either holds no contact or a scene the
// model cannot predict.
func NewTask(model *Model, training, holdout []*sim.Trajectory) (*Task, error) {
	r := float32(world.Gyration(training))
	task := &Task{net: model.net, scale: []float32{1, 1, r}}
	for _, set := range []struct {
		name string
		from []*sim.Trajectory
		to   *[]example
	}{{"training", training, &task.training}, {"holdout", holdout, &task.holdout}} {
		for _, t := range set.from {
			if err := model.accept(t.Scene); err != nil {
				return nil, err
			}
			*set.to = examples(*set.to, t, &model.net.config.Flight)
		}
		if len(*set.to) == 0 {
			return nil, fmt.Errorf("%s data: %d episodes without a single contact; there is nothing to learn", set.name, len(set.from))
		}
	}
	return task, nil
}

// Params returns the weights being trained.
func (t *Task) Params() *nn.Params { return t.net.params }

// Examples returns the number of training frames that hold a contact.
func (t *Task) Examples() int { return len(t.training) }

// NewWorker returns a function, with a tape of its own, that adds to grad the
// gradient of the summed losses of the named examples and returns that sum.
func (t *Task) NewWorker() func(weights, grad []float32, examples []int32) (float64, error) {
	w := newWorker(t)
	return func(weights, grad []float32, examples []int32) (float64, error) {
		w.gather(len(examples), func(i int) *example { return &t.training[examples[i]] })
		return w.loss(weights, grad), nil
	}
}

// validationChunk frames are evaluated at a time.
const validationChunk = 256

// Validate returns the mean loss per holdout frame.
func (t *Task) Validate(weights []float32) (float64, error) {
	w := newWorker(t)
	sum := 0.0
	for from := 0; from < len(t.holdout); from += validationChunk {
		part := t.holdout[from:min(from+validationChunk, len(t.holdout))]
		w.gather(len(part), func(i int) *example { return &part[i] })
		sum += w.loss(weights, nil)
	}
	return sum / float64(len(t.holdout)), nil
}

// worker computes losses and gradients.
type worker struct {
	task                *Task
	run                 *runner
	correction, impulse bundle
}

func newWorker(t *Task) *worker { return &worker{task: t, run: newRunner(t.net)} }

// gather lays n examples end to end.
func (w *worker) gather(n int, at func(int) *example) {
	w.correction.reset()
	w.impulse.reset()
	for i := range n {
		x := at(i)
		w.correction.add(&x.correction)
		w.impulse.add(&x.impulse)
	}
	w.correction.merge()
	w.impulse.merge()
}

// loss returns the summed loss of what was gathered and adds its gradient to
// grad, unless that is nil.
func (w *worker) loss(weights, grad []float32) float64 {
	w.run.bind(weights, grad)
	t := w.run.tape
	c, m := &w.correction, &w.impulse
	parted := w.run.corrections(&c.graph, t.Input(c.bodies, 3, c.before))
	settled := w.run.impulses(&m.graph, t.Input(m.bodies, 3, m.before), t.Input(m.bodies, 3, m.forced))
	total := t.Add(
		t.SmoothL1(parted, c.target, w.task.scale, correctionBeta),
		t.SmoothL1(settled, m.target, w.task.scale, impulseBeta))
	if grad != nil {
		t.Backward(total)
	}
	return float64(t.Matrix(total).Data[0])
}

// bundle is several blocks laid end to end.
type bundle struct {
	block
	graph graph
}

func (b *bundle) reset() {
	b.bodies = 0
	b.before, b.forced, b.target = b.before[:0], b.forced[:0], b.target[:0]
	b.edges, b.colour = b.edges[:0], b.colour[:0]
}

func (b *bundle) add(x *block) {
	first := len(b.edges)
	b.edges = append(b.edges, x.edges...)
	for i := first; i < len(b.edges); i++ {
		e := &b.edges[i]
		e.a += int32(b.bodies)
		if e.b >= 0 {
			e.b += int32(b.bodies)
		}
	}
	b.colour = append(b.colour, x.colour...)
	b.before = append(b.before, x.before...)
	b.forced = append(b.forced, x.forced...)
	b.target = append(b.target, x.target...)
	b.bodies += x.bodies
}

func (b *bundle) merge() { b.graph.merge(b.bodies, b.edges, b.colour) }
