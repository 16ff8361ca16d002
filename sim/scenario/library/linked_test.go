package library

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/sim"
)

// parting returns how far apart the anchors of a joint are in a state.
func parting(j sim.Joint, state sim.State) float64 {
	end := j.AnchorB
	if j.B != sim.World {
		end = state[j.B].Point(j.AnchorB)
	}
	return state[j.A].Point(j.AnchorA).Sub(end).Len()
}

// TestPendulumPeriod: a rod that swings a little about its end takes 2π·√(2L/3g), an
// amplitude a lengthens that by a²/16.
func TestPendulumPeriod(t *testing.T) {
	const length, amplitude = 0.8, 0.3
	set := map[string]float64{"links": 1, "length": length, "angle": amplitude, "spread": 0, "spin": 0}
	scene := sample(t, "pendulum", set, 1, 0)
	states := film(t, scene, 1200)
	var crossings []float64 // upwards through the vertical, in frames
	for k := 1; k < len(states); k++ {
		before, after := states[k-1][0].Angle+math.Pi/2, states[k][0].Angle+math.Pi/2
		if before < 0 && after >= 0 {
			crossings = append(crossings, float64(k)-after/(after-before))
		}
	}
	turns := len(crossings) - 1
	if turns < 5 {
		t.Fatalf("%d swings", turns)
	}
	period := (crossings[turns] - crossings[0]) / 60 / float64(turns)
	want := 2 * math.Pi * math.Sqrt(2*length/3/9.81) * (1 + amplitude*amplitude/16)
	wantNear(t, "period", period, want, 0.002*want)
}

// TestPendulumFollowsLagrange compares two rods of one length L with a fourth-order
// Runge-Kutta solution of the equations of motion, with δ = θ₁ - θ₂:
//
//	4/3·θ₁″ + ½·cos δ·θ₂″ = -½·sin δ·θ₂′² - 3/2·g/L·sin θ₁
//	½·cos δ·θ₁″ + 1/3·θ₂″ = ½·sin δ·θ₁′² - ½·g/L·sin θ₂
func TestPendulumFollowsLagrange(t *testing.T) {
	const gL = 9.81 / 0.5
	type vector [4]float64 // θ₁, θ₂ and their derivatives
	slope := func(x vector) vector {
		sin, cos := math.Sincos(x[0] - x[1])
		right1 := -sin*x[3]*x[3]/2 - 1.5*gL*math.Sin(x[0])
		right2 := sin*x[2]*x[2]/2 - 0.5*gL*math.Sin(x[1])
		det := 4.0/9 - cos*cos/4
		return vector{x[2], x[3], (right1/3 - right2*cos/2) / det, (right2*4/3 - right1*cos/2) / det}
	}
	along := func(x, d vector, h float64) vector {
		for i := range x {
			x[i] += h * d[i]
		}
		return x
	}
	for episode := range episodes(10) {
		scene := sample(t, "pendulum", map[string]float64{"spread": 1.5}, 1, episode)
		a, b := scene.Bodies[0].Start, scene.Bodies[1].Start
		x := vector{a.Angle + math.Pi/2, b.Angle + math.Pi/2, a.Omega, b.Omega}
		for frame, state := range film(t, scene, 60) {
			for i := range 2 {
				if d := state[i].Angle + math.Pi/2 - x[i]; !(math.Abs(d) <= 0.05) {
					t.Fatalf("episode %d, frame %d: rod %d is %v rad off", episode, frame, i, d)
				}
			}
			for range 20 {
				const h = 1.0 / 1200
				k1 := slope(x)
				k2 := slope(along(x, k1, h/2))
				k3 := slope(along(x, k2, h/2))
				k4 := slope(along(x, k3, h))
				x = along(along(along(along(x, k1, h/6), k2, h/3), k3, h/3), k4, h/6)
			}
		}
	}
}

// TestPendulumHolds: joints stay closed and energy does not rise; swing is the energy
// that turns the pendulum from hanging to lying.
func TestPendulumHolds(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	for links := 1; links <= 5; links++ {
		for episode := range episodes(5) {
			scene := sample(t, "pendulum", map[string]float64{"links": float64(links)}, 1, episode)
			energy, swing := scene.Energy(scene.Start()), 0.0
			for i, b := range scene.Bodies {
				swing += b.Mass * 9.81 * 0.5 * (float64(i) + 0.5)
			}
			for frame, state := range film(t, scene, 300) {
				if got := scene.Energy(state); !(got <= energy+0.02*swing) {
					t.Fatalf("%d links, episode %d, frame %d: %v J, %v J at the start", links, episode, frame, got, energy)
				}
				for k, j := range scene.Joints {
					if d := parting(j, state); !(d <= 0.01) {
						t.Fatalf("%d links, episode %d, frame %d: joint %d is open by %v m", links, episode, frame, k, d)
					}
				}
			}
		}
	}
}

// TestRodsStartAsTheirJointsDemand: the anchors have the same velocity.
func TestRodsStartAsTheirJointsDemand(t *testing.T) {
	for _, name := range []string{"pendulum", "chain"} {
		for episode := range 10 {
			scene := sample(t, name, nil, 1, episode)
			for k, j := range scene.Joints {
				wantNear(t, name+": opening", parting(j, scene.Start()), 0, 1e-12)
				v := scene.Bodies[j.A].Start.PointVelocity(j.AnchorA)
				if j.B != sim.World {
					v = v.Sub(scene.Bodies[j.B].Start.PointVelocity(j.AnchorB))
				}
				if !(v.Len() <= 1e-12) {
					t.Errorf("%s: episode %d: joint %d opens at %v m/s", name, episode, k, v.Len())
				}
			}
		}
	}
}

// TestChainHangsInACatenary: at rest the sag of a chain of length L between points of
// one height a span S apart is a·(cosh(S/2a) - 1) with 2a·sinh(S/2a) = L.
func TestChainHangsInACatenary(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	const length, share = 3.0, 0.75
	set := map[string]float64{"balls": 0, "links": 40, "spread": 0, "damping": 0.1, "span": share, "length": length}
	scene := sample(t, "chain", set, 1, 0)
	state := film(t, scene, 600)[600]
	low, high := 1e-3, 10.0
	for range 60 {
		if a := (low + high) / 2; 2*a*math.Sinh(share*length/2/a) > length {
			low = a
		} else {
			high = a
		}
	}
	for i, b := range state {
		want := low*math.Cosh(b.X/low) - low*math.Cosh(share*length/2/low)
		if !scalar.EqualWithinAbs(b.Y, want, 0.01) {
			t.Errorf("link %d: height %v m, want %v", i, b.Y, want)
		}
	}
}

func TestChainHoldsWhatFallsOnIt(t *testing.T) {
	for episode := range episodes(5) {
		scene := sample(t, "chain", nil, 1, episode)
		for frame, state := range film(t, scene, 240) {
			for k, j := range scene.Joints {
				if d := parting(j, state); !(d <= 0.02) {
					t.Fatalf("episode %d, frame %d: joint %d is open by %v m", episode, frame, k, d)
				}
			}
		}
	}
}
