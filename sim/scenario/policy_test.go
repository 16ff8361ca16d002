package scenario_test

import (
	"reflect"
	"strings"
	"testing"

	"orrery/sim"
)

func TestUnknownPoliciesAreNamed(t *testing.T) {
	s := find(t, "mixed")
	if p, err := s.Policy(""); err != nil || p.Name != "none" {
		t.Errorf("default %q, %v", p.Name, err)
	}
	if _, err := s.Policy("nine"); err == nil || !strings.HasPrefix(err.Error(), `mixed: unknown policy "nine", perhaps "none"; there are none`) {
		t.Error(err)
	}
}

// TestEveryProposalIsAnother, in every episode and with every seed, and all are the same when they are
// asked for again.
func TestEveryProposalIsAnother(t *testing.T) {
	t.Parallel()
	s := find(t, "reach")
	scene := draw(t, s, 0, nil)
	acts := func(seed uint64, episode int) (all [][]sim.Action) {
		propose := s.Proposals(seed, episode, scene)
		for range 3 {
			act := propose()
			var actions []sim.Action
			for frame := range 40 {
				actions = append(actions, act(frame, scene.Start()))
			}
			all = append(all, actions)
		}
		return all
	}
	first := acts(1, 0)
	if !reflect.DeepEqual(first, acts(1, 0)) {
		t.Error("they are others when they are asked for again")
	}
	different := append(append(first, acts(1, 1)...), acts(2, 0)...)
	for i, a := range different {
		for k, b := range different[:i] {
			if reflect.DeepEqual(a, b) {
				t.Errorf("proposals %d and %d are the same; each three are of another episode or seed", k, i)
			}
		}
	}
}
