package scenefiles

import (
	"fmt"
	"testing"
)

// TestManyFilesHaveOneSum: a dataset does not list a hundred thousand files, but notices when one changes.
func TestManyFilesHaveOneSum(t *testing.T) {
	t.Parallel()
	s := &Files{sums: map[string]string{}}
	for i := range 101 {
		s.sums[fmt.Sprint(i)] = "sum"
	}
	before := s.Sources()
	s.sums["7"] = "other"
	after := s.Sources()
	const name = "101 scene files"
	if len(before) != 1 || len(before[name]) != 64 || before[name] == after[name] {
		t.Errorf("the sources are %v, then %v", before, after)
	}
	delete(s.sums, "7")
	if got := s.Sources(); len(got) != 100 || got["8"] != "sum" {
		t.Errorf("the sources are %v", got)
	}
}
