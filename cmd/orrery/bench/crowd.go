package bench

import (
	"context"
	"fmt"
	"time"

	"gonum.org/v1/gonum/stat"

	"orrery/sim"
	"orrery/sim/engine"
	"orrery/world"
	"orrery/world/plan"
)

// Crowds says how long one decision of push takes with few bodies and with many, and how much touches in its plans.
type Crowds struct {
	Crowds  []Crowd     `json:"crowds"`
	Growth  float64     `json:"growth"` // factor by which the time grows from the first crowd to the last, divided by that of the points; 0 where nothing touches
	Config  plan.Config `json:"config"`
	Workers int         `json:"workers"` // goroutines
}

// Crowd is a scene of some bodies.
type Crowd struct {
	Bodies     int     `json:"bodies"`      // number of them, with the one that pushes
	DecisionMS float64 `json:"decision_ms"` // ms, mean
	Points     float64 `json:"points"`      // number that touch in a frame of the plans tried last, mean
}

// crowds are the numbers of bodies that are pushed. Scenes have one more, that pushes.
var crowds = []int{2, 5, 10, 19}

// Decisions of a crowd are made in this many scenes, at some frames of what an expert does there, and points are counted in
// so many of the plans that were tried last.
const (
	crowdScenes = 3
	crowdPlans  = 40
)

var crowdFrames = []int{10, 40, 70}

// expert is the policy of tasks that know how.
const expert = "expert"

// Crowd measures decisions by planning with the contact model in scenes of a task that has the parameter "bodies".
func (c *Config) Crowd(ctx context.Context, d Decisions) (*Crowds, error) {
	d.Config.Workers = c.Workers
	model, err := c.planned(ctx, &d)
	if err != nil {
		return nil, err
	}
	f := &Crowds{Crowds: make([]Crowd, len(crowds)), Config: d.Config, Workers: c.Workers}
	for i, bodies := range crowds {
		values, err := d.Task.Values(map[string]float64{"bodies": float64(bodies)})
		if err != nil {
			return nil, err
		}
		var times, points []float64
		for k := range crowdScenes {
			scene, err := d.Task.Sample(seed, k, values)
			if err != nil {
				return nil, err
			}
			if times, points, err = d.decide(ctx, model, scene, k, times, points); err != nil {
				return nil, err
			}
		}
		f.Crowds[i] = Crowd{bodies + 1, 1e3 * stat.Mean(times, nil), stat.Mean(points, nil)}
	}
	first, last := &f.Crowds[0], &f.Crowds[len(f.Crowds)-1]
	if first.Points > 0 && last.Points > 0 {
		f.Growth = last.DecisionMS / first.DecisionMS / (last.Points / first.Points)
	}
	return f, nil
}

// decide appends the seconds that decisions in a scene take, and the points that touch in a frame of their plans.
func (d *Decisions) decide(ctx context.Context, model world.Model, scene *sim.Scene, k int, times, points []float64) (_, _ []float64, err error) {
	policy, err := d.Task.Policy(expert)
	if err != nil {
		return nil, nil, err
	}
	truth, err := engine.Simulate(ctx, scene, nil, crowdFrames[len(crowdFrames)-1]+1, policy.Start(seed, k, scene))
	if err != nil {
		return nil, nil, err
	}
	judge, err := d.Task.Task.Judge(scene)
	if err != nil {
		return nil, nil, err
	}
	controller, err := plan.NewController(plan.Stoppable(model, ctx.Err), scene, judge.Cost, d.Config, sim.NewRand(seed, "bench crowd", k))
	if err != nil {
		return nil, nil, err
	}
	if judge.Least != nil {
		controller.Bound(judge.Least)
	}
	controller.Propose(d.Task.Proposals(seed, k, scene))
	touching := d.Points(scene)
	for _, frame := range crowdFrames {
		controller.Reset()
		began := time.Now()
		if _, err := controller.Act(truth.States[frame]); err != nil {
			return nil, nil, err
		}
		times = append(times, time.Since(began).Seconds())
		plans, err := controller.Considered(crowdPlans)
		if err != nil {
			return nil, nil, err
		}
		for _, states := range plans {
			for _, state := range states[1:] {
				points = append(points, float64(touching(state)))
			}
		}
	}
	return times, points, nil
}

// Rows passes on name, value and unit of each figure.
func (f *Crowds) Rows(row Row) {
	for _, crowd := range f.Crowds {
		row(fmt.Sprintf("decision with %d bodies", crowd.Bodies), crowd.DecisionMS,
			fmt.Sprintf("ms, at most %d plans of %d frames, %d workers", plans(&f.Config), f.Config.Frames(), f.Workers))
		row(fmt.Sprintf("what touches with %d bodies", crowd.Bodies), crowd.Points, "points in a frame")
	}
	row("growth of the time beside that of what touches", f.Growth, "")
}
