package sim

import (
	"strings"
	"testing"
)

func TestAnImpactHasTwoStatesAndNoTime(t *testing.T) {
	scene := DefaultScene()
	two := &Trajectory{Scene: &scene, States: []State{{}, {}}, Impact: true}
	if err := two.Check(); err != nil {
		t.Error(err)
	}
	if _, err := two.Stride(2); err == nil || !strings.Contains(err.Error(), "no time passes") {
		t.Errorf("a stride of an impact: %v", err)
	}
	if same, err := two.Stride(1); err != nil || same != two {
		t.Errorf("every frame of an impact: %v", err)
	}
	two.States = append(two.States, State{})
	if err := two.Check(); err == nil || !strings.Contains(err.Error(), "3 states must be the two") {
		t.Errorf("three states: %v", err)
	}
}
