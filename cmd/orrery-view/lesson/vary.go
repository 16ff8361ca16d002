package lesson

import (
	"math"
	"math/rand/v2"
	"slices"

	"orrery/cmd/orrery-view/session/hand"
	"orrery/sim"
	"orrery/sim/engine"
	"orrery/sim/policy"
)

// Varied returns a scene that starts otherwise: free bodies lie elsewhere and fly, what hangs together stays
// together. The rest of the scene is the same, and so is what it returns for the same random numbers.
func Varied(scene *sim.Scene, rng *rand.Rand) *sim.Scene {
	low, high := policy.Arena(scene, 0)
	size := max(min(high.X-low.X, high.Y-low.Y), 1e-3)
	speed := math.Sqrt(scene.Gravity.Len()*size) / 2
	if speed == 0 {
		speed = size
	}
	start := scene.Start()
	for i := range start {
		speed = max(speed, start[i].Velocity().Len())
	}
	calm := rng.Float64() < calmShare
	if calm {
		speed *= 0.1
	}
	groups, held := tied(scene)
	for g := range start {
		var of []int
		for i := range start {
			if groups[i] == g && scene.Bodies[i].Kind == sim.Dynamic {
				of = append(of, i)
			}
		}
		if len(of) == 0 {
			continue
		}
		if !held[g] && !calm && rng.Float64() < moveShare {
			move(scene, start, of, low, high, rng)
		}
		by := sim.Vec{X: rng.NormFloat64(), Y: rng.NormFloat64()}.Scale(speed / 2)
		for _, i := range of {
			start[i].VX, start[i].VY = start[i].VX+by.X, start[i].VY+by.Y
			start[i].Omega += rng.NormFloat64() * speed / (2 * reach(&scene.Bodies[i]))
		}
	}
	out := scene.StartingAt(start)
	if len(scene.Joints) > 0 {
		settle(out)
	}
	return out
}

// Nudged returns a scene whose free bodies start a little otherwise: each is moved by at most a share of its size,
// and flies by at most as large a share faster or slower. What hangs together does both as one. A share of 0 changes nothing.
func Nudged(scene *sim.Scene, rng *rand.Rand, share float64) *sim.Scene {
	out := *scene
	out.Bodies = slices.Clone(scene.Bodies)
	groups, held := tied(scene)
	type nudge struct{ x, y, vx, vy float64 }
	nudges := make([]nudge, len(out.Bodies)) // of the groups, by their first bodies, which come before the others
	for i := range out.Bodies {
		b, g := &out.Bodies[i], groups[i]
		if b.Kind != sim.Dynamic || held[g] {
			continue
		}
		if i == g {
			by, some := 0.2*share*reach(b), func() float64 { return 2*rng.Float64() - 1 }
			nudges[g] = nudge{by * some(), by * some(), 1 + 0.2*share*some(), 1 + 0.2*share*some()}
		}
		n := nudges[g]
		b.Start.X, b.Start.Y = b.Start.X+n.x, b.Start.Y+n.y
		b.Start.VX, b.Start.VY = b.Start.VX*n.vx, b.Start.VY*n.vy
	}
	return &out
}

// Of varied starts: the share in which everything is nearly at rest where it is, as most scenes end; of the
// others the share of bodies that lie elsewhere.
const (
	calmShare = 0.25
	moveShare = 0.5
)

// settleFrames is how long joints pull at what was thrown before an episode starts: what they would take away in
// an instant is nothing that happens in the scene.
const settleFrames = 12

// settle lets a scene start where it is a moment later, if the engine bears it.
func settle(scene *sim.Scene) {
	e := engine.Borrow()
	defer e.GiveBack()
	if e.Load(scene) != nil {
		return
	}
	t, err := e.Run(nil, settleFrames+1, nil)
	if err != nil {
		return
	}
	for i, pose := range t.States[settleFrames] {
		scene.Bodies[i].Start = pose
	}
}

// tied returns for each body the least index of those that hang together with it [n], and for each such index whether
// these hang on the world or on something that an actuator moves [n].
func tied(scene *sim.Scene) (groups []int, held []bool) {
	groups, held = make([]int, len(scene.Bodies)), make([]bool, len(scene.Bodies))
	for i := range groups {
		groups[i] = i
	}
	join := func(a, b int) {
		from, to := max(groups[a], groups[b]), min(groups[a], groups[b])
		for i, g := range groups {
			if g == from {
				groups[i] = to
			}
		}
	}
	for _, j := range scene.Joints {
		if j.A >= 0 && j.B >= 0 {
			join(j.A, j.B)
		}
	}
	hold := func(body int) {
		if body >= 0 {
			held[groups[body]] = true
		}
	}
	for _, j := range scene.Joints {
		if j.A < 0 || j.B < 0 {
			hold(max(j.A, j.B))
		}
	}
	for _, a := range scene.Actuators {
		hold(a.Body)
	}
	for i := range scene.Bodies {
		if scene.Bodies[i].Kind != sim.Dynamic {
			hold(i)
		}
	}
	return groups, held
}

// moveTries is how often a place is looked for.
const moveTries = 30

// move brings bodies that hang together to another place where they touch nothing, if one is found.
func move(scene *sim.Scene, start sim.State, of []int, low, high sim.Vec, rng *rand.Rand) {
	for range moveTries {
		to := sim.Vec{X: low.X + rng.Float64()*(high.X-low.X), Y: low.Y + rng.Float64()*(high.Y-low.Y)}
		by := to.Sub(start[of[0]].Position())
		if slices.ContainsFunc(of, func(i int) bool { return !fits(scene, start, of, i, start[i].Position().Add(by)) }) {
			continue
		}
		for _, i := range of {
			start[i].X, start[i].Y = start[i].X+by.X, start[i].Y+by.Y
		}
		return
	}
}

// fits reports whether a body of a group may lie at a place: clear of walls and of what is not of its group, and
// with no wall between its place and that.
func fits(scene *sim.Scene, start sim.State, group []int, body int, at sim.Vec) bool {
	mine := reach(&scene.Bodies[body])
	if hand.Walled(scene, start[body].Position(), at, mine) {
		return false
	}
	for k := range start {
		if !slices.Contains(group, k) && at.Sub(start[k].Position()).Len() < mine+reach(&scene.Bodies[k]) {
			return false
		}
	}
	return true
}

// reach returns how far in metres a body reaches from its centre of mass, which is more than nothing.
func reach(b *sim.Body) float64 { return max(b.Reach(), 1e-6) }
