package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// module is a package whose tests notice some faults of Share, and none of Unseen; and
// one that notices Unseen from outside.
var module = map[string]string{
	"go.mod": "module small\n\ngo 1.24\n",
	"a/a.go": `package a

// Share returns how much of the whole a part is, at most 1.
func Share(part, whole float64) float64 {
	return min(part/whole, 1)
}

func Unseen(n int) int { return n - 7 }

func Lost(n int) bool { return n > 9 }

const Most = 8

type Sum[T int | float64] struct{ n int }

// Add has parameters without names, and one that a second := must not hide.
func (Sum[T]) Add(a T, _ string, more ...T) (sum T, err error) {
	sum, ok := a+more[0], true
	defer func() {
		if ok {
			sum = -sum
		}
	}()
	return sum, err
}
`,
	"a/a_test.go": `package a

import "testing"

func TestShare(t *testing.T) {
	if Share(1, 4) != 0.25 || Share(4, 2) != 1 {
		t.Error("wrong share")
	}
}

func TestMost(t *testing.T) {
	if Most != 8 {
		t.Error("wrong")
	}
}

func TestAdd(t *testing.T) {
	if sum, _ := (Sum[int]{}).Add(2, "", 3); sum != -5 {
		t.Error("wrong")
	}
}
`,
	"b/b_test.go": `package b

import (
	"testing"

	"small/a"
)

func TestUnseen(t *testing.T) {
	if a.Unseen(9) != 2 {
		t.Error("wrong")
	}
}
`,
	"b/b.go": "package b\n",
}

func TestMutantsDieWhereTestsNotice(t *testing.T) {
	if testing.Short() {
		t.Skip("runs the go command some forty times")
	}
	root := t.TempDir()
	for name, content := range module {
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(root)
	t.Setenv("GOFLAGS", "-mod=mod")
	report := filepath.Join(t.TempDir(), "report")
	o := options{patterns: []string{"./a"}, count: 100, seed: 1, workers: 2, report: report}
	var out strings.Builder
	if err := run(t.Context(), &out, o); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"dead       a/a.go:5: / → *",
		"dead       a/a.go:5: min(part/whole, 1) → (part/whole)",
		"dead       a/a.go:5: min(part/whole, 1) → (1)",
		"dead       a/a.go:8: - → +",
		"by small/b",
		"SURVIVED   a/a.go:10: > → >=",
		"SURVIVED   a/a.go:10: 9 → (9 * 2)",
		"dead       a/a.go:12: 8 → (8 / 2)",
		"dead       a/a.go:18: + → -",
		"dead       a/a.go:20: ok → (ok) && false",
		"dead       a/a.go:21: without -",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("misses %q in\n%s", want, out.String())
		}
	}
	if strings.Contains(out.String(), "left out") {
		t.Errorf("tests fail once mutants are planted:\n%s", out.String())
	}

	// A second run has nothing left to try, and another state of the code has no such report.
	again := out
	out.Reset()
	o.least = 0.99
	if err := run(t.Context(), &out, o); err == nil {
		t.Error("fewer died than must")
	}
	sorted := func(b *strings.Builder) string {
		lines := strings.Split(b.String(), "\n")
		slices.Sort(lines)
		return strings.Join(lines, "\n")
	}
	if sorted(&out) != sorted(&again) {
		t.Errorf("a report is\n%s and read again\n%s", again.String(), out.String())
	}
	o.seed = 2
	if err := run(t.Context(), &out, o); err == nil || !strings.Contains(err.Error(), "another draw") {
		t.Errorf("goes on with the report of another draw: %v", err)
	}
}

func TestSeedsDrawTheSameMutants(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	t.Chdir(filepath.Join("..", ".."))
	draw := func(seed uint64) (names []string) {
		o := options{patterns: []string{"./learn/optim"}, seed: seed}
		pool, _, err := o.pool(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range pool {
			names = append(names, m.String())
		}
		return names
	}
	first, again, other := draw(1), draw(1), draw(2)
	if len(first) < 20 || !slices.Equal(first, again) || slices.Equal(first, other) {
		t.Errorf("%d mutants; the same seed draws the same: %v", len(first), slices.Equal(first, again))
	}
	slices.Sort(first)
	slices.Sort(other)
	if !slices.Equal(first, other) {
		t.Error("another seed has other mutants")
	}
}
