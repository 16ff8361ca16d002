package world

import (
	"errors"
	"math"
	"reflect"
	"strings"
	"testing"

	"orrery/sim"
)

// spoiler turns the positions of any number of scenes by a map that doubles every
// difference, so that no mistake stays hidden. Bodies whose VX is k lose their y
// after k frames.
type spoiler struct {
	refuse string // name of the scene it cannot predict
	fail   error  // of every step
	// failing has the frames in which scenes make it give up, by the Angle of body 0.
	failing map[int]int
}

func (spoiler) Kind() string    { return "spoiler" }
func (spoiler) Parameters() int { return 0 }

func (m spoiler) Predictor(scenes []*sim.Scene) (Predictor, error) {
	n := 0
	for _, s := range scenes {
		if s.Name == m.refuse {
			return nil, &Refusal{Model: "spoiler", Scene: s.Name, Reason: "it has a name"}
		}
		n += len(s.Bodies)
	}
	return &spoiling{m.fail, m.failing, n, 0}, nil
}

type spoiling struct {
	fail          error
	failing       map[int]int
	bodies, frame int
}

func (p *spoiling) Step(state sim.State, actions sim.Action) error {
	if len(state) != p.bodies {
		return errors.New("state does not fit the scenes")
	}
	p.frame++
	for i := range state {
		b := &state[i]
		if p.failing[int(b.Angle)] == p.frame {
			return errors.New("out of luck")
		}
		b.X = math.Mod(2*b.X+0.1, 1)
		if b.VX == float64(p.frame) {
			b.Y = math.NaN()
		}
	}
	return p.fail
}

// randomScenes returns scenes of one to four discs and their starts.
func randomScenes(n int) ([]*sim.Scene, []sim.State) {
	scenes, starts := make([]*sim.Scene, n), make([]sim.State, n)
	rng := sim.NewRand(1, "scenes", 0)
	for i := range scenes {
		scene := sim.DefaultScene()
		scene.Name = "discs"
		for range 1 + i%4 {
			disc := sim.NewDisc(0.1, 10, sim.Surface{})
			disc.Start.X = rng.Float64()
			scene.Bodies = append(scene.Bodies, disc)
		}
		scenes[i], starts[i] = &scene, scene.Start()
	}
	return scenes, starts
}

func TestRolloutIsTheSameForAnyNumberOfWorkers(t *testing.T) {
	t.Parallel()
	const frames = 20
	scenes, starts := randomScenes(5*rolloutChunk + 3)
	var want []*sim.Trajectory
	for i := range scenes { // one scene at a time is the naive twin
		alone, err := Rollout(spoiler{}, scenes[i:i+1], starts[i:i+1], nil, frames, 1)
		if err != nil {
			t.Fatal(err)
		}
		want = append(want, alone...)
	}
	for _, workers := range []int{-1, 0, 1, 2, 5, 100} {
		got, err := Rollout(spoiler{}, scenes, starts, nil, frames, workers)
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%d workers: another result", workers)
		}
	}
	for i, trajectory := range want {
		if len(trajectory.States) != frames || !reflect.DeepEqual(trajectory.States[0], starts[i]) {
			t.Fatalf("scene %d: %d frames that start with %v", i, len(trajectory.States), trajectory.States[0])
		}
		x := starts[i][0].X
		for _, state := range trajectory.States {
			if state[0].X != x {
				t.Fatalf("scene %d: x %v, want %v", i, state[0].X, x)
			}
			x = math.Mod(2*x+0.1, 1)
		}
	}
}

// TestWhatIsAppendedToARolloutIsNoOthers: states lie side by side in memory, and whoever has one may go on with it.
func TestWhatIsAppendedToARolloutIsNoOthers(t *testing.T) {
	t.Parallel()
	scenes, starts := randomScenes(7)
	for _, s := range scenes {
		s.Actuators = []sim.Actuator{{Kind: sim.Force, Axis: sim.Vec{X: 1}, Low: -1, High: 1}}
	}
	run := func() []*sim.Trajectory {
		out, err := Rollout(spoiler{failing: map[int]int{}}, scenes, starts, nil, 5, 1)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	want, got := run(), run()
	for _, trajectory := range got {
		for _, state := range trajectory.States {
			_ = append(state, sim.BodyState{X: 99})
		}
		for _, action := range trajectory.Actions {
			_ = append(action, 99)
		}
		_ = append(trajectory.States, sim.State{})
		_ = append(trajectory.Actions, sim.Action{99})
	}
	for i := range want {
		if len(want[i].Actions) != 4 || !reflect.DeepEqual(got[i].States, want[i].States) || !reflect.DeepEqual(got[i].Actions, want[i].Actions) {
			t.Errorf("scene %d: the rollout has changed", i)
		}
	}
}

func TestRolloutOfNothing(t *testing.T) {
	t.Parallel()
	if got, err := Rollout(spoiler{}, nil, nil, nil, 3, 2); len(got) != 0 || err != nil {
		t.Errorf("got %v, %v", got, err)
	}
}

func TestRolloutErrorsNameThePlace(t *testing.T) {
	t.Parallel()
	ruin := func(scene, body int, do func(*sim.BodyState)) func([]*sim.Scene, []sim.State) {
		return func(_ []*sim.Scene, starts []sim.State) { do(&starts[scene][body]) }
	}
	for name, c := range map[string]struct {
		model  spoiler
		change func([]*sim.Scene, []sim.State)
		frames int
		want   string
	}{
		"no longer finite": {
			change: ruin(18, 2, func(b *sim.BodyState) { b.VX = 3 }), frames: 9,
			want: "rollout: scene 18 (discs), frame 3: body 2: y NaN must be finite",
		},
		"two scenes no longer finite": { // the first is named, whoever finishes first
			change: func(_ []*sim.Scene, starts []sim.State) { starts[1][0].VX, starts[39][0].VX = 8, 1 }, frames: 9,
			want: "rollout: scene 1 (discs), frame 8: body 0: y NaN must be finite; 1 more broke down",
		},
		"never finite": {
			change: ruin(5, 1, func(b *sim.BodyState) { b.Omega = math.Inf(1) }), frames: 1,
			want: "rollout: scene 5 (discs), frame 0: body 1: omega +Inf must be finite",
		},
		"failing step": {
			model: spoiler{fail: errors.New("out of luck")}, frames: 2,
			want: "rollout: scene 0 (discs), frame 1: out of luck; 39 more broke down",
		},
		"refused": {
			model:  spoiler{refuse: "odd"},
			change: func(scenes []*sim.Scene, _ []sim.State) { scenes[17].Name = "odd" }, frames: 1,
			want: "rollout: model spoiler cannot predict scene odd: it has a name",
		},
		"short start": {
			change: func(_ []*sim.Scene, starts []sim.State) { starts[7] = starts[7][:1] }, frames: 1,
			want: "rollout: scene 7 has 4 bodies but its start has 1",
		},
		"no frames": {want: "rollout: 0 frames must be at least 1"},
	} {
		scenes, starts := randomScenes(40)
		if c.change != nil {
			c.change(scenes, starts)
		}
		for _, workers := range []int{1, 3} {
			if _, err := Rollout(c.model, scenes, starts, nil, c.frames, workers); err == nil || err.Error() != c.want {
				t.Errorf("%s, %d workers: got %v\nwant %s", name, workers, err, c.want)
			}
		}
	}
	scenes, starts := randomScenes(3)
	if _, err := Rollout(spoiler{}, scenes, starts[:2], nil, 1, 1); err == nil || !strings.Contains(err.Error(), "3 scenes but 2 starts") {
		t.Errorf("got %v", err)
	}
	var refusal *Refusal
	if _, err := Rollout(spoiler{refuse: "discs"}, scenes, starts, nil, 1, 1); !errors.As(err, &refusal) || refusal.Scene != "discs" {
		t.Errorf("got %v", err)
	}
}

// sharer is a spoiler that notes among how many workers it is asked to share out its scenes.
type sharer struct {
	spoiler
	asked *int
}

func (m sharer) Shared(workers int) (Model, bool) {
	*m.asked = workers
	return m.spoiler, true
}

// TestFewScenesAreSharedOut among the workers that have no chunk of scenes of their own, where the model can.
func TestFewScenesAreSharedOut(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ scenes, workers, want int }{
		{1, 1, 0}, {1, 2, 2}, {rolloutChunk, 5, 5}, {rolloutChunk + 1, 2, 0}, {rolloutChunk + 1, 7, 3},
	} {
		scenes, starts := randomScenes(c.scenes)
		asked := 0
		if _, err := Rollout(AnyPace(sharer{asked: &asked}, 1), scenes, starts, nil, 2, c.workers); err != nil {
			t.Fatal(err)
		}
		if asked != c.want {
			t.Errorf("%d scenes and %d workers: shared out among %d, want %d", c.scenes, c.workers, asked, c.want)
		}
	}
}
