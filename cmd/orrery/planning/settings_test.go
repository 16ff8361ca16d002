package planning

import (
	"slices"
	"testing"

	"orrery/sim/scenario"
	"orrery/world/plan"
)

// TestEveryTaskHasSettings asks that whoever adds a task says how to plan it.
func TestEveryTaskHasSettings(t *testing.T) {
	for _, s := range scenario.List() {
		listed := slices.ContainsFunc(table, func(r row) bool { return r.task == s.Name && r.protocol == Task })
		if (s.Task != nil) != listed {
			t.Errorf("%s has a task: %v, is in the table: %v", s.Name, s.Task != nil, listed)
		}
	}
	for _, r := range table {
		for _, planner := range append(plan.Names(), "") {
			if _, _, err := Config(r.task, r.protocol, planner, nil); err != nil {
				t.Errorf("%s (%s) with %q: %v", r.task, r.protocol, planner, err)
			}
		}
	}
}
