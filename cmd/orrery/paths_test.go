package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestPathsOfTestsAreThere: a test that looks for a part of the repository in the wrong place would fail for another reason, or be left out
// as if it had been told to.
func TestPathsOfTestsAreThere(t *testing.T) {
	t.Parallel()
	const root = "../.."
	path := regexp.MustCompile(`"((?:\.\./)+(?:assets|cmd|datasets|examples|learn|sim|world|go\.mod|Makefile|README\.md|\.github)[\w./-]*)"`)
	found := 0
	err := filepath.WalkDir(root, func(file string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			return skipDir(root, file, entry.Name())
		}
		if !strings.HasSuffix(file, "_test.go") {
			return nil
		}
		text, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		for _, match := range path.FindAllStringSubmatch(string(text), -1) {
			found++
			if _, err := os.Stat(filepath.Join(filepath.Dir(file), match[1])); err != nil {
				t.Errorf("%s: there is no %s", file, match[1])
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if found < 20 {
		t.Errorf("only %d paths", found)
	}
}
