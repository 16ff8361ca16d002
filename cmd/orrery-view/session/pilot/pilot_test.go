package pilot

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"orrery/cmd/orrery-view/session/jobs"
	"orrery/sim"
	"orrery/sim/render"
)

// walker plans to go a decimetre a frame, for four frames, and notes what it was asked.
type walker struct {
	asked []float64 // m, where it is to begin
	fresh []bool
	err   error
}

func (*walker) Frames() int { return 4 }

func (w *walker) Think(_ *sim.Scene, state sim.State, fresh bool, pause func() error) ([]sim.Action, render.Intent, error) {
	if err := pause(); err != nil {
		return nil, render.Intent{}, err
	}
	w.asked, w.fresh = append(w.asked, state[0].X), append(w.fresh, fresh)
	state[0].X = -99 // a planner may do with it as it likes
	return slices.Repeat([]sim.Action{{0.1}}, 4), render.Intent{}, w.err
}

func walks(_ *sim.Scene, state sim.State, actions []sim.Action) ([]sim.State, error) {
	led := []sim.State{state}
	for _, a := range actions {
		next := slices.Clone(led[len(led)-1])
		next[0].X += a[0]
		led = append(led, next)
	}
	return led, nil
}

// consulted asks a pilot at a frame and gives its lane time.
func consulted(t *testing.T, p *Pilot, lane *jobs.Lane, frame int, x float64) bool {
	t.Helper()
	ready, err := p.Consult(&sim.Scene{}, frame, sim.State{{X: x}})
	if err != nil {
		t.Fatal(err)
	}
	lane.Tick()
	return ready
}

func TestTheNextPlanBeginsWhereThisOneLeads(t *testing.T) {
	t.Parallel()
	lane, w := jobs.New(jobs.InTick), &walker{}
	var heard []int
	p := New(w, lane, walks, func(from int, led []sim.State) { heard = append(heard, from, len(led)) })
	if consulted(t, p, lane, 0, 5) || p.Thought() != nil {
		t.Fatal("acts before it has thought")
	}
	x := 5.0
	for frame := range 12 {
		if !consulted(t, p, lane, frame, x) {
			t.Fatalf("frame %d: waits", frame)
		}
		if a := p.Action(frame); len(a) != 1 || a[0] != 0.1 {
			t.Fatalf("frame %d: %v", frame, a)
		}
		x += 0.1
	}
	if want := []int{0, 1, 0, 5, 4, 5}; !slices.Equal(heard, want) {
		t.Errorf("foresaw %v, want %v", heard, want)
	}
	for k, from := range w.asked {
		if want := 5 + 0.4*float64(k); !(from >= want-1e-9 && from <= want+1e-9) || w.fresh[k] != (k == 0) {
			t.Errorf("plan %d begins at %v m, want %v; fresh is %v", k, from, want, w.fresh[k])
		}
	}
	if p.Frames() != 4 {
		t.Errorf("carries out %d frames", p.Frames())
	}
}

// TestAPlanIsDroppedWhereItsStartIsNotTrue: 3 cm are borne, more are not, and the next
// thought is a fresh one.
func TestAPlanIsDroppedWhereItsStartIsNotTrue(t *testing.T) {
	t.Parallel()
	for away, want := range map[float64]bool{0.029: true, 0.031: false} {
		lane, w := jobs.New(jobs.InTick), &walker{}
		p := New(w, lane, walks, nil)
		consulted(t, p, lane, 0, 0)
		for frame := range 4 {
			consulted(t, p, lane, frame, 0.1*float64(frame))
		}
		if got := consulted(t, p, lane, 4, 0.4+away); got != want {
			t.Errorf("%v m away: ready is %v", away, got)
		}
		if !want && !consulted(t, p, lane, 4, 0.4+away) {
			t.Error("does not think anew")
		}
		if anew := slices.Contains(w.fresh[1:], true); anew == want {
			t.Errorf("%v m away: thinks anew: %v", away, anew)
		}
	}
}

// TestTheBodyThatIsFurthestOffCounts, whichever it is.
func TestTheBodyThatIsFurthestOffCounts(t *testing.T) {
	t.Parallel()
	for body := range 3 {
		a, b := make(sim.State, 3), make(sim.State, 3)
		for i := range b {
			b[i].X = 0.01
		}
		b[body].X, b[body].Y, b[body].Angle = -0.03, 0.04, 9
		if got := apartBy(a, b); !(got > 0.05-1e-12 && got < 0.05+1e-12) {
			t.Errorf("body %d is 0.05 m off, and all are %v m", body, got)
		}
	}
}

func TestAMovedGoalIsThoughtOfAnew(t *testing.T) {
	t.Parallel()
	lane, w := jobs.New(jobs.InTick), &walker{}
	p := New(w, lane, walks, nil)
	consulted(t, p, lane, 0, 0)
	consulted(t, p, lane, 0, 0)
	p.Startle()
	consulted(t, p, lane, 1, 0.1)
	if last := len(w.fresh) - 1; !w.fresh[last] {
		t.Error("goes on with the old goal")
	}
}

func TestWhatFailsIsSaid(t *testing.T) {
	t.Parallel()
	lost := errors.New("lost")
	for want, p := range map[string]*Pilot{
		"lost":                       New(&walker{err: lost}, nil, walks, nil),
		"planning failed: no ground": New(&walker{}, nil, func(*sim.Scene, sim.State, []sim.Action) ([]sim.State, error) { panic("no ground") }, nil),
		"no model":                   New(&walker{}, nil, func(*sim.Scene, sim.State, []sim.Action) ([]sim.State, error) { return nil, errors.New("no model") }, nil),
	} {
		lane := jobs.New(jobs.InTick)
		p.lane = lane
		var err error
		for k := 0; k < 6 && err == nil; k++ {
			frame := max(k-1, 0) // the first plan is waited for
			_, err = p.Consult(&sim.Scene{}, frame, sim.State{{X: 0.1 * float64(frame)}})
			lane.Tick()
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

// TestWhoeverIsDismissedStopsThinking at the next pause.
func TestWhoeverIsDismissedStopsThinking(t *testing.T) {
	t.Parallel()
	lane, w := jobs.New(jobs.InTick), &walker{}
	p := New(w, lane, walks, nil)
	if _, err := p.Consult(&sim.Scene{}, 0, sim.State{{}}); err != nil {
		t.Fatal(err)
	}
	p.Dismiss()
	if lane.Tick(); len(w.asked) != 0 {
		t.Error("went on thinking")
	}
	p.Dismiss()
}
