package engine

import (
	"slices"
	"testing"

	"orrery/sim"
)

// material gives all shapes of a list a material.
func material(shapes []sim.Shape, name string) {
	for i := range shapes {
		shapes[i].Material = name
	}
}

// paidFor returns clutter whose bodies and walls have surfaces such that every product is
// the surface of the pair: the bodies' own with each other, and another with the walls.
// Without pairs the products say it; with pairs the surfaces of the shapes are others.
func paidFor(n, index int, pairs bool) *sim.Scene {
	const f, e, wall = 0.5, 0.25, 0.125 // powers of two, whose products are exact
	scene := clutter(n, index)
	own, other := sim.Surface{Friction: f, Elasticity: e}, sim.Surface{Friction: wall, Elasticity: wall}
	if pairs {
		own, other = sim.Surface{Friction: 7, Elasticity: 1}, sim.Surface{Friction: 3}
		scene.Pairs = []sim.Pair{
			{A: "wood", B: "wood", Friction: f * f, Elasticity: e * e},
			{A: "ice", B: "wood", Friction: f * wall, Elasticity: e * wall},
		}
	}
	for i := range scene.Bodies {
		shapes := slices.Clone(scene.Bodies[i].Shapes)
		for k := range shapes {
			shapes[k].Friction, shapes[k].Elasticity, shapes[k].Material = own.Friction, own.Elasticity, "wood"
		}
		scene.Bodies[i].Shapes = shapes
	}
	for i := range scene.Walls {
		scene.Walls[i].Friction, scene.Walls[i].Elasticity, scene.Walls[i].Material = other.Friction, other.Elasticity, "ice"
	}
	return scene
}

// TestAPairIsAProductOfThoseValues: what the pairs say is what the products say in
// another scene, bit for bit, in a space that ran scenes with and without pairs before.
func TestAPairIsAProductOfThoseValues(t *testing.T) {
	t.Parallel()
	e := New()
	for index, n := range []int{6, 5, 25, 6} {
		want := load(t, New(), paidFor(n, index, false)).States
		sameBits(t, "new", load(t, New(), paidFor(n, index, true)).States, want)
		sameBits(t, "reused", load(t, e, paidFor(n, index, true)).States, want)
		sameBits(t, "without pairs again", load(t, e, paidFor(n, index, false)).States, want)
	}
}

// TestPairsAreOfTheirMaterialsOnly: boxes slide over a floor, each with the friction of
// its own material and the floor's, whichever of the two a pair names first.
func TestPairsAreOfTheirMaterialsOnly(t *testing.T) {
	t.Parallel()
	const g, speed, frames = 10.0, 3.0, 20
	scene := sim.DefaultScene()
	scene.Gravity, scene.Iterations = sim.Vec{Y: -g}, 60
	scene.Walls = []sim.Shape{sim.NewShape(sim.Segment, 0, sim.Surface{Friction: 0.5}, sim.Vec{X: -9}, sim.Vec{X: 99})}
	material(scene.Walls, "floor")
	scene.Pairs = []sim.Pair{
		{A: "rubber", B: "floor", Friction: 0.9}, {A: "floor", B: "ice", Friction: 0.01}, {A: "rubber", B: "ice", Friction: 8}, {A: "rubber", B: "rubber", Friction: 8},
	}
	kinds := []struct {
		material string
		friction float64
	}{{"rubber", 0.9}, {"ice", 0.01}, {"wood", 0.5 * 0.4}, {"", 0.5 * 0.4}}
	for i, k := range kinds {
		b := sim.NewBox(0.2, 0.1, 10, sim.Surface{Friction: 0.4})
		b.Start = sim.BodyState{X: 10 * float64(i), Y: 0.0995, VX: speed}
		material(b.Shapes, k.material)
		scene.Bodies = append(scene.Bodies, b)
	}
	last := run(t, &scene, frames+1).States[frames]
	for i, k := range kinds {
		near(t, i, k.material, last[i].VX, speed-k.friction*g*frames*scene.StepTime())
	}
}

// TestElasticityOfAPair: a ball comes back from a wall as the pair says.
func TestElasticityOfAPair(t *testing.T) {
	t.Parallel()
	scene := sim.DefaultScene()
	scene.Walls = []sim.Shape{sim.NewShape(sim.Segment, 0, sim.Surface{}, sim.Vec{X: 1, Y: -9}, sim.Vec{X: 1, Y: 9})}
	scene.Bodies = []sim.Body{sim.NewDisc(0.1, 10, sim.Surface{Elasticity: 1})}
	scene.Bodies[0].Start.VX = 2
	material(scene.Walls, "steel")
	material(scene.Bodies[0].Shapes, "rubber")
	for _, e := range []float64{0.25, 1} {
		scene.Pairs = []sim.Pair{{A: "rubber", B: "steel", Elasticity: e}}
		near(t, 60, "vx", run(t, &scene, 60).States[59][0].VX, -2*e)
	}
}
