package discs

import (
	"orrery/sim"
	"orrery/world/observe"
)

// Watch returns what a camera sees of an episode: the same for the same episode, with the same noise however its times
// are told.
func (s *Set) Watch(e *Episode, index int) *observe.Watch {
	r, clock := stream(s.Seed, 2, uint64(index)), stream(s.Seed, 3, uint64(index))
	w := &observe.Watch{Scene: e.Scene}
	b := box{set: s, scene: e.Scene, state: append(sim.State(nil), e.States[0]...)}
	for k := range s.Frames {
		late := s.Jitter * between(r, -1, 1) / s.FPS
		t := float64(k)/s.FPS + late
		if k == 0 {
			t = max(t, 0)
		}
		b.run(t)
		if s.Wrong > 0 {
			t += s.Wrong * between(clock, -1, 1) / s.FPS
		}
		row := make([]sim.Sight, len(b.state))
		for i, at := range b.state {
			x, y, turn, lost := r.NormFloat64(), r.NormFloat64(), r.NormFloat64(), r.Float64()
			if lost < s.Missing {
				continue
			}
			row[i] = sim.Sight{X: at.X + s.Noise*x, Y: at.Y + s.Noise*y, Seen: true}
			if !s.NoAngle {
				row[i].Angle, row[i].Turned = at.Angle+10*s.Noise*turn, true
			}
			if s.NoiseOfSights {
				row[i].Std, row[i].StdTurn = s.Noise, 10*s.Noise
			}
		}
		w.Times, w.Sights = append(w.Times, t), append(w.Sights, row)
	}
	return w
}
