package generate

import (
	"context"
	"fmt"

	"golang.org/x/sync/errgroup"

	"orrery/datasets"
)

// A worker hands its episodes over to be written when it has made so many, or fewer
// when they have many frames. A kill loses what is on its way: two such blocks for each
// worker, and those being made and written.
const (
	blockEpisodes = 16
	blockFrames   = 8192
	blockPictures = 512
)

// block is a number of episodes that a worker makes one after the other.
type block struct {
	from, to int
	ready    chan struct{} // closed when what follows is known
	episodes []*datasets.Prepared
	err      error
}

// perBlock returns how many episodes a block has, but for the last.
func (p *partial) perBlock() int {
	frames := blockFrames
	if p.film != nil {
		frames = blockPictures
	}
	return min(blockEpisodes, max(1, frames/p.plan.Frames))
}

// fill makes the episodes from the first on and gives them to take in their order.
// When ctx ends, take still gets those that no earlier one is missing for.
func (p *partial) fill(ctx context.Context, first int, newMaker func() Maker, workers int, take func(*block) error) error {
	group, ctx := errgroup.WithContext(ctx)
	queue, order := make(chan *block), make(chan *block, 2*workers)
	group.Go(func() error {
		defer close(order)
		defer close(queue)
		for from := first; from < p.total; from += p.perBlock() {
			b := &block{from: from, to: min(from+p.perBlock(), p.total), ready: make(chan struct{})}
			select {
			case order <- b:
				queue <- b
			case <-ctx.Done():
				return nil // whoever takes the blocks says why
			}
		}
		return nil
	})
	for range workers {
		makeEpisode := newMaker()
		group.Go(func() error {
			for b := range queue {
				b.err = p.makeBlock(ctx, makeEpisode, b)
				close(b.ready)
			}
			return nil
		})
	}
	group.Go(func() error {
		next := first
		for b := range order {
			if <-b.ready; b.err != nil {
				return b.err
			}
			if err := take(b); err != nil {
				return err
			}
			next = b.to
		}
		if next < p.total {
			return ctx.Err()
		}
		return nil
	})
	return group.Wait()
}

// makeBlock makes the episodes of a block. A panic in there is an error, so that what is
// made so far is kept.
func (p *partial) makeBlock(ctx context.Context, makeEpisode Maker, b *block) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("episode %d: the program failed: %v", p.first+b.from+len(b.episodes), r)
		}
	}()
	for i := b.from; i < b.to; i++ {
		if err := ctx.Err(); err != nil {
			return err
		}
		e, err := p.prepared(ctx, makeEpisode, i)
		if err != nil {
			return fmt.Errorf("episode %d: %w", p.first+i, err)
		}
		b.episodes = append(b.episodes, e)
	}
	return nil
}

// prepared returns an episode: that of the dataset which is extended, or else one that is made.
func (p *partial) prepared(ctx context.Context, makeEpisode Maker, i int) (*datasets.Prepared, error) {
	if p.base != nil && i < p.base.Episodes() {
		return p.base.Prepared(ctx, i)
	}
	trajectory, outcomes, err := makeEpisode(ctx, p.first+i)
	if err != nil {
		return nil, err
	}
	e, err := datasets.Prepare(&p.plan.Spec, trajectory, outcomes)
	if err != nil || p.film == nil {
		return e, err
	}
	pictures, err := p.film(ctx, p.scratch(), p.first+i, trajectory)
	if err != nil {
		return nil, err
	}
	return e, e.Film(p.plan.Film, pictures)
}
