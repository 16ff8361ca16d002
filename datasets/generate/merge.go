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
	"orrery/datasets/splits"
)

// Merge puts all shards of a dataset, in any order, together in dir, with the bytes that one
// Run without shards writes; or the episodes of several whole datasets, in the order of
// dirs, or of the splits when one of them has some or division divides each of them anew. Those
// may be of different scenarios and tasks, but must have one frame rate, and outcomes all
// or none. Frames have room for the most bodies and actions of any, and zeros for what an
// episode has not. What was merged stays.
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
	stretches, plan, err := arrange(dirs, parts, division)
	if err != nil {
		return err
	}
	var room datasets.Room
	for _, d := range parts {
		if room, err = room.Widen(d.Room()); err != nil {
			return fmt.Errorf("%s: %w", d.Name(), err)
		}
		if err := d.Check(ctx, nil); err != nil {
			return err
		}
	}
	return newPartial(dir, plan).publish(dir, opt, func(p *partial) error {
		return p.merge(ctx, stretches, room, opt)
	})
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
			return nil, fmt.Errorf("%s: %w", filepath.Join(dir, datasets.ProvenancePath), err)
		}
		parts = append(parts, d)
	}
	return parts, nil
}

// arrange returns the stretches of the parts in the order of the episodes, and the plan of the whole.
func arrange(dirs []string, parts []*datasets.Dataset, division splits.Division) (stretches []datasets.Stretch, plan datasets.Provenance, err error) {
	if len(parts) == 0 {
		return nil, plan, errors.New("no shards or datasets")
	}
	if !slices.ContainsFunc(parts, isShard) {
		if len(parts) < 2 {
			return nil, plan, fmt.Errorf("%s: is a whole dataset: merging needs two at least, or the shards of one", dirs[0])
		}
		merged, err := datasets.Merge(names(dirs), parts, division)
		if err == nil {
			err = merged.Validate()
		}
		return merged.Stretches, datasets.NewProvenance(merged.Spec), err
	}
	if parts, err = inOrder(parts); err != nil {
		return nil, plan, err
	}
	if len(division) > 0 {
		return nil, plan, fmt.Errorf("%s: is a shard, and all shards are divided into splits when they are made", parts[0].Name())
	}
	for _, d := range parts {
		stretches = append(stretches, datasets.Stretch{Dataset: d, From: 0, To: d.Episodes()})
	}
	plan = parts[0].Provenance()
	plan.Shard, plan.Files = datasets.Shard{}, nil
	return stretches, plan, nil
}

func isShard(d *datasets.Dataset) bool { return d.Provenance().Shard != datasets.Shard{} }

// names returns how a merged dataset calls its parts: by the last parts of their paths,
// wherever they are, unless two have the same.
func names(dirs []string) []string {
	short, long := make([]string, len(dirs)), make([]string, len(dirs))
	seen := map[string]bool{}
	for i, dir := range dirs {
		long[i] = filepath.ToSlash(filepath.Clean(dir))
		short[i] = path.Base(long[i])
		seen[short[i]] = true
	}
	if len(seen) < len(dirs) {
		return long
	}
	return short
}

// inOrder checks the shards of a dataset and returns them in order.
func inOrder(shards []*datasets.Dataset) ([]*datasets.Dataset, error) {
	var parts []*datasets.Dataset // by index
	for _, d := range shards {
		shard := d.Provenance().Shard
		if shard == (datasets.Shard{}) {
			return nil, fmt.Errorf("%s: is a whole dataset, not a shard; merge the shards first", d.Name())
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
