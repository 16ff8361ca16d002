package world

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"orrery/sim"
	"orrery/sim/golden"
	"orrery/world/region"
)

// curved is a model of frames of a twentieth of a second in which bodies turn and rise by what they are asked.
type curved struct{ sure bool }

func (curved) Kind() string    { return "curved" }
func (curved) Parameters() int { return 3 }
func (m curved) Predictor(scenes []*sim.Scene) (Predictor, error) {
	for _, s := range scenes {
		if s.FPS != 20 {
			return nil, &Refusal{"curved", s.Name, fmt.Sprintf("it has %d frames a second", s.FPS)}
		}
	}
	p := &curving{scenes: scenes}
	if m.sure {
		return surely{p}, nil
	}
	return p, nil
}

type curving struct {
	scenes []*sim.Scene
	bodies int
	steps  int
}

func (p *curving) Step(state sim.State, actions sim.Action) error {
	if p.steps++; p.steps == 9 {
		return errors.New("tired")
	}
	for i := range state {
		b := &state[i]
		*b = sim.BodyState{X: b.X + b.VX/20, Y: b.Y + 0.3*b.X, Angle: b.Angle + 1, VX: b.VX - 0.1, VY: float64(p.steps), Omega: b.Omega + 0.5}
	}
	for i, a := range actions {
		state[i%len(state)].Y += a
	}
	p.bodies = len(state)
	return nil
}

type surely struct{ *curving }

func (p surely) Spread(dst []float64) []float64 {
	dst = dst[:0]
	for i := range p.bodies {
		dst = append(dst, 0.1*float64(p.steps)+float64(i))
	}
	return dst
}

// TestTheSameRolloutsEscapeTheSame compares rollouts in strides and how sure they are, where they break down, and what a guard
// says of many ways that bodies go, with what earlier versions of this program told.
func TestTheSameRolloutsEscapeTheSame(t *testing.T) {
	t.Parallel()
	var got strings.Builder
	scene := sim.DefaultScene()
	scene.Name = "strides"
	for i := range 2 {
		b := sim.NewDisc(0.1+0.1*float64(i), 10, sim.Surface{})
		b.Start = sim.BodyState{X: float64(i), VX: 1, VY: 2}
		scene.Bodies = append(scene.Bodies, b)
	}
	scene.Actuators = []sim.Actuator{{Kind: sim.Force, Body: 1, Against: sim.World, Low: -1, High: 0.5, Axis: sim.Vec{Y: 1}}}
	own := scene
	own.FPS, own.Name = 20, "own pace"
	other := scene
	other.FPS, other.Name = 50, "another pace"
	policy := func(frame int, _ sim.State) sim.Action { return sim.Action{float64(frame%4) - 1.5} }
	for _, sure := range []bool{false, true} {
		model := AnyPace(curved{sure}, 0.05)
		for _, scenes := range [][]*sim.Scene{{&scene}, {&own, &own}, {&scene, &own}, {&other}} {
			starts, policies := []sim.State{}, []sim.Policy{}
			for k, s := range scenes {
				starts, policies = append(starts, s.Start()), append(policies, policy)
				starts[k][0].X += 0.25 * float64(k)
			}
			out, err := Rollout(model, scenes, starts, policies, 12, 1)
			fmt.Fprintf(&got, "# %s, sure %t: %v\n", scenes[0].Name, sure, err)
			for _, rolled := range out {
				for _, k := range []int{1, 2, 3, 4, len(rolled.States) - 1} {
					fmt.Fprintf(&got, "frame %d of %d: %.6g %.6g, after %.4g\n", k, len(rolled.States), rolled.States[k][0].Values(), rolled.States[k][1].Values(), rolled.Action(k-1))
				}
			}
			batch := Batch{Model: model, Scenes: scenes, Starts: starts, Frames: 8, Act: func(i, frame int, _ sim.State) sim.Action { return policy(frame, nil) }}
			batch.See = func(i, frame int, state sim.State, spread []float64) {
				fmt.Fprintf(&got, "  scene %d, frame %d, %.5g ± %.5g\n", i, frame, state[1].Y, spread)
			}
			batch.Regions = func(i, frame int, regions []region.Region) {
				for _, r := range regions {
					fmt.Fprintf(&got, "  %d %d within %.5g\n", i, frame, r.Axes)
				}
			}
			broken, err := batch.Run(t.Context())
			fmt.Fprintln(&got, broken, err, batch.Uncertain)
		}
	}

	yard := scene
	yard.Walls = []sim.Shape{
		sim.NewShape(sim.Segment, 0, sim.Surface{}, sim.Vec{X: -1, Y: -1}, sim.Vec{X: 3, Y: -1}), sim.NewShape(sim.Polygon, 0, sim.Surface{}, sim.Vec{X: 2, Y: -1}, sim.Vec{X: 3, Y: -1}, sim.Vec{X: 3, Y: 1}),
		sim.NewShape(sim.Circle, 0.3, sim.Surface{}, sim.Vec{X: 0.5, Y: 0.5}),
	}
	yard.Bodies = append(slices.Clone(yard.Bodies), sim.Body{Kind: sim.Kinematic, Shapes: yard.Bodies[0].Shapes})
	for i := range yard.Bodies {
		yard.Bodies[i].Start.VX, yard.Bodies[i].Start.VY = 0, 0
	}
	open := yard
	open.Walls = nil
	for _, c := range []struct {
		name  string
		scene *sim.Scene
		seen  *Seen
		walk  func(k int, s sim.State)
	}{
		{"stays", &yard, &Seen{Speed: 2, Spin: 3}, func(int, sim.State) {}},
		{"falls through the floor", &yard, nil, func(_ int, s sim.State) { s[0].Y -= 0.3 }},
		{"passes beside the floor", &yard, nil, func(_ int, s sim.State) { s[0].X, s[0].Y = -1.2, s[0].Y-0.3 }},
		{"meets a slope", &yard, nil, func(_ int, s sim.State) { s[1].X += 0.3 }},
		{"passes a post", &yard, nil, func(_ int, s sim.State) { s[0].X, s[0].Y = s[0].X+0.2, s[0].Y+0.2 }},
		{"leaves", &yard, nil, func(_ int, s sim.State) { s[1].Y += 0.9 }},
		{"leaves to the left", &yard, nil, func(_ int, s sim.State) { s[1].X -= 1.1 }},
		{"leaves where nothing is", &open, nil, func(_ int, s sim.State) { s[1].Y += 0.9 }},
		{"is fast", &yard, &Seen{Speed: 2, Spin: 3}, func(k int, s sim.State) { s[1].VX = 5 * float64(k) }},
		{"spins", &yard, &Seen{Speed: 0.2, Spin: 3}, func(k int, s sim.State) { s[0].Omega = -6 * float64(k) }},
		{"rolls", &yard, &Seen{Speed: 2, Spin: 0}, func(k int, s sim.State) { s[1].Omega = 20 * float64(k) }},
		{"moves where nothing did", &yard, &Seen{}, func(k int, s sim.State) { s[0].VY = 0.03 * float64(k) }},
		{"turns where nothing did", &yard, &Seen{}, func(k int, s sim.State) { s[0].VY, s[0].VX, s[1].VX, s[1].VY, s[0].Omega = 0, 0, 0, 0, 0.4*float64(k) }},
		{"is no number", &yard, nil, func(k int, s sim.State) { s[2].Omega = 1 / float64(4-k) }},
		{"is led", &yard, &Seen{Speed: 1}, func(k int, s sim.State) { s[2].X, s[2].VX = 10*float64(k), 100 }},
	} {
		for _, within := range []bool{false, true} {
			g := NewGuard(c.scene, c.seen)
			if within {
				g.Within([]sim.State{{{X: -3, Y: 2}, {X: 1}, {}}})
			}
			state := c.scene.Start()
			for k := range 9 {
				if k > 0 {
					c.walk(k, state)
				}
				if !g.See(state) {
					break
				}
			}
			told := "no escape"
			if e := g.Escape(); e != nil {
				told = fmt.Sprintf("%v (%.5g beside %.5g %s)", e, e.Value, e.Limit, e.Unit)
			}
			fmt.Fprintf(&got, "%s: %s, %.5g beyond, %.5g m/s\n", c.name, told, g.Farthest(), g.Fastest())
		}
	}
	for _, r := range []Range{{1, 2}, {}, {2, 1}} {
		fmt.Fprintln(&got, r, r.Holds(1), r.Holds(2), r.Holds(0), r.Holds(math.NaN()))
	}
	golden.Compare(t, "testdata/rollouts.txt", got.String())
}
