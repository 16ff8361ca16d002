// Command exact remakes the figures of what is identified from motion whose states are known: episodes of
// scenarios are told with scenes that are wrong in everything, and what is found is held against the truth.
//
//	go run ./cmd/orrery/identification/exact          // how far off numbers are, and how long it takes
//	go run ./cmd/orrery/identification/exact -train   // what a model gains that is trained with --unknown
package main

import (
	"context"
	"flag"
	"fmt"
	"math"
	"os"
	"slices"
	"time"

	"orrery/sim"
	"orrery/sim/engine"
	"orrery/sim/scenario/library"
	"orrery/world/eval"
	"orrery/world/fit"
	"orrery/world/identify"
	"orrery/world/identify/mirror"
)

func main() {
	seeds := flag.Int("seeds", 3, "number of seeds")
	train := flag.Bool("train", false, "train models instead")
	flag.Parse()
	var err error
	if *train {
		err = trained(context.Background())
	} else {
		err = found(context.Background(), *seeds)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// found prints how far what is found is off at worst, for several scenarios.
func found(ctx context.Context, seeds int) error {
	fmt.Println("scenario    seed  episodes  numbers  worst error  explained  seconds")
	for _, s := range []struct {
		name     string
		episodes int
	}{{"billiards", 30}, {"mixed", 30}, {"pendulum", 10}, {"pusht", 6}, {"chain", 6}} {
		for seed := range seeds {
			truth, err := simulate(ctx, s.name, uint64(seed+1), s.episodes)
			if err != nil {
				return err
			}
			began := time.Now()
			f, err := mirror.Motion(ctx, spoil(truth), func() mirror.Engine { return engine.New() }, &identify.Options{Seed: 1})
			if err != nil {
				return err
			}
			n, worst := misses(f, truth)
			fmt.Printf("%-10s  %4d  %8d  %7d  %9.4f %%  %7.1f %%  %7.1f\n", s.name, seed+1, s.episodes, n, 100*worst, 100*f.Explained, time.Since(began).Seconds())
		}
	}
	return nil
}

// simulate returns episodes of a scenario as datasets keep them. Actuators act at random.
func simulate(ctx context.Context, name string, seed uint64, episodes int) (out []*sim.Trajectory, err error) {
	of, err := library.Find(name)
	if err != nil {
		return nil, err
	}
	values, err := of.Values(nil)
	if err != nil {
		return nil, err
	}
	for i := range episodes {
		scene, err := of.Sample(seed, i, values)
		if err != nil {
			return nil, err
		}
		rng := sim.NewRand(seed, "identification/exact", i)
		t, err := engine.Simulate(ctx, scene, nil, of.Frames, func(int, sim.State) sim.Action {
			a := scene.Rest()
			for k := range a {
				a[k] = scene.Actuators[k].Low + rng.Float64()*(scene.Actuators[k].High-scene.Actuators[k].Low)
			}
			return a
		})
		if err != nil {
			return nil, err
		}
		for k, s := range t.States {
			t.States[k] = make(sim.State, len(s))
			t.States[k].SetFloat32(s.AppendFloat32(nil, len(s)))
		}
		out = append(out, t)
	}
	return out, nil
}

// spoil returns the same motion with scenes that are wrong in all that may be asked.
func spoil(all []*sim.Trajectory) (out []*sim.Trajectory) {
	for _, t := range all {
		s := *t.Scene
		s.Gravity = s.Gravity.Scale(0.7)
		s.Bodies, s.Walls, s.Joints = slices.Clone(s.Bodies), slices.Clone(s.Walls), slices.Clone(s.Joints)
		smooth := func(shapes []sim.Shape) []sim.Shape {
			shapes = slices.Clone(shapes)
			for k := range shapes {
				shapes[k].Friction, shapes[k].Elasticity = 0, 1
			}
			return shapes
		}
		s.Walls = smooth(s.Walls)
		for i := range s.Bodies {
			b := &s.Bodies[i]
			if b.Shapes = smooth(b.Shapes); b.Kind == sim.Dynamic {
				b.Moment, b.Mass = 1.5*b.Moment/b.Mass, 1
			}
		}
		for i := range s.Joints {
			s.Joints[i].AnchorA, s.Joints[i].AnchorB = s.Joints[i].AnchorA.Scale(1.15), s.Joints[i].AnchorB.Scale(0.85)
		}
		c := *t
		c.Scene = &s
		out = append(out, &c)
	}
	return out
}

// misses returns the number of values told, and the largest error of one: as a share of the true value, or of
// a tenth where that is less.
func misses(f *mirror.Found, truth []*sim.Trajectory) (n int, worst float64) {
	scene := truth[0].Scene
	label := identify.Label{Scene: scene}
	want := map[string]float64{
		"gravity scene": -scene.Gravity.Y, "gravity scene x": scene.Gravity.X, "drag scene": -math.Log(scene.Damping),
	}
	unit := math.NaN()
	for i, b := range scene.Bodies {
		if b.Kind != sim.Dynamic {
			continue
		}
		if math.IsNaN(unit) {
			unit = b.Mass // which the spoilt scene says is 1
		}
		want["mass "+label.Body(i)], want["moment "+label.Body(i)] = b.Mass/unit, b.Moment/unit
		for x := range b.Shapes {
			for k := range scene.Walls {
				c := scene.Contact(&b.Shapes[x], &scene.Walls[k])
				want["elasticity wall"], want["friction wall"] = c.Elasticity, c.Friction
			}
			for j := range scene.Bodies {
				if j != i {
					c := scene.Contact(&b.Shapes[x], &scene.Bodies[j].Shapes[0])
					want["elasticity scene"], want["friction scene"] = c.Elasticity, c.Friction
				}
			}
		}
	}
	for i, j := range scene.Joints {
		for end, v := range map[string]sim.Vec{"a": j.AnchorA, "b": j.AnchorB} {
			want["anchor "+label.JointEnd(i, end, "x")], want["anchor "+label.JointEnd(i, end, "y")] = v.X, v.Y
		}
	}
	miss := func(got, want float64) { n, worst = n+1, max(worst, math.Abs(got-want)/max(math.Abs(want), 0.1)) }
	for _, p := range f.Result.Parameters {
		if w, ok := want[string(p.Name)+" "+p.Of]; ok && p.Identifiable {
			miss(p.Value, w)
		}
	}
	if law := f.Values.Solids; law != nil {
		miss(law.Power, 1)
		for _, c := range law.Classes {
			miss(c.Density/law.Classes[0].Density, 1)
			miss(c.Moment, 1)
		}
	}
	return n, worst
}

// trained prints how far models of billiards are off that learn from right scenes, from wrong ones, and from
// wrong ones with what was identified.
func trained(ctx context.Context) error {
	all, err := simulate(ctx, "billiards", 1, 250)
	if err != nil {
		return err
	}
	learn, judge := all[:200], all[200:]
	fmt.Println("scenes                  m after 0.5 s  m after 1 s")
	var right *eval.Row
	for _, c := range []struct {
		name         string
		learn, judge []*sim.Trajectory
		unknown      []identify.Name
	}{
		{"right", learn, judge, nil},
		{"wrong", spoil(learn), spoil(judge), nil},
		{"wrong, with --unknown", spoil(learn), spoil(judge), []identify.Name{identify.Friction, identify.Mass, identify.Moment, identify.Elasticity}},
	} {
		config := fit.DefaultConfig()
		config.Train.Steps, config.Train.Budget, config.Unknown = 3000, 0, c.unknown
		fitted, err := fit.Train(ctx, fit.Job{Episodes: fit.InMemory(c.learn, fit.Origin{Engine: true}), Config: config,
			Identify: func(ctx context.Context, training []*sim.Trajectory) (*identify.Values, error) {
				f, err := mirror.Motion(ctx, training, func() mirror.Engine { return engine.New() }, &identify.Options{Seed: 1, Only: c.unknown})
				if err != nil {
					return nil, err
				}
				return &f.Values, nil
			}})
		if err != nil {
			return err
		}
		result, err := eval.Run(ctx, c.judge, []eval.Entry{{Name: "contact", Model: fitted.Model}}, nil, eval.DefaultConfig(), nil)
		if err != nil {
			return err
		}
		row := result.Row("contact")
		if right == nil {
			right = row
		}
		fmt.Printf("%-22s  %.2g (%.2f×)  %.2g (%.2f×)\n", c.name, row.Position.Mean[1], row.Position.Mean[1]/right.Position.Mean[1],
			row.Position.Mean[2], row.Position.Mean[2]/right.Position.Mean[2])
	}
	return nil
}
