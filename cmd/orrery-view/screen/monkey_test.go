package screen

import (
	"flag"
	"math"
	"math/rand/v2"
	"runtime"
	"testing"
	"time"

	"orrery/sim"
	"orrery/sim/render"
	"orrery/sim/scenario/library"
)

var monkey = flag.Duration("monkey", 2*time.Second, "for how long to make random input")

// TestRandomInputDoesNoHarm presses, drags, drops, resizes and looks at random. It must
// neither panic nor let the memory grow without end.
func TestRandomInputDoesNoHarm(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	s := open(t, "mixed")
	rng := sim.NewRand(1, "monkey", 0)
	keys := append(Keys(), "Escape", "x", "")
	scenes := library.List()
	var early, late runtime.MemStats
	start, steps := time.Now(), 0
	var in Input
	for ; time.Since(start) < *monkey; steps++ {
		in.Keys, in.Wheel = nil, 0
		switch rng.IntN(12) {
		case 0, 1:
			in.Keys = []string{keys[rng.IntN(len(keys))]}
			in.Shift, in.Control = rng.IntN(4) == 0, false // Ctrl-F9 would start ffmpeg
			if in.Keys[0] == "F9" && rng.IntN(10) > 0 {
				in.Keys = nil
			}
		case 2:
			in.Left = !in.Left
		case 3:
			in.Right = rng.IntN(2) == 0
		case 4:
			in.Middle = rng.IntN(3) == 0
		case 5:
			in.Wheel = rng.NormFloat64()
		case 6:
			in.Held = []string{"ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"}[rng.IntN(4):][:1]
		case 7:
			in.Held, in.Gone = nil, rng.IntN(20) == 0
		default:
			in.Mouse = wander(rng, in.Mouse, s)
		}
		switch rng.IntN(2000) {
		case 0:
			s.Resize(rng.IntN(3000), rng.IntN(2000), 0.5+2*rng.Float64())
		case 1:
			if err := s.Session.OpenScenario(scenes[rng.IntN(len(scenes))], rng.Uint64()); err != nil {
				t.Error(err)
			}
		}
		s.Update(in)
		if steps%7 == 0 {
			s.List()
		}
		s.TakeFiles()
		if steps == 500 {
			runtime.GC()
			runtime.ReadMemStats(&early)
		}
	}
	runtime.GC()
	runtime.ReadMemStats(&late)
	t.Logf("%d steps, heap %d kB and then %d kB", steps, early.HeapAlloc>>10, late.HeapAlloc>>10)
	// A tape of three hundred bodies takes 65 MB, a film that is being made 60 MB.
	if steps > 500 && late.HeapAlloc > early.HeapAlloc+200<<20 {
		t.Errorf("the heap grew from %d MB to %d MB", early.HeapAlloc>>20, late.HeapAlloc>>20)
	}
}

// wander moves the mouse a little, at times far, and at times out of its mind.
func wander(rng *rand.Rand, p render.Point, s *Screen) render.Point {
	switch rng.IntN(40) {
	case 0:
		return render.Point{X: math.Inf(1), Y: math.NaN()}
	case 1, 2, 3:
		return render.Point{X: float64(s.width) * (1.2*rng.Float64() - 0.1), Y: float64(s.height) * (1.2*rng.Float64() - 0.1)}
	}
	return render.Point{X: p.X + 30*rng.NormFloat64(), Y: p.Y + 30*rng.NormFloat64()}
}
