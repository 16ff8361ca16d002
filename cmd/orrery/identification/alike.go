package identification

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"orrery/sim"
)

// Sort leaves the episodes that can be looked at together, and returns sentences about the rest: copies of
// others tell no more than one, and would only make intervals narrower than they are; and scenes may
// contradict each other.
func (d *Data) Sort() (sentences []string) {
	if n := d.leaveCopies(); n > 0 {
		sentences = append(sentences, fmt.Sprintf("%s of others and left out: what is alike tells no more than one", areCopies(n)))
	}
	return append(sentences, d.contradictions()...)
}

func areCopies(n int) string {
	if n == 1 {
		return "1 episode is a copy"
	}
	return fmt.Sprintf("%d episodes are copies", n)
}

// keep leaves some of the episodes.
func (d *Data) keep(which func(k int) bool) (left int) {
	var numbers []int
	var trajectories []*sim.Trajectory
	for k := range d.Trajectories {
		if which(k) {
			numbers, trajectories = append(numbers, d.Numbers[k]), append(trajectories, d.Trajectories[k])
		}
	}
	left = len(d.Numbers) - len(numbers)
	d.Numbers, d.Trajectories = numbers, trajectories
	return left
}

// leaveCopies leaves the first of episodes in which the same was seen to happen.
func (d *Data) leaveCopies() int {
	return d.keep(func(k int) bool {
		return !slices.ContainsFunc(d.Trajectories[:k], func(t *sim.Trajectory) bool { return copies(t, d.Trajectories[k]) })
	})
}

// copies reports whether two episodes are the same.
func copies(a, b *sim.Trajectory) bool {
	if len(a.States) != len(b.States) || (a.Seen == nil) != (b.Seen == nil) {
		return false
	}
	if a.Seen != nil {
		return slices.EqualFunc(a.Seen.Sights, b.Seen.Sights, slices.Equal)
	}
	return slices.EqualFunc(a.States, b.States, slices.Equal)
}

// contradictions says in what the scenes of episodes differ that can have one value only.
func (d *Data) contradictions() (sentences []string) {
	first := d.Trajectories[0].Scene
	for _, of := range []struct {
		what string
		get  func(*sim.Scene) any
	}{
		{"gravity", func(s *sim.Scene) any { return s.Gravity }},
		{"drag", func(s *sim.Scene) any { return s.Damping }},
		{"the walls", func(s *sim.Scene) any { return s.Walls }},
		{"the joints", func(s *sim.Scene) any { return len(s.Joints) }},
	} {
		var other []string
		for k, t := range d.Trajectories {
			if !reflect.DeepEqual(of.get(t.Scene), of.get(first)) {
				other = append(other, fmt.Sprint(d.Numbers[k]))
			}
		}
		if n := len(other); n > 0 {
			if n > 3 {
				other = append(other[:3], "…")
			}
			sentences = append(sentences, fmt.Sprintf("the scenes contradict each other: %s of %s %s not as in episode %d, and one value is found for all",
				of.what, episodes(n, other), are(of.what), d.Numbers[0]))
		}
	}
	return sentences
}

func are(what string) string {
	if strings.HasSuffix(what, "s") {
		return "are"
	}
	return "is"
}

func episodes(n int, numbers []string) string {
	if n == 1 {
		return "episode " + numbers[0]
	}
	return fmt.Sprintf("%d episodes (%s)", n, strings.Join(numbers, ", "))
}
