// Package history remembers what can be undone.
//
//	h := history.New(trim)
//	h.Note("delete a body", before, false) // before it is deleted
//	then, what, ok := h.Undo(now)
//	then, what, ok = h.Redo(now)
//
// It keeps a whole situation of type T from before each change. The caller must not
// change a situation afterwards.
package history

// Most situations that are remembered, and how many of them whole; see New.
const (
	most  = 100
	whole = 8
)

// entry is a situation and the change that it was taken before.
type entry[T any] struct {
	what string
	then T
}

// History is a list of changes that can be undone and redone. Make one with New.
type History[T any] struct {
	trim         func(T) T
	past, future []entry[T] // the last is the next to be undone or redone
	noted        bool       // the last of the past was noted since something was undone or redone
}

// New returns a history without changes. Trim returns what is worth keeping of a
// situation that is not among the last few, to save memory.
func New[T any](trim func(T) T) *History[T] { return &History[T]{trim: trim} }

// Note remembers a situation before a change, so that nothing can be redone any more. A
// change that goes on with the last one, as when a slider is dragged, is undone with it.
func (h *History[T]) Note(what string, before T, goesOn bool) {
	h.future = nil
	goesOn = goesOn && h.noted // what was noted before Undo is over
	h.noted = true
	if n := len(h.past); goesOn && n > 0 && h.past[n-1].what == what {
		return
	}
	h.past = append(h.past, entry[T]{what, before})
	if len(h.past) > most {
		h.past = append([]entry[T](nil), h.past[1:]...)
	}
	if k := len(h.past) - 1 - whole; k >= 0 {
		h.past[k].then = h.trim(h.past[k].then)
	}
}

// Undo returns the situation before the last change and what that was, and remembers the
// present one. It returns false when there is nothing to undo.
func (h *History[T]) Undo(now T) (then T, what string, ok bool) {
	h.noted = false
	return move(&h.past, &h.future, now)
}

// Redo returns the situation before the last Undo and which change that took back. It
// returns false when there is nothing to redo.
func (h *History[T]) Redo(now T) (then T, what string, ok bool) {
	h.noted = false
	return move(&h.future, &h.past, now)
}

// move takes the last situation from one list and puts the present one on the other.
func move[T any](from, to *[]entry[T], now T) (then T, what string, ok bool) {
	n := len(*from) - 1
	if n < 0 {
		return then, "", false
	}
	last := (*from)[n]
	(*from)[n] = entry[T]{}
	*from = (*from)[:n]
	*to = append(*to, entry[T]{last.what, now})
	return last.then, last.what, true
}
