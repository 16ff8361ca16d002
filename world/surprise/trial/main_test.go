package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"orrery/sim"
	"orrery/world/surprise"
	"orrery/world/surprise/planted"
)

const frames = 14

// TestEveryEpisodeIsJudged, each with chance of its own, and what is found is counted as by hand.
func TestEveryEpisodeIsJudged(t *testing.T) {
	t.Parallel()
	o := options{episodes: 2, seed: 3, Settings: planted.DefaultSettings()}
	o.Discs, o.Frames, o.Noise = 2, frames, 0.03
	var all []*sim.Trajectory
	var faults [][]planted.Fault
	want := row{Kind: planted.Teleport, Causes: map[surprise.Cause]int{}}
	for e := range 2 {
		trajectory, f := o.Episode(3, e, planted.Teleport)
		all, faults = append(all, planted.Blind(trajectory)), append(faults, f)
		want.Frames += frames
		for _, one := range f {
			want.Faults += len(one.Bodies)
		}
	}
	found, err := surprise.Find(t.Context(), planted.Law{}, all, 1, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range found.Events {
		if planted.Is(faults[e.Episode], e.Frame, e.Body) {
			want.Found++
		} else {
			want.False++
		}
	}
	got, err := o.judge(t.Context(), planted.Law{}, planted.Teleport)
	if err != nil {
		t.Fatal(err)
	}
	told := 0
	for _, n := range got.Causes {
		told += n
	}
	if got.Frames != want.Frames || got.Faults != want.Faults || got.Found != want.Found || got.False != want.False || told != want.Found || got.AUC != planted.AUC(found.Scores, faults) {
		t.Errorf("judged %+v, want %+v", got, want)
	}
}

// TestTablesAreOfEveryEpisode: a row for each body at each frame, of different episodes.
func TestTablesAreOfEveryEpisode(t *testing.T) {
	t.Parallel()
	o := options{episodes: 2, seed: 3, csv: t.TempDir(), Settings: planted.DefaultSettings()}
	o.Discs, o.Frames = 2, frames
	if err := o.write(planted.Teleport); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"tracks.csv", "truth.csv"} {
		text, err := os.ReadFile(filepath.Join(o.csv, name))
		if err != nil {
			t.Fatal(err)
		}
		rows := map[string]bool{}
		for line := range strings.Lines(string(text)) {
			_, of, _ := strings.Cut(line, ",") // without the episode
			rows[of] = true
		}
		if n := strings.Count(string(text), "\n"); n != 1+2*frames*2 || len(rows) < n-2 {
			t.Errorf("%s: %d lines, %d different", name, n, len(rows))
		}
	}
}
