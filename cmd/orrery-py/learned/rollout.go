package learned

import (
	"context"
	"fmt"
	"math"
	"runtime"
	"sync"
	"time"

	"orrery/cmd/orrery-py/asked"
	"orrery/cmd/orrery-py/door"
	"orrery/sim"
	"orrery/world"
	"orrery/world/region"
)

// rolloutRequest asks for rollouts. The array which [n] has the scene of each, states [n, bodies, 6] where they begin
// and actions [n, frames, actuators] what is done, clipped to the ranges; without states they begin as the scenes say,
// and without actions all rest.
type rolloutRequest struct {
	Handle  int64        `json:"handle"`
	Scenes  []asked.Text `json:"scenes"`
	Frames  int          `json:"frames"`           // after the start
	Doubt   doubt        `json:"doubt,omitempty"`  // what is told of the uncertainty
	Within  float64      `json:"within,omitempty"` // share of the truth that regions are to hold
	Workers int          `json:"workers"`          // 0 takes all cores
}

// doubt is what a rollout tells of its uncertainty.
type doubt string

// The doubts: nothing, the standard deviations [n, frames + 1, bodies] of positions, or their regions [n, frames + 1, bodies, 3],
// two half axes in metres and the angle of the first.
const (
	sure      doubt = ""
	deviation doubt = "deviation"
	regions   doubt = "regions"
)

// breakdown says where a prediction ended.
type breakdown struct {
	Rollout int    `json:"rollout"`
	Frame   int    `json:"frame"` // the first that is missing
	Why     string `json:"why"`
}

// rolls are rollouts that are asked for.
type rolls struct {
	model            world.Model
	scenes           []*sim.Scene // of each
	starts           []sim.State  // of each
	actions          []float64    // [n, frames, a], or nil
	frames, n, a     int
	doubt            doubt
	within           float64
	states, doubtful []float64

	mu     sync.Mutex
	broken []breakdown
}

// mostRollouts and mostFrames bound a call.
const (
	mostRollouts = 1 << 24
	mostFrames   = 1 << 20
)

// read returns what a call asks for.
func (s store) rolls(c *door.Call) (*rolls, *rolloutRequest, error) {
	q, err := door.Read[rolloutRequest](c)
	if err != nil {
		return nil, nil, err
	}
	m, err := s.find(q.Handle)
	if err != nil {
		return nil, nil, err
	}
	if q.Frames < 0 || q.Frames >= mostFrames {
		return nil, nil, door.Mistaken(fmt.Errorf("frames: %d must be 0 to %d", q.Frames, mostFrames-1))
	}
	if q.Doubt == regions && !(q.Within > 0 && q.Within < 1) {
		return nil, nil, door.Mistaken(fmt.Errorf("within: %v must be between 0 and 1, neither included", q.Within))
	}
	if q.Workers < 1 {
		q.Workers = runtime.GOMAXPROCS(0)
	}
	scenes, err := readScenes(q.Scenes)
	if err != nil {
		return nil, nil, err
	}
	r := &rolls{model: m.Model, frames: q.Frames, n: len(scenes[0].Bodies), a: len(scenes[0].Actuators), doubt: q.Doubt, within: q.Within}
	return r, &q, r.take(c, scenes)
}

// readScenes reads scenes that are to be one array: of as many bodies and as many actuators.
func readScenes(texts []asked.Text) ([]*sim.Scene, error) {
	if len(texts) == 0 {
		return nil, door.Mistaken(fmt.Errorf("there must be a scene"))
	}
	scenes := make([]*sim.Scene, len(texts))
	for i, text := range texts {
		scene, err := asked.ReadScene(text)
		if err != nil {
			return nil, door.Mistaken(fmt.Errorf("scene %d: %w", i, err))
		}
		if first := scenes[0]; i > 0 && (len(scene.Bodies) != len(first.Bodies) || len(scene.Actuators) != len(first.Actuators)) {
			return nil, door.Mistaken(fmt.Errorf("scene %d has %d bodies and %d actuators, and scene 0 has %d and %d: scenes of one rollout must have as many",
				i, len(scene.Bodies), len(scene.Actuators), len(first.Bodies), len(first.Actuators)))
		}
		scenes[i] = scene
	}
	return scenes, nil
}

// take reads the arrays.
func (r *rolls) take(c *door.Call, scenes []*sim.Scene) error {
	which, err := c.Wholes("which", -1)
	if err != nil {
		return err
	}
	if len(which) > mostRollouts {
		return door.Mistaken(fmt.Errorf("%d rollouts must be %d at most", len(which), mostRollouts))
	}
	var starts []float64
	if c.Has("states") {
		if starts, err = c.Floats("states", len(which), r.n, sim.StateSize); err != nil {
			return err
		}
	}
	if c.Has("actions") {
		if r.actions, err = c.Floats("actions", len(which), r.frames, r.a); err != nil {
			return err
		}
	}
	size := r.n * sim.StateSize
	for k, i := range which {
		if i < 0 || int(i) >= len(scenes) {
			return door.Mistaken(fmt.Errorf("which[%d]: %d must be 0 to %d", k, i, len(scenes)-1))
		}
		scene := scenes[i]
		r.scenes = append(r.scenes, scene)
		start := scene.Start()
		if starts != nil {
			start = asked.TakeState(starts[k*size : (k+1)*size])
			if err := asked.CheckState(start); err != nil {
				return door.Mistaken(fmt.Errorf("states[%d]: %w", k, err))
			}
		}
		r.starts = append(r.starts, start)
	}
	return nil
}

// rollout answers the array states [n, frames + 1, bodies, 6], and the array deviation or regions if it is asked for.
// What is missing because the model broke down is not a number.
func (s store) rollout(ctx context.Context, c *door.Call) (any, error) {
	r, q, err := s.rolls(c)
	if err != nil {
		return nil, err
	}
	n := len(r.scenes)
	if r.states, err = c.NewFloats("states", n, r.frames+1, r.n, sim.StateSize); err != nil {
		return nil, err
	}
	switch q.Doubt {
	case sure:
		r.model = world.Bare(r.model)
	case deviation:
		r.doubtful, err = c.NewFloats("deviation", n, r.frames+1, r.n)
	case regions:
		r.doubtful, err = c.NewFloats("regions", n, r.frames+1, r.n, regionSize)
	default:
		err = door.Mistaken(fmt.Errorf("doubt %q is not known", q.Doubt))
	}
	if err != nil {
		return nil, err
	}
	if err := r.run(ctx, q.Workers); err != nil {
		return nil, err
	}
	return struct {
		Broken []breakdown `json:"broken"`
	}{r.broken}, nil
}

// regionSize is how many numbers a region has in an array.
const regionSize = 3

// together is how many scenes are rolled out by one predictor. It is fixed so that results do not depend on the number
// of workers.
const together = 16

// run does all rollouts.
func (r *rolls) run(ctx context.Context, workers int) error {
	chunks := (len(r.scenes) + together - 1) / together
	errs := make([]error, chunks)
	next := make(chan int, chunks)
	for k := range chunks {
		next <- k
	}
	close(next)
	var group sync.WaitGroup
	for range min(workers, chunks) {
		group.Go(func() {
			for k := range next {
				if errs[k] = r.some(ctx, k*together, min((k+1)*together, len(r.scenes))); errs[k] != nil {
					return
				}
			}
		})
	}
	group.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// some does the rollouts from:to.
func (r *rolls) some(ctx context.Context, from, to int) error {
	size := r.n * sim.StateSize
	at := func(i, frame int) int { return (from+i)*(r.frames+1) + frame }
	batch := world.Batch{Model: r.model, Scenes: r.scenes[from:to], Starts: r.starts[from:to], Frames: r.frames + 1}
	if r.actions != nil {
		action := make(sim.Action, r.a)
		batch.Act = func(i, frame int, _ sim.State) sim.Action {
			copy(action, r.actions[((from+i)*r.frames+frame)*r.a:])
			return r.scenes[from+i].Clip(action)
		}
	}
	batch.See = func(i, frame int, state sim.State, spread []float64) {
		asked.PutState(r.states[at(i, frame)*size:], state)
		if r.doubt == deviation && spread != nil {
			copy(r.doubtful[at(i, frame)*r.n:], spread)
		}
	}
	if r.doubt == regions {
		batch.Regions = func(i, frame int, of []region.Region) {
			for k := range of {
				half := of[k].Ellipse(r.within)
				copy(r.doubtful[(at(i, frame)*r.n+k)*regionSize:], []float64{half[0], half[1], of[k].Angle})
			}
		}
	}
	ended, err := batch.Run(ctx)
	if err != nil {
		if ctx.Err() == nil {
			err = door.Mistaken(err) // the model refuses the scene
		}
		return err
	}
	if r.doubt != sure && !batch.Uncertain {
		return door.Mistaken(fmt.Errorf("a model of kind %s does not know how far off it is", r.model.Kind()))
	}
	for i, b := range ended {
		if b != nil {
			r.end(from+i, b)
		}
	}
	return nil
}

// end notes where a rollout ended before its time.
func (r *rolls) end(k int, b *world.Breakdown) {
	fill := func(values []float64, width int) {
		for i := (k*(r.frames+1) + b.Frame) * width; i < (k+1)*(r.frames+1)*width; i++ {
			values[i] = math.NaN()
		}
	}
	fill(r.states, r.n*sim.StateSize)
	switch r.doubt {
	case deviation:
		fill(r.doubtful, r.n)
	case regions:
		fill(r.doubtful, r.n*regionSize)
	case sure:
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.broken = append(r.broken, breakdown{k, b.Frame, b.Err.Error()})
}

// inside does rollouts as a Go program would, and answers how many seconds that took, to measure what the way here costs.
func (s store) inside(_ context.Context, c *door.Call) (any, error) {
	r, q, err := s.rolls(c)
	if err != nil {
		return nil, err
	}
	policies := make([]sim.Policy, len(r.scenes))
	for k := range policies {
		policies[k] = func(frame int, _ sim.State) sim.Action {
			at := (k*r.frames + frame) * r.a
			return r.actions[at : at+r.a]
		}
	}
	if r.actions == nil {
		policies = nil
	}
	begun := time.Now()
	_, err = world.Rollout(r.model, r.scenes, r.starts, policies, r.frames+1, q.Workers)
	return time.Since(begun).Seconds(), err
}
