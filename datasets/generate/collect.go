package generate

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	"orrery/datasets"
	"orrery/datasets/storage"
	"orrery/sim"
)

// Collector makes a dataset of demonstrations that come one after the other, of which nobody
// knows how many there will be. What was added is on disk, in a file of demonstrations beside
// the dataset, DIR.partial, until Complete has made it a part of the dataset. It may be used by
// many goroutines, but no other collector adds to the same dataset before Close.
type Collector struct {
	dir, path string
	plan      datasets.Provenance // of the dataset, with any number of episodes
	held      *storage.Held       // keeps other collectors away

	mu    sync.Mutex
	file  *os.File // nil while nothing waits
	size  int64    // bytes of the file
	base  int      // episodes of the dataset
	lines []span   // in the file, of the episodes that wait
}

// ErrInUse is the error of Collect for a dataset that another program adds to or makes.
var ErrInUse = errors.New("another program records to it: end that one first, or choose another directory")

// span is a part of a file in bytes.
type span struct{ from, to int64 }

// Collect returns a collector for the dataset in dir, which may exist: then it is extended,
// if it has such demonstrations. What an interrupted collector has left becomes a part of the
// dataset at once. The spec's number of episodes means nothing. The error is ErrInUse while
// another program has a collector for it.
func Collect(ctx context.Context, dir string, spec datasets.Spec) (*Collector, error) {
	if err := checkSpec(spec); err != nil {
		return nil, err
	}
	if storage.Remote(dir) {
		return nil, fmt.Errorf("%s: demonstrations are recorded one by one, to a folder on disk; merge brings them to an object store", dir)
	}
	spec.Episodes = 0
	dir = filepath.Clean(dir)
	c := &Collector{dir: dir, path: dir + ".partial", plan: datasets.NewProvenance(spec)}
	var err error
	if c.held, err = storage.TryLock(dir); errors.Is(err, storage.ErrInUse) {
		return nil, fmt.Errorf("%s: %w", dir, ErrInUse)
	} else if err != nil {
		return nil, err
	}
	if err := c.goOn(ctx, spec); err != nil {
		return nil, errors.Join(err, c.release())
	}
	return c, nil
}

// goOn reads what there is of the dataset, and takes over what an interrupted collector left.
func (c *Collector) goOn(ctx context.Context, spec datasets.Spec) error {
	text, err := os.ReadFile(c.path)
	left := err == nil
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	had, err := datasets.Open(ctx, c.dir)
	switch {
	case err == nil:
		c.base, c.plan = had.Episodes(), had.Provenance()
		c.plan.Files = nil
		if err := SameDemonstrations(&c.plan.Spec, &spec); err != nil {
			return fmt.Errorf("%s: cannot be extended: %w", c.dir, err)
		}
	case left && errors.Is(err, datasets.ErrUnfinished):
	default:
		if refused := Check(c.dir, Options{}); refused != nil {
			return refused
		}
	}
	if !left {
		return nil
	}
	if err := c.takeOver(ctx, text, &spec, had == nil); err != nil {
		return fmt.Errorf("%s: %w", c.path, err)
	}
	return nil
}

// takeOver goes on with the file of an interrupted collector. Some of what is in there may be in
// the dataset already, unless that is just being replaced.
func (c *Collector) takeOver(ctx context.Context, text []byte, spec *datasets.Spec, replaced bool) error {
	head, lines, err := splitDemonstrations(text)
	if err != nil {
		return err
	}
	if err := SameDemonstrations(&head.Spec, spec); err != nil {
		return fmt.Errorf("has demonstrations that are not in a dataset yet: %w; orrery import demonstrations makes one of them", err)
	}
	if replaced {
		c.base = head.From
	}
	done := c.base - head.From
	if done < 0 || done > len(lines) {
		return fmt.Errorf("is not of %s, which has %d episodes", c.dir, c.base)
	}
	if err := c.write(lines[done:]); err != nil {
		return err
	}
	return c.Complete(ctx)
}

// write makes the file anew, with these lines, or takes it away when there are none.
func (c *Collector) write(lines [][]byte) error {
	if c.file != nil {
		c.file.Close()
		c.file = nil
	}
	c.lines = nil
	if len(lines) == 0 {
		if err := os.Remove(c.path); !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		return nil
	}
	return c.begin(lines)
}

// begin makes and opens a file that has a head and some lines.
func (c *Collector) begin(lines [][]byte) error {
	text, err := encodeHead(c.plan.Spec, c.base)
	if err != nil {
		return err
	}
	var spans []span
	for _, line := range lines {
		from := int64(len(text))
		text = append(append(text, line...), '\n')
		spans = append(spans, span{from, int64(len(text))})
	}
	if err := os.MkdirAll(filepath.Dir(c.path), 0o755); err != nil {
		return err
	}
	if err := storage.WriteFile(c.path, text); err != nil {
		return err
	}
	c.lines, c.size = spans, int64(len(text))
	c.file, err = os.OpenFile(c.path, os.O_RDWR, 0o644)
	return err
}

// append writes a line, which is then on disk.
func (c *Collector) append(line []byte) error {
	if err := storage.Append(c.file, c.size, line); err != nil {
		return err
	}
	c.lines = append(c.lines, span{c.size, c.size + int64(len(line))})
	c.size += int64(len(line))
	return nil
}

// Add saves a demonstration, which is on disk when Add returns.
func (c *Collector) Add(d Demonstration) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.base+len(c.lines) >= datasets.MaxEpisodes {
		return fmt.Errorf("%s: a dataset has at most %d episodes", c.dir, datasets.MaxEpisodes)
	}
	line, err := d.encode(&c.plan.Spec)
	if err != nil {
		return err
	}
	if c.file == nil {
		if err := c.begin(nil); err != nil {
			return err
		}
	}
	return c.append(line)
}

// Discard takes back what was added last, if it is not a part of the dataset yet.
func (c *Collector) Discard() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch n := len(c.lines); n {
	case 0:
		return nil
	case 1:
		return c.write(nil)
	default:
		last := c.lines[n-1]
		if err := storage.Shorten(c.file, last.from); err != nil {
			return err
		}
		c.lines, c.size = c.lines[:n-1], last.from
		return nil
	}
}

// Episodes returns how many there are, those of the dataset and those that wait.
func (c *Collector) Episodes() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.base + len(c.lines)
}

// Due reports whether so much waits that it is time for Complete, which writes the dataset
// anew: where a dataset is small always, and else seldom enough that it takes little in all.
func (c *Collector) Due() bool {
	const small, share = 32, 4
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.lines) > 0 && (c.base < small || share*len(c.lines) >= c.base)
}

// Complete makes what waits a part of the dataset. When ctx ends or the process is killed,
// nothing is lost: the next Collect goes on.
func (c *Collector) Complete(ctx context.Context) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	for len(c.lines) > 0 {
		n := len(c.lines)
		plan, begun := c.plan, exists(filepath.Join(c.dir, datasets.PartialName))
		plan.Episodes = c.base + n
		if found, err := datasets.ReadProvenance(planIn(filepath.Join(c.dir, datasets.PartialName))); err == nil {
			if plan, n = found, found.Episodes-c.base; n < 1 || n > len(c.lines) {
				return fmt.Errorf("%s: holds an unfinished generation: resume it first", c.dir)
			}
		}
		maker := func(_ context.Context, episode int) (*sim.Trajectory, []datasets.Outcome, error) {
			d, err := c.read(episode - c.base)
			return d.Trajectory, d.Outcomes, err
		}
		if err := run(ctx, c.dir, plan, func() Maker { return maker }, Options{Workers: 1, Append: c.base > 0, Resume: begun}); err != nil {
			return err
		}
		rest, err := c.texts(n)
		if err != nil {
			return err
		}
		c.base, c.plan = c.base+n, plan
		if err := c.write(rest); err != nil {
			return err
		}
	}
	return nil
}

// text returns the line of an episode that waits.
func (c *Collector) text(i int) ([]byte, error) {
	at := c.lines[i]
	text := make([]byte, at.to-at.from-1)
	_, err := c.file.ReadAt(text, at.from)
	return text, err
}

func (c *Collector) read(i int) (Demonstration, error) {
	text, err := c.text(i)
	if err != nil {
		return Demonstration{}, err
	}
	return decodeDemonstration(&c.plan.Spec, text)
}

// texts returns the lines of the episodes that wait, but for the first ones.
func (c *Collector) texts(first int) ([][]byte, error) {
	var out [][]byte
	for i := first; i < len(c.lines); i++ {
		text, err := c.text(i)
		if err != nil {
			return nil, err
		}
		out = append(out, text)
	}
	return out, nil
}

// Close completes the dataset and lets go of the files, for other collectors too.
func (c *Collector) Close(ctx context.Context) error {
	err := c.Complete(ctx)
	return errors.Join(err, c.Leave())
}

// Leave lets go of the files as Close does, but leaves what waits to the next collector.
func (c *Collector) Leave() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.release()
}

func (c *Collector) release() (err error) {
	if c.file != nil {
		err = c.file.Close()
		c.file = nil
	}
	return errors.Join(err, c.held.Unlock())
}
