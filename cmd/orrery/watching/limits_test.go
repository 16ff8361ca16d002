package watching

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"orrery/sim"
)

// TestTheWorstDoubtsAreListed, two hundred at most, and the episodes that have them come first.
func TestTheWorstDoubtsAreListed(t *testing.T) {
	t.Parallel()
	var doubts []Doubt
	for k := range 250 {
		doubts = append(doubts, Doubt{Frame: k, Score: 1 + float64(k%125)})
	}
	got := worst(doubts)
	if len(got) != 200 || got[0].Frame != 124 || got[1].Frame != 249 || got[2].Frame != 123 || got[199].Frame != 150 {
		t.Errorf("%d doubts, first %+v, last %+v", len(got), got[:3], got[len(got)-1])
	}
	if got := worst(doubts[:199]); len(got) != 199 {
		t.Errorf("%d of 199 doubts", len(got))
	}
	var episodes []*seenEpisode
	for k := range 5 {
		episodes = append(episodes, &seenEpisode{number: k})
	}
	r := &Report{Doubts: []Doubt{{Episode: 1, Score: 2}, {Episode: 3, Score: 5}, {Episode: 4, Score: 3}, {Episode: 3, Score: 1}}}
	for most, want := range map[int]string{9: "3 4 1 0 2", 2: "3 4"} {
		var order []string
		for _, e := range worstFirst(episodes, r, most) {
			order = append(order, fmt.Sprint(e.number))
		}
		if got := strings.Join(order, " "); got != want {
			t.Errorf("%d of the episodes are %s, want %s", most, got, want)
		}
	}
	if episodes[0].number != 0 {
		t.Error("the episodes themselves were sorted")
	}
}

// TestShapesOfCorrectionsHaveLimits, and so have the files of corrections.
func TestShapesOfCorrectionsHaveLimits(t *testing.T) {
	t.Parallel()
	corners := func(at float64) []sim.Vec { return []sim.Vec{{X: at}, {}, {Y: 1}} }
	for _, c := range []struct {
		shape FixShape
		want  string
	}{
		{FixShape{Radius: 20000}, ""}, {FixShape{Box: []float64{20000, 1}}, ""}, {FixShape{Outline: corners(20000)}, ""},
		{FixShape{Radius: 20001}, "radius: 20001 must be above 0 and at most 20000 px"}, {FixShape{Radius: -1}, "radius: -1 must be above 0"},
		{FixShape{Box: []float64{20001, 1}}, "box: [20001 1] must be a width and a height above 0 and at most 20000 px"}, {FixShape{Box: []float64{1, 20001}}, "at most 20000 px"},
		{FixShape{Box: []float64{1}}, "must be a width and a height"}, {FixShape{Box: []float64{0, 1}}, "above 0"}, {FixShape{Box: []float64{1, 0}}, "above 0"},
		{FixShape{Outline: corners(20001)}, "outline: corners must be within 20000 px"}, {FixShape{Outline: corners(1)[:2]}, "outline: 2 corners must be 3 or more"},
		{FixShape{}, "one of them alone"}, {FixShape{Radius: 1, Box: []float64{1, 1}}, "one of them alone"}, {FixShape{Radius: 1, Outline: corners(1)}, "one of them alone"},
	} {
		if err := c.shape.validate(); (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: %v, want %q", c.shape, err, c.want)
		}
	}
	large := filepath.Join(t.TempDir(), "fix.json")
	if err := os.WriteFile(large, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(large, 1<<28+1); err != nil { // without a byte on the disk
		t.Fatal(err)
	}
	if _, err := ReadFix(large); err == nil || !strings.Contains(err.Error(), "size must be at most 268435456 bytes") {
		t.Error(err)
	}
}

// TestFilmsToCheckByPlayAsTheFilmDoes, but with 5 to 25 pictures a second.
func TestFilmsToCheckByPlayAsTheFilmDoes(t *testing.T) {
	t.Parallel()
	for played, want := range map[float64]float64{0.5: 5, 5: 5, 12: 12, 25: 25, 30: 25, 1000: 25} {
		if got := checkRate(played); got != want {
			t.Errorf("of %g pictures a second %g, want %g", played, got, want)
		}
	}
}
