package console

import (
	"context"
	"time"
)

// Patience is the time for which the work of a command may go on after it was interrupted. What
// still goes on then is left alone, so that the command can say how to resume it. It is
// shorter than that of the whole program.
const Patience = 500 * time.Millisecond

// Until does work and returns its error. When ctx ends, the work has so much patience
// left to end too, for instance to take away what it has begun; then Until returns the
// error of ctx and leaves the work alone, as a process that is about to end may: whatever
// a command writes is in place whole or not at all.
func Until(ctx context.Context, patience time.Duration, work func() error) error {
	done := make(chan error, 1)
	go func() { done <- work() }()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
	}
	select {
	case err := <-done:
		return err
	case <-time.After(patience):
		return ctx.Err()
	}
}
