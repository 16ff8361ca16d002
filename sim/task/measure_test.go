package task_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/sim"
	"orrery/sim/task"
)

// shapes is a body of two that overlap, one of them round, and neither at its middle.
func shapes() sim.Body {
	return sim.Body{Shapes: []sim.Shape{
		sim.NewShape(sim.Polygon, 0, sim.Surface{}, sim.Vec{X: -1, Y: -0.5}, sim.Vec{X: 1, Y: -0.5}, sim.Vec{X: 0.8, Y: 0.5}, sim.Vec{X: -0.9, Y: 0.4}),
		sim.NewShape(sim.Circle, 0.6, sim.Surface{}, sim.Vec{X: 0.7, Y: 0.4}),
	}}
}

// convex returns a shape at random: a circle, a line or a polygon, with or without rounding.
func convex(rng *rand.Rand) sim.Shape {
	radius := []float64{0, 0.1 + 0.3*rng.Float64()}[rng.IntN(2)]
	middle := sim.Vec{X: rng.NormFloat64(), Y: rng.NormFloat64()}.Scale(0.3)
	var corners []sim.Vec
	n := 1 + rng.IntN(7)
	for k := range n {
		angle := 2 * math.Pi * (float64(k) + 0.6*rng.Float64()) / float64(n)
		corners = append(corners, middle.Add(sim.Vec{X: 0.5 + 0.5*float64(n%3)}.Rotate(angle)))
	}
	switch n {
	case 1:
		return sim.NewShape(sim.Circle, radius+0.1, sim.Surface{}, corners...)
	case 2:
		return sim.NewShape(sim.Segment, radius+0.05, sim.Surface{}, corners...)
	}
	return sim.NewShape(sim.Polygon, radius, sim.Surface{}, corners...)
}

// world is a scene of bodies of one to three convex shapes each at random, with walls, two actuators and
// a region, and a state of it.
func world(seed uint64) (*sim.Scene, sim.State) {
	rng := rand.New(rand.NewPCG(seed, 1))
	scene := &sim.Scene{
		Actuators: []sim.Actuator{{Low: -2, High: 2}, {Low: -1, High: 1}},
		Walls:     []sim.Shape{convex(rng), convex(rng), convex(rng)},
		Regions:   []sim.Region{{Name: "place", Shape: convex(rng)}},
	}
	for i := range scene.Walls {
		for k := range scene.Walls[i].Vertices {
			scene.Walls[i].Vertices[k].X += 3 * float64(i)
		}
	}
	var state sim.State
	for range 4 {
		var body sim.Body
		for range 1 + rng.IntN(3) {
			body.Shapes = append(body.Shapes, convex(rng))
		}
		scene.Bodies = append(scene.Bodies, body)
		state = append(state, sim.BodyState{X: 2 * rng.NormFloat64(), Y: 2 * rng.NormFloat64(), Angle: 9 * rng.NormFloat64(),
			VX: rng.NormFloat64(), VY: rng.NormFloat64(), Omega: rng.NormFloat64()})
	}
	return scene, state
}

// moved returns a scene and a state of it, turned about the origin and then shifted.
func moved(scene *sim.Scene, state sim.State, shift sim.Vec, turn float64) (*sim.Scene, sim.State) {
	to := sim.BodyState{X: shift.X, Y: shift.Y, Angle: turn}
	place := func(s sim.Shape) sim.Shape {
		s.Vertices = slices.Clone(s.Vertices)
		for i, v := range s.Vertices {
			s.Vertices[i] = to.Point(v)
		}
		return s
	}
	other, states := *scene, slices.Clone(state)
	other.Walls, other.Regions, other.Goals = slices.Clone(scene.Walls), slices.Clone(scene.Regions), slices.Clone(scene.Goals)
	for i := range other.Walls {
		other.Walls[i] = place(other.Walls[i])
	}
	for i := range other.Regions {
		other.Regions[i].Shape = place(other.Regions[i].Shape)
	}
	for i := range other.Goals {
		if g := &other.Goals[i]; g.Kind == sim.Place || g.Kind == sim.Pose {
			g.Target = to.Point(g.Target)
		}
		if g := &other.Goals[i]; g.Kind == sim.Pose || g.Kind == sim.Angle {
			g.Angle += turn
		}
	}
	for i, b := range states {
		p, v := to.Point(b.Position()), b.Velocity().Rotate(turn)
		states[i] = sim.BodyState{X: p.X, Y: p.Y, Angle: b.Angle + turn, VX: v.X, VY: v.Y, Omega: b.Omega}
	}
	return &other, states
}

// goals are one of each kind, and of each symmetry, for body 0.
func goals() []sim.Goal {
	goals := []sim.Goal{
		{Kind: sim.Place, Anchor: sim.Vec{X: 0.3, Y: 0.1}, Target: sim.Vec{X: 1, Y: -1}, Radius: 0.2},
		{Kind: sim.Inside, Region: "place"},
	}
	for _, symmetry := range []int{0, 1, 2, 4, sim.AnyAngle} {
		goals = append(goals,
			sim.Goal{Kind: sim.Pose, Target: sim.Vec{X: 0.5, Y: 0.3}, Angle: 0.7, Symmetry: symmetry},
			sim.Goal{Kind: sim.Angle, Angle: -1.2, Symmetry: symmetry})
	}
	return goals
}

// all returns every measure there is, of bodies 0 and 1 of a scene, and the conditions as
// measures. Those of the axes of the world come last, from fixed on.
func all(scene *sim.Scene) (measures []task.Measure, fixed int) {
	p, q := sim.Point{Body: 0, At: sim.Vec{X: 0.4, Y: -0.3}}, sim.Point{Body: 1, At: sim.Vec{Y: 0.2}}
	place := &scene.Regions[0]
	for i := range scene.Goals {
		g := &scene.Goals[i]
		if g.Kind == sim.Pose || g.Kind == sim.Angle {
			measures = append(measures, task.Turned(g))
		}
		measures = append(measures, task.Outline(scene, g), task.Coverage(scene, g), task.Misfit(scene, g), task.Count(task.Reached(scene, g)))
	}
	measures = append(measures,
		task.Distance(p, q), task.Speed(p, q), task.Speed(p, sim.Point{Body: sim.World}), task.Spin(0, 1), task.Spin(0, sim.World), task.Heading(0, 1),
		task.Gap(scene, 0, 1), task.Gap(scene, 1, sim.World), task.Count(task.Touching(scene, 0, 1)),
		task.PointOutside(p, place), task.Outside(scene, 0, place), task.Count(task.PointInside(p, place), task.Inside(scene, 0, place)),
		task.Effort(scene, 0, 1),
	)
	measures = append(measures, task.Mean(measures...), task.Most(measures...), task.Least(measures...),
		task.Negative(task.Sum(task.Term{Weight: 2, Measure: measures[0]}, task.Term{Weight: -3, Measure: measures[1]})),
		task.Count(task.All(task.Below(measures[0], 1), task.Not(task.Above(measures[1], 1))), task.Any(task.Within(measures[2], 0.5))))
	fixed = len(measures)
	return append(measures, task.Height(p), task.Offset(p, q, sim.Vec{X: 1}), task.Velocity(p, q, sim.Vec{Y: 1}), task.Heading(0, sim.World)), fixed
}

// TestMeasuresDoNotDependOnWhereTheWorldIs: a shift and a turn of everything changes nothing but what speaks of
// the axes of the world.
func TestMeasuresDoNotDependOnWhereTheWorldIs(t *testing.T) {
	t.Parallel()
	for seed := range uint64(40) {
		scene, state := world(seed)
		scene.Goals = goals()
		other, there := moved(scene, state, sim.Vec{X: 3, Y: -5}, 2.1)
		ours, fixed := all(scene)
		theirs, _ := all(other)
		action := sim.Action{1, -0.5}
		for i := range fixed {
			if a, b := ours[i](state, action), theirs[i](there, action); !scalar.EqualWithinAbs(a, b, 1e-9) {
				t.Errorf("seed %d: measure %d is %v here and %v there", seed, i, a, b)
			}
		}
	}
}

func TestMeasuresAllocateNothing(t *testing.T) {
	scene, state := world(3)
	scene.Goals = goals()
	measures, _ := all(scene)
	action := sim.Action{1, -0.5}
	for i, m := range measures {
		if n := testing.AllocsPerRun(10, func() { m(state, action) }); !(n <= 0) {
			t.Errorf("measure %d allocates %v times", i, n)
		}
	}
}

// TestPointsMeasureAsTheyMove has one on a turning body, one on a body that only moves and one in the world.
func TestPointsMeasureAsTheyMove(t *testing.T) {
	t.Parallel()
	state := sim.State{{X: 1, Y: 2, Angle: math.Pi / 2, VX: 1, Omega: 2}, {X: 4, Y: 6, Angle: 7, VX: 3, VY: 4, Omega: -1}}
	arm, other, nail, origin := sim.Point{At: sim.Vec{X: 2}}, sim.Point{Body: 1}, sim.Point{Body: sim.World, At: sim.Vec{X: 1, Y: 1}}, sim.Point{Body: sim.World}
	for _, c := range []struct {
		what string
		got  task.Measure
		want float64
	}{
		{"distance of (1, 4) and (4, 6)", task.Distance(arm, other), math.Sqrt(13)},
		{"distance the other way", task.Distance(other, arm), math.Sqrt(13)},
		{"distance from a nail", task.Distance(arm, nail), 3},
		{"offset along x", task.Offset(arm, other, sim.Vec{X: 1}), -3},
		{"offset along a slope", task.Offset(other, nail, sim.Vec{X: 0.6, Y: 0.8}), 5.8},
		{"height", task.Height(arm), 4},
		{"speed of the arm, 1 − 2·2 m/s", task.Speed(arm, origin), 3},
		{"speed as seen from a moving body", task.Speed(arm, other), math.Hypot(6, 4)},
		{"velocity along x", task.Velocity(arm, nail, sim.Vec{X: 1}), -3},
		{"velocity as seen from a moving body", task.Velocity(arm, other, sim.Vec{Y: 1}), -4},
		{"heading", task.Heading(1, sim.World), 7}, {"heading of a joint", task.Heading(1, 0), 7 - math.Pi/2},
		{"spin", task.Spin(1, sim.World), -1}, {"spin of a joint", task.Spin(0, 1), 3},
	} {
		if got := c.got(state, nil); !scalar.EqualWithinAbs(got, c.want, 1e-12) {
			t.Errorf("%s: %v, want %v", c.what, got, c.want)
		}
	}
}

func TestConditionsAndSumsFollowTheirParts(t *testing.T) {
	t.Parallel()
	number := func(x float64) task.Measure { return func(sim.State, sim.Action) float64 { return x } }
	nan := number(math.NaN())
	yes, no := task.Below(number(1), 2), task.Below(number(2), 2)
	for i, c := range []struct {
		got  task.Condition
		want bool
	}{
		{yes, true}, {no, false}, {task.Below(nan, 2), false}, {task.Above(number(3), 2), true}, {task.Above(number(2), 2), false}, {task.Above(nan, 2), false},
		{task.Within(number(-1), 2), true}, {task.Within(number(-3), 2), false}, {task.Within(number(2), 2), false}, {task.Within(nan, 2), false},
		{task.All(), true}, {task.All(yes, yes), true}, {task.All(yes, no), false}, {task.Any(), false}, {task.Any(no, yes), true}, {task.Any(no, no), false},
		{task.Not(yes), false}, {task.Not(no), true},
	} {
		if got := c.got(nil, nil); got != c.want || task.Of(c.got)(nil) != c.want {
			t.Errorf("condition %d is %v", i, got)
		}
	}
	for i, c := range []struct {
		got  task.Measure
		want float64
	}{
		{task.Sum(), 0}, {task.Sum(task.Term{2, number(3)}, task.Term{-1, number(4)}), 2}, {task.Mean(number(1), number(4)), 2.5},
		{task.Least(number(3), number(-2), number(1)), -2}, {task.Most(number(3), number(-2), number(1)), 3}, {task.Most(number(-3)), -3},
		{task.Count(yes, no, yes), 2}, {task.Count(), 0}, {task.Least(number(3), nan), math.NaN()}, {task.Most(nan, number(3)), math.NaN()},
	} {
		if got := c.got(nil, nil); got != c.want && !(math.IsNaN(got) && math.IsNaN(c.want)) {
			t.Errorf("measure %d is %v, want %v", i, got, c.want)
		}
	}
}

// covers reports whether a point of a body's frame lies in one of its shapes.
func covers(body *sim.Body, p sim.Vec) bool {
	return slices.ContainsFunc(body.Shapes, func(s sim.Shape) bool { return s.Distance(p) <= 0 })
}

// TestCoverageIsWhatAGridCounts, of bodies whose shapes overlap, are round or have no area.
func TestCoverageIsWhatAGridCounts(t *testing.T) {
	t.Parallel()
	bodies := []sim.Body{shapes()}
	for seed := range uint64(12) {
		scene, _ := world(seed)
		bodies = append(bodies, scene.Bodies[0])
	}
	for i, body := range bodies {
		scene := &sim.Scene{Bodies: []sim.Body{body}}
		for k, pose := range []sim.BodyState{{X: 1, Y: 2, Angle: 0.5}, {X: 1.2, Y: 1.9, Angle: 0.8}, {X: 1.5, Y: 2.2, Angle: 4}, {X: 9}} {
			goal := sim.BodyState{X: 1, Y: 2, Angle: 0.5}
			both, whole := 0.0, 0.0
			const step = 0.02
			for x := -2.5; x < 2.5; x += step {
				for y := -2.5; y < 2.5; y += step {
					if p := (sim.Vec{X: x, Y: y}); covers(&body, p) {
						whole++
						if covers(&body, goal.Point(p).Sub(pose.Position()).Rotate(-pose.Angle)) {
							both++
						}
					}
				}
			}
			want := both / whole
			got := task.Coverage(scene, &sim.Goal{Kind: sim.Pose, Target: goal.Position(), Angle: goal.Angle})(sim.State{pose}, nil)
			if !scalar.EqualWithinAbs(got, want, 0.01) || !(got <= 1+1e-12) {
				t.Errorf("body %d, pose %d: coverage %v, want %v", i, k, got, want)
			}
		}
	}
}

// TestCoverageOfRoundThingsIsKnown: two discs of radius 1 a distance of d apart share
// 2·acos(d/2) − d/2·√(4−d²) of π, and what moves along itself by d leaves a strip as wide as it
// is.
func TestCoverageOfRoundThingsIsKnown(t *testing.T) {
	t.Parallel()
	capsule := sim.NewShape(sim.Segment, 1, sim.Surface{}, sim.Vec{X: -1}, sim.Vec{X: 1})
	square := sim.NewShape(sim.Polygon, 1, sim.Surface{}, sim.Vec{X: -1, Y: -1}, sim.Vec{X: 1, Y: -1}, sim.Vec{X: 1, Y: 1}, sim.Vec{X: -1, Y: 1})
	scene := &sim.Scene{Bodies: []sim.Body{sim.NewDisc(1, 1, sim.Surface{}), {Shapes: []sim.Shape{capsule}}, {Shapes: []sim.Shape{square}}}}
	for _, d := range []float64{0, 0.01, 0.3, 1, 1.7} {
		lens := 2*math.Acos(d/2) - d/2*math.Sqrt(4-d*d)
		for body, want := range []float64{lens / math.Pi, 1 - 2*d/(4+math.Pi), 1 - 4*d/(12+math.Pi)} {
			for _, turn := range []float64{0, 0.02, 0.3} {
				p := sim.Vec{X: d}.Rotate(turn)
				state := make(sim.State, 3)
				state[body] = sim.BodyState{X: p.X, Y: p.Y, Angle: turn}
				if got := task.Coverage(scene, &sim.Goal{Kind: sim.Pose, Body: body, Angle: turn})(state, nil); !scalar.EqualWithinAbs(got, want, 6e-4) {
					t.Errorf("body %d moved by %v m: coverage %v, want %v", body, d, got, want)
				}
			}
		}
	}
}

// TestCoverageOfWhatHasNoArea is 1, of a line and of a region.
func TestCoverageOfWhatHasNoArea(t *testing.T) {
	t.Parallel()
	line := sim.Body{Shapes: []sim.Shape{sim.NewShape(sim.Segment, 0, sim.Surface{}, sim.Vec{}, sim.Vec{X: 1})}}
	scene := &sim.Scene{Bodies: []sim.Body{line, shapes()}}
	state := sim.State{{X: 3}, {X: 4}}
	for _, g := range []sim.Goal{{Kind: sim.Pose}, {Kind: sim.Inside, Body: 1}} {
		if got := task.Coverage(scene, &g)(state, nil); !scalar.EqualWithinAbs(got, 1, 1e-12) {
			t.Errorf("%v: coverage %v", g, got)
		}
	}
}

// TestOutlineIsTheMeanOverCorners, and the nearest of the angles that count as the same is wanted.
func TestOutlineIsTheMeanOverCorners(t *testing.T) {
	t.Parallel()
	scene := &sim.Scene{Bodies: []sim.Body{shapes()}}
	for _, angle := range []float64{0.7, 2, 8.9, -20} {
		state := sim.State{{X: 0.1, Y: 0.9, Angle: angle}}
		for _, g := range goals() {
			if g.Kind != sim.Pose {
				continue
			}
			turns := max(g.Symmetry, 1)
			best, nearest := math.Inf(1), math.Inf(1)
			for k := range turns {
				want := g.Angle + 2*math.Pi*float64(k)/float64(turns)
				if g.Symmetry == sim.AnyAngle {
					want = angle
				}
				off := math.Abs(math.Remainder(angle-want, 2*math.Pi))
				sum, n := 0.0, 0.0
				for _, s := range scene.Bodies[0].Shapes {
					for _, v := range s.Vertices {
						sum += state[0].Point(v).Sub(sim.BodyState{X: g.Target.X, Y: g.Target.Y, Angle: want}.Point(v)).Len()
						n++
					}
				}
				if !(off >= nearest) {
					nearest, best = off, sum/n
				}
			}
			if got := task.Outline(scene, &g)(state, nil); !scalar.EqualWithinAbs(got, best, 1e-9) {
				t.Errorf("angle %v, symmetry %d: outline %v, want %v", angle, g.Symmetry, got, best)
			}
			if got := task.Misfit(scene, &g)(state, nil); !scalar.EqualWithinAbs(got, best, 1e-9) {
				t.Errorf("misfit %v, want %v", got, best)
			}
			if got := task.Turned(&g)(state, nil); !scalar.EqualWithinAbs(got, nearest, 1e-9) {
				t.Errorf("angle %v, symmetry %d: turned by %v, want %v", angle, g.Symmetry, got, nearest)
			}
		}
	}
}

// TestGoalsAreReachedAtTheirLimits: a little less than each is reached, a little more is not.
func TestGoalsAreReachedAtTheirLimits(t *testing.T) {
	t.Parallel()
	disc := sim.NewDisc(0.5, 1, sim.Surface{})
	scene := &sim.Scene{
		Bodies:  []sim.Body{disc},
		Regions: []sim.Region{{Name: "slot", Shape: sim.NewShape(sim.Polygon, 0, sim.Surface{}, sim.Vec{X: -1, Y: -1}, sim.Vec{X: 1, Y: -1}, sim.Vec{X: 1, Y: 1}, sim.Vec{X: -1, Y: 1})}},
	}
	for _, c := range []struct {
		goal   sim.Goal
		limit  sim.BodyState // pose at which it is just reached
		misfit float64       // there
	}{
		{sim.Goal{Kind: sim.Place, Radius: 0.2}, sim.BodyState{X: 0.2}, 0.2},
		{sim.Goal{Kind: sim.Pose}, sim.BodyState{X: 0.05 * 0.5}, 0.025},
		{sim.Goal{Kind: sim.Angle}, sim.BodyState{Angle: 5 * math.Pi / 180}, 0.5 * 5 * math.Pi / 180},
		{sim.Goal{Kind: sim.Inside, Region: "slot"}, sim.BodyState{X: 0.5}, 0},
	} {
		at := func(share float64) sim.State {
			return sim.State{{X: share * c.limit.X, Angle: share * c.limit.Angle}}
		}
		reached := task.Reached(scene, &c.goal)
		if !reached(at(0.99), nil) || reached(at(1.01), nil) {
			t.Errorf("%s: reached at 99 %% of the limit %v, at 101 %% %v", c.goal.Kind, reached(at(0.99), nil), reached(at(1.01), nil))
		}
		if got := task.Misfit(scene, &c.goal)(at(1), nil); !scalar.EqualWithinAbs(got, c.misfit, 1e-12) {
			t.Errorf("%s: misfit %v, want %v", c.goal.Kind, got, c.misfit)
		}
	}
	if got := task.Misfit(scene, &sim.Goal{Kind: sim.Inside, Region: "slot"})(sim.State{{X: 0.8}}, nil); !scalar.EqualWithinAbs(got, 0.3, 1e-12) {
		t.Errorf("a disc sticks out by %v m, want 0.3", got)
	}
}

// TestNoKindOfGoalIsForgotten: each has a misfit and is reached by something.
func TestNoKindOfGoalIsForgotten(t *testing.T) {
	t.Parallel()
	scene, _ := world(1)
	for _, kind := range sim.Kinds[sim.GoalKind]() {
		g := sim.Goal{Kind: kind, Region: "place", Radius: 1}
		if task.Misfit(scene, &g) == nil || task.Reached(scene, &g) == nil {
			t.Errorf("%s: not measured", kind)
		}
	}
	defer func() {
		if got := fmt.Sprint(recover()); got != `task: no rule for goals of kind "wish"` {
			t.Errorf("a wish: %v", got)
		}
	}()
	task.Misfit(scene, &sim.Goal{Kind: "wish"})
}

// alongEdges returns points close together on the edges of a shape without its rounding, in the
// world.
func alongEdges(s *sim.Shape, at sim.BodyState) (points []sim.Vec) {
	const parts = 80
	for i, from := range s.Vertices {
		to := s.Vertices[(i+1)%len(s.Vertices)]
		for k := range parts {
			points = append(points, at.Point(from.Add(to.Sub(from).Scale(float64(k)/parts))))
		}
	}
	return points
}

// TestGapIsTheLeastBetweenBorders: points close together on the edges of one body, and how far
// they are from each shape of the other. Where the borders cross it is negative, and by no
// more than a shift that parts the bodies.
func TestGapIsTheLeastBetweenBorders(t *testing.T) {
	t.Parallel()
	apart, overlap := 0, 0
	for seed := range uint64(60) {
		scene, state := world(seed)
		for _, pair := range [][2]int{{0, 1}, {2, 3}, {1, sim.World}} {
			a, b := pair[0], pair[1]
			theirs, there := scene.Walls, sim.BodyState{}
			if b != sim.World {
				theirs, there = scene.Bodies[b].Shapes, state[b]
			}
			least := math.Inf(1)
			look := func(shapes, others []sim.Shape, at, other sim.BodyState) {
				for i := range shapes {
					for _, p := range alongEdges(&shapes[i], at) {
						for k := range others {
							least = min(least, others[k].Distance(p.Sub(other.Position()).Rotate(-other.Angle))-shapes[i].Radius)
						}
					}
				}
			}
			look(scene.Bodies[a].Shapes, theirs, state[a], there)
			look(theirs, scene.Bodies[a].Shapes, there, state[a])
			got := task.Gap(scene, a, b)(state, nil)
			switch {
			case least > 0.02:
				apart++
				if !scalar.EqualWithinAbs(got, least, 0.01) {
					t.Errorf("seed %d, bodies %d and %d: gap %v, want %v", seed, a, b, got, least)
				}
			case least < -0.02:
				overlap++
				if !(got < 0) {
					t.Errorf("seed %d, bodies %d and %d: gap %v though they overlap by %v", seed, a, b, got, least)
				}
			}
			if b != sim.World {
				if back := task.Gap(scene, b, a)(state, nil); !scalar.EqualWithinAbs(got, back, 1e-12) {
					t.Errorf("seed %d, bodies %d and %d: gap %v, and %v the other way", seed, a, b, got, back)
				}
			}
		}
	}
	if apart < 30 || overlap < 30 {
		t.Errorf("%d pairs apart and %d that overlap say little", apart, overlap)
	}
}

// TestGapsOfSimpleShapes are known: of balls, boxes, capsules and lines, beside, above and in each other.
func TestGapsOfSimpleShapes(t *testing.T) {
	t.Parallel()
	box, ball := sim.NewBox(1, 0.5, 1, sim.Surface{}), sim.NewDisc(0.5, 1, sim.Surface{})
	line := func(radius float64) sim.Body {
		return sim.Body{Shapes: []sim.Shape{sim.NewShape(sim.Segment, radius, sim.Surface{}, sim.Vec{X: -1}, sim.Vec{X: 1})}}
	}
	for _, c := range []struct {
		what string
		a, b sim.Body
		at   sim.BodyState // of b
		want float64
	}{
		{"balls", ball, ball, sim.BodyState{X: 3, Y: 4}, 4}, {"balls that overlap", ball, ball, sim.BodyState{X: 0.6}, -0.4},
		{"boxes beside", box, box, sim.BodyState{X: 2.5}, 0.5}, {"boxes above", box, box, sim.BodyState{Y: 1.25, X: 0.3}, 0.25},
		{"boxes corner to corner", box, box, sim.BodyState{X: 5, Y: 5}, 5}, {"boxes that overlap", box, box, sim.BodyState{X: 1.9, Y: 0.2}, -0.1},
		{"a box in its like", box, box, sim.BodyState{}, -1},
		{"ball and box", box, ball, sim.BodyState{Y: 1.75}, 0.75}, {"ball at a corner", box, ball, sim.BodyState{X: 4, Y: 4.5}, 4.5}, {"ball in a box", box, ball, sim.BodyState{X: 0.9}, -0.6},
		{"capsules", line(0.2), line(0.3), sim.BodyState{Y: 1}, 0.5}, {"capsules end to end", line(0.2), line(0.3), sim.BodyState{X: 3}, 0.5},
		{"lines end to end", line(0), line(0), sim.BodyState{X: 3}, 1}, {"lines that cross", line(0.1), line(0.1), sim.BodyState{Angle: math.Pi / 2, X: 0.25}, -0.95},
		{"line over a box", box, line(0.1), sim.BodyState{Y: 1, Angle: math.Pi}, 0.4}, {"line through a box", box, line(0.1), sim.BodyState{Y: 0.3}, -0.3},
		{"line beside a box", box, line(0), sim.BodyState{X: 3, Angle: math.Pi / 2}, 2},
	} {
		scene := &sim.Scene{Bodies: []sim.Body{c.a, c.b}}
		if got := task.Gap(scene, 0, 1)(sim.State{{}, c.at}, nil); !scalar.EqualWithinAbs(got, c.want, 1e-9) {
			t.Errorf("%s: gap %v m, want %v", c.what, got, c.want)
		}
	}
	scene := &sim.Scene{Bodies: []sim.Body{ball, ball}}
	if got := task.Gap(scene, 0, sim.World)(sim.State{{}, {}}, nil); !math.IsInf(got, 1) {
		t.Errorf("a gap of %v m without walls", got)
	}
	touching := task.Touching(scene, 0, 1)
	for _, c := range []struct {
		gap  float64
		want bool
	}{{0.0009, true}, {0.0011, false}, {-0.2, true}} {
		if got := touching(sim.State{{}, {Y: 1 + c.gap}}, nil); got != c.want {
			t.Errorf("balls %v m apart touch: %v", c.gap, got)
		}
	}
}

// TestBodiesAreInsideWithAllOfThem, as points on their borders say.
func TestBodiesAreInsideWithAllOfThem(t *testing.T) {
	t.Parallel()
	seen := map[bool]int{}
	for seed := range uint64(300) {
		scene, state := world(seed)
		rng := rand.New(rand.NewPCG(seed, 2))
		region := &sim.Region{Shape: convex(rng)}
		for i, v := range region.Vertices {
			region.Vertices[i] = v.Scale(3)
		}
		region.Radius *= 3
		at := sim.BodyState{X: 0.4 * rng.NormFloat64(), Y: 0.4 * rng.NormFloat64(), Angle: rng.NormFloat64()}
		state[0] = at
		out := math.Inf(-1)
		shapes := scene.Bodies[0].Shapes
		for i := range shapes {
			for _, p := range alongEdges(&shapes[i], at) {
				out = max(out, region.Distance(p)+shapes[i].Radius)
			}
		}
		inside := task.Inside(scene, 0, region)(state, nil)
		if seen[inside]++; inside != (out <= 0) && !(math.Abs(out) <= 1e-9) {
			t.Errorf("seed %d: inside %v though it sticks out by %v m", seed, inside, out)
		}
		if got := task.Outside(scene, 0, region)(state, nil); !scalar.EqualWithinAbs(got, max(0, out), 1e-9) {
			t.Errorf("seed %d: outside by %v m, want %v", seed, got, out)
		}
	}
	if seen[true] < 20 || seen[false] < 20 {
		t.Errorf("%v says little", seen)
	}
	square := &sim.Region{Shape: sim.NewShape(sim.Polygon, 0, sim.Surface{}, sim.Vec{}, sim.Vec{X: 1}, sim.Vec{X: 1, Y: 1}, sim.Vec{Y: 1})}
	for _, c := range []struct{ x, out float64 }{{0.5, 0}, {1, 0}, {1.5, 0.5}, {-2, 2}} {
		p := sim.Point{Body: 0, At: sim.Vec{X: c.x}}
		state := sim.State{{Y: 0.5}}
		if got := task.PointOutside(p, square)(state, nil); got != c.out || task.PointInside(p, square)(state, nil) != (c.out == 0) {
			t.Errorf("x %v: outside by %v m, want %v", c.x, got, c.out)
		}
	}
}
