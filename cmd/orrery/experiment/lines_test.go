package experiment

import (
	"slices"
	"strings"
	"testing"
	"time"
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

// TestExperimentsSayWhatTheyAreTold compares whole lines, one of each sort of experiment.
func TestExperimentsSayWhatTheyAreTold(t *testing.T) {
	t.Parallel()
	all := everyLine(t, 1)
	for name, want := range map[string]string{
		"models push": `
gen push --episodes 30 --seed 1 --policy play --out out/push
gen push --episodes 7 --seed 2 --policy play --out out/push-fresh
train out/push --model contact --seed 1 --budget 1m30s --out out/push-model
eval out/push-model --data out/push-fresh --episodes 7 --out out/push-metrics.json`,
		"tasks cartpole": `
gen cartpole --episodes 400 --seed 1 --set swing_up=1 --policy noise --out out/cartpole/play
train out/cartpole/play --model contact --seed 1 --steps 1000 --out out/cartpole/contact
train out/cartpole/play --model interaction --seed 1 --steps 4000 --out out/cartpole/interaction
plan cartpole --model out/cartpole/contact --episodes 5 --seed 2 --set swing_up=1 --out out/cartpole/task-contact.json
plan cartpole --model true --episodes 5 --seed 2 --set swing_up=1 --out out/cartpole/task-true.json
plan cartpole --model out/cartpole/interaction --episodes 5 --seed 2 --set swing_up=1 --out out/cartpole/task-interaction.json
plan cartpole --model random --episodes 5 --seed 2 --set swing_up=1 --out out/cartpole/task-random.json`,
		"short tasks pusht": `
gen pusht --episodes 9 --seed 1 --policy play --out out/pusht/play
train out/pusht/play --model contact --seed 1 --steps 8 --inner-steps 5 --out out/pusht/contact
gen pusht --episodes 300 --seed 2 --policy play --out out/pusht/recorded
plan pusht --model out/pusht/contact --episodes 5 --seed 2 --protocol recorded --data out/pusht/recorded --out out/pusht/recorded-contact.json
plan pusht --model out/pusht/contact --episodes 5 --seed 2 --out out/pusht/task-contact.json`,
		"accuracy pile": `
gen pile --episodes 1000 --seed 1 --out out/pile/dataset
train out/pile/dataset --model contact --seed 1 --budget 5m0s --out out/pile/contact
eval out/pile/contact --sets pile --episodes 6 --only settled,iid --report out/pile`,
		"accuracy mixed": `
gen mixed --episodes 2000 --seed 1 --out out/mixed/dataset
train out/mixed/dataset --model contact --seed 1 --budget 15m0s --out out/mixed/contact
train out/mixed/dataset --model interaction --seed 1 --budget 15m0s --out out/mixed/interaction
eval out/mixed/contact out/mixed/interaction --sets mixed --episodes 6 --only iid,more,shift,long --report out/mixed
eval out/mixed/contact out/mixed/interaction --sets mixed --episodes 6 --only iid --endurance 100 --out out/mixed/endurance.json`,
		"brief accuracy springs": `
gen springs --episodes 11 --seed 1 --out out/springs/dataset
train out/springs/dataset --model contact --seed 1 --budget 2s --out out/springs/contact
eval out/springs/contact --sets springs --episodes 6 --only iid --report out/springs`,
	} {
		if got := "\n" + strings.Join(all[name], "\n"); got != want {
			t.Errorf("%s:%s\nwant:%s", name, got, want)
		}
	}
}
