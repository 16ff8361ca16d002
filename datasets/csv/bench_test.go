package csv

import "testing"

// BenchmarkRead measures rows from text to states, the index included.
func BenchmarkRead(b *testing.B) {
	file := string(endless{rows: 200_000, frames: 100, bodies: 10}.text())
	b.SetBytes(int64(len(file)))
	for b.Loop() {
		tracks(b, at50(), file)
	}
	b.ReportMetric(200_000*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}
