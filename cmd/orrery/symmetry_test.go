package main

import (
	"encoding/json"
	"math"
	"slices"
	"testing"

	"orrery/sim"
	"orrery/sim/engine"
	"orrery/sim/render"
	"orrery/sim/scenario/library"
	"orrery/sim/task"
	"orrery/world"
	"orrery/world/choose"
	"orrery/world/contact"
	"orrery/world/eval"
	"orrery/world/flight"
	"orrery/world/geom"
	"orrery/world/source"
)

// exchanged returns a scene in which the bodies are in the order that place gives: body i
// becomes body place[i]. Everything else is as it was.
func exchanged(scene *sim.Scene, place []int) *sim.Scene {
	moved := func(i int) int {
		if i >= 0 {
			i = place[i]
		}
		return i
	}
	to := *scene
	to.Bodies = make([]sim.Body, len(scene.Bodies))
	for i, b := range scene.Bodies {
		to.Bodies[place[i]] = b
	}
	to.Joints, to.Fields = slices.Clone(scene.Joints), slices.Clone(scene.Fields)
	to.Actuators, to.Goals, to.Points = slices.Clone(scene.Actuators), slices.Clone(scene.Goals), slices.Clone(scene.Points)
	for i := range to.Joints {
		to.Joints[i].A, to.Joints[i].B = moved(to.Joints[i].A), moved(to.Joints[i].B)
	}
	for i := range to.Fields {
		to.Fields[i].A, to.Fields[i].B = moved(to.Fields[i].A), moved(to.Fields[i].B)
	}
	for i := range to.Actuators {
		to.Actuators[i].Body, to.Actuators[i].Against = moved(to.Actuators[i].Body), moved(to.Actuators[i].Against)
	}
	for i := range to.Goals {
		to.Goals[i].Body = moved(to.Goals[i].Body)
	}
	for i := range to.Points {
		to.Points[i].Body = moved(to.Points[i].Body)
	}
	return &to
}

func placed[T any](list []T, place []int) []T {
	to := make([]T, len(list))
	for i, v := range list {
		to[place[i]] = v
	}
	return to
}

// pairs are scenes of two unlike bodies that meet, are tied, attract or push each other.
func pairs() map[string]*sim.Scene {
	disc := func(x, mass, radius float64) sim.Body {
		return sim.Body{
			Kind: sim.Dynamic, Mass: mass, Moment: mass * radius * radius / 2, Start: sim.BodyState{X: x, Y: 1, Angle: 0.3 * mass, VY: 0.3 * mass, Omega: mass},
			Shapes: []sim.Shape{{Kind: sim.Circle, Vertices: []sim.Vec{{}}, Radius: radius, Friction: 0.5, Elasticity: 0.4}},
		}
	}
	make := func(change func(s *sim.Scene)) *sim.Scene {
		s := sim.DefaultScene()
		s.Name, s.Substeps, s.Gravity, s.Damping = "pair", 2, sim.Vec{Y: -1}, 0.9
		s.Bodies = []sim.Body{disc(-0.3, 1, 0.1), disc(0.2, 2, 0.15)}
		s.Walls = []sim.Shape{{Kind: sim.Segment, Vertices: []sim.Vec{{X: -2}, {X: 2}}, Radius: 0.01, Friction: 0.6, Elasticity: 0.2}}
		change(&s)
		return &s
	}
	tie := func(j sim.Joint) *sim.Scene {
		return make(func(s *sim.Scene) {
			j.A, j.B, j.AnchorA, j.AnchorB = 0, 1, sim.Vec{X: 0.05}, sim.Vec{X: -0.1, Y: 0.02}
			s.Joints = []sim.Joint{j}
		})
	}
	return map[string]*sim.Scene{
		"contact": make(func(s *sim.Scene) { s.Bodies[0].Start.VX, s.Bodies[1].Start.VX = 2, -1 }),
		"pivot":   tie(sim.Joint{Kind: sim.Pivot}),
		"pin":     tie(sim.Joint{Kind: sim.Pin}),
		"rope":    tie(sim.Joint{Kind: sim.Rope, Length: 0.3}),
		"spring":  tie(sim.Joint{Kind: sim.Spring, Length: 0.2, Stiffness: 30, Damping: 0.5}),
		"groove":  tie(sim.Joint{Kind: sim.Groove, EndB: sim.Vec{X: -0.4, Y: 0.1}}),
		"motor":   tie(sim.Joint{Kind: sim.Motor, Rate: 3, MaxTorque: 0.1}),
		"linear":  make(func(s *sim.Scene) { s.Fields = []sim.Field{{Kind: sim.Linear, A: 0, B: 1, Strength: -4}} }),
		"inverse square": make(func(s *sim.Scene) {
			s.Fields = []sim.Field{{Kind: sim.InverseSquare, A: 0, B: 1, Strength: 0.3, Limit: 2}}
		}),
		"torque": make(func(s *sim.Scene) {
			s.Actuators = []sim.Actuator{{Kind: sim.Torque, Body: 0, Against: 1, Low: -1, High: 1}}
		}),
	}
}

// turned returns the scene with each joint and field seen from its other end, where that is
// the same thing.
func turned(scene *sim.Scene) (*sim.Scene, bool) {
	to := *scene
	to.Joints, to.Fields = slices.Clone(scene.Joints), slices.Clone(scene.Fields)
	for i := range to.Joints {
		j := &to.Joints[i]
		if j.Kind == sim.Groove {
			return nil, false
		}
		j.A, j.B, j.AnchorA, j.AnchorB, j.Rate = j.B, j.A, j.AnchorB, j.AnchorA, -j.Rate
	}
	for i := range to.Fields {
		to.Fields[i].A, to.Fields[i].B = to.Fields[i].B, to.Fields[i].A
	}
	return &to, len(scene.Joints)+len(scene.Fields) > 0
}

func apart(a, b sim.State) (most float64) {
	for i := range a {
		d := a[i].Position().Sub(b[i].Position()).Len() + a[i].Velocity().Sub(b[i].Velocity()).Len() + math.Abs(a[i].Angle-b[i].Angle) + math.Abs(a[i].Omega-b[i].Omega)
		most = max(most, d)
		if math.IsNaN(d) {
			return d
		}
	}
	return most
}

// TestNeitherBodyComesFirst: which of two bodies has the lower number, and from which end a
// joint or a field is seen, makes no difference to how they move, by the engine and by models.
func TestNeitherBodyComesFirst(t *testing.T) {
	t.Parallel()
	push := func(_ int, state sim.State) sim.Action { return sim.Action{0.2} }
	for name, scene := range pairs() {
		if err := scene.Validate(); err != nil {
			t.Fatal(name, err)
		}
		policy := sim.Policy(nil)
		if len(scene.Actuators) > 0 {
			policy = push
		}
		untrained := contact.Tiny()
		for i := range scene.Joints {
			untrained.Joints = append(untrained.Joints, scene.Joints[i].Kind)
		}
		for i := range scene.Fields {
			untrained.Fields = append(untrained.Fields, scene.Fields[i].Kind)
		}
		untrained.Flight = flight.DefaultFlight()
		untrained.Flight.FrameTime = scene.FrameTime()
		learned, err := contact.New(untrained, 3)
		if err != nil {
			t.Fatal(name, err)
		}
		roll := map[string]func(scene *sim.Scene) ([]sim.State, error){
			"engine": func(scene *sim.Scene) ([]sim.State, error) {
				trajectory, err := engine.Simulate(t.Context(), scene, nil, 60, policy)
				if err != nil {
					return nil, err
				}
				return trajectory.States, nil
			},
		}
		for kind, model := range map[string]world.Model{"contact": learned, "ballistic": flight.Ballistic()} {
			roll[kind] = func(scene *sim.Scene) ([]sim.State, error) {
				out, err := world.Rollout(model, []*sim.Scene{scene}, []sim.State{scene.Start()}, []sim.Policy{policy}, 20, 1)
				if err != nil {
					return nil, err
				}
				return out[0].States, nil
			}
		}
		for who, states := range roll {
			want, err := states(scene)
			if err != nil {
				t.Fatal(name, who, err)
			}
			got, err := states(exchanged(scene, []int{1, 0}))
			if err != nil {
				t.Fatal(name, who, err)
			}
			for k := range want {
				if d := apart(placed(got[k], []int{1, 0}), want[k]); !(d < 1e-3) {
					t.Errorf("%s, %s: with the bodies exchanged frame %d is %g off", who, name, k, d)
					break
				}
			}
			other, same := turned(scene)
			if !same {
				continue
			}
			if got, err = states(other); err != nil {
				t.Fatal(name, who, err)
			}
			for k := range want {
				if d := apart(got[k], want[k]); !(d < 1e-3) {
					t.Errorf("%s, %s: seen from the other end frame %d is %g off", who, name, k, d)
					break
				}
			}
		}
	}
}

// TestMeasuresDoNotMindTheOrderOfBodies: what is read off the motion of a scene is the same
// when its bodies are numbered the other way round.
func TestMeasuresDoNotMindTheOrderOfBodies(t *testing.T) {
	skipShort(t)
	t.Parallel()
	var scenes []*sim.Scene
	for _, scene := range pairs() {
		scenes = append(scenes, scene)
	}
	for _, name := range []string{"billiards", "mixed", "pile", "chain", "charged", "pusht", "tower"} {
		s, err := library.Find(name)
		if err != nil {
			t.Fatal(err)
		}
		values, err := s.Values(nil)
		if err != nil {
			t.Fatal(err)
		}
		scene, err := s.Sample(3, 0, values)
		if err != nil {
			t.Fatal(err)
		}
		scenes = append(scenes, scene)
	}
	seen := map[string]int{}
	for _, scene := range scenes {
		var place []int
		for i := range scene.Bodies {
			place = append(place, len(scene.Bodies)-1-i)
		}
		trajectory, err := engine.Simulate(t.Context(), scene, nil, 66, nil)
		if err != nil {
			t.Fatal(scene.Name, err)
		}
		other := *trajectory
		other.Scene, other.States = exchanged(scene, place), nil
		for _, state := range trajectory.States {
			other.States = append(other.States, placed(state, place))
		}
		for what, measure := range measures {
			got, err := measure(t, &other, place)
			want, also := measure(t, trajectory, nil)
			if (err == nil) != (also == nil) {
				t.Errorf("%s of %s: %v and %v", what, scene.Name, err, also)
			}
			seen[what] += len(want)
			if len(got) != len(want) {
				t.Errorf("%s of %s: %v and %v", what, scene.Name, got, want)
				continue
			}
			for i := range want {
				same := got[i] == want[i] || math.IsNaN(got[i]) && math.IsNaN(want[i])
				if !same && !(math.Abs(got[i]-want[i]) <= 1e-6*(1+math.Abs(want[i]))) {
					t.Errorf("%s of %s: number %d is %v and %v", what, scene.Name, i, got[i], want[i])
				}
			}
		}
	}
	for what := range measures {
		if seen[what] < len(scenes) {
			t.Errorf("%s gave %d numbers in all", what, seen[what])
		}
	}
}

// numbers returns all numbers of a value as JSON has it, but of those that differ by run.
func numbers(value any, leaveOut ...string) (list []float64) {
	text, err := json.Marshal(value)
	if err != nil {
		return []float64{math.NaN(), -1}
	}
	var decoded any
	if json.Unmarshal(text, &decoded) != nil {
		return nil
	}
	var walk func(v any)
	walk = func(v any) {
		switch v := v.(type) {
		case float64:
			list = append(list, v)
		case bool:
			if v {
				list = append(list, 1)
			} else {
				list = append(list, 0)
			}
		case []any:
			for _, e := range v {
				walk(e)
			}
		case map[string]any:
			var keys []string
			for k := range v {
				if !slices.Contains(leaveOut, k) {
					keys = append(keys, k)
				}
			}
			slices.Sort(keys)
			for _, k := range keys {
				walk(v[k])
			}
		}
	}
	walk(decoded)
	return list
}

// measures read numbers off a trajectory; place says where the bodies are, or nothing.
var measures = map[string]func(t *testing.T, tr *sim.Trajectory, place []int) ([]float64, error){
	"flight": func(t *testing.T, tr *sim.Trajectory, _ []int) ([]float64, error) {
		f, share, err := flight.MeasureFlight(t.Context(), []*sim.Trajectory{tr})
		return append(numbers(f), share), err
	},
	"gyration": func(_ *testing.T, tr *sim.Trajectory, _ []int) ([]float64, error) {
		return []float64{flight.Gyration([]*sim.Trajectory{tr})}, nil
	},
	"source": func(t *testing.T, tr *sim.Trajectory, _ []int) ([]float64, error) {
		f, err := source.Measure(t.Context(), []*sim.Trajectory{tr})
		return numbers(f), err
	},
	"seen": func(_ *testing.T, tr *sim.Trajectory, _ []int) ([]float64, error) {
		seen := choose.SeenIn([]*sim.Trajectory{tr})
		text, err := json.Marshal(seen)
		return append(numbers(seen), float64(len(text))), err
	},
	"bounds": func(_ *testing.T, tr *sim.Trajectory, _ []int) ([]float64, error) {
		return numbers(render.SceneBounds(tr.Scene, tr.States)), nil
	},
	"guard": func(_ *testing.T, tr *sim.Trajectory, place []int) ([]float64, error) {
		seen := choose.SeenIn([]*sim.Trajectory{tr})
		guard := world.NewGuard(tr.Scene, &seen)
		for _, state := range tr.States {
			guard.See(state)
		}
		calm := []float64{guard.Farthest(), guard.Fastest()}
		for i := range tr.Scene.Bodies { // each leaves in turn
			if place != nil {
				i = place[i]
			}
			if tr.Scene.Bodies[i].Kind != sim.Dynamic {
				continue
			}
			guard := world.NewGuard(tr.Scene, &seen)
			state := slices.Clone(tr.States[0])
			state[i].X += 1e3
			guard.See(state)
			fast := world.NewGuard(tr.Scene, &seen)
			state = slices.Clone(tr.States[0])
			state[i].Omega += 1e6
			calm = append(calm, guard.Farthest())
			if fast.See(state) {
				calm = append(calm, 1)
			}
		}
		return calm, nil
	},
	"gaps": func(_ *testing.T, tr *sim.Trajectory, place []int) (list []float64, err error) {
		last := tr.States[len(tr.States)-1]
		at := func(i int) int {
			if place != nil {
				i = place[i]
			}
			return i
		}
		for a := range min(3, len(last)) {
			for b := range min(3, len(last)) {
				if a != b {
					p, q := sim.Point{Body: at(a), At: sim.Vec{X: 0.1}}, sim.Point{Body: at(b), At: sim.Vec{Y: 0.2}}
					list = append(list, task.Gap(tr.Scene, at(a), at(b))(last, nil), task.Distance(p, q)(last, nil), task.Speed(p, q)(last, nil),
						task.Spin(at(a), at(b))(last, nil), task.Heading(at(a), at(b))(last, nil))
				}
			}
		}
		return list, nil
	},
	"contacts": func(_ *testing.T, tr *sim.Trajectory, _ []int) (list []float64, err error) {
		detector := geom.NewDetector(tr.Scene)
		for _, state := range tr.States {
			var depth, count, slip float64
			for _, c := range detector.Contacts(nil, state, 0) {
				count++
				depth += c.Gap
				slip += c.ArmA.Len() + c.Friction + c.Elasticity
				if c.B != geom.Wall {
					slip += c.ArmB.Len()
				}
			}
			list = append(list, count, depth, slip)
		}
		return list, nil
	},
	"eval": func(t *testing.T, tr *sim.Trajectory, _ []int) ([]float64, error) {
		cfg := eval.DefaultConfig()
		cfg.Workers = 1
		result, err := eval.Run(t.Context(), []*sim.Trajectory{tr}, nil, nil, cfg, nil)
		if err != nil {
			return nil, err
		}
		return numbers(result, "us_per_step", "train_s", "body"), nil
	},
}
