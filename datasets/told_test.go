package datasets

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"orrery/datasets/camera"
	"orrery/datasets/flights"
	"orrery/datasets/splits"
	"orrery/sim"
	"orrery/sim/golden"
)

// TestWhatDatasetsTellStays: the summary and the survey of datasets of every sort, and of a split.
func TestWhatDatasetsTellStays(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("slow, and in one goroutine")
	}
	fly, pushed := smallSpec(), pushSpec()
	fly.Splits = divided(t, "train=1,val=1,test=1", fly.Episodes)
	pushed.Episodes = 6
	watched, joined := smallSpec(), smallSpec()
	joined.Episodes, joined.Splits = 9, divided(t, "train=5,val=3,test=1", 9)
	for k, span := range [][2]int{{0, 2}, {4, 5}, {2, 5}, {6, 9}} { // so that a split ends within a part
		p := NewProvenance(smallSpec())
		p.Scenario, p.Episodes, p.Module, p.Go, p.Arch = []string{"flight", "swim", "flight", "sit"}[k], 9, "", "", ""
		joined.Parts = append(joined.Parts, Part{Name: fmt.Sprint("part", k), From: span[0], To: span[1], Provenance: p})
	}
	var told strings.Builder
	for _, c := range []struct {
		name string
		dir  string
	}{
		{"flights", writeFlights(t, fly)}, {"merged", writeFlights(t, joined)}, {"pushes", writePushes(t, pushed)},
		{"watched", write(t, watched, func(episode int) (*sim.Trajectory, []Outcome) {
			return flights.Flights{Scenario: "flight", Seed: 7, FPS: watched.FPS, Frames: watched.Frames}.Watch(episode), nil
		})},
	} {
		d := mustOpen(t, c.dir)
		for _, of := range append(splits.Splits{d.all()}, d.Splits()...) {
			s := d.SummaryOf(of)
			s.Module, s.Go, s.Arch, s.Bytes = "", "", "", 0 // of this program
			var survey *Survey
			asked := golden.Ends(t, func(ctx context.Context) (err error) {
				survey, err = d.SurveyOf(ctx, of, nil)
				return err
			})
			if asked < d.Episodes() {
				t.Errorf("%s: the context is asked %d times", c.name, asked)
			}
			for _, what := range []any{s, survey} {
				text, err := json.MarshalIndent(what, "", " ")
				if err != nil {
					t.Fatal(err)
				}
				fmt.Fprintf(&told, "# %s, %s\n%s\n", c.name, of.Name, text)
			}
		}
	}
	golden.Compare(t, "testdata/told.txt", told.String())
}

// TestMergedDatasetsAreDescribed by what their parts have together: one policy, what is stored of one film, files that
// may have one name, and each scenario and task once.
func TestMergedDatasetsAreDescribed(t *testing.T) {
	t.Parallel()
	part := func(name, scenario, policy, look, source string) Part {
		p := Part{Name: name}
		p.Scenario, p.Policy, p.Task, p.Episodes = scenario, policy, "Show "+scenario+".", 3
		p.Film = camera.Film{Kind: camera.Video, Width: 64, Height: 48, Look: look}
		if source != "" {
			p.Sources = map[string]string{"table.csv": source}
		}
		return p
	}
	var told strings.Builder
	for _, parts := range [][]Part{
		{part("a", "push", "noise", "plain", "")},
		{part("a", "push", "noise", "plain", "1"), part("b", "push", "noise", "plain", "1")},
		{part("a", "push", "noise", "plain", "1"), part("b", "push", "play", "plain", "2"), part("c", "fall", "noise", "grainy", "3")},
		{part("a", "push", "", "plain", ""), part("b", "fall", "", "grainy", "2"), part("c", "push", "", "plain", "")},
		{part("a", "push", "noise", "plain", ""), part("b", "push", "play", "plain", ""), part("c", "push", "noise", "plain", "")},
	} {
		m := Merged{}
		m.Parts = parts
		m.describe()
		fmt.Fprintf(&told, "%d parts: scenario %q, task %q, policy %q, film %+v, sources %v, shares %v\n", len(parts), m.Scenario, m.Task, m.Policy, m.Film, m.Sources, sharesOf(parts))
	}
	for _, parts := range [][]Part{nil, {part("a", "push", "", "", "")}} {
		p := Provenance{Spec: Spec{Scenario: "push", Episodes: 3, Parts: parts}}
		for _, of := range partsOf("name", p) {
			fmt.Fprintf(&told, "part %s of %s, %d episodes, a sum of %d digits\n", of.Name, of.Scenario, of.Len(), len(of.Sum))
		}
	}
	robot := "arm"
	for _, info := range []Info{
		{CodebaseVersion: "v3.0", TotalEpisodes: 2, TotalFrames: 30, FPS: 29.97},
		{CodebaseVersion: "v3.0", TotalEpisodes: 1, TotalFrames: 1, FPS: 10, RobotType: &robot, Features: map[string]Feature{featureState: {DType: "float32", Shape: []int{2}, Names: []string{"x", "y"}}, "action": {DType: "float32", Shape: []int{1}}}},
		{CodebaseVersion: "v3.0", FPS: 10, Features: map[string]Feature{featureState: {DType: "float32", Shape: []int{1}}}},
		{CodebaseVersion: "v3.0", FPS: 10, Features: map[string]Feature{featureState: {DType: "float32", Shape: []int{2, 2}}}},
	} {
		f := newForeign("place", &info)
		fmt.Fprintf(&told, "# foreign\n%v\n%s", f, f.Describe())
	}
	golden.Compare(t, "testdata/merged.txt", told.String())
}
