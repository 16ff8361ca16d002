package datasets

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/gob"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"sync"

	"github.com/moby/sys/atomicwriter"
	"golang.org/x/sync/errgroup"

	"orrery/sim"
)

// A worker hands its episodes over to be saved when it has made so many, or fewer
// when they have many frames. A kill loses that much of each worker's work twice
// at most.
const (
	blockEpisodes = 16
	blockFrames   = 8192
)

// blockEpisode is a finished episode that waits to be put into the dataset.
type blockEpisode struct {
	Layout   layout // that fits it exactly
	Scene    []byte // JSON
	States   floats // [t, 6n]
	Actions  floats // [t, a], the last row 0
	Outcomes floats // [t, outcomeSize] or nil
	Stats    Stats  // of States
}

// frames returns t.
func (e *blockEpisode) frames() int { return len(e.States) / (sim.StateSize * e.Layout.Bodies) }

// floats are values that gob encodes as their bytes, which is much faster than its
// own way.
type floats []float32

// GobEncode implements gob.GobEncoder.
func (f floats) GobEncode() ([]byte, error) {
	b := make([]byte, 0, 4*len(f))
	for _, v := range f {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(v))
	}
	return b, nil
}

// GobDecode implements gob.GobDecoder.
func (f *floats) GobDecode(b []byte) error {
	*f = make(floats, len(b)/4)
	for i := range *f {
		(*f)[i] = math.Float32frombits(binary.LittleEndian.Uint32(b[4*i:]))
	}
	return nil
}

// partial is an unfinished dataset. Its folder holds plan.json, the provenance
// it was started with, and blocks of finished episodes.
type partial struct {
	dir   string // .partial in the directory of the dataset
	plan  Provenance
	first int // number of the first episode; those of a shard begin with another than 0
	total int // episodes

	blocks []block
	slots  chan struct{} // one for each block that is held
	done   int           // episodes that are saved
}

// block is a number of episodes that are made and saved together. Some of those that
// the dataset does not have yet are held in memory, so that it need not wait for them
// to be saved, nor read them.
type block struct {
	made   chan struct{} // closed when what follows is known
	layout layout        // that fits all
	held   []blockEpisode
	saved  chan struct{} // closed when the file is
}

func newPartial(dir string, plan Provenance) *partial {
	p := &partial{dir: filepath.Join(dir, partialName), plan: plan}
	from, to := plan.Shard.span(plan.Episodes)
	p.first, p.total = from, to-from
	p.blocks = make([]block, (p.total+p.perBlock()-1)/p.perBlock())
	for i := range p.blocks {
		p.blocks[i].made, p.blocks[i].saved = make(chan struct{}), make(chan struct{})
	}
	return p
}

// perBlock returns how many episodes a block has, but for the last.
func (p *partial) perBlock() int { return min(blockEpisodes, max(1, blockFrames/p.plan.Frames)) }

// span returns the first episode of a block and the one after its last.
func (p *partial) span(block int) (from, to int) {
	from = block * p.perBlock()
	return from, min(from+p.perBlock(), p.total)
}

func (p *partial) blockPath(block int) string {
	return filepath.Join(p.dir, "blocks", fmt.Sprintf("%06d.gob", block))
}

// fill makes the blocks that are missing. Workers make episodes while as many
// others save those made before.
func (p *partial) fill(ctx context.Context, newSource func() Source, opt Options) error {
	var missing []int
	p.slots = make(chan struct{}, 2*opt.Workers)
	for block := range p.blocks {
		from, to := p.span(block)
		switch _, err := os.Stat(p.blockPath(block)); {
		case err == nil:
			p.done += to - from
			close(p.blocks[block].saved)
		case errors.Is(err, fs.ErrNotExist):
			missing = append(missing, block)
		default:
			return err
		}
	}
	var mu sync.Mutex // guards p.done, and keeps the calls of Progress in order
	report := func(episodes int) {
		mu.Lock()
		defer mu.Unlock()
		p.done += episodes
		if opt.Progress != nil {
			opt.Progress(p.done, p.total)
		}
	}
	report(0)

	queue := make(chan int, len(missing))
	for _, block := range missing {
		queue <- block
	}
	close(queue)
	workers, ctx := errgroup.WithContext(ctx)
	saving, ctx := errgroup.WithContext(ctx)
	saving.SetLimit(opt.Workers)
	for range min(opt.Workers, len(missing)) {
		source := newSource()
		workers.Go(func() error {
			for block := range queue {
				made, err := p.makeBlock(ctx, source, block)
				if err != nil {
					return err
				}
				saving.Go(func() error {
					if err := p.saveBlock(block, made); err != nil {
						return err
					}
					report(len(made))
					return nil
				})
			}
			return nil
		})
	}
	err := workers.Wait()
	if failed := saving.Wait(); failed != nil {
		return failed // and so the workers were told to stop
	}
	return err
}

// made is an episode as its source made it.
type made struct {
	trajectory *sim.Trajectory
	outcomes   []Outcome
}

// makeBlock makes the episodes of a block.
func (p *partial) makeBlock(ctx context.Context, source Source, block int) ([]made, error) {
	var episodes []made
	from, to := p.span(block)
	for i := from; i < to; i++ {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		trajectory, outcomes, err := source(ctx, p.first+i)
		if err != nil {
			return nil, fmt.Errorf("episode %d: %w", p.first+i, err)
		}
		episodes = append(episodes, made{trajectory, outcomes})
	}
	return episodes, nil
}

// saveBlock checks the episodes of a block, holds them if there is room, and saves
// them.
func (p *partial) saveBlock(number int, episodes []made) error {
	var all layout
	var finished []blockEpisode
	from, _ := p.span(number)
	for i, m := range episodes {
		e, err := p.finishEpisode(m)
		if err == nil {
			all, err = all.widen(e.Layout)
		}
		if err != nil {
			return fmt.Errorf("episode %d: %w", p.first+from+i, err)
		}
		finished = append(finished, e)
	}
	b := &p.blocks[number]
	select {
	case p.slots <- struct{}{}:
		b.layout, b.held = all, finished
		close(b.made)
	default:
	}
	var buffer bytes.Buffer
	encoder := gob.NewEncoder(&buffer)
	err := encoder.Encode(all)
	for i := range finished {
		err = errors.Join(err, encoder.Encode(&finished[i]))
	}
	if err != nil {
		return err
	}
	if err := atomicwriter.WriteFile(p.blockPath(number), buffer.Bytes(), 0o644); err != nil {
		return err
	}
	close(b.saved)
	return nil
}

// finishEpisode holds an episode against the plan.
func (p *partial) finishEpisode(m made) (blockEpisode, error) {
	trajectory, scene := m.trajectory, m.trajectory.Scene
	err := trajectory.Check()
	if err == nil {
		err = checkOutcomes(m.outcomes)
	}
	if err != nil {
		return blockEpisode{}, err
	}
	n, frames := len(scene.Bodies), len(trajectory.States)
	switch {
	case n == 0:
		return blockEpisode{}, errors.New("scene: 0 bodies must be at least 1")
	case scene.FPS != p.plan.FPS:
		return blockEpisode{}, fmt.Errorf("scene: fps %d must be the dataset's, %d", scene.FPS, p.plan.FPS)
	case frames < 1 || frames > p.plan.Frames:
		return blockEpisode{}, fmt.Errorf("%d frames must be from 1 to the dataset's %d", frames, p.plan.Frames)
	case m.outcomes != nil && len(m.outcomes) != frames-1:
		return blockEpisode{}, fmt.Errorf("%d outcomes must be one less than the %d frames", len(m.outcomes), frames)
	}
	e := newBlockEpisode(m.trajectory, m.outcomes)
	for frame := range frames {
		rounded := sim.StateFromFloat32(e.States[sim.StateSize*n*frame:], n)
		if err := rounded.Check(); err != nil {
			return blockEpisode{}, fmt.Errorf("frame %d as float32: %w", frame, err)
		}
	}
	for i, v := range e.Actions {
		if math.IsInf(float64(v), 0) {
			return blockEpisode{}, fmt.Errorf("frame %d as float32: action %v must be finite", i/len(scene.Actuators), v)
		}
	}
	e.Scene, err = scene.Encode()
	return e, err
}

// newBlockEpisode returns an episode without its scene.
func newBlockEpisode(trajectory *sim.Trajectory, outcomes []Outcome) blockEpisode {
	n := len(trajectory.Scene.Bodies)
	e := blockEpisode{
		Layout:  layoutOf(trajectory.Scene, outcomes),
		States:  make(floats, 0, len(trajectory.States)*sim.StateSize*n),
		Actions: appendActions(trajectory),
	}
	for _, state := range trajectory.States {
		e.States = state.AppendFloat32(e.States, n)
	}
	if outcomes != nil {
		e.Outcomes = appendOutcomes(outcomes)
	}
	e.Stats = describe(e.States, sim.StateSize*n)
	return e
}

// loadBlock reads the layout that fits the episodes of a block and, when episodes
// is not nil, the episodes.
func (p *partial) loadBlock(block int, episodes *[]blockEpisode) (all layout, err error) {
	file, err := os.Open(p.blockPath(block))
	if err != nil {
		return layout{}, err
	}
	defer file.Close()
	decoder := gob.NewDecoder(file)
	err = decoder.Decode(&all)
	for from, to := p.span(block); err == nil && episodes != nil && from < to; from++ {
		var e blockEpisode
		err = decoder.Decode(&e)
		*episodes = append(*episodes, e)
	}
	if err != nil {
		if err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		return layout{}, fmt.Errorf("%s is damaged, delete it and resume: %w", file.Name(), err)
	}
	return all, nil
}
