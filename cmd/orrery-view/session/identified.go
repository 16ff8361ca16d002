package session

import (
	"math"
	"slices"

	"orrery/cmd/orrery-view/session/compare"
	"orrery/sim"
	"orrery/world/identify"
)

// identified are numbers of scenes that were read from motion, and those that are tried in their place.
type identified struct {
	found  []identify.Parameter
	tried  []float64 // in the units of found
	best   float64   // m, error with the numbers that were found; NaN until it is known
	bestOf *sim.Trajectory
}

// SetIdentified says which numbers of the scenes that are replayed were read from motion. Forecasts of replays
// are made in scenes that have them.
func (s *Session) SetIdentified(found []identify.Parameter) {
	s.identified = identified{best: math.NaN()}
	for _, p := range found {
		if p.Identifiable && !math.IsNaN(p.Value) && !math.IsInf(p.Value, 0) {
			s.identified.found = append(s.identified.found, p)
			s.identified.tried = append(s.identified.tried, p.Value)
		}
	}
	if s.mode == compare.Replay {
		s.Begin()
	}
}

// Identified returns the numbers that were read from motion, and those that are tried in their place, while
// something is replayed.
func (s *Session) Identified() (found []identify.Parameter, tried []float64) {
	if s.mode != compare.Replay {
		return nil, nil
	}
	return s.identified.found, s.identified.tried
}

// Try makes the forecast of a replay with another number in place of one that was found.
func (s *Session) Try(k int, value float64) {
	if k < 0 || k >= len(s.identified.tried) || s.identified.tried[k] == value {
		return
	}
	s.identified.tried[k] = value
	if s.mode == compare.Replay {
		s.Begin()
	}
}

// TryFound goes back to the numbers that were found.
func (s *Session) TryFound() {
	changed := false
	for k, p := range s.identified.found {
		changed = changed || s.identified.tried[k] != p.Value
		s.identified.tried[k] = p.Value
	}
	if changed && s.mode == compare.Replay {
		s.Begin()
	}
}

// fitSeconds is over how long errors are counted that say how well numbers fit: later ones say more of chaos.
const fitSeconds = 0.5

// FitError returns the mean position error in m of the first half second of a replay's forecast with the numbers
// that are tried, and with those that were found. Either is NaN until it is known.
func (s *Session) FitError() (tried, found float64) {
	tried = math.NaN()
	errors, _, _ := s.Errors()
	n := min(int(fitSeconds*float64(s.scene.FPS))+1, s.tape.End()-s.begin+1)
	if s.mode != compare.Replay || len(errors) < n || n < 1 {
		return tried, s.identified.best
	}
	tried = 0
	for _, e := range errors[:n] {
		tried += e / float64(n)
	}
	if s.identified.bestOf != s.show.True {
		s.identified.best, s.identified.bestOf = math.NaN(), s.show.True
	}
	if slices.EqualFunc(s.identified.found, s.identified.tried, func(p identify.Parameter, v float64) bool { return p.Value == v }) {
		s.identified.best = tried
	}
	return tried, s.identified.best
}

// assumed returns the scene in which a replay's forecast is made: that of the episode with the numbers that are
// tried.
func (s *Session) assumed() *sim.Scene {
	if s.mode != compare.Replay || len(s.identified.found) == 0 {
		return s.scene
	}
	list := slices.Clone(s.identified.found)
	for k := range list {
		list[k].Value = s.identified.tried[k]
	}
	scene, err := identify.Fill(s.scene, list, nil)
	if err != nil {
		s.check(err)
		return s.scene
	}
	return scene
}
