package bench

import (
	"context"
	"fmt"
	"math"
	"time"

	"golang.org/x/sync/errgroup"

	"orrery/sim"
	"orrery/sim/engine"
)

// worldSteps is the number of engine steps that a world of a benchmark runs before
// it is made anew.
const worldSteps = 500

// Worlds says how fast the engine runs three worlds that other engines have run too: 16
// discs in a box, a pile of 100 bodies, and a disc that pushes a T.
type Worlds struct {
	A       World `json:"A"`
	B       World `json:"B"`
	C       World `json:"C"`
	Workers int   `json:"workers"` // goroutines
}

// World says how fast the engine runs one of them.
type World struct {
	StepsPerS float64 `json:"steps_per_s"` // engine steps a second of all workers, making of worlds included
}

// sampleWorld makes the scene of a benchmark that belongs to a seed, and its policy.
type sampleWorld func(rng *congruence) (*sim.Scene, sim.Policy)

// RunWorlds measures the engine on the three worlds.
func (c *Config) RunWorlds(ctx context.Context) (*Worlds, error) {
	f := &Worlds{Workers: c.Workers}
	for _, b := range []struct {
		world  sampleWorld
		result *World
	}{{billiardsWorld, &f.A}, {pileWorld, &f.B}, {pusherWorld, &f.C}} {
		rates := make([]float64, c.Workers)
		var group errgroup.Group
		for worker := range rates {
			group.Go(func() (err error) {
				rates[worker], err = stepRate(ctx, c.Duration, b.world)
				return err
			})
		}
		if err := group.Wait(); err != nil {
			return nil, err
		}
		for _, rate := range rates {
			b.result.StepsPerS += rate
		}
	}
	return f, nil
}

// Rows passes on name, value and unit of each figure.
func (f *Worlds) Rows(row Row) {
	with := fmt.Sprintf("steps/s, %d workers", f.Workers)
	row("A: 16 discs in a box", f.A.StepsPerS, with)
	row("B: a pile of 100 bodies", f.B.StepsPerS, with)
	row("C: a disc that pushes a T", f.C.StepsPerS, with)
}

// stepRate returns how many steps a second one engine runs, in one world after
// another for about the given duration.
func stepRate(ctx context.Context, duration time.Duration, world sampleWorld) (float64, error) {
	e := engine.New()
	var state sim.State
	began := time.Now()
	for worlds := 1; ; worlds++ {
		rng := congruence(worlds)
		scene, policy := world(&rng)
		if err := e.Load(scene); err != nil {
			return 0, err
		}
		for frame := range worldSteps / scene.Substeps {
			var action sim.Action
			if policy != nil {
				action = policy(frame, state)
			}
			if err := e.Frame(action); err != nil {
				return 0, err
			}
			state = e.State(state)
		}
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		if taken := time.Since(began); taken >= duration {
			return float64(worlds*worldSteps) / taken.Seconds(), nil
		}
	}
}

// congruence is a generator that a program in any language has in a line (Knuth and
// Lewis, in Numerical Recipes in C, 1992, section 7.1), so that others run the same worlds.
type congruence uint32

func (c *congruence) float() float64 {
	*c = *c*1664525 + 1013904223
	return float64(*c) / (1 << 32)
}

// between returns a number of that range.
func (c *congruence) between(low, high float64) float64 { return low + (high-low)*c.float() }

// box has the settings all three worlds share.
func box(walls sim.Surface, low, high sim.Vec) *sim.Scene {
	const thickness = 0.02 // m
	scene := sim.DefaultScene()
	scene.Iterations = 10
	for _, ends := range [][2]sim.Vec{
		{low, {X: high.X, Y: low.Y}}, {{X: low.X, Y: high.Y}, high}, {low, {X: low.X, Y: high.Y}}, {{X: high.X, Y: low.Y}, high},
	} {
		scene.Walls = append(scene.Walls, sim.NewShape(sim.Segment, thickness, walls, ends[0], ends[1]))
	}
	return &scene
}

// billiardsWorld is 16 discs that bounce off each other and the sides of a box.
func billiardsWorld(rng *congruence) (*sim.Scene, sim.Policy) {
	surface := sim.Surface{Friction: 0.2, Elasticity: 0.95}
	scene := box(surface, sim.Vec{X: -1, Y: -1}, sim.Vec{X: 1, Y: 1})
	for i := range 16 {
		disc := newDisc(0.05, surface)
		disc.Start.X = -0.6 + 0.4*float64(i%4) + rng.between(-0.1, 0.1)
		disc.Start.Y = -0.6 + 0.4*float64(i/4) + rng.between(-0.1, 0.1)
		disc.Start.VX, disc.Start.VY = rng.between(-1, 1), rng.between(-1, 1)
		scene.Bodies = append(scene.Bodies, disc)
	}
	return scene, nil
}

// pileWorld is 100 boxes and discs that fall on a heap.
func pileWorld(rng *congruence) (*sim.Scene, sim.Policy) {
	surface := sim.Surface{Friction: 0.5}
	scene := box(surface, sim.Vec{X: -1}, sim.Vec{X: 1, Y: 4})
	scene.Gravity = sim.Vec{Y: -9.81}
	for i := range 100 {
		body := newDisc(0.05, surface)
		if i%2 == 0 {
			body = sim.NewBox(0.05, 0.05, 100, surface) // 1 kg
		}
		body.Start.X = -0.8 + 0.17*float64(i%10) + rng.between(-0.02, 0.02)
		body.Start.Y = 0.2 + 0.2*float64(i/10) + rng.between(-0.02, 0.02)
		scene.Bodies = append(scene.Bodies, body)
	}
	return scene, nil
}

// pusherWorld is a T seen from above and a disc that is sent to ten places a second,
// as in the Push-T benchmark.
func pusherWorld(rng *congruence) (*sim.Scene, sim.Policy) {
	surface := sim.Surface{Friction: 1}
	scene := box(surface, sim.Vec{X: 0.05, Y: 0.05}, sim.Vec{X: 5.07, Y: 5.07})
	scene.FPS, scene.Substeps, scene.Damping = 10, 10, 0
	bar := sim.NewShape(sim.Polygon, 0, surface, sim.Vec{X: -0.6, Y: -0.45}, sim.Vec{X: 0.6, Y: -0.45}, sim.Vec{X: 0.6, Y: -0.15}, sim.Vec{X: -0.6, Y: -0.15})
	stem := sim.NewShape(sim.Polygon, 0, surface, sim.Vec{X: -0.15, Y: -0.15}, sim.Vec{X: 0.15, Y: -0.15}, sim.Vec{X: 0.15, Y: 0.75}, sim.Vec{X: -0.15, Y: 0.75})
	const moment = 0.5*((1.2*1.2+0.3*0.3)/12+0.3*0.3) + 0.5*((0.3*0.3+0.9*0.9)/12+0.3*0.3) // of half a kilogram each
	tee := sim.Body{Kind: sim.Dynamic, Mass: 1, Moment: moment, Shapes: []sim.Shape{bar, stem}}
	tee.Start = sim.BodyState{X: 2.56, Y: 2.56, Angle: rng.between(0, 2*math.Pi)}
	pusher := sim.Body{Kind: sim.Kinematic, Shapes: []sim.Shape{sim.NewShape(sim.Circle, 0.15, surface, sim.Vec{})}}
	pusher.Start = sim.BodyState{X: 1.2, Y: 1.2}
	scene.Bodies = []sim.Body{tee, pusher}
	for _, axis := range []sim.Vec{{X: 1}, {Y: 1}} {
		scene.Actuators = append(scene.Actuators, sim.Actuator{Kind: sim.Servo, Body: 1, Against: sim.World,
			Low: 0, High: 5.12, Axis: axis, Stiffness: 100, Damping: 20})
	}
	action := make(sim.Action, 2)
	return scene, func(int, sim.State) sim.Action {
		action[0], action[1] = rng.between(1, 4), rng.between(1, 4)
		return action
	}
}

// newDisc returns a disc of 1 kg.
func newDisc(radius float64, s sim.Surface) sim.Body {
	return sim.NewDisc(radius, 1/(math.Pi*radius*radius), s)
}
