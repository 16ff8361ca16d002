package compare

import (
	"math"
	"time"

	"orrery/cmd/orrery-view/session/forecast"
	"orrery/cmd/orrery-view/session/tape"
	"orrery/sim"
)

// renewRate says how often the sandbox renews its forecast in a second of the scene. Less
// often the ghost would jerk, more often it would only cost.
const renewRate = 15

// Comparison compares forecasts with the truth. It belongs to a Judge.
type Comparison struct {
	player     *tape.Player
	mode       Mode
	scene      *sim.Scene
	tape       *tape.Tape
	begin      int           // frame at which the forecast of a duel or a replay begins
	horizons   map[Mode]int  // tenths of a second
	engineCost time.Duration // of a frame, smoothed
	carried    int           // frames that a planner carries out of each plan, or 0 without one

	forecast *forecast.Forecast // that is shown
	errors   []float64          // [t] m, of a duel's or replay's forecast, from its beginning
	climb    *Climb             // makes the ladder; or nil

	// Of the sandbox.
	expected []expectation // the oldest first
	horizon  int           // frames
	frames   []int         // [k] at which a forecast was judged
	judged   []float64     // [k] m, error at the horizon
	leads    []float64     // [horizon+1] m, mean error of the last forecasts at each lead
}

// expectation is a forecast whose horizon lies in the future.
type expectation struct {
	*forecast.Forecast
	last int // frame at which it is judged
}

// Horizon returns how many frames the model looks ahead.
func (c *Comparison) Horizon() int { return max(c.horizons[c.mode]*c.scene.FPS/10, 1) }

// Horizons returns the least and the greatest horizon of the mode in seconds.
func (c *Comparison) Horizons() (low, high float64) { return c.mode.limits() }

// Renewal returns the number of frames after which the sandbox renews its forecast.
func (c *Comparison) Renewal() int { return max(c.scene.FPS/renewRate, 1) }

// Forecast returns what the model says, or nil when there is no prediction yet. In the
// sandbox it starts at a frame shortly before the one shown.
func (c *Comparison) Forecast() *forecast.Forecast { return c.forecast }

// Reading says how wrong the model is at the frame shown.
type Reading struct {
	Error      float64       // m, mean position error; NaN when unknown
	Lead       float64       // s, how far ahead that was predicted
	Equivalent float64       // m, see Ladder.Equivalent; NaN when unknown
	Escape     string        // how the forecast leaves what can happen, see forecast.Forecast
	Why        string        // there is no prediction, or no more
	Cost       time.Duration // of a predicted frame
	EngineCost time.Duration // of a true frame, or 0 before the first
}

// Reading returns how wrong the model is at the frame shown.
func (c *Comparison) Reading() Reading {
	r := Reading{Error: math.NaN(), Equivalent: math.NaN(), EngineCost: c.engineCost}
	if f := c.forecast; f != nil {
		r.Cost, r.Escape = f.Cost, f.Escape
		if f.Err != nil {
			r.Why = f.Err.Error()
		}
	}
	if c.mode == Sandbox {
		lead := c.carried
		if lead == 0 {
			lead = c.Horizon()
		}
		r.Lead = float64(lead) * c.scene.FrameTime()
		if n := len(c.judged); n > 0 {
			r.Error = c.judged[n-1]
		}
		return r
	}
	if k := c.player.Frame() - c.begin; k >= 0 && k < len(c.errors) {
		r.Error, r.Lead = c.errors[k], float64(k)*c.scene.FrameTime()
		if l := c.Ladder(); l != nil {
			r.Equivalent = l.Equivalent(c.player.Frame(), r.Error)
		}
	}
	return r
}

// Ladder returns how far the engine itself would drift off in a duel or a replay,
// or nil as long as that is not known.
func (c *Comparison) Ladder() *Ladder {
	if c.climb == nil {
		return nil
	}
	return c.climb.Result()
}

// Errors returns the mean position error in metres against time, its first frame
// and the number of frames between two values. In the sandbox it is the error at
// the horizon, NaN where none was measured.
func (c *Comparison) Errors() (errors []float64, first, every int) {
	if c.mode != Sandbox {
		return c.errors, c.begin, 1
	}
	if len(c.judged) == 0 {
		return nil, 0, c.Renewal()
	}
	first, every = c.frames[0], c.Renewal()
	for k, frame := range c.frames {
		// Forecasts come at uneven distances: the next one counts for the time since
		// the last, unless a hand has foiled those between.
		value := c.judged[k]
		for at := first + len(errors)*every; at <= frame; at += every {
			if frame-at > c.scene.FPS/3 {
				errors = append(errors, math.NaN())
			} else {
				errors = append(errors, value)
			}
		}
	}
	return errors, first, every
}

// Leads returns the mean position error in metres of the sandbox's last forecasts
// against how many frames ahead they look, or nil before the first was judged.
func (c *Comparison) Leads() []float64 { return c.leads }
