package console

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/pflag"
)

// ErrInterrupted says that the user has stopped the work.
var ErrInterrupted = errors.New("interrupted")

// Uninterrupted returns what an error says besides that the user has stopped the work, or
// nil when it says no more. Work that had failed when it was stopped says why it failed.
func Uninterrupted(err error) error {
	if !errors.Is(err, context.Canceled) && !errors.Is(err, ErrInterrupted) {
		return err
	}
	var left []error
	switch e := err.(type) {
	case interface{ Unwrap() []error }:
		for _, part := range e.Unwrap() {
			left = append(left, Uninterrupted(part))
		}
	case interface{ Unwrap() error }:
		left = append(left, Uninterrupted(e.Unwrap()))
	}
	return errors.Join(left...)
}

type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

// Usage marks an error as a mistake in the command line itself, as opposed to a command
// that was understood and failed.
func Usage(err error) error { return usageError{err} }

// Usagef formats an error that is a mistake in the command line.
func Usagef(format string, args ...any) error { return Usage(fmt.Errorf(format, args...)) }

// Useless returns an error for the first of the named flags that was given though it has no
// use here; here says where that is, such as "with --regions, which trains nothing".
func Useless(flags *pflag.FlagSet, here string, names ...string) error {
	for _, name := range names {
		if flags.Changed(name) {
			return Usagef("--%s has no use %s", name, here)
		}
	}
	return nil
}

type exitError struct {
	error
	code int
}

func (e exitError) Unwrap() error { return e.error }

// Exit marks an error as one with which the program ends with an exit code of its own.
func Exit(err error, code int) error { return exitError{err, code} }

// ExitCode returns the exit code with which an error ends the program, if Exit has marked it.
func ExitCode(err error) (code int, marked bool) {
	var exit exitError
	marked = errors.As(err, &exit)
	return exit.code, marked
}

// IsUsage reports whether an error was marked by Usage.
func IsUsage(err error) bool {
	var usage usageError
	return errors.As(err, &usage)
}
