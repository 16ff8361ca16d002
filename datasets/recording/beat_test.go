package recording

import (
	"math"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/sim"
)

// clock is how pictures are taken and told of.
type clock struct {
	bodies, pictures int
	rate             float64 // of the beat
	noise            float64 // m
	early, wrong     float64 // shares of a beat by which pictures come early or late, and by which told times are off, at most
	normal           bool    // wrong is a standard deviation instead
	speed            float64 // m/s
	lost             float64 // share of the pictures that are not there
}

// film returns what is seen, and the true times from the first picture on.
func (c clock) film(t *testing.T, seed int) (*Recording, []float64) {
	t.Helper()
	r := sim.NewRand(7, "clock", seed)
	f := &film{}
	at, v := make([]sim.Vec, c.bodies), make([]sim.Vec, c.bodies)
	for i := range c.bodies {
		f.tracks = append(f.tracks, string(rune('a'+i)))
		at[i] = sim.Vec{X: r.Float64(), Y: r.Float64()}
		v[i] = sim.Vec{X: c.speed}.Rotate(2 * math.Pi * r.Float64())
	}
	turn := func(x float64) float64 { return math.Abs(math.Mod(math.Abs(x)+1, 4) - 2) } // between walls
	var truth []float64
	for k := range c.pictures {
		now := (float64(k) + c.early*(2*r.Float64()-1)) / c.rate
		told := 2*r.Float64() - 1
		if c.normal {
			told = r.NormFloat64()
		}
		if told = now + c.wrong*told/c.rate; k > 0 && r.Float64() < c.lost {
			continue
		}
		truth = append(truth, now)
		for i := range c.bodies {
			p := at[i].Add(v[i].Scale(now))
			f.rows = append(f.rows, Row{Number: 2 + len(f.rows), Frame: int64(k), Time: 100 + told, Track: i, Seen: true,
				X: turn(p.X) + c.noise*r.NormFloat64(), Y: turn(p.Y) + c.noise*r.NormFloat64() - 1.5*c.speed*now*now})
		}
	}
	raw := f.raw(true)
	raw.Framed = false
	return mustIn(t, raw, Metres()), truth
}

// TestTheBetterTimesAreTaken: an even beat where motion shows that the times told are wrong, and the times told where it shows that
// these are right, or nothing.
func TestTheBetterTimesAreTaken(t *testing.T) {
	t.Parallel()
	usual := clock{bodies: 5, pictures: 61, rate: 30, noise: 0.001, speed: 1}
	for name, c := range map[string]struct {
		change   func(*clock)
		episodes int
		even     bool
	}{
		"wrong by 15 %":            {func(c *clock) { c.wrong = 0.15 }, 10, true},
		"one episode of five":      {func(c *clock) { c.wrong = 0.15 }, 1, true},
		"one body":                 {func(c *clock) { c.wrong, c.bodies, c.pictures = 0.15, 1, 200 }, 1, true},
		"exact places":             {func(c *clock) { c.wrong, c.noise = 0.15, 1e-7 }, 1, true},
		"gaps":                     {func(c *clock) { c.wrong, c.lost = 0.15, 0.2 }, 10, true},
		"wrong by 15 % deviation":  {func(c *clock) { c.wrong, c.normal = 0.15, true }, 10, true},
		"at 29.97":                 {func(c *clock) { c.wrong, c.rate = 0.15, 30000./1001 }, 10, true},
		"at 120, fast":             {func(c *clock) { c.wrong, c.rate, c.speed, c.pictures = 0.15, 120, 3, 241 }, 4, true},
		"a long one":               {func(c *clock) { c.wrong, c.pictures, c.bodies = 0.15, 20000, 1 }, 1, true},
		"early and late, and told": {func(c *clock) { c.early = 0.15 }, 10, false},
		"likewise, alone":          {func(c *clock) { c.early = 0.15 }, 1, false},
		"likewise, gaps":           {func(c *clock) { c.early, c.lost = 0.15, 0.2 }, 10, false},
		"likewise, exact places":   {func(c *clock) { c.early, c.noise = 0.15, 1e-7 }, 1, false},
		"mostly told rightly":      {func(c *clock) { c.early, c.wrong = 0.15, 0.05 }, 10, false},
		"slow":                     {func(c *clock) { c.wrong, c.speed = 0.15, 0.005 }, 10, false},
		"at rest":                  {func(c *clock) { c.wrong, c.speed, c.noise = 0.15, 0, 0 }, 1, false},
		"even":                     {func(*clock) {}, 10, false},
		"at random":                {func(c *clock) { c.wrong = 0.5 }, 10, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			one := usual
			c.change(&one)
			var all []*Recording
			var truth, told [][]float64
			for i := range c.episodes {
				r, at := one.film(t, i)
				all, truth, told = append(all, r), append(truth, at), append(told, r.Times)
			}
			first := all[0].Raw.Rows[0].Time
			beat, found := Even(all)
			if found != c.even {
				t.Fatalf("even: %v (%+v), want %v", found, beat, c.even)
			}
			if all[0].Raw.Rows[0].Time != first {
				t.Error("the rows have other times")
			}
			for i, r := range all {
				for k, at := range r.Times {
					if !found && at != told[i][k] {
						t.Fatalf("picture %d of %d is at %v s, told %v s", k, i, at, told[i][k])
					}
					if want := truth[i][k] - truth[i][0]; found && !scalar.EqualWithinAbs(at, want, 0.06/one.rate) {
						t.Fatalf("picture %d of %d is at %v s, want %v s", k, i, at, want)
					}
				}
			}
			off := one.wrong / one.rate
			if !one.normal {
				off /= math.Sqrt(3)
			}
			if found && (!scalar.EqualWithinRel(beat.Off, off, 0.2) || !scalar.EqualWithinRel(beat.Rate, one.rate, 3e-3)) {
				t.Errorf("%+v, want times that are off by %v s at %v a second", beat, off, one.rate)
			}
		})
	}
}

func TestRecordingsOfTwoCamerasKeepTheirOwnBeats(t *testing.T) {
	t.Parallel()
	for _, other := range []float64{50, 30.3, 30.1} {
		c := clock{bodies: 5, pictures: 241, rate: 30, noise: 0.001, speed: 1, wrong: 0.15}
		slow, _ := c.film(t, 0)
		c.rate = other
		fast, _ := c.film(t, 1)
		if _, found := Even([]*Recording{slow, fast}); !found {
			t.Fatal("times are kept")
		}
		for rate, r := range map[float64]*Recording{30: slow, other: fast} {
			if end := r.Times[len(r.Times)-1]; !scalar.EqualWithinRel(end, 240/rate, 1e-3) {
				t.Errorf("%v pictures a second end at %v s, want %v s", rate, end, 240/rate)
			}
		}
	}
}

// TestBeatsAreCounted across gaps, and where a time is nearer to a beat of another picture.
func TestBeatsAreCounted(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		normal      bool
		wrong, lost float64
		least       int // of 100 recordings that are counted rightly
	}{
		"wrong":        {false, 0.15, 0, 100},
		"gaps":         {false, 0.15, 0.2, 100},
		"many gaps":    {false, 0.15, 0.4, 98},
		"by deviation": {true, 0.15, 0, 98},
	} {
		right := 0
		for seed := range 100 {
			r := sim.NewRand(9, name, seed)
			var times, want []float64
			for k := range 61 {
				told := 2*r.Float64() - 1
				if c.normal {
					told = r.NormFloat64()
				}
				if k > 0 && r.Float64() < c.lost {
					continue
				}
				times, want = append(times, (float64(k)+c.wrong*told)/30), append(want, float64(k))
			}
			if slices.Equal(countBeats(times), want) {
				right++
			}
		}
		if right < c.least {
			t.Errorf("%s: the beats of %d of 100 recordings are right, want %d", name, right, c.least)
		}
	}
}

// TestLongGapsTakeNoTime: a frame number that a hand has mistyped may lie billions of pictures behind the others.
func TestLongGapsTakeNoTime(t *testing.T) {
	t.Parallel()
	for _, gap := range []float64{9, 299, 1e4, 1e9, 1e12} {
		var times []float64
		for k := range 40 {
			at := float64(k)
			if k >= 25 {
				at += gap
			}
			times = append(times, at/30)
		}
		n := countBeats(times)
		for k := 1; k < 40; k++ {
			if k != 25 && !(n[k]-n[k-1] == 1) {
				t.Errorf("a gap of %g pictures: picture %d is %g beats behind the one before", gap, k, n[k]-n[k-1])
			}
		}
		if d := n[25] - n[24]; !(gap >= 1e6) && !(math.Abs(d-gap-1) < 0.5) {
			t.Errorf("a gap of %g pictures counts as %g", gap, d-1)
		}
	}
}

// TestLittleIsNoReason: times that are off by digits alone, and motion that hardly tells, leave times as they are.
func TestLittleIsNoReason(t *testing.T) {
	t.Parallel()
	usual := clock{bodies: 5, pictures: 121, rate: 30, noise: 0.001, speed: 1}
	for name, c := range map[string]struct {
		change func(*clock)
		most   int // of 100 recordings that are evened
	}{
		"digits":    {func(c *clock) { c.wrong, c.noise, c.speed = 0.0005, 1e-9, 10 }, 0},
		"too slow":  {func(c *clock) { c.wrong, c.speed = 0.15, 0.005 }, 0},
		"one alone": {func(c *clock) { c.wrong, c.pictures, c.bodies = 0.15, 12, 1 }, 0},
	} {
		one, found := usual, 0
		c.change(&one)
		for seed := range 100 {
			r, _ := one.film(t, seed)
			if _, even := Even([]*Recording{r}); even {
				found++
			}
		}
		if found > c.most {
			t.Errorf("%s: %d of 100 are evened, want at most %d", name, found, c.most)
		}
	}
}

// TestOneThatMovesIsEnough, among many that rest without noise.
func TestOneThatMovesIsEnough(t *testing.T) {
	t.Parallel()
	r, _ := clock{bodies: 5, pictures: 121, rate: 30, noise: 0.001, speed: 1, wrong: 0.15}.film(t, 0)
	for _, row := range r.Sights {
		for i := 1; i < len(row); i++ {
			row[i].X, row[i].Y = 0, float64(i)
		}
	}
	if _, found := Even([]*Recording{r}); !found {
		t.Error("times are kept")
	}
}

// TestTimesWithoutABeatStay: numbers of pictures are at one, bodies that are seen in turn have none.
func TestTimesWithoutABeatStay(t *testing.T) {
	t.Parallel()
	c := clock{bodies: 2, pictures: 121, rate: 30, noise: 0.001, speed: 1, wrong: 0.15}
	r, _ := c.film(t, 0)
	for k := range r.Sights {
		r.Sights[k][1].After = 0.002
	}
	if _, found := Even([]*Recording{r}); found {
		t.Error("bodies have times of their own")
	}
	long, _ := c.film(t, 1)
	few, _ := c.film(t, 2)
	few.Times, few.Sights, few.Rows = few.Times[:3], few.Sights[:3], few.Rows[:3]
	told := few.Times
	if _, found := Even([]*Recording{long, few}); !found || !slices.Equal(few.Times, told) {
		t.Error("three pictures show no beat, but those beside them do")
	}
	if _, found := Even(nil); found {
		t.Error("nothing shows no beat")
	}
}

func TestABeatIsToldInWords(t *testing.T) {
	t.Parallel()
	text := Beat{Rate: 30.0000004, Off: 0.0049}.String()
	for _, want := range []string{"off by 4.9 ms", "beat of 30 a second"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q lacks %q", text, want)
		}
	}
}

// TestTheNoisiestClockSaysWhetherBeatsAreOne, wherever it stands among the recordings.
func TestTheNoisiestClockSaysWhetherBeatsAreOne(t *testing.T) {
	t.Parallel()
	noisy, exact := &Recording{Times: make([]float64, 8)}, &Recording{Times: make([]float64, 200)}
	for k, off := range []float64{0.01, -0.01, 0.01, -0.01, -0.01, 0.01, 0.01, 0.012} {
		noisy.Times[k] = 0.1*float64(k) + off
	}
	for k := range exact.Times {
		exact.Times[k] = 0.1*float64(k) + 1e-5*float64(k%2)
	}
	for _, all := range [][]*Recording{{noisy, exact}, {exact, noisy}} {
		even := evenTimes(all)[slices.Index(all, noisy)]
		if len(even) != 8 || !scalar.EqualWithinAbs(even[7], 0.7, 1e-4) {
			t.Errorf("eight pictures are at %v, want the beat of the two hundred", even)
		}
	}
}
