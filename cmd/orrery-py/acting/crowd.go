package acting

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"

	"orrery/cmd/orrery/takes"
	"orrery/sim"
	"orrery/sim/environment"
	"orrery/sim/scenario"
)

// autoreset says what happens to an environment whose episode is over, in the words of Gymnasium 1.
type autoreset string

// The modes. disabled leaves it to the caller, nextStep resets instead of the next step, and sameStep at once, with
// what the episode ended in beside.
const (
	disabled autoreset = "disabled"
	nextStep autoreset = "next_step"
	sameStep autoreset = "same_step"
)

// crowd is a number of environments of one scenario, of which all act at a time.
type crowd struct {
	scenario *scenario.Scenario
	values   scenario.Values
	reset    autoreset
	workers  int
	members  []*member
	measures []string // that info has

	// What the caller shares, in rows of one environment.
	action      []float64 // [n, a], in the units of the task
	observation []float64 // [n, o], likewise
	figures     []float64 // [n, 1 + measures]: reward and measures
	flags       []uint8   // [n, flagCount]
	finals      []float64 // [n, o] at the end of an episode that was reset in the same step
	lastFigures []float64 // [n, 1 + measures] likewise
	actions     int
	seen        int

	watch *takes.Watch // or nil
}

// The flags of an environment after a step.
const (
	terminated = iota
	truncated
	began // reset by this step
	flagCount
)

// member is one environment of a crowd.
type member struct {
	*environment.Environment
	random *rand.Rand // seeds of episodes that begin by themselves
	over   bool
	begun  bool
}

// newCrowd returns environments that have not begun.
func newCrowd(of *scenario.Scenario, values scenario.Values, n int, reset autoreset, workers int) (*crowd, error) {
	c := &crowd{scenario: of, values: values, reset: reset, workers: workers}
	for range n {
		e, err := environment.New(of.Name, of.Task, of.Scenes(values))
		if err != nil {
			return nil, err
		}
		c.members = append(c.members, &member{Environment: e, random: rand.New(rand.NewPCG(rand.Uint64(), rand.Uint64()))})
	}
	first := c.members[0]
	c.actions, c.seen, c.measures = len(first.Scene().Actuators), len(first.Names()), first.Measures()
	return c, nil
}

// width is how many figures an environment has.
func (c *crowd) width() int { return 1 + len(c.measures) }

// begin resets one environment to the episode of a seed, or of the next random one, in a state and with goals unless
// they are nil.
func (c *crowd) begin(i int, seed *uint64, start sim.State, goals []sim.Goal) error {
	m := c.members[i]
	if seed != nil {
		m.random = sim.NewRand(*seed, "episodes", 0)
	} else {
		next := m.random.Uint64() >> 11
		seed = &next
	}
	if _, _, err := m.ResetTo(*seed, start, goals); err != nil {
		return err
	}
	m.over, m.begun = false, true
	if c.watch != nil {
		c.watch.Begun(i, m.Environment)
	}
	c.show(i, 0)
	copy(c.flags[i*flagCount:], []uint8{0, 0, 1})
	return nil
}

// show writes what one environment shows.
func (c *crowd) show(i int, reward float64) {
	m := c.members[i]
	copy(c.observation[i*c.seen:(i+1)*c.seen], m.Observe())
	row := c.figures[i*c.width() : (i+1)*c.width()]
	row[0] = reward
	m.Measure(row[1:])
}

// Step lets every environment act for a frame. An error names the environment, which may be reset; the others have
// acted.
func (c *crowd) Step() error {
	err := c.act()
	if c.watch != nil {
		err = errors.Join(err, c.watch.Stepped())
	}
	return err
}

// act lets every environment act, several at a time. Each worker has a part of the environments, which stay in the
// cache of its core, and helps others when it is done; the first works here.
func (c *crowd) act() error {
	n := len(c.members)
	workers := max(1, min(c.workers, n/4))
	next := make([]atomic.Int64, workers) // environment of each part
	errs := make([]error, workers)
	work := func(w int) {
		for k := range workers {
			part := (w + k) % workers
			first, end := part*n/workers, (part+1)*n/workers
			for i := first + int(next[part].Add(1)) - 1; i < end; i = first + int(next[part].Add(1)) - 1 {
				if err := c.step(i); err != nil && errs[w] == nil {
					errs[w] = err
				}
			}
		}
	}
	var group sync.WaitGroup
	for w := 1; w < workers; w++ {
		group.Go(func() { work(w) })
	}
	work(0)
	group.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

var errNotBegun = errors.New("the environment must be reset first")

// step lets one environment act.
func (c *crowd) step(i int) error {
	m := c.members[i]
	if !m.begun {
		return errNotBegun
	}
	if m.over && c.reset == nextStep {
		return c.begin(i, nil, nil, nil)
	}
	o, err := m.Act(c.action[i*c.actions : (i+1)*c.actions])
	if err != nil {
		m.over = true
		if len(c.members) > 1 {
			return fmt.Errorf("environment %d: %w", i, err)
		}
		return err
	}
	c.show(i, o.Reward)
	if c.watch != nil {
		c.watch.Acted(i, c.action[i*c.actions:(i+1)*c.actions], o)
	}
	flags := c.flags[i*flagCount : (i+1)*flagCount]
	clear(flags)
	if o.Terminated {
		flags[terminated] = 1
	}
	if o.Truncated {
		flags[truncated] = 1
	}
	if m.over = o.Over(); m.over && c.reset == sameStep {
		copy(c.finals[i*c.seen:(i+1)*c.seen], c.observation[i*c.seen:])
		ended := c.figures[i*c.width() : (i+1)*c.width()]
		copy(c.lastFigures[i*c.width():], ended)
		reward, over := ended[0], [2]uint8{flags[terminated], flags[truncated]}
		if err := c.begin(i, nil, nil, nil); err != nil {
			return err
		}
		ended[0] = reward
		copy(flags, over[:])
	}
	return nil
}
