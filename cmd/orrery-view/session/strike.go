package session

import (
	"errors"
	"fmt"

	"orrery/sim"
	"orrery/world"
	"orrery/world/flight"
	"orrery/world/geom"
)

// Two shapes touch that are no further apart than nearTouch. A body that no joint holds was hit within a frame, though
// nothing touches at its ends, if it changed its velocity by leastHit beyond free flight, and by twice what it did in the frame
// before: what rests is held up alike in all frames.
const (
	nearTouch = 1e-4 // m
	leastHit  = 0.05 // m/s
)

// NextContact stops the time at the next frame at which shapes come to touch, or a body is hit. Where none follows a
// notice says so.
func (s *Session) NextContact() {
	if s.scene == nil {
		return
	}
	_, last := s.Span()
	look, err := newLookout(s.scene)
	if err != nil {
		s.Notify(err.Error())
		return
	}
	measured := s.Seen() != nil // so that velocities are estimates
	for frame := max(s.Frame()-1, s.tape.First()); frame <= last; frame++ {
		var before sim.State
		var action sim.Action
		if frame > s.tape.First() && !measured {
			before, action = s.tape.At(frame-1), s.tape.Action(frame-1)
		}
		body, other := look.see(before, s.tape.At(frame), action)
		if body < 0 || frame <= s.Frame() {
			continue
		}
		s.Pause(true)
		s.Seek(frame)
		with := fmt.Sprintf("body %d", other)
		switch other {
		case geom.Wall:
			with = "a wall"
		case hitUnseen:
			with = "something within the frame"
		}
		s.Notify(fmt.Sprintf("body %d meets %s", body, with))
		return
	}
	s.Notify("nothing comes to touch after this moment")
}

// hitUnseen stands for what hit a body where nothing touches at the ends of the frame.
const hitUnseen = -2

// lookout is shown a scene frame by frame, and tells what comes to touch.
type lookout struct {
	scene    *sim.Scene
	detector *geom.Detector
	near     []geom.Clearance // scratch
	touching map[uint64]bool  // pairs of shapes, at the frame before
	begun    bool             // there was one
	free     world.Predictor  // free flight
	next     sim.State        // scratch
	tied     []bool           // bodies that joints hold
	pushed   []float64        // m/s, in the frame before
}

func newLookout(scene *sim.Scene) (*lookout, error) {
	free, err := flight.Ballistic().Predictor([]*sim.Scene{scene})
	if err != nil {
		return nil, errors.New("contacts are not sought: " + err.Error())
	}
	l := &lookout{scene: scene, detector: geom.NewDetector(scene), touching: map[uint64]bool{}, free: free}
	l.tied, l.pushed = make([]bool, len(scene.Bodies)), make([]float64, len(scene.Bodies))
	for _, j := range scene.Joints {
		for _, body := range []int{j.A, j.B} {
			if body >= 0 {
				l.tied[body] = true
			}
		}
	}
	return l, nil
}

// see is shown a state, and the one a frame before it with the action that led on, or nil where velocities tell nothing. It
// returns a body that has come to touch another since the state that was shown before, or -1.
func (l *lookout) see(before, state sim.State, action sim.Action) (body, other int) {
	body, other = -1, hitUnseen
	if before != nil {
		l.next = append(l.next[:0], before...)
		if l.free.Step(l.next, action) == nil {
			for i := range state {
				by := state[i].Velocity().Sub(l.next[i].Velocity()).Len()
				if l.scene.Bodies[i].Kind == sim.Dynamic && !l.tied[i] && l.begun && by >= leastHit && by >= 2*l.pushed[i] && body < 0 {
					body = i
				}
				l.pushed[i] = by
			}
		}
	}
	l.near = l.detector.Clearances(l.near[:0], state, nearTouch)
	now := make(map[uint64]bool, len(l.near))
	for _, c := range l.near {
		if now[c.ID] = true; l.begun && !l.touching[c.ID] && (body < 0 || other == hitUnseen) {
			body, other = c.A, c.B
		}
	}
	l.touching, l.begun = now, true
	return body, other
}
