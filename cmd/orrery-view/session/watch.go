package session

import (
	"context"
	"fmt"
	"image"
	"sync"

	"orrery/cmd/orrery-view/session/compare"
	"orrery/sim"
	"orrery/world/observe"
)

// Seen returns what was measured of the motion that is replayed, or nil where nothing is replayed or its
// states are known.
func (s *Session) Seen() *sim.Observation {
	if s.mode != compare.Replay || s.show.True == nil {
		return nil
	}
	return s.show.True.Seen
}

// Sights returns what was measured about each of the last frames up to the one shown [t][n], the oldest
// first, or nil; see Seen.
func (s *Session) Sights(frames int) [][]sim.Sight {
	seen := s.Seen()
	if seen == nil {
		return nil
	}
	now := s.Frame() - s.tape.First()
	return seen.Sights[max(now-frames+1, 0) : now+1]
}

// Film returns what a camera saw of the frame that is replayed, and the places in m of the picture's lower left and
// upper right corner. The picture is nil where there is none.
func (s *Session) Film() (*image.RGBA, [2]sim.Vec) {
	if s.mode != compare.Replay || s.show.Film == nil {
		return nil, [2]sim.Vec{}
	}
	picture, corners, err := s.show.Film(s.Frame() - s.tape.First())
	if err != nil {
		s.show.Film = nil
		s.check(err)
	}
	return picture, corners
}

// History returns how many frames of what is replayed are watched before the model predicts, from the state
// that they alone tell. It is 0 where the model is told its start, as it is wherever states are known.
func (s *Session) History() int { return min(s.watched, s.MaxHistory()) }

// MaxHistory returns how many frames can be watched at most, so that one is left to predict. It is 0 where
// there is nothing to watch.
func (s *Session) MaxHistory() int {
	if s.Seen() == nil || s.show.Predicted != nil {
		return 0
	}
	return len(s.show.True.States) - 1
}

// SetHistory says how many frames are watched first, in this episode and in others; see History.
func (s *Session) SetHistory(frames int) {
	before := s.History()
	s.watched = max(frames, 0)
	if s.scene != nil && s.History() != before {
		s.Begin()
	}
}

// watching finds the state in which the first frames leave what is replayed: first what all of the motion
// says of its law, as other commands do, and then what the frames alone say.
type watching struct {
	of     *sim.Trajectory
	frames int
	ctx    context.Context
	stop   context.CancelFunc

	law *observe.Law // once it is known; read by others when over

	mu    sync.Mutex
	over  bool
	after *sim.Trajectory // from the last of the frames on
	err   error
}

// Step does one of the two parts.
func (w *watching) Step() (more bool) {
	after, err := w.part()
	if after == nil && err == nil {
		return true
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.over, w.after, w.err = true, after, err
	return false
}

// part finds the law or, once that is known, what follows the frames. A fault is an error: the window goes on.
func (w *watching) part() (after *sim.Trajectory, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			after, err = nil, fmt.Errorf("what was seen cannot be watched: %v", cause)
		}
	}()
	if w.law != nil {
		return observe.History(w.of, w.law, w.frames)
	}
	whole, _ := observe.WatchOf(w.of)
	law, err := observe.Measure(w.ctx, []*observe.Watch{whole})
	if err == nil {
		w.law = &law
	}
	return nil, err
}

// watch begins to watch what is replayed.
func (s *Session) watch(frames int) {
	w := &watching{of: s.show.True, frames: frames}
	w.ctx, w.stop = context.WithCancel(context.Background())
	if s.lawOf == s.show.True {
		w.law = s.law
	}
	s.watching = w
	s.watches.Do(w)
}

func (s *Session) stopWatching() {
	if s.watching != nil {
		s.watching.stop()
		s.watching = nil
	}
}

// watchEnded lets the forecast begin once it is known where.
func (s *Session) watchEnded() {
	w := s.watching
	if w == nil {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.over {
		return
	}
	s.watching = nil
	if w.err != nil {
		s.check(w.err)
		return
	}
	s.law, s.lawOf = w.law, w.of
	s.making = s.replayed(w.after.States[0], drift(w.after))
	s.forecasts.Do(s.making)
	if i := s.rivalIndex(); i >= 0 {
		s.rival.making = s.replayedBy(i, w.after.States[0], drift(w.after))
		s.rival.lane.Do(s.rival.making)
	}
}

// drift returns how unsure the places of bodies are that start as the first frames of a trajectory left
// them; see forecast.Model.
func drift(after *sim.Trajectory) func(body, frames int) float64 {
	dt := after.Scene.FrameTime()
	return func(body, frames int) float64 { return after.Seen.Drift(body, float64(frames)*dt) }
}
