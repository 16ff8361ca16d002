//go:build !(cgo || windows || js)

package main

import (
	"errors"

	"orrery/cmd/orrery-view/open"
	"orrery/cmd/orrery-view/session/jobs"
)

func runWindow(open.Options, jobs.Threading) error {
	return errors.New("this build has no window: it was made without cgo; `make web` makes the viewer for a browser")
}
