package serve

import (
	"context"
	"crypto/rand"
	"time"

	"orrery/cmd/orrery/takes"
	"orrery/sim/environment"
	"orrery/sim/scenario"
)

// hosted is an environment that the server keeps for a client. Whoever has its turn
// may use what stands below it.
type hosted struct {
	id       string
	scenario *scenario.Scenario
	values   scenario.Values
	turn     chan struct{} // holds one token while nobody uses the environment
	idle     *time.Timer   // removes it

	*environment.Environment
	observation []float64
	info        environment.Info
	frame       int
	over, gone  bool
	planning    *planning // or nil

	recording *recording  // to which its episodes are saved, or nil
	taken     *takes.Take // of the present episode, or nil
}

// begin resets an environment and notes what that has led to.
func (s *Server) begin(h *hosted, q *resetRequest) (err error) {
	if h.recording != nil {
		if err := s.recordings.check(&s.config.Limits); err != nil {
			return err
		}
	}
	h.frame, h.over, h.planning, h.taken = 0, true, nil, nil
	h.observation, h.info, err = h.ResetTo(q.Seed, q.State, q.Goals)
	h.over = err != nil
	if err == nil && h.recording != nil {
		h.taken = takes.New(h.Environment, h.scenario.Task.Unit)
	}
	return err
}

// host keeps an environment and lets it grow old.
func (s *Server) host(h *hosted) error {
	h.id, h.turn = rand.Text(), make(chan struct{}, 1)
	h.turn <- struct{}{}
	s.mu.Lock()
	defer s.mu.Unlock()
	if most := s.config.Limits.Environments; len(s.environments) >= most {
		return busy("environments: there are %d, at most %d can be; those in no use can be deleted", len(s.environments), most)
	}
	s.environments[h.id] = h
	id := h.id // a timer that knew the environment would hold it, even when it is stopped
	h.idle = time.AfterFunc(s.config.Limits.Idle, func() { s.expire(id) })
	return nil
}

// expire removes an environment that nobody has used for long. One that is in use sets
// its timer again afterwards.
func (s *Server) expire(id string) {
	s.mu.Lock()
	h := s.environments[id]
	s.mu.Unlock()
	if h == nil {
		return
	}
	select {
	case <-h.turn:
		s.forget(h)
		h.turn <- struct{}{}
	default:
	}
}

// use waits for the turn of an environment and uses it.
func (s *Server) use(ctx context.Context, id string, do func(h *hosted) error) error {
	s.mu.Lock()
	h := s.environments[id]
	s.mu.Unlock()
	if h == nil {
		return unknown("environment %.40q: there is none; it was deleted, or in no use for %v", id, s.config.Limits.Idle)
	}
	select {
	case <-h.turn:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { h.turn <- struct{}{} }()
	if h.gone {
		return unknown("environment %.40q has been removed", id)
	}
	h.idle.Stop()
	defer func() {
		if !h.gone {
			h.idle.Reset(s.config.Limits.Idle)
		}
	}()
	return do(h)
}

// forget removes an environment whose turn the caller has. What it held is free at
// once, even while other requests still wait for their turn.
func (s *Server) forget(h *hosted) {
	h.idle.Stop()
	h.gone, h.Environment, h.planning, h.observation, h.info = true, nil, nil, nil, nil
	s.recordings.release(h.recording)
	h.recording, h.taken = nil, nil
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.environments, h.id)
}

// removeAll forgets the environments of a server that has stopped.
func (s *Server) removeAll() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, h := range s.environments {
		h.idle.Stop()
	}
	clear(s.environments)
}
