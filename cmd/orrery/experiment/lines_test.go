package experiment

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"orrery/sim/golden"
)

// everyLine returns the lines of all experiments with a seed, by the experiment's name.
func everyLine(t *testing.T, seed uint64) map[string][]string {
	t.Helper()
	settings := Settings{Dir: "out", Seed: seed, Workers: 1}
	models := Models{Settings: settings, Budget: 90 * time.Second, Episodes: 30, HeldOut: 7, Policies: map[string]string{"push": "play"}}
	tasks := Tasks{Settings: settings, Actors: Actors(), Episodes: 5}
	short := Tasks{Settings: settings, Actors: []string{contactKind}, Play: 9, Steps: 8, Episodes: 5}
	accuracy := Accuracy{Settings: settings, Episodes: 6, Endure: 100}
	brief := Accuracy{Settings: settings, Budget: 2 * time.Second, Train: 11, Episodes: 6, Endure: 1 << 30}
	all := map[string][]string{}
	add := func(name string, lines []line) {
		for _, l := range lines {
			all[name] = append(all[name], strings.Join(l.args, " "))
			if !slices.Contains(l.args, l.out) && !strings.HasSuffix(l.out, "metrics.json") {
				t.Errorf("%s: %v does not write %s", name, l.args, l.out)
			}
		}
	}
	add("models mixed", models.lines("mixed"))
	add("models push", models.lines("push"))
	for i := range practices {
		p := &practices[i]
		add("tasks "+p.Task, tasks.lines(p))
		add("short tasks "+p.Task, short.lines(p))
	}
	for i := range accuracyTests {
		e := &accuracyTests[i]
		lines, _ := accuracy.lines(e)
		add("accuracy "+e.Name, lines)
		lines, _ = brief.lines(e)
		add("brief accuracy "+e.Name, lines)
	}
	return all
}

// flag returns the value of a flag in a line, or nothing.
func flag(l, name string) string {
	args := strings.Fields(l)
	if i := slices.Index(args, "--"+name); i >= 0 {
		return args[i+1]
	}
	return ""
}

// TestNobodyIsMeasuredOnWhatTheyLearnt looks for the seed of every line: data to learn from
// and trainings have that of the experiment, and data to measure on and contests the next.
// `orrery eval --sets` has seeds of its own.
func TestNobodyIsMeasuredOnWhatTheyLearnt(t *testing.T) {
	t.Parallel()
	for name, lines := range everyLine(t, 40) {
		learnt, seeds := map[string]bool{}, map[string]string{} // by folder
		for _, l := range lines {
			args := strings.Fields(l)
			switch args[0] {
			case "gen":
				seeds[flag(l, "out")] = flag(l, "seed")
			case "train":
				learnt[args[1]] = true
				if seeds[args[1]] != "40" || flag(l, "seed") != "40" {
					t.Errorf("%s: %s learns from data of seed %q", name, l, seeds[args[1]])
				}
			case "plan", "eval":
				data := flag(l, "data")
				if data != "" && (learnt[data] || seeds[data] != "41") || data == "" && args[0] == "eval" && flag(l, "sets") == "" {
					t.Errorf("%s: %s measures on data of seed %q", name, l, seeds[data])
				}
				if args[0] == "plan" && flag(l, "seed") != "41" {
					t.Errorf("%s: %s must have seed 41", name, l)
				}
			default:
				t.Errorf("%s: nobody says what %s is for", name, l)
			}
		}
		for data, seed := range seeds {
			if !learnt[data] && seed != "41" {
				t.Errorf("%s: %s, which nobody learns from, has seed %s", name, data, seed)
			}
		}
	}
}

// TestExperimentsSayWhatTheyAreTold compares all lines of all experiments, and the targets.
func TestExperimentsSayWhatTheyAreTold(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	all := everyLine(t, 1)
	for _, name := range slices.Sorted(maps.Keys(all)) {
		fmt.Fprintf(&out, "# %s\n%s\n", name, strings.Join(all[name], "\n"))
	}
	for _, e := range accuracyTests {
		fmt.Fprintf(&out, "# %s, goals of %s\n", e.Name, e.Models[0])
		for _, g := range e.Goals {
			fmt.Fprintf(&out, "%s: at most %v\n", g.What, g.AtMost)
		}
	}
	names, training := AccuracyTests()
	fmt.Fprintf(&out, "# %v in %v\n# %v\n# %v\n", names, training, TaskNames(), Actors())
	golden.Compare(t, "testdata/lines.txt", out.String())
}
