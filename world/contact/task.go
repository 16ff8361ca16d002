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
	velocityBeta = 0.003 // of the velocities after a frame
	moveBeta     = 0.001 // of the mean velocities during it
)

// Task trains a Model one frame ahead on the frames in which something happens. It
// is a train.Task of learn/train.
type Task struct {
	net               *network
	training, holdout set
	scale             []float32 // [3] metres by which an angular velocity counts
}

// set is trajectories and the frames of theirs to learn from.
type set struct {
	trajectories []*sim.Trajectory
	examples     []example
}

// NewTask returns the task of fitting model to the training trajectories, judged
// on the holdout ones. It is an error when either holds nothing but free flight or a
// scene the model cannot predict.
func NewTask(model *Model, training, holdout []*sim.Trajectory) (*Task, error) {
	r := float32(world.Gyration(training))
	task := &Task{net: model.net, scale: []float32{1, 1, r}}
	for _, part := range []struct {
		name string
		from []*sim.Trajectory
		to   *set
	}{{"training", training, &task.training}, {"holdout", holdout, &task.holdout}} {
		part.to.trajectories = part.from
		for i, t := range part.from {
			if err := model.accept(t.Scene); err != nil {
				return nil, err
			}
			part.to.examples = appendExamples(part.to.examples, t, i, &model.net.config.Flight)
		}
		if len(part.to.examples) == 0 {
			return nil, fmt.Errorf("%s data: %d episodes of nothing but free flight; there is nothing to learn", part.name, len(part.from))
		}
	}
	return task, nil
}

// Params returns the weights being trained.
func (t *Task) Params() *nn.Params { return t.net.params }

// Examples returns the number of training frames in which something happens.
func (t *Task) Examples() int { return len(t.training.examples) }

// NewWorker returns a function, with a tape of its own, that adds to grad the
// gradient of the summed losses of the named examples and returns that sum.
func (t *Task) NewWorker() func(weights, grad []float32, examples []int32) (float64, error) {
	w := newWorker(t, &t.training)
	return func(weights, grad []float32, examples []int32) (float64, error) {
		w.clear()
		for _, i := range examples {
			w.add(w.set.examples[i])
		}
		return w.loss(weights, grad), nil
	}
}

// validationChunk frames are evaluated at a time.
const validationChunk = 256

// Validate returns the mean loss per holdout frame.
func (t *Task) Validate(weights []float32) (float64, error) {
	w := newWorker(t, &t.holdout)
	sum := 0.0
	for rest := t.holdout.examples; len(rest) > 0; {
		w.clear()
		n := min(len(rest), validationChunk)
		for _, x := range rest[:n] {
			w.add(x)
		}
		sum += w.loss(weights, nil)
		rest = rest[n:]
	}
	return sum / float64(len(t.holdout.examples)), nil
}

// worker computes losses and gradients.
type worker struct {
	task   *Task
	set    *set
	course course
	made   []*placed // of each trajectory, where there was one
	places pool[placed]

	scenes         []*placed
	start          sim.State
	actions        sim.Action
	velocity, move []float32 // [n, 3] the velocities after a frame and the mean ones during it
}

func newWorker(t *Task, s *set) *worker {
	return &worker{task: t, set: s, course: course{run: newRunner(t.net), tracked: true}, made: make([]*placed, len(s.trajectories))}
}

func (w *worker) clear() {
	w.scenes, w.start, w.actions = w.scenes[:0], w.start[:0], w.actions[:0]
	w.velocity, w.move = w.velocity[:0], w.move[:0]
	w.places.used = 0
}

// add lays an example beside those added before.
func (w *worker) add(x example) {
	t := w.set.trajectories[x.trajectory]
	if w.made[x.trajectory] == nil {
		made := w.task.net.place(t.Scene)
		w.made[x.trajectory] = &made
	}
	s := w.places.take()
	*s = *w.made[x.trajectory]
	s.first, s.act = len(w.start), len(w.actions)
	w.scenes = append(w.scenes, s)
	now, next := t.States[x.frame], t.States[x.frame+1]
	w.start = append(w.start, now...)
	w.actions = append(w.actions, t.Action(int(x.frame))...)
	w.velocity = appendVelocity(w.velocity, next)
	dt := t.Scene.FrameTime()
	for i := range now {
		w.move = append(w.move,
			float32((next[i].X-now[i].X)/dt), float32((next[i].Y-now[i].Y)/dt), float32((next[i].Angle-now[i].Angle)/dt))
	}
}

// loss returns the summed loss of what was added and adds its gradient to grad,
// unless that is nil.
func (w *worker) loss(weights, grad []float32) float64 {
	c := &w.course
	c.run.bind(weights, grad)
	t := c.run.tape
	c.begin(w.scenes, w.start)
	c.frame(w.actions)
	mean := t.Scale(c.moved, 1/float32(w.task.net.config.Steps))
	total := t.Add(
		t.SmoothL1(mean, w.move, w.task.scale, moveBeta),
		t.SmoothL1(c.velocity, w.velocity, w.task.scale, velocityBeta))
	if grad != nil {
		t.Backward(total)
	}
	return float64(t.Matrix(total).Data[0])
}
