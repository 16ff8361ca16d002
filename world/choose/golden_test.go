package choose

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"orrery/sim"
	"orrery/sim/golden"
)

// TestTheSameModelsAreChosen compares which model is chosen for which scene, why, and what is seen in training data, with
// what earlier versions of this program chose and said.
func TestTheSameModelsAreChosen(t *testing.T) {
	t.Parallel()
	var got strings.Builder
	varied := []*sim.Scene{boxes("plain", 9.81)}
	vary := func(name string, change func(s *sim.Scene)) {
		s := boxes(name, 9.81)
		change(s)
		varied = append(varied, s)
	}
	vary("floating", func(s *sim.Scene) { s.Gravity = sim.Vec{} })
	vary("aslant", func(s *sim.Scene) { s.Gravity = sim.Vec{X: 3, Y: -4} })
	vary("heavy", func(s *sim.Scene) { s.Gravity = sim.Vec{Y: -35} })
	vary("no walls", func(s *sim.Scene) { s.Walls = nil })
	vary("a post", func(s *sim.Scene) { s.Walls = []sim.Shape{sim.NewShape(sim.Circle, 0.2, sim.Surface{}, sim.Vec{})} })
	vary("alone", func(s *sim.Scene) { s.Bodies = s.Bodies[2:] })
	vary("discs only", func(s *sim.Scene) { s.Bodies = []sim.Body{s.Bodies[2], s.Bodies[2]} })
	vary("of one group", func(s *sim.Scene) {
		for i := range s.Bodies {
			s.Bodies[i].Group = 1
		}
	})
	vary("led", func(s *sim.Scene) { s.Bodies[0].Kind, s.Bodies[0].Mass, s.Bodies[0].Moment = sim.Kinematic, 0, 0 })
	vary("driven", func(s *sim.Scene) {
		s.Actuators = []sim.Actuator{{Kind: sim.Force, Body: 0, Against: sim.World, Low: -1, High: 1, Axis: sim.Vec{X: 1}}, {Kind: sim.Servo, Body: 1, Against: sim.World, Low: -1, High: 1}}
	})
	vary("gripped", func(s *sim.Scene) { s.Bodies[1].Grip.Along = 1 })
	vary("compound", func(s *sim.Scene) { s.Bodies[1].Shapes = append(s.Bodies[1].Shapes, s.Bodies[2].Shapes[0]) })
	vary("rough", func(s *sim.Scene) { s.Bodies[1].Shapes[0].Friction = 3 })
	vary("bouncy", func(s *sim.Scene) { s.Walls[0].Elasticity = 1 })
	vary("of materials", func(s *sim.Scene) {
		s.Bodies[0].Shapes[0].Material, s.Walls[0].Material = "ice", "wood"
		s.Pairs = []sim.Pair{{A: "ice", B: "wood", Friction: 4, Elasticity: 0.81}, {A: "ice", B: "iron", Friction: 100, Elasticity: 1}}
	})
	vary("fast frames", func(s *sim.Scene) { s.FPS = 100 })
	vary("fine steps", func(s *sim.Scene) { s.Substeps = 5 })
	vary("small", func(s *sim.Scene) { s.Bodies[2] = sim.NewDisc(0.03, 10, sim.Surface{Friction: 0.5, Elasticity: 0.2}) })
	vary("many", func(s *sim.Scene) {
		for len(s.Bodies) < 30 {
			s.Bodies = append(s.Bodies, s.Bodies[0])
		}
	})
	vary("tied", func(s *sim.Scene) {
		s.Joints = []sim.Joint{{Kind: sim.Rope, A: 0, B: 1, Length: 1}, {Kind: sim.Pin, A: 1, B: 2}}
		s.Fields = []sim.Field{{Kind: sim.InverseSquare, A: 0, B: 2, Strength: 1}}
	})
	vary("odd in many ways", func(s *sim.Scene) {
		s.FPS, s.Substeps, s.Gravity = 10, 7, sim.Vec{Y: -100}
		s.Bodies[0].Grip.Spin = 1
		s.Bodies[0].Shapes[0].Friction = 9
	})
	var all []Candidate
	for i, of := range []int{0, 1, 10, 5, 20, 21} {
		c := trained(fmt.Sprint("model ", i), 100-i, varied[of])
		c.Error = 0.01 * float64(i%3)
		c.Model = stub{parameters: 100 - i, joints: i / 4 * 2}
		c.Training.Seen.Touches = i != 1
		all = append(all, c)
	}
	all = append(all, trained("model 6", 5, varied[0], varied[2], varied[17]), Candidate{Model: stub{}, Name: "old"})
	all[7].Training.Scenario = "compound"
	for _, scene := range varied {
		chosen := Among(all, scene)
		fmt.Fprintf(&got, "%s: %d, %s\n", scene.Name, chosen.Index, chosen.Why)
		for i := range all {
			had := SeenIn([]*sim.Trajectory{{Scene: scene}})
			walls, bodies := canTouch(scene)
			had.Touches = walls || bodies
			f := fitting(&all[i], scene, &had, bodies)
			fmt.Fprintf(&got, "  %.5g%s\n", f.gap, f.lacks(": "))
		}
	}
	var motion []*sim.Trajectory
	for k, scene := range varied {
		fast := scene.Start()
		fast[0].VX, fast[0].Omega = float64(k%5), -float64(k%7)
		motion = append(motion, &sim.Trajectory{Scene: scene, States: []sim.State{scene.Start(), fast}})
		one, err := json.Marshal(SeenIn(motion[k:]))
		fmt.Fprintf(&got, "%s %v\n", one, err)
	}
	whole, err := json.Marshal(SeenIn(motion))
	fmt.Fprintf(&got, "together %s %v\n", whole, err)
	golden.Compare(t, "testdata/chosen.txt", got.String())
}
