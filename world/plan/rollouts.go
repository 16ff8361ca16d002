package plan

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"sync"
	"sync/atomic"

	"orrery/sim"
	"orrery/world"
	"orrery/world/region"
)

// Cost says what it costs to be in a state after an action. Several goroutines
// call it at once; it must not keep or change what it is given.
type Cost func(state sim.State, action sim.Action) float64

// Rollouts judges plans by a model: it rolls every one out from a state and adds
// up what its frames cost. It belongs to one goroutine but uses several.
//
// Plans are cut into chunks of equal size, and chunks are dealt to a fixed number
// of lanes, each with a Predictor of its own that does them in order. Whichever
// goroutine takes a lane, every Predictor sees the same states in the same order,
// so that results do not depend on the number of goroutines.
type Rollouts struct {
	config Config
	scene  *sim.Scene
	cost   Cost
	start  sim.State
	chunk  int // plans rolled out together
	lanes  []lane
	others []lane // that predict in fewer steps, while lanes do not, or the other way round; none where there are no such
	rough  bool   // lanes do
	single lane   // for one plan; apart from the others, so that looking changes nothing
	work   work
	bound  bound
}

// chunkSize is about how many plans are rolled out together: enough to fill a
// network's rows, few enough to stay in cache. maxLanes bounds how many Predictors
// there are, as an engine that stands in for a model takes half a megabyte a plan.
const (
	chunkSize = 40
	maxLanes  = 8
)

// lane is a Predictor of some copies of the scene and its scratch space. It is made anew
// after a plan on which the model breaks down.
type lane struct {
	predictor world.Predictor
	copies    int             // of the scene that predictor has
	uncertain world.Uncertain // the predictor, when caution asks for its spread
	states    sim.State       // [copies, n], of those that are rolled out
	actions   sim.Action      // [copies, a]
	model     world.Model     // that made the predictor
	spread    []float64       // [copies, n] m
	regions   []region.Region // [copies, n]
	err       error
	tried     int   // plans of this Evaluate that were rolled out
	broken    int   // those of them on which the model broke down
	reason    error // on the first of these
	bounded   share // scratch
}

// share is plans that are rolled out together, and what becomes of them.
type share struct {
	plans    []float64    // [k, h, a]
	costs    []float64    // [k]
	policies []sim.Policy // [k], of plans that are made up as they go along; or nil
}

// cut returns the plans from:to, each of a size.
func (s *share) cut(from, to, size int) share {
	part := share{plans: s.plans[from*size : to*size], costs: s.costs[from:to]}
	if s.policies != nil {
		part.policies = s.policies[from:to]
	}
	return part
}

// work has what the goroutines of one Evaluate share.
type work struct {
	share
	next  atomic.Int64 // lane to be taken
	group sync.WaitGroup
}

// NewRollouts returns a judge of plans for a scene with actuators, beginning at
// its start. It fails when the model cannot predict the scene, or does not know
// its uncertainty while config asks for caution.
func NewRollouts(model world.Model, scene *sim.Scene, cost Cost, config Config) (*Rollouts, error) {
	if err := config.Validate(); err != nil {
		return nil, err
	}
	if len(scene.Actuators) == 0 {
		return nil, fmt.Errorf("plan: scene %s has no actuators", scene.Name)
	}
	chunks := divideUp(config.Samples, chunkSize)
	r := &Rollouts{config: config, scene: scene, cost: cost, start: scene.Start()}
	r.chunk = divideUp(config.Samples, chunks)
	var err error
	if r.lanes, err = r.openAll(model, min(chunks, maxLanes)); err != nil {
		return nil, err
	}
	if coarser, ok := coarse(r.bare(model), config.Inner); ok {
		if r.others, err = r.openAll(coarser, len(r.lanes)); err != nil {
			return nil, err
		}
	}
	return r, r.open(&r.single, model, 1)
}

// openAll returns a number of lanes.
func (r *Rollouts) openAll(model world.Model, n int) ([]lane, error) {
	lanes := make([]lane, n)
	for i := range lanes {
		if err := r.open(&lanes[i], model, r.chunk); err != nil {
			return nil, err
		}
	}
	return lanes, nil
}

// bare returns the model as plans are judged by it.
func (r *Rollouts) bare(model world.Model) world.Model {
	if r.config.Caution == 0 {
		return world.Bare(model)
	}
	return model
}

// roughly says whether plans are judged in fewer steps a frame than the model learned, if there is a model for that.
func (r *Rollouts) roughly(rough bool) {
	if rough != r.rough && r.others != nil {
		r.rough, r.lanes, r.others = rough, r.others, r.lanes
	}
}

// open fills in a lane for some copies of the scene.
func (r *Rollouts) open(l *lane, model world.Model, copies int) error {
	model = r.bare(model)
	l.model, l.copies = model, copies
	var err error
	if l.predictor, err = model.Predictor(slices.Repeat([]*sim.Scene{r.scene}, copies)); err != nil {
		return err
	}
	if r.config.Caution > 0 {
		var ok bool
		if l.uncertain, ok = l.predictor.(world.Uncertain); !ok {
			return fmt.Errorf("plan: caution %v needs a model that knows its uncertainty, and %s does not", r.config.Caution, model.Kind())
		}
	}
	l.states = make(sim.State, copies*len(r.scene.Bodies))
	l.actions = make(sim.Action, copies*len(r.scene.Actuators))
	l.spread = make([]float64, len(l.states))
	return nil
}

// coarse returns model with Predictors that take a frame in fewer steps than it learned, no more than some above 0: that is
// less work, and less exact. It reports whether there is such a model: not where frames take a step, or uncertainty is told.
func coarse(model world.Model, steps int) (coarser world.Model, ok bool) {
	if c, can := model.(interface {
		Coarse(steps int) (world.Model, bool)
	}); can && steps > 0 {
		return c.Coarse(steps)
	}
	return model, false
}

func divideUp(a, b int) int { return (a + b - 1) / b }

// From lets the following rollouts begin at a state, which it copies.
func (r *Rollouts) From(state sim.State) error {
	if len(state) != len(r.scene.Bodies) {
		return fmt.Errorf("plan: state of %d bodies must have the scene's %d", len(state), len(r.scene.Bodies))
	}
	copy(r.start, state)
	return state.Check()
}

// Evaluate is an Evaluate of plans [n, h, a] whose numbers are within the ranges
// of the actuators. A plan on which the model breaks down costs +Inf; it is an error when
// several are judged and the model breaks down on all. See Bound for plans that need not be
// rolled out.
func (r *Rollouts) Evaluate(costs, plans []float64) error { return r.evaluate(costs, plans, nil) }

// evaluate judges plans of which those with a policy are what it does, and get
// overwritten by it.
func (r *Rollouts) evaluate(costs, plans []float64, policies []sim.Policy) error {
	r.work.share = share{plans, costs, policies}
	r.work.next.Store(0)
	r.limit()
	for i := range r.lanes {
		l := &r.lanes[i]
		l.err, l.tried, l.broken, l.reason = nil, 0, 0, nil
	}
	for range min(r.config.Workers, len(r.lanes)) - 1 {
		r.work.group.Go(r.take)
	}
	r.take()
	r.work.group.Wait()
	tried, broken, reason := 0, 0, error(nil)
	for i := range r.lanes {
		l := &r.lanes[i]
		if l.err != nil {
			return fmt.Errorf("plan: %w", l.err)
		}
		tried += l.tried
		if broken += l.broken; reason == nil {
			reason = l.reason
		}
	}
	if broken == tried && broken > 1 {
		return fmt.Errorf("plan: the model breaks down on every plan: %w", reason)
	}
	r.giveUp()
	return nil
}

// size is that of a plan.
func (r *Rollouts) size() int { return r.config.Horizon * len(r.scene.Actuators) }

// take does its part of the work.
func (r *Rollouts) take() {
	if r.bound.active {
		r.takePromising()
	} else {
		r.takeLanes()
	}
}

// takeLanes works on one lane after the other until none is left.
func (r *Rollouts) takeLanes() {
	for {
		i := int(r.work.next.Add(1)) - 1
		if i >= len(r.lanes) {
			return
		}
		l := &r.lanes[i]
		for from := i * r.chunk; from < len(r.work.costs) && l.err == nil; from += len(r.lanes) * r.chunk {
			l.err = r.rollSafely(l, r.work.cut(from, min(from+r.chunk, len(r.work.costs)), r.size()))
		}
	}
}

// rollSafely evaluates plans. Where the model breaks down, each plan is
// evaluated alone, and one on which it breaks down costs infinitely much: the others
// cost what they would without it. A stop is an error, and so is a fault of the program.
func (r *Rollouts) rollSafely(l *lane, s share) (err error) {
	defer func() {
		if fault := recover(); fault != nil {
			err = fmt.Errorf("a fault of this program in model %s: %v", l.model.Kind(), fault)
		}
	}()
	l.tried += len(s.costs)
	if err = r.roll(l, s); err == nil {
		return nil
	}
	return r.rollAlone(l, s, err)
}

// rollAlone evaluates plans one by one, after evaluating them together failed.
func (r *Rollouts) rollAlone(l *lane, s share, failed error) error {
	var stop *stopped
	if errors.As(failed, &stop) {
		return failed
	}
	alone := lane{}
	for k := range s.costs {
		if err := r.open(&alone, l.model, 1); err != nil {
			return err
		}
		err := r.roll(&alone, s.cut(k, k+1, r.size()))
		if errors.As(err, &stop) {
			return err
		}
		if err != nil {
			if s.costs[k] = math.Inf(1); l.broken == 0 {
				l.reason = err
			}
			l.broken++
		}
	}
	return r.open(l, l.model, l.copies)
}

// roll evaluates plans.
func (r *Rollouts) roll(l *lane, s share) error {
	n, a, plans, costs := len(r.scene.Bodies), len(r.scene.Actuators), s.plans, s.costs
	clear(costs)
	r.choose(l, len(costs))
	r.begin(l)
	for frame := range r.config.Frames() {
		if s.policies != nil && frame%r.config.Repeat == 0 {
			r.follow(l, plans, s.policies, frame)
		}
		if err := r.step(l, plans, frame); err != nil {
			return err
		}
		weight := 1.0
		if frame == r.config.Frames()-1 {
			weight = r.config.Final
		}
		for k := range costs {
			costs[k] += weight * r.cost(row(l.states, k, n), row(l.actions, k, a))
		}
		if l.uncertain != nil {
			l.doubt(r.config.Within)
			for k := range costs {
				for _, metres := range row(l.spread, k, n) {
					costs[k] += r.config.Caution * metres
				}
			}
		}
	}
	return nil
}

// doubt sets the spread of all bodies: their standard deviations, or the radii of the
// regions that hold a share of the truth above 0.
func (l *lane) doubt(share float64) {
	if share == 0 {
		l.spread = l.uncertain.Spread(l.spread)
		return
	}
	l.regions, l.spread = region.Of(l.uncertain, l.regions), l.spread[:0]
	for i := range l.regions {
		l.spread = append(l.spread, l.regions[i].Radius(share))
	}
}

// choose leaves as many copies of the scene in a lane as there are plans, if its predictor can do without the others.
func (r *Rollouts) choose(l *lane, plans int) {
	if n := len(r.start); len(l.states) != plans*n && only(l.predictor, plans) {
		l.states, l.actions = l.states[:plans*n], l.actions[:plans*len(r.scene.Actuators)]
	}
}

// only lets a predictor of several scenes advance the first of them alone from now on, and reports whether it can.
func only(p world.Predictor, scenes int) bool {
	o, ok := p.(interface{ Only(scenes int) bool })
	return ok && o.Only(scenes)
}

// begin puts all copies of the scene at the start.
func (r *Rollouts) begin(l *lane) {
	for at := 0; at < len(l.states); at += len(r.start) {
		copy(l.states[at:], r.start)
	}
}

// step advances every copy of the scene by what its plan decides for a frame.
// Copies without a plan follow the last one.
func (r *Rollouts) step(l *lane, plans []float64, frame int) error {
	a, decision, size := len(r.scene.Actuators), frame/r.config.Repeat, r.size()
	last := len(plans)/size - 1
	for k := range len(l.actions) / a {
		copy(row(l.actions, k, a), row(row(plans, min(k, last), size), decision, a))
	}
	return l.predictor.Step(l.states, l.actions)
}

// States returns what a plan [h, a] leads to: the state from which rollouts begin
// and one for every frame after it.
func (r *Rollouts) States(plan []float64) ([]sim.State, error) {
	r.begin(&r.single)
	states := []sim.State{slices.Clone(r.start)}
	for frame := range r.config.Frames() {
		if err := r.step(&r.single, plan, frame); err != nil {
			return nil, fmt.Errorf("plan: %w", err)
		}
		states = append(states, slices.Clone(r.single.states))
	}
	return states, nil
}
