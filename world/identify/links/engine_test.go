package links_test

import (
	"context"
	"math"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/sim"
	"orrery/sim/engine"
	"orrery/world/identify"
	"orrery/world/identify/links"
)

// box returns discs that pass through each other in a box.
func box(start ...sim.BodyState) *sim.Scene {
	scene := sim.DefaultScene()
	scene.FPS, scene.Substeps = 20, 20
	for i, s := range start {
		scene.Bodies = append(scene.Bodies, sim.Body{
			Kind: sim.Dynamic, Mass: 1 + float64(i)/2, Moment: 0.01, Group: 1, Start: s,
			Shapes: []sim.Shape{{Kind: sim.Circle, Vertices: []sim.Vec{{}}, Radius: 0.1, Elasticity: 1}},
		})
	}
	corners := []sim.Vec{{X: -2, Y: -2}, {X: 2, Y: -2}, {X: 2, Y: 2}, {X: -2, Y: 2}}
	for k := range corners {
		scene.Walls = append(scene.Walls, sim.Shape{Kind: sim.Segment, Vertices: []sim.Vec{corners[k], corners[(k+1)%4]}, Elasticity: 0.9})
	}
	return &scene
}

func engineRun(t *testing.T, scene *sim.Scene, frames int) *sim.Trajectory {
	t.Helper()
	world := engine.New()
	if err := world.Load(scene); err != nil {
		t.Fatal(err)
	}
	run, err := world.Run(nil, frames, nil)
	if err != nil {
		t.Fatal(err)
	}
	return run
}

var three = []sim.BodyState{{X: -0.9, Y: 0.3, VX: -1.5, VY: 0.2}, {X: 0.5, Y: 0.6, VX: 0.3, VY: 1}, {X: 0.2, Y: -0.7, VX: -0.2, VY: 0.4}}

func TestModelFollowsTheEngine(t *testing.T) {
	t.Parallel()
	scene := box(three...)
	scene.Gravity, scene.Damping = sim.Vec{X: 0.1, Y: -0.3}, 0.9
	scene.Fields = []sim.Field{{Kind: sim.Linear, A: 1, B: 0, Strength: -0.8}, {Kind: sim.InverseSquare, A: 1, B: 2, Strength: -0.5, Limit: 0.4}}
	scene.Joints = []sim.Joint{{Kind: sim.Spring, A: 2, B: 0, Stiffness: 3, Length: 0.7, Damping: 0.05}}
	run := engineRun(t, scene, 41)
	model, err := links.Suit([]*sim.Trajectory{run})
	if err != nil || model.Step != links.PositionsFirst || model.Summed {
		t.Fatalf("%+v, %v; want positions first and limits of pairs", model, err)
	}
	p, err := model.Predictor([]*sim.Scene{scene, scene})
	if err != nil {
		t.Fatal(err)
	}
	state := append(append(sim.State(nil), run.States[0]...), run.States[0]...)
	for k := 1; k < len(run.States); k++ {
		if err := p.Step(state, nil); err != nil {
			t.Fatal(err)
		}
		for i, b := range state {
			want := run.States[k][i%3]
			if d := b.Position().Sub(want.Position()).Len(); !(d < 1e-3) {
				t.Fatalf("frame %d: body %d is %v m off", k, i, d)
			}
		}
	}
}

// TestDampedSpringsBecomeJoints: one spring of a length with a damper, which nobody told, is found with its values, and
// the two pairs that have none are not.
func TestDampedSpringsBecomeJoints(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	t.Parallel()
	scene := box(three...)
	scene.Joints = []sim.Joint{{Kind: sim.Spring, A: 0, B: 2, Stiffness: 3, Length: 0.7, Damping: 0.3}}
	run := engineRun(t, scene, 60)
	bare := *scene
	bare.Joints = nil
	run.Scene = &bare
	found, err := links.Identify(context.Background(), []*sim.Trajectory{run}, &identify.Options{})
	if err != nil {
		t.Fatal(err)
	}
	filled, err := identify.Fill(&bare, found.Parameters, found.Edges)
	if err != nil {
		t.Fatal(err)
	}
	if len(filled.Joints) != 1 || len(filled.Fields) != 0 {
		t.Fatalf("joints %v and fields %v, want one joint: %v", filled.Joints, filled.Fields, found.Edges)
	}
	for _, p := range found.Parameters {
		want := map[identify.Name]float64{identify.Stiffness: 3, identify.Length: 0.7, identify.Damping: 0.3}[p.Name]
		if p.Of != "body0-body2" || !scalar.EqualWithinRel(p.Value, want, 0.01) || !(p.Lo < p.Value && p.Value < p.Hi) {
			t.Errorf("%+v, want %v", p, want)
		}
	}
	if len(found.Parameters) != 3 {
		t.Errorf("%d parameters, want 3", len(found.Parameters))
	}
}

func TestRodsAreFound(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	t.Parallel()
	scene := box(three...)
	scene.Bodies[0].Start.VX, scene.Bodies[0].Start.VY = 0.5, -1.2
	scene.Joints = []sim.Joint{{Kind: sim.Pin, A: 0, B: 1}}
	run := engineRun(t, scene, 20)
	bare := *scene
	bare.Joints = nil
	run.Scene = &bare
	found, err := links.Identify(context.Background(), []*sim.Trajectory{run}, &identify.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if len(found.Edges) != 1 || found.Edges[0].Kind != identify.Rod || found.Edges[0].A != "body0" || found.Edges[0].B != "body1" {
		t.Fatalf("edges %v, want a rod", found.Edges)
	}
	want := three[0].Position().Sub(three[1].Position()).Len()
	if p := found.Parameters[0]; p.Name != identify.Length || !scalar.EqualWithinAbs(p.Value, want, 2e-3) {
		t.Errorf("%+v, want a length of %v", p, want)
	}
}

// TestNothingIsFoundWhereBodiesOnlyMeet: collisions are no forces at a distance, nor are gravity, drag and walls.
func TestNothingIsFoundWhereBodiesOnlyMeet(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	t.Parallel()
	scene := box(three...)
	scene.Gravity, scene.Damping = sim.Vec{Y: -0.5}, 0.9
	for i := range scene.Bodies {
		scene.Bodies[i].Group = 0
	}
	scene.Bodies[0].Start = sim.BodyState{X: -1, Y: 0.3, VX: 1.4, VY: 0.35} // hits the second
	run := engineRun(t, scene, 60)
	for _, noise := range []float64{0, 0.002} {
		if noise > 0 {
			run.Seen = &sim.Observation{}
			for k, state := range run.States {
				sights := make([]sim.Sight, len(state))
				for i, b := range state {
					wobble := noise * math.Sin(float64(37*k*k+11*i))
					sights[i] = sim.Sight{X: b.X + wobble, Y: b.Y + noise*math.Cos(float64(53*k*k+7*i)), Seen: true}
				}
				run.Seen.Sights = append(run.Seen.Sights, sights)
			}
		}
		found, err := links.Identify(context.Background(), []*sim.Trajectory{run}, &identify.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if len(found.Edges) > 0 || len(found.Sentences) != 1 {
			t.Errorf("noise %v: %v %v", noise, found.Edges, found.Sentences)
		}
	}
}
