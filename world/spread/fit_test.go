package spread

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/sim"
	"orrery/world/spread/lbfgs"
)

// drawn returns rollouts whose errors truly grow by a law: bodies fly, are pushed by
// things without errors now and then, and are off by normal errors.
func drawn(l *Law, rng *rand.Rand, rollouts int) []*history {
	const bodies, frames = 4, 60
	normal := func(variance float64) sim.Vec {
		return sim.Vec{X: rng.NormFloat64(), Y: rng.NormFloat64()}.Scale(math.Sqrt(variance))
	}
	var list []*history
	for range rollouts {
		h := &history{bodies: bodies}
		var x, v [bodies]sim.Vec
		for i := range x {
			x[i], v[i] = normal(power(l.numbers[firstX])), normal(power(l.numbers[firstV]))
		}
		for range frames {
			frame := observed{off: make([]float64, bodies)}
			for i := range x {
				x[i] = x[i].Add(v[i].Scale(l.time)).Add(normal(power(l.numbers[driftX])))
				v[i] = v[i].Add(normal(power(l.numbers[driftV])))
				frame.off[i] = x[i].Dot(x[i])
				if rng.Float64() > 0.05 {
					continue
				}
				f := influence{on: int32(i), from: -1, lever: 5 * rng.Float64()}
				f.features[always], f.features[hardness] = 1, rng.NormFloat64()
				f.features[angular] = float64(rng.IntN(2))
				frame.influences = append(frame.influences, f)
				l.weigh(frame.influences)
				a := frame.influences[len(frame.influences)-1].answers
				// The turn is as often one way as the other.
				turn := x[i].Scale(math.Sqrt(a[steer]*f.lever) * float64(2*rng.IntN(2)-1))
				v[i] = v[i].Scale(math.Sqrt(a[keep])).Add(turn).Add(normal(a[kick]))
			}
			h.frames = append(h.frames, frame)
		}
		list = append(list, h)
	}
	return list
}

// TestLawIsRecovered fits errors that grow by a known law, and asks whether what is
// then said of others like them is right.
func TestLawIsRecovered(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	t.Parallel()
	truth := &Law{numbers: prior(), time: 1.0 / 60}
	truth.mostX, truth.mostV = 1e9, 1e9
	truth.weights(keep)[always], truth.weights(keep)[angular] = -0.7, 0.5
	truth.weights(steer)[always], truth.weights(steer)[angular] = -4, 1
	truth.weights(kick)[always], truth.weights(kick)[hardness] = -13, 1.2
	truth.numbers[firstX], truth.numbers[firstV] = -14, -18

	rng := sim.NewRand(3, "spread recovery", 0)
	fitted := &Law{numbers: prior(), time: truth.time}
	fitted.mostX, fitted.mostV = 1e9, 1e9
	fitted.fit(t.Context(), drawn(truth, rng, 120), lbfgs.Minimise, nil)
	fitted.scale(drawn(truth, rng, 60))

	var held [len(levels)]float64
	var n, worst, apart float64
	for _, h := range drawn(truth, rng, 100) {
		now, want, scratch := make([]moments, h.bodies), make([]moments, h.bodies), make([]change, h.bodies)
		fitted.begin(now)
		truth.begin(want)
		for _, frame := range h.frames {
			truth.weigh(frame.influences)
			truth.step(want, frame.influences, scratch)
			fitted.weigh(frame.influences)
			fitted.step(now, frame.influences, scratch)
		}
		for i, off := range h.frames[len(h.frames)-1].off {
			n++
			for k, p := range levels {
				if off <= -2*math.Log(1-p)*now[i].xx {
					held[k]++
				}
			}
			d := math.Abs(math.Log(now[i].xx/want[i].xx)) / 2
			worst, apart = max(worst, d), apart+d
		}
	}
	for k, p := range levels {
		if c := held[k] / n; !scalar.EqualWithinAbs(c, p, 0.05) {
			t.Errorf("discs of %v hold %v of the truth", p, c)
		}
	}
	if !(apart/n <= 0.12) || !(worst <= 0.6) {
		t.Errorf("σ is off by a factor of e^%.3f on average and e^%.3f at worst", apart/n, worst)
	}
}

// TestScaleIsHomogeneous: a law multiplied by a factor says σ multiplied by its root.
func TestScaleIsHomogeneous(t *testing.T) {
	t.Parallel()
	rng := sim.NewRand(4, "spread scale", 0)
	h := randomHistory(rng)
	l := Law{numbers: prior(), time: 1.0 / 60}
	l.mostX, l.mostV = 1e9, 1e9
	scaled := l
	scaled.multiply(math.Log(9))
	a, b, scratch := make([]moments, h.bodies), make([]moments, h.bodies), make([]change, h.bodies)
	l.begin(a)
	scaled.begin(b)
	for k, frame := range h.frames {
		l.weigh(frame.influences)
		l.step(a, frame.influences, scratch)
		scaled.weigh(frame.influences)
		scaled.step(b, frame.influences, scratch)
		for i := range a {
			if !scalar.EqualWithinAbs(b[i].xx/a[i].xx, 9, 1e-9) || !scalar.EqualWithinAbs(b[i].vv/a[i].vv, 9, 1e-9) {
				t.Fatalf("frame %d, body %d: %v and %v", k, i, a[i], b[i])
			}
		}
	}
}

// TestScaleForHoldsWhatItOught: after scaling, the discs' mean coverage is right even
// for errors with heavy tails.
func TestScaleForHoldsWhatItOught(t *testing.T) {
	t.Parallel()
	rng := sim.NewRand(5, "spread coverage", 0)
	ratios := make([]float64, 4000)
	for i := range ratios {
		ratios[i] = 2 + 1.5*rng.NormFloat64()
	}
	factor := scaleFor(ratios)
	var got, want float64
	for _, p := range levels {
		want += p / float64(len(levels))
		for _, r := range ratios {
			if r <= factor+math.Log(-2*math.Log(1-p))/2 {
				got += 1 / float64(len(ratios)*len(levels))
			}
		}
	}
	if !scalar.EqualWithinAbs(got, want, 1e-3) {
		t.Errorf("discs hold %v on average, want %v", got, want)
	}
}

// TestStatesAreBoundedByTheirOwnVariance: a law's bounds are the variance of the difference of
// two strangers, which is twice that of either, along one axis; what cannot move does not count.
func TestStatesAreBoundedByTheirOwnVariance(t *testing.T) {
	t.Parallel()
	scene := &sim.Scene{FPS: 50, Substeps: 1, Bodies: make([]sim.Body, 3)}
	scene.Bodies[0].Kind, scene.Bodies[1].Kind, scene.Bodies[2].Kind = sim.Dynamic, sim.Dynamic, sim.Kinematic
	still := sim.BodyState{X: 100, Y: 100}
	states := []sim.State{
		{{X: 1, Y: 3, VX: 2}, {X: 5, Y: 3, VX: -2}, still}, // x 3 ± 2, y 3 ± 0, vx ± 2
		{{X: 1, Y: 3, VY: 4}, {X: 5, Y: 3, VY: -4}, still}, // vy ± 4
	}
	l, err := newLaw([]*sim.Trajectory{{Scene: scene, States: states}})
	if err != nil {
		t.Fatal(err)
	}
	// Positions vary by 4 m² in all, velocities by 4 half of the time and by 16 the other half.
	if wantX, wantV := 2*4./2, 2*10./2; !scalar.EqualWithinRel(l.mostX, wantX, 1e-12) || !scalar.EqualWithinRel(l.mostV, wantV, 1e-12) {
		t.Errorf("bounds %v m² and %v m²/s², want %v and %v", l.mostX, l.mostV, wantX, wantV)
	}
}

// Numbers that wandered off are written as Decode reads them.
func TestNumbersStayWithinWhatIsRead(t *testing.T) {
	t.Parallel()
	l := &Law{numbers: prior(), time: 1. / 60, mostX: 1, mostV: 1}
	l.numbers[0], l.numbers[1] = -13784.265667, 1e9
	l.round()
	text, err := l.MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	got, err := Decode(text)
	if err != nil {
		t.Fatal(err)
	}
	if got.numbers[0] != -1e4 || got.numbers[1] != 1e4 || got.numbers[2] != l.numbers[2] {
		t.Errorf("read %v", got.numbers[:3])
	}
}

// TestVariancesHaveSixDigits, which are all that stands in a file.
func TestVariancesHaveSixDigits(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		value float64
		want  string
	}{{3.000121234, "3.00012"}, {0.0123456789, "0.0123457"}, {4.20087e-11, "4.20087e-11"}, {123456789, "123457000"}} {
		l := &Law{numbers: prior(), time: 1. / 60, mostX: c.value, mostV: c.value}
		l.round()
		text, err := l.MarshalJSON()
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(text), `"most_x":`+c.want+`,"most_v":`+c.want+`,`) {
			t.Errorf("%v m² is written as %.80s, want %s", c.value, text, c.want)
		}
	}
}
