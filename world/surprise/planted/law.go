package planted

import (
	"fmt"
	"math"

	"orrery/sim"
	"orrery/world"
)

// Law is the model that the episodes are made by, which is always right. It knows the scenes of
// Settings.Episode, with other masses, groups, fewer walls and discs that are driven, too.
type Law struct {
	Bounce float64 // factor of the elasticity that impacts really have; 0 stands for 1, which is right
}

// Kind returns "law".
func (Law) Kind() string { return "law" }

// Parameters returns 0: nothing is learned.
func (Law) Parameters() int { return 0 }

// Predictor returns one for scenes of discs in the box.
func (l Law) Predictor(scenes []*sim.Scene) (world.Predictor, error) {
	p := &predictor{Law: l}
	for _, scene := range scenes {
		b := box{open: [4]bool{true, true, true, true}, bounce: l.Bounce}
		for i := range scene.Bodies {
			body := &scene.Bodies[i]
			if len(body.Shapes) != 1 || body.Shapes[0].Kind != sim.Circle {
				return nil, &world.Refusal{Model: l.Kind(), Scene: scene.Name, Reason: fmt.Sprintf("body %d is not a disc", i)}
			}
			d := disc{radius: body.Shapes[0].Radius, mass: body.Mass, moment: body.Moment}
			if body.Kind == sim.Kinematic {
				d.mass, d.moment = math.Inf(1), math.Inf(1)
			}
			b.discs = append(b.discs, d)
			b.groups = append(b.groups, body.Group)
		}
		for w := range scene.Walls {
			for k := range inward {
				if at := inward[k].Scale(-half); scene.Walls[w].Distance(at) < parted {
					b.open[k] = false
				}
			}
		}
		p.boxes = append(p.boxes, b)
		p.time = scene.FrameTime()
	}
	return p, nil
}

type predictor struct {
	Law
	boxes []box
	time  float64 // s, of a frame
}

// Step lets all boxes run for a frame.
func (p *predictor) Step(state sim.State, _ sim.Action) error {
	for k := range p.boxes {
		b := &p.boxes[k]
		for i := range b.discs {
			b.discs[i].BodyState = state[i]
		}
		b.time = 0
		b.run(p.time)
		for i := range b.discs {
			state[i] = b.discs[i].BodyState
		}
		state = state[len(b.discs):]
	}
	return nil
}
