package train

import (
	"fmt"
	"runtime/debug"
)

// Panic is the error of a worker or a validation that panicked: a fault of the
// program, not of its input.
type Panic struct {
	Who   string // "a training worker"
	Value any    // what it panicked with
	Stack string // where, for whoever mends it
}

// Error says in one sentence who panicked and with what.
func (p *Panic) Error() string {
	return fmt.Sprintf("%s failed by a fault of this program: %v", p.Who, p.Value)
}

// Guard calls f and turns its panic into an error.
func Guard(who string, f func() error) (err error) {
	defer func() {
		if value := recover(); value != nil {
			err = &Panic{who, value, string(debug.Stack())}
		}
	}()
	return f()
}
