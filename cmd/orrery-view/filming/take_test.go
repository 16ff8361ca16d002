package filming

import (
	"errors"
	"testing"
)

// TestAFilmThatFailedIsToldOnce, and so is each that is ready.
func TestAFilmThatFailedIsToldOnce(t *testing.T) {
	t.Parallel()
	failed := errors.New("no room")
	r := &Recorder{err: failed, done: []Film{{Name: "a"}, {Name: "b"}}}
	if films, err := r.Take(); len(films) != 2 || films[1].Name != "b" || err != failed {
		t.Errorf("%v, %v", films, err)
	}
	if films, err := r.Take(); films != nil || err != nil {
		t.Errorf("again %v, %v", films, err)
	}
}
