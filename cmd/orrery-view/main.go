//go:build !js

package main

import (
	"context"
	"errors"
	"fmt"
	"image"
	"io"
	"os"

	"orrery/cmd/orrery-view/lesson"
	"orrery/cmd/orrery-view/open"
	"orrery/cmd/orrery-view/session/jobs"
	"orrery/cmd/orrery-view/session/replay"
	"orrery/cmd/orrery-view/watched"
	"orrery/cmd/orrery/build"
	"orrery/cmd/orrery/planning"
	"orrery/cmd/orrery/watching"
	"orrery/sim"
	"orrery/world/fit"
	"orrery/world/flight"
)

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

// run does what a command line says and returns the exit status. All that needs no display
// comes before the window, so that it works without one.
func run(arguments []string, out, log io.Writer) int {
	err := view(arguments, out)
	if err == nil {
		return 0
	}
	fmt.Fprintf(log, "orrery-view: %v\n", err)
	if errors.As(err, new(open.Usage)) {
		return 2
	}
	return 1
}

func view(arguments []string, out io.Writer) error {
	o, err := open.ParseArguments(arguments)
	switch {
	case err != nil:
		return err
	case o.Help:
		return open.WriteHelp(out)
	case o.Version:
		_, err := fmt.Fprintf(out, "orrery-view %s\n", build.This())
		return err
	}
	o.Behind, o.Watch, o.Embedded = behind, watched.Show, fit.DecodeLater
	opener, err := open.New(o, jobs.Threads, planning.Engine{}, newPlanner, fit.Decode)
	if err != nil {
		return err
	}
	opener.Session.SetTeacher(lesson.New(fit.Short, flight.Ballistic()), fit.Decode)
	if err := checkDisplay(); err != nil {
		return err
	}
	if o.Record == "" {
		return runWindow(opener, o)
	}
	recorder := open.RecordTo(o.Record)
	opener.Session.Keep(recorder)
	if err := opener.Session.StartDemonstrating(); err != nil {
		return fmt.Errorf("--record: %w", err)
	}
	return errors.Join(runWindow(opener, o), recorder.Close())
}

// behind opens the film of an episode of a dataset.
func behind(dir, data string, episode int) (replay.Film, error) {
	b, err := watching.Behind(context.Background(), dir, data, episode)
	if err != nil {
		return nil, err
	}
	corners := [2]sim.Vec{b.Shows.Min, b.Shows.Max}
	return func(frame int) (*image.RGBA, [2]sim.Vec, error) { return b.Picture(frame), corners, nil }, nil
}
