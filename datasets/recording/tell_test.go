package recording

import (
	"fmt"
	"math"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/sim"
)

// TestTellsTheNoiseOfAngles of bodies that turn steadily, and which share of the sights has an angle.
func TestTellsTheNoiseOfAngles(t *testing.T) {
	t.Parallel()
	const turn = 0.01
	f := fly(5, 600, 0.002)
	random := sim.NewRand(4, "turns", 0)
	for i := range f.rows {
		row := &f.rows[i]
		row.Turned, row.Angle = row.Frame != 0, float64(row.Frame)/30*float64(row.Track)+turn*random.NormFloat64()
	}
	f.angles = true
	for k := 100; k < 112; k++ {
		f.at(k, 2).Seen = false
	}
	a := Tell([]*Recording{mustIn(t, f.raw(false), Metres())})
	if !scalar.EqualWithinAbs(a.NoiseRad, turn, 0.1*turn) || !scalar.EqualWithinAbs(a.Turned, 1-5./2988, 1e-9) {
		t.Errorf("noise of %v rad, want %v; %v have an angle", a.NoiseRad, turn, a.Turned)
	}
}

// TestTellSaysHowFarApartBodiesHit: pictures show most hits a little before or after them, when the bodies
// are farther apart, so the least distances count.
func TestTellSaysHowFarApartBodiesHit(t *testing.T) {
	t.Parallel()
	const pairs, apart, speed = 40, 0.2, 1.5
	f := &film{}
	for i := range 2 * pairs {
		f.tracks = append(f.tracks, fmt.Sprint(i))
	}
	for k := range 31 {
		now := float64(k) / 30
		for i := range 2 * pairs {
			pair, side := i/2, float64(2*(i%2)-1)
			hit := (15 + float64(pair)/pairs) / 30
			f.rows = append(f.rows, Row{
				Number: 2 + len(f.rows), Frame: int64(k), Time: now, Track: i, Seen: true,
				X: side * (apart/2 + speed*math.Abs(now-hit)), Y: 10 * float64(pair),
			})
		}
	}
	a := Tell([]*Recording{mustIn(t, f.raw(false), Metres())})
	if a.Pairs != pairs || !scalar.EqualWithinAbs(a.Apart, apart, 0.015) {
		t.Errorf("%d pairs, %v m apart; want %d, %v", a.Pairs, a.Apart, pairs, apart)
	}
}

// TestBodiesMayComeALittleLate, and go a little earlier than an episode.
func TestBodiesMayComeALittleLate(t *testing.T) {
	t.Parallel()
	for late, pieces := range map[int]int{3: 1, 4: 2} { // pictures; a tenth of a second is three
		for name, hide := range map[string]func(k int) int{"late": func(k int) int { return k }, "early": func(k int) int { return 89 - k }} {
			f := fly(2, 90, 0)
			for k := range late {
				f.at(hide(k), 1).Seen = false
			}
			if got, notes := mustIn(t, f.raw(false), Metres()).Pieces(Report, nil); len(got) != pieces && len(got)+len(notes) != pieces {
				t.Errorf("%d pictures %s: %d pieces, %q", late, name, len(got), notes)
			}
		}
	}
}
