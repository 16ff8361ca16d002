package library

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/sim"
	"orrery/sim/engine"
)

// film runs a scene for a number of frames after its start, under one action if that is
// given.
func film(t testing.TB, scene *sim.Scene, frames int, action ...float64) []sim.State {
	t.Helper()
	e := engine.New()
	start(t, e, scene)
	trajectory, err := e.Run(nil, frames+1, func(int, sim.State) sim.Action { return action })
	if err != nil {
		t.Fatal(err)
	}
	return trajectory.States
}

func wantNear(t testing.TB, what string, got, want, width float64) {
	t.Helper()
	if !(math.Abs(got-want) <= width) {
		t.Errorf("%s is %v, want %v ± %v", what, got, want, width)
	}
}

// TestNothingFallsThroughItsFloor runs usual episodes to their end.
func TestNothingFallsThroughItsFloor(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	for _, s := range List() {
		for episode := range episodes(5) {
			scene := sample(t, s.Name, nil, 8, episode)
			if scene.Walls == nil || scene.Actuators != nil {
				break
			}
			floor := math.Inf(1)
			for _, wall := range scene.Walls {
				for _, v := range wall.Vertices {
					floor = min(floor, v.Y)
				}
			}
			states := film(t, scene, s.Frames-1)
			for i, b := range states[s.Frames-1] {
				if !(b.Y >= floor) && !(states[0][i].Y < floor) {
					t.Errorf("%s: episode %d: body %d ends at %v m, below the floor at %v m", s.Name, episode, i, b.Y, floor)
				}
			}
		}
	}
}

func TestSizeIsAFactor(t *testing.T) {
	reach := func(name string, size float64) float64 {
		scene := sample(t, name, map[string]float64{"size": size, "half_width": 3, "bodies": 1}, 1, 3)
		return outline(&scene.Bodies[0])[0].Sub(scene.Bodies[0].Start.Position()).Len()
	}
	for _, name := range []string{"billiards", "mixed", "pile"} {
		wantNear(t, name+": ratio", reach(name, 2.5)/reach(name, 1), 2.5, 1e-12)
	}
}

// TestDominoesFallOneAfterTheOther, when the first is pushed hard enough.
func TestDominoesFallOneAfterTheOther(t *testing.T) {
	for episode := range episodes(10) {
		scene := sample(t, "dominoes", nil, 1, episode)
		states := film(t, scene, 600)
		before := -1
		for i := range scene.Bodies {
			fallen := 0
			for fallen < len(states) && states[fallen][i].Angle > -0.3 {
				fallen++
			}
			if fallen <= before || fallen == len(states) {
				t.Errorf("episode %d: domino %d falls in frame %d, the one before in %d", episode, i, fallen, before)
			}
			before = fallen
		}
	}
	for push, falls := range map[float64]bool{0.95: false, 1.05: true} {
		scene := sample(t, "dominoes", map[string]float64{"push": push, "spread": 0, "bodies": 1}, 1, 0)
		states := film(t, scene, 600)
		if got := states[600][0].Angle < -1; got != falls {
			t.Errorf("push %v: falls %v, want %v", push, got, falls)
		}
	}
}

// TestRampFollowsTheClosedForm: boxes slide with g·(sin α - μ·cos α) once tan α > μ;
// discs roll with ⅔·g·sin α until tan α > 3·μ, and then slide like boxes.
func TestRampFollowsTheClosedForm(t *testing.T) {
	const g, alpha, time = 9.81, 0.4, 0.3
	sin, cos := math.Sincos(alpha)
	slide := func(mu float64) float64 { return g * (sin - mu*cos) }
	for _, c := range []struct{ boxes, friction, want float64 }{
		{1, 1, 0}, {1, 0.7, 0}, {1, 0.3, slide(0.3)}, {1, 0, slide(0)},
		{0, 1, g * sin * 2 / 3}, {0, 0.3, g * sin * 2 / 3}, {0, 0.1, slide(0.1)},
	} {
		set := map[string]float64{"bodies": 1, "angle": alpha, "spread": 0, "elasticity": 0, "boxes": c.boxes, "friction": c.friction}
		for episode := range 3 {
			scene := sample(t, "ramp", set, 3, episode)
			states := film(t, scene, int(time*60))
			last := states[len(states)-1][0]
			got := last.Velocity().Dot(sim.Vec{X: cos, Y: -sin}) / time
			if !scalar.EqualWithinAbs(got, c.want, 0.02*g*sin) {
				t.Errorf("boxes %v, friction %v: acceleration %v m/s², want %v", c.boxes, c.friction, got, c.want)
			}
		}
	}
}

// TestRampCarriesItsBodies: at the start each touches the slope with a side or a point.
func TestRampCarriesItsBodies(t *testing.T) {
	for episode := range 10 {
		scene := sample(t, "ramp", nil, 1, episode)
		for i, b := range scene.Bodies {
			low := math.Inf(1)
			for _, v := range b.Shapes[0].Vertices {
				low = min(low, b.Start.Point(v).Dot(sim.Vec{Y: 1}.Rotate(b.Start.Angle))-b.Shapes[0].Radius)
			}
			if !(math.Abs(low) <= 1e-12) {
				t.Errorf("episode %d: body %d starts %v m above the slope", episode, i, low)
			}
		}
	}
}

// TestPlinkoIsNearlyBinomial: the bins are symmetric about the middle, and spread
// not much more than those of balls that turn at random in each row, by √(rows/4).
func TestPlinkoIsNearlyBinomial(t *testing.T) {
	const rows, spacing = 6, 0.25
	var sum, squares, n float64
	for episode := range episodes(120) {
		scene := sample(t, "plinko", map[string]float64{"bodies": 1}, 1, episode)
		states := film(t, scene, 600)
		for i, b := range states[600] {
			if !(b.Y <= -spacing) {
				t.Errorf("episode %d: ball %d ends at a height of %v m, outside the bins", episode, i, b.Y)
			}
			bin := math.Round(b.X / spacing) // with an even number of rows one is in the middle
			sum, squares, n = sum+bin, squares+bin*bin, n+1
		}
	}
	wantNear(t, "mean", sum/n, 0, 5*math.Sqrt(rows/4.0/n))
	wantNear(t, "standard deviation", math.Sqrt(squares/n)/math.Sqrt(rows/4.0), 1, 0.4)
}

// TestCradlePassesMomentumOn: as many balls leave as arrive, as fast.
func TestCradlePassesMomentumOn(t *testing.T) {
	for episode := range episodes(10) {
		scene := sample(t, "cradle", map[string]float64{"angle": 0.5, "spread": 0}, 1, episode)
		lifted := 0
		for scene.Bodies[lifted].Start.Y > -0.99 {
			lifted++
		}
		// The balls arrive after a quarter of a period, lengthened by 1 + α²/16.
		quarter := math.Pi / 2 * math.Sqrt(1/9.81) * (1 + 0.25/16)
		state := film(t, scene, int(60*quarter)+3)[int(60*quarter)+3]
		speed := math.Sqrt(2 * 9.81 * (1 - math.Cos(0.5)))
		for i, b := range state {
			want := 0.0
			if i >= len(state)-lifted {
				want = speed
			}
			if !scalar.EqualWithinAbs(b.VX, want, 0.03*speed) {
				t.Errorf("episode %d: %d lifted: ball %d has %v m/s, want %v", episode, lifted, i, b.VX, want)
			}
		}
	}
}

// TestSeesawTurnsToTheHeavierSide, and stays when the torques balance.
func TestSeesawTurnsToTheHeavierSide(t *testing.T) {
	for episode := range episodes(40) {
		scene := sample(t, "seesaw", map[string]float64{"drop": 0}, 1, episode)
		torque, weight := 0.0, 0.0
		for _, b := range scene.Bodies[1:] {
			torque -= b.Mass * b.Start.X
			weight += b.Mass
		}
		angle := film(t, scene, 120)[120][0].Angle
		if !(math.Abs(torque) <= 0.05*weight) && !(torque*angle > 0) {
			t.Errorf("episode %d: a torque of %v kg·m turns to %v rad", episode, torque, angle)
		}
	}
	scene := sample(t, "seesaw", map[string]float64{"drop": 0, "bodies": 2}, 1, 0)
	light, heavy := &scene.Bodies[1], &scene.Bodies[2]
	light.Mass, heavy.Mass = 1, 2
	light.Start.X, heavy.Start.X = -0.9, 0.45
	wantNear(t, "angle in balance", film(t, scene, 120)[120][0].Angle, 0, 0.01)
	heavy.Start.X = 0.6
	if angle := film(t, scene, 120)[120][0].Angle; !(angle <= -0.2) {
		t.Errorf("out of balance the plank turns to %v rad", angle)
	}
}

// TestConveyorCarries: from rest a box gains μ·g until it is as fast as the rollers.
func TestConveyorCarries(t *testing.T) {
	const speed, mu = 1.5, 0.2
	set := map[string]float64{"bodies": 1, "speed": speed, "spread": 0, "friction": mu, "elasticity": 0}
	for episode := range 5 {
		scene := sample(t, "conveyor", set, 1, episode)
		states := film(t, scene, 80)
		last := len(scene.Bodies) - 1
		wantNear(t, "speed after 0.4 s", states[24][last].VX, mu*9.81*0.4, 0.05)
		wantNear(t, "speed after 1.2 s", states[72][last].VX, speed, 0.03)
		wantNear(t, "height of the bottom", states[72][last].Y, scene.Bodies[last].Start.Y, 0.01)
		wantNear(t, "turn of a roller", states[80][0].Angle, -speed/0.08*80/60, 1e-9)
	}
}
