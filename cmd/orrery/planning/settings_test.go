package planning

import (
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"

	"orrery/sim/scenario"
	"orrery/sim/scenario/library"
	"orrery/world/plan"
)

// TestEveryTaskHasSettings asks that whoever adds a task says how to plan it, and that every
// planner takes what is said.
func TestEveryTaskHasSettings(t *testing.T) {
	t.Parallel()
	for _, s := range library.List() {
		if (s.Task != nil) != (s.Planner != nil) {
			t.Errorf("%s has a task: %v, settings %v", s.Name, s.Task != nil, s.Planner)
		}
		protocols := []Protocol{Task}
		if recorded[s.Name] != nil {
			protocols = append(protocols, Recorded)
		}
		for _, protocol := range protocols {
			for _, planner := range append(plan.Names(), "") {
				if _, _, err := Config(s, protocol, planner, nil); err != nil {
					t.Errorf("%s (%s) with %q: %v", s.Name, protocol, planner, err)
				}
			}
		}
	}
	for name := range recorded {
		named(t, name)
	}
}

// TestSettingsOfAnUpdateAreForTheirPlanner: those of others stay as they are.
func TestSettingsOfAnUpdateAreForTheirPlanner(t *testing.T) {
	t.Parallel()
	for planner, elites := range map[string]int{"": 6, "icem": 6, "cem": 20, "mppi": 0} {
		config, _, err := Config(named(t, "push"), Task, planner, nil)
		if err != nil || config.Elites != elites || config.Samples != 40 {
			t.Errorf("%q: %d elites of %d samples, %v, want %d of 40", planner, config.Elites, config.Samples, err, elites)
		}
	}
}

// TestSettingsOfAFileAreMistakesThere, with their line, and not of what is tuned.
func TestSettingsOfAFileAreMistakesThere(t *testing.T) {
	t.Parallel()
	for planner, want := range map[string]string{
		`"samples": 1`:   "push.scenario.json:3:46: /task/planner/samples: 1 must be 2 to 100000",
		`"replan": 50`:   "push.scenario.json:3:45: /task/planner/replan: 50 must be 1 to 20",
		`"horizon": 1.5`: "push.scenario.json:3:46: /task/planner/horizon: 1.5 must be a whole number",
	} {
		s, err := scenario.Parse("push.scenario.json", []byte("{\"format\": 2, \"bodies\": [{\"name\": \"ball\", \"circle\": 0.1}],\n\"goals\": [{\"body\": \"ball\", \"place\": [1, 0]}],\n \"task\": {\"doc\": \"…\", \"planner\": {"+planner+"}}}"))
		if err != nil {
			t.Fatal(err)
		}
		_, _, err = Config(s, Task, "", Settings{"horizon": 9})
		if got := (*plan.SettingError)(nil); err == nil || errors.As(err, &got) || err.Error() != want {
			t.Errorf("%s: %v, want %s", planner, err, want)
		}
	}
}

// TestSettingsAreAllOfThePlanner asks that names has every number of a plan's settings.
func TestSettingsAreAllOfThePlanner(t *testing.T) {
	t.Parallel()
	config, err := plan.DefaultConfig("icem")
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(config)
	if err != nil {
		t.Fatal(err)
	}
	var all map[string]any
	if err := json.Unmarshal(text, &all); err != nil {
		t.Fatal(err)
	}
	delete(all, "update") // follows from the planner
	for _, name := range names {
		if _, ok := all[name]; !ok {
			t.Errorf("%s is none of the settings %v", name, all)
		}
	}
	if len(all) != len(names) {
		t.Errorf("%d settings, %d names", len(all), len(names))
	}
}

func TestWrongSettingsAreNamed(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		planner string
		tune    Settings
		want    plan.SettingError
	}{
		{"", Settings{"foo": 1}, plan.SettingError{Name: "foo", Rule: "is not a setting of a planner; there are " + strings.Join(names, ", ")}},
		{"", Settings{"sample": 1}, plan.SettingError{Name: "sample", Rule: `is not a setting of a planner, perhaps "samples"; there are ` + strings.Join(names, ", ")}},
		{"", Settings{"update": 1}, plan.SettingError{Name: "update", Rule: "is not a setting of a planner; there are " + strings.Join(names, ", ")}},
		{"", Settings{"samples": 1.5}, plan.SettingError{Name: "samples", Rule: "1.5 must be a whole number"}},
		{"", Settings{"samples": -1}, plan.SettingError{Name: "samples", Rule: "-1 must be 2 to 100000"}},
		{"mppi", Settings{"elites": 3}, plan.SettingError{Name: "elites", Rule: `3 must be 0: it is a setting of planners whose update is not "weights"`}},
		{"cen", nil, plan.SettingError{Name: plan.PlannerSetting, Rule: `"cen" must be one of cem, icem, mppi, random, perhaps "cem"`}},
	} {
		_, _, err := Config(named(t, "push"), Task, test.planner, test.tune)
		var got *plan.SettingError
		if !errors.As(err, &got) || !reflect.DeepEqual(*got, test.want) {
			t.Errorf("%s %v: %v, want %+v", test.planner, test.tune, err, test.want)
		}
	}
}

// named returns a scenario of the library.
func named(t *testing.T, name string) *scenario.Scenario {
	t.Helper()
	s, err := library.Find(name)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestAScenarioFileSaysHowItIsPlanned and takes nothing from a task of the library that has
// its name.
func TestAScenarioFileSaysHowItIsPlanned(t *testing.T) {
	t.Parallel()
	const head = `{"format": 2, "bodies": [{"name": "ball", "circle": 0.1}], "goals": [{"body": "ball", "place": [1, 0]}], "task": {`
	for _, test := range []struct {
		text    string
		horizon int
	}{{`"planner": {"horizon": 7}`, 7}, {"", 0}} {
		s, err := scenario.Parse("push.scenario.json", []byte(head+test.text+"}}"))
		if err != nil {
			t.Fatal(err)
		}
		usual, err := plan.DefaultConfig("icem")
		if err != nil {
			t.Fatal(err)
		}
		if test.horizon == 0 {
			test.horizon = usual.Horizon
		}
		config, planner, err := Config(s, Task, "", nil)
		if err != nil || planner != "icem" || config.Horizon != test.horizon || config.Samples != usual.Samples {
			t.Errorf("%q: planner %s with %+v, %v", test.text, planner, config, err)
		}
		if config, _, err = Config(s, Task, "", Settings{"horizon": 9}); err != nil || config.Horizon != 9 {
			t.Errorf("%q: horizon %d, %v in spite of --tune", test.text, config.Horizon, err)
		}
	}
}
