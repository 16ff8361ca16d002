package compare

import (
	"fmt"
	"testing"

	"orrery/cmd/orrery-view/session/forecast"
)

// TestModelsLookAheadForASecondOrFour until someone says otherwise, and no less than a frame.
func TestModelsLookAheadForASecondOrFour(t *testing.T) {
	t.Parallel()
	for mode, want := range map[Mode]int{Sandbox: 60, Duel: 240, Replay: 240} {
		scene, _, _, j := slides(mode, 10)
		if got := j.Horizon(); got != want {
			t.Errorf("%s: %d frames, want %d", mode, got, want)
		}
		if scene.FPS = 1; mode == Sandbox && (!j.SetHorizon(0.2) || j.Horizon() != 1) {
			t.Errorf("a fifth of a second is %d frames of one a second", j.Horizon())
		}
		if mode != Replay && (j.SetHorizon(2.04) && j.SetHorizon(1.96) || j.SetHorizon(2.04) || !j.SetHorizon(2.06)) {
			t.Errorf("%s: horizons are tenths of a second", mode)
		}
	}
}

// TestErrorsStandForTheTimeSinceTheLast, a third of a second at most: beyond that nothing was measured.
func TestErrorsStandForTheTimeSinceTheLast(t *testing.T) {
	t.Parallel()
	_, _, _, j := slides(Sandbox, 10)
	if errors, first, every := j.Errors(); errors != nil || first != 0 || every != 4 {
		t.Errorf("%v from %d, every %d", errors, first, every)
	}
	j.frames, j.judged = []int{8, 12, 40}, []float64{1, 2, 3}
	errors, first, every := j.Errors()
	if got := fmt.Sprint(errors, first, every); got != "[1 2 NaN 3 3 3 3 3 3] 8 4" {
		t.Error(got)
	}
}

// TestOnlyForecastsOfWhatHappenedAreJudged: not those of frames that are forgotten, that a hand has foiled, or whose start is not true any more;
// one that was made later than what is shown is dropped.
func TestOnlyForecastsOfWhatHappenedAreJudged(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(f *forecast.Forecast, j *Judge)
		judged int
		left   int
	}{
		"as it was":       {func(*forecast.Forecast, *Judge) {}, 1, 0},
		"a hand helps":    {func(_ *forecast.Forecast, j *Judge) { j.tape.Cut(40); j.tape.Add(at(41), nil, true); addTo(j, 41, 100) }, 0, 0},
		"another start":   {func(f *forecast.Forecast, _ *Judge) { f.States[0][0].Y = 1 }, 0, 0},
		"before the tape": {func(f *forecast.Forecast, _ *Judge) { f.From = -5 }, 0, 0},
		"not there yet":   {func(f *forecast.Forecast, j *Judge) { j.expected[0].last = 200 }, 0, 1},
		"wound back":      {func(f *forecast.Forecast, j *Judge) { f.From, j.expected[0].last = 150, 210 }, 0, 0},
	} {
		_, _, _, j := slides(Sandbox, 101)
		f := off(5, 70, 0.001)
		j.Expect(f, 60)
		c.change(f, j)
		if j.Update(); len(j.judged) != c.judged || len(j.expected) != c.left {
			t.Errorf("%s: %d are judged and %d expected, want %d and %d", name, len(j.judged), len(j.expected), c.judged, c.left)
		}
	}
}

// addTo goes on with the tape of a judge to some frames.
func addTo(j *Judge, from, to int) {
	for k := from + 1; k <= to; k++ {
		j.tape.Add(at(k), nil, false)
	}
}
