package door

import (
	"errors"
	"fmt"
	"sync"
)

// Shelf keeps what callers refer to by a number. Each thing is used by one goroutine at a time.
type Shelf struct {
	mu     sync.Mutex
	last   int64
	things map[int64]*thing
}

// Holder is a thing that holds what others may want, as files.
type Holder interface {
	// LetGo is called once, when nobody uses the thing any more.
	LetGo()
}

type thing struct {
	mu   sync.Mutex
	it   any
	gone bool
}

// Put keeps a thing and returns its number.
func (s *Shelf) Put(it any) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.things == nil {
		s.things = map[int64]*thing{}
	}
	s.last++
	s.things[s.last] = &thing{it: it}
	return s.last
}

// Drop forgets a thing when nobody uses it any more, and lets it go if it is a Holder. One that is not there is left
// alone.
func (s *Shelf) Drop(number int64) {
	s.mu.Lock()
	t := s.things[number]
	delete(s.things, number)
	s.mu.Unlock()
	if t != nil {
		t.mu.Lock()
		defer t.mu.Unlock()
		if holder, ok := t.it.(Holder); ok {
			holder.LetGo()
		}
		t.it, t.gone = nil, true
	}
}

// Len returns how many things are kept.
func (s *Shelf) Len() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.things)
}

// Use waits until nobody uses the thing of a number and calls do with it. It is a mistake if there is none, as when it
// was closed, or if it is no T.
func Use[T any](s *Shelf, number int64, do func(T) error) error {
	s.mu.Lock()
	t := s.things[number]
	s.mu.Unlock()
	if t == nil {
		return closed
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.gone {
		return closed
	}
	it, ok := t.it.(T)
	if !ok {
		return Mistaken(fmt.Errorf("number %d is a %T", number, t.it))
	}
	return do(it)
}

var closed = Mistaken(errors.New("it is closed"))
