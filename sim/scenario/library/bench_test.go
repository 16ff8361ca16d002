package library

import (
	"testing"

	"orrery/sim"
)

// BenchmarkSample draws scenes of each scenario: go test ./sim/scenario/library -bench Sample.
func BenchmarkSample(b *testing.B) {
	for _, s := range List() {
		values, err := s.Values(nil)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(s.Name, func(b *testing.B) {
			b.ReportAllocs()
			for episode := 0; b.Loop(); episode++ {
				if _, err := s.Sample(1, episode, values); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkCost evaluates the cost of each task: go test ./sim/scenario/library -bench Cost.
func BenchmarkCost(b *testing.B) {
	for _, s := range tasks() {
		scene := sample(b, s.Name, nil, 1, 0)
		judge, state, rest := judgeOf(b, s, scene), scene.Start(), scene.Rest()
		b.Run(s.Name, func(b *testing.B) {
			b.ReportAllocs()
			sum := 0.0
			for b.Loop() {
				sum += judge.Cost(state, rest)
			}
			_ = sim.Action{sum}
		})
	}
}
