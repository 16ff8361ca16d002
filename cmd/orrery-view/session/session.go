package session

import (
	"time"

	"orrery/sim"
	"orrery/sim/engine"
)

// Mode says what is compared with what.
type Mode string

// The modes; see the package comment.
const (
	Sandbox Mode = "sandbox"
	Duel    Mode = "duel"
	Replay  Mode = "replay"
)

// Session is one viewer's state. See New.
type Session struct {
	mode Mode
	source
	show Show // what Replay shows, once there is anything

	scene  *sim.Scene
	engine *engine.Engine
	tape   tape
	cursor int // frame that is shown
	seen   int // the last that was shown; the tape may go on unseen, see foresee
	begin  int // frame at which a duel's forecast begins

	paused   bool
	speed    int           // index of Speeds
	due      float64       // frames that ought to have been shown
	rest     int           // ticks until what has ended goes on
	patience time.Duration // that a tick may spend on the engine
	loop     [2]int        // frames between which to repeat, when the second is greater
	notice   notice
	cost     time.Duration // of an engine frame, smoothed
	witness  witness

	hand      hand
	drive     sim.Vec // what the arrow keys ask of the actuators, -1 to 1
	perturbed bool    // by a hand, since the episode began
	driven    bool    // since the episode began, so its policy keeps out
	autopilot sim.Policy

	newPlanner NewPlanner
	plans      bool   // a planner is to drive
	pilot      *pilot // nil unless one does

	models []Model
	model  int
	follow bool // the model changes with the scenario

	horizon   map[Mode]int // tenths of a second
	forecasts *worker
	ladders   *worker
	asked     *prediction // being made
	shown     *Forecast
	trial     trial
	climb     *climb
}

// New returns a session without a scene; one must be opened before anything else.
func New(threads Threading) *Session {
	return &Session{
		mode: Sandbox, engine: engine.New(), speed: trueSpeed, patience: 10 * time.Millisecond, follow: true, hand: hand{body: -1},
		horizon:   map[Mode]int{Sandbox: 10, Duel: 40, Replay: 40},
		forecasts: &worker{threads: threads}, ladders: &worker{threads: threads},
	}
}

// Scene returns the scene that is shown.
func (s *Session) Scene() *sim.Scene { return s.scene }

// State returns the true state that is shown.
func (s *Session) State() sim.State { return s.tape.at(s.cursor) }

// Blend returns how far the picture has come from the frame before to the one that
// is shown, from 0 to 1: where there are fewer frames than ticks, motion is smooth
// all the same.
func (s *Session) Blend() float64 {
	if s.paused || s.rest > 0 || s.cursor == s.tape.first || s.Speed()*float64(s.scene.FPS) >= TicksPerSecond {
		return 1
	}
	return min(s.due, 1)
}

// Frame returns the number of the frame that is shown.
func (s *Session) Frame() int { return s.cursor }

// Span returns the first and the last frame that can be shown.
func (s *Session) Span() (first, last int) { return s.tape.first, s.seen }

// Past returns the true states of up to n frames before the one shown, and that.
func (s *Session) Past(n int) []sim.State {
	return s.tape.states[max(s.cursor-n, s.tape.first)-s.tape.first : s.cursor-s.tape.first+1]
}

// Mode returns the mode.
func (s *Session) Mode() Mode { return s.mode }

// EngineCost returns what a frame costs the engine, or 0 before the first.
func (s *Session) EngineCost() time.Duration { return s.cost }

// SetMode changes the mode. There is nothing to replay until a Show is opened.
func (s *Session) SetMode(m Mode) {
	switch {
	case m == s.mode:
		return
	case m == Replay && s.show.True == nil:
		s.Notify("drop a dataset or a rollout file here to replay it")
		return
	case m == Replay:
		s.check(s.OpenShow(s.show))
		return
	case s.mode == Replay && s.scenario == nil:
		s.mode = m
		s.check(s.start(s.scene))
		return
	case s.mode == Replay:
		s.mode = m
		s.check(s.sample())
		return
	}
	s.mode = m
	s.Begin()
}
