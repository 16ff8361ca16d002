//go:build !js

package main

import (
	"errors"
	"flag"
	"fmt"
	"os"

	"orrery/cmd/orrery-view/open"
	"orrery/cmd/orrery-view/session/jobs"
)

func main() {
	o, err := open.ParseArguments(os.Args[1:], os.Stdout)
	if errors.Is(err, flag.ErrHelp) {
		return
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "orrery-view: %v; --help lists the flags\n", err)
		os.Exit(2)
	}
	if err := runWindow(o, jobs.Threads); err != nil {
		fmt.Fprintf(os.Stderr, "orrery-view: %v\n", err)
		os.Exit(1)
	}
}
