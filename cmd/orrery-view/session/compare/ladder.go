package compare

import (
	"sync"

	"orrery/sim"
	"orrery/sim/engine"
	"orrery/world/ladder"
)

// The rung whose spread is shown, 1 mm, and how many runs each rung averages.
const (
	shownRung   = 1
	runsPerRung = 6
)

// Ladder says how far the engine itself drifts off when a start is known only so
// exactly. It is what to compare a model with where motion is chaotic.
type Ladder struct {
	From   int         // frame of the start
	Truth  []sim.State // [t][n] the run with the exact start
	Errors [][]float64 // [rung][t] m, the mean over runs
	Low    []float64   // [t] m, least error of a run of the middle rung, 1 mm off
	High   []float64   // [t] m, greatest
}

// Equivalent returns the displacement in metres at which the engine would be as
// wrong as a model whose error at a frame is given, or NaN where nothing can be
// said: at the start, for an error that is none, and where the engine is never wrong.
func (l *Ladder) Equivalent(frame int, modelError float64) float64 {
	var errors []float64
	if t := frame - l.From; t >= 1 && t < len(l.Low) && modelError > 0 {
		for _, rung := range l.Errors {
			errors = append(errors, rung[t])
		}
	}
	return ladder.Equivalent(ladder.Rungs(), errors, modelError)
}

// Climb makes a Ladder. A step is one run of the engine, from a start that is a little
// off but for the first.
type Climb struct {
	scene  *sim.Scene
	start  sim.State
	frames int
	policy sim.Policy // of the first run; the others repeat its actions
	engine *engine.Engine
	run    int // runs done

	mu   sync.Mutex
	out  Ladder
	over bool
}

// NewClimb returns a ladder in the making, of some frames from a start at a frame, both
// included. The policy, which may be nil, acts in the first run; the others repeat what it
// did.
func NewClimb(scene *sim.Scene, from int, start sim.State, frames int, policy sim.Policy) *Climb {
	return &Climb{scene: scene, start: start, frames: frames, policy: policy, engine: engine.New(), out: Ladder{From: from}}
}

// Result returns the ladder once it is whole, and nil until then or if the engine
// cannot run the scene.
func (c *Climb) Result() *Ladder {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.over || c.out.Low == nil {
		return nil
	}
	return &c.out
}

// Stop ends it: there will be no ladder.
func (c *Climb) Stop() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.over, c.out.Low = true, nil
}

// Step makes one run and reports whether another is left.
func (c *Climb) Step() (more bool) {
	c.mu.Lock()
	over := c.over
	c.mu.Unlock()
	if over {
		return false
	}
	if c.out.Truth == nil {
		if err := c.engine.Load(c.scene); err != nil {
			c.Stop()
			return false
		}
		return c.note(c.start, func(t *sim.Trajectory) { c.out.Truth, c.policy = t.States, t.Replay() })
	}
	rung := c.run / runsPerRung
	rng := sim.NewRand(uint64(c.out.From), "viewer/ladder", c.run)
	start := ladder.Displace(c.scene, c.start, ladder.Rungs()[rung], rng)
	c.run++
	return c.note(start, func(t *sim.Trajectory) { c.add(rung, t.States) })
}

// note runs the engine from a start and hands on what happened, if it got that far. A
// policy that panics has failed, as it will for the session.
func (c *Climb) note(start sim.State, use func(*sim.Trajectory)) (more bool) {
	defer func() {
		if recover() != nil {
			c.Stop()
			more = false
		}
	}()
	t, err := c.engine.Run(start, c.frames, c.policy)
	if err != nil {
		c.Stop()
		return false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.over {
		return false
	}
	use(t)
	c.over = c.run == runsPerRung*len(ladder.Rungs())
	return !c.over
}

// add adds a displaced run to its rung.
func (c *Climb) add(rung int, states []sim.State) {
	l := &c.out
	if len(l.Errors) == rung {
		l.Errors = append(l.Errors, make([]float64, c.frames))
	}
	for t := range states {
		e, _ := c.scene.Distance(c.out.Truth[t], states[t])
		l.Errors[rung][t] += e / runsPerRung
		if rung == shownRung {
			if len(l.Low) == t {
				l.Low, l.High = append(l.Low, e), append(l.High, e)
			}
			l.Low[t], l.High[t] = min(l.Low[t], e), max(l.High[t], e)
		}
	}
}
