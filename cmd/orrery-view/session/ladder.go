package session

import (
	"math"
	"slices"
	"sync"

	"orrery/sim"
	"orrery/sim/engine"
)

// perturbations are the rungs of a Ladder: by how much each coordinate of the
// start is off, as a standard deviation.
var perturbations = []float64{1e-4, 1e-3, 1e-2} // m

// runsPerRung is how many perturbed runs each rung averages.
const runsPerRung = 6

// Ladder is how far the engine itself drifts off when a start is known only so
// exactly. It is what to compare a model with where motion is chaotic.
type Ladder struct {
	From   int         // frame of the start
	Errors [][]float64 // [rung][t] m, the mean over runs
	Low    []float64   // [t] m, least error of a run of the middle rung, 1 mm off
	High   []float64   // [t] m, greatest
}

// Equivalent returns the perturbation in metres at which the engine would be as
// wrong as a model whose error at a frame is given, or NaN where nothing can be
// said: at the start, and for an error that is none.
func (l *Ladder) Equivalent(frame int, modelError float64) float64 {
	t := frame - l.From
	if t < 1 || t >= len(l.Low) || !(modelError > 0) {
		return math.NaN()
	}
	// Logarithms of error against perturbation are taken to be piecewise linear, and
	// proportional beyond the ends.
	last := len(perturbations) - 1
	at := func(k int) float64 { return max(l.Errors[k][t], 1e-12) }
	k := last
	for k >= 0 && at(k) > modelError {
		k--
	}
	switch k {
	case -1:
		return perturbations[0] * modelError / at(0)
	case last:
		return perturbations[last] * modelError / at(last)
	}
	share := math.Log(modelError/at(k)) / math.Log(at(k+1)/at(k))
	return perturbations[k] * math.Pow(perturbations[k+1]/perturbations[k], share)
}

// climb is the task of making a Ladder. A step is one run.
type climb struct {
	scene  *sim.Scene
	start  sim.State
	frames int
	policy sim.Policy // of the first run; the others repeat its actions
	engine *engine.Engine
	truth  []sim.State
	run    int // runs done

	mu   sync.Mutex
	out  Ladder
	over bool
}

func newClimb(scene *sim.Scene, from int, start sim.State, frames int, policy sim.Policy) *climb {
	return &climb{scene: scene, start: start, frames: frames, policy: policy, engine: engine.New(), out: Ladder{From: from}}
}

// result returns the ladder once it is whole, and nil until then or if the engine
// cannot run the scene.
func (c *climb) result() *Ladder {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.over || c.out.Low == nil {
		return nil
	}
	return &c.out
}

func (c *climb) stop() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.over, c.out.Low = true, nil
}

func (c *climb) step() (more bool) {
	c.mu.Lock()
	over := c.over
	c.mu.Unlock()
	if over {
		return false
	}
	if c.truth == nil {
		if err := c.engine.Load(c.scene); err != nil {
			c.stop()
			return false
		}
		return c.note(c.start, func(t *sim.Trajectory) { c.truth, c.policy = t.States, t.Replay() })
	}
	rung := c.run / runsPerRung
	start := slices.Clone(c.start)
	rng := sim.NewRand(uint64(c.out.From), "viewer/ladder", c.run)
	for i := range start {
		if c.scene.Bodies[i].Kind == sim.Dynamic {
			start[i].X += perturbations[rung] * rng.NormFloat64()
			start[i].Y += perturbations[rung] * rng.NormFloat64()
		}
	}
	c.run++
	return c.note(start, func(t *sim.Trajectory) { c.add(rung, t.States) })
}

// note runs the engine from a start and hands on what happened, if it got that far. A
// policy that panics has failed, as it will for the session.
func (c *climb) note(start sim.State, use func(*sim.Trajectory)) (more bool) {
	defer func() {
		if recover() != nil {
			c.stop()
			more = false
		}
	}()
	t, err := c.engine.Run(start, c.frames, c.policy)
	if err != nil {
		c.stop()
		return false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	use(t)
	c.over = c.over || c.run == runsPerRung*len(perturbations)
	return !c.over
}

// add adds a perturbed run to its rung.
func (c *climb) add(rung int, states []sim.State) {
	l := &c.out
	if len(l.Errors) == rung {
		l.Errors = append(l.Errors, make([]float64, c.frames))
	}
	for t := range states {
		e, _ := c.scene.Distance(c.truth[t], states[t])
		l.Errors[rung][t] += e / runsPerRung
		if rung == 1 {
			if len(l.Low) == t {
				l.Low, l.High = append(l.Low, e), append(l.High, e)
			}
			l.Low[t], l.High[t] = min(l.Low[t], e), max(l.High[t], e)
		}
	}
}
