package mirror

import (
	"orrery/sim"
	"orrery/world/identify"
)

// mostShown is the number of episodes of which it is shown how well the engine follows them.
const mostShown = 3

// fits returns where the bodies of the first episodes were, and where the engine has them one frame
// after it was put into the frame before.
func (p *problem) fits(f *fitted) (out []identify.Fit) {
	e := <-p.engines
	defer func() { p.engines <- e }()
	var state sim.State
	for episode, t := range p.survey.trajectories {
		if episode == mostShown {
			break
		}
		if e.Load(p.scene(episode, f.u)) != nil || e.Reset(t.States[0]) != nil {
			continue
		}
		shown := make([]identify.Fit, len(t.Scene.Bodies))
		for k := range t.States[1:] {
			if k > 0 && e.Correct(t.States[k]) != nil || e.Frame(t.Action(k)) != nil {
				break
			}
			state = e.State(state)
			for i := range shown {
				s := &shown[i]
				s.Episode, s.Body = episode, i
				s.Times = append(s.Times, float64(k+1)*t.Scene.FrameTime())
				s.Seen, s.Fitted = append(s.Seen, t.States[k+1][i].Position()), append(s.Fitted, state[i].Position())
			}
		}
		for i := range shown {
			if t.Scene.Bodies[i].Kind == sim.Dynamic && len(shown[i].Times) > 0 {
				out = append(out, shown[i])
			}
		}
	}
	return out
}
