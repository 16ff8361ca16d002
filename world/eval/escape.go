package eval

import (
	"fmt"
	"math"
	"slices"

	"orrery/sim"
	"orrery/world"
)

// Escapes counts the rollouts of a model in which something is predicted that cannot be
// right; see world.Guard. A rollout counts once, by the first thing that is wrong.
type Escapes struct {
	Rollouts    int         `json:"rollouts"`     // number that have an escape of any kind
	NotFinite   int         `json:"not_finite"`   // number in which a value is not finite, or the model gives up
	ThroughWall int         `json:"through_wall"` // number in which a body goes through a wall
	OutOfArena  int         `json:"out_of_arena"` // number in which a body leaves the arena
	TooFast     int         `json:"too_fast"`     // number in which a body is ten times as fast as in training
	Worst       WorstEscape `json:"worst"`
}

// WorstEscape is the rollout that goes furthest wrong: the first that breaks down, else
// the one with a body furthest beyond the arena, else the one with the fastest body.
type WorstEscape struct {
	Episode   int          `json:"episode"` // number of the episode
	Scene     string       `json:"scene"`
	First     world.Escape `json:"first"`       // what is wrong first
	FarthestM Number       `json:"farthest_m"`  // m beyond the arena, of the centre of any body in any frame
	FastestMS Number       `json:"fastest_m_s"` // m/s, of the centre of any body in any frame
}

// guard lets a Guard see a prediction for an episode, whose true places are allowed.
func (v *evaluation) guard(t *sim.Trajectory, predicted []sim.State, seen *world.Seen) *world.Guard {
	if seen == nil {
		seen = &world.Seen{Speed: v.fastest, Spin: v.spin}
	}
	g := world.NewGuard(t.Scene, seen)
	g.Within(t.States[:v.frames])
	for _, state := range predicted {
		g.See(state)
	}
	return g
}

// newEscapes counts the escapes of all episodes, or returns nil when there are none.
func newEscapes(episodes []comparison) *Escapes {
	e := &Escapes{}
	for i := range episodes {
		c := &episodes[i]
		first := c.escape
		if first == nil && c.failure == nil {
			continue
		}
		if first == nil {
			first = &world.Escape{Kind: world.NotFinite, Frame: c.failure.Frame}
		}
		e.Rollouts++
		*e.count(first.Kind)++
		w := WorstEscape{
			Episode: i, Scene: c.scene, First: *first,
			FarthestM: Number(c.farthest), FastestMS: Number(c.fastest),
		}
		if e.Rollouts == 1 || w.worse(&e.Worst) {
			e.Worst = w
		}
	}
	if e.Rollouts == 0 {
		return nil
	}
	return e
}

// Count returns how many rollouts have an escape of a kind first.
func (e *Escapes) Count(kind world.EscapeKind) int { return *e.count(kind) }

// count returns where the rollouts are counted whose first escape is of a kind.
func (e *Escapes) count(kind world.EscapeKind) *int {
	switch kind {
	case world.NotFinite:
		return &e.NotFinite
	case world.ThroughWall:
		return &e.ThroughWall
	case world.OutOfArena:
		return &e.OutOfArena
	case world.TooFast:
		return &e.TooFast
	}
	panic(fmt.Sprintf("eval: no count for the kind of escape %q", kind))
}

// worse reports whether w goes further wrong than other.
func (w *WorstEscape) worse(other *WorstEscape) bool {
	broken, otherBroken := w.First.Kind == world.NotFinite, other.First.Kind == world.NotFinite
	switch {
	case broken != otherBroken:
		return broken
	case broken:
		return false // the first stays
	case w.FarthestM != other.FarthestM:
		return w.FarthestM > other.FarthestM
	}
	return w.FastestMS > other.FastestMS
}

// validate checks what was read from a file.
func (e *Escapes) validate(episodes int) error {
	sum := 0
	for _, kind := range world.EscapeKinds() {
		n := *e.count(kind)
		if n < 0 || n > episodes {
			return fmt.Errorf("%d rollouts must be 0 to the %d episodes", n, episodes)
		}
		sum += n
	}
	if e.Rollouts < 1 || e.Rollouts > episodes || sum != e.Rollouts {
		return fmt.Errorf("%d rollouts must be from 1 to the %d episodes, and the %d of all kinds together", e.Rollouts, episodes, sum)
	}
	if slices.Contains(world.EscapeKinds(), e.Worst.First.Kind) {
		return nil
	}
	return fmt.Errorf("kind %q must be one of %q", e.Worst.First.Kind, world.EscapeKinds())
}

// fastestOf returns the greatest speed in m/s and angular speed in rad/s of any dynamic
// body in trajectories.
func fastestOf(trajectories []*sim.Trajectory) (speed, spin float64) {
	for _, t := range trajectories {
		for _, state := range t.States {
			for i := range state {
				if t.Scene.Bodies[i].Kind == sim.Dynamic {
					speed = max(speed, state[i].Velocity().Len())
					spin = max(spin, math.Abs(state[i].Omega))
				}
			}
		}
	}
	return speed, spin
}
