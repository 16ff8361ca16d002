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
`,
	"a/a_test.go": `package a

import "testing"

func TestShare(t *testing.T) {
	if Share(1, 4) != 0.25 || Share(4, 2) != 1 {
		t.Error("wrong share")
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
	var out strings.Builder
	if err := run(t.Context(), &out, options{patterns: []string{"./..."}, count: 100, seed: 1, workers: 2}); err != nil {
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
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("misses %q in\n%s", want, out.String())
		}
	}
	if err := run(t.Context(), &out, options{at: "a/a.go:10", patterns: []string{"./a"}, count: 100, least: 0.5, workers: 2}); err == nil {
		t.Error("survivors only, and more than the least share of dead")
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
