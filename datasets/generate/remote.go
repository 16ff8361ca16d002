package generate

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"orrery/datasets"
	"orrery/datasets/storage"
)

// lastFile is without which there is no dataset: it is the last to come to an object store.
const lastFile = "meta/info.json"

// remotely lets write make a dataset in a folder on disk, and brings it to dir, a prefix in an object store. The folder
// is the one that storage.Staging names, which the caller has locked, where Options.Resume finds what an earlier attempt
// has made.
//
// dir/.partial/plan.json says what is under way. It is there before anything else is, so that two processes that make
// different datasets do not mix them. Two that make the same one put the same bytes there, and both succeed.
func remotely(ctx context.Context, dir string, plan datasets.Provenance, opt Options, write func(dir string, opt Options) error) error {
	if err := Check(dir, opt); err != nil {
		return err
	}
	if opt.Resume {
		done, err := finished(dir, plan, opt)
		if done {
			err = errors.Join(forget(dir), os.RemoveAll(storage.Staging(dir)))
		}
		if done || err != nil {
			return err
		}
	}
	if err := claim(dir, plan, opt); err != nil {
		return err
	}
	stage := storage.Staging(dir)
	here := Options{Workers: opt.Workers, Resume: opt.Resume, Append: opt.Append, Progress: opt.Progress, Film: opt.Film}
	if here.Resume = opt.Resume && known(stage); !here.Resume {
		if err := os.RemoveAll(stage); err != nil {
			return err
		}
		if opt.Append {
			if err := storage.Fetch(ctx, dir, stage, datasets.TopLevel); err != nil {
				return err
			}
		}
	}
	if err := write(stage, here); err != nil {
		return err
	}
	err := storage.Send(ctx, stage, dir, storage.Sending{Last: lastFile, Within: datasets.TopLevel, New: !opt.Force && !opt.Append})
	if err != nil {
		return err
	}
	return errors.Join(forget(dir), os.RemoveAll(stage))
}

// known reports whether a folder holds a dataset or a part of one.
func known(dir string) bool {
	return exists(storage.Join(dir, datasets.PartialName)) || exists(storage.Join(dir, datasets.ProvenancePath))
}

// finished reports whether dir has the dataset that plan makes. One that is to be extended is another.
func finished(dir string, plan datasets.Provenance, opt Options) (bool, error) {
	if !exists(storage.Join(dir, lastFile)) {
		return false, nil
	}
	found, err := datasets.ReadProvenance(storage.Join(dir, datasets.ProvenancePath))
	if err != nil {
		return false, err
	}
	if err := found.Compatible(plan); err != nil && !opt.Append {
		return false, fmt.Errorf("%s: cannot resume: %w", dir, err)
	} else if err != nil {
		return false, nil
	}
	return true, nil
}

// claim says in dir what is under way.
func claim(dir string, plan datasets.Provenance, opt Options) error {
	at := planIn(storage.Join(dir, datasets.PartialName))
	if opt.Force {
		return storage.WriteFile(at, plan.Encode())
	}
	err := storage.CreateFile(at, plan.Encode())
	if !errors.Is(err, fs.ErrExist) {
		return err
	}
	found, err := datasets.ReadProvenance(at)
	if err != nil {
		return err
	}
	if err := found.Compatible(plan); err != nil {
		return fmt.Errorf("%s: another dataset is being made there: %w", dir, err)
	}
	return nil
}

// forget takes the claim away.
func forget(dir string) error { return storage.Remove(storage.Join(dir, datasets.PartialName)) }
