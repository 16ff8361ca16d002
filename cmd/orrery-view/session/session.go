package session

import (
	"fmt"
	"slices"
	"time"

	"orrery/sim"
	"orrery/sim/engine"
	"orrery/sim/scenario"
	"orrery/world"
)

// Mode says what is compared with what.
type Mode string

// The modes; see the package comment.
const (
	Sandbox Mode = "sandbox"
	Duel    Mode = "duel"
	Replay  Mode = "replay"
)

// Model is a model to choose from.
type Model struct {
	Name     string
	Scenario string // it was trained on; empty when it needs no training
	world.Model
}

// Session is one viewer's state. See New.
type Session struct {
	mode Mode
	source
	show Show // what Replay shows, once there is anything

	scene  *sim.Scene
	engine *engine.Engine
	tape   tape
	cursor int // frame that is shown
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
	driven    bool    // since the episode began, so its policy keeps out
	autopilot sim.Policy

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

// source is what a scene is sampled from.
type source struct {
	scenario *scenario.Scenario // nil when the scene is not sampled
	values   scenario.Values
	seed     uint64
	episode  int
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
func (s *Session) Span() (first, last int) { return s.tape.first, s.tape.end() }

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

// OpenScenario samples the first episode of a scenario from a seed.
func (s *Session) OpenScenario(name string, seed uint64) error {
	found, err := scenario.Find(name)
	if err != nil {
		return err
	}
	values, err := found.Values(nil)
	if err != nil {
		return err
	}
	old, mode := s.source, s.mode
	s.source = source{scenario: found, values: values, seed: seed}
	if s.mode == Replay {
		s.mode = Sandbox
	}
	if err := s.sample(); err != nil {
		s.source, s.mode = old, mode
		return err
	}
	return nil
}

// OpenScene runs a scene that is not sampled.
func (s *Session) OpenScene(scene *sim.Scene) error {
	if s.mode == Replay {
		s.mode = Sandbox
	}
	if err := s.start(scene); err != nil {
		return err
	}
	s.scenario, s.autopilot = nil, nil
	return nil
}

// Scenario returns what the scene was sampled from and with which values, or nil.
func (s *Session) Scenario() (*scenario.Scenario, scenario.Values) { return s.scenario, s.values }

// Set changes a parameter of the scenario and samples the scene anew. A value with
// which that fails is not taken.
func (s *Session) Set(param string, value float64) {
	if s.scenario == nil || s.values[param] == value {
		return
	}
	old := s.values
	s.values = scenario.Values{}
	for name, v := range old {
		s.values[name] = v
	}
	s.values[param] = value
	if err := s.sample(); err != nil {
		s.values = old
		s.check(err)
	}
}

// Label says which episode is shown.
func (s *Session) Label() string {
	switch {
	case s.mode == Replay:
		return s.show.Label
	case s.scenario == nil:
		return ""
	case s.episode == 0:
		return fmt.Sprintf("seed %d", s.seed)
	}
	return fmt.Sprintf("seed %d · episode %d", s.seed, s.episode)
}

// Seed returns the seed of the scene.
func (s *Session) Seed() uint64 { return s.seed }

// Restart goes back to the start of the episode, without what hands have done.
func (s *Session) Restart() {
	switch {
	case s.mode == Replay:
		s.Seek(s.tape.first)
	case s.scenario == nil:
		s.check(s.start(s.scene))
	default:
		s.check(s.sample())
	}
}

// Next goes on to the next seed or, in a replay, to the next episode.
func (s *Session) Next() {
	if s.mode == Replay {
		s.check(s.openShow(s.show.turn(1)))
		return
	}
	s.seed, s.episode = s.seed+1, 0
	s.Restart()
}

// sample makes the scene of the present scenario, values, seed and episode.
func (s *Session) sample() error {
	scene, err := s.scenario.Sample(s.seed, s.episode, s.values)
	if err != nil {
		return err
	}
	s.autopilot = nil
	if len(scene.Actuators) > 0 {
		s.autopilot = s.scenario.Policies()[0].Start(s.seed, s.episode, scene)
	}
	return s.start(scene)
}

// start runs a scene from its start, or leaves everything as it was.
func (s *Session) start(scene *sim.Scene) error {
	if err := s.engine.Load(scene); err != nil {
		if s.scene != nil {
			s.check(s.engine.Load(s.scene))
			s.check(s.engine.Reset(s.tape.at(s.tape.end())))
		}
		return err
	}
	s.put(scene, newTape(scene.Start()))
	return nil
}

// put shows a tape of a scene from its first frame.
func (s *Session) put(scene *sim.Scene, t tape) {
	s.hand.body = -1
	s.scene, s.tape, s.cursor = scene, t, t.first
	s.driven, s.due, s.rest, s.loop = false, 0, 0, [2]int{}
	s.witness = witness{}
	s.suit()
	s.Begin()
}

// Spawn adds a body, one of Spawnable, at a point of the world.
func (s *Session) Spawn(kind int, at sim.Vec) {
	scene, err := with(s.scene, s.State(), spawned(s.scene, kind, at))
	s.edit(scene, err)
}

// Delete removes a body.
func (s *Session) Delete(body int) {
	if body >= 0 && body < len(s.scene.Bodies) {
		scene, err := without(s.scene, s.State(), body)
		s.edit(scene, err)
	}
}

// edit goes on with a changed scene. Its tape is a new one, since states of other
// bodies do not fit it; the policy of the old scene would look for bodies in vain.
func (s *Session) edit(scene *sim.Scene, err error) {
	if err == nil {
		if s.mode == Replay {
			s.mode = Sandbox
		}
		err = s.start(scene)
	}
	if err == nil {
		s.autopilot = nil
	}
	s.check(err)
}

// Models returns the models to choose from and the index of the chosen one.
func (s *Session) Models() (models []Model, chosen int) { return s.models, s.model }

// Follows reports whether the model changes with the scenario because nobody has
// chosen one.
func (s *Session) Follows() bool { return s.follow }

// SetModels says what models there are. The last must be able to predict any scene.
func (s *Session) SetModels(models []Model) {
	s.models, s.model, s.follow = slices.Clone(models), len(models)-1, true
	if s.scene != nil {
		s.suit()
		s.Begin()
	}
}

// AddModel adds a model in front of the others and chooses it.
func (s *Session) AddModel(m Model) {
	s.models = slices.Insert(s.models, 0, m)
	s.SetModel(0)
}

// SetModel chooses a model by its index and keeps to it.
func (s *Session) SetModel(i int) {
	s.model, s.follow = i, false
	if s.scene != nil {
		s.Begin()
	}
}

// suit chooses the model that was trained on the scene's scenario, else one that
// was trained at all and takes the scene, else the last, unless someone has chosen.
func (s *Session) suit() {
	if !s.follow {
		return
	}
	s.model = len(s.models) - 1
	for _, trainedHere := range []bool{true, false} {
		for i, m := range s.models {
			if (m.Scenario == s.scene.Name) != trainedHere || m.Scenario == "" {
				continue
			}
			if _, err := m.Predictor([]*sim.Scene{s.scene}); err == nil {
				s.model = i
				return
			}
		}
	}
}
