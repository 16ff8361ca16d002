package datasets

import (
	"bytes"
	"context"
	"encoding/gob"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	"github.com/moby/sys/atomicwriter"
	"golang.org/x/sync/errgroup"

	"orrery/sim"
)

// A worker saves its episodes when it has made so many, or fewer when they have
// many frames. A kill loses that much of each worker's work at most.
const (
	blockEpisodes = 16
	blockFrames   = 8192
)

// blockEpisode is a finished episode that waits to be put into the dataset.
type blockEpisode struct {
	Scene  []byte    // JSON
	Bodies int       // n
	States []float32 // [t, 6n]
	Stats  Stats     // of States
}

// partial is an unfinished dataset. Its folder holds plan.json, the provenance
// it was started with, and blocks of finished episodes.
type partial struct {
	dir  string // .partial in the directory of the dataset
	plan Provenance
}

// perBlock returns how many episodes a block has, but for the last.
func (p *partial) perBlock() int { return min(blockEpisodes, max(1, blockFrames/p.plan.Frames)) }

func (p *partial) blocks() int { return (p.plan.Episodes + p.perBlock() - 1) / p.perBlock() }

// span returns the first episode of a block and the one after its last.
func (p *partial) span(block int) (from, to int) {
	from = block * p.perBlock()
	return from, min(from+p.perBlock(), p.plan.Episodes)
}

func (p *partial) blockPath(block int) string {
	return filepath.Join(p.dir, "blocks", fmt.Sprintf("%06d.gob", block))
}

// fill makes the blocks that are missing.
func (p *partial) fill(ctx context.Context, newSource func() Source, opt Options) error {
	var missing []int
	done := 0
	for block := range p.blocks() {
		from, to := p.span(block)
		switch _, err := os.Stat(p.blockPath(block)); {
		case err == nil:
			done += to - from
		case errors.Is(err, fs.ErrNotExist):
			missing = append(missing, block)
		default:
			return err
		}
	}
	var mu sync.Mutex // guards done, and keeps the calls of Progress in order
	saved := func(episodes int) {
		mu.Lock()
		defer mu.Unlock()
		done += episodes
		if opt.Progress != nil {
			opt.Progress(done, p.plan.Episodes)
		}
	}
	saved(0)

	queue := make(chan int, len(missing))
	for _, block := range missing {
		queue <- block
	}
	close(queue)
	workers, working := errgroup.WithContext(ctx)
	for range min(opt.Workers, len(missing)) {
		source := newSource()
		workers.Go(func() error {
			for block := range queue {
				if err := p.makeBlock(working, source, block); err != nil {
					return err
				}
				from, to := p.span(block)
				saved(to - from)
			}
			return nil
		})
	}
	err := workers.Wait()
	if err != nil && ctx.Err() != nil {
		return fmt.Errorf("stopped after %d of %d episodes, resume to go on: %w", done, p.plan.Episodes, ctx.Err())
	}
	return err
}

// makeBlock makes the episodes of a block and saves them.
func (p *partial) makeBlock(ctx context.Context, source Source, block int) error {
	var buffer bytes.Buffer
	var episodes []blockEpisode
	maxBodies := 0
	from, to := p.span(block)
	for i := from; i < to; i++ {
		if err := ctx.Err(); err != nil {
			return err
		}
		e, err := p.makeEpisode(ctx, source, i)
		if err != nil {
			return fmt.Errorf("episode %d: %w", i, err)
		}
		episodes, maxBodies = append(episodes, e), max(maxBodies, e.Bodies)
	}
	encoder := gob.NewEncoder(&buffer)
	if err := errors.Join(encoder.Encode(maxBodies), encoder.Encode(episodes)); err != nil {
		return err
	}
	return atomicwriter.WriteFile(p.blockPath(block), buffer.Bytes(), 0o644)
}

// makeEpisode makes one episode and holds it against the plan.
func (p *partial) makeEpisode(ctx context.Context, source Source, i int) (blockEpisode, error) {
	trajectory, err := source(ctx, i)
	if err != nil {
		return blockEpisode{}, err
	}
	if err := trajectory.Check(); err != nil {
		return blockEpisode{}, err
	}
	n := len(trajectory.Scene.Bodies)
	switch {
	case n == 0:
		return blockEpisode{}, errors.New("scene: 0 bodies must be at least 1")
	case trajectory.Scene.FPS != p.plan.FPS:
		return blockEpisode{}, fmt.Errorf("scene: fps %d must be the dataset's, %d", trajectory.Scene.FPS, p.plan.FPS)
	case len(trajectory.States) != p.plan.Frames:
		return blockEpisode{}, fmt.Errorf("%d frames must be the dataset's, %d", len(trajectory.States), p.plan.Frames)
	}
	e := blockEpisode{Bodies: n}
	for frame, state := range trajectory.States {
		e.States = state.AppendFloat32(e.States, n)
		rounded := sim.StateFromFloat32(e.States[len(e.States)-sim.StateSize*n:], n)
		if err := rounded.Check(); err != nil {
			return blockEpisode{}, fmt.Errorf("frame %d as float32: %w", frame, err)
		}
	}
	e.Stats = describe(e.States, sim.StateSize*n)
	e.Scene, err = trajectory.Scene.Encode()
	return e, err
}

// loadBlock reads how many bodies the scenes of a block have at most and, when
// episodes is not nil, its episodes.
func (p *partial) loadBlock(block int, episodes *[]blockEpisode) (maxBodies int, err error) {
	file, err := os.Open(p.blockPath(block))
	if err != nil {
		return 0, err
	}
	defer file.Close()
	decoder := gob.NewDecoder(file)
	err = decoder.Decode(&maxBodies)
	if err == nil && episodes != nil {
		err = decoder.Decode(episodes)
	}
	if from, to := p.span(block); err == nil && episodes != nil && len(*episodes) != to-from {
		err = fmt.Errorf("%d episodes must be %d", len(*episodes), to-from)
	}
	if err != nil {
		if err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		return 0, fmt.Errorf("%s is damaged, delete it and resume: %w", file.Name(), err)
	}
	return maxBodies, nil
}
