package generate

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"orrery/datasets"
)

// draft is a dataset that is being written, together with a journal of what its files
// hold already, so that the episodes can be read again before the files are complete:
// after a kill, and when one needs more room than the frames have. Either way the draft
// is set aside and another begins, with the episodes of the first.
type draft struct {
	*partial
	writer  *datasets.Writer
	journal journal
	written int // episodes
}

const journalName = "journal"

// scratch is the folder for temporary files of those who draw episodes.
func (p *partial) scratch() string { return filepath.Join(p.dir, "scratch") }

// out is the folder of the draft, and before that of one that was set aside.
func (p *partial) out() string    { return filepath.Join(p.dir, "out") }
func (p *partial) before() string { return filepath.Join(p.dir, "before") }

// make makes the episodes that no earlier attempt left, and completes the draft.
func (p *partial) make(ctx context.Context, newMaker func() Maker, opt Options) error {
	d := &draft{partial: p}
	defer d.release()
	if p.film != nil {
		if err := os.RemoveAll(p.scratch()); err != nil { // of one that was killed
			return err
		}
		if err := os.Mkdir(p.scratch(), 0o755); err != nil {
			return err
		}
	}
	err := d.resume(ctx)
	report := func(done int) {
		if p.done = done; opt.Progress != nil {
			opt.Progress(p.done, p.total)
		}
	}
	if err == nil {
		report(d.written)
		err = p.fill(ctx, d.written, newMaker, opt.Workers, func(b *block) error {
			err := d.addBlock(ctx, b)
			if err == nil {
				report(d.written)
			}
			return err
		})
	}
	if ctx.Err() != nil && errors.Is(err, ctx.Err()) {
		return fmt.Errorf("stopped after %d of %d episodes, resume to go on: %w", p.done, p.total, ctx.Err())
	}
	if err != nil {
		return err
	}
	return d.writer.Finish()
}

// resume takes over what an earlier attempt left, which is in the folder before when
// that attempt was itself not done with an earlier one.
func (d *draft) resume(ctx context.Context) error {
	if exists(d.before()) {
		if err := os.RemoveAll(d.out()); err != nil {
			return err
		}
	} else if err := os.Rename(d.out(), d.before()); err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		return err
	}
	file, records, room, err := d.openBefore()
	if err != nil {
		return err
	}
	file.Close()
	if records == nil {
		return os.RemoveAll(d.before())
	}
	return d.begin(ctx, room)
}

// addBlock writes the episodes of a block.
func (d *draft) addBlock(ctx context.Context, b *block) error {
	var have, room datasets.Room
	if d.writer != nil {
		have = d.writer.Room()
	}
	room = have
	for i, e := range b.episodes {
		var err error
		if room, err = room.Widen(e.Room()); err != nil {
			return fmt.Errorf("episode %d: %w", d.first+b.from+i, err)
		}
	}
	if room.Bodies > have.Bodies || len(room.Actions) > len(have.Actions) || len(room.View) != len(have.View) {
		if err := d.startOver(ctx, room); err != nil {
			return err
		}
	}
	d.writer.Rename(room)
	for _, e := range b.episodes {
		if err := d.add(e); err != nil {
			return err
		}
	}
	return d.flush()
}

// startOver goes on with a draft whose frames have another room.
func (d *draft) startOver(ctx context.Context, room datasets.Room) error {
	if d.writer != nil {
		d.release()
		if err := os.Rename(d.out(), d.before()); err != nil {
			return err
		}
	}
	have := d.written
	err := d.begin(ctx, room)
	if err == nil && d.written != have {
		err = fmt.Errorf("%s: %d of %d episodes cannot be read again", d.out(), have-d.written, have)
	}
	return err
}

// begin begins a draft, with the episodes of the one before.
func (d *draft) begin(ctx context.Context, room datasets.Room) error {
	d.writer, d.written = datasets.NewWriter(d.out(), d.plan, room), 0
	if err := os.MkdirAll(d.out(), 0o755); err != nil {
		return err
	}
	var err error
	if d.journal.file, err = os.Create(filepath.Join(d.out(), journalName)); err != nil {
		return err
	}
	text, err := json.Marshal(room)
	if err != nil {
		return err
	}
	d.journal.append(text)
	if err := d.addBefore(ctx); err != nil {
		return err
	}
	if err := d.flush(); err != nil {
		return err
	}
	return os.RemoveAll(d.before())
}

// add writes an episode, and a note of it.
func (d *draft) add(e *datasets.Prepared) error {
	place, err := d.writer.Add(e)
	if err != nil {
		return err
	}
	d.written++
	kept, err := e.Kept()
	d.journal.append(append(place.AppendTo(nil), kept...))
	return err
}

// flush hands everything to the system, which keeps it when the process is killed. The
// journal comes last, so that it knows of nothing that is not there.
func (d *draft) flush() error {
	if err := d.writer.Flush(); err != nil {
		return err
	}
	return d.journal.flush()
}

func (d *draft) release() {
	if d.writer != nil {
		d.writer.Release()
		d.journal.file.Close()
	}
}

// openBefore opens the journal of the draft that was set aside, and reads what room its
// frames have. There are no records where a kill came too early.
func (d *draft) openBefore() (file *os.File, records *bufio.Reader, room datasets.Room, err error) {
	file, err = os.Open(filepath.Join(d.before(), journalName))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil, datasets.Room{}, nil
	}
	if err != nil {
		return nil, nil, datasets.Room{}, err
	}
	records = bufio.NewReaderSize(file, 1<<20)
	text, err := nextRecord(records)
	if err == nil {
		err = json.Unmarshal(text, &room)
	}
	if err != nil {
		return file, nil, datasets.Room{}, nil
	}
	return file, records, room, nil
}

// addBefore adds the episodes of the draft that was set aside. It ends at the first
// that is damaged, as a power failure leaves them.
func (d *draft) addBefore(ctx context.Context) error {
	file, records, room, err := d.openBefore()
	if file != nil {
		defer file.Close()
	}
	if err != nil || records == nil {
		return err
	}
	for from := 0; d.written < d.total; {
		if err := ctx.Err(); err != nil {
			return err
		}
		record, err := nextRecord(records)
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		place, kept, err := datasets.DecodePlace(record, room)
		if err != nil {
			return nil
		}
		e, err := datasets.ReadBack(ctx, d.before(), d.plan.FPS, room, d.written, from, place, kept)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			return nil
		}
		if err := d.add(e); err != nil {
			return err
		}
		from += e.Frames()
	}
	return nil
}
