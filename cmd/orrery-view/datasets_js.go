package main

import (
	"errors"
	"io/fs"

	"orrery/cmd/orrery-view/screen"
)

var errNoDatasets = errors.New("a page cannot read datasets; drop a rollout, as `orrery rollout` writes it")

func findDatasets(...string) []screen.Source { return nil }

func (v *viewer) openDataset(string) error { return errNoDatasets }

func (v *viewer) openDroppedDataset(fs.FS, string) error { return errNoDatasets }
