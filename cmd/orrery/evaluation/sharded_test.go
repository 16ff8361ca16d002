package evaluation

import (
	"encoding/json"
	"io"
	"path/filepath"
	"strings"
	"testing"

	"orrery/datasets/shard"
	"orrery/world"
	"orrery/world/eval"
	"orrery/world/flight"
)

// TestShardsJoinToTheWhole: whoever measures which episodes, the result is that of all at once but for the time it took; what is measured is
// not measured again.
func TestShardsJoinToTheWhole(t *testing.T) {
	t.Parallel()
	entrants := []Entrant{{Name: "model", Model: flight.Still(), Description: &world.Description{Kind: "contact"}}}
	sets := func() []*Set {
		return []*Set{numbered(t, "iid", []int{3, 5, 8}, discs(40, 40, 40)), numbered(t, "larger", []int{30, 31}, discs(40, 40))}
	}
	settings := brief(0.1, 0.5)
	untimed := func(r *eval.Result) string {
		t.Helper()
		var all []*eval.Result
		for all = []*eval.Result{r}; len(r.Others) > len(all)-1; {
			all = append(all, r.Others[len(all)-1])
		}
		for _, one := range all {
			for i := range one.Rows {
				one.Rows[i].USPerStep = 0
			}
		}
		text, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	whole, err := Compare(t.Context(), io.Discard, entrants, sets(), settings)
	if err != nil {
		t.Fatal(err)
	}
	want := untimed(whole)
	for _, of := range []int{1, 2, 4} {
		var dirs []string
		var terms *Terms
		for index := range of {
			s, err := NewSharded(entrants, []string{"contact"}, sets(), settings)
			if err != nil {
				t.Fatal(err)
			}
			if s.Units() != 5 || s.First != "model" || s.Sets[1].Episodes[1] != 31 || string(s.Sets[0].Dataset) != "null" {
				t.Fatalf("%+v", s.Terms)
			}
			dir := filepath.Join(t.TempDir(), "shard")
			f, err := shard.Open(t.Context(), dir, shard.Work{Command: "eval", Units: s.Units(), Word: "episodes", Settings: s.Terms}, shard.Shard{Index: index, Of: of}, shard.Options{})
			if err != nil {
				t.Fatal(err)
			}
			if from, to := f.Span(); of > 1 && index == 0 { // as another run has left it
				figures, err := s.jobs[0].Measure(t.Context(), from, from+1, func(int, int) {})
				if err != nil || to <= from {
					t.Fatal(err)
				}
				if err := f.Add(from, &figures[0]); err != nil {
					t.Fatal(err)
				}
			}
			if err := s.Do(t.Context(), io.Discard, f); err != nil {
				t.Fatal(err)
			}
			if err := f.Close(); err != nil || !shard.Whole(dir) {
				t.Fatalf("the shard is not whole: %v", err)
			}
			dirs, terms = append(dirs, dir), &s.Terms
		}
		_, figures, err := shard.Join(dirs, shard.Shard{})
		if err != nil || len(figures) != 5 {
			t.Fatalf("%d figures, %v", len(figures), err)
		}
		result, err := terms.Result(figures)
		if err != nil {
			t.Fatal(err)
		}
		if got := untimed(result); got != want {
			t.Errorf("of %d shards:\n%.600s\nwant\n%.600s", of, got, want)
		}
		for wrong, change := range map[string]func() []json.RawMessage{
			"figures of 4 episodes must be of 5": func() []json.RawMessage { return figures[:4] },
			"figures of 0 episodes must be of 5": func() []json.RawMessage { return nil },
			"episode 31 of larger: ":             func() []json.RawMessage { return append(figures[:4:4], json.RawMessage(`{"x"`)) },
		} {
			if _, err := terms.Result(change()); err == nil || !strings.HasPrefix(err.Error(), wrong) {
				t.Errorf("%v, want %q", err, wrong)
			}
		}
	}
	if _, err := (&Terms{}).Result(nil); err == nil {
		t.Error("there is a result of nothing")
	}
	settings.HorizonsS = []float64{9}
	if _, err := NewSharded(entrants, nil, sets(), settings); err == nil || !strings.HasSuffix(err.Error(), " in set iid") {
		t.Error(err)
	}
}
