package session

import (
	"strings"
	"testing"

	"orrery/cmd/orrery-view/session/compare"
)

// TestTheWorstMomentIsFound in a duel, where the error grows most, and in the sandbox.
func TestTheWorstMomentIsFound(t *testing.T) {
	t.Parallel()
	s := open(t, "billiards", compare.Sandbox)
	if s.Worst(); !strings.Contains(s.Notice(), "no error is known") || s.Paused() {
		t.Errorf("%q", s.Notice())
	}
	ticks(s, 240)
	errors, from, every := s.Errors()
	s.Worst()
	k := (s.Frame() - from) / every
	for i, off := range errors {
		if first, last := s.Span(); !(off <= errors[k]) && from+i*every >= first && from+i*every <= last {
			t.Errorf("frame %d has an error of %v m, not the worst of %v m", s.Frame(), errors[k], off)
		}
	}
	if !s.Paused() || !strings.Contains(s.Notice(), "mm off") {
		t.Errorf("%q", s.Notice())
	}
	s.Restart()
	s.Pause(false)
	s.SetMode(compare.Duel)
	for n := 0; n < 3000 && s.Frame() < 100; n++ {
		s.Tick()
	}
	s.Worst()
	errors, from, _ = s.Errors()
	reach := s.Scene().FPS / 10
	at := s.Frame() - from
	for i := range len(errors) - reach {
		if !(errors[i+reach]-errors[i] <= errors[at+reach]-errors[at]) {
			t.Fatalf("from frame %d the error grows by %v m, from %d by %v m", at, errors[at+reach]-errors[at], i, errors[i+reach]-errors[i])
		}
	}
	if !strings.Contains(s.Notice(), "grows most") || strings.Contains(s.Notice(), "%") {
		t.Errorf("%q", s.Notice())
	}
}

// TestErrorsGrowWithinATenthOfASecond, however many frames that is: two of push.
func TestErrorsGrowWithinATenthOfASecond(t *testing.T) {
	t.Parallel()
	s := open(t, "push", compare.Duel)
	for n := 0; n < 3000 && s.Frame() < 60; n++ {
		s.Tick()
	}
	s.Worst()
	errors, from, _ := s.Errors()
	at := s.Frame() - from
	if s.Scene().FPS != 20 || !(errors[at+2] > errors[at]) {
		t.Fatalf("%d frames a second; from frame %d the error grows from %v m to %v m", s.Scene().FPS, at, errors[at], errors[at+2])
	}
	for i := range len(errors) - 2 {
		if !(errors[i+2]-errors[i] <= errors[at+2]-errors[at]) {
			t.Fatalf("from frame %d the error grows by %v m, from %d by %v m", at, errors[at+2]-errors[at], i, errors[i+2]-errors[i])
		}
	}
}

// TestMotionsBeforeTheModelBegan are those that truly happened: one may wind back beyond where it began.
func TestMotionsBeforeTheModelBegan(t *testing.T) {
	t.Parallel()
	s := open(t, "mixed", compare.Duel)
	ticks(s, 80)
	s.Begin()
	s.Pause(true)
	began := s.Frame()
	for _, frame := range []int{began, began - 1, 3, 0} {
		s.Seek(frame)
		truth, chosen, _ := s.Motions(1000)
		if last := truth.First + len(truth.States) - 1; last != frame || frame < began && (truth.First != 0 || len(chosen.States) > 0) {
			t.Errorf("at frame %d, began at %d: true from %d to %d, and %d states are predicted", frame, began, truth.First, last, len(chosen.States))
		}
	}
}
