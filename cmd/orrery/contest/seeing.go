package contest

import (
	"context"
	"slices"
	"time"

	"orrery/sim"
	"orrery/world"
)

// seeing makes states of what is seen, for a planner.
type seeing struct {
	observer  Observer
	scene     *sim.Scene
	predictor world.Predictor // of one frame
	state     sim.State       // that was believed at the last frame; nil before the first
	action    sim.Action      // that was carried out since then

	known []bool // [n], bodies that were seen at some frame

	took []time.Duration
	off  float64 // m, sum over the frames of the mean position error
}

// see returns the state that is believed at a frame. Poses are those that are seen. Velocities are those
// that the model expects after the last action, put right by how far the poses are from what it expected: a body
// that came further than expected is faster. A body that is seen for the first time is taken
// to rest; while others hide it before that, it is believed to be in the middle of those.
func (s *seeing) see(ctx context.Context, truth sim.State) (sim.State, error) {
	first := s.state == nil
	believed := slices.Clone(s.state)
	if !first {
		if err := s.predictor.Step(believed, s.action); err != nil {
			return nil, err
		}
	}
	sights, took, err := s.observer.See(ctx, truth, believed)
	if err != nil {
		return nil, err
	}
	s.took = append(s.took, took)
	if first {
		believed, s.known = make(sim.State, len(sights)), make([]bool, len(sights))
		count := 0.0
		var middle sim.Vec
		for _, seen := range sights {
			if seen.Seen {
				count, middle = count+1, middle.Add(sim.Vec{X: seen.X, Y: seen.Y})
			}
		}
		for i := range believed {
			believed[i].X, believed[i].Y = middle.X/max(count, 1), middle.Y/max(count, 1)
		}
	}
	for i, seen := range sights {
		b := &believed[i]
		if seen.Seen {
			if s.known[i] {
				b.VX += (seen.X - b.X) / s.scene.FrameTime()
				b.VY += (seen.Y - b.Y) / s.scene.FrameTime()
			}
			b.X, b.Y = seen.X, seen.Y
		}
		if seen.Turned {
			if s.known[i] {
				b.Omega += (seen.Angle - b.Angle) / s.scene.FrameTime()
			}
			b.Angle = seen.Angle
		}
		s.known[i] = s.known[i] || seen.Seen
	}
	s.state = believed
	off, _ := s.scene.Distance(truth, believed)
	s.off += off
	return slices.Clone(believed), nil
}

// sumUp returns the median time in ms that seeing took, and the mean position error in m of what was believed.
func (s *seeing) sumUp() (ms, off float64) {
	if len(s.took) == 0 {
		return 0, 0
	}
	took := slices.Sorted(slices.Values(s.took))
	return 1e3 * took[len(took)/2].Seconds(), s.off / float64(len(took))
}
