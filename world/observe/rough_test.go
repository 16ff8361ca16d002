package observe

import (
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/sim"
)

// TestNoiseIsToldBySteadySightsAlone: four sights count when the longest of their three intervals is at most two and
// a half times the shortest.
func TestNoiseIsToldBySteadySightsAlone(t *testing.T) {
	t.Parallel()
	for longest, want := range map[float64]int{1: 1, 2: 1, 2.4: 1, 2.6: 0, 5: 0} {
		r := &track{}
		for _, at := range []float64{0, 1, 2, 2 + longest} {
			r.at, r.see = append(r.at, at/30), append(r.see, sim.Sight{X: at, Seen: true})
		}
		if got := r.roughness(0); len(got) != want {
			t.Errorf("an interval of %v times the others: %d counts, want %d", longest, len(got), want)
		}
		if got := r.roughness(2); len(got) != 0 {
			t.Errorf("%d counts of angles that nobody saw", len(got))
		}
	}
}

// TestTooFewSightsAreNotTakenForExact: where nothing is seen four times in a row, the noise is a fiftieth of the smallest
// body, and of a radian.
func TestTooFewSightsAreNotTakenForExact(t *testing.T) {
	t.Parallel()
	scene := sim.DefaultScene()
	scene.Bodies = []sim.Body{sim.NewDisc(0.4, 1, sim.Surface{}), sim.NewDisc(0.1, 1, sim.Surface{})}
	w := &Watch{Scene: &scene}
	for k := range 3 {
		w.Times = append(w.Times, float64(k)/30)
		row := make([]sim.Sight, 2)
		for i := range row {
			row[i] = sim.Sight{X: float64(k) + float64(i), Seen: true, Turned: true}
		}
		w.Sights = append(w.Sights, row)
	}
	var l Law
	if err := l.rough(t.Context(), []*Watch{w}); err != nil {
		t.Fatal(err)
	}
	if !scalar.EqualWithinAbs(l.Noise, 0.02*0.1, 1e-12) || !scalar.EqualWithinAbs(l.Turn, 0.02, 1e-12) || !scalar.EqualWithinAbs(l.Speed, 30, 1e-9) {
		t.Errorf("noise %v m and %v rad at %v m/s", l.Noise, l.Turn, l.Speed)
	}
	if !scalar.EqualWithinAbs(l.Spin, 0.2, 1e-9) { // nothing turned; it may still, ten times as fast as noise tells in a second
		t.Errorf("what was never seen to turn has %v rad/s", l.Spin)
	}
}

// TestWhatStandsMayMoveTenTimesAsFastAsNoise tells, in a second.
func TestWhatStandsMayMoveTenTimesAsFastAsNoise(t *testing.T) {
	t.Parallel()
	scene := sim.DefaultScene()
	scene.Bodies = []sim.Body{sim.NewDisc(0.4, 1, sim.Surface{})}
	w := &Watch{Scene: &scene}
	for k := range 30 {
		w.Times = append(w.Times, float64(k))
		w.Sights = append(w.Sights, []sim.Sight{{X: 1, Y: 2, Angle: 3, Seen: true, Turned: true}})
	}
	var l Law
	if err := l.rough(t.Context(), []*Watch{w}); err != nil {
		t.Fatal(err)
	}
	for k, want := range []float64{least, least, 10 * least, 10 * least} {
		if got := []float64{l.Noise, l.Turn, l.Speed, l.Spin}[k]; !scalar.EqualWithinRel(got, want, 1e-9) {
			t.Errorf("number %d is %v, want %v", k, got, want)
		}
	}
	if l.Skin != 0 || l.Gravity != (sim.Vec{}) {
		t.Errorf("what stands: noise %v m and %v rad, %v m/s, %v rad/s", l.Noise, l.Turn, l.Speed, l.Spin)
	}
}
