package generate

import (
	"path/filepath"
	"runtime"
	"testing"
)

// held returns how much memory a generation of so many short episodes holds after each
// of the given numbers of them, in bytes.
func held(t testing.TB, episodes int, after ...int) []float64 {
	t.Helper()
	spec := testSpec()
	spec.Episodes, spec.Frames = episodes, 4
	var sizes []float64
	err := Run(t.Context(), filepath.Join(t.TempDir(), "data"), spec, flyers(spec), Options{
		Workers: 2,
		Progress: func(done, total int) {
			if len(sizes) < len(after) && done >= after[len(sizes)] {
				var m runtime.MemStats
				runtime.GC()
				runtime.ReadMemStats(&m)
				sizes = append(sizes, float64(m.HeapAlloc))
			}
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return sizes
}

// TestMemoryHardlyGrowsWithEpisodes measures when the sample is full, and when there are
// several files.
func TestMemoryHardlyGrowsWithEpisodes(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and other tests hold memory")
	}
	const first, last = 12_000, 24_000
	sizes := held(t, last, first, last)
	if each := (sizes[1] - sizes[0]) / (last - first); !(each <= maxHeldPerEpisode) {
		t.Errorf("from %.1f MB to %.1f MB, %.0f bytes an episode", sizes[0]/1e6, sizes[1]/1e6, each)
	}
}

// maxHeldPerEpisode is more than what a footer says about an episode: one row group of
// meta/episodes for a thousand of them, and one of the scenes for 32.
const maxHeldPerEpisode = 40 // bytes

// BenchmarkMemory reports how much memory a generation holds after a tenth of
// 100 000 episodes and at their end.
func BenchmarkMemory(b *testing.B) {
	const episodes = 100_000
	for b.Loop() {
		sizes := held(b, episodes, episodes/10, episodes)
		b.ReportMetric(sizes[0]/1e6, "MB-after-10000")
		b.ReportMetric(sizes[1]/1e6, "MB-at-the-end")
	}
}
