package datasets

import (
	"path/filepath"
	"runtime"
	"testing"
)

// BenchmarkMemory reports how much memory a generation holds after a tenth of
// 100 000 episodes and at their end.
func BenchmarkMemory(b *testing.B) {
	spec := testSpec()
	spec.Episodes, spec.Frames = 100_000, 4
	held := func() float64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return float64(m.HeapAlloc) / 1e6
	}
	for b.Loop() {
		tenth, most := 0.0, 0.0
		err := Generate(b.Context(), filepath.Join(b.TempDir(), "data"), spec, flights(spec), Options{
			Workers: 2,
			Progress: func(done, total int) {
				if done%(total/10) != 0 {
					return
				}
				if most = max(most, held()); done == total/10 {
					tenth = held()
				}
			},
		})
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(tenth, "MB-after-10000")
		b.ReportMetric(most, "MB-at-most")
	}
}
