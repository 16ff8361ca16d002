package world

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// frontMatter is what the hub reads at the top of a card.
type frontMatter struct {
	License     string   `yaml:"license"`
	LibraryName string   `yaml:"library_name"`
	Tags        []string `yaml:"tags"`
	ModelIndex  []struct {
		Name    string `yaml:"name"`
		Results []struct {
			Task    struct{ Type, Name string } `yaml:"task"`
			Dataset struct{ Type, Name string } `yaml:"dataset"`
			Metrics []struct {
				Type, Name string
				Value      float64
			} `yaml:"metrics"`
		} `yaml:"results"`
	} `yaml:"model-index"`
}

// card writes a card and returns it in its two parts.
func card(t *testing.T, d *Description, scores []Score) (front frontMatter, text string) {
	t.Helper()
	dir := t.TempDir()
	if err := WriteCard(dir, d, scores); err != nil {
		t.Fatal(err)
	}
	file, err := os.ReadFile(filepath.Join(dir, CardFile))
	if err != nil {
		t.Fatal(err)
	}
	parts := strings.SplitN(string(file), "---\n", 3)
	if len(parts) != 3 || parts[0] != "" {
		t.Fatalf("no front matter in %s", file)
	}
	decoder := yaml.NewDecoder(strings.NewReader(parts[1]))
	decoder.KnownFields(true)
	if err := decoder.Decode(&front); err != nil {
		t.Fatalf("%v in %s", err, parts[1])
	}
	return front, parts[2]
}

func TestCardWithoutScores(t *testing.T) {
	t.Parallel()
	front, text := card(t, newDescription(), nil)
	if front.License != "apache-2.0" || front.LibraryName != "orrery" || len(front.Tags) != 3 || front.ModelIndex != nil {
		t.Errorf("got %+v", front)
	}
	for _, want := range []string{"# contact on mixed\n", "`contact` and has 67 trained parameters", "| training frames | 24000 |", "| program | orrery v1.2.3 |"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in %s", want, text)
		}
	}
	if strings.Contains(text, "measured") {
		t.Errorf("scores in %s", text)
	}
}

// TestCardSaysWhichStatesWereLearnedFrom, where they were seen.
func TestCardSaysWhichStatesWereLearnedFrom(t *testing.T) {
	t.Parallel()
	d := newDescription()
	if _, text := card(t, d, nil); strings.Contains(text, "states") {
		t.Errorf("states of what was not seen in %s", text)
	}
	d.Training.States = "along plain laws, which explain 97 of 100 hits"
	if _, text := card(t, d, nil); !strings.Contains(text, "24000 |\n| states | along plain laws, which explain 97 of 100 hits |\n") {
		t.Errorf("which states were learned from is not in %s", text)
	}
}

func TestCardWithScores(t *testing.T) {
	t.Parallel()
	d := newDescription()
	d.Training.Scenario = "it's \"mixed\": \\ {1, 2} # no\tcomment"
	scores := []Score{
		{Name: "position error at 0.5 s (m)", Type: "position_error_0.5s", Value: 0.00125},
		{Name: "worst: 95 % \"hi\"", Type: "worst", Value: 1234567890},
		{Name: "tiny", Type: "tiny", Value: 1e-12},
	}
	front, text := card(t, d, scores)
	if len(front.ModelIndex) != 1 || len(front.ModelIndex[0].Results) != 1 {
		t.Fatalf("got %+v", front)
	}
	result := front.ModelIndex[0].Results[0]
	if front.ModelIndex[0].Name != "contact on "+d.Training.Scenario || result.Dataset.Name != d.Training.Scenario || result.Task.Type == "" {
		t.Errorf("got %+v", front.ModelIndex)
	}
	if len(result.Metrics) != len(scores) {
		t.Fatalf("got %+v", result.Metrics)
	}
	for i, m := range result.Metrics {
		s := scores[i]
		if m.Name != s.Name || m.Type != s.Type || !(m.Value >= s.Value*0.99999) || !(m.Value <= s.Value*1.00001) {
			t.Errorf("got %+v, want %+v", m, s)
		}
	}
	if want := "| position error at 0.5 s (m) | 0.00125 |\n"; !strings.Contains(text, want) {
		t.Errorf("no %q in %s", want, text)
	}
}
