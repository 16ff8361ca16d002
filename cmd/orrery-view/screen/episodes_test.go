package screen

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"orrery/cmd/orrery-view/lesson"
	"orrery/cmd/orrery-view/session/compare"
	"orrery/cmd/orrery-view/session/replay"
	"orrery/sim"
	"orrery/sim/render"
	"orrery/world"
	"orrery/world/flight"
)

// TestEpisodesAreListedByTheirErrors: free flight errs by as many centimetres a second as an episode's number says. They are
// listed by number or the worst first, filtered, and opened by a click.
func TestEpisodesAreListedByTheirErrors(t *testing.T) {
	t.Parallel()
	scene := sim.DefaultScene()
	scene.Name = "drift"
	scene.Bodies = []sim.Body{sim.NewDisc(0.1, 1, sim.Surface{})}
	scene.Gravity = sim.Vec{}
	const episodes = 12
	slow := time.Duration(0)
	motion := func(k int) (*sim.Trajectory, error) {
		time.Sleep(slow)
		run := &sim.Trajectory{Scene: &scene}
		for frame := range 91 {
			run.States = append(run.States, sim.State{{X: 0.01 * float64(k) * float64(frame) / 60}})
		}
		return run, nil
	}
	all := &replay.Collection{Motion: motion}
	var episode func(k int) (replay.Show, error)
	episode = func(k int) (replay.Show, error) {
		run, err := motion(k)
		return replay.Show{Label: "episode", Episode: k, Episodes: episodes, True: run, Next: episode, All: all}, err
	}
	s := open(t, "mixed")
	s.Resize(1280, 2000, 1)
	s.open(replay.Offer{Open: func() (replay.Show, error) { return episode(0) }})
	s.wait(2)
	if s.Session.Mode() != compare.Replay || s.Session.Lines() != nil {
		t.Fatal("nothing is replayed, or it is predicted unasked")
	}
	press := func(name string) {
		t.Helper()
		_, p := s.find(t, name)
		s.click(p)
		s.wait(1)
	}
	press("errors of all episodes")
	for n := 0; n < 2000 && slices.ContainsFunc(s.Session.Lines(), func(l replay.Line) bool { return !l.Known }); n++ {
		s.wait(1)
	}
	listed := func() (out []int) {
		for _, w := range s.panel() {
			if number, ok := strings.CutPrefix(w.Name, "episode "); ok {
				k, err := strconv.Atoi(number)
				if err != nil {
					t.Fatal(err)
				}
				out = append(out, k)
				if len(w.Curve) != replay.SparkPoints || k > 0 && !strings.Contains(w.Text, formatError(0.01*float64(k))) {
					t.Errorf("%q has %d points", w.Text, len(w.Curve))
				}
			}
		}
		return out
	}
	if got := listed(); !slices.Equal(got, []int{0, 1, 2, 3, 4, 5, 6, 7}) {
		t.Errorf("listed %v", got)
	}
	press("after ›")
	if got := listed(); !slices.Equal(got, []int{8, 9, 10, 11}) {
		t.Errorf("on the second page %v", got)
	}
	press("worst first")
	if got := listed(); !slices.Equal(got, []int{11, 10, 9, 8, 7, 6, 5, 4}) {
		t.Errorf("the worst first: %v", got)
	}
	w, p := s.find(t, "least error")
	left, right := w.Rail(s.unit)
	p.X = left + 0.75*(right-left) // a decade and a quarter below 1 m
	s.click(p)
	s.wait(1)
	if got := listed(); !slices.Equal(got, []int{11, 10, 9, 8, 7, 6}) || !scalarNear(s.episodes.leastError(), math.Pow(10, -1.25)) {
		t.Errorf("from %v m on %v", s.episodes.leastError(), got)
	}
	press("episode 10")
	if got := s.Session.Show().Episode; got != 10 || s.Session.Lines() == nil || !s.Session.Lines()[11].Known {
		t.Errorf("episode %d, and the list is begun anew", got)
	}
	spark := 0
	l := &render.List{Width: 100, Height: 100}
	w, _ = s.find(t, "episode 10")
	s.paint(l, &w)
	for _, item := range l.Items {
		if path, ok := item.(render.Path); ok && path.Open {
			for k, point := range path.Contours[0] {
				if spark++; !(point.X >= float64(w.Part.Min.X+w.Part.Max.X)/2) || k > 0 && !(point.Y <= path.Contours[0][k-1].Y) {
					t.Errorf("point %d of a curve that rises is at %v", k, point)
				}
			}
		}
	}
	if spark != replay.SparkPoints {
		t.Errorf("%d points are drawn", spark)
	}
	// What is learned meanwhile predicts them all again, while the list stays.
	c := &school{}
	s.Session.SetTeacher(c, func(_, _ []byte) (world.Model, *world.Description, error) {
		return flight.Ballistic(), &world.Description{Training: world.Training{Scenario: "drift"}}, nil
	})
	s.Session.Learn()
	settled := func(what string) {
		t.Helper()
		old := func(l replay.Line) bool { return l.Old || !l.Known }
		for n := 0; n < 2000 && slices.ContainsFunc(s.Session.Lines(), old); n++ {
			s.wait(1)
		}
		if lines := s.Session.Lines(); lines == nil || slices.ContainsFunc(lines, old) {
			t.Fatalf("%s: %+v", what, lines)
		}
	}
	c.reports = []lesson.Report{report("drift", 8)}
	s.Update(Input{})
	settled("the first that is learned")
	c.reports, slow = []lesson.Report{report("drift", 12)}, 20*time.Millisecond // so that not all is done in a tick
	s.Session.Tick()
	if lines := s.Session.Lines(); !slices.ContainsFunc(lines, func(l replay.Line) bool { return l.Old && l.Known }) || !strings.Contains(s.texts(), "are predicted by the newest model") {
		t.Errorf("%+v", lines)
	}
	settled("the next that is learned")
	press("errors of all episodes")
	if s.Session.Lines() != nil || len(listed()) > 0 {
		t.Error("the list stays")
	}
}

// TestWhatFailsIsListedFirst, and what is not known yet last, or not at all where only some errors are asked for.
func TestWhatFailsIsListedFirst(t *testing.T) {
	t.Parallel()
	lines := []replay.Line{{Known: true, Error: 0.01}, {}, {Known: true, Error: math.NaN()}, {Known: true, Error: 0.5}}
	e := episodeList{worst: true}
	if got := e.listed(lines); !slices.Equal(got, []int{2, 3, 0, 1}) {
		t.Errorf("%v", got)
	}
	e.least = 0.8
	if got := e.listed(lines); !slices.Equal(got, []int{2, 3}) {
		t.Errorf("%v", got)
	}
}

func scalarNear(a, b float64) bool { return math.Abs(a-b) <= 1e-9 }
