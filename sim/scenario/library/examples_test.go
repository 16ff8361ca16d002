package library_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"orrery/sim/scenario"
)

// TestExamplesAreShortAndCanBeDone holds the files that the guide sends readers to.
func TestExamplesAreShortAndCanBeDone(t *testing.T) {
	t.Parallel()
	paths, err := filepath.Glob("../../../assets/scenarios/examples/*.scenario.json")
	if err != nil || len(paths) < 3 {
		t.Fatalf("%d examples, %v", len(paths), err)
	}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if lines := bytes.Count(text, []byte("\n")); lines > 40 {
			t.Errorf("%s has %d lines, more than 40", path, lines)
		}
		s, err := scenario.Load(path)
		if err != nil {
			t.Error(err)
			continue
		}
		if s.Task == nil || s.Summary == "" || s.Task.Doc == "" {
			t.Errorf("%s: summary %q, task %v", path, s.Summary, s.Task)
			continue
		}
		values, err := s.Values(nil)
		if err != nil {
			t.Fatal(err)
		}
		for episode := range 50 {
			scene, err := s.Sample(1, episode, values)
			if err != nil {
				t.Fatal(err)
			}
			judge, err := s.Task.Judge(scene)
			if err != nil {
				t.Fatal(err)
			}
			start := scene.Start()
			if judge.Success(start) || !(judge.Cost(start, scene.Rest()) > 0) {
				t.Errorf("%s: episode %d begins with success %t and cost %v", path, episode, judge.Success(start), judge.Cost(start, scene.Rest()))
			}
		}
	}
}
