package parts_test

import (
	"fmt"
	"slices"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/sim"
	"orrery/world/watch/parts"
)

// TestCornersThatMeetAreJoinedByTheirMean: two high pixels that touch at a corner are one outline where the mean of the four reaches the level.
func TestCornersThatMeetAreJoinedByTheirMean(t *testing.T) {
	t.Parallel()
	for level, lines := range map[float32]int{0.4: 1, 0.5: 1, 0.51: 2, 0.9: 2} {
		for _, field := range [][]float32{{0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0}, {0, 0, 0, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0}} {
			found := parts.Contours(field, 4, 0, 0, 4, level)
			if len(found) != lines {
				t.Errorf("level %v of %v: %d outlines, want %d", level, field, len(found), lines)
			}
		}
	}
	// around a hole the outline runs the other way, and comes last
	ring := []float32{1, 1, 1, 1, 0, 1, 1, 1, 1}
	found := parts.Contours(ring, 3, 10, 20, 100, 0.5)
	if len(found) != 2 {
		t.Fatalf("%d outlines of a ring", len(found))
	}
	areas := [2]float64{}
	for k, line := range found {
		for i, a := range line {
			areas[k] += a.Cross(line[(i+1)%len(line)]) / 2
			if !(a.X >= 10 && a.X <= 13 && a.Y <= 80 && a.Y >= 77) {
				t.Errorf("a corner at %v", a)
			}
		}
	}
	if !scalar.EqualWithinAbs(areas[0], 8.5, 1e-6) || !scalar.EqualWithinAbs(areas[1], -0.5, 1e-6) {
		t.Errorf("areas %v", areas)
	}
	if got := parts.Contours(nil, 0, 0, 0, 4, 0.5); len(got) != 0 {
		t.Errorf("of nothing: %v", got)
	}
	var f parts.Finder
	if got := f.Find(nil, 0, solid); len(got) != 0 {
		t.Errorf("of nothing: %v", got)
	}
}

// TestOutlinesAreSimplifiedToTheirCorners: what is off by no more than the tolerance goes, triangles stay, and what is given is left alone.
func TestOutlinesAreSimplifiedToTheirCorners(t *testing.T) {
	t.Parallel()
	square := []sim.Vec{{}, {X: 5, Y: -0.5}, {X: 10}, {X: 10, Y: 5}, {X: 10, Y: 10}, {X: 5, Y: 10.4}, {Y: 10}}
	was := slices.Clone(square)
	for tolerance, want := range map[float64]int{0.1: 6, 0.45: 5, 0.55: 4} {
		if got := parts.Simplify(square, tolerance); len(got) != want {
			t.Errorf("to %v px: %v, want %d corners", tolerance, got, want)
		}
	}
	if !slices.Equal(square, was) {
		t.Errorf("it has become %v", square)
	}
	flat := []sim.Vec{{}, {X: 4}, {X: 2, Y: 0.1}}
	got := parts.Simplify(flat, 1)
	if !slices.Equal(got, flat) {
		t.Errorf("a triangle becomes %v", got)
	}
	if got[0].X = 9; flat[0].X != 0 {
		t.Error("what is returned is what was given")
	}
}

// TestHullsOfFewPoints: of one or two they are those, of points on a line its ends, and those within are left out.
func TestHullsOfFewPoints(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ points, want []sim.Vec }{
		{nil, nil}, {[]sim.Vec{{X: 1}}, []sim.Vec{{X: 1}}}, {[]sim.Vec{{X: 2}, {X: 1}, {X: 2}}, []sim.Vec{{X: 1}, {X: 2}}}, {[]sim.Vec{{Y: 2}, {Y: 0}, {Y: 1}}, []sim.Vec{{Y: 0}, {Y: 2}}},
		{[]sim.Vec{{X: 1, Y: 1}, {X: 2, Y: 2}, {}, {X: 2}, {Y: 2}, {X: 1}}, []sim.Vec{{}, {X: 2}, {X: 2, Y: 2}, {Y: 2}}},
	} {
		if got := parts.Hull(c.points); fmt.Sprint(got) != fmt.Sprint(c.want) {
			t.Errorf("%v: %v, want %v", c.points, got, c.want)
		}
	}
}

// TestPartsAtTheirPicturesEdgeAreCut, at each of the four.
func TestPartsAtTheirPicturesEdgeAreCut(t *testing.T) {
	t.Parallel()
	for at := range 25 {
		m := make([]uint8, 25)
		m[at] = 1
		var f parts.Finder
		p := f.Find(m, 5, solid)[0]
		if want := at%5 == 0 || at%5 == 4 || at/5 == 0 || at/5 == 4; p.Cut(5, 5) != want {
			t.Errorf("pixel %d is cut: %v", at, p.Cut(5, 5))
		}
	}
}
