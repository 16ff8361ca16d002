package scenario_test

import (
	"fmt"
	"math"
	"testing"

	"orrery/sim"
)

// TestJointsEndWhereTheFileSays: files count from the origins of bodies, scenes from their centres
// of mass, and here these are apart. Each kind of joint has its ends at the places that a reader
// of the file works out, at both ends and whichever of the two is the world.
func TestJointsEndWhereTheFileSays(t *testing.T) {
	t.Parallel()
	const bodies = `
		{"name": "a", "box": [0.4, 0.2], "centre": [0.1, -0.05], "at": [1, 2], "angle": "40deg", "points": {"tip": [0.2, 0.1]}},
		{"name": "b", "box": [0.4, 0.2], "centre": [-0.07, 0.03], "at": [-1, 0.5], "angle": "-75deg", "points": {"tip": [-0.2, 0.05]}}`
	a, b := sim.BodyState{X: 1, Y: 2}, sim.BodyState{X: -1, Y: 0.5} // the frames of the file
	a.Angle, b.Angle = 40*math.Pi/180, -75*math.Pi/180
	place, from, to := sim.Vec{X: 0.3, Y: 0.4}, sim.Vec{X: -0.15, Y: 0.02}, sim.Vec{X: 0.16, Y: -0.06}
	const at, spring = `, "at": [0.3, 0.4]`, `, "stiffness": 3, "damping": 0.5`
	const groove = `, "from": [-0.15, 0.02], "to": [0.16, -0.06]`
	for _, c := range []struct {
		text       string
		ends       [2]sim.Vec // m, in the world
		grooveEnds sim.Vec    // m, in the world, of the other end of a groove
		length     float64    // m; 0 for a kind without one, below for that of the ends
	}{
		{text: `"pivot": ["a", "b"]` + at, ends: [2]sim.Vec{place, place}},
		{text: `"pivot": ["a.tip", "b"]`, ends: [2]sim.Vec{a.Point(sim.Vec{X: 0.2, Y: 0.1}), a.Point(sim.Vec{X: 0.2, Y: 0.1})}},
		{text: `"pivot": ["a", "b.tip"]`, ends: [2]sim.Vec{b.Point(sim.Vec{X: -0.2, Y: 0.05}), b.Point(sim.Vec{X: -0.2, Y: 0.05})}},
		{text: `"pivot": ["a", "world"]`, ends: [2]sim.Vec{a.Position(), a.Position()}},
		{text: `"pin": ["a", "b"]`, ends: [2]sim.Vec{a.Position(), b.Position()}},
		{text: `"pin": ["b.tip", "world"]` + at, ends: [2]sim.Vec{b.Point(sim.Vec{X: -0.2, Y: 0.05}), place}},
		{text: `"rope": ["a", "b.tip"]`, ends: [2]sim.Vec{a.Position(), b.Point(sim.Vec{X: -0.2, Y: 0.05})}, length: -1},
		{text: `"rope": ["a", "b"], "length": 4`, ends: [2]sim.Vec{a.Position(), b.Position()}, length: 4},
		{text: `"spring": ["a.tip", "b"]` + spring, ends: [2]sim.Vec{a.Point(sim.Vec{X: 0.2, Y: 0.1}), b.Position()}, length: -1},
		{text: `"spring": ["a.tip", "b"], "length": 0` + spring, ends: [2]sim.Vec{a.Point(sim.Vec{X: 0.2, Y: 0.1}), b.Position()}},
		{text: `"groove": ["a", "b"]` + groove, ends: [2]sim.Vec{a.Position(), b.Point(from)}, grooveEnds: b.Point(to)},
		{text: `"groove": ["a.tip", "b"]` + groove, ends: [2]sim.Vec{a.Point(sim.Vec{X: 0.2, Y: 0.1}), b.Point(from)}, grooveEnds: b.Point(to)},
		{text: `"groove": ["b", "world"]` + groove, ends: [2]sim.Vec{b.Position(), from}, grooveEnds: to},
	} {
		scene := draw(t, parse(t, fmt.Sprintf(`{"format": 2, "bodies": [%s], "joints": [{%s}]}`, bodies, c.text)), 0, nil)
		j, start := &scene.Joints[0], scene.Start()
		near := func(what string, body int, anchor, want sim.Vec) {
			got := anchor
			if body != sim.World {
				got = start[body].Point(anchor)
			}
			if !(got.Sub(want).Len() <= 1e-12) {
				t.Errorf("%s: %s at %v m, want %v", c.text, what, got, want)
			}
		}
		near("the first end", j.A, j.AnchorA, c.ends[0])
		near("the second end", j.B, j.AnchorB, c.ends[1])
		if j.Kind == sim.Groove {
			near("the end of the groove", j.B, j.EndB, c.grooveEnds)
		}
		want := c.length
		if want < 0 {
			want = c.ends[0].Sub(c.ends[1]).Len()
		}
		if !(j.Length-want <= 1e-12 && want-j.Length <= 1e-12) {
			t.Errorf("%s: %v m long, want %v", c.text, j.Length, want)
		}
		if j.Kind == sim.Spring && (j.Stiffness != 3 || j.Damping != 0.5) {
			t.Errorf("%s: %+v", c.text, j)
		}
	}
}
