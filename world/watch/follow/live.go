package follow

import (
	"orrery/datasets/film"
	"orrery/world/watch/ground"
	"orrery/world/watch/look"
)

// Live follows bodies picture by picture as they come, for whoever has to act at once: what later pictures
// would say of earlier ones is not waited for. It belongs to one goroutine.
type Live struct {
	follower *follower
	window   *window
}

// NewLive returns a Live for pictures that are an interval in s apart, with a shutter that is open for a moment. Bodies need no
// pose in what was found: one whose Number is of no picture is looked for everywhere.
func NewLive(g *ground.Ground, found []look.Found, interval float64, o Options) (*Live, error) {
	if err := o.Validate(); err != nil {
		return nil, err
	}
	f, err := newFollower(found, interval, 0, o)
	if err != nil {
		return nil, err
	}
	f.live, f.shaped, f.joint.timed, f.joint.sharp = true, true, true, true
	return &Live{f, newWindow(2, g)}, nil
}

// Next returns where the bodies are in the next picture. Expected has poses where they are thought to be, by whoever knows what moves
// them; nil leaves that to their motion so far. The sights are valid until the picture after it.
func (l *Live) Next(p *film.Picture, expected []look.Pose) []Sight {
	l.follower.expected = expected
	if l.window.full() {
		l.window.pop(l.follower)
	}
	held := l.window.push(p, len(l.follower.tracks))
	l.follower.step(l.window.view(held), p.Number, p.Time)
	l.follower.write(held)
	return held.sights
}
