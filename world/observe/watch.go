package observe

import (
	"fmt"
	"math"
	"slices"

	"orrery/sim"
)

// Watch is an episode of motion as it was seen.
type Watch struct {
	Scene  *sim.Scene    // bodies, walls, gravity, damping; where bodies start is not used
	Times  []float64     // s, of the pictures, ascending
	Sights [][]sim.Sight // [picture][n]; deviations of 0 are not known; the times of a body ascend
}

// WatchOf returns what was seen of a trajectory, and the times of its frames. It panics unless
// t.Seen is there.
func WatchOf(t *sim.Trajectory) (*Watch, []float64) {
	times := make([]float64, len(t.States))
	for k := range times {
		times[k] = float64(k) * t.Scene.FrameTime()
	}
	return &Watch{Scene: t.Scene, Times: times, Sights: t.Seen.Sights}, times
}

// Check returns an error that names the first picture and body with a value that is not finite,
// a negative deviation, or a time that does not ascend.
func (w *Watch) Check() error {
	if len(w.Sights) != len(w.Times) {
		return fmt.Errorf("%d rows of sights must be as many as the %d times", len(w.Sights), len(w.Times))
	}
	last := make([]float64, len(w.Scene.Bodies))
	for i := range last {
		last[i] = math.Inf(-1)
	}
	for k, sights := range w.Sights {
		if !finite(w.Times[k]) || k > 0 && !(w.Times[k] > w.Times[k-1]) {
			return fmt.Errorf("picture %d: time %v s must be finite and later than that before", k, w.Times[k])
		}
		if len(sights) != len(w.Scene.Bodies) {
			return fmt.Errorf("picture %d: sights of %d bodies must be of the scene's %d", k, len(sights), len(w.Scene.Bodies))
		}
		for i, s := range sights {
			if !s.Seen && !s.Turned {
				continue
			}
			if !finite(s.X, s.Y, s.Angle, s.After, s.Std, s.StdTurn) || s.Std < 0 || s.StdTurn < 0 {
				return fmt.Errorf("picture %d: body %d: what was measured must be finite, and its deviations at least 0", k, i)
			}
			t := w.Times[k] + s.After
			if !(t > last[i]) {
				return fmt.Errorf("picture %d: body %d: time %v s must be later than %v s, when it was seen before", k, i, t, last[i])
			}
			last[i] = t
		}
	}
	return nil
}

func finite(values ...float64) bool {
	return !slices.ContainsFunc(values, func(v float64) bool { return math.IsNaN(v) || math.IsInf(v, 0) })
}

// track is what was seen of one body.
type track struct {
	body int
	at   []float64   // s, ascending
	see  []sim.Sight // at those times
}

func (w *Watch) track(body int) track {
	r := track{body: body}
	for k, sights := range w.Sights {
		if s := sights[body]; s.Seen || s.Turned {
			r.at, r.see = append(r.at, w.Times[k]+s.After), append(r.see, s)
		}
	}
	return r
}
