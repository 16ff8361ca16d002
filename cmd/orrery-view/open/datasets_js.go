package open

import (
	"errors"
	"io/fs"

	"orrery/cmd/orrery-view/session"
)

var errNoDatasets = errors.New("a page cannot read datasets; drop a rollout, as `orrery rollout` writes it")

// Datasets returns nothing, as a page has no directories.
func Datasets(...string) []session.Source { return nil }

func (o *Opener) dataset(string) error { return errNoDatasets }

func (o *Opener) droppedDataset(fs.FS, string) error { return errNoDatasets }
