package plan

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"
	"gonum.org/v1/gonum/mat"

	"orrery/sim"
)

// What a point mass pays for being away from the origin, for speed and for force.
const (
	payPlace, paySpeed, payForce = 1.0, 0.1, 0.05
)

func payMass(state sim.State, force sim.Action) float64 {
	s := state[0]
	return payPlace*s.X*s.X + paySpeed*s.VX*s.VX + payForce*force[0]*force[0]
}

// riccati solves the linear-quadratic problem of the point mass over some frames
// by Riccati's recursion. It returns the gain [1, 2] of the first frame, by which
// the best force is −gain·(x, v), and the matrix of the least cost, the start's
// own included.
func riccati(frames int) (gain, value *mat.Dense) {
	a := mat.NewDense(2, 2, []float64{1, dt, 0, 1})
	b := mat.NewDense(2, 1, []float64{0, dt})
	q := mat.NewDense(2, 2, []float64{payPlace, 0, 0, paySpeed})
	value, gain = mat.DenseCopyOf(q), mat.NewDense(1, 2, nil)
	for range frames {
		var pa, pb, bpa, closed, next mat.Dense
		pa.Mul(value, a)
		pb.Mul(value, b)
		bpa.Mul(b.T(), &pa)
		gain.Scale(1/(payForce+mat.Dot(b.ColView(0), pb.ColView(0))), &bpa)
		closed.Mul(b, gain)
		closed.Sub(a, &closed)
		next.Mul(pa.T(), &closed)
		next.Add(&next, q)
		value = &next
	}
	return gain, value
}

func leastCost(value *mat.Dense, s sim.BodyState) float64 {
	x := mat.NewVecDense(2, []float64{s.X, s.VX})
	return mat.Inner(x, value, x) - payPlace*s.X*s.X - paySpeed*s.VX*s.VX
}

// TestPointMassIsDrivenAsRiccatiWould compares the cost of a plan, which cannot
// be less than the optimum, and its first force.
func TestPointMassIsDrivenAsRiccatiWould(t *testing.T) {
	t.Parallel()
	start := sim.BodyState{X: 1, VX: 0.5}
	scene := toyScene(t, sim.Force, 10, alongX)
	for _, test := range []struct {
		planner string
		worse   float64 // share
	}{{"cem", 0.002}, {"icem", 0.02}, {"mppi", 0.05}} {
		c := config(t, test.planner, func(c *Config) {
			c.Horizon, c.Samples, c.Iterations, c.Decay = 15, 300, 40, 1
			if c.Update == Weights {
				c.Spread = 0.1
			}
		})
		gain, value := riccati(c.Horizon)
		optimum := leastCost(value, start)
		controller := newController(t, toy{move: pushed}, scene, payMass, c)
		force, err := controller.Act(sim.State{start})
		if err != nil {
			t.Fatal(err)
		}
		if cost := controller.Cost(); !(cost >= optimum*(1-1e-12) && cost <= optimum*(1+test.worse)) {
			t.Errorf("%s: cost %.5f, the optimum is %.5f", test.planner, cost, optimum)
		}
		best := -gain.At(0, 0)*start.X - gain.At(0, 1)*start.VX
		if !scalar.EqualWithinAbs(force[0], best, 0.25*math.Abs(best)) {
			t.Errorf("%s: first force %.3f N, the best is %.3f N", test.planner, force[0], best)
		}
	}
}

// TestRecedingHorizonFollowsRiccatisFeedback lets the controller act with a plan
// anew in every frame, and the exact solution of the same horizon beside it.
func TestRecedingHorizonFollowsRiccatisFeedback(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	t.Parallel()
	const frames = 30
	scene := toyScene(t, sim.Force, 10, alongX)
	c := config(t, "cem", func(c *Config) { c.Horizon, c.Samples, c.Iterations = 15, 200, 20 })
	gain, _ := riccati(c.Horizon)
	want := []sim.BodyState{{X: 1, VX: 0.5}}
	for range frames {
		s := want[len(want)-1]
		want = append(want, pushed(s, sim.Action{-gain.At(0, 0)*s.X - gain.At(0, 1)*s.VX}))
	}
	model := toy{move: pushed}
	got := follow(t, newController(t, model, scene, payMass, c), model, want[0], frames)
	for k := range got {
		if off := math.Abs(got[k].X - want[k].X); !(off <= 0.02) {
			t.Errorf("frame %d: at %.3f m, want %.3f m", k, got[k].X, want[k].X)
		}
	}
}
