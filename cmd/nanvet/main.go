// Command nanvet finds tests that a value of NaN passes. Every comparison with NaN is
// false, so this test says nothing when got is NaN:
//
//	if math.Abs(got-want) > tolerance {
//		t.Error("too far off")
//	}
//
// These two fail, as they should:
//
//	if !scalar.EqualWithinAbs(got, want, tolerance) { … }
//	if !(got <= most) { … }
//
// It also finds numbers of what is wrong and answers of functions that a failing condition
// asks for, when they come of such comparisons, and a search for the worst of many values that passes over NaN, which the
// functions max and min do not:
//
//	if off > worst {
//		worst = off
//	}
//
// Nanvet is a tool of go vet:
//
//	go build -o /tmp/nanvet ./cmd/nanvet && go vet -vettool=/tmp/nanvet ./...
package main

import "golang.org/x/tools/go/analysis/unitchecker"

func main() { unitchecker.Main(analyzer) }
