package evaluation

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"orrery/datasets"
	"orrery/datasets/npz"
	"orrery/datasets/predictions"
	"orrery/sim"
	"orrery/world"
	"orrery/world/eval"
	"orrery/world/flight"
)

// brief returns settings that compare a few frames.
func brief(horizons ...float64) eval.Config {
	c := eval.DefaultConfig()
	c.HorizonsS, c.Bootstrap, c.Draws, c.Workers = horizons, 20, 1, 1
	return c
}

// numbered returns a set of episodes of a dataset that has more.
func numbered(t *testing.T, name string, numbers []int, trajectories []*sim.Trajectory) *Set {
	t.Helper()
	set, err := NewSet(io.Discard, name, datasets.Spec{Episodes: 50}, nil, numbers, trajectories)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// save writes rows of poses as a file.
func save(t *testing.T, name string, rows []predictions.Row) string {
	t.Helper()
	n := len(rows)
	whole, real := map[string][]int64{}, map[string][]float64{}
	for _, r := range rows {
		for key, v := range map[string]int{"episode": r.Episode, "start": r.Start, "frame": r.Frame, "body": r.Body} {
			whole[key] = append(whole[key], int64(v))
		}
		for key, v := range map[string]float64{"x": r.State.X, "y": r.State.Y, "angle": r.State.Angle} {
			real[key] = append(real[key], v)
		}
	}
	var arrays []npz.Array
	for key, v := range whole {
		arrays = append(arrays, npz.Array{Name: key, Shape: []int{n}, Values: v})
	}
	for key, v := range real {
		arrays = append(arrays, npz.Array{Name: key, Shape: []int{n}, Values: v})
	}
	var text bytes.Buffer
	if err := npz.Write(&text, arrays); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, text.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// behind returns predictions of all frames of a set that are so many metres behind the truth.
func behind(q *predictions.Questions, metres float64) (rows []predictions.Row) {
	for i, t := range q.Trajectories {
		for k := 1; k < q.Frames; k++ {
			state := t.States[k][0]
			state.X -= metres
			rows = append(rows, predictions.Row{Episode: q.Episodes[i], Start: q.First, Frame: q.Frame(k), State: state})
		}
	}
	return rows
}

// What another program predicted stands beside models, under its name or that of its file.
func TestPredictionsAreRowsBesideModels(t *testing.T) {
	t.Parallel()
	set := numbered(t, "", []int{7, 31}, discs(40, 40))
	settings := brief(0.1, 0.5)
	q, err := set.Questions(settings)
	if err != nil {
		t.Fatal(err)
	}
	if q.First != 0 || q.Stride != 1 || q.Known != 50 || q.Frames != 31 || !slices.Equal(q.Episodes, []int{7, 31}) {
		t.Fatalf("the questions are %+v", q)
	}
	rows := behind(q, 0.25)
	extra := rows[0]
	extra.Episode = 49 // of the dataset, but not of the set
	near, far := save(t, "near.npz", behind(q, 0.125)), save(t, "far.npz", append(rows, extra))
	var log strings.Builder
	entrants, err := set.ReadPredictions(t.Context(), &log, []string{"mine=" + far, near}, settings)
	if err != nil {
		t.Fatal(err)
	}
	if log.String() != far+": left out 1 row of episodes or frames that are not compared\n" {
		t.Errorf("the log is %q", log.String())
	}
	models := []Entrant{{Name: "ours", Model: flight.Ballistic(), Description: &world.Description{}}}
	WarnOfTraining(&log, append(models, entrants...), []*Set{set})
	result, err := Compare(t.Context(), io.Discard, append(models, entrants...), []*Set{set}, settings)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]float64{"ours": 0, "mine": 0.25, "near": 0.125} {
		for h, got := range result.Row(name).Position.Mean {
			if !(got-want < 1e-9) || !(want-got < 1e-9) {
				t.Errorf("%s is off by %v m at %v s, want %v", name, got, result.HorizonsS[h], want)
			}
		}
	}
	if row := result.Row("mine"); row.EpsilonM == nil || row.Params.Measured() {
		t.Errorf("the row is %+v", row)
	}
}

// Frames are those of the dataset where a set was thinned or watched.
func TestQuestionsNameFramesOfTheDataset(t *testing.T) {
	t.Parallel()
	set := numbered(t, "", []int{3}, discs(61))
	if err := set.Stride(2); err != nil {
		t.Fatal(err)
	}
	q, err := set.Questions(brief(0.1))
	if err != nil || q.First != 0 || q.Stride != 2 || q.Frame(3) != 6 || q.Frames != 4 {
		t.Errorf("thinned: %+v, %v", q, err)
	}
	seen := numbered(t, "", []int{3}, observed(61))
	if err := seen.Watch(t.Context(), 10); err != nil {
		t.Fatal(err)
	}
	if err := seen.Stride(2); err != nil {
		t.Fatal(err)
	}
	q, err = seen.Questions(brief(0.1))
	if err != nil || q.First != 9 || q.Stride != 2 || q.Frame(1) != 11 {
		t.Errorf("watched and thinned: %+v, %v", q, err)
	}
}

func TestPredictionsThatCannotBeJudgedAreRefused(t *testing.T) {
	t.Parallel()
	set := numbered(t, "iid", []int{3}, discs(40))
	settings := brief(0.1)
	q, err := set.Questions(settings)
	if err != nil {
		t.Fatal(err)
	}
	file := save(t, "p.npz", behind(q, 0))
	for _, c := range []struct {
		args     string
		settings eval.Config
		want     string
	}{
		{"=" + file, settings, fmt.Sprintf("--predictions %q must be FILE or NAME=FILE", "="+file)},
		{filepath.Join(t.TempDir(), "none.npz"), settings, "no such file"},
		{file, brief(5), "must reach the first horizon of 5 s in set iid"},
		{file, brief(0.5), "p.npz: episode 3: the rollout from start 0 ends at frame 6, after 0.1 s; it must go on to frame 30, 0.5 s"},
	} {
		if _, err := set.ReadPredictions(t.Context(), io.Discard, []string{c.args}, c.settings); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("got %v, want %s", err, c.want)
		}
	}
	named := func(names ...string) (list []Entrant) {
		for _, n := range names {
			list = append(list, Entrant{Name: n, Dir: n + ".npz"})
		}
		return list
	}
	for _, c := range []struct {
		list []Entrant
		want string
	}{{named("a", "b"), ""}, {named("a", "b", "a"), "two models are called a"}, {named("truth+1mm"), "truth+1mm is the name of a row that is always there"}} {
		if err := CheckNames(c.list); (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v: got %v, want %q", c.list, err, c.want)
		}
	}
}

// TestQuestionsKnowAllEpisodesOfTheirSource: as many as it has, or more where one of a higher number is asked about.
func TestQuestionsKnowAllEpisodesOfTheirSource(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ source, highest, want int }{{9, 3, 9}, {3, 7, 8}, {8, 7, 8}, {7, 7, 8}} {
		set := numbered(t, "", []int{1, c.highest}, discs(40, 40))
		set.Source.Episodes = c.source
		q, err := set.Questions(brief(0.1))
		if err != nil || q.Known != c.want {
			t.Errorf("%+v: %d known, %v", c, q.Known, err)
		}
	}
}
