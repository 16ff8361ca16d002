package acting

import (
	"fmt"
	"testing"

	"orrery/cmd/orrery-py/asked"
	"orrery/cmd/orrery-py/door"
	"orrery/sim/scenario/library"
)

// BenchmarkStep is a frame of environments of Push-T, without what Python adds.
func BenchmarkStep(b *testing.B) {
	for _, c := range []struct{ environments, workers int }{{1, 1}, {64, 1}, {64, 2}} {
		b.Run(fmt.Sprintf("%d environments, %d workers", c.environments, c.workers), func(b *testing.B) { benchmarkStep(b, c.environments, c.workers) })
	}
}

func benchmarkStep(b *testing.B, n, workers int) {
	var shelf door.Shelf
	q := asked.Source{Scenario: "pusht"}
	found, values, err := q.Find(library.Open)
	if err != nil {
		b.Fatal(err)
	}
	c, err := newCrowd(found, values, n, nextStep, workers)
	if err != nil {
		b.Fatal(err)
	}
	c.action, c.observation, c.figures = make([]float64, n*c.actions), make([]float64, n*c.seen), make([]float64, n*c.width())
	c.flags = make([]uint8, n*flagCount)
	for i := range n {
		seed := uint64(i)
		if err := c.begin(i, &seed, nil, nil); err != nil {
			b.Fatal(err)
		}
	}
	handle := shelf.Put(c)
	b.ReportAllocs()
	for k := 0; b.Loop(); k++ {
		for i := range c.action {
			c.action[i] = float64((i*7919 + k*104729) % 512)
		}
		if err := Step(&shelf, handle); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/env")
}
