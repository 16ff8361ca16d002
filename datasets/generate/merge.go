package generate

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"orrery/datasets"
)

// Merge puts all shards of a dataset, in any order, together in dir. The result
// has the bytes that one Generate without shards writes, and the shards stay.
// Options.Workers has no effect. When ctx ends or the process is killed,
// Options.Resume starts over.
func Merge(ctx context.Context, dir string, shards []string, opt Options) error {
	if err := Check(dir, opt); err != nil {
		return err // before the shards are read
	}
	parts, err := openShards(ctx, shards)
	if err != nil {
		return err
	}
	plan := parts[0].Provenance()
	plan.Shard, plan.Files = datasets.Shard{}, nil
	return newPartial(dir, plan).publish(dir, opt, func(p *partial) error {
		return p.merge(ctx, parts, opt)
	})
}

// openShards opens and checks the shards of a dataset and returns them in order.
func openShards(ctx context.Context, dirs []string) ([]*datasets.Dataset, error) {
	if len(dirs) == 0 {
		return nil, errors.New("no shards")
	}
	var parts []*datasets.Dataset // by index
	for _, dir := range dirs {
		d, err := datasets.Open(ctx, dir)
		if err != nil {
			return nil, err
		}
		p := d.Provenance()
		shard := p.Shard
		if shard == (datasets.Shard{}) {
			return nil, fmt.Errorf("%s: is a whole dataset, not a shard", dir)
		}
		if err := p.Validate(); err != nil {
			return nil, fmt.Errorf("%s: %w", filepath.Join(dir, datasets.ProvenancePath), err)
		}
		if parts == nil {
			parts = make([]*datasets.Dataset, shard.Of)
		}
		if err := joins(d, parts); err != nil {
			return nil, err
		}
		parts[shard.Index] = d
	}
	for i, d := range parts {
		if d == nil {
			return nil, fmt.Errorf("shard %v is missing", datasets.Shard{Index: i, Of: len(parts)})
		}
		if err := d.Check(ctx, nil); err != nil {
			return nil, err
		}
	}
	return parts, nil
}

// joins returns an error when d is not of the same dataset as the other parts, or
// is one of them.
func joins(d *datasets.Dataset, parts []*datasets.Dataset) error {
	own := d.Provenance()
	for _, other := range parts {
		if other == nil {
			continue
		}
		same := other.Provenance()
		same.Shard.Index = own.Shard.Index
		if err := own.Compatible(same); err != nil {
			return fmt.Errorf("%s and %s are not shards of one dataset: %w", d.Name(), other.Name(), err)
		}
	}
	if twin := parts[own.Shard.Index]; twin != nil {
		return fmt.Errorf("%s and %s are both shard %v", twin.Name(), d.Name(), own.Shard)
	}
	from, to := own.Shard.Span(own.Episodes)
	if d.Episodes() != to-from {
		return fmt.Errorf("%s: %d episodes must be the %d of shard %v", d.Name(), d.Episodes(), to-from, own.Shard)
	}
	return nil
}

// merge writes the dataset from its shards.
func (p *partial) merge(ctx context.Context, parts []*datasets.Dataset, opt Options) error {
	err := os.RemoveAll(p.out())
	if err != nil {
		return err
	}
	var room datasets.Room
	for _, d := range parts {
		if room, err = room.Widen(d.Room()); err != nil {
			return fmt.Errorf("%s: %w", d.Name(), err)
		}
	}
	w := datasets.NewWriter(p.out(), p.plan, room)
	defer w.Release()
	for _, d := range parts {
		for i := range d.Episodes() {
			if err := ctx.Err(); err != nil {
				return fmt.Errorf("stopped after %d of %d episodes, resume to start over: %w", w.Episodes(), p.total, err)
			}
			e, err := d.Prepared(ctx, i)
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
