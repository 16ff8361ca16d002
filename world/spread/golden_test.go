package spread

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"orrery/sim"
	"orrery/sim/engine"
	"orrery/sim/golden"
	"orrery/world"
	"orrery/world/flight"
	"orrery/world/region"
	"orrery/world/spread/lbfgs"
)

// TestTheSameErrorsMakeTheSameLaws compares laws of errors, how they grow and the regions that follow with those of
// earlier versions of this program, to six digits. They hold where the compiler fuses no multiplication with an
// addition. What they should be like is held by other tests; this one tells of changes that nobody meant.
func TestTheSameErrorsMakeTheSameLaws(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine does the work, and the race detector makes it ten times as long")
	}
	t.Parallel()
	var got strings.Builder
	truth := &Law{numbers: prior(), time: 1.0 / 60}
	truth.mostX, truth.mostV = 1e9, 1e9
	truth.weights(keep)[always], truth.weights(keep)[angular] = -0.7, 0.5
	truth.weights(mix)[always] = -1.5
	truth.weights(steer)[always], truth.weights(steer)[angular] = -4, 1
	truth.weights(kick)[always], truth.weights(kick)[hardness] = -13, 1.2
	truth.numbers[firstX], truth.numbers[firstV] = -14, -18

	fitted := &Law{numbers: prior(), time: truth.time}
	fitted.mostX, fitted.mostV = 1e9, 1e9
	fitted.fit(t.Context(), drawn(truth, sim.NewRand(3, "spread/golden", 0), 12), lbfgs.Minimise, nil)
	fmt.Fprintf(&got, "# fitted\n%.4f\n", fitted.numbers)
	fitted.scale(drawn(truth, sim.NewRand(3, "spread/golden", 1), 70))
	fmt.Fprintf(&got, "# scaled\n%.4f\n", fitted.numbers)

	truth.mostX, truth.mostV = 0.3, 20
	rng := sim.NewRand(3, "spread/golden", 2)
	for n := range 3 {
		h := randomHistory(rng)
		now, scratch := make([]moments, h.bodies), make([]change, h.bodies)
		truth.begin(now)
		for _, frame := range h.frames {
			truth.weigh(frame.influences)
			truth.step(now, frame.influences, scratch)
		}
		fmt.Fprintf(&got, "# history %d\n", n)
		for i, m := range now {
			fmt.Fprintf(&got, "body %d: %.9g, %.9g, %.9g\n", i, m.xx, m.xv, m.vv)
		}
	}

	scene, before := meeting()
	scene.Substeps, scene.Gravity, scene.Damping = 2, sim.Vec{Y: -1}, 0.9
	scene.Walls = []sim.Shape{sim.NewShape(sim.Segment, 0.01, sim.Surface{Friction: 0.7, Elasticity: 0.5}, sim.Vec{X: -1, Y: -0.11}, sim.Vec{X: 1, Y: -0.11})}
	scene.Joints = []sim.Joint{{Kind: sim.Pin, A: 0, B: 1}}
	scene.Fields = []sim.Field{{Kind: sim.Linear, A: 0, B: 1, Strength: -1}}
	after := append(sim.State(nil), before...)
	for i := range after {
		after[i].VX, after[i].VY, after[i].Omega = 0.5*float64(i+1), -0.3, float64(i)
	}
	for _, f := range newObserver(scene).observe(nil, before, after, 10) {
		fmt.Fprintf(&got, "%d by %d: share %.9g, lever %.9g, way %.9f, features %.7f\n", f.on, f.from, f.share, f.lever, f.way, f.features)
	}

	for _, name := range []string{"a law that is wrong in time", "normal"} {
		process := processes[name]
		if process == nil {
			process = func(rng *rand.Rand, sigma, _ float64) float64 {
				return math.Exp(sigma) * math.Hypot(rng.NormFloat64(), rng.NormFloat64())
			}
		}
		for _, n := range []int{100, 4000} {
			r := newRegions(t.Context(), draws(sim.NewRand(1, "spread/golden "+name, n), process, n))
			fmt.Fprintf(&got, "# regions of %d errors of %s\n", n, name)
			law := *truth
			law.regions = r
			text, err := law.MarshalJSON()
			if err != nil {
				t.Fatal(err)
			}
			fmt.Fprintln(&got, strings.ReplaceAll(string(text), "],", "],\n"))
			again, err := Decode(text)
			if err != nil {
				t.Fatal(err)
			}
			for _, at := range []float64{-9, -5.3, -1} {
				for _, time := range []float64{-4, -0.2, 1.3} {
					fmt.Fprintf(&got, "%g, %g: %.7g\n", at, time, again.regions.reach(at, time))
				}
			}
		}
	}
	for _, v := range []float64{2 * mostExponent, 2*mostExponent + 1} {
		edge := *truth
		edge.regions = newRegions(t.Context(), draws(sim.NewRand(1, "spread/golden edge", 0), processes["a law that is wrong in time"], 100))
		edge.regions.bySigma[0][0] = -v
		text, err := edge.MarshalJSON()
		if err != nil {
			t.Fatal(err)
		}
		_, err = Decode(text)
		fmt.Fprintf(&got, "# a line from %g: %v\n", -v, err)
	}

	// A model for which nothing is there to hit.
	all := struck(t, 8)
	law, err := Measure(t.Context(), flight.Ballistic(), all[2:], all[:2], lbfgs.Minimise)
	if err != nil {
		t.Fatal(err)
	}
	text, err := law.MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(&got, "# measured\n%s\n", strings.ReplaceAll(string(text), "],", "],\n"))
	p, err := law.Wrap(flight.Ballistic()).Predictor([]*sim.Scene{all[0].Scene, all[1].Scene})
	if err != nil {
		t.Fatal(err)
	}
	state := append(all[0].Scene.Start(), all[1].Scene.Start()...)
	for k := range 40 {
		if err := p.Step(state, nil); err != nil {
			t.Fatal(err)
		}
		if k%13 == 0 {
			u := p.(world.Uncertain)
			fmt.Fprintf(&got, "frame %d: %.7g\n", k+1, u.Spread(nil))
			for _, r := range region.Of(u, nil) {
				fmt.Fprintf(&got, "%.7g at %.6f, reach %.6g\n", r.Axes, r.Angle, r.Reach)
			}
		}
	}
	one := region.Region{Axes: [2]float64{0.2, 0.1}, Angle: 0.4, Reach: [9]float64{0.2, 0.3, 0.5, 1, 1.3, 1.7, 2.4, 3, 6}}
	for _, level := range []float64{0, 0.01, 0.3, 0.5, 0.97, 0.999, 1} {
		fmt.Fprintf(&got, "%g: %.9g, %.9g\n", level, one.Ellipse(level), one.Radius(level))
	}
	golden.Compare(t, "testdata/laws.txt", got.String())
}

// struck returns what the engine makes of discs and a box in a room.
func struck(t *testing.T, episodes int) (all []*sim.Trajectory) {
	t.Helper()
	for e := range episodes {
		rng := sim.NewRand(4, "spread/golden room", e)
		s := sim.DefaultScene()
		s.Gravity = sim.Vec{Y: -1}
		for i := range 4 {
			b := sim.NewDisc(0.1+0.02*float64(i), 10, sim.Surface{Elasticity: 0.8, Friction: 0.3})
			if i == 3 {
				b = sim.NewBox(0.2, 0.3, 10, sim.Surface{Elasticity: 0.5, Friction: 0.5})
			}
			b.Start = sim.BodyState{X: 0.5*float64(i) - 0.7, Y: 0.3 * rng.NormFloat64(), VX: rng.NormFloat64(), VY: rng.NormFloat64(), Omega: rng.NormFloat64()}
			s.Bodies = append(s.Bodies, b)
		}
		corners := []sim.Vec{{X: -1.2, Y: -1}, {X: 1.2, Y: -1}, {X: 1.2, Y: 1}, {X: -1.2, Y: 1}}
		for k, c := range corners {
			s.Walls = append(s.Walls, sim.NewShape(sim.Segment, 0, sim.Surface{Elasticity: 0.8}, c, corners[(k+1)%4]))
		}
		motion, err := engine.Simulate(t.Context(), &s, s.Start(), 50, nil)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, motion)
	}
	return all
}
