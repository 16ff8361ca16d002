package replay

import (
	"math"
	"slices"
	"sync"

	"orrery/sim"
)

// Collection is what several shows are episodes of.
type Collection struct {
	// Motion returns an episode. It is called by one goroutine at a time.
	Motion func(episode int) (*sim.Trajectory, error)
}

// Stepper advances the bodies of one scene, as world.Predictor does.
type Stepper interface {
	// Step replaces a state [n] by the one a frame later, while actuators follow an action [a].
	Step(state sim.State, action sim.Action) error
}

// Sizes of a survey.
const (
	SparkPoints  = 32 // of the curve of an episode
	SurveyLength = 10 // s, of an episode that is predicted
	JudgedAt     = 1  // s after its start, at which an episode is judged
	surveyFrames = 16 // that are predicted in a step
)

// Line is how wrong a model is about an episode that it predicts from its start.
type Line struct {
	Known bool                 // it was predicted
	Old   bool                 // by a model in whose place there is another one now
	Error float64              // m, mean position error at JudgedAt seconds or at the end, if that is earlier; NaN where the model failed
	Curve [SparkPoints]float64 // m, the greatest such error in each of as many parts of the episode; NaN where there is none
}

// Survey has a model predict all episodes of a collection. It is a job in steps; Lines may be called from any goroutine.
type Survey struct {
	of    *Collection
	start func(scene *sim.Scene) (Stepper, error)
	order []int

	motion  *sim.Trajectory // that is predicted, or nil
	stepper Stepper
	state   sim.State
	frame   int
	line    Line

	mu     sync.Mutex
	next   func(scene *sim.Scene) (Stepper, error) // what predicts from the next episode on, or nil
	lines  []Line
	shared []Line // a copy, until something is found
	over   bool
}

// NewSurvey returns a survey of a collection with some episodes, from one on and round in a circle. Start returns what predicts a scene.
func NewSurvey(of *Collection, episodes, first int, start func(scene *sim.Scene) (Stepper, error)) *Survey {
	s := &Survey{of: of, start: start, lines: make([]Line, episodes)}
	for k := range episodes {
		s.order = append(s.order, (first+k)%episodes)
	}
	return s
}

// Lines returns what is known of each episode. It must not be changed.
func (s *Survey) Lines() []Line {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.shared == nil {
		s.shared = slices.Clone(s.lines)
	}
	return s.shared
}

// Renew has another model predict from the next episode on, round in a circle until it has predicted all. What the former one was wrong
// by stands until then. A survey that was done must be done again.
func (s *Survey) Renew(start func(scene *sim.Scene) (Stepper, error)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.next = start
	for k := range s.lines {
		s.lines[k].Old = s.lines[k].Known
	}
	s.shared = nil
}

// renew takes the model that Renew has left, if there is one, between two episodes.
func (s *Survey) renew() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.next == nil {
		return
	}
	s.start, s.next = s.next, nil
	first := 0
	if len(s.order) > 0 {
		first = s.order[0]
	}
	s.order = s.order[:0]
	for k := range s.lines {
		s.order = append(s.order, (first+k)%len(s.lines))
	}
}

// Stop ends the survey.
func (s *Survey) Stop() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.over = true
}

func (s *Survey) ended() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.over
}

// Step reads an episode or predicts some frames, and reports whether more is left.
func (s *Survey) Step() (more bool) {
	if s.motion == nil {
		s.renew()
	}
	if len(s.order) == 0 || s.ended() {
		return false
	}
	if s.motion == nil {
		return s.read()
	}
	for range surveyFrames {
		if s.frame++; !s.predict() {
			s.note()
			break
		}
	}
	return len(s.order) > 0
}

// read begins with the next episode. One that cannot be read or predicted has no error.
func (s *Survey) read() bool {
	s.line = Line{Known: true, Error: math.NaN()}
	for k := range s.line.Curve {
		s.line.Curve[k] = math.NaN()
	}
	motion, err := s.of.Motion(s.order[0])
	if err == nil {
		s.stepper, err = s.begin(motion.Scene)
	}
	if err != nil || len(motion.States) == 0 {
		s.note()
		return len(s.order) > 0
	}
	s.motion, s.state, s.frame = motion, slices.Clone(motion.States[0]), 0
	return true
}

// begin starts what predicts a scene. One that panics has failed like one that returns an error.
func (s *Survey) begin(scene *sim.Scene) (stepper Stepper, err error) {
	defer func() {
		if recover() != nil {
			stepper, err = nil, errBroken
		}
	}()
	return s.start(scene)
}

type brokenError struct{}

func (brokenError) Error() string { return "the model failed" }

var errBroken error = brokenError{}

// frames returns how many frames are predicted.
func (s *Survey) frames() int {
	return min(len(s.motion.States)-1, SurveyLength*s.motion.Scene.FPS)
}

// predict predicts the frame and notes its error. It returns false where there is none.
func (s *Survey) predict() (ok bool) {
	last := s.frames()
	if s.frame > last {
		return false
	}
	defer func() {
		if recover() != nil {
			ok = false
		}
	}()
	var action sim.Action
	if s.frame <= len(s.motion.Actions) {
		action = s.motion.Actions[s.frame-1]
	}
	if s.stepper.Step(s.state, action) != nil || s.state.Check() != nil {
		return false
	}
	off, _ := s.motion.Scene.Distance(s.state, s.motion.States[s.frame])
	if s.frame == min(JudgedAt*s.motion.Scene.FPS, last) {
		s.line.Error = off
	}
	from := (s.frame - 1) * SparkPoints / last
	for part := from; part < max(s.frame*SparkPoints/last, from+1); part++ {
		if c := &s.line.Curve[part]; !(*c >= off) {
			*c = off
		}
	}
	return true
}

// note ends an episode.
func (s *Survey) note() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.line.Old = s.next != nil
	s.lines[s.order[0]], s.shared = s.line, nil
	s.order, s.motion = s.order[1:], nil
}
