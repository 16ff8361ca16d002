package contact

import (
	"math"
	"slices"
	"testing"

	"orrery/sim"
)

// pair returns two predictors of one scene.
func pair(t *testing.T, model *Model, scene *sim.Scene) (a, b *predictor) {
	t.Helper()
	for _, p := range []**predictor{&a, &b} {
		made, err := model.Predictor([]*sim.Scene{scene})
		if err != nil {
			t.Fatal(err)
		}
		*p = made.(*predictor)
	}
	return a, b
}

// apart advances both predictors by a frame and returns by how much, in metres, metres
// per second and radians, they come to differ at most.
func apart(t *testing.T, a, b *predictor, state sim.State) float64 {
	t.Helper()
	other := slices.Clone(state)
	for p, s := range map[*predictor]sim.State{a: state, b: other} {
		if err := p.Step(s, nil); err != nil {
			t.Fatal(err)
		}
	}
	most := 0.0
	for i, s := range state {
		o := other[i]
		most = max(most, math.Abs(s.X-o.X), math.Abs(s.Y-o.Y), math.Abs(s.Angle-o.Angle),
			math.Abs(s.VX-o.VX), math.Abs(s.VY-o.VY), math.Abs(s.Omega-o.Omega))
	}
	return most
}

// TestFlightsOfSomeAreNothingToOthers: of scenes that are predicted together, of which some fly while others touch, each goes
// as it does alone, to the last bit.
func TestFlightsOfSomeAreNothingToOthers(t *testing.T) {
	t.Parallel()
	config := windy()
	config.Steps = 8
	config.Flight.FrameTime = 0.1
	model := calmModel(t, config)
	rng := sim.NewRand(9, "test flights of some", 0)
	predict := func(scenes ...*sim.Scene) *predictor {
		p, err := model.Predictor(scenes)
		if err != nil {
			t.Fatal(err)
		}
		return p.(*predictor)
	}
	parts := 0
	for range 20 {
		var scenes []*sim.Scene
		var state sim.State
		var alone []*predictor
		for range 6 {
			data := crowd(rng, 3)
			data.Scene.FPS = 10
			for i := range data.States[0] {
				data.States[0][i].X *= 2
				data.States[0][i].Y *= 2
			}
			scenes, state, alone = append(scenes, data.Scene), append(state, data.States[0]...), append(alone, predict(data.Scene))
		}
		together := predict(scenes...)
		for frame := range 5 {
			want := slices.Clone(state)
			for i, p := range alone {
				n := len(scenes[i].Bodies)
				if err := p.Step(want[n*i:][:n], nil); err != nil {
					t.Fatal(err)
				}
			}
			if err := together.Step(state, nil); err != nil {
				t.Fatal(err)
			}
			for i := range state {
				if state[i] != want[i] {
					t.Fatalf("in frame %d body %d comes to %v, alone to %v", frame+1, i, state[i], want[i])
				}
			}
			if busy := len(together.busy); busy > 0 && busy < len(scenes) {
				parts++
			}
		}
	}
	if parts < 20 {
		t.Errorf("%d frames in which some fly and some do not prove nothing", parts)
	}
}

// TestFlightsMissNothing compares with a prediction that looks for contacts at every
// step.
func TestFlightsMissNothing(t *testing.T) {
	config := windy()
	config.Steps = 8
	config.Flight.FrameTime = 0.1
	model := calmModel(t, config)
	rng := sim.NewRand(8, "test flights", 0)
	parts, hits := 0, 0
	for range 60 {
		data := crowd(rng, 3)
		data.Scene.FPS = 10
		for i := range data.States[0] {
			data.States[0][i].X *= 4
			data.States[0][i].Y *= 4
		}
		quick, slow := pair(t, model, data.Scene)
		slow.tracked = true
		state := slices.Clone(data.States[0])
		for range 5 {
			if d := apart(t, quick, slow, state); !(d <= 1e-9) {
				t.Fatalf("flights lead elsewhere by %.3g", d)
			}
			if steps := quick.run.graphs.used; steps > 1 && steps < config.Steps {
				parts++
			}
			if slow.places[0].touches {
				hits++
			}
		}
	}
	if parts < 20 || hits < 20 {
		t.Errorf("%d frames flown in part and %d that end in contact prove nothing", parts, hits)
	}
}

// TestLonePointsAreSweptAlike compares points that are alone in their scene with the
// sweeps over all bodies, which learning uses.
func TestLonePointsAreSweptAlike(t *testing.T) {
	model := calmModel(t, windy())
	rng := sim.NewRand(8, "test lone points", 0)
	lone := 0
	for range 200 {
		data := crowd(rng, 2)
		alone, together := pair(t, model, data.Scene)
		together.run.learn = true
		if d := apart(t, alone, together, slices.Clone(data.States[0])); !(d <= 2e-5) {
			t.Fatalf("a lone point is off by %.3g", d)
		}
		if len(alone.here.edges) == 1 {
			lone++
		}
	}
	if lone < 20 {
		t.Errorf("%d lone points prove nothing", lone)
	}
}

// TestWhatRestsIsLeftAlone lets a disc go to and fro beside a box that lies on a floor,
// and then push it: as in a prediction that looks at every step, but for the creeping
// that corrections never stop.
func TestWhatRestsIsLeftAlone(t *testing.T) {
	config := DefaultConfig()
	config.Steps = 5
	config.Flight.FrameTime = 0.1
	model := calmModel(t, config)
	impulse, correction := model.net.params.Slice("impulse.2.bias"), model.net.params.Slice("correction.2.bias")
	impulse[gainConstant], correction[gainParting], correction[gainLift] = -0.05, 0, -0.05 // no push at rest
	scene := sim.DefaultScene()
	scene.FPS, scene.Damping = 10, 0
	floor := sim.NewShape(sim.Segment, 0, sim.Surface{}, sim.Vec{X: -5}, sim.Vec{X: 5})
	box := sim.NewShape(sim.Polygon, 0, sim.Surface{}, sim.Vec{X: -0.3, Y: -0.1}, sim.Vec{X: 0.3, Y: -0.1}, sim.Vec{X: 0.3, Y: 0.1}, sim.Vec{X: -0.3, Y: 0.1})
	scene.Walls = []sim.Shape{floor}
	scene.Bodies = []sim.Body{
		{Kind: sim.Kinematic, Shapes: []sim.Shape{sim.NewShape(sim.Circle, 0.1, sim.Surface{}, sim.Vec{})}, Start: sim.BodyState{X: 1, Y: 0.1}},
		{Kind: sim.Dynamic, Mass: 1, Moment: 0.03, Shapes: []sim.Shape{box}},
	}
	for _, axis := range []sim.Vec{{X: 1}, {Y: 1}} {
		scene.Actuators = append(scene.Actuators, sim.Actuator{
			Kind: sim.Servo, Against: sim.World, Low: -5, High: 5, Axis: axis, Stiffness: 100, Damping: 20,
		})
	}
	for _, c := range []struct {
		depth float64 // m; of 0.012 the box is lifted for some time
		disc  int     // index
	}{{0.0001, 0}, {0.012, 0}, {0.0001, 1}, {0.012, 1}} {
		if scene.Bodies[c.disc].Kind != sim.Kinematic {
			slices.Reverse(scene.Bodies)
		}
		for i := range scene.Actuators {
			scene.Actuators[i].Body = c.disc
		}
		scene.Bodies[1-c.disc].Start.Y = 0.1 - c.depth
		quick, slow := pair(t, model, &scene)
		slow.tracked = true
		state, other := scene.Start(), scene.Start()
		rested := 0
		for frame := range 40 {
			action := sim.Action{1 + 0.4*math.Cos(float64(frame)), 0.1}
			if frame >= 30 {
				action[0] = 0.6 - 0.1*float64(frame-30)
			}
			for p, s := range map[*predictor]sim.State{quick: state, slow: other} {
				if err := p.Step(s, action); err != nil {
					t.Fatal(err)
				}
			}
			if quick.places[0].rests && quick.run.graphs.used <= 1 { // no contact was looked for
				rested++
			}
			for i := range state {
				if d := state[i].Position().Sub(other[i].Position()).Len() + math.Abs(state[i].Angle-other[i].Angle); !(d <= 4e-3) {
					t.Fatalf("frame %d: body %d is off by %.3g", frame, i, d)
				}
			}
		}
		if moved := math.Abs(state[1-c.disc].X); rested < 5 || rested > 35 || !(moved >= 0.1) {
			t.Errorf("%d frames of rest and a push by %.3g m prove nothing", rested, moved)
		}
	}
}
