package generate

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"

	"orrery/datasets"
	"orrery/datasets/shard"
	"orrery/datasets/splits"
	"orrery/datasets/storage"
)

// Merge puts all shards of a dataset, in any order, together in dir, with the bytes that one
// Run without shards writes; or the episodes of several whole datasets, in the order of
// dirs, or of the splits when one of them has some or division divides each of them anew. Those
// may be of different scenarios and tasks, but must have one frame rate, and outcomes all
// or none. Frames have room for the most bodies and actions of any, and zeros for what an
// episode has not. What was merged stays. With Options.Into neighbouring shards become a larger one, with
// the bytes that Run writes for it.
//
// Options.Workers has no effect. When ctx ends or the process is killed, Options.Resume
// starts over.
func Merge(ctx context.Context, dir string, dirs []string, division splits.Division, opt Options) error {
	if opt.Append {
		return errors.New("options: append is for Run, not for Merge")
	}
	if err := Check(dir, opt); err != nil {
		return err // before the parts are read
	}
	parts, err := openParts(ctx, dirs)
	if err != nil {
		return err
	}
	stretches, plan, err := arrange(dirs, parts, division, opt.Into)
	if err != nil {
		return err
	}
	held, err := opt.lock(ctx, dir)
	if err != nil {
		return err
	}
	defer held.Unlock()
	var room datasets.Room
	for _, d := range parts {
		if room, err = room.Widen(d.Room()); err != nil {
			return fmt.Errorf("%s: %w", d.Name(), err)
		}
		if err := d.Check(ctx, nil); err != nil {
			return err
		}
	}
	write := func(dir string, opt Options) error {
		return newPartial(dir, plan).publish(dir, opt, func(p *partial) error { return p.merge(ctx, stretches, room, opt) })
	}
	if storage.Remote(dir) {
		return remotely(ctx, dir, plan, opt, write)
	}
	return write(dir, opt)
}

// openParts opens what is to be merged.
func openParts(ctx context.Context, dirs []string) (parts []*datasets.Dataset, err error) {
	for _, dir := range dirs {
		d, err := datasets.Open(ctx, dir)
		if err != nil {
			return nil, err
		}
		p := d.Provenance()
		if err := p.Validate(); err != nil {
			return nil, fmt.Errorf("%s: %w", storage.Join(dir, datasets.ProvenancePath), err)
		}
		parts = append(parts, d)
	}
	return parts, nil
}

// arrange returns the stretches of the parts in the order of the episodes, and the plan of the whole.
func arrange(dirs []string, parts []*datasets.Dataset, division splits.Division, into shard.Shard) (stretches []datasets.Stretch, plan datasets.Provenance, err error) {
	if len(parts) == 0 {
		return nil, plan, errors.New("no shards or datasets")
	}
	if !slices.ContainsFunc(parts, isShard) {
		if into != (shard.Shard{}) {
			return nil, plan, fmt.Errorf("%s: is a whole dataset: shard %v is made of shards", dirs[0], into)
		}
		if len(parts) < 2 {
			return nil, plan, fmt.Errorf("%s: is a whole dataset: merging needs two at least, or the shards of one", dirs[0])
		}
		merged, err := datasets.Merge(names(dirs), parts, division)
		if err == nil {
			err = merged.Validate()
		}
		return merged.Stretches, datasets.NewProvenance(merged.Spec), err
	}
	if parts, err = inOrder(parts, into); err != nil {
		return nil, plan, err
	}
	if len(division) > 0 {
		return nil, plan, fmt.Errorf("%s: is a shard, and all shards are divided into splits when they are made", parts[0].Name())
	}
	for _, d := range parts {
		stretches = append(stretches, datasets.Stretch{Dataset: d, From: 0, To: d.Episodes()})
	}
	plan = parts[0].Provenance()
	plan.Shard, plan.Files = into, nil
	return stretches, plan, nil
}

func isShard(d *datasets.Dataset) bool { return d.Provenance().Shard != shard.Shard{} }

// names returns how a merged dataset calls its parts: by the last parts of their paths,
// wherever they are, unless two have the same.
func names(dirs []string) []string {
	short, long := make([]string, len(dirs)), make([]string, len(dirs))
	seen := map[string]bool{}
	for i, dir := range dirs {
		long[i] = filepath.ToSlash(storage.Clean(dir))
		short[i] = path.Base(long[i])
		seen[short[i]] = true
	}
	if len(seen) < len(dirs) {
		return long
	}
	return short
}

// inOrder checks that datasets are the shards of one, or of the larger shard into, and returns them in order.
func inOrder(parts []*datasets.Dataset, into shard.Shard) ([]*datasets.Dataset, error) {
	var names []string
	var shards []shard.Shard
	for _, d := range parts {
		own := d.Provenance()
		names, shards = append(names, d.Name()), append(shards, own.Shard)
		same := parts[0].Provenance()
		if own.Shard.Of == same.Shard.Of {
			same.Shard = own.Shard
		}
		if err := own.Compatible(same); err != nil && isShard(d) && isShard(parts[0]) {
			return nil, fmt.Errorf("%s and %s are not shards of one dataset: %w", d.Name(), parts[0].Name(), err)
		}
	}
	order, err := shard.Order(names, shards, into)
	if err != nil {
		return nil, err
	}
	var sorted []*datasets.Dataset
	for _, i := range order {
		own := parts[i].Provenance()
		if from, to := own.Shard.Span(own.Episodes); parts[i].Episodes() != to-from {
			return nil, fmt.Errorf("%s: %d episodes must be the %d of shard %v", parts[i].Name(), parts[i].Episodes(), to-from, own.Shard)
		}
		sorted = append(sorted, parts[i])
	}
	return sorted, nil
}

// merge writes the dataset from stretches of others.
func (p *partial) merge(ctx context.Context, stretches []datasets.Stretch, room datasets.Room, opt Options) error {
	if err := os.RemoveAll(p.out()); err != nil {
		return err
	}
	w := datasets.NewWriter(p.out(), p.plan, room)
	defer w.Release()
	for _, s := range stretches {
		for i := s.From; i < s.To; i++ {
			if err := ctx.Err(); err != nil {
				return fmt.Errorf("stopped after %d of %d episodes, resume to start over: %w", w.Episodes(), p.total, err)
			}
			e, err := s.Prepared(ctx, i)
			if err != nil {
				return err
			}
			if _, err := w.Add(e); err != nil {
				return err
			}
			if opt.Progress != nil {
				opt.Progress(w.Episodes(), p.total)
			}
		}
	}
	return w.Finish()
}
