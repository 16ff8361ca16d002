package compare

import (
	"slices"
	"time"

	"orrery/cmd/orrery-view/session/forecast"
	"orrery/cmd/orrery-view/session/tape"
	"orrery/sim"
)

// Errors of the sandbox that are kept, and how much the newest counts in a mean.
const (
	maxJudged = 900
	leadShare = 0.15
)

// Judge makes a Comparison of the forecasts that it is shown. Make one with New.
type Judge struct{ Comparison }

// New returns a judge of what a player shows. Restart it before anything else.
func New(player *tape.Player) *Judge {
	return &Judge{Comparison{player: player, mode: Sandbox, horizons: usualHorizons()}}
}

// Restart drops every forecast and compares the next ones with what a tape of a scene
// has from a frame on.
func (j *Judge) Restart(mode Mode, scene *sim.Scene, t *tape.Tape, begin int) {
	if j.climb != nil {
		j.climb.Stop()
	}
	j.Comparison = Comparison{
		player: j.player, horizons: j.horizons, engineCost: j.engineCost, mode: mode, scene: scene, tape: t, begin: begin,
	}
}

// costFrames is over about how many frames the mean of what the engine takes goes.
const costFrames = 16

// Took says how long the engine took for a frame.
func (j *Judge) Took(cost time.Duration) {
	if j.engineCost == 0 {
		j.engineCost = cost
	}
	j.engineCost += (cost - j.engineCost) / costFrames
}

// Carry says how many frames of each plan a planner carries out, which are what its
// model is judged by.
func (j *Judge) Carry(frames int) { j.carried = frames }

// SetHorizon says how many seconds the model looks ahead, and reports whether that is
// new. A replay always looks to its end.
func (j *Judge) SetHorizon(seconds float64) (changed bool) {
	low, high := j.Horizons()
	tenths := int(10*min(max(seconds, low), high) + 0.5)
	if tenths == j.horizons[j.mode] || j.mode == Replay {
		return false
	}
	j.horizons[j.mode] = tenths
	return true
}

// Show takes a forecast, of a duel or a replay as far as it has got, of the sandbox when
// there will be no more of it.
func (j *Judge) Show(f *forecast.Forecast) {
	j.forecast = f
	if j.mode == Sandbox {
		j.Expect(f, j.Horizon())
	}
}

// Expect keeps a forecast of the sandbox until its horizon, in frames, has come. One
// that ends before is no measure.
func (j *Judge) Expect(f *forecast.Forecast, horizon int) {
	if j.horizon != horizon {
		j.horizon, j.expected, j.frames, j.judged, j.leads = horizon, nil, nil, nil, nil
	}
	if len(f.States) > horizon {
		j.expected = append(j.expected, expectation{f, f.From + horizon})
	}
}

// Compete makes the ladder of a duel or a replay known when it is ready.
func (j *Judge) Compete(climb *Climb) { j.climb = climb }

// Competing reports whether there is a ladder or one in the making.
func (j *Judge) Competing() bool { return j.climb != nil }

// Concede drops the ladder, because actuators do something else than it supposed.
func (j *Judge) Concede() {
	if j.climb != nil {
		j.climb.Stop()
		j.climb = nil
	}
}

// Update compares what there is.
func (j *Judge) Update() {
	if j.mode == Sandbox {
		j.judge()
	} else {
		j.follow()
	}
}

// Covers reports whether the forecast has got to a frame, or will not.
func (j *Judge) Covers(frame int) bool {
	if j.forecast != nil && j.forecast.Err != nil {
		return true
	}
	_, ok := j.forecast.At(frame)
	return ok
}

// follow computes the errors of the one forecast as far as both sides are known.
func (j *Judge) follow() {
	for {
		frame := j.begin + len(j.errors)
		predicted, ok := j.forecast.At(frame)
		if !ok || frame > j.tape.End() || frame < j.tape.First() {
			return
		}
		off, _ := j.scene.Distance(j.tape.At(frame), predicted)
		j.errors = append(j.errors, off)
	}
}

// judge compares forecasts whose horizon has come. One that a hand has foiled is no
// measure of the model.
func (j *Judge) judge() {
	_, seen := j.player.Span()
	for len(j.expected) > 0 && (j.expected[0].last <= seen || j.expected[0].From > seen) {
		e := j.expected[0]
		j.expected = j.expected[1:]
		if e.From < j.tape.First() || e.last > seen || !j.tape.Untouched(e.From, e.last) || !j.BeganTrue(e.Forecast) {
			continue
		}
		errors := make([]float64, j.horizon+1)
		for k := range errors {
			errors[k], _ = j.scene.Distance(j.tape.At(e.From+k), e.States[k])
		}
		if j.leads == nil {
			j.leads = errors
		}
		for k, v := range errors {
			j.leads[k] += leadShare * (v - j.leads[k])
		}
		if len(j.judged) == maxJudged {
			j.judged, j.frames = slices.Delete(j.judged, 0, 1), slices.Delete(j.frames, 0, 1)
		}
		j.judged, j.frames = append(j.judged, errors[j.horizon]), append(j.frames, e.last)
	}
}

// BeganTrue reports whether a forecast began in a state that is still true.
func (j *Judge) BeganTrue(f *forecast.Forecast) bool {
	return f.From >= j.tape.First() && f.From <= j.tape.End() && slices.Equal(j.tape.At(f.From), f.States[0])
}
