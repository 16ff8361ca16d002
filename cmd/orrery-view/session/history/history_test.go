package history

import (
	"fmt"
	"testing"
)

func TestChangesAreUndoneAndRedoneInTurn(t *testing.T) {
	t.Parallel()
	h := New(func(n int) int { return n })
	now := 0
	for ; now < 3; now++ {
		h.Note(fmt.Sprint("to ", now+1), now, false)
	}
	var said []string
	step := func(move func(int) (int, string, bool)) {
		then, what, ok := move(now)
		if ok {
			now = then
		}
		said = append(said, fmt.Sprint(what, "=", now, ok))
	}
	for range 4 {
		step(h.Undo)
	}
	for range 2 {
		step(h.Redo)
	}
	step(h.Undo)
	h.Note("aside", now, false)
	step(h.Redo)
	want := "[to 3=2 true to 2=1 true to 1=0 true =0 false to 1=1 true to 2=2 true to 2=1 true =1 false]"
	if got := fmt.Sprint(said); got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

func TestAChangeGoesOnOnlyWithItself(t *testing.T) {
	t.Parallel()
	h := New(func(n int) int { return n })
	h.Note("a", 1, true)
	h.Note("a", 2, true)
	h.Note("b", 3, true)
	h.Note("b", 4, false)
	for _, want := range []int{4, 3, 1} {
		if got, _, ok := h.Undo(9); got != want || !ok {
			t.Errorf("goes back to %d, want %d", got, want)
		}
	}
	if _, _, ok := h.Undo(9); ok {
		t.Error("goes back further")
	}
}

// TestAChangeDoesNotGoOnWithOneFromBeforeAnUndo of the same name.
func TestAChangeDoesNotGoOnWithOneFromBeforeAnUndo(t *testing.T) {
	t.Parallel()
	h := New(func(n int) int { return n })
	h.Note("a", 1, false)
	h.Note("a", 2, false)
	h.Undo(3)
	h.Note("a", 2, true)
	h.Note("a", 4, true)
	for _, want := range []int{2, 1} {
		if got, _, ok := h.Undo(9); got != want || !ok {
			t.Errorf("goes back to %d, want %d", got, want)
		}
	}
}

// TestOldSituationsAreTrimmed but for the last eight, and the oldest forgotten.
func TestOldSituationsAreTrimmed(t *testing.T) {
	t.Parallel()
	h := New(func(n int) int { return -n })
	for k := 1; k <= 150; k++ {
		h.Note("change", k, false)
	}
	for k := 150; k > 50; k-- {
		want := k
		if k <= 142 {
			want = -k
		}
		if got, _, _ := h.Undo(0); got != want {
			t.Fatalf("change %d leads to %d", k, got)
		}
	}
	if _, _, ok := h.Undo(0); ok {
		t.Error("more than a hundred are remembered")
	}
}
