package contact

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"orrery/learn/nn"
	"orrery/learn/tape"
	"orrery/sim"
	"orrery/sim/input"
	"orrery/world/flight"
)

// Losses are Huber losses: squares near zero and lines beyond these bounds, in m/s.
// The bounds are small because some frames cannot be learned from a state alone (the
// engine remembers impulses from the frame before): with squares up to 0.1 m/s these
// few steer the rest, and the error of a rollout at one second is a quarter larger.
const (
	velocityBeta = 0.003 // of the velocities after a frame
	moveBeta     = 0.001 // of the mean velocities during it
)

// Losses of impacts, which are measured and not computed, are Huber losses with a bound that is a share of the
// usual speed: measurements of some impacts are far off.
const hitBeta = 0.04

// Objective trains a Model one frame ahead on the frames in which something happens. Of
// motion that was observed each value counts by its uncertainty; see appendWeights. It
// is a train.Objective of learn/train.
type Objective struct {
	net               *network
	training, holdout set
	scale             []float32 // [3] metres by which an angular velocity counts
}

// set is trajectories and the frames of theirs to learn from.
type set struct {
	trajectories []*sim.Trajectory
	examples     []example
	observed     bool  // some of the states are estimates
	kept         *kept // of the examples; nil where each is seen once
}

// NewObjective returns the objective of fitting model to the training trajectories,
// judged on the holdout ones. Where the weights have no influence on these, because contacts are
// rare, some training frames are held out in their place. It is an error when either holds a scene
// the model cannot predict, or when the training ones hold nothing on which weights have an
// influence. When ctx ends, NewObjective soon returns its error.
func NewObjective(ctx context.Context, model *Model, training, holdout []*sim.Trajectory) (*Objective, error) {
	if err := sameKind(training, holdout); err != nil {
		return nil, err
	}
	r := float32(flight.Gyration(training))
	objective := &Objective{net: model.net, scale: []float32{1, 1, r}}
	for _, part := range []struct {
		from []*sim.Trajectory
		to   *set
	}{{training, &objective.training}, {holdout, &objective.holdout}} {
		part.to.trajectories = part.from
		for i, t := range part.from {
			if err := model.accept(t.Scene); err != nil {
				return nil, err
			}
			part.to.observed = part.to.observed || t.Seen != nil
			var err error
			if part.to.examples, err = appendExamples(ctx, part.to.examples, t, i, &model.net.config); err != nil {
				return nil, err
			}
		}
	}
	switch teaches, err := objective.teaching(ctx, &objective.training, 1); {
	case err != nil:
		return nil, err
	case len(teaches) == 0:
		return nil, fmt.Errorf("in %s nothing ever touches, and no joint or field acts: there is nothing to learn", input.Count(len(training), "training episode"))
	}
	switch judges, err := objective.teaching(ctx, &objective.holdout, 1); {
	case err != nil:
		return nil, err
	case len(judges) == 0:
		if err := objective.spare(ctx); err != nil {
			return nil, err
		}
	}
	if len(model.net.hits) == 0 {
		for _, s := range []*set{&objective.training, &objective.holdout} {
			s.kept = newKept(len(s.examples), mostKept)
		}
	}
	return objective, nil
}

// Examples returns the frames of a trajectory from which a model learns, in ascending order: those in which something
// happens. It is an error when the model cannot predict its scene. When ctx ends, Examples soon returns its error.
func (m *Model) Examples(ctx context.Context, t *sim.Trajectory) ([]int32, error) {
	if err := m.accept(t.Scene); err != nil {
		return nil, err
	}
	examples, err := appendExamples(ctx, nil, t, 0, &m.net.config)
	frames := make([]int32, len(examples))
	for i, x := range examples {
		frames[i] = x.frame
	}
	return frames, err
}

// On returns an objective like t, of the same model and judged alike, that trains on other trajectories: the given frames of each.
// It keeps the trajectories.
func (t *Objective) On(trajectories []*sim.Trajectory, frames [][]int32) *Objective {
	other := *t
	other.training = set{trajectories: trajectories}
	for i, list := range frames {
		other.training.observed = other.training.observed || trajectories[i].Seen != nil
		for _, frame := range list {
			other.training.examples = append(other.training.examples, example{int32(i), frame})
		}
	}
	return &other
}

// spareShare is one of how many teaching frames is held out when the episodes held out have none.
const spareShare = 20

// spare takes some of the training frames to judge by. A single one does both.
func (t *Objective) spare(ctx context.Context) error {
	teaches, err := t.teaching(ctx, &t.training, len(t.training.examples))
	if err != nil {
		return err
	}
	t.holdout = set{trajectories: t.training.trajectories, observed: t.training.observed}
	for i, x := range teaches {
		if i%spareShare == 0 {
			t.holdout.examples = append(t.holdout.examples, x)
		}
	}
	if len(teaches) > 1 {
		t.training.examples = slices.DeleteFunc(t.training.examples, func(x example) bool { return slices.Contains(t.holdout.examples, x) })
	}
	return nil
}

// sameKind returns an error when only some trajectories are impacts.
func sameKind(training, holdout []*sim.Trajectory) error {
	for _, t := range slices.Concat(training, holdout) {
		if t.Impact != training[0].Impact {
			return errors.New("some of the episodes are impacts of a table and some are motion: a model learns from one of them")
		}
	}
	return nil
}

// teaching returns the first examples of s, at most some, on which the weights have an influence.
// Without any, every gradient would be nothing and every validation the same.
func (t *Objective) teaching(ctx context.Context, s *set, most int) (teach []example, err error) {
	b := newBatch(t, s)
	weights := t.net.params.Data()
	grad := make([]float32, len(weights))
	for i := 0; i < len(s.examples) && len(teach) < most; i++ {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		b.clear()
		b.add(int32(i))
		if b.loss(weights, grad); b.course.run.tape.Depends(b.total) {
			teach = append(teach, s.examples[i])
		}
	}
	return teach, nil
}

// Params returns the weights being trained.
func (t *Objective) Params() *nn.Params { return t.net.params }

// Examples returns the number of training frames in which something happens.
func (t *Objective) Examples() int { return len(t.training.examples) }

// Trajectory returns the number of the training trajectory that an example is of.
func (t *Objective) Trajectory(example int) int { return int(t.training.examples[example].trajectory) }

// NewGradient returns a function, with a tape of its own, that adds to grad the
// gradient of the summed losses of the named examples and returns that sum.
func (t *Objective) NewGradient() func(weights, grad []float32, examples []int32) (float64, error) {
	b := newBatch(t, &t.training)
	return func(weights, grad []float32, examples []int32) (float64, error) {
		b.clear()
		for _, i := range examples {
			b.add(i)
		}
		return b.loss(weights, grad), nil
	}
}

// validationChunk frames are evaluated at a time.
const validationChunk = 256

// Validate returns the mean loss per holdout frame.
func (t *Objective) Validate(ctx context.Context, weights []float32) (float64, error) {
	b := newBatch(t, &t.holdout)
	sum := 0.0
	for from := 0; from < len(t.holdout.examples); from += validationChunk {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		b.clear()
		for i := from; i < min(from+validationChunk, len(t.holdout.examples)); i++ {
			b.add(int32(i))
		}
		sum += b.loss(weights, nil)
	}
	return sum / float64(len(t.holdout.examples)), nil
}

// batch is examples side by side, whose losses and gradients it computes.
type batch struct {
	objective *Objective
	set       *set
	course    course
	made      []*placed // of each trajectory, where there was one
	places    pool[placed]

	scenes         []*placed
	examples       []int32 // of the scenes; -1 where it is known what touches at the start
	keeper         keeper
	start          sim.State
	actions        sim.Action
	velocity, move []float32 // [n, 3] the velocities after a frame and the mean ones during it
	byVelocity     weighOp   // [n, 3] by what these count, where states are estimates
	byMove         weighOp

	impacts bool // the examples are impacts

	total tape.Value // the last loss
}

func newBatch(t *Objective, s *set) *batch {
	return &batch{
		objective: t, set: s, course: course{run: newRunner(t.net), tracked: true}, made: make([]*placed, len(s.trajectories)),
		keeper: keeper{kept: s.kept},
	}
}

func (b *batch) clear() {
	b.scenes, b.examples, b.start, b.actions = b.scenes[:0], b.examples[:0], b.start[:0], b.actions[:0]
	b.velocity, b.move = b.velocity[:0], b.move[:0]
	b.byVelocity.factors, b.byMove.factors = b.byVelocity.factors[:0], b.byMove.factors[:0]
	b.places.used, b.impacts = 0, false
}

// add lays an example of the set beside those added before.
func (b *batch) add(i int32) {
	x := b.set.examples[i]
	t := b.set.trajectories[x.trajectory]
	if b.made[x.trajectory] == nil {
		made := b.objective.net.place(t.Scene)
		made.sink = 0 // what a law would do by itself is what it learns from
		b.made[x.trajectory] = &made
	}
	b.impacts = t.Impact
	s := b.places.take()
	*s = *b.made[x.trajectory]
	s.first, s.act = len(b.start), len(b.actions)
	if s.known = b.keeper.find(i); s.known != nil {
		i = -1
	}
	b.scenes, b.examples = append(b.scenes, s), append(b.examples, i)
	now, next := t.States[x.frame], t.States[x.frame+1]
	b.start = append(b.start, now...)
	b.actions = append(b.actions, t.Action(int(x.frame))...)
	b.velocity = appendVelocity(b.velocity, next)
	dt := t.Scene.FrameTime()
	for i := range now {
		b.move = append(b.move,
			float32((next[i].X-now[i].X)/dt), float32((next[i].Y-now[i].Y)/dt), float32((next[i].Angle-now[i].Angle)/dt))
	}
	if b.set.observed {
		b.byVelocity.factors, b.byMove.factors = appendWeights(b.byVelocity.factors, b.byMove.factors, t, int(x.frame), b.objective.scale)
	}
}

// loss returns the summed loss of what was added and adds its gradient to grad,
// unless that is nil. Where nothing touches or is tied the loss does not depend on the
// weights, and nothing is added.
func (b *batch) loss(weights, grad []float32) float64 {
	c := &b.course
	c.run.bind(weights, grad)
	t := c.run.tape
	c.begin(b.scenes, b.start)
	b.keep()
	if b.impacts {
		return b.hitLoss(grad)
	}
	c.frame(b.actions)
	mean := t.Scale(c.moved, 1/float32(b.objective.net.config.Steps))
	total := t.Add(
		b.compare(mean, b.move, &b.byMove, moveBeta),
		b.compare(c.velocity, b.velocity, &b.byVelocity, velocityBeta))
	if grad != nil {
		t.Backward(total)
	}
	b.total = total
	return float64(t.Matrix(total).Data[0])
}

// keep keeps what touches where the examples begin.
func (b *batch) keep() {
	here := b.course.here
	for k, i := range b.examples {
		if i >= 0 {
			from, to := here.bounds(k)
			b.keeper.keep(i, here.edges[from.edges:to.edges], int32(b.scenes[k].first))
		}
	}
}

// compare returns the loss of values [n, 3] against a target, which it may change.
func (b *batch) compare(values tape.Value, target []float32, by *weighOp, beta float32) tape.Value {
	t := b.course.run.tape
	if !b.set.observed {
		return t.SmoothL1(values, target, b.objective.scale, beta)
	}
	for i, f := range by.factors {
		target[i] *= f
	}
	return t.SmoothL1(t.Apply(by, len(target)/3, 3, values), target, nil, beta)
}

// hitLoss is loss for impacts. Each network of impacts has a loss of its own, so that they learn by themselves
// and their mean is better than each.
func (b *batch) hitLoss(grad []float32) float64 {
	c := &b.course
	r := c.run
	c.strike()
	var after []tape.Value
	for k := range r.net.hits {
		after = append(after, r.hit(c.here, k, c.velocity))
	}
	beta := float32(hitBeta * r.net.config.Hits.Speed)
	if len(after) == 0 {
		after, beta = append(after, r.collide(c.here, c.velocity)), velocityBeta
	}
	total := tape.Value(-1)
	for _, v := range after {
		total = c.sum(total, r.tape.Scale(r.tape.SmoothL1(v, b.velocity, b.objective.scale, beta), 1/float32(len(after))))
	}
	if grad != nil {
		r.tape.Backward(total)
	}
	b.total = total
	return float64(r.tape.Matrix(total).Data[0])
}

// Load says how much work a frame is for a model: numbers of rows, for an average of
// several frames.
type Load struct {
	Bodies int `json:"bodies"` // number of bodies that move
	Parted int `json:"parted"` // number of touching points whose overlaps are corrected
	Edges  int `json:"edges"`  // number of touching points that take impulses
}

// Work returns what the networks are given for a number of average training frames,
// so that other programs can be measured on as much.
func (t *Objective) Work(frames int) Load {
	w := newBatch(t, &t.training)
	w.course.run.bind(t.net.params.Data(), nil)
	bodies, parted, edges := 0, 0, 0
	for i := range t.training.examples {
		w.clear()
		w.add(int32(i))
		w.course.run.start()
		w.course.begin(w.scenes, w.start)
		parted += len(w.course.here.edges)
		w.course.frame(w.actions)
		edges += len(w.course.here.edges)
		bodies += len(w.start)
	}
	share := func(n int) int { return (n*frames + len(t.training.examples)/2) / len(t.training.examples) }
	return Load{share(bodies), share(parted), share(edges)}
}
