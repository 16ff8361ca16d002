package generate

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"orrery/datasets"
	"orrery/datasets/flights"
	"orrery/sim"
)

// madeBy makes a dataset in the directory of that name.
func madeBy(t *testing.T, name string, spec datasets.Spec, newMaker func() Maker) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), name)
	if err := Run(t.Context(), dir, spec, newMaker, Options{Workers: 1}); err != nil {
		t.Fatal(err)
	}
	return dir
}

// narrowSpec describes a dataset of another scenario, whose episodes need less room.
func narrowSpec() datasets.Spec {
	spec := pushSpec()
	spec.Scenario, spec.Seed, spec.Episodes, spec.Frames, spec.Task, spec.Policy = "narrow", 3, 4, 5, "One disc is pushed.", "random"
	return spec
}

// narrow makes the episodes of narrowSpec: one body, and an actuator that no other dataset has.
func narrow(spec datasets.Spec) func() Maker {
	return func() Maker {
		return func(_ context.Context, episode int) (*sim.Trajectory, []datasets.Outcome, error) {
			t, outcomes := push(spec, episode)
			scene := *t.Scene
			scene.Bodies = scene.Bodies[:1]
			scene.Actuators = []sim.Actuator{{Kind: sim.Torque, Against: sim.World, Low: -1, High: 1}}
			for k := range t.States {
				t.States[k] = t.States[k][:1]
			}
			t.Scene, t.Actions = &scene, nil
			for range outcomes {
				t.Actions = append(t.Actions, sim.Action{0.5})
			}
			return t, outcomes, nil
		}
	}
}

// TestMergedDatasetsAreTheirEpisodes: a merged dataset has the bytes of one whose maker makes the
// episodes of all parts, and each part is read back as it was.
func TestMergedDatasetsAreTheirEpisodes(t *testing.T) {
	t.Parallel()
	wide, small := pushSpec(), narrowSpec()
	wide.Episodes = 12
	dirs := []string{madeBy(t, "small", small, narrow(small)), madeBy(t, "wide", wide, pushes(wide))}
	merged := filepath.Join(t.TempDir(), "merged")
	if err := Merge(t.Context(), merged, dirs, nil, Options{}); err != nil {
		t.Fatal(err)
	}
	d, err := datasets.Open(t.Context(), merged)
	if err != nil {
		t.Fatal(err)
	}
	plan := d.Provenance()
	plan.Files = nil
	twin := filepath.Join(t.TempDir(), "twin")
	err = newPartial(twin, plan).publish(twin, Options{}, func(p *partial) error {
		first, second := narrow(small)(), pushes(wide)()
		return p.make(t.Context(), func() Maker {
			return func(ctx context.Context, episode int) (*sim.Trajectory, []datasets.Outcome, error) {
				if episode < small.Episodes {
					return first(ctx, episode)
				}
				return second(ctx, episode-small.Episodes)
			}
		}, Options{Workers: 1})
	})
	if err != nil {
		t.Fatal(err)
	}
	sameTree(t, flights.Tree(t, merged), flights.Tree(t, twin))
	if _, err := d.Survey(t.Context(), nil); err != nil {
		t.Error(err)
	}

	if plan.Scenario != "narrow + push" || plan.Task != "One disc is pushed; Discs fly" || plan.Policy != "" ||
		plan.Episodes != 16 || plan.Frames != 11 || plan.Command != "orrery merge small wide" {
		t.Errorf("the plan is %+v", plan.Spec)
	}
	if len(plan.Parts) != 2 || plan.Parts[0].Name != "small" || plan.Parts[0].Episodes != 4 || plan.Parts[1].Scenario != "push" || plan.Parts[1].Files != nil {
		t.Errorf("the parts are %+v", plan.Parts)
	}
	if room := d.Room(); room.Bodies != 3 || len(room.Actions) != 2 || room.Actions[0] != "action0" || room.Actions[1] != "body0.force_y" {
		t.Errorf("the room is %+v", room)
	}
	card, err := os.ReadFile(filepath.Join(merged, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"| episodes 0 to 3 | small: narrow, seed 3, made by orrery gen flight --seed 7 |",
		"| episodes 4 to 15 | wide: push, seed 7, made by",
	} {
		if !strings.Contains(string(card), want) {
			t.Errorf("the card has no line %s:\n%s", want, card)
		}
	}
	if strings.Contains(string(card), "| seed |") {
		t.Error("the card names a seed of all")
	}

	// What was trained on a part shares episodes with the whole, and the other way round.
	for text, want := range map[string]bool{
		`{"scenario": "push", "seed": 7}`: true, `{"scenario": "push", "seed": 3}`: false,
		`{"sets": [{"provenance": null}, {"provenance": {"scenario": "narrow", "seed": 3}}]}`: true, `[]`: false,
	} {
		if got := plan.Shares(json.RawMessage(text), nil); got != want {
			t.Errorf("it shares episodes with %s: %v", text, got)
		}
	}
	about, err := json.Marshal(plan)
	if err != nil {
		t.Fatal(err)
	}
	if !wide.Shares(about, nil) || plan.Parts[0].Sum == plan.Parts[1].Sum {
		t.Errorf("a part is not recognised in %s", about)
	}

	// A merged dataset merges again, and its parts stay told apart.
	third := small
	third.Seed = 11
	again := filepath.Join(t.TempDir(), "again")
	if err := Merge(t.Context(), again, []string{merged, madeBy(t, "third", third, narrow(third))}, nil, Options{}); err != nil {
		t.Fatal(err)
	}
	all, err := datasets.Open(t.Context(), again)
	if err != nil {
		t.Fatal(err)
	}
	if parts := all.Provenance().Parts; len(parts) != 3 || parts[2].Name != "third" || parts[1].Name != "wide" {
		t.Errorf("merged again the parts are %+v", parts)
	}
}

func TestMergeRefusesDatasetsThatDoNotGoTogether(t *testing.T) {
	t.Parallel()
	spec := testSpec()
	spec.Episodes = 3
	fast, slow, driven := spec, spec, narrowSpec()
	slow.FPS = 25
	dirs := map[string]string{
		"fast": madeBy(t, "fast", fast, flyers(fast)), "slow": madeBy(t, "slow", slow, flyers(slow)), "driven": madeBy(t, "driven", driven, narrow(driven)),
	}
	copied := filepath.Join(t.TempDir(), "copied")
	if err := copyTo(copied, dirs["fast"]); err != nil {
		t.Fatal(err)
	}
	for want, merged := range map[string][]string{
		"has 25 frames a second, but " + dirs["fast"] + " has 30": {dirs["fast"], dirs["slow"]},
		"has outcomes (next.reward and so on)":                    {dirs["fast"], dirs["driven"]},
		"hold the same episodes":                                  {dirs["fast"], copied},
		"merging needs two at least":                              {dirs["fast"]},
	} {
		out := filepath.Join(t.TempDir(), "out")
		if err := Merge(t.Context(), out, merged, nil, Options{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
		if exists(out) {
			t.Errorf("%v: it left a directory", merged)
		}
	}
}

// TestPartsAreNamedApart: by their directories, with as much of the path as tells them apart.
func TestPartsAreNamedApart(t *testing.T) {
	t.Parallel()
	for want, dirs := range map[string][]string{"a b": {"/x/a/", "y/b"}, "x/a y/a": {"x/a", "y/a/"}} {
		if got := strings.Join(names(dirs), " "); got != want {
			t.Errorf("%v are called %s, want %s", dirs, got, want)
		}
	}
}

// TestMergedSourcesAreKeptApart: files of one name from different parts stay both, and a merged
// dataset with any of them counts as measured.
func TestMergedSourcesAreKeptApart(t *testing.T) {
	t.Parallel()
	var dirs []string
	for _, name := range []string{"one", "two"} {
		spec := testSpec()
		spec.Episodes, spec.Sources = 2, map[string]string{"tracks.csv": name}
		dirs = append(dirs, madeBy(t, name, spec, flyers(spec)))
	}
	out := filepath.Join(t.TempDir(), "out")
	if err := Merge(t.Context(), out, dirs, nil, Options{}); err != nil {
		t.Fatal(err)
	}
	p, err := datasets.ReadProvenance(filepath.Join(out, datasets.ProvenancePath))
	if err != nil {
		t.Fatal(err)
	}
	if len(p.Sources) != 2 || p.Sources["tracks.csv"] != "one" || p.Sources["two/tracks.csv"] != "two" {
		t.Errorf("the sources are %v", p.Sources)
	}
}
