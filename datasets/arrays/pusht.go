package arrays

import (
	"errors"
	"io"
	"iter"
	"math"
	"slices"

	"orrery/sim"
)

// PushT is a scene of Push-T in the coordinates of its benchmark, whose arena has 512 px.
type PushT struct {
	Pixel  float64 // m
	origin sim.Vec // m, of the T's frame, from its centre of mass
}

const (
	pushtArena = 512 // px
	pushtReach = 100 // px that an action of 1 is away from the agent
	pushtAgent = 0   // body
	pushtBlock = 1   // body
)

var errNoPushT = errors.New("is not Push-T: two bodies, of which two servos drive the first from 0 to 512 px and the second has a point called origin")

// PushTOf returns the coordinates of a scene, or an error if it is none of Push-T.
func PushTOf(scene *sim.Scene) (*PushT, error) {
	if len(scene.Bodies) != 2 || len(scene.Actuators) != 2 {
		return nil, errNoPushT
	}
	for i, axis := range []sim.Vec{{X: 1}, {Y: 1}} {
		if a := &scene.Actuators[i]; a.Kind != sim.Servo || a.Body != pushtAgent || a.Axis != axis || a.Low != 0 || !(a.High > 0) || a.High != scene.Actuators[0].High {
			return nil, errNoPushT
		}
	}
	at := slices.IndexFunc(scene.Points, func(p sim.Point) bool { return p.Body == pushtBlock && p.Name == "origin" })
	if at < 0 {
		return nil, errNoPushT
	}
	return &PushT{Pixel: scene.Actuators[0].High / pushtArena, origin: scene.Points[at].At}, nil
}

// state returns agent x y, block x y angle and agent vx vy, in px, px/s and radians from 0 to 2π.
func (p *PushT) state(s sim.State) [7]float64 {
	agent, block := s[pushtAgent], s[pushtBlock]
	origin := block.Point(p.origin)
	angle := math.Mod(block.Angle, 2*math.Pi)
	if angle < 0 {
		angle += 2 * math.Pi
	}
	return [7]float64{agent.X / p.Pixel, agent.Y / p.Pixel, origin.X / p.Pixel, origin.Y / p.Pixel, angle, agent.VX / p.Pixel, agent.VY / p.Pixel}
}

// action returns how far an action is from the agent, of which 1 is 100 px. Nothing is no way.
func (p *PushT) action(s sim.State, a sim.Action) (away [2]float64) {
	if a == nil {
		return away
	}
	agent := s[pushtAgent]
	return [2]float64{(a[0] - agent.X) / p.Pixel / pushtReach, (a[1] - agent.Y) / p.Pixel / pushtReach}
}

// PushTSize is a Size, and what else of Push-T is written.
type PushTSize struct {
	Size
	Pixels int                                 // number of pixels of a side of the pictures; 0 for none
	Draw   func(e Episode, k int) []uint8      // returns the picture of a frame [Pixels, Pixels, 3], rows from above
	Beyond func(actions int, farthest float64) // when not nil, told how many actions are beyond 1, and how far the farthest is
}

// WritePushT writes episodes of Push-T as stable-worldmodel's own environment of that name records them, as an HDF5
// file with arrays in chunks: state [N, 7] with agent x y, block x y angle and agent vx vy in pixels (y down, as the
// benchmark draws it) and radians, proprio [N, 4] with agent x y vx vy, action [N, 2], which is the way from the agent
// to where it shall go, in 100 px, pixels [N, p, p, 3], and what WriteHDF5 writes of episodes, steps and outcomes.
func WritePushT(w io.WriterAt, size PushTSize, episodes iter.Seq2[Episode, error]) error {
	const rows = 1024 // of a chunk of numbers
	s := size.Size
	beyond, farthest := 0, 0.0
	of := func(name string, labels []string, row func(p *PushT, e Episode, k int) []float64) column {
		return column{names: []string{name}, kind: float32s, shape: []int{s.Frames, len(labels)}, labels: labels, chunk: rows, append: func(dst []byte, e Episode, _, _ int) []byte {
			p, err := PushTOf(e.Scene)
			if err != nil {
				panic(err) // checked before
			}
			for k := range e.States {
				for _, v := range row(p, e, k) {
					dst = appendValues(dst, float32(v))
				}
			}
			return dst
		}}
	}
	columns := []column{
		of("state", []string{"agent_x", "agent_y", "block_x", "block_y", "block_angle", "agent_vx", "agent_vy"}, func(p *PushT, e Episode, k int) []float64 {
			v := p.state(e.States[k])
			return v[:]
		}),
		of("proprio", []string{"agent_x", "agent_y", "agent_vx", "agent_vy"}, func(p *PushT, e Episode, k int) []float64 {
			v := p.state(e.States[k])
			return []float64{v[0], v[1], v[5], v[6]}
		}),
		of("action", []string{"x", "y"}, func(p *PushT, e Episode, k int) []float64 {
			v := p.action(e.States[k], e.Action(k))
			if most := max(math.Abs(v[0]), math.Abs(v[1])); most > 1 {
				beyond, farthest = beyond+1, max(farthest, most)
			}
			return v[:]
		}),
	}
	for _, c := range s.columns() {
		if !slices.Contains([]string{"state", "proprio", "action", "environment_state"}, c.names[len(c.names)-1]) {
			if c.shape[0] == s.Frames {
				c.chunk = rows
			}
			columns = append(columns, c)
		}
	}
	if p := size.Pixels; p > 0 {
		columns = append(columns, column{names: []string{"pixels"}, kind: uint8s, shape: []int{s.Frames, p, p, 3}, chunk: 1, append: func(dst []byte, e Episode, _, _ int) []byte {
			for k := range e.States {
				dst = append(dst, size.Draw(e, k)...)
			}
			return dst
		}})
	}
	checked := func(yield func(Episode, error) bool) {
		for e, err := range episodes {
			if err == nil {
				_, err = PushTOf(e.Scene)
			}
			if !yield(e, err) {
				return
			}
		}
	}
	s.About.Units = "px of an arena of 512, px/s and rad; y down; an action of 1 is 100 px away from the agent"
	err := writeHDF5(w, s, columns, checked)
	if err == nil && size.Beyond != nil && beyond > 0 {
		size.Beyond(beyond, farthest)
	}
	return err
}
