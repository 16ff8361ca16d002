package screen

import (
	"math"
	"strings"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/cmd/orrery-view/session"
	"orrery/sim"
)

func TestSticksHaveADeadZone(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ pushed, want sim.Vec }{
		{sim.Vec{}, sim.Vec{}},
		{sim.Vec{X: 0.1, Y: -0.1}, sim.Vec{}},
		{sim.Vec{X: 0.15}, sim.Vec{}},
		{sim.Vec{X: 1}, sim.Vec{X: 1}},
		{sim.Vec{Y: -1}, sim.Vec{Y: -1}},
		{sim.Vec{X: (1 + 0.15) / 2}, sim.Vec{X: 0.5}},
		{sim.Vec{X: 1, Y: 1}, sim.Vec{X: 1, Y: 1}},
		{sim.Vec{X: math.NaN(), Y: 1}, sim.Vec{}},
	} {
		got := stick(c.pushed)
		if !scalar.EqualWithinAbs(got.X, c.want.X, 1e-9) || !scalar.EqualWithinAbs(got.Y, c.want.Y, 1e-9) {
			t.Errorf("%v: %v, want %v", c.pushed, got, c.want)
		}
	}
}

// nobody keeps demonstrations nowhere.
type nobody struct{}

func (nobody) Open(session.Origin, *sim.Scene, int) (int, error) { return 0, nil }
func (nobody) Add(*session.Demonstration) error                  { return nil }
func (nobody) Discard() error                                    { return nil }
func (nobody) Settle() error                                     { return nil }

// TestDemonstrationsAreMadeByKeysSticksAndButtons: and the screen says at each point what is next.
func TestDemonstrationsAreMadeByKeysSticksAndButtons(t *testing.T) {
	t.Parallel()
	s := open(t, "push")
	s.Session.Keep(nobody{})
	phase := func(want session.Phase, says string) {
		t.Helper()
		text, _ := s.message()
		if got := s.Session.Demonstration().Phase; got != want || !strings.Contains(text, says) {
			t.Errorf("phase %v, want %v; says %q, must say %q", got, want, text, says)
		}
	}
	click := func(text string) {
		t.Helper()
		for _, w := range s.panel() {
			if w.Text == text {
				w.Do()
				return
			}
		}
		t.Errorf("there is no button %q", text)
	}
	s.Update(Input{Keys: []string{"Enter"}})
	phase(session.Ready, "demonstration 1: drive to begin")
	s.Update(Input{Keys: []string{"ArrowRight"}, Sticks: [2]sim.Vec{{X: 0.1}}})
	if s.Session.Frame() != 0 || s.Session.Demonstration().Phase != session.Ready {
		t.Error("an arrow key steps, or a stick in its dead zone drives")
	}
	s.Update(Input{Held: []string{"ArrowRight"}})
	phase(session.Driving, "not done yet · enter ends it")
	for range 30 {
		s.Update(Input{Sticks: [2]sim.Vec{{Y: 1}}})
	}
	start := s.Session.Scene().Bodies[0].Start
	if robot := s.Session.State()[0]; !(robot.Y > start.Y+0.05) {
		t.Errorf("the stick moves the robot from %v to %v", start, robot)
	}
	s.Update(Input{Keys: []string{"Enter"}})
	phase(session.Ended, "no success in")
	s.Update(Input{Keys: []string{"x"}})
	phase(session.Ready, "drive to begin")
	click("begin")
	phase(session.Driving, "enter ends it")
	click("discard")
	click("leave")
	phase(0, "")
	click("drive, and record it")
	phase(session.Ready, "drive to begin")
}

func TestDemonstrationsAreToldInWords(t *testing.T) {
	t.Parallel()
	for want, d := range map[string]session.DemonstrationView{
		"demonstration 3: SUCCESS after 2.5 s, kept":     {Phase: session.Ended, Number: 2, Seconds: 2.5, Task: true, Success: true},
		"demonstration 1: 2.5 s, kept":                   {Phase: session.Ended, Seconds: 2.5},
		"demonstration 1 · 1.0 of 10 s · done for 0.2 s": {Phase: session.Driving, Seconds: 1, Limit: 10, Task: true, Held: 0.2},
		"demonstration 1 · 1.0 of 10 s · enter ends":     {Phase: session.Driving, Seconds: 1, Limit: 10},
	} {
		if got := demonstrating(d); !strings.HasPrefix(got, want) {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
