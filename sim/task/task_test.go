package task_test

import (
	"errors"
	"slices"
	"testing"

	"orrery/sim"
	"orrery/sim/task"
)

// right is the task of being to the right of x = 0, and of never going beyond x = 10. Its
// reward is x plus the action.
func right(held int, hold bool) *task.Task {
	return &task.Task{Held: held, Hold: hold, Bind: func(*sim.Scene) (*task.Judge, error) {
		return &task.Judge{
			Reward:  func(state sim.State, action sim.Action) float64 { return state[0].X + action[0] },
			Success: func(state sim.State) bool { return state[0].X > 0 },
			Failed:  func(state sim.State) bool { return state[0].X > 10 },
		}, nil
	}}
}

func judgeOf(t *testing.T, of *task.Task) *task.Judge {
	t.Helper()
	judge, err := of.Judge(&sim.Scene{})
	if err != nil {
		t.Fatal(err)
	}
	return judge
}

// TestSuccessMustLast: as many states in a row as the task wants, the start among them;
// one that is none begins the count anew.
func TestSuccessMustLast(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		held  int
		hold  bool
		x     []float64
		first int // frame that succeeds first, or -1
		ends  int // frame that ends it, or -1
	}{
		{0, false, []float64{-1, 1}, 1, 1},
		{1, false, []float64{-1, -1, 1}, 2, 2},
		{1, false, []float64{1}, 0, 0},
		{3, false, []float64{-1, 1, 1, 1}, 3, 3},
		{3, false, []float64{1, 1, 1}, 2, 2},
		{3, false, []float64{1, 1, -1, 1, 1, 0, 1, 1, 1}, 8, 8},
		{3, false, []float64{1, 1, -1, 1, 1, -1, 1, 1}, -1, -1},
		{3, false, []float64{1, 1, 11}, 2, 2},
		{3, false, []float64{1, 11}, -1, 1},
		{2, true, []float64{1, 1, 1, 1}, 1, -1},
		{2, true, []float64{1, 11}, 1, 1},
	} {
		referee := judgeOf(t, right(c.held, c.hold)).Referee()
		first, ends := -1, -1
		for frame, x := range c.x {
			o := referee.Frame(sim.State{{X: x}}, sim.Action{5})
			if o.Reward != x+5 || o.Truncated || o.Over() != o.Terminated {
				t.Errorf("%+v: frame %d: %+v", c, frame, o)
			}
			if o.Success && first < 0 {
				first = frame
			}
			if o.Terminated && ends < 0 {
				ends = frame
			}
		}
		if first != c.first || ends != c.ends {
			t.Errorf("%+v: succeeds in frame %d and ends in %d", c, first, ends)
		}
	}
}

// TestMemoryIsEnough: as many states as a referee needs to be shown give the same success as all.
func TestMemoryIsEnough(t *testing.T) {
	t.Parallel()
	x := []float64{1, 1, -1, 1, 1, 1, 1, -1, 1}
	for held := range 5 {
		judge := judgeOf(t, right(held, false))
		all := judge.Referee()
		for frame := range x {
			want := all.Frame(sim.State{{X: x[frame]}}, sim.Action{0}).Success
			late, got := judge.Referee(), false
			for _, x := range x[max(0, frame+1-judge.Memory()) : frame+1] {
				got = late.Frame(sim.State{{X: x}}, sim.Action{0}).Success
			}
			if got != want {
				t.Errorf("held %d: frame %d: success %v, want %v", held, frame, got, want)
			}
		}
	}
}

// TestSettledStartsNeedNoAttempt: success there counts even if it should last for some frames, but not
// if it should last to the end.
func TestSettledStartsNeedNoAttempt(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		held    int
		hold    bool
		x       float64
		settled bool
	}{{1, false, 1, true}, {4, false, 1, true}, {1, false, -1, false}, {1, true, 1, false}, {1, true, 11, true}, {1, false, 11, true}} {
		if got := judgeOf(t, right(c.held, c.hold)).Settled(sim.State{{X: c.x}}); got != c.settled {
			t.Errorf("%+v: settled %v", c, got)
		}
	}
}

func TestTasksThatCannotBeBoundSayWhy(t *testing.T) {
	t.Parallel()
	var none *task.Task
	if _, err := none.Judge(&sim.Scene{}); err == nil || err.Error() != "there is no task" {
		t.Errorf("no task: %v", err)
	}
	lost := errors.New("no ball")
	failing := &task.Task{Bind: func(*sim.Scene) (*task.Judge, error) { return nil, lost }}
	if _, err := failing.Judge(&sim.Scene{}); !errors.Is(err, lost) {
		t.Errorf("%v", err)
	}
}

// TestEffortIsAShareOfTheMost an actuator can to either side.
func TestEffortIsAShareOfTheMost(t *testing.T) {
	t.Parallel()
	scene := &sim.Scene{Actuators: []sim.Actuator{{Low: -1, High: 2}, {Low: -4, High: 1}, {Low: -10, High: 10}, {}}}
	for _, c := range []struct {
		actuators []int
		action    sim.Action
		want      float64
	}{
		{[]int{0}, sim.Action{1, 9, 9, 9}, 0.25}, {[]int{1}, sim.Action{9, -2, 9, 9}, 0.25}, {[]int{0, 2}, sim.Action{-2, 9, 5, 9}, 1.25},
		{nil, sim.Action{1, 1, 1, 1}, 0}, {[]int{0, 1}, nil, 0}, {[]int{3}, sim.Action{1, 1, 1, 0}, 0},
	} {
		if got := task.Effort(scene, c.actuators...)(nil, c.action); got != c.want {
			t.Errorf("%v of actuators %v: effort %v, want %v", c.action, c.actuators, got, c.want)
		}
	}
	if got := task.Negative(task.Effort(scene, 0))(nil, slices.Repeat(sim.Action{2}, 4)); got != -1 {
		t.Errorf("negative effort %v", got)
	}
}

// TestASuccessThatMustLastMayBeAStart where the task says so, and only there.
func TestASuccessThatMustLastMayBeAStart(t *testing.T) {
	t.Parallel()
	bind := func(*sim.Scene) (*task.Judge, error) {
		return &task.Judge{Success: func(s sim.State) bool { return s[0].X == 0 }, Failed: func(s sim.State) bool { return s[0].X < 0 }}, nil
	}
	for _, c := range []struct {
		of      task.Task
		settled bool
	}{
		{task.Task{}, true}, {task.Task{Held: 1, AnyStart: true}, true}, {task.Task{Held: 2}, true},
		{task.Task{Held: 2, AnyStart: true}, false}, {task.Task{Hold: true}, false},
	} {
		c.of.Bind = bind
		judge, err := c.of.Judge(&sim.Scene{})
		if err != nil {
			t.Fatal(err)
		}
		for x, want := range map[float64]bool{0: c.settled, 1: false, -1: true} {
			if got := judge.Settled(sim.State{{X: x}}); got != want {
				t.Errorf("%+v at %v is settled: %v", c.of, x, got)
			}
		}
	}
}
