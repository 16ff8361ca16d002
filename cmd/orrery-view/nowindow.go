//go:build !(cgo || windows || js)

package main

import (
	"errors"

	"orrery/cmd/orrery-view/open"
)

// checkDisplay says that there is no window to be shown.
func checkDisplay() error {
	return errors.New("this program was built without cgo and has no window; `orrery view --web` uses a browser instead")
}

func runWindow(*open.Opener, open.Options) error { return checkDisplay() }
