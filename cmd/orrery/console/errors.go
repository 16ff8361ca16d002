package console

import (
	"errors"
	"fmt"
)

// ErrInterrupted says that the user has stopped the work.
var ErrInterrupted = errors.New("interrupted")

type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

// Usage marks an error as a mistake in the command line itself, as opposed to a command
// that was understood and failed.
func Usage(err error) error { return usageError{err} }

// Usagef formats an error that is a mistake in the command line.
func Usagef(format string, args ...any) error { return Usage(fmt.Errorf(format, args...)) }

// IsUsage reports whether an error was marked by Usage.
func IsUsage(err error) bool {
	var usage usageError
	return errors.As(err, &usage)
}
