package watched

import (
	"context"
	"sync/atomic"
	"time"
)

// turn is how long others wait for theirs: as long as a display that is renewed sixty times a second.
const turn = 16 * time.Millisecond

// InTurns returns a context for programs with one thread, such as pages: all who ask it whether it is done, as whoever
// works for long does, let others work in between.
func InTurns(ctx context.Context) context.Context { return &turns{Context: ctx, begun: time.Now()} }

type turns struct {
	context.Context
	begun time.Time
	last  atomic.Int64 // ns since then, when others had their turn
}

// Err waits for a moment when others have waited for theirs.
func (t *turns) Err() error {
	if now := int64(time.Since(t.begun)); now-t.last.Load() > int64(turn) {
		time.Sleep(time.Millisecond)
		t.last.Store(int64(time.Since(t.begun)))
	}
	return t.Context.Err()
}
