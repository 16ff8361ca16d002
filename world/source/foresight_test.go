package source

import (
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/sim"
	"orrery/world/flight"
)

// foreseen returns 200 meetings, 1 mm apart and more. In turn they overlap after a frame at 0.1 m a frame, come near by a low share of that
// way, and by a high one. Of those within sight the first two hit. Of ten that overlap so many end apart from each other.
func foreseen(sight, low, high float64, apart int) (of []meeting) {
	for k := range 200 {
		m := meeting{before: 0.001 * float64(k+1), travel: 0.1}
		m.after = []float64{m.before - m.travel, low * m.travel, high * m.travel}[k%3]
		if m.hit = m.before <= sight && k%3 < 2; m.hit && k/3%10 < apart {
			m.ended = 0.02
		}
		of = append(of, m)
	}
	return of
}

// TestForesightIsThatOfTheMeetings: its sight, and the time ahead, of which one within 6 % of an equal part of a frame is that part. It must
// halve the mistakes of gaps, and be wrong in a tenth of what is rarer at most, of which there must be 30.
func TestForesightIsThatOfTheMeetings(t *testing.T) {
	t.Parallel()
	fits := []fit{{mistakes: 40}}
	for _, c := range []struct{ low, high, want float64 }{{0.45, 0.55, 0.5}, {0.42, 0.54, 0.5}, {0.40, 0.52, 0.46}, {0.95, 1.15, 1}, {0.2, 0.3, 0.25}} {
		found, ok := foresee(fits, [][]meeting{foreseen(0.0755, c.low, c.high, 0)})
		if !ok || !scalar.EqualWithinAbs(found.sight, 0.0755, 0.002) || !scalar.EqualWithinAbs(found.ahead, c.want, 1e-9) {
			t.Errorf("%+v: %+v, %v", c, found, ok)
		}
	}
	for sight, want := range map[float64]bool{0.0435: false, 0.0445: true} {
		if _, ok := foresee(fits, [][]meeting{foreseen(sight, 0.45, 0.55, 0)}); ok != want {
			t.Errorf("a sight of %v m, which is that of 29 or 30 hits: %v", sight, ok)
		}
	}
	for _, c := range []struct {
		odd, gaps int // mistakes of foresight and of gaps
		want      bool
	}{{4, 8, true}, {4, 7, false}, {5, 100, false}} {
		of := foreseen(0.0755, 0.45, 0.55, 0) // 50 hits
		for k := range c.odd {                // in the middle, so that no other sight is better
			of[30+3*k].hit = false
		}
		if _, ok := foresee([]fit{{mistakes: c.gaps}}, [][]meeting{of}); ok != c.want {
			t.Errorf("%+v: %v", c, ok)
		}
	}
}

// TestWhatTouchesStaysTogether if three of four of at least 30 do, within a tenth of what they would overlap by.
func TestWhatTouchesStaysTogether(t *testing.T) {
	t.Parallel()
	for apart, want := range map[int]bool{0: true, 2: true, 3: false, 10: false} { // of 30 that overlap by a tenth of their way
		if found, ok := foresee([]fit{{mistakes: 100}}, [][]meeting{foreseen(0.0905, 0.45, 0.55, apart)}); !ok || found.stays != want {
			t.Errorf("%d of 10 end apart: %+v, %v", apart, found, ok)
		}
	}
	if found, ok := foresee([]fit{{mistakes: 100}}, [][]meeting{foreseen(0.0755, 0.45, 0.55, 0)}); !ok || found.stays { // 25 overlap
		t.Errorf("by 25 meetings: %+v, %v", found, ok)
	}
}

// TestWhatActionsMoveIsFree whatever it is tied to; other bodies that are tied are not.
func TestWhatActionsMoveIsFree(t *testing.T) {
	t.Parallel()
	of := approaching(0)
	of.Scene.Joints = []sim.Joint{{Kind: sim.Pin, A: 0, B: sim.World}}
	f := flight.DefaultFlight()
	for kind, want := range map[sim.BodyKind]bool{sim.Dynamic: false, sim.Kinematic: true} {
		of.Scene.Bodies[0].Kind = kind
		if w := newWatch(of, &f); w.free[0] != want || !scalar.EqualWithinAbs(w.size, 0.5, 1e-12) {
			t.Errorf("%v: free %v, of %v m", kind, w.free[0], w.size)
		}
	}
}

// TestForcesActFirstOrLastOrHalfAndHalf in a step of whatever order.
func TestForcesActFirstOrLastOrHalfAndHalf(t *testing.T) {
	t.Parallel()
	for lead, want := range map[float64]flight.Order{
		0: "correct move solve force", 0.5: "force correct move solve force", 1: "force correct move solve",
	} {
		got := withLead(flight.EngineOrder, lead)
		if got != want || got.Lead() != lead {
			t.Errorf("forces lead by %v: %q, whose lead is %v", lead, got, got.Lead())
		}
	}
	if got := withLead(flight.EvenForce, 1); got != "force move solve correct" {
		t.Errorf("half and half becomes %q", got)
	}
}

// TestALookOfAboutAStepIsOfOne: of the source's own, of which a frame has several; what differs from it by a fifth stays.
func TestALookOfAboutAStepIsOfOne(t *testing.T) {
	t.Parallel()
	f := flight.DefaultFlight()
	for ahead, want := range map[float64]float64{0.25: 0.25, 0.21: 0.25, 0.29: 0.25, 0.19: 0.19, 0.31: 0.31, 1: 1} {
		f.Substeps = 4
		all := judge(f, 0.5, &sight{foresight: foresight{stays: true, ahead: ahead, sight: 0.1}})
		if s := all[0]; s.Ahead != want || s.Sight != 0.1 || !s.Late || s.Flight.Substeps != 0 || s.Flight.Order != "force move force move force move force move correct solve" {
			t.Errorf("%v of a frame: %+v, want %v", ahead, s, want)
		}
		if s := all[1]; s.Ahead != 0 || s.Sight != 0 || s.Late || s.Flight.Substeps != 4 {
			t.Errorf("%v of a frame, what rests: %+v", ahead, s)
		}
	}
}
