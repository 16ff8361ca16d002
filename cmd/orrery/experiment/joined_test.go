package experiment

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"orrery/world/eval"
)

// TestBoundsAreThoseThatWereSet: a change of one is meant.
func TestBoundsAreThoseThatWereSet(t *testing.T) {
	t.Parallel()
	var got []string
	for _, e := range accuracyTests {
		text := fmt.Sprintf("%s of %s, %d episodes, %v:", e.Name, e.Scenario, e.Episodes, e.Budget)
		for _, g := range e.Goals {
			text += fmt.Sprint(" ", g.AtMost)
		}
		got = append(got, text)
	}
	want := []string{
		"demo of mixed, 400 episodes, 1m0s: 0.01 0.06",
		"mixed of mixed, 2000 episodes, 15m0s: 0.003 0.013 1.5 50000 50 0 0",
		"billiards of billiards, 1000 episodes, 5m0s: 0.004",
		"pile of pile, 1000 episodes, 5m0s: 0.003 0.001",
		"springs of springs, 1000 episodes, 5m0s: 1e-09 1e-07 1e-05",
		"charged of charged, 1000 episodes, 5m0s: 0.001 0.0025 0.005",
	}
	if !slices.Equal(got, want) {
		t.Errorf("bounds\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// TestResultsOfShardsComeInTheOrderOfTasks: task by task, protocol by protocol, actor by actor; units are actors of tasks.
func TestResultsOfShardsComeInTheOrderOfTasks(t *testing.T) {
	t.Parallel()
	settings, err := json.Marshal(tasksTerms{Tasks: []taskTerms{{Task: "a", Protocols: []string{"recorded", "task"}}, {Task: "b", Protocols: []string{"task"}}}, Actors: []string{"x", "y", "z"}})
	if err != nil {
		t.Fatal(err)
	}
	units := []json.RawMessage{}
	for _, text := range []string{`["axr","axt"]`, `["ayr","ayt"]`, `["azr","azt"]`, `["bx"]`, `["by"]`, `["bz"]`} {
		units = append(units, json.RawMessage(text))
	}
	got, err := JoinTasks(settings, units)
	if err != nil || fmt.Sprintf("%s", got) != `["axr" "ayr" "azr" "axt" "ayt" "azt" "bx" "by" "bz"]` {
		t.Errorf("%s, %v", got, err)
	}
	if _, err := JoinTasks(settings, units[:5]); err == nil || err.Error() != "5 units must be 6" {
		t.Errorf("a unit too few: %v", err)
	}
	units[3] = units[0]
	if _, err := JoinTasks(settings, units); err == nil || err.Error() != "b by x: 2 results must be 1" {
		t.Errorf("a result too many: %v", err)
	}
}

// TestContactAloneTakesFewerSteps in a frame, of the models that learn a task.
func TestContactAloneTakesFewerSteps(t *testing.T) {
	t.Parallel()
	tasks := Tasks{Settings: Settings{Dir: "out", Workers: 1}, Only: []string{"pusht"}, Actors: Actors()}
	chosen, err := tasks.practices()
	if err != nil || len(chosen) != 1 {
		t.Fatalf("%d tasks, %v", len(chosen), err)
	}
	for _, l := range tasks.lines(chosen[0]) {
		if l.args[0] != "train" {
			continue
		}
		text := strings.Join(l.args, " ")
		if strings.Contains(text, " --inner-steps 5 ") != strings.Contains(text, "--model contact") {
			t.Error(text)
		}
	}
}

// TestSweepsHaveAHundredThousandTrials at most, whose draws do not depend on each other.
func TestSweepsHaveAHundredThousandTrials(t *testing.T) {
	t.Parallel()
	rate, decay := Axis{Flag: "rate", Low: 1, High: 2}, Axis{Flag: "decay", Low: 1, High: 2}
	s := Sweep{Data: []string{"mixed", "pile"}, Draws: []Axis{rate, decay}, Grid: []Axis{{Flag: "width", Values: []string{"8", "16"}}}, Seeds: []uint64{1}, Steps: 1}
	for trials, wrong := range map[int]bool{25_000: false, 25_001: true} {
		s.Trials = trials
		if err := s.validate(); (err != nil) != wrong || wrong && !strings.Contains(err.Error(), "100004 trials must be at most 100000") {
			t.Errorf("%d draws: %v", trials, err)
		}
	}
	if a, b := rate.draw(1, 0), decay.draw(1, 0); a == b {
		t.Errorf("two flags are both %s", a)
	}
}

// TestTrialsAreToldInMillimetres, those with the smallest error first and those that were not measured last.
func TestTrialsAreToldInMillimetres(t *testing.T) {
	t.Parallel()
	none := eval.Number(math.NaN())
	var out bytes.Buffer
	if err := WriteTrials(&out, []Trial{
		{Trial: 0, Data: "a", PositionM: none, Lo95: none, Hi95: none, HorizonS: 1},
		{Trial: 1, Data: "a", PositionM: 0.0123, Lo95: 0.011, Hi95: 0.013, HorizonS: 0.5, Params: 1234, TrainS: 60},
		{Trial: 2, Data: "a", PositionM: 0.002, Lo95: 0.001, Hi95: 0.003, HorizonS: 1},
	}); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(out.String(), "\n")
	for i, want := range []string{"error (mm)", "2 (1 to 3)", "12.3 (11 to 13)", "–"} {
		if !strings.Contains(lines[i], want) {
			t.Errorf("line %d is %q, want %q", i, lines[i], want)
		}
	}
	if fields := strings.Fields(lines[2]); !slices.Equal(fields[len(fields)-3:], []string{"0.5", "1234", "60"}) {
		t.Errorf("%q", lines[2])
	}
}

// TestFilmsAreNoFlags, even where their names begin like some.
func TestFilmsAreNoFlags(t *testing.T) {
	t.Parallel()
	var got []string
	l := Learn{Settings: Settings{Dir: filepath.Join(t.TempDir(), "out"), Workers: 1}, Films: []string{"a.gif", "-b.gif", "--c.gif"}}
	stop := errors.New("enough")
	l.Run = func(_ context.Context, _, _ io.Writer, args []string) error {
		got = args
		return stop
	}
	if err := l.Do(t.Context(), io.Discard, io.Discard); !errors.Is(err, stop) || !slices.Equal(got[:4], []string{"watch", "a.gif", "./-b.gif", "./--c.gif"}) {
		t.Errorf("%v, %v", got, err)
	}
}

// TestFilmsOfFiveEpisodesAreJudged: from five on a fifth is held back, and the model is measured on it.
func TestFilmsOfFiveEpisodesAreJudged(t *testing.T) {
	t.Parallel()
	for episodes, judged := range map[int]bool{4: false, 5: true} {
		dir := filepath.Join(t.TempDir(), "out")
		split, measured := false, false
		l := Learn{Settings: Settings{Dir: dir, Seed: 1, Workers: 1}, Films: []string{"film.mp4"}, Steps: 10}
		l.Run = func(_ context.Context, _, _ io.Writer, args []string) error {
			split = split || strings.Contains(strings.Join(args, " "), "--split test=0.2")
			measured = measured || args[0] == "eval"
			if args[0] != "watch" {
				return nil
			}
			text := fmt.Sprintf(`{"episodes": [%s]}`, strings.TrimSuffix(strings.Repeat(`{"path": "film.mp4"},`, episodes), ","))
			if err := os.MkdirAll(filepath.Join(dir, "watched"), 0o755); err != nil {
				return err
			}
			return os.WriteFile(filepath.Join(dir, "watched", "film.json"), []byte(text), 0o600)
		}
		if err := l.Do(t.Context(), io.Discard, io.Discard); err != nil || split != judged || measured != judged {
			t.Errorf("%d episodes: split %v, measured %v, %v; want %v", episodes, split, measured, err, judged)
		}
	}
}
