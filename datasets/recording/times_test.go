package recording

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"
)

// TestUsualStepsAreThoseOfOneToThree within a quarter of a step; others say nothing of the rate.
func TestUsualStepsAreThoseOfOneToThree(t *testing.T) {
	t.Parallel()
	steps := []float64{0.5, 1, 1, 1, 1, 1, 1.2, 1.3, 2, 3, 4} // 1.3 is no step, and 4 are too many
	if got := usual(steps); !scalar.EqualWithinAbs(got, 11.2/11, 1e-12) {
		t.Errorf("%v, want %v", got, 11.2/11)
	}
}

// TestNoiseIsOfSteadySights: where a picture is missing, exact motion looks rough.
func TestNoiseIsOfSteadySights(t *testing.T) {
	t.Parallel()
	f := &film{tracks: []string{"0"}}
	for k := range 100 {
		f.rows = append(f.rows, Row{Number: 2 + k, Frame: int64(k), Time: float64(k) / 30, Seen: k%5 != 4, X: 0.04 * float64(k), Y: 0.03 * float64(k)})
	}
	if got := mustIn(t, f.raw(true), Metres()).noise(); !(got <= 1e-9) {
		t.Errorf("noise of %v m", got)
	}
}

// TestFewJumpsAreThoseOfAClock: five, or one in a hundred rows; more are rows in no order.
func TestFewJumpsAreThoseOfAClock(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ rows, jumps, want int }{{100, 5, 5}, {100, 6, 0}, {599, 5, 5}, {600, 6, 6}, {600, 7, 0}} {
		raw := &Raw{Timed: true, Tracks: []string{"0"}}
		now := 0.0
		for k := range c.rows {
			if k > 0 && k%10 == 0 && k <= 10*c.jumps {
				now -= 5
			}
			now++
			raw.Rows = append(raw.Rows, Row{Time: now})
		}
		r := &Recording{Raw: raw}
		if r.findClockJumps(); len(r.Jumps) != c.want {
			t.Errorf("%d of %d rows: %d jumps of a clock, want %d", c.jumps, c.rows, len(r.Jumps), c.want)
		}
	}
}

// TestTheRateSaysTheUnitOfTimes where they agree to a fifth.
func TestTheRateSaysTheUnitOfTimes(t *testing.T) {
	t.Parallel()
	for step, want := range map[float64]float64{1.15: 1e3, 0.85: 1e3, 1.25: 1, 0.75: 1} { // at 1000 a second
		f := fly(1, 40, 0)
		for k := range f.rows {
			f.rows[k].Time = float64(k) * step
		}
		raw := f.raw(true)
		raw.Framed = false
		r, err := raw.In(Metres(), Rate{1000, 1})
		if err != nil || r.Scaled != want {
			t.Errorf("steps of %v at 1000 a second: %v of them a second, %v; want %v", step, r.Scaled, err, want)
		}
	}
}

// TestSlowPicturesMayLackOne: where they are far apart, two and a half steps are bridged.
func TestSlowPicturesMayLackOne(t *testing.T) {
	t.Parallel()
	for lost, want := range map[int]string{1: "[0 39]", 2: "[0 20] [20 38]"} {
		f := fly(1, 40, 0)
		for k := range f.rows {
			f.rows[k].Time *= 9 // 0.3 s from one to the next
		}
		f.rows = append(f.rows[:20], f.rows[20+lost:]...)
		raw := f.raw(true)
		raw.Framed = false
		pieces, _ := mustIn(t, raw, Metres()).Pieces(Report, nil)
		var got []string
		for _, p := range pieces {
			got = append(got, fmt.Sprintf("[%d %d]", p.From, p.To))
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%d pictures are lost: pieces %v, want %s", lost, got, want)
		}
	}
}

// TestTheLastFrameMayBeAQuarterLate, and no more.
func TestTheLastFrameMayBeAQuarterLate(t *testing.T) {
	t.Parallel()
	for end, want := range map[float64]int{9.74: 10, 9.76: 11, 10: 11, 10.7: 11} { // frames
		p := Piece{Of: &Recording{Times: []float64{0.5, 0.6, 0.5 + end/30}}, To: 3}
		if got := p.Frames(30); len(got) != want || !scalar.EqualWithinAbs(got[want-1], 0.5+float64(want-1)/30, 1e-12) {
			t.Errorf("the last picture is %v frames after the first: %d frames, want %d", end, len(got), want)
		}
	}
}

// TestAHundredthOfABeatMatters where motion is exact enough to show it.
func TestAHundredthOfABeatMatters(t *testing.T) {
	t.Parallel()
	r, truth := clock{bodies: 5, pictures: 121, rate: 30, noise: 1e-9, speed: 10, wrong: 0.008}.film(t, 0)
	if _, found := Even([]*Recording{r}); !found || !(math.Abs(r.Times[60]-truth[60]+truth[0]) <= 5e-5) {
		t.Errorf("evened: %v; picture 60 is at %v s, was at %v", found, r.Times[60], truth[60]-truth[0])
	}
}

// TestTheUsualStepIsOfOneBody: between its rows, without those at one time, and without the first, before which there is none.
func TestTheUsualStepIsOfOneBody(t *testing.T) {
	t.Parallel()
	r := &Recording{Raw: &Raw{Timed: true, Tracks: []string{"0", "1"}}}
	r.Raw.Rows = []Row{{Time: 10}, {Time: 11, Track: 1}, {Time: 10}, {Time: 10}, {Time: 10}, {Time: 12}, {Time: 13, Track: 1}, {Time: 15}, {Time: 9, Track: 1}}
	if got := r.medianStep(); got != 2.5 { // of 2, 2, 3 and 4
		t.Errorf("%v, want 2.5", got)
	}
	r.Raw.Rows = r.Raw.Rows[:2]
	if got := r.medianStep(); got != 0 {
		t.Errorf("%v of bodies with one row each, want 0", got)
	}
}
