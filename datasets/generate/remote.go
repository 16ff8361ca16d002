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
	replaces := opt.Force || opt.Append
	if opt.Resume {
		done, other, err := finished(dir, plan, opt)
		if done {
			err = errors.Join(forget(dir), os.RemoveAll(storage.Staging(dir)))
		}
		if done || err != nil {
			return err
		}
		replaces = replaces || other
	}
	if err := claim(dir, plan, opt); err != nil {
		return err
	}
	stage := storage.Staging(dir)
	here := Options{Workers: opt.Workers, Resume: opt.Resume, Append: opt.Append, Progress: opt.Progress, Film: opt.Film}
	if here.Resume = opt.Resume && begunIn(stage, plan); !here.Resume {
		if err := os.RemoveAll(stage); err != nil {
			return err
		}
		// The dataset that was to be extended is making way already where an earlier attempt, perhaps on another machine, is
		// bringing the new one: all of its episodes are made again.
		if here.Append = opt.Append && !(opt.Resume && !exists(storage.Join(dir, lastFile))); here.Append {
			if err := fetch(ctx, dir, stage); err != nil {
				return err
			}
		}
	}
	if err := write(stage, here); err != nil {
		return err
	}
	err := storage.Send(ctx, stage, dir, storage.Sending{Last: lastFile, Within: datasets.TopLevel, New: !replaces})
	if err != nil {
		return err
	}
	return errors.Join(forget(dir), os.RemoveAll(stage))
}

// fetch brings the dataset in dir to a folder on disk, which has all of it or is not there.
func fetch(ctx context.Context, dir, folder string) error {
	draft := folder + ".fetched"
	if err := os.RemoveAll(draft); err != nil {
		return err
	}
	if err := storage.Fetch(ctx, dir, draft, datasets.TopLevel); err != nil {
		return err
	}
	return os.Rename(draft, folder)
}

// begunIn reports whether a folder on disk holds the dataset that plan makes, or a part of it. What is left there of another one
// is of no use, since dir says what is under way.
func begunIn(dir string, plan datasets.Provenance) bool {
	for _, path := range []string{planIn(storage.Join(dir, datasets.PartialName)), storage.Join(dir, datasets.ProvenancePath)} {
		found, err := datasets.ReadProvenance(path)
		if !errors.Is(err, fs.ErrNotExist) {
			return err == nil && found.Compatible(plan) == nil
		}
	}
	return false
}

// finished reports whether dir has the dataset that plan makes, or another one that is to make way: one that is extended, or
// that was to be replaced by force before an interruption, as the claim beside it tells.
func finished(dir string, plan datasets.Provenance, opt Options) (done, other bool, err error) {
	if !exists(storage.Join(dir, lastFile)) {
		return false, false, nil
	}
	found, err := datasets.ReadProvenance(storage.Join(dir, datasets.ProvenancePath))
	if err != nil {
		return false, false, err
	}
	differs := found.Compatible(plan)
	if differs == nil {
		return true, false, nil
	}
	claimed, err := datasets.ReadProvenance(claimIn(dir))
	if opt.Append || err == nil && claimed.Compatible(plan) == nil {
		return false, true, nil
	}
	return false, false, fmt.Errorf("%s: cannot resume: %w", dir, differs)
}

// claimIn is where dir says what is under way.
func claimIn(dir string) string { return planIn(storage.Join(dir, datasets.PartialName)) }

// claim says in dir what is under way.
func claim(dir string, plan datasets.Provenance, opt Options) error {
	at := claimIn(dir)
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
