package screen

import (
	"context"
	"flag"
	"math"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"orrery/cmd/orrery-view/edit"
	"orrery/cmd/orrery-view/lesson"
	"orrery/cmd/orrery-view/mesh"
	"orrery/cmd/orrery-view/session"
	"orrery/cmd/orrery-view/session/jobs"
	"orrery/sim"
	"orrery/sim/render"
	"orrery/world"
	"orrery/world/choose"
	"orrery/world/fit"
	"orrery/world/flight"
	"orrery/world/rounds"
)

var learningFor = flag.Duration("learning", 0, "for how long to measure the window while it learns")

// TestLearningSpeedIsMeasured draws six discs by hand and tells how fast a lesson about them is, and by how much it slows down the
// window: what a picture takes, from the session's step to the triangles for the card, at the 95th percentile.
//
//	go test ./cmd/orrery-view/screen -run LearningSpeed -learning 20s -v
//
// All of it depends on the machine, so it only measures, and only when it is told to.
func TestLearningSpeedIsMeasured(t *testing.T) {
	if *learningFor == 0 {
		t.Skip("it measures with a clock")
	}
	jobs.ShareProcessors() // as the window does
	var busy atomic.Bool
	ses := session.New(jobs.Threads, nil) // as in a window
	ses.SetModels([]choose.Candidate{{Name: "ballistic", Model: flight.Ballistic()}})
	if err := ses.OpenScenario(find(t, "pendulum"), 7); err != nil {
		t.Fatal(err)
	}
	s := New(ses)
	s.Edit(edit.New())
	s.Session.SetTeacher(lesson.New(func(ctx context.Context, episodes []*sim.Trajectory, r rounds.Round) (*rounds.Model[world.Model], error) {
		busy.Store(true)
		defer busy.Store(false)
		return fit.Short(ctx, episodes, r)
	}, flight.Ballistic()), fit.Decode)
	drag := func(tool string, x, y, toX, toY float64) {
		_, p := s.find(t, "tool "+tool)
		s.click(p)
		s.Update(Input{Mouse: s.at(x, y)})
		for _, share := range []float64{0, 0.5, 1} {
			s.Update(Input{Mouse: s.at(x+share*(toX-x), y+share*(toY-y)), Left: true})
		}
		s.Update(Input{Mouse: s.at(toX, toY)})
	}
	s.Update(Input{Mouse: s.at(0, 0)})
	drag("wall", -1.6, -0.8, 1.6, -0.8)
	drag("wall", -1.6, -0.5, -1.6, 0.9)
	drag("wall", 1.6, -0.5, 1.6, 0.9)
	for k := range 6 {
		x := -1.2 + 0.48*float64(k)
		y := 0.3 * float64(k%2)
		drag("disc", x, y, x+0.12+0.01*float64(k), y)
	}
	if got := len(s.Document().Scene().Bodies); got != 6 {
		t.Fatalf("%d bodies were drawn; %s", got, s.Session.Notice())
	}
	s.types("Space") // play
	var m mesh.Mesh
	// pictures makes sixty pictures a second until it is time, and returns how long the slowest twentieth took at least.
	pictures := func(until func(passed time.Duration) bool) time.Duration {
		var took []time.Duration
		began := time.Now()
		for k := 1; !until(time.Since(began)); k++ {
			start := time.Now()
			m.Reset()
			s.Update(Input{Mouse: s.mouse})
			for _, item := range s.List().Items {
				if path, ok := item.(render.Path); ok {
					m.Add(&path)
				}
			}
			took = append(took, time.Since(start))
			if k%120 == 0 {
				s.types("r")
			}
			time.Sleep(time.Until(began.Add(time.Duration(k) * time.Second / 60)))
		}
		slices.Sort(took)
		return took[len(took)*95/100]
	}
	half := func(passed time.Duration) bool { return passed > *learningFor/2 }
	idle := pictures(half)
	if s.Editing() || s.Session.Frame() == 0 {
		t.Fatal("nothing moves")
	}
	s.types("l")
	good, episodes, last := math.NaN(), 0, lesson.Report{}
	began := time.Now()
	learning := pictures(func(passed time.Duration) bool {
		if reports := s.Session.Lesson().Reports; len(reports) > 0 {
			last = reports[len(reports)-1]
			if last.Trouble != "" {
				t.Fatal(last.Trouble)
			}
			if math.IsNaN(good) && last.Errors[1] >= 0 && last.Errors[1] <= last.Ballistic[1]/10 {
				good, episodes = time.Since(began).Seconds(), last.Episodes
			}
		}
		return passed > *learningFor
	})
	var stop time.Duration
	for range 10 {
		for range 600 { // until it is training
			if s.wait(1); busy.Load() {
				break
			}
			time.Sleep(time.Second / 60)
		}
		start := time.Now()
		for s.types("l"); busy.Load(); time.Sleep(time.Millisecond) {
		}
		stop = max(stop, time.Since(start))
		s.types("l")
		pictures(func(passed time.Duration) bool { return passed > 300*time.Millisecond })
	}
	s.types("l")
	again := pictures(half)
	idle = (idle + again) / 2
	t.Logf("a picture takes %v at the 95th percentile, %v while a model learns: %.2f times as long", idle, learning, float64(learning)/float64(idle))
	t.Logf("after %.1f s and %d episodes the error at 0.5 s was a tenth of free flight's; at the end it was %.2g m, that of free flight %.2g m",
		good, episodes, last.Errors[1], last.Ballistic[1])
	t.Logf("it stopped within %v, the longest of 10 times", stop)
}
