package retrace

import (
	"slices"
	"testing"

	"orrery/sim"
	"orrery/world/flight"
)

// TestGroupsAreOfWhatHasToDoWithEachOther at either end of a frame, within two millimetres, over joints and fields, and what touches anything is
// told of both.
func TestGroupsAreOfWhatHasToDoWithEachOther(t *testing.T) {
	t.Parallel()
	scene := sim.DefaultScene()
	for i := range 6 {
		b := sim.NewDisc(0.1, 1, sim.Surface{})
		b.Start.X = float64(i)
		scene.Bodies = append(scene.Bodies, b)
	}
	scene.Bodies[5].Kind, scene.Bodies[5].Mass, scene.Bodies[5].Moment = sim.Kinematic, 0, 0
	scene.Walls = []sim.Shape{sim.NewShape(sim.Segment, 0, sim.Surface{}, sim.Vec{X: -9, Y: -1}, sim.Vec{X: 9, Y: -1})}
	for what, c := range map[string]struct {
		change func(scene *sim.Scene, state, next sim.State)
		of     []int
		touch  []int
	}{
		"all by themselves":     {func(*sim.Scene, sim.State, sim.State) {}, []int{0, 1, 2, 3, 4, 5}, nil},
		"two that touch":        {func(_ *sim.Scene, s, _ sim.State) { s[1].X = 0.2 }, []int{0, 0, 2, 3, 4, 5}, []int{0, 1}},
		"two that touch then":   {func(_ *sim.Scene, _, n sim.State) { n[2].X = 0.2 }, []int{0, 1, 0, 3, 4, 5}, []int{0, 2}},
		"not quite":             {func(_ *sim.Scene, s, _ sim.State) { s[1].X = 0.2019 }, []int{0, 0, 2, 3, 4, 5}, []int{0, 1}},
		"apart":                 {func(_ *sim.Scene, s, _ sim.State) { s[1].X = 0.2021 }, []int{0, 1, 2, 3, 4, 5}, nil},
		"over a third":          {func(_ *sim.Scene, s, n sim.State) { s[3].X = 0.2; n[4].X = 3.2 }, []int{0, 1, 2, 0, 0, 5}, []int{0, 3, 4}},
		"a wall ties nothing":   {func(_ *sim.Scene, s, _ sim.State) { s[1].Y, s[2].Y = -0.9, -0.9 }, []int{0, 1, 2, 3, 4, 5}, []int{1, 2}},
		"a joint":               {func(scene *sim.Scene, _, _ sim.State) { scene.Joints = []sim.Joint{{A: 4, B: 1}, {A: 2, B: sim.World}} }, []int{0, 1, 2, 3, 1, 5}, nil},
		"a field":               {func(scene *sim.Scene, _, _ sim.State) { scene.Fields = []sim.Field{{A: 3, B: 0}} }, []int{0, 1, 2, 0, 4, 5}, nil},
		"what is driven counts": {func(_ *sim.Scene, s, _ sim.State) { s[5].X = 0.2 }, []int{0, 1, 2, 3, 4, 0}, []int{0, 5}},
	} {
		own, state, next := scene, scene.Start(), scene.Start()
		c.change(&own, state, next)
		l, err := newLaw(flight.Ballistic(), &sim.Trajectory{Scene: &own, States: []sim.State{state, next}}, 1e-4)
		if err != nil {
			t.Fatal(err)
		}
		of, touch := l.groups(state, next)
		if !slices.Equal(of, c.of) {
			t.Errorf("%s: groups %v, want %v", what, of, c.of)
		}
		for i, touches := range touch {
			if touches != slices.Contains(c.touch, i) {
				t.Errorf("%s: body %d touches: %v", what, i, touches)
			}
		}
		if !slices.Equal(l.free, []int{0, 1, 2, 3, 4}) || l.place[5] != -1 || l.place[3] != 3 {
			t.Errorf("the law moves %v, at %v", l.free, l.place)
		}
	}
}

// TestStatesAreLedInManyCopies: as many as are asked for, whatever number goes together, each by its own action, or by that of rest where there is
// none, which need not be nothing.
func TestStatesAreLedInManyCopies(t *testing.T) {
	t.Parallel()
	scene := sim.DefaultScene()
	scene.Bodies = []sim.Body{sim.NewDisc(0.1, 1, sim.Surface{})}
	scene.Actuators = []sim.Actuator{{Kind: sim.Force, Against: sim.World, Axis: sim.Vec{X: 1}, Low: 3, High: 1e3}}
	const frames = 2*copies + 3
	motion := &sim.Trajectory{Scene: &scene}
	for k := range frames {
		motion.States = append(motion.States, sim.State{{X: float64(k)}})
		motion.Actions = append(motion.Actions, sim.Action{float64(k)})
	}
	motion.Actions = motion.Actions[1:]
	motion.Actions[5], motion.Actions[copies+1] = nil, nil
	l, err := newLaw(flight.Ballistic(), motion, 1e-4)
	if err != nil {
		t.Fatal(err)
	}
	all, err := l.expect(motion.States)
	if err != nil || len(all) != frames-1 {
		t.Fatalf("%d states, %v", len(all), err)
	}
	one, err := flight.Ballistic().Predictor([]*sim.Scene{&scene})
	if err != nil {
		t.Fatal(err)
	}
	for k, got := range all {
		want := slices.Clone(motion.States[k])
		if err := one.Step(want, motion.Action(k)); err != nil {
			t.Fatal(err)
		}
		if got[0] != want[0] {
			t.Errorf("frame %d is led to %+v, want %+v", k, got[0], want[0])
		}
	}
	if motion.States[7][0].X != 7 {
		t.Error("what was given has changed")
	}
}
