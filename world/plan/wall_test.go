package plan

import (
	"math"
	"testing"

	"orrery/sim"
)

// walled moves a point in two rooms of 1 m by 2 m, with a wall between them at
// x = 0 that has a door near the top.
func walled(s sim.BodyState, velocity sim.Action) sim.BodyState {
	next := walked(s, velocity)
	next.X, next.Y = min(max(next.X, -1), 1), min(max(next.Y, -1), 1)
	if s.X*next.X <= 0 { // crosses, or begins on the wall
		if y := (s.Y + next.Y) / 2; y < 0.5 || y > 0.9 {
			next.X = math.Copysign(1e-3, s.X)
		}
	}
	return next
}

// TestDoorIsFoundThatGreedHides puts the goal behind the wall: every way through
// the door first leads away from it.
func TestDoorIsFoundThatGreedHides(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	t.Parallel()
	start, goal := sim.BodyState{X: -0.3, Y: -0.1}, sim.Vec{X: 0.6, Y: -0.1}
	away := func(state sim.State, _ sim.Action) float64 { return state[0].Position().Sub(goal).Len() }
	scene := toyScene(t, sim.Velocity, 1, alongX, alongY)
	model := toy{move: walled}
	for _, name := range Names() {
		greedy := config(t, name, func(c *Config) { c.Horizon = 1 })
		states := follow(t, newController(t, model, scene, away, greedy), model, start, 40)
		if end := states[40]; !(end.X <= 0) {
			t.Errorf("%s: looking one frame ahead went through the wall to %v", name, end.Position())
		}
		far := config(t, name, func(c *Config) {
			c.Horizon, c.Repeat, c.Replan, c.Samples, c.Iterations, c.Spread = 10, 3, 2, 300, 8, 1
			if c.Update == Elites {
				c.Elites = 30
			}
		})
		states = follow(t, newController(t, model, scene, away, far), model, start, 60)
		near := 0.1 // m
		if name == "random" {
			near = 0.2 // shooting gets through the door, but aims roughly
		}
		if end := states[60]; !(end.Position().Sub(goal).Len() <= near) {
			t.Errorf("%s: ends at %.2f, want %v", name, end.Position(), goal)
		}
	}
}

// TestCautionAvoidsWhatTheModelDoesNotKnow has a model that is unsure of a disc
// on the straight way to the goal.
func TestCautionAvoidsWhatTheModelDoesNotKnow(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	t.Parallel()
	start, goal, fog := sim.BodyState{X: -1}, sim.Vec{X: 1}, sim.Vec{Y: -0.05}
	away := func(state sim.State, _ sim.Action) float64 { return state[0].Position().Sub(goal).Len() }
	scene := toyScene(t, sim.Velocity, 1, alongX, alongY)
	model := toy{move: walked, spread: func(s sim.BodyState) float64 {
		return max(0.3-s.Position().Sub(fog).Len(), 0)
	}}
	depth := func(caution float64) float64 {
		c := config(t, "icem", func(c *Config) {
			c.Horizon, c.Repeat, c.Samples, c.Iterations, c.Caution = 10, 3, 200, 10, caution
		})
		deepest, states := 0.0, follow(t, newController(t, model, scene, away, c), model, start, 40)
		for _, s := range states {
			deepest = max(deepest, model.spread(s))
		}
		if end := states[40]; !(end.Position().Sub(goal).Len() <= 0.1) {
			t.Errorf("caution %v: ends at %.2f, want %v", caution, end.Position(), goal)
		}
		return deepest
	}
	if bold, careful := depth(0), depth(100); !(bold >= 0.1) || !(careful <= 0.05) {
		t.Errorf("went %.2f m deep into the unknown without caution and %.2f m with it, want far and not at all", bold, careful)
	}
	c := config(t, "cem", func(c *Config) { c.Caution = 1 })
	_, err := NewRollouts(toy{move: walked}, scene, away, c)
	if want := "plan: caution 1 needs a model that knows its uncertainty, and toy does not"; err == nil || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
}
