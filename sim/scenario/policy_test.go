package scenario_test

import (
	"strings"
	"testing"
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
