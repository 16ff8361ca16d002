package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"text/tabwriter"
	"time"

	"golang.org/x/sync/errgroup"
)

type options struct {
	patterns []string
	count    int
	seed     uint64
	at       string // file:line
	least    float64
	workers  int
	list     bool
}

// run draws mutants, tries them and reports what became of each.
func run(ctx context.Context, out io.Writer, o options) error {
	pool, packages, err := o.pool(ctx)
	if err != nil {
		return err
	}
	if len(pool) == 0 {
		return errors.New("there is no mutant to try")
	}
	if o.list {
		for _, m := range pool[:min(o.count, len(pool))] {
			fmt.Fprintln(out, m)
		}
		return nil
	}
	t := &trials{out: out, wanted: min(o.count, len(pool)), pool: pool, tallies: map[*goPackage]*tally{}}
	if t.court.dir, err = os.MkdirTemp("", "mutate-"); err != nil {
		return err
	}
	defer os.RemoveAll(t.court.dir)
	t.court.usual = map[string]time.Duration{}
	group, ctx := errgroup.WithContext(ctx)
	for range max(o.workers, 1) {
		group.Go(func() error { return t.work(ctx) })
	}
	if err := group.Wait(); err != nil {
		return err
	}
	share := t.table(packages)
	if !(share >= o.least) {
		return fmt.Errorf("%.1f %% of the mutants died, and %.1f %% must", 100*share, 100*o.least)
	}
	return nil
}

// pool returns mutants in the order in which they are tried.
func (o *options) pool(ctx context.Context) ([]*mutant, []*goPackage, error) {
	packages, err := listPackages(ctx, o.patterns)
	if err != nil {
		return nil, nil, err
	}
	root, err := os.Getwd()
	if err != nil {
		return nil, nil, err
	}
	var pool []*mutant
	for _, p := range packages {
		found, err := p.mutants(root)
		if err != nil {
			return nil, nil, err
		}
		for _, m := range found {
			if o.at == "" || fmt.Sprintf("%s:%d", m.file, m.line) == filepath.Clean(o.at) {
				pool = append(pool, m)
			}
		}
	}
	if o.at == "" {
		random := rand.New(rand.NewPCG(o.seed, 0))
		random.Shuffle(len(pool), func(i, j int) { pool[i], pool[j] = pool[j], pool[i] })
	}
	return pool, packages, nil
}

// tally counts the mutants of a package.
type tally struct{ tried, died int }

// trials tries the mutants of a pool one after the other. A worker whose mutant did not
// compile draws again, so as many are tried as are wanted.
type trials struct {
	court  court
	out    io.Writer
	wanted int

	mutex   sync.Mutex
	pool    []*mutant // that are still to be tried
	next    int       // number of the next one
	begun   int       // mutants that are being tried or have been, without those that do not compile
	tallies map[*goPackage]*tally
}

// work tries mutants until as many as are wanted have been tried.
func (t *trials) work(ctx context.Context) error {
	for {
		m, id := t.draw()
		if m == nil {
			return nil
		}
		v, err := t.court.try(ctx, m, id)
		if err != nil {
			return err
		}
		t.note(m, v)
	}
}

func (t *trials) draw() (*mutant, int) {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	if t.begun == t.wanted || len(t.pool) == 0 {
		return nil, 0
	}
	m := t.pool[0]
	t.pool = t.pool[1:]
	t.begun++
	t.next++
	return m, t.next
}

func (t *trials) note(m *mutant, v verdict) {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	if v.fate == impossible {
		t.begun--
		return
	}
	by := ""
	if v.by != "" && v.by != m.pkg.ImportPath {
		by = " by " + v.by
	}
	fmt.Fprintf(t.out, "%-10s %v (%.0f s%s)\n", v.fate, m, v.seconds, by)
	if t.tallies[m.pkg] == nil {
		t.tallies[m.pkg] = &tally{}
	}
	t.tallies[m.pkg].tried++
	if v.fate != survived {
		t.tallies[m.pkg].died++
	}
}

// table prints the tallies and returns the share of all that died.
func (t *trials) table(packages []*goPackage) float64 {
	w := tabwriter.NewWriter(t.out, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "\npackage\tmutants\tdead\tshare\n")
	var all tally
	row := func(name string, n tally) {
		fmt.Fprintf(w, "%s\t%d\t%d\t%.0f %%\n", name, n.tried, n.died, 100*float64(n.died)/float64(max(n.tried, 1)))
	}
	for _, p := range packages {
		if n := t.tallies[p]; n != nil {
			row(strings.TrimPrefix(p.ImportPath, "orrery/"), *n)
			all.tried, all.died = all.tried+n.tried, all.died+n.died
		}
	}
	row("all", all)
	w.Flush()
	return float64(all.died) / float64(max(all.tried, 1))
}
