package screen

import (
	"flag"
	"math"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"
	"time"

	"orrery/cmd/orrery-view/edit"
	"orrery/cmd/orrery-view/lesson"
	"orrery/cmd/orrery-view/session/compare"
	"orrery/sim"
	"orrery/sim/render"
	"orrery/sim/scenario/library"
	"orrery/world/choose"
	"orrery/world/fit"
	"orrery/world/flight"
)

var monkey = flag.Duration("monkey", 2*time.Second, "for how long to make random input")

// TestRandomInputDoesNoHarm presses, drags, drops, resizes and looks at random: it edits, learns, compares and films. It must neither panic
// nor show what is no number, and once it shows the first scene again it has hardly more memory than then.
func TestRandomInputDoesNoHarm(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	s := open(t, "mixed")
	s.Session.SetModels([]choose.Candidate{{Name: "ballistic", Model: flight.Ballistic()}, {Name: "still", Model: flight.Still()}})
	s.Session.SetTeacher(lesson.New(fit.Short, flight.Ballistic()), fit.Decode)
	rng := sim.NewRand(1, "monkey", 0)
	keys := append(Keys(), "Escape", "x", "")
	scenes := library.List()
	var early, late runtime.MemStats
	// home shows the first scene as at the start, and counts what memory is in use then.
	home := func(memory *runtime.MemStats) {
		if s.recorder.Active() {
			s.record(Press{})
		}
		for s.recorder.Busy() {
			time.Sleep(10 * time.Millisecond)
		}
		s.Resize(1280, 800, 1)
		s.Update(Input{Gone: true})
		if s.Session.Lesson().On {
			s.Session.Learn()
		}
		s.Edit(edit.New())
		s.editor.on = false
		if err := s.Session.OpenScenario(find(t, "mixed"), 7); err != nil {
			t.Fatal(err)
		}
		s.Session.SetMode(compare.Sandbox)
		for range 300 {
			s.wait(1)
			s.List()
		}
		s.TakeFiles()
		s.TakeFolders()
		time.Sleep(500 * time.Millisecond) // what learns ends
		runtime.GC()
		runtime.ReadMemStats(memory)
	}
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
			for _, item := range s.List().Items {
				if text, is := item.(render.Text); is && (strings.Contains(text.Value, "NaN") || strings.Contains(text.Value, "Inf")) {
					t.Errorf("after %d steps it says %q", steps, text.Value)
				}
			}
			if err := s.Session.State().Check(); err != nil {
				t.Errorf("after %d steps: %v", steps, err)
			}
		}
		s.TakeFiles()
		s.TakeFolders()
		if steps == 500 {
			home(&early)
		}
	}
	home(&late)
	t.Logf("%d steps, heap %d kB and then %d kB; %d models", steps, early.HeapAlloc>>10, late.HeapAlloc>>10, len(s.Session.Lesson().Reports))
	if steps > 500 && late.HeapAlloc > early.HeapAlloc+mostGrowth {
		t.Errorf("the heap grew from %d MB to %d MB", early.HeapAlloc>>20, late.HeapAlloc>>20)
	}
}

// mostGrowth is how much more memory there may be in use after all that, in bytes: what can be undone, and caches.
const mostGrowth = 20 << 20

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
