package spread

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/sim"
	"orrery/world/region"
)

// processes are errors whose distribution is known, in standard deviations, at a logarithm
// of σ from −9 to −1 and of time from −4 to 1.
var processes = map[string]func(rng *rand.Rand, sigma, time float64) float64{
	"normal": func(rng *rand.Rand, _, _ float64) float64 {
		return math.Hypot(rng.NormFloat64(), rng.NormFloat64())
	},
	"heavy tails": func(rng *rand.Rand, _, _ float64) float64 {
		return math.Abs(math.Tan(math.Pi * (rng.Float64() - 0.5)))
	},
	"here or there": func(rng *rand.Rand, sigma, _ float64) float64 {
		off := 0.01 * math.Hypot(rng.NormFloat64(), rng.NormFloat64())
		if rng.Float64() < 0.3 {
			off += math.Exp(-sigma / 2)
		}
		return off
	},
	"a law that is wrong in time": func(rng *rand.Rand, sigma, time float64) float64 {
		return math.Exp(0.3*sigma-time) * math.Hypot(rng.NormFloat64(), rng.NormFloat64())
	},
}

// draws returns errors of a process.
func draws(rng *rand.Rand, process func(rng *rand.Rand, sigma, time float64) float64, n int) (list []measured) {
	for range n {
		m := measured{sigma: -9 + 8*rng.Float64(), time: -4 + 5*rng.Float64()}
		m.off = math.Log(process(rng, m.sigma, m.time))
		list = append(list, m)
	}
	return list
}

// TestRegionsHoldWhatTheyOught: of errors of any tails, early and late, where the law is
// sure and where it is not.
func TestRegionsHoldWhatTheyOught(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	t.Parallel()
	for name, process := range processes {
		rng := sim.NewRand(1, "regions of "+name, 0)
		r := newRegions(t.Context(), draws(rng, process, 9000))
		fresh := draws(rng, process, 9000)
		for part, in := range map[string]func(*measured) bool{
			"early": func(m *measured) bool { return m.time < -2 }, "late": func(m *measured) bool { return m.time > -1 },
			"sure": func(m *measured) bool { return m.sigma < -6 }, "unsure": func(m *measured) bool { return m.sigma > -4 },
		} {
			var held [levelCount]float64
			n := 0.0
			for i := range fresh {
				if !in(&fresh[i]) {
					continue
				}
				n++
				for k, reach := range r.reach(fresh[i].sigma, fresh[i].time) {
					if fresh[i].off <= math.Log(reach) {
						held[k]++
					}
				}
			}
			for k, level := range region.Levels {
				if share := held[k] / n; !scalar.EqualWithinAbs(share, level, 0.045) {
					t.Errorf("%s, %s: regions of %v hold %.3f", name, part, level, share)
				}
			}
		}
	}
}

// TestRegionsGrow with the level, and in metres with σ, even where errors do not.
func TestRegionsGrow(t *testing.T) {
	t.Parallel()
	shrinks := func(rng *rand.Rand, sigma, _ float64) float64 {
		return math.Exp(-2*sigma) * math.Hypot(rng.NormFloat64(), rng.NormFloat64())
	}
	r := newRegions(t.Context(), draws(sim.NewRand(2, "regions grow", 0), shrinks, 3000))
	for time := -6.0; time < 3; time += 0.7 {
		var last [levelCount]float64
		for sigma := -12.0; sigma < 2; sigma += 0.09 {
			reach := r.reach(sigma, time)
			for k := range reach {
				if k > 0 && !(reach[k] > reach[k-1]) {
					t.Fatalf("σ e^%v, time e^%v: reaches %v", sigma, time, reach)
				}
				metres := reach[k] * math.Exp(sigma)
				if !(metres >= last[k]*(1-1e-3)) {
					t.Fatalf("level %d, time e^%v: %v m at σ e^%v m, %v m before", k, time, metres, sigma, last[k])
				}
				last[k] = metres
			}
		}
	}
}

// TestFewErrorsMakeRegions: one, or many that are the same, and none make none.
func TestFewErrorsMakeRegions(t *testing.T) {
	t.Parallel()
	if newRegions(t.Context(), nil) != nil {
		t.Error("regions of nothing")
	}
	for _, n := range []int{1, 2, 500} {
		r := newRegions(t.Context(), slices.Repeat([]measured{{sigma: -3, time: 0, off: 0.7}}, n))
		if reach := r.reach(-5, 2); !scalar.EqualWithinAbs(reach[3], math.Exp(0.7), 0.02) || !(reach[8] > reach[7]) {
			t.Errorf("%d errors: reaches %v", n, reach)
		}
	}
}

func TestRegionsSurviveJSON(t *testing.T) {
	t.Parallel()
	l := sample()
	l.regions = newRegions(t.Context(), draws(sim.NewRand(3, "regions in JSON", 0), processes["normal"], 1500))
	text, err := json.Marshal(l)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := Decode(text); err != nil || !reflect.DeepEqual(again, l) {
		t.Fatalf("got %v, %v", again, err)
	}
	for _, c := range []struct{ old, new, want string }{
		{`"levels":[0.05`, `"levels":[0.06`, "levels [0.06"},
		{`"sigmas":[`, `"sigmas":[9,`, "must be above 9, the one before"},
		{`"times":[`, `"times":[-9,`, "by_time 0 has"},
		{`"by_sigma":[`, `"by_sigma":[[1],`, "by_sigma has 10 lists and must have 9"},
		{`"by_sigma":[[`, `"by_sigma":[[1000,`, "by_sigma 0 has"},
		{`"by_time":[`, `"by_times":[`, "unknown key"},
	} {
		changed := strings.Replace(string(text), c.old, c.new, 1)
		if changed == string(text) {
			t.Fatalf("%s is not in %s", c.old, text)
		}
		if _, err := Decode([]byte(changed)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want an error with %q", c.new, err, c.want)
		}
	}
}

// TestLawsWithoutRegionsAreNormal, as those of models made before there were any.
func TestLawsWithoutRegionsAreNormal(t *testing.T) {
	t.Parallel()
	l := sample()
	r := l.region(moments{xx: 0.04}, &tilt{xx: [2]float64{0.01, 0.02}}, 1)
	if r != region.Normal(0.2) {
		t.Errorf("got %+v", r)
	}
}

// TestTiltIsThatOfMatrices follows a body pushed from all sides with whole matrices of
// covariance, whose mean is that of the moments.
func TestTiltIsThatOfMatrices(t *testing.T) {
	t.Parallel()
	rng := sim.NewRand(4, "tilt", 0)
	l := &Law{numbers: prior(), time: 0.1, mostX: 1e9, mostV: 1e9}
	l.numbers[firstX], l.numbers[firstV] = -7, -6
	errors, tilts := make([]moments, 1), make([]tilt, 1)
	l.begin(errors)
	type matrix [2][2]float64
	each := func(do func(i, j int)) {
		for i := range 2 {
			for j := range 2 {
				do(i, j)
			}
		}
	}
	var xx, xv, vv matrix
	xx[0][0], xx[1][1] = errors[0].xx, errors[0].xx
	vv[0][0], vv[1][1] = errors[0].vv, errors[0].vv
	for range 20 {
		angle := 2 * math.Pi * rng.Float64()
		f := influence{from: -1, lever: 5 * rng.Float64(), way: [2]float64{math.Cos(2 * angle), math.Sin(2 * angle)}}
		f.features[always], f.features[hardness] = 1, -1
		pushes := []influence{f}
		changes := make([]change, 1)
		l.weigh(pushes)
		l.step(errors, pushes, changes)
		l.tilt(tilts, errors, pushes, changes, make([][2]float64, 1))

		across := [2]float64{-math.Sin(angle), math.Cos(angle)}
		a := pushes[0].answers
		each(func(i, j int) { xx[i][j] += 0.1 * (2*xv[i][j] + 0.1*vv[i][j]); xv[i][j] += 0.1 * vv[i][j] })
		each(func(i, j int) {
			added := 2 * a[steer] * f.lever * errors[0].xx * across[i] * across[j]
			if i == j {
				xx[i][j] += power(l.numbers[driftX])
				vv[i][j] += power(l.numbers[driftV])
				added += a[kick]
			}
			xv[i][j] *= math.Sqrt(a[keep])
			vv[i][j] = a[keep]*vv[i][j] + added
		})
		// The half axes of a symmetric matrix [[a, b], [b, d]] and the angle of the larger.
		mean, half, b := (xx[0][0]+xx[1][1])/2, (xx[0][0]-xx[1][1])/2, xx[0][1]
		ellipse := tilts[0].ellipse(errors[0].xx)
		axes, at := ellipse.Axes, ellipse.Angle
		if !scalar.EqualWithinRel(errors[0].xx, mean, 1e-9) || !scalar.EqualWithinRel(axes[0]*axes[0], mean+math.Hypot(half, b), 1e-9) ||
			!scalar.EqualWithinRel(axes[1]*axes[1], mean-math.Hypot(half, b), 1e-9) || !scalar.EqualWithinAbs(math.Sin(2*at-math.Atan2(b, half)), 0, 1e-9) {
			t.Fatalf("axes %v m at %v rad, want those of %v", axes, at, xx)
		}
		off := sim.Vec{X: rng.NormFloat64(), Y: rng.NormFloat64()}
		det := xx[0][0]*xx[1][1] - b*b
		want := math.Sqrt((xx[1][1]*off.X*off.X - 2*b*off.X*off.Y + xx[0][0]*off.Y*off.Y) / det)
		if got := ellipse.Distance(off.X, off.Y); !scalar.EqualWithinRel(got, want, 1e-9) {
			t.Fatalf("%v σ off, want %v", got, want)
		}
	}
}

// TestTiltsHaveBounds: however strong a push, ellipses are at most five times as long as
// wide.
func TestTiltsHaveBounds(t *testing.T) {
	t.Parallel()
	tilts, v := [2]float64{3, -4}, 0.5
	bound(&tilts, v)
	axes := (&tilt{xx: tilts}).ellipse(v).Axes
	if !scalar.EqualWithinRel(axes[0]/axes[1], 5, 1e-9) || !(tilts[0] > 0) || !scalar.EqualWithinRel(tilts[1]/tilts[0], -4.0/3, 1e-9) {
		t.Errorf("axes %v of %v", axes, tilts)
	}
}
