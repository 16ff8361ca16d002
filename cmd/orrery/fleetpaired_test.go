package main

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// BenchmarkFleetBesidePrograms has the shards of a stage made in two ways, in turn: by two programs with a worker each
// that are started by hand, and by a fleet on two cores. It reports the share of the programs' speed that the fleet
// has, the median of all pairs. The fleet's time has its merge or list in it.
func BenchmarkFleetBesidePrograms(b *testing.B) {
	for _, c := range []struct{ name, line, more string }{
		{"gen", "gen mixed --episodes 6000 --frames 121", ", merge: false"},
		{"plan", "plan push --model true --episodes 60", ""},
	} {
		b.Run(c.name, func(b *testing.B) {
			var shares []float64
			for b.Loop() {
				dir := b.TempDir()
				began := time.Now()
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
				alone := time.Since(began)
				path := fleetFile(b, "  - {name: data, run: "+c.line+", shards: 2"+c.more+"}\n")
				began = time.Now()
				succeeds(b, "fleet", "run", path, "--cores", "2")
				fleet := time.Since(began)
				b.Logf("two programs %v, fleet %v", alone.Round(time.Millisecond), fleet.Round(time.Millisecond))
				shares = append(shares, alone.Seconds()/fleet.Seconds())
			}
			slices.Sort(shares)
			b.ReportMetric(shares[len(shares)/2], "of-the-programs'-speed")
		})
	}
}
