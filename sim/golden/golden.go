// Package golden compares what tests make with what earlier versions of this program made, as kept
// in a file. Only tests import it.
//
//	golden.Compare(t, "testdata/estimates.txt", got)
//
// Run a test with -update where the change is meant. Harm, Ends and Fills are for what fails: files that are damaged,
// contexts that end and disks that are full, each at every point; Closed is for files that nobody closes; Limits is for rules, of which it tells every limit.
package golden

import (
	"flag"
	"fmt"
	"math"
	"os"
	"runtime"
	"strconv"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite golden files with what is made now")

// Updating reports whether -update was given, for tests that compare in a way of their own, such as pictures within
// a tolerance.
func Updating() bool { return *update }

// Compare fails a test where got is not the text of the file at path, and tells the first line that
// differs and the last line before it that begins with #, the title. With -update it writes the file.
// Texts hold where the compiler fuses no multiplication with an addition: elsewhere the test is skipped.
func Compare(t testing.TB, path, got string) {
	t.Helper()
	compare(t, path, got, func(a, b string) bool { return a == b })
}

// CompareNear is Compare for numbers of which processors have other last digits, as those with wider vectors add up in
// another order: they may differ by a share of the larger one, or of a hundredth where both are smaller than that.
func CompareNear(t testing.TB, path, got string, share float64) {
	t.Helper()
	compare(t, path, got, func(a, b string) bool { return near(a, b, share) })
}

func compare(t testing.TB, path, got string, alike func(a, b string) bool) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	err = differ(got, string(want), alike)
	if err != nil && runtime.GOARCH != "amd64" {
		t.Skip("other digits, as the compiler may fuse a multiplication with an addition")
	}
	if err != nil {
		t.Fatalf("%s: %v\nif the change is meant, run with -update", path, err)
	}
}

// near reports whether two lines have the same words, and numbers that differ by a share at most.
func near(a, b string, share float64) bool {
	split := func(r rune) bool { return strings.ContainsRune(" \t[](),", r) }
	one, other := strings.FieldsFunc(a, split), strings.FieldsFunc(b, split)
	if len(one) != len(other) {
		return false
	}
	for k, word := range one {
		if word == other[k] {
			continue
		}
		x, err := strconv.ParseFloat(word, 64)
		y, wrong := strconv.ParseFloat(other[k], 64)
		size := max(math.Abs(x), math.Abs(y), 0.01)
		if err != nil || wrong != nil || math.IsInf(size, 0) || !(math.Abs(x-y) <= share*size) {
			return false
		}
	}
	return true
}

// differ tells in which line two texts first differ.
func differ(got, want string, alike func(a, b string) bool) error {
	if got == want {
		return nil
	}
	lines, wanted := strings.Split(got, "\n"), strings.Split(want, "\n")
	title := ""
	for k := range min(len(lines), len(wanted)) {
		if !alike(lines[k], wanted[k]) {
			return fmt.Errorf("%sline %d:\n%s\nwant\n%s", title, k+1, lines[k], wanted[k])
		}
		if strings.HasPrefix(wanted[k], "#") {
			title = wanted[k] + ": "
		}
	}
	if len(lines) == len(wanted) {
		return nil
	}
	return fmt.Errorf("%d lines, want %d", len(lines), len(wanted))
}
