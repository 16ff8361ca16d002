package session

import (
	"time"

	"orrery/cmd/orrery-view/session/compare"
	"orrery/cmd/orrery-view/session/forecast"
	"orrery/cmd/orrery-view/session/hand"
	"orrery/cmd/orrery-view/session/history"
	"orrery/cmd/orrery-view/session/jobs"
	"orrery/cmd/orrery-view/session/notice"
	"orrery/cmd/orrery-view/session/pilot"
	"orrery/cmd/orrery-view/session/replay"
	"orrery/cmd/orrery-view/session/tape"
	"orrery/sim"
	"orrery/sim/engine"
	"orrery/world/choose"
	"orrery/world/observe"
)

// Session is one viewer's state: a scene, and the parts that do something with it. See
// New.
type Session struct {
	*tape.Player        // which frame is shown
	*compare.Comparison // how wrong forecasts are
	Origin              // what the scene was sampled from
	notice.Board        // what the user should know

	mode compare.Mode
	show replay.Show // what a replay shows, once there is anything

	begin     int // frame at which the forecast of a duel or a replay begins
	from      int // that of a replay whose states are known, once someone has chosen another than the first
	scene     *sim.Scene
	bodies    []int // where each body comes from: its index in the scenario's sample, or build.Added
	engine    *engine.Engine
	tape      *tape.Tape
	deck      *tape.Deck    // turns Player
	patience  time.Duration // that a tick may spend on the engine
	touching  touching
	pushing   pushing
	perturbed bool // by a hand, since the episode began
	changes   *history.History[moment]
	lastSet   int // ticks since a parameter was changed

	hand   hand.Hand
	policy sim.Policy // of the scenario, which drives until someone takes over; or nil

	newPlanner NewPlanner
	plans      bool         // a planner is to drive
	pilot      *pilot.Pilot // nil unless one does
	goals      bound        // of the task, once someone has asked

	models []choose.Candidate
	model  int    // the chosen one
	why    string // it was chosen
	follow bool   // the model changes with the scene

	keeper Keeper         // of demonstrations, or nil
	demo   *Demonstration // that is being made, or nil

	learning  learning
	rival     rival
	surveying surveying
	surveys   *jobs.Lane
	hunts     *jobs.Lane
	hunt      *hunt // or nil

	forecasts  *jobs.Lane
	ladders    *jobs.Lane
	suspicions *jobs.Lane
	suspicion  *suspicion // or nil
	watches    *jobs.Lane
	watched    int       // frames of a replay from which its forecast is to begin; 0 for none
	watching   *watching // of what is replayed, or nil
	identified identified
	law        *observe.Law     // of what was watched last, or nil
	lawOf      *sim.Trajectory  // or nil
	making     *forecast.Making // or nil
	outdated   bool             // the forecast of the sandbox: another model has taken the place of the one that made it
	judge      *compare.Judge   // makes Comparison
}

// New returns a session without a scene; one must be opened before anything else. The
// planner, which may be nil, is asked for when someone wants a task to be done.
func New(threads jobs.Threading, planner NewPlanner) *Session {
	deck := tape.NewDeck(tape.New(nil), tape.TicksPerSecond)
	judge := compare.New(&deck.Player)
	return &Session{
		Player: &deck.Player, deck: deck, Comparison: &judge.Comparison, judge: judge,
		mode: compare.Sandbox, engine: engine.New(), patience: 10 * time.Millisecond, hand: hand.New(),
		changes: history.New(moment.trim), newPlanner: planner, follow: true,
		hunts: jobs.New(threads), surveys: jobs.New(threads),
		rival:     rival{judge: compare.New(&deck.Player), lane: jobs.New(threads)},
		forecasts: jobs.New(threads), ladders: jobs.New(threads), suspicions: jobs.New(threads), watches: jobs.New(threads),
	}
}

// Scene returns the scene that is shown.
func (s *Session) Scene() *sim.Scene { return s.scene }

// Mode returns the mode.
func (s *Session) Mode() compare.Mode { return s.mode }

// SetMode changes the mode. There is nothing to replay until a show is opened.
func (s *Session) SetMode(m compare.Mode) {
	if m != s.mode {
		s.Leave()
	}
	switch {
	case m == s.mode:
		return
	case m == compare.Replay && s.show.True == nil:
		s.Notify("drop a dataset or a rollout file here to replay it")
	case m == compare.Replay:
		s.check(s.OpenShow(s.show))
	case s.mode == compare.Replay:
		if s.check(s.start(s.scene, s.Origin)); m == compare.Duel {
			s.mode = m
			s.Begin()
		}
	default:
		if _, seen := s.Span(); m == compare.Duel && seen > s.Frame() {
			s.note("what followed", false)
		}
		s.mode = m
		s.Begin()
	}
}

// check tells of an error, if there is one.
func (s *Session) check(err error) {
	if err != nil {
		s.Notify(err.Error())
	}
}
