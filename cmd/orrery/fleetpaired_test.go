package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// BenchmarkFleetBesidePrograms has the two shards of a stage made in two ways, in turn: by two programs with a worker each
// that are started by hand, and by a fleet on two cores. Shards take about a minute, those of data a quarter of one, for they fill the disk. It
// reports the share of the programs' speed that the fleet has, and what it takes more, in seconds and as a share of a minute: the medians of
// all pairs. The fleet's time has its merge or list in it.
func BenchmarkFleetBesidePrograms(b *testing.B) {
	for _, c := range []struct{ name, line, more string }{
		{"gen", "gen mixed --episodes 27000 --frames 121", ", merge: false"},
		{"plan", "plan push --model true --episodes 300", ""},
	} {
		b.Run(c.name, func(b *testing.B) {
			programs := func() time.Duration {
				dir, began := b.TempDir(), time.Now()
				var ends []func() error
				for i := range 2 {
					line := append(strings.Fields(c.line), "--workers", "1", "--shard", fmt.Sprintf("%d/2", i), "--out", filepath.Join(dir, fmt.Sprint(i)))
					cmd, _ := start(b, line...)
					ends = append(ends, cmd.Wait)
				}
				for _, end := range ends {
					if err := end(); err != nil {
						b.Fatal(err)
					}
				}
				took := time.Since(began)
				remove(b, dir)
				return took
			}
			fleet := func() time.Duration {
				path, began := fleetFile(b, "  - {name: data, run: "+c.line+", shards: 2"+c.more+"}\n"), time.Now()
				succeeds(b, "fleet", "run", path, "--cores", "2")
				took := time.Since(began)
				remove(b, filepath.Dir(path))
				return took
			}
			var shares, more []float64
			for n := 0; b.Loop(); n++ {
				var alone, together time.Duration
				if n%2 == 0 {
					alone = programs()
					together = fleet()
				} else {
					together = fleet()
					alone = programs()
				}
				b.Logf("two programs %v, fleet %v", alone.Round(time.Millisecond), together.Round(time.Millisecond))
				shares = append(shares, alone.Seconds()/together.Seconds())
				more = append(more, (together - alone).Seconds())
			}
			slices.Sort(shares)
			slices.Sort(more)
			b.ReportMetric(shares[len(shares)/2], "of-the-programs'-speed")
			b.ReportMetric(more[len(more)/2], "s-more")
			b.ReportMetric(100*more[len(more)/2]/60, "%-of-a-minute")
		})
	}
}

// remove takes away a folder, of which several would fill the disk.
func remove(b *testing.B, dir string) {
	b.Helper()
	if err := os.RemoveAll(dir); err != nil {
		b.Fatal(err)
	}
}
