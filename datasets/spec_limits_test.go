package datasets

import (
	"math"
	"strings"
	"testing"
)

// TestSpecsHaveTheirLimits: just within and just beyond each of them.
func TestSpecsHaveTheirLimits(t *testing.T) {
	t.Parallel()
	whole := func() Spec { return Spec{Scenario: "mixed", Task: "things move", Episodes: 5, Frames: 9, FPS: 60} }
	part := func(from, to, of int) Part {
		return Part{Name: "p", From: from, To: to, Provenance: Provenance{Spec: Spec{Episodes: of}}}
	}
	for _, c := range []struct {
		change func(s *Spec)
		want   string
	}{
		{func(s *Spec) {}, ""},
		{func(s *Spec) { s.Scenario = " " }, "scenario must not be empty"},
		{func(s *Spec) { s.Task = "" }, "task must not be empty"},
		{func(s *Spec) { s.Episodes = MaxEpisodes }, ""}, {func(s *Spec) { s.Episodes = MaxEpisodes + 1 }, "episodes 1000001"}, {func(s *Spec) { s.Episodes = 0 }, "episodes 0"},
		{func(s *Spec) { s.Frames = MaxFrames }, ""}, {func(s *Spec) { s.Frames = MaxFrames + 1 }, "frames 1048577"}, {func(s *Spec) { s.Frames = 0 }, "frames 0"},
		{func(s *Spec) { s.FPS = maxFPS }, ""}, {func(s *Spec) { s.FPS = maxFPS + 1 }, "fps 1048577"}, {func(s *Spec) { s.FPS = 0 }, "fps 0"},
		{func(s *Spec) { s.Motion, s.Frames = Impacts, 2 }, ""}, {func(s *Spec) { s.Motion = Impacts }, "frames 9 must be the 2"}, {func(s *Spec) { s.Motion, s.Frames = Impacts, 1 }, "frames 1 must be the 2"},
		{func(s *Spec) { s.Motion = "leaps" }, `motion "leaps"`},
		{func(s *Spec) { s.Parts = []Part{part(0, 5, 5)} }, ""}, {func(s *Spec) { s.Parts = []Part{part(0, 2, 9), part(6, 9, 9)} }, ""},
		{func(s *Spec) { s.Parts = []Part{part(0, 5, 4)} }, "episodes from 0 to 4 must be some of its 4"},
		{func(s *Spec) { s.Parts = []Part{part(-1, 4, 9)} }, "episodes from -1"}, {func(s *Spec) { s.Parts = []Part{part(4, 4, 9)} }, "episodes from 4 to 3"},
		{func(s *Spec) { s.Parts = []Part{part(0, 0, 0)} }, "episodes 0"}, {func(s *Spec) { s.Parts = []Part{part(0, 5, MaxEpisodes+1)} }, "episodes 1000001"},
		{func(s *Spec) { s.Parts = []Part{part(0, 4, 9)} }, "the parts have 4 episodes and must have the 5"},
		{func(s *Spec) { s.Params = map[string]float64{"a": math.Inf(1)} }, "parameter a"}, {func(s *Spec) { s.Params = map[string]float64{"a": math.NaN()} }, "parameter a"},
		{func(s *Spec) { s.Ranges = map[string]Range{"a": {Min: 0, Max: math.Inf(1)}} }, "range a"}, {func(s *Spec) { s.Ranges = map[string]Range{"a": {Min: math.NaN()}} }, "range a"},
		{func(s *Spec) { s.Ranges = map[string]Range{"a": {Min: -1, Max: 2}} }, ""},
	} {
		s := whole()
		c.change(&s)
		if err := s.Validate(); (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: %v, want %q", s, err, c.want)
		}
	}
}
