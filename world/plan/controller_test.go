package plan

import (
	"errors"
	"slices"
	"testing"

	"orrery/sim"
)

// TestPlansAreMadeWhenDue counts the frames between new plans, and checks that
// between them the plan is carried out and its states come true.
func TestPlansAreMadeWhenDue(t *testing.T) {
	t.Parallel()
	scene := toyScene(t, sim.Force, 10, alongX)
	model := toy{move: pushed}
	for _, replan := range []int{1, 3, 5} {
		c := newController(t, model, scene, payMass, config(t, "cem", func(c *Config) {
			c.Horizon, c.Repeat, c.Replan, c.Samples = 5, 2, replan, 50
		}))
		s := sim.BodyState{X: 1}
		var expected []sim.State
		for frame := range 25 {
			since := frame % (2 * replan)
			if due := since == 0; c.Due() != due {
				t.Fatalf("replan %d, frame %d: due %v, want %v", replan, frame, c.Due(), due)
			}
			action, err := c.Act(sim.State{s})
			if err != nil {
				t.Fatal(err)
			}
			if since == 0 {
				if expected, err = c.Expected(); err != nil || len(expected) != 11 {
					t.Fatalf("%d expected states, %v", len(expected), err)
				}
			}
			s = pushed(s, action)
			if want := expected[since+1][0]; s != want {
				t.Fatalf("replan %d, frame %d: state %v, expected %v", replan, frame, s, want)
			}
		}
	}
}

// TestSearchesEndWhenItIsEnough, after one iteration at least, and then with the mean of what was learned.
func TestSearchesEndWhenItIsEnough(t *testing.T) {
	t.Parallel()
	scene := toyScene(t, sim.Force, 10, alongX)
	settings := config(t, "cem", func(c *Config) { c.Horizon, c.Samples, c.Iterations = 5, 50, 6 })
	for _, after := range []int{0, 1, 3, 100} {
		want := min(max(after, 1), settings.Iterations)
		c := newController(t, toy{move: pushed}, scene, payMass, settings)
		asked := 0
		c.Until(func() bool { asked++; return asked >= after })
		if _, err := c.Act(sim.State{{X: 1}}); err != nil {
			t.Fatal(err)
		}
		short := settings
		short.Iterations = want
		same := newController(t, toy{move: pushed}, scene, payMass, short)
		if _, err := same.Act(sim.State{{X: 1}}); err != nil {
			t.Fatal(err)
		}
		if asked != want || c.Cost() != same.Cost() {
			t.Errorf("enough after %d: asked %d times and a cost of %v, want %d and %v", after, asked, c.Cost(), want, same.Cost())
		}
	}
}

func TestConsideredPlansBeginWithTheBest(t *testing.T) {
	t.Parallel()
	scene := toyScene(t, sim.Force, 10, alongX)
	c := newController(t, toy{move: pushed}, scene, payMass, config(t, "random", nil))
	if _, err := c.Act(sim.State{{X: 1}}); err != nil {
		t.Fatal(err)
	}
	all, err := c.Considered(1000)
	if err != nil || len(all) != 200 {
		t.Fatalf("%d plans, %v; want the 200 there are", len(all), err)
	}
	some, err := c.Considered(20)
	if err != nil {
		t.Fatal(err)
	}
	for i := range some {
		if !slices.EqualFunc(some[i], all[10*i], slices.Equal[sim.State]) {
			t.Errorf("plan %d of 20 is not the %d-th best", i, 10*i)
		}
	}
}

func TestHoldKeepsThingsAsTheyAre(t *testing.T) {
	t.Parallel()
	servo := toyScene(t, sim.Servo, 5, alongX, alongY)
	if got := Hold(servo, sim.State{{X: 2, Y: -7}}); !slices.Equal(got, sim.Action{2, -5}) {
		t.Errorf("servos hold %v, want where the body is, or the nearest they can", got)
	}
	force := toyScene(t, sim.Force, 5, alongX)
	if got := Hold(force, sim.State{{X: 2}}); !slices.Equal(got, sim.Action{0}) {
		t.Errorf("force holds %v, want rest", got)
	}
}

func TestResetForgetsThePlan(t *testing.T) {
	t.Parallel()
	scene := toyScene(t, sim.Force, 10, alongX)
	c := newController(t, toy{move: pushed}, scene, payMass, config(t, "icem", func(c *Config) { c.Replan = 5 }))
	if _, err := c.Act(sim.State{{X: 1}}); err != nil {
		t.Fatal(err)
	}
	if c.Due() {
		t.Error("due after one frame of five")
	}
	c.Reset()
	if states, err := c.Expected(); !c.Due() || states != nil || err != nil {
		t.Errorf("after a reset: due %v, expects %v, %v", c.Due(), states, err)
	}
}

// TestIntentIsWhatIsFollowedAndConsidered draws a cloud of 40 plans, or all where there
// are fewer.
func TestIntentIsWhatIsFollowedAndConsidered(t *testing.T) {
	t.Parallel()
	scene := toyScene(t, sim.Force, 10, alongX)
	for samples, want := range map[int]int{200: 40, 30: 30} {
		c := newController(t, toy{move: pushed}, scene, payMass, config(t, "random", func(c *Config) { c.Samples = samples }))
		if mind, err := c.Intent(); err != nil || mind.Expected != nil || len(mind.Considered) != 0 {
			t.Errorf("has in mind %v before a plan, %v", mind, err)
		}
		if _, err := c.Act(sim.State{{X: 1}}); err != nil {
			t.Fatal(err)
		}
		mind, err := c.Intent()
		expected, _ := c.Expected()
		if err != nil || len(mind.Considered) != want || !slices.EqualFunc(mind.Expected, expected, slices.Equal[sim.State]) {
			t.Errorf("%d samples: %d considered plans and %d states, %v", samples, len(mind.Considered), len(mind.Expected), err)
		}
	}
}

// TestALostPlanIsNotFollowed lets the model break down after a plan is made: a controller
// that cannot look says so, and one that cannot plan has no plan.
func TestALostPlanIsNotFollowed(t *testing.T) {
	t.Parallel()
	scene := toyScene(t, sim.Force, 10, alongX)
	gone := error(nil)
	model := Stoppable(toy{move: pushed}, func() error { return gone })
	c := newController(t, model, scene, payMass, config(t, "random", func(c *Config) { c.Replan = 2 }))
	act := func() error { _, err := c.Act(sim.State{{X: 1}}); return err }
	if err := act(); err != nil {
		t.Fatal(err)
	}
	gone = errors.New("the model is gone")
	if _, err := c.Expected(); !errors.Is(err, gone) {
		t.Errorf("expects without a model: %v", err)
	}
	if _, err := c.Considered(3); !errors.Is(err, gone) {
		t.Errorf("considers without a model: %v", err)
	}
	if _, err := c.Intent(); !errors.Is(err, gone) {
		t.Errorf("has in mind without a model: %v", err)
	}
	if err := act(); err != nil {
		t.Errorf("the second half of the plan needs no model: %v", err)
	}
	if err := act(); !errors.Is(err, gone) {
		t.Errorf("plans without a model: %v", err)
	}
	if states, err := c.Expected(); states != nil || err != nil || !c.Due() {
		t.Errorf("follows %v after a search that failed, %v", states, err)
	}
}
