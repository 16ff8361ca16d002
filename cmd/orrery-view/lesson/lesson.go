package lesson

import (
	"context"
	"fmt"
	"sync"
	"time"

	"orrery/cmd/orrery/build"
	"orrery/sim"
	"orrery/sim/engine"
	"orrery/world"
	"orrery/world/rounds"
)

// Lesson gives one lesson at a time. Make one with New. Its methods never wait.
type Lesson struct {
	fit       rounds.Fit[world.Model]
	ballistic world.Model

	mu      sync.Mutex
	course  *course
	stop    context.CancelFunc // of what is at work, or nil
	ended   chan struct{}      // is closed when what was at work last has ended
	reports []Report
}

// New returns a Lesson without a subject. Models are compared with free flight, which is handed in.
func New(fit rounds.Fit[world.Model], ballistic world.Model) *Lesson {
	ended := make(chan struct{})
	close(ended)
	return &Lesson{fit: fit, ballistic: ballistic, ended: ended}
}

// Begin begins with a subject and leaves the one before.
func (l *Lesson) Begin(s Subject) {
	l.Pause()
	l.mu.Lock()
	l.course, l.reports = &course{subject: s, fit: l.fit, ballistic: l.ballistic}, nil
	l.mu.Unlock()
	l.Resume()
}

// Pause stops within a fifth of a second. Nothing that was learned is lost but the round under way.
func (l *Lesson) Pause() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.stop != nil {
		l.stop()
		l.stop = nil
	}
}

// Resume goes on after Pause.
func (l *Lesson) Resume() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.stop != nil || l.course == nil {
		return
	}
	ctx, stop := context.WithCancel(context.Background())
	before, ended, course := l.ended, make(chan struct{}), l.course
	l.stop, l.ended = stop, ended
	go func() {
		defer close(ended)
		<-before
		course.run(ctx, func(r Report) { l.report(course, r) })
		l.over(ended)
	}()
}

// over notes that what was at work has ended by itself, unless something else is at work by now: then Resume tries again.
func (l *Lesson) over(ended chan struct{}) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.ended == ended && l.stop != nil {
		l.stop()
		l.stop = nil
	}
}

// Add has the lesson learn from scenes, too, each several times and started a little otherwise.
func (l *Lesson) Add(scenes []*sim.Scene) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.course != nil {
		l.course.add(scenes)
	}
}

// Take returns the reports since it was called last.
func (l *Lesson) Take() []Report {
	l.mu.Lock()
	defer l.mu.Unlock()
	taken := l.reports
	l.reports = nil
	return taken
}

// mostReports is the number of reports that wait to be taken; older ones are dropped.
const mostReports = 64

func (l *Lesson) report(of *course, r Report) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if of != l.course {
		return
	}
	if l.reports = append(l.reports, r); len(l.reports) > mostReports {
		l.reports = l.reports[1:]
	}
}

// Sizes of a lesson.
const (
	firstEpisodes = 8
	heldEpisodes  = 6
	firstHeld     = 1 << 30 // number of the first episode that is held out
	mostStates    = 100_000 // of bodies, in the episodes that are kept
	growth        = 1.4     // times as many episodes with each round
	enough        = 100     // episodes; if nothing ever touches in so many, nothing will
	mostFailures  = 20      // scenes that the engine cannot run, one after the other

	firstBudget = 500 * time.Millisecond // of the first round; the others take
	budget      = 900 * time.Millisecond
	making      = 300 * time.Millisecond // that episodes may take in a round
)

// course is the state of a lesson, which goes on from pause to pause.
type course struct {
	subject   Subject
	fit       rounds.Fit[world.Model]
	ballistic world.Model

	judge    *judge
	episodes []*sim.Trajectory // the oldest first
	states   int               // of bodies in them
	made     int
	drawn    int // numbers of the subject
	round    int
	wanted   int // episodes at least, where fewer had nothing in them
	former   any // of the model, or nil
	busy     time.Duration
	tactful  tactful

	mu    sync.Mutex
	added []*sim.Scene // to be learned from, not yet run
}

func (c *course) add(scenes []*sim.Scene) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, scene := range scenes {
		for k := range variations {
			c.added = append(c.added, Nudged(scene, sim.NewRand(uint64(len(c.added)), "lesson/added", k), float64(k)/variations))
		}
	}
}

// run teaches until ctx ends. What makes it end otherwise is reported.
func (c *course) run(ctx context.Context, report func(Report)) {
	c.tactful.woke = time.Now()
	var err error
	for err == nil && ctx.Err() == nil {
		began := time.Now()
		err = c.teach(ctx, began, report)
		c.busy += time.Since(began)
	}
	if err != nil && ctx.Err() == nil {
		report(Report{Subject: c.subject.Name, Episodes: c.made, Trouble: err.Error()})
	}
}

// teach is one round.
func (c *course) teach(ctx context.Context, began time.Time, report func(Report)) (err error) {
	defer func() {
		if cause := recover(); cause != nil { // the window goes on
			err = fmt.Errorf("the lesson failed: %v", cause)
		}
	}()
	if c.judge == nil {
		held, err := c.hold(ctx)
		if err != nil {
			return err
		}
		if c.judge, err = newJudge(ctx, held, c.ballistic, c.tactful.rest); err != nil {
			return err
		}
	}
	if err := c.grow(ctx); err != nil {
		return err
	}
	r := rounds.Round{Number: c.round, Budget: budget, Subject: c.subject.Name, Program: "orrery " + build.This().String(), Former: c.former, Rest: c.tactful.rest}
	if c.round == 0 {
		r.Budget = firstBudget
	}
	model, err := c.fit(ctx, c.episodes, r)
	if err != nil && c.former != nil && ctx.Err() == nil {
		c.former = nil // it may not know what came later
		return nil
	}
	if err != nil {
		if c.made < enough && ctx.Err() == nil {
			c.wanted = 2 * c.made // more episodes may have more in them
			return nil
		}
		return err
	}
	c.former = model.State
	c.round++
	out := Report{
		Subject: c.subject.Name, Episodes: c.made, Loss: model.Loss, Ballistic: c.judge.ballistic, Files: model.Files, World: model.World,
	}
	if out.Errors, err = c.judge.errors(ctx, world.Bare(model.World), c.tactful.rest); err != nil {
		return err
	}
	out.Equal = c.judge.equal(out.Errors)
	out.Seconds = (c.busy + time.Since(began)).Seconds()
	report(out)
	return nil
}

// hold makes the episodes that are held out.
func (c *course) hold(ctx context.Context) (held []*sim.Trajectory, err error) {
	for number := firstHeld; len(held) < heldEpisodes; number++ {
		t, err := c.make(ctx, number)
		if err != nil {
			if number-firstHeld >= mostFailures || ctx.Err() != nil {
				return nil, err
			}
			continue
		}
		held = append(held, t)
	}
	return held, nil
}

// until returns how many episodes there are to be in this round, if there is time for them.
func (c *course) until() int {
	until := firstEpisodes
	for range c.round {
		until = min(int(growth*float64(until)), c.made+2*firstEpisodes)
	}
	return max(until, c.made+1, c.wanted)
}

// grow makes more episodes.
func (c *course) grow(ctx context.Context) error {
	until, failures := c.until(), 0
	for began := time.Now(); c.made < firstEpisodes || c.made < until && time.Since(began) < making; {
		t, err := c.next(ctx)
		if err != nil {
			if failures++; failures > mostFailures || ctx.Err() != nil {
				return err
			}
			continue
		}
		failures = 0
		c.made++
		c.keep(t)
	}
	return nil
}

// keep takes an episode to train on, in place of the oldest where there are too many.
func (c *course) keep(t *sim.Trajectory) {
	size := func(t *sim.Trajectory) int { return len(t.States) * len(t.Scene.Bodies) }
	c.episodes = append(c.episodes, t)
	for c.states += size(t); c.states > mostStates && len(c.episodes) > firstEpisodes; c.episodes = c.episodes[1:] {
		c.states -= size(c.episodes[0])
	}
}

// variations is the number of episodes made of a scene that was added.
const variations = 8

// next makes an episode: of a scene that was added, or the next of the subject.
func (c *course) next(ctx context.Context) (*sim.Trajectory, error) {
	c.mu.Lock()
	var scene *sim.Scene
	if len(c.added) > 0 {
		scene, c.added = c.added[0], c.added[1:]
	}
	c.mu.Unlock()
	if scene != nil {
		return c.simulate(ctx, scene, nil)
	}
	c.drawn++
	return c.make(ctx, c.drawn-1)
}

// make makes the episode of a number.
func (c *course) make(ctx context.Context, number int) (*sim.Trajectory, error) {
	scene, acts, err := c.subject.Draw(number)
	if err != nil {
		return nil, err
	}
	return c.simulate(ctx, scene, acts)
}

func (c *course) simulate(ctx context.Context, scene *sim.Scene, acts sim.Policy) (t *sim.Trajectory, err error) {
	defer func() {
		if cause := recover(); cause != nil { // a policy that fails
			err = fmt.Errorf("an episode of %s failed: %v", c.subject.Name, cause)
		}
		c.tactful.rest()
	}()
	return engine.Simulate(ctx, scene, nil, c.subject.Frames, acts)
}

// tactful lets others work: after a stretch of work it sleeps as long.
type tactful struct{ woke time.Time }

// stretch is how long the lesson works before it rests.
const stretch = 4 * time.Millisecond

func (t *tactful) rest() {
	worked := time.Since(t.woke)
	if worked < stretch {
		return
	}
	time.Sleep(min(worked, 10*stretch))
	t.woke = time.Now()
}
