package tape

import (
	"slices"
	"testing"

	"orrery/sim"
)

// numbered returns the state of a body at x metres.
func numbered(x int) sim.State { return sim.State{{X: float64(x)}} }

// check compares the states of a tape with their frames.
func check(t *testing.T, tape *Tape) {
	t.Helper()
	for frame := tape.First(); frame <= tape.End(); frame++ {
		if got := tape.At(frame)[0].X; got != float64(frame) {
			t.Fatalf("frame %d is %v", frame, got)
		}
	}
}

func TestTapeForgetsTheOldestOnly(t *testing.T) {
	t.Parallel()
	tape := New(numbered(0))
	for k := 1; k <= 3*MaxFrames; k++ {
		tape.Add(numbered(k), sim.Action{float64(k)}, k%1000 == 0)
		if n := tape.End() - tape.First() + 1; n > MaxFrames+MaxFrames/4 || n < min(k+1, MaxFrames) {
			t.Fatalf("%d frames are remembered of %d", n, k+1)
		}
	}
	if tape.End() != 3*MaxFrames {
		t.Fatalf("the last frame is %d", tape.End())
	}
	check(t, tape)
	for frame := tape.First(); frame < tape.End(); frame++ {
		if got := tape.Action(frame)[0]; got != float64(frame+1) {
			t.Fatalf("action %v leads from frame %d", got, frame)
		}
		if touched := (frame+1)%1000 == 0; tape.Untouched(frame, frame+1) == touched {
			t.Fatalf("frame %d: touched is %v", frame+1, !touched)
		}
	}
}

// TestATapeWritesNowhereElse goes on in every way that could write into lists that are
// someone else's: a trajectory with room behind its end, lists that were returned, clones,
// and what was cut off.
func TestATapeWritesNowhereElse(t *testing.T) {
	t.Parallel()
	const n = MaxFrames + MaxFrames/4 // after which adding forgets
	states, actions := make([]sim.State, 0, 2*n), make([]sim.Action, 0, 2*n)
	for k := range n {
		states = append(states, numbered(k))
	}
	actions = append(actions, make([]sim.Action, n-1)...)
	of := Of(&sim.Trajectory{States: states, Actions: actions})
	clone := of.Clone()
	cut := of.Clone()
	cut.Cut(n - 10)
	between, led := of.Between(0, n-5), of.Actions(n-8)
	other := numbered(-1)
	for _, tape := range []*Tape{of, clone, cut} {
		for range n {
			tape.Add(other, sim.Action{1}, true)
		}
	}
	_, _ = append(between, other), append(led, sim.Action{1})
	for k := range n {
		if states[k][0].X != float64(k) || k < n-1 && actions[k] != nil {
			t.Fatalf("frame %d of the trajectory has changed", k)
		}
	}
	if states[:n+1][n] != nil || actions[:n][n-1] != nil {
		t.Error("something was written behind the trajectory's end")
	}
}

// TestClonesGoTheirOwnWay from a tape with room behind its end.
func TestClonesGoTheirOwnWay(t *testing.T) {
	t.Parallel()
	tape := New(numbered(0))
	for k := 1; k < 5; k++ { // lists grow to hold eight
		tape.Add(numbered(k), sim.Action{float64(k)}, false)
	}
	clone, cut := tape.Clone(), tape.Clone()
	cut.Cut(2)
	past := tape.Between(1, 3)
	clone.Add(numbered(50), sim.Action{50}, true)
	cut.Add(numbered(30), sim.Action{30}, true)
	tape.Add(numbered(5), sim.Action{5}, false)
	past = append(past, numbered(70))
	check(t, tape)
	if clone.At(5)[0].X != 50 || clone.Action(4)[0] != 50 || clone.Untouched(0, 5) || cut.End() != 3 || cut.At(3)[0].X != 30 || len(past) != 4 {
		t.Error("clones are not their own")
	}
	if !tape.Untouched(0, 5) || tape.Action(2)[0] != 3 {
		t.Error("a clone has changed the tape it was made of")
	}
	tape.Cut(2)
	tape.Add(numbered(3), nil, false)
	if clone.At(3)[0].X != 3 || clone.Action(2)[0] != 3 {
		t.Error("cutting a tape has changed its clone")
	}
}

func TestATrajectoryMayHaveRoomBehindItsEnd(t *testing.T) {
	t.Parallel()
	states := append(make([]sim.State, 0, 9), numbered(0), numbered(1))
	Of(&sim.Trajectory{States: states}).Add(numbered(2), nil, false)
	if states[:3][2] != nil {
		t.Error("a frame was written into it")
	}
}

func TestATrajectoryWithoutActionsHasNone(t *testing.T) {
	t.Parallel()
	tape := Of(&sim.Trajectory{States: []sim.State{numbered(0), numbered(1), numbered(2)}, Actions: []sim.Action{{7}}})
	if tape.Action(0)[0] != 7 || tape.Action(1) != nil || len(tape.Actions(0)) != 2 || tape.End() != 2 {
		t.Errorf("actions %v", tape.Actions(0))
	}
}

// reel returns a deck of some frames, the last of which is shown.
func reel(frames, fps int) (*Deck, *Tape) {
	tape := New(numbered(0))
	for k := 1; k < frames; k++ {
		tape.Add(numbered(k), nil, false)
	}
	d := NewDeck(tape, fps)
	d.Seek(frames)
	return d, tape
}

func TestSeekingStaysWhereSomethingWasSeen(t *testing.T) {
	t.Parallel()
	d, tape := reel(50, 60)
	tape.Add(numbered(50), nil, false) // has not been seen
	for frame, want := range map[int]int{-3: 0, 7: 7, 50: 49, 1000: 49} {
		if d.Seek(frame); d.Frame() != want || d.State()[0].X != float64(want) {
			t.Errorf("sought %d, found %d", frame, d.Frame())
		}
	}
	d.Seek(49)
	d.Forward()
	if first, last := d.Span(); first != 0 || last != 50 {
		t.Errorf("from %d to %d", first, last)
	}
	if past := d.Past(3); len(past) != 4 || past[0][0].X != 47 || past[3][0].X != 50 {
		t.Errorf("past %v", past)
	}
	if d.Seek(2); len(d.Past(100)) != 3 {
		t.Errorf("%d frames before the third", len(d.Past(100))-1)
	}
	d.Rewrite()
	if _, last := d.Span(); last != 2 || tape.End() != 2 {
		t.Errorf("rewritten from %d of %d", last, tape.End())
	}
}

func TestLoopsBeginAndEnd(t *testing.T) {
	t.Parallel()
	d, _ := reel(50, 60)
	d.Seek(10)
	d.SetLoop(false)
	if from, to := d.Loop(); from != 10 || to != 49 {
		t.Errorf("repeats %d to %d without an end", from, to)
	}
	d.Seek(20)
	d.SetLoop(true)
	if d.Repeat(); d.Frame() != 10 {
		t.Errorf("after the end comes frame %d", d.Frame())
	}
	if d.Repeat() {
		t.Error("repeats before the end")
	}
	d.Seek(5)
	d.SetLoop(true)
	if from, to := d.Loop(); from != to {
		t.Errorf("an end before the beginning repeats %d to %d", from, to)
	}
	d.Seek(8)
	d.SetLoop(false)
	d.Rewrite()
	if from, to := d.Loop(); from != to {
		t.Errorf("repeats %d to %d of what was cut off", from, to)
	}
}

// TestWhatIsForgottenIsNotShown plays on until the tape has forgotten its beginning. A
// minute at 60 frames a second is remembered, and a quarter more at most. Nothing that a
// player offers leads to a frame before that, not even a loop that began there.
func TestWhatIsForgottenIsNotShown(t *testing.T) {
	t.Parallel()
	d, tape := reel(100, 60)
	d.Seek(10)
	d.SetLoop(false)
	d.Seek(99)
	for k := 100; k <= 5000; k++ {
		tape.Add(numbered(k), nil, false)
		d.Forward()
	}
	first, last := d.Span()
	if first != 900 || last != 5000 || first != tape.First() {
		t.Fatalf("frames %d to %d can be shown, from %d on are remembered", first, last, tape.First())
	}
	for what, move := range map[string]func(){
		"the beginning":      func() { d.Seek(0) },
		"a time before":      func() { d.Seek(-7) },
		"the forgotten loop": func() { d.Seek(last); d.Repeat() },
	} {
		move()
		if got := d.State()[0].X; d.Frame() != first || got != float64(first) || d.Blend() != 1 {
			t.Errorf("%s: frame %d is shown with %v m, the first is %d", what, d.Frame(), got, first)
		}
		if past := d.Past(50); len(past) != 1 || past[0][0].X != float64(first) {
			t.Errorf("%s: has %d frames before it", what, len(past)-1)
		}
	}
	if d.Seek(first + 20); len(d.Past(50)) != 21 {
		t.Errorf("%d frames before the one that is shown, 20 are remembered", len(d.Past(50))-1)
	}
}

// TestEachPaceShowsItsFrames counts those of ten seconds, at every pace and frame rate.
func TestEachPaceShowsItsFrames(t *testing.T) {
	t.Parallel()
	for i, speed := range Speeds {
		for _, fps := range []int{10, 25, 60, 120} {
			d, _ := reel(2, fps)
			d.Faster(i - slices.Index(Speeds, 1))
			if d.Speed() != speed {
				t.Fatalf("pace %v, want %v", d.Speed(), speed)
			}
			shown := 0
			for range 10 * TicksPerSecond {
				d.Tick(1<<40, func() bool { shown++; return true })
			}
			if want := int(10 * speed * float64(fps)); shown < want-1 || shown > want {
				t.Errorf("%v× at %d frames a second: %d frames, want %d", speed, fps, shown, want)
			}
		}
	}
	d, _ := reel(2, 60)
	d.Faster(100)
	d.Faster(1)
	if d.Speed() != Speeds[len(Speeds)-1] {
		t.Errorf("faster than the fastest is %v", d.Speed())
	}
	d.Faster(-100)
	if d.Speed() != Speeds[0] {
		t.Errorf("slower than the slowest is %v", d.Speed())
	}
}

// TestWhatIsLateIsNotCaughtUpWith: while there is no frame, none piles up.
func TestWhatIsLateIsNotCaughtUpWith(t *testing.T) {
	t.Parallel()
	for what, tick := range map[string]func(d *Deck){
		"nothing to show": func(d *Deck) { d.Tick(1<<40, func() bool { return false }) },
		"no patience":     func(d *Deck) { d.Tick(-1, func() bool { return true }) },
	} {
		d, _ := reel(2, 60)
		d.Faster(3)
		for range 100 {
			tick(d)
		}
		shown := 0
		if d.Tick(1<<40, func() bool { shown++; return true }); shown > 9 {
			t.Errorf("%s: %d frames in one tick at eight times the pace", what, shown)
		}
	}
}

func TestWhatHasEndedIsLookedAtForASecondAndAHalf(t *testing.T) {
	t.Parallel()
	d, _ := reel(5, 60)
	d.Wait()
	for k := 1; ; k++ {
		if d.Tick(1<<40, func() bool { t.Fatal("goes on"); return true }) {
			if k != 90 {
				t.Errorf("waits for %d ticks", k)
			}
			break
		}
	}
	d.Pause(true)
	d.Wait()
	if d.Pause(false); d.wait != 0 {
		t.Error("waits although time stood still")
	}
}

func TestPicturesBlendWhereFramesAreRare(t *testing.T) {
	t.Parallel()
	for fps, want := range map[int]float64{10: 1. / 6, 30: 0.5, 60: 1, 120: 1} {
		d, _ := reel(5, fps)
		if d.Tick(1<<40, func() bool { return true }); d.Blend() != want {
			t.Errorf("%d frames a second: %v of the way, want %v", fps, d.Blend(), want)
		}
		if d.Pause(true); d.Blend() != 1 {
			t.Errorf("%d frames a second: stands still %v of the way", fps, d.Blend())
		}
		d.Pause(false)
		if d.Seek(0); d.Blend() != 1 {
			t.Errorf("%d frames a second: the first frame has none before", fps)
		}
	}
}
