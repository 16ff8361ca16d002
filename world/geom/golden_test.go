package geom

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"orrery/sim"
	"orrery/sim/golden"
)

// TestTheSameShapesTouchTheSame compares contacts, clearances and nearest points of shapes of all kinds with those of earlier
// versions of this program, to seven digits. It holds where the compiler fuses no multiplication with an addition.
func TestTheSameShapesTouchTheSame(t *testing.T) {
	t.Parallel()
	var got strings.Builder
	for _, n := range []int{5, 19} { // few and many
		for _, touch := range []Touch{{}, {Skin: Skin{Circle: 0.01, Segment: 0.02, Polygon: 0.03}, Friction: Minimum, Elasticity: Mean}} {
			scene := goldenYard(n)
			d := NewDetectorOf(scene, touch)
			state := scene.Start()
			for frame := range 2 {
				for i := range state {
					b := &state[i]
					b.X, b.Y, b.Angle = b.X+0.03*float64(frame*(i%3-1)), b.Y-0.02*float64(frame), b.Angle+0.4*float64(frame)
				}
				for k, margin := range []float64{0, 0.03} {
					if n > 5 && k != frame {
						continue
					}
					fmt.Fprintf(&got, "# %d bodies, %v, frame %d, margin %v m\n", n, touch.Friction, frame, margin)
					for _, c := range d.Contacts(nil, state, margin) {
						fmt.Fprintf(&got, "%d %d normal %s gap %.7f arms %s %s friction %.4g elasticity %.4g id %#x\n",
							c.A, c.B, placeOf(c.Normal), c.Gap, placeOf(c.ArmA), placeOf(c.ArmB), c.Friction, c.Elasticity, c.ID)
					}
					for _, c := range d.Clearances(nil, state, margin) {
						fmt.Fprintf(&got, "%d %d apart by %.7f along %s\n", c.A, c.B, c.Gap, placeOf(c.Normal))
					}
				}
				for _, reach := range []float64{1e-3, 0.3} {
					for _, c := range d.Nearest(nil, state, reach) {
						fmt.Fprintf(&got, "within %v m nearest: %d %d %.7f %s\n", reach, c.A, c.B, c.Gap, placeOf(c.ArmA))
					}
				}
			}
		}
	}
	for _, r := range Rules() {
		fmt.Fprintf(&got, "# %s\n%s of 0.3 and 0.8: %.7f\n", r, r.Noun(), r.Of(0.3, 0.8))
	}
	for _, bad := range []Touch{{Skin: Skin{Circle: -1}}, {Skin: Skin{Segment: math.NaN()}}, {Skin: Skin{Polygon: 2e9}}, {Friction: "sum"}, {Elasticity: "sum"}, {Friction: Mean}} {
		fmt.Fprintf(&got, "%v: %v\n", bad, bad.Validate())
	}
	golden.Compare(t, "testdata/contacts.txt", got.String())
}

// placeOf writes a vector to seven digits after the point, without a sign before nothing.
func placeOf(v sim.Vec) string {
	return strings.ReplaceAll(fmt.Sprintf("(%.7f %.7f)", v.X, v.Y), "-0.0000000", "0.0000000")
}

// goldenYard returns a scene of bodies of all shapes in a heap between two walls. Some are of one group, some kinematic,
// some of two shapes, and two materials have coefficients of their own.
func goldenYard(n int) *sim.Scene {
	s := sim.DefaultScene()
	surface := sim.Surface{Friction: 0.6, Elasticity: 0.5}
	for i := range n {
		size := 0.1 + 0.02*float64(i%4)
		b := sim.NewDisc(size, 10, surface)
		switch i % 5 {
		case 1:
			b = sim.NewBox(2*size, size, 10, surface)
		case 2:
			b.Shapes = []sim.Shape{sim.NewShape(sim.Segment, 0.03, surface, sim.Vec{X: -size, Y: 0.02}, sim.Vec{X: size})}
		case 3:
			b.Shapes = []sim.Shape{sim.NewShape(sim.Polygon, 0.02, surface, sim.Vec{X: -size}, sim.Vec{X: size, Y: -0.03}, sim.Vec{X: 0.7 * size, Y: 0.5 * size}, sim.Vec{Y: size}, sim.Vec{X: -0.8 * size, Y: 0.6 * size})}
		case 4:
			b.Shapes = append(b.Shapes, sim.NewShape(sim.Circle, 0.05, surface, sim.Vec{X: size}))
		}
		b.Shapes[0].Friction += 0.05 * float64(i%3)
		b.Shapes[0].Material = []string{"wood", "", "ice"}[i%3]
		if i%6 == 5 {
			b.Kind, b.Mass, b.Moment = sim.Kinematic, 0, 0
		}
		b.Group = i % 4 / 3
		b.Start = sim.BodyState{X: 0.24 * float64(i%5), Y: 0.1 + 0.25*float64(i/5), Angle: 0.3 * float64(i)}
		s.Bodies = append(s.Bodies, b)
	}
	s.Walls = []sim.Shape{
		sim.NewShape(sim.Segment, 0.01, surface, sim.Vec{X: -1}, sim.Vec{X: 2, Y: 0.01}),
		sim.NewShape(sim.Polygon, 0, surface, sim.Vec{X: -0.5, Y: -0.1}, sim.Vec{X: -0.02, Y: -0.1}, sim.Vec{X: -0.05, Y: 1}),
	}
	s.Walls[0].Material = "wood"
	s.Pairs = []sim.Pair{{A: "ice", B: "wood", Friction: 0.01, Elasticity: 0.9}}
	return &s
}
