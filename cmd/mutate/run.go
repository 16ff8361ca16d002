package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"text/tabwriter"

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
	report   string // path
}

// run draws mutants, tries them and reports what became of each.
func run(ctx context.Context, out io.Writer, o options) (err error) {
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
	code, err := stateOfCode(".")
	if err != nil {
		return err
	}
	r, err := openReport(out, o.report, fmt.Sprint(code, o.patterns, o.count, o.seed, o.at))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.close()) }()
	t := &trials{tallies: map[*goPackage]*tally{}}
	t.court = court{workers: max(o.workers, 1), report: r, inFile: map[string][]*mutant{}, judges: map[*goPackage]*judge{}}
	if t.court.dir, err = os.MkdirTemp("", "mutate-"); err != nil {
		return err
	}
	defer os.RemoveAll(t.court.dir)
	if t.mutants, err = t.court.draw(ctx, pool, o.count); err != nil {
		return err
	}
	if err := t.court.open(t.mutants); err != nil {
		return err
	}
	group, ctx := errgroup.WithContext(ctx)
	for range t.court.workers {
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

// draw returns the first mutants of the pool that compile.
func (c *court) draw(ctx context.Context, pool []*mutant, count int) (drawn []*mutant, err error) {
	for i, m := range pool {
		m.number = i + 1
	}
	for len(drawn) < count && len(pool) > 0 {
		next := pool[:min(count-len(drawn), len(pool))]
		pool = pool[len(next):]
		good := make([]bool, len(next))
		group, ctx := errgroup.WithContext(ctx)
		group.SetLimit(c.workers)
		for i, m := range next {
			var known bool
			if good[i], known = c.report.compiles[m.key()]; known {
				continue
			}
			group.Go(func() (err error) {
				if good[i], err = c.compiles(ctx, m); err != nil {
					return err
				}
				return c.report.add(record{Mutant: m.key(), Compiles: &good[i]})
			})
		}
		if err := group.Wait(); err != nil {
			return nil, err
		}
		for i, m := range next {
			if good[i] {
				drawn = append(drawn, m)
			}
		}
	}
	return drawn, nil
}

// open plants the mutants and names their judges.
func (c *court) open(mutants []*mutant) (err error) {
	if c.root, err = filepath.Abs("."); err != nil {
		return err
	}
	c.tree = filepath.Join(c.dir, "tree")
	if err := plant(".", c.tree, mutants); err != nil {
		return err
	}
	for _, m := range mutants {
		if !slices.Contains(c.covered, m.pkg.ImportPath) {
			c.covered = append(c.covered, m.pkg.ImportPath)
		}
		if m.planted {
			path := m.pkg.ImportPath + "/" + filepath.Base(m.file)
			c.inFile[path] = append(c.inFile[path], m)
		}
		for _, p := range m.pkg.judges {
			if c.judges[p] == nil {
				c.judges[p] = &judge{pkg: p, tests: c.report.tests[p.ImportPath]}
			}
		}
	}
	slices.Sort(c.covered)
	return nil
}

// tally counts the mutants of a package.
type tally struct{ tried, died int }

// trials tries mutants one after the other.
type trials struct {
	court court

	mutex   sync.Mutex
	mutants []*mutant // that are still to be tried
	tallies map[*goPackage]*tally
}

// work tries mutants until none is left.
func (t *trials) work(ctx context.Context) error {
	for m := t.next(); m != nil; m = t.next() {
		v, known := t.court.report.fates[m.key()]
		if !known {
			var err error
			if v, err = t.court.try(ctx, m); err != nil {
				return err
			}
			if err := t.court.report.add(record{Mutant: m.key(), Fate: &v.fate, By: v.by, Seconds: v.seconds}); err != nil {
				return err
			}
		}
		t.note(m, v)
	}
	return nil
}

func (t *trials) next() *mutant {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	if len(t.mutants) == 0 {
		return nil
	}
	m := t.mutants[0]
	t.mutants = t.mutants[1:]
	return m
}

func (t *trials) note(m *mutant, v verdict) {
	by := ""
	if v.by != "" && v.by != m.pkg.ImportPath {
		by = " by " + v.by
	}
	t.court.report.print("%-10s %v (%.0f s%s)\n", v.fate, m, v.seconds, by)
	t.mutex.Lock()
	defer t.mutex.Unlock()
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
	w := tabwriter.NewWriter(t.court.report.out, 0, 0, 2, ' ', 0)
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
