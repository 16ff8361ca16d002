package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/signal"
	"runtime"
	"strings"
	"syscall"
	"time"
	"unicode"

	"orrery/cmd/orrery/console"
	"orrery/sim/scenario/file"
)

// Exit codes of every command.
const (
	exitDone   = 0
	exitFailed = 1
	exitUsage  = 2
)

// ballast is the memory, in bytes, that counts as in use from the start. It is never
// touched and so never taken from the system, but lets the collector wait for as much
// garbage: the engine and rollouts make some of it, beside a few MB that
// live, and slow down when it is collected every 4 MB.
const ballast = 16 << 20

func main() {
	held := make([]byte, ballast)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // hands the second Ctrl-C back to the system, which kills
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	runtime.KeepAlive(held)
	os.Exit(code)
}

// lastPatience is the time for which any command may go on after it was interrupted: every one
// ends within a second, whatever it is doing.
const lastPatience = 800 * time.Millisecond

// inWords returns an error as one line for a person, with semicolons between several. A file that cannot be used is
// named without the system's call ("open", "stat"), and nothing in it can steer a terminal.
func inWords(err error) string {
	text := withoutCalls(err.Error(), err)
	var parts []string
	for line := range strings.Lines(text) {
		if words := strings.Join(strings.Fields(line), " "); words != "" {
			parts = append(parts, words)
		}
	}
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return unicode.ReplacementChar
		}
		return r
	}, strings.Join(parts, "; "))
}

// withoutCalls returns a text in which errors of files that are within err are told without the system's call.
func withoutCalls(text string, err error) string {
	if at, ok := err.(*fs.PathError); ok {
		return strings.Replace(text, at.Error(), at.Path+": "+at.Err.Error(), 1)
	}
	switch e := err.(type) {
	case interface{ Unwrap() error }:
		return withoutCalls(text, e.Unwrap())
	case interface{ Unwrap() []error }:
		for _, one := range e.Unwrap() {
			text = withoutCalls(text, one)
		}
	}
	return text
}

// printError writes an error as lines on stderr: one, or one for each mistake in a file.
func printError(stderr io.Writer, err error) {
	if mistakes := (*file.Mistakes)(nil); errors.As(err, &mistakes) {
		for line := range strings.Lines(mistakes.Error()) {
			fmt.Fprintf(stderr, "orrery: %s\n", inWords(errors.New(line)))
		}
		return
	}
	fmt.Fprintf(stderr, "orrery: %s\n", inWords(err))
}

// run executes one command line and returns its exit code. printError says on stderr what
// went wrong.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	root := newRootCommand()
	root.SetArgs(append([]string{}, args...)) // never nil, for which cobra takes the process's own
	root.SetOut(stdout)
	root.SetErr(stderr)
	err := console.Until(ctx, lastPatience, func() error { return root.ExecuteContext(ctx) })
	if err == nil {
		return exitDone
	}
	if left := console.Uninterrupted(err); left != nil {
		err = left
	} else if !errors.Is(err, console.ErrInterrupted) { // which says how to go on
		err = console.ErrInterrupted
	}
	printError(stderr, err)
	if code, marked := console.ExitCode(err); marked {
		return code
	}
	if console.IsUsage(err) {
		return exitUsage
	}
	return exitFailed
}
