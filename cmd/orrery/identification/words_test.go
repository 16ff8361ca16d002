package identification

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"orrery/sim"
	"orrery/world/identify"
)

// TestSharesAreSaidSoThatNoneIsSureWhoIsNot: what is not all or nothing is never said to be.
func TestSharesAreSaidSoThatNoneIsSureWhoIsNot(t *testing.T) {
	t.Parallel()
	for share, want := range map[float64]string{0: "0.0 %", 1: "100.0 %", 0.5: "50.0 %", 0.9996: "> 99.9 %", 0.9994: "99.9 %", 0.0004: "< 0.1 %", 0.0006: "0.1 %"} {
		if got := percent(share); got != want {
			t.Errorf("%v is %s; want %s", share, got, want)
		}
	}
	for share, want := range map[float64]string{0: "0", 0.05: "+5 %", -0.05: "−5 %", 0.0012345: "+0.123 %", 1: "+100 %"} {
		if got := signedPercent(share); got != want {
			t.Errorf("%v is %s; want %s", share, got, want)
		}
	}
}

// TestAxesReachAsFarAsTheWidestInterval that is of a value other than 0: it does not make others small.
func TestAxesReachAsFarAsTheWidestInterval(t *testing.T) {
	t.Parallel()
	of := func(shares ...float64) (known []identify.Parameter) {
		for k, s := range shares {
			v := float64(2 - 4*(k%2))
			known = append(known, identify.Parameter{Value: v, Lo: v - 2*s, Hi: v + 2*s})
		}
		return known
	}
	for _, c := range []struct {
		known []identify.Parameter
		want  float64
	}{{nil, 0.5}, {of(0.0009), 0.001}, {of(0.0011), 0.002}, {of(0.004, 0.04), 0.05}, {of(0.004, 0.31), 0.005}, {of(0.19, 0.004), 0.2}, {of(0.29), 0.5}, {of(0), 0.5},
		{append(of(0.004), identify.Parameter{Lo: -1, Hi: 1}), 0.005}} {
		if got := reachOf(c.known); got != c.want {
			t.Errorf("%+v: the axis reaches to %v; want %v", c.known, got, c.want)
		}
	}
}

// TestCouplingsThatMayBeAreListed: from a twentieth on, forty of them, with the episode where each has its own.
func TestCouplingsThatMayBeAreListed(t *testing.T) {
	t.Parallel()
	for _, single := range []bool{false, true} {
		f := &Found{Data: &Data{Numbers: []int{3}, Trajectories: []*sim.Trajectory{{States: make([]sim.State, 7)}}}}
		for k := range 44 {
			e := identify.Edge{A: fmt.Sprint("a", k), B: "b", Kind: "spring", Probability: 0.06}
			if k < 2 {
				e.Probability = 0.049
			}
			if single {
				e.Episode = &f.Data.Numbers[0]
			}
			f.Edges = append(f.Edges, e)
		}
		f.Parameters = []identify.Parameter{{Name: identify.Mass, Of: "a", Value: 2, Lo: 1.9, Hi: 2.1, Unit: "kg", Identifiable: true, Why: "by hits"}, {Name: identify.Friction, Of: "scene", Why: "nothing slides"}}
		f.Sentences, f.Stopped = []string{"Only ratios."}, true
		var out bytes.Buffer
		if err := f.Write(&out); err != nil {
			t.Fatal(err)
		}
		text := out.String()
		for want, there := range map[string]bool{"a1 – b": false, "a2 – b": true, "a41 – b": true, "a42 – b": false, "and 2 more, which --json has": true, "episode\n": single, "Only ratios.\n": true,
			"7 frames of 1 episode, 1 of 2 numbers found; interrupted, so this is the best so far\n": true, "nothing slides": true} {
			if strings.Contains(text, want) != there {
				t.Errorf("with an episode each %v: %q is there %v:\n%s", single, want, !there, text)
			}
		}
	}
	var out bytes.Buffer
	f := &Found{Data: &Data{}}
	if err := f.Write(&out); err != nil || out.String() != "0 frames of 0 episodes, 0 of 0 numbers found\n" {
		t.Errorf("of nothing it says %q, %v", out.String(), err)
	}
}
