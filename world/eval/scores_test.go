package eval_test

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"orrery/world"
	"orrery/world/eval"
)

func TestScoresAreStoredWithTheirModel(t *testing.T) {
	t.Parallel()
	dir, d := t.TempDir(), &world.Description{Kind: "contact"}
	if r, err := eval.ReadScores(dir); r != nil || err != nil {
		t.Fatalf("a model without scores has %v, %v", r, err)
	}
	r := madeUp(t)
	if err := r.Store(dir, d); err != nil {
		t.Fatal(err)
	}
	again, err := eval.ReadScores(dir)
	if err != nil || encode(t, again) != encode(t, r) {
		t.Errorf("read back something else, %v", err)
	}
	card, err := os.ReadFile(filepath.Join(dir, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	row := r.Row("contact")
	if row.Position.Mean[1] == row.Position.Median[1] {
		t.Fatal("a mean and a median that are the same test nothing")
	}
	for _, want := range []string{
		fmt.Sprintf("position error at 0.1 s (m) | %.4g |", row.Position.Mean[0]), fmt.Sprintf("type: \"position_error_0.5s\", value: %.6g,", row.Position.Mean[1]), "position error at 2 s (m)",
	} {
		if !strings.Contains(string(card), want) {
			t.Errorf("the card lacks %q:\n%s", want, card)
		}
	}
}

func TestScoresThatCannotBeStoredAreNamed(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "file"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := madeUp(t).Store(dir, &world.Description{Kind: "mlp"}); err == nil || !strings.Contains(err.Error(), "the figures of the model mlp are missing") {
		t.Errorf("another model: %v", err)
	}
	if err := madeUp(t).Store(filepath.Join(dir, "file"), &world.Description{Kind: "contact"}); err == nil {
		t.Error("a file takes them")
	}
	r := madeUp(t)
	r.Rows[2].Position.Mean[1] = math.NaN()
	if err := r.Store(dir, &world.Description{Kind: "contact"}); err == nil || !strings.Contains(err.Error(), "model contact") {
		t.Errorf("an error that is no number: %v", err)
	}
	path := filepath.Join(dir, world.MetricsFile)
	if err := os.WriteFile(path, []byte(`{"format": 1, "settings": {"draws": true}}`), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := eval.ReadScores(dir); err == nil || !strings.HasPrefix(err.Error(), path+": metrics: ") || !strings.Contains(err.Error(), "settings.draws: true must be a whole number") {
		t.Errorf("a wrong type: %v", err)
	}
}
