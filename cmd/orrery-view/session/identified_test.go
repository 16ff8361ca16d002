package session

import (
	"math"
	"testing"

	"orrery/cmd/orrery-view/session/compare"
	"orrery/cmd/orrery-view/session/replay"
	"orrery/world/identify"
)

// TestTheFitWorsensWithOtherNumbers: a replay's forecast is made in a scene that has the numbers that were found, or
// those that are tried in their place, and nothing else is.
func TestTheFitWorsensWithOtherNumbers(t *testing.T) {
	t.Parallel()
	s, seen := open(t, "billiards", compare.Sandbox), seenFlight(60)
	told := seen.Scene.Gravity.Y
	s.SetIdentified([]identify.Parameter{
		identify.Known(identify.Gravity, identify.Scene, 0, -0.1, 0.1, "m/s²", ""), identify.Unknown(identify.Mass, "body0", "kg", "nothing tells"),
	})
	if found, _ := s.Identified(); found != nil {
		t.Errorf("in the sandbox there are %v", found)
	}
	if err := s.OpenShow(replay.Show{True: seen, Episodes: 1}); err != nil {
		t.Fatal(err)
	}
	s.Pause(true)
	settle(t, s)
	if found, tried := s.Identified(); len(found) != 1 || len(tried) != 1 || tried[0] != 0 {
		t.Fatalf("%v, tried %v", found, tried)
	}
	right, best := s.FitError()
	if !(right <= 1e-9) || right != best {
		t.Fatalf("with the numbers found the error is %v, at best %v", right, best)
	}
	s.Try(0, 2)
	s.Try(7, 2)
	settle(t, s)
	wrong, best := s.FitError()
	mean := 0.0 // of 2 m/s² over half a second, in steps of the law
	for k := range 31 {
		mean += math.Pow(float64(k)/60, 2) / 31
	}
	if !(math.Abs(wrong-mean) <= 0.1*mean) || best != right {
		t.Errorf("at 2 m/s² the error is %v, want about %v; at best %v", wrong, mean, best)
	}
	s.TryFound()
	settle(t, s)
	if again, _ := s.FitError(); again != right || seen.Scene.Gravity.Y != told {
		t.Errorf("back at the numbers found the error is %v, and the scene's gravity %v", again, seen.Scene.Gravity.Y)
	}
}
