package fit

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"orrery/datasets/spool"
	"orrery/learn/train"
	"orrery/sim"
	"orrery/sim/golden"
	"orrery/world/flight"
	"orrery/world/geom"
	"orrery/world/source"
)

// TestTheSameTrainingsArePlanned compares how data are dealt out, chosen and joined, the settings that suit kinds and short
// trainings, what plans note and what is refused in which words, with what earlier versions of this program did.
func TestTheSameTrainingsArePlanned(t *testing.T) {
	t.Parallel()
	var got strings.Builder
	said := func(name string, values ...any) { fmt.Fprintln(&got, append([]any{name + ":"}, values...)...) }

	fmt.Fprintln(&got, "# settings")
	for _, kind := range append(Kinds(), "other") {
		c := DefaultConfig()
		c.SetKind(kind)
		said(kind, c.Validate(), c.Train.Batch, c.Train.Chunk, c.Train.LearningRate, c.Train.WeightDecay, c.Holdout, c.Stride, c.Train.Budget)
		if kindOf(kind) == nil {
			continue
		}
		width, rounds := c.Sizes()
		said("sizes", *width, rounds != nil && *rounds > 0)
		c.Train.Workers = 1
		for _, round := range []int{0, 1, 5, 40} {
			c.SetKind(kind)
			c.SetShort(3*time.Second, round)
			said("round", round, fmt.Sprintf("%.6g", c.Train.LearningRate), c.Train)
		}
		c.SetImpacts()
		said("impacts", c.Train)
		c.SetBatch(7)
		said("seven", c.Train.Batch, c.Train.Chunk)
		j := Job{Episodes: InMemory(nil, Origin{Identity: "data"}), Config: c}
		j.Config.Ensemble, j.Config.Order = 3, flight.MoveFirst
		said("plan", j.plan())
	}
	for _, change := range []func(c *Config){
		func(c *Config) { c.Backend = "other" }, func(c *Config) { c.Backend = Gorgonia }, func(c *Config) { c.Holdout = 0 }, func(c *Config) { c.Holdout = 1 },
		func(c *Config) { c.Stride = 0 }, func(c *Config) { c.InnerSteps = -1 }, func(c *Config) { c.Ensemble = 65 }, func(c *Config) { c.Order = "move move" }, func(c *Config) { c.Train.Batch = 0 },
	} {
		c := DefaultConfig()
		change(&c)
		said("refused", c.Validate())
	}

	fmt.Fprintln(&got, "# data")
	lengths := make([]*sim.Trajectory, 23)
	for i := range lengths {
		lengths[i] = many(20+7*i, 1+i%4)
	}
	j := &Job{Episodes: InMemory(lengths, Origin{}), Config: DefaultConfig()}
	j.Config.Stride, j.Config.Holdout = 3, 0.3
	training, holdout := j.split()
	said("dealt", training, holdout, j.size(training), j.size(holdout))
	for _, most := range []int{1, 100, 500, 1500, 5000} {
		said("spread over", most, j.spread(training, most))
	}
	j.Limit(1000, 600, 1, 1)
	said("chosen", j.choose(t.Context()), *j.chosen, j.judging(j.Episodes, training))
	whole := &Job{Episodes: j.Episodes, Config: j.Config}
	said("all", whole.choose(t.Context()), *whole.chosen, whole.limits, whole.judging(j.Episodes, []int{3, 4}))
	few := few([]*sim.Trajectory{many(3000, 2), many(900, 3), many(1500, 5), many(1000, 1), many(300, 4)})
	said("few", len(few))
	for _, n := range []int{11, 12, 13, 30} {
		for k := range 2 {
			part, err := half(many(n, 1), k)
			if err != nil {
				said("half of", n, err)
				continue
			}
			said("half of", n, len(part.States), part.States[0][0].X, part.States[len(part.States)-1][0].X)
		}
	}
	said("one", dealt(InMemory(lengths[:1], Origin{})).Episodes(), dealt(InMemory(lengths[:2], Origin{})).Episodes())
	tied := many(3, 3)
	tied.Scene.Joints = []sim.Joint{{Kind: sim.Rope, A: 1, B: 2}, {Kind: sim.Pin, A: 0, B: 1}, {Kind: sim.Rope, A: 0, B: 2}}
	tied.Scene.Fields = []sim.Field{{Kind: sim.Linear, A: 1, B: 2}}
	tied.Scene.Walls, tied.Scene.Actuators = make([]sim.Shape, 2), make([]sim.Actuator, 3)
	tied.Actions = []sim.Action{nil, nil}
	said("sort", sortOf(tied.Scene))
	said("room", room(spool.Part{Trajectory: tied, Frames: []int32{0, 1}}))
	tied.Seen = &sim.Observation{}
	said("room of what was seen", room(spool.Part{Trajectory: tied, Frames: []int32{0, 1}}))

	fmt.Fprintln(&got, "# joined")
	sets := func(change func(second *sim.Scene)) []Set {
		a, b := []*sim.Trajectory{many(4, 1), many(5, 7), many(6, 3)}, []*sim.Trajectory{many(7, 1), many(8, 5)}
		for _, t := range b {
			change(t.Scene)
		}
		return []Set{
			{InMemory(a, Origin{Scenario: "a", Program: "p", Identity: "ia", Engine: true}), "first", 1},
			{InMemory(b, Origin{Scenario: "b", Program: "p", Identity: "ib", Provenance: []byte(`{"x":1}`)}), "second", 2.5},
		}
	}
	joined, err := Join(t.Context(), sets(func(*sim.Scene) {}), &j.Config)
	if err != nil {
		t.Fatal(err)
	}
	learn, judge := joined.Deal(0.4, 5)
	said("dealt", joined.Episodes(), learn, judge)
	for k := range joined.Episodes() {
		frames, bodies := joined.Size(k)
		said("episode", k, frames, bodies, joined.Weight(k))
	}
	o := joined.Origin()
	said("origin", o.Scenario, o.Program, string(o.Provenance), o.Identity, o.Engine)
	all, err := read(t.Context(), joined, []int{4, 0, 2, 3}, nil)
	for _, t := range all {
		said("read", len(t.States), err)
	}
	for _, change := range []func(s *sim.Scene){
		func(s *sim.Scene) { s.FPS = 30 }, func(s *sim.Scene) { s.Substeps = 4 }, func(s *sim.Scene) { s.Iterations = 3 }, func(s *sim.Scene) { s.Slop = 0.5 }, func(s *sim.Scene) { s.Bias = 0.3 },
	} {
		_, err := Join(t.Context(), sets(change), &j.Config)
		said("refused", err)
	}
	free := j.Config
	free.InnerSteps = 1
	_, err = Join(t.Context(), sets(func(s *sim.Scene) { s.Substeps = 4 }), &free)
	said("in so many steps", err)
	for _, weight := range []float64{0.009, 0.01, 100, 100.1} {
		bad := sets(func(*sim.Scene) {})
		bad[1].Weight = weight
		_, err := Join(t.Context(), bad, &j.Config)
		said("weight", err)
	}
	short := sets(func(*sim.Scene) {})
	short[0].Episodes = InMemory(lengths[:1], Origin{})
	_, err = Join(t.Context(), short, &j.Config)
	said("one episode", err)
	_, err = Join(t.Context(), nil, &j.Config)
	said("none", err)

	fmt.Fprintln(&got, "# sources")
	first := source.Source{Flight: flight.DefaultFlight(), Impacts: true, Depth: 0.1, Late: true, Ahead: 0.5, Sight: 0.2, Hold: true, Calm: 0.3, Touch: geom.Touch{Friction: geom.Mean}}
	first.Flight.Order, first.Flight.Substeps = flight.MoveFirst, 4
	second := source.Source{Flight: flight.DefaultFlight(), Calm: 0.7}
	for _, order := range flight.Orders() {
		s := withOrder([]source.Source{first, second}, order)
		c := DefaultConfig().Contact
		take(&c, s)
		said(string(order), fmt.Sprintf("%+v", s), c.Ends, c.Source())
	}
	for _, losses := range [][]float64{{1, 0.96, 0.97}, {1, 0.94, 0.93}, {2, 1, 3}, {1, 0.951, 0.949}} {
		said("likeliest", losses, likeliest(losses, trialLead), likeliest(losses, engineLead))
	}

	fmt.Fprintln(&got, "# plans")
	work := t.TempDir()
	plan := []planned{{"model", "contact"}, {"steps", "7"}, {"dataset", strings.Repeat("x", 101)}}
	clean := func(err error) error {
		if err == nil {
			return nil
		}
		return errors.New(strings.ReplaceAll(err.Error(), work, "WORK"))
	}
	said("kept", keepPlan(work, plan), keepPlan("", plan), IsWork(work), IsWork(filepath.Dir(work)))
	said("again", keepPlan(work, plan), checkPlan(work, plan[:2]))
	said("other", clean(checkPlan(work, []planned{{"model", "mlp"}})), clean(checkPlan(work, []planned{plan[0], {"steps", "8"}})))
	said("long", clean(checkPlan(work, append(plan[:2:2], planned{"dataset", "y"}))), clean(checkPlan(work, append(plan[:3:3], planned{"more", ""}))))
	if err := os.WriteFile(filepath.Join(work, planFile), []byte("["), 0o644); err != nil {
		t.Fatal(err)
	}
	said("broken", clean(checkPlan(work, plan)))
	said("usual weights", j.weigh(nothing{}, nothing{}) == train.Objective(nothing{}))
	unlike := sets(func(*sim.Scene) {})
	unlike[0].Weight, unlike[1].Weight = 2.5, 1
	both, err := Join(t.Context(), unlike, &j.Config)
	if err != nil {
		t.Fatal(err)
	}
	weighed, ok := (&Job{Episodes: both, Config: j.Config}).weigh(nothing{}, nothing{}).(train.Weighted)
	said("other weights", ok, ok && weighed.Weight(0) == 2.5)
	golden.Compare(t, "testdata/plans.txt", got.String())
}

// nothing is an objective that nobody asks anything.
type nothing struct{ train.Objective }

func (nothing) Trajectory(int) int { return 0 }

// many returns an episode of so many frames of some discs, the first of which moves a metre a frame.
func many(frames, bodies int) *sim.Trajectory {
	scene := sim.DefaultScene()
	for range bodies {
		scene.Bodies = append(scene.Bodies, sim.NewDisc(0.1, 10, sim.Surface{}))
	}
	t := &sim.Trajectory{Scene: &scene}
	for k := range frames {
		state := scene.Start()
		state[0].X = float64(k)
		t.States = append(t.States, state)
	}
	return t
}
