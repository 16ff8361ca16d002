package main

import (
	"io/fs"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestTestsThatAreNotRacedExist: a test that is renamed would otherwise run under the race
// detector again, where it takes ten times the time.
func TestTestsThatAreNotRacedExist(t *testing.T) {
	t.Parallel()
	text := strings.ReplaceAll(read(t, "../../Makefile"), "\\\n", " ")
	found := regexp.MustCompile(`(?m)^left_to_unit := (.*)$`).FindStringSubmatch(text)
	if found == nil {
		t.Fatal("the Makefile does not name the tests that are not raced")
	}
	var tests strings.Builder
	err := filepath.WalkDir("../..", func(path string, _ fs.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(path, "_test.go") {
			tests.WriteString(read(t, path))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	names := strings.Fields(found[1])
	if len(names) < 20 {
		t.Errorf("%d names were found", len(names))
	}
	for _, name := range names {
		if !strings.Contains(tests.String(), "\nfunc "+name+"(") {
			t.Errorf("there is no test %s", name)
		}
	}
}
