package datasets

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// Merge puts all shards of a dataset, in any order, together in dir. The result
// has the bytes that one Generate without shards writes, and the shards stay.
// Options.Workers has no effect. When ctx ends or the process is killed,
// Options.Resume starts over.
func Merge(ctx context.Context, dir string, shards []string, opt Options) error {
	if opt.Resume && opt.Force {
		return errors.New("options: resume and force exclude each other")
	}
	parts, err := openShards(shards)
	if err != nil {
		return err
	}
	plan := parts[0].provenance
	plan.Shard, plan.Files = Shard{}, nil
	return newPartial(dir, plan).publish(dir, opt, func(p *partial) error {
		return p.merge(ctx, parts, opt)
	})
}

// openShards opens and checks the shards of a dataset and returns them in order.
func openShards(dirs []string) ([]*Dataset, error) {
	if len(dirs) == 0 {
		return nil, errors.New("no shards")
	}
	var parts []*Dataset // by index
	for _, dir := range dirs {
		d, err := Open(dir)
		if err != nil {
			return nil, err
		}
		shard := d.provenance.Shard
		if shard == (Shard{}) {
			return nil, fmt.Errorf("%s: is a whole dataset, not a shard", dir)
		}
		if err := d.provenance.Validate(); err != nil {
			return nil, fmt.Errorf("%s: %w", filepath.Join(dir, provenancePath), err)
		}
		if parts == nil {
			parts = make([]*Dataset, shard.Of)
		}
		if err := d.joins(parts); err != nil {
			return nil, err
		}
		parts[shard.Index] = d
	}
	for i, d := range parts {
		if d == nil {
			return nil, fmt.Errorf("shard %v is missing", Shard{i, len(parts)})
		}
		if err := d.Check(false); err != nil {
			return nil, err
		}
	}
	return parts, nil
}

// joins returns an error when d is not of the same dataset as the other parts, or
// is one of them.
func (d *Dataset) joins(parts []*Dataset) error {
	for _, other := range parts {
		if other == nil {
			continue
		}
		same := other.provenance
		same.Shard.Index = d.provenance.Shard.Index
		if err := d.provenance.compatible(same); err != nil {
			return fmt.Errorf("%s and %s are not shards of one dataset: %w", d.in.name, other.in.name, err)
		}
	}
	if twin := parts[d.provenance.Shard.Index]; twin != nil {
		return fmt.Errorf("%s and %s are both shard %v", twin.in.name, d.in.name, d.provenance.Shard)
	}
	from, to := d.provenance.Shard.span(d.provenance.Episodes)
	if d.Episodes() != to-from {
		return fmt.Errorf("%s: %d episodes must be the %d of shard %v", d.in.name, d.Episodes(), to-from, d.provenance.Shard)
	}
	return nil
}

// merge writes the dataset from its shards.
func (p *partial) merge(ctx context.Context, parts []*Dataset, opt Options) error {
	err := os.RemoveAll(p.out())
	if err != nil {
		return err
	}
	var room layout
	for _, d := range parts {
		if room, err = room.widen(d.layout); err != nil {
			return fmt.Errorf("%s: %w", d.in.name, err)
		}
	}
	w := newDatasetWriter(p.out(), p.plan, room)
	defer w.files.release()
	for _, d := range parts {
		for i := range d.Episodes() {
			if err := ctx.Err(); err != nil {
				return fmt.Errorf("stopped after %d of %d episodes, resume to start over: %w", w.made, p.total, err)
			}
			f, err := d.frames(i)
			if err != nil {
				return err
			}
			if _, err := w.add(newBlockEpisode(f.trajectory, f.outcomes, f.scene)); err != nil {
				return err
			}
			if opt.Progress != nil {
				opt.Progress(w.made, p.total)
			}
		}
	}
	return w.finish()
}
