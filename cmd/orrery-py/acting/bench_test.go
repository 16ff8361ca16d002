package acting

import (
	"testing"

	"orrery/cmd/orrery-py/asked"
	"orrery/cmd/orrery-py/door"
	"orrery/sim/scenario/library"
)

// BenchmarkStep is a frame of 64 environments of Push-T, without what Python adds.
func BenchmarkStep(b *testing.B) {
	var shelf door.Shelf
	q := asked.Source{Scenario: "pusht"}
	found, values, err := q.Find(library.Open)
	if err != nil {
		b.Fatal(err)
	}
	const n = 64
	c, err := newCrowd(found, values, n, nextStep, 1)
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
