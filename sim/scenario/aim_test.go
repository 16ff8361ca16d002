package scenario_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"orrery/sim"
	"orrery/sim/scenario"
)

// aimed returns the scene of a disc at (1, 2) m of 0.4 m, an arm that is kinematic and a bar, with more at the end.
func aimed(t *testing.T, more string) *sim.Scene {
	t.Helper()
	return draw(t, parse(t, `{"format": 2, "fps": 10, "params": {"p": 3}, "arena": {"size": [8, 6], "at": [1, 0.5]}, "points": {"dock": [3, -1]}, "regions": {"slot": {"box": [1, 1], "at": [2, 1]}},
	"bodies": [{"name": "disc", "circle": 0.4, "at": [1, 2]}, {"name": "arm", "kind": "kinematic", "count": 2, "circle": 0.1, "at": ["i - 1", -1]},
		{"name": "bar", "box": [2, 0.4], "centre": [0.5, 0], "points": {"tip": [1, 0.1]}, "at": [-1, 1]}], `+more+`}`), 0, nil)
}

// TestActuatorsHaveAxesAndBounds of their kind: a limit is one either way, a servo reaches all of the arena along its axis.
func TestActuatorsHaveAxesAndBounds(t *testing.T) {
	t.Parallel()
	half := math.Sqrt2 / 2
	corner := func(x, y float64) float64 { return half * (x + y) }
	for _, c := range []struct {
		text      string
		axis      sim.Vec
		low, high float64
	}{
		{`"force": "disc"`, sim.Vec{X: 1}, -1, 1},
		{`"force": "disc", "axis": "x", "limit": 5`, sim.Vec{X: 1}, -5, 5},
		{`"force": "disc", "axis": "y", "limit": "p / 2"`, sim.Vec{Y: 1}, -1.5, 1.5},
		{`"thrust": "disc", "axis": "45deg", "low": -1, "high": 4`, sim.Vec{X: half, Y: half}, -1, 4},
		{`"force": "disc", "axis": [3, -4]`, sim.Vec{X: 0.6, Y: -0.8}, -1, 1},
		{`"torque": "disc", "limit": 2`, sim.Vec{}, -2, 2},
		{`"velocity": "arm1", "axis": "y"`, sim.Vec{Y: 1}, -1, 1},
		{`"servo": "arm1"`, sim.Vec{X: 1}, -3, 5},
		{`"servo": "arm1", "axis": "y"`, sim.Vec{Y: 1}, -2.5, 3.5},
		{`"servo": "arm1", "axis": "45deg"`, sim.Vec{X: half, Y: half}, corner(-3, -2.5), corner(5, 3.5)},
		{`"servo": "arm1", "limit": 2`, sim.Vec{X: 1}, -2, 2},
		{`"steer": "disc", "wheelbase": 0.5, "limit": 0.3`, sim.Vec{}, -0.3, 0.3},
	} {
		scene := aimed(t, `"actuators": [{"name": "it", `+c.text+`}]`)
		if len(scene.Actuators) != 1 || scene.Actuators[0].Name != "it" || scene.Actuators[0].Against != sim.World {
			t.Fatalf("%s: %+v", c.text, scene.Actuators)
		}
		a := scene.Actuators[0]
		near(t, c.text+": the axis", a.Axis.Sub(c.axis).Len(), 0)
		near(t, c.text+": low", a.Low, c.low)
		near(t, c.text+": high", a.High, c.high)
		if servo := a.Kind == sim.Servo; servo != (a.Stiffness == 100) || servo != (a.Damping == 20) || (a.Kind == sim.Steer) != (a.Wheelbase == 0.5) {
			t.Errorf("%s: %+v", c.text, a)
		}
	}
	stiff := aimed(t, `"actuators": [{"servo": "arm1", "stiffness": 7, "damping": "p"}]`).Actuators[0]
	if stiff.Stiffness != 7 || stiff.Damping != 3 || stiff.Name != "actuator0" {
		t.Errorf("%+v", stiff)
	}
}

// TestActuatorsOfCopiesCount: each copy has one, or one along each axis, with numbers of its own.
func TestActuatorsOfCopiesCount(t *testing.T) {
	t.Parallel()
	scene := aimed(t, `"actuators": [{"name": "go", "velocity": "arm", "axis": "xy", "limit": "1 + i + 10 * n"}, {"name": "turn", "torque": "bar", "against": "disc"}]`)
	var got []string
	for _, a := range scene.Actuators {
		got = append(got, fmt.Sprint(a.Name, " ", scene.Bodies[a.Body].Name, " ", a.Axis, " ", a.High))
	}
	want := []string{"go0_x arm0 {1 0} 21", "go0_y arm0 {0 1} 21", "go1_x arm1 {1 0} 22", "go1_y arm1 {0 1} 22", "turn bar {0 0} 1"}
	if !slices.Equal(got, want) {
		t.Errorf("%q; want %q", got, want)
	}
	if a := scene.Actuators[4]; scene.Bodies[a.Against].Name != "disc" {
		t.Errorf("%+v", a)
	}
}

// TestGoalsAreOfTheBodysOwnFrame: a place is for its origin or a point of it, and a pose for its frame, wherever its centre of mass is.
func TestGoalsAreOfTheBodysOwnFrame(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text string
		want sim.Goal
	}{
		{`"body": "disc", "place": [3, 4]`, sim.Goal{Kind: sim.Place, Target: sim.Vec{X: 3, Y: 4}, Radius: 0.2}},
		{`"body": "disc", "place": "dock", "radius": 0.7`, sim.Goal{Kind: sim.Place, Target: sim.Vec{X: 3, Y: -1}, Radius: 0.7}},
		{`"body": "bar", "place": [3, 4], "point": "tip", "radius": 0.1`, sim.Goal{Kind: sim.Place, Target: sim.Vec{X: 3, Y: 4}, Anchor: sim.Vec{X: 0.5, Y: 0.1}, Radius: 0.1}},
		{`"body": "bar", "place": [3, 4], "point": "bar.tip", "radius": 0.1`, sim.Goal{Kind: sim.Place, Target: sim.Vec{X: 3, Y: 4}, Anchor: sim.Vec{X: 0.5, Y: 0.1}, Radius: 0.1}},
		{`"body": "bar", "place": [3, 4], "radius": 0.1`, sim.Goal{Kind: sim.Place, Target: sim.Vec{X: 3, Y: 4}, Anchor: sim.Vec{X: -0.5}, Radius: 0.1}},
		{`"body": "bar", "pose": [3, 4, 0]`, sim.Goal{Kind: sim.Pose, Target: sim.Vec{X: 3.5, Y: 4}}},
		{`"body": "bar", "pose": [3, 4, "90deg"], "symmetry": 2`, sim.Goal{Kind: sim.Pose, Target: sim.Vec{X: 3, Y: 4.5}, Angle: math.Pi / 2, Symmetry: 2}},
		{`"body": "disc", "pose": ["p", 4, 0], "symmetry": "any"`, sim.Goal{Kind: sim.Pose, Target: sim.Vec{X: 3, Y: 4}, Symmetry: sim.AnyAngle}},
		{`"body": "bar", "angle": "120deg"`, sim.Goal{Kind: sim.Angle, Angle: 2 * math.Pi / 3}},
		{`"body": "bar", "region": "slot"`, sim.Goal{Kind: sim.Inside, Region: "slot"}},
	} {
		scene := aimed(t, `"goals": [{`+c.text+`}]`)
		if len(scene.Goals) != 1 {
			t.Fatalf("%s: %d goals", c.text, len(scene.Goals))
		}
		g := scene.Goals[0]
		near(t, c.text+": the target", g.Target.Sub(c.want.Target).Len(), 0)
		near(t, c.text+": the anchor", g.Anchor.Sub(c.want.Anchor).Len(), 0)
		near(t, c.text+": the angle", g.Angle, c.want.Angle)
		near(t, c.text+": the radius", g.Radius, c.want.Radius)
		if g.Kind != c.want.Kind || g.Region != c.want.Region || g.Symmetry != c.want.Symmetry || g.Name != "goal0" {
			t.Errorf("%s: %+v", c.text, g)
		}
	}
	scene := aimed(t, `"goals": [{"name": "home", "body": "arm", "place": ["i", "n"]}]`)
	if len(scene.Goals) != 2 || scene.Goals[1].Name != "home1" || scene.Goals[1].Target != (sim.Vec{X: 1, Y: 2}) || scene.Bodies[scene.Goals[1].Body].Name != "arm1" {
		t.Errorf("%+v", scene.Goals)
	}
}

// TestArenasHaveFourSides, less those that are open, about their middle.
func TestArenasHaveFourSides(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text  string
		sides []string // of bottom, right, top and left that are there
	}{
		{`"open": []`, []string{"bottom", "right", "top", "left"}},
		{`"open": ["top"]`, []string{"bottom", "right", "left"}},
		{`"open": ["left", "bottom"]`, []string{"right", "top"}},
	} {
		scene := draw(t, parse(t, `{"format": 2, "params": {"w": 4}, "bodies": [{"circle": 0.1}], "arena": {"size": ["w", 2], "at": [1, -1], "rounding": 0.05, "friction": 0.3, "elasticity": 0.7, `+c.text+`}}`), 0, nil)
		var got []string
		for _, w := range scene.Walls {
			a, b := w.Vertices[0], w.Vertices[1]
			middle, length := a.Add(b).Scale(0.5), b.Sub(a).Len()
			for name, side := range map[string]struct {
				at     sim.Vec
				length float64
			}{"bottom": {sim.Vec{X: 1, Y: -2}, 4}, "right": {sim.Vec{X: 3, Y: -1}, 2}, "top": {sim.Vec{X: 1}, 4}, "left": {sim.Vec{X: -1, Y: -1}, 2}} {
				if middle == side.at && length == side.length {
					got = append(got, name)
				}
			}
			if w.Radius != 0.05 || w.Friction != 0.3 || w.Elasticity != 0.7 {
				t.Errorf("%+v", w)
			}
		}
		if !slices.Equal(got, c.sides) {
			t.Errorf("%s: %q; want %q", c.text, got, c.sides)
		}
	}
}

// TestShapesAreWhatTheySay: their outline, grown by their rounding, has the extent, and area where it is exact.
func TestShapesAreWhatTheySay(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text       string
		shapes     int
		wide, tall float64 // m
		radius     float64
	}{
		{`"circle": 0.3`, 1, 0.6, 0.6, 0.3},
		{`"box": [2, 1]`, 1, 2, 1, 0},
		{`"box": [2, 1], "rounding": 0.1`, 1, 2, 1, 0.1}, // rounding takes away of a box
		{`"capsule": [3, 0.5]`, 1, 3, 1, 0.5},
		{`"ellipse": [0.8, 0.3]`, 1, 1.6, 0.6, 0},
		{`"segment": [[-1, 0], [1, 0]], "rounding": 0.1, "mass": 1`, 1, 2.2, 0.2, 0.1},
		{`"chain": [[0, 0], [1, 0], [1, 2]], "rounding": 0.1, "mass": 1`, 2, 1.2, 2.2, 0.1},
		{`"chain": [[0, 0], [1, 0], [1, 2]], "closed": true, "rounding": 0.1, "mass": 1`, 3, 1.2, 2.2, 0.1},
		{`"polygon": [[0, 0], [3, 0], [3, 1], [1, 1], [1, 2], [0, 2]]`, 2, 3, 2, 0},
		{`"polygon": [[0, 2], [1, 2], [1, 1], [3, 1], [3, 0], [0, 0]]`, 2, 3, 2, 0}, // the other way round
		{`"shapes": [{"box": [1, 1]}, {"circle": 0.5, "at": [2, 0]}, {"box": [1, 0.2], "angle": "90deg", "at": [-1, 0]}]`, 3, 3.6, 1, 0},
	} {
		b := one(t, `{`+c.text+`}`)
		low, high := sim.Vec{X: math.Inf(1), Y: math.Inf(1)}, sim.Vec{X: math.Inf(-1), Y: math.Inf(-1)}
		for _, s := range b.Shapes {
			for _, v := range s.Vertices {
				low = sim.Vec{X: min(low.X, v.X-s.Radius), Y: min(low.Y, v.Y-s.Radius)}
				high = sim.Vec{X: max(high.X, v.X+s.Radius), Y: max(high.Y, v.Y+s.Radius)}
			}
		}
		if len(b.Shapes) != c.shapes || b.Shapes[0].Radius != c.radius {
			t.Errorf("%s: %d shapes, the first grown by %v m", c.text, len(b.Shapes), b.Shapes[0].Radius)
		}
		near(t, c.text+": its width", high.X-low.X, c.wide)
		near(t, c.text+": its height", high.Y-low.Y, c.tall)
	}
	for text, want := range map[string]string{
		`"box": [1, 0.2], "rounding": 0.1`:                     "less than half of each side",
		`"capsule": [1, 0.5]`:                                  "more than twice the radius",
		`"segment": [[1, 1], [1, 1]], "mass": 1`:               "must differ",
		`"chain": [[0, 0], [1, 1], [1, 1]], "mass": 1`:         "points 1 and 2 must differ",
		`"polygon": [[0, 0], [1, 1], [1, 0], [0, 1]]`:          "polygon",
		`"shapes": [{"circle": 0.1}, {"capsule": [0.1, 0.2]}]`: "/shapes/1/capsule",
		`"box": [1, 1], "circle": 1`:                           "there must be one shape",
		`"ellipse": [1, 0]`:                                    "must be",
	} {
		if _, err := scenario.Parse("f", []byte(`{"format": 2, "bodies": [{`+text+`}]}`)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v; want %q", text, err, want)
		}
	}
}

// TestSurfacesAreThoseOfTheirMaterial unless they say otherwise, and pairs of materials multiply them unless they say otherwise.
func TestSurfacesAreThoseOfTheirMaterial(t *testing.T) {
	t.Parallel()
	scene := draw(t, parse(t, `{"format": 2, "params": {"grip": 0.5}, "materials": {"ice": {"friction": 0.1, "elasticity": 0.9, "density": 5}, "wax": {"friction": "grip", "elasticity": 0.5, "density": 2}},
		"pairs": [{"of": ["ice", "wax"], "friction": 0.7}, {"of": ["wax", "wax"], "elasticity": 0}],
		"bodies": [{"name": "a", "box": [1, 1], "material": "ice"}, {"name": "b", "box": [1, 1], "at": [3, 0], "material": "ice", "friction": 0.3},
			{"name": "c", "at": [6, 0], "material": "wax", "density": 8, "shapes": [{"box": [1, 1]}, {"box": [1, 1], "at": [1, 0], "material": "ice"}, {"box": [1, 1], "at": [2, 0], "elasticity": 0.2}]}]}`), 0, nil)
	for _, c := range []struct {
		body, shape int
		want        sim.Surface
		material    string
	}{
		{0, 0, sim.Surface{Friction: 0.1, Elasticity: 0.9}, "ice"}, {1, 0, sim.Surface{Friction: 0.3, Elasticity: 0.9}, "ice"},
		{2, 0, sim.Surface{Friction: 0.5, Elasticity: 0.5}, "wax"}, {2, 1, sim.Surface{Friction: 0.1, Elasticity: 0.9}, "ice"}, {2, 2, sim.Surface{Friction: 0.5, Elasticity: 0.2}, "wax"},
	} {
		if s := &scene.Bodies[c.body].Shapes[c.shape]; s.Surface() != c.want || s.Material != c.material {
			t.Errorf("shape %d of body %d is %+v of %q; want %+v of %q", c.shape, c.body, s.Surface(), s.Material, c.want, c.material)
		}
	}
	near(t, "the mass of ice", scene.Bodies[0].Mass, 5)
	near(t, "the mass of two and a part of ice", scene.Bodies[2].Mass, 8+5+8)
	if want := []sim.Pair{{A: "ice", B: "wax", Friction: 0.7, Elasticity: 0.45}, {A: "wax", B: "wax", Friction: 0.25}}; len(scene.Pairs) != 2 || scene.Pairs[0].A != "ice" || !(math.Abs(scene.Pairs[0].Elasticity-want[0].Elasticity) < 1e-12) || scene.Pairs[0].Friction != 0.7 || scene.Pairs[1] != want[1] {
		t.Errorf("%+v; want %+v", scene.Pairs, want)
	}
}

// TestWhatIsScatteredKeepsApart, within its area, from walls and bodies by its gap; goals may lie below bodies and not on each other.
func TestWhatIsScatteredKeepsApart(t *testing.T) {
	t.Parallel()
	s := parse(t, `{"format": 2, "arena": [4, 3], "regions": {"yard": {"circle": 1, "at": [0.5, 0]}},
		"walls": [{"name": "post", "count": 2, "circle": 0.1, "scatter": {"in": [-2, -1.5, 0, 1.5], "gap": 0.2}}],
		"bodies": [{"name": "box", "box": [0.4, 0.2], "angle": "i", "count": 4, "scatter": {"gap": 0.05, "room": 0.1}}, {"name": "ball", "circle": 0.15, "scatter": {"in": "yard", "gap": 0.3}}, {"name": "rock", "circle": 0.2, "at": [1.5, 1]}],
		"goals": [{"name": "spot", "body": "ball", "scatter": {"gap": 0.1}}, {"name": "fixed", "body": "rock", "place": [-1.5, -1], "radius": 0.2}]}`)
	moved := false
	var first *sim.Scene
	for episode := range 25 {
		scene := draw(t, s, episode, nil)
		if first == nil {
			first = scene
		}
		moved = moved || scene.Bodies[0].Start != first.Bodies[0].Start
		gap := func(i int, w *sim.Shape) float64 { // of a body's corners and a round wall, or a disc and any wall
			least := math.Inf(1)
			for _, shape := range scene.Bodies[i].Shapes {
				for _, v := range shape.Vertices {
					least = min(least, w.Distance(scene.Bodies[i].Start.Point(v))-shape.Radius)
				}
			}
			return least
		}
		for i := range 5 {
			want := 0.05
			if i == 4 {
				want = 0.3
			}
			for k := range scene.Walls {
				if g := gap(i, &scene.Walls[k]); !(g >= want-1e-9) {
					t.Errorf("episode %d: body %d is %v m from wall %d; want %v", episode, i, g, k, want)
				}
			}
			if i < 4 {
				for _, v := range scene.Bodies[i].Shapes[0].Vertices {
					if p := scene.Bodies[i].Start.Point(v); !(math.Abs(p.X) <= 1.9+1e-9 && math.Abs(p.Y) <= 1.4+1e-9) {
						t.Errorf("episode %d: body %d has a corner at %v, less than 0.1 m from the arena's edge", episode, i, p)
					}
				}
			}
			for k := range i {
				if d := scene.Bodies[i].Start.Position().Sub(scene.Bodies[k].Start.Position()).Len(); !(d >= 0.2) {
					t.Errorf("episode %d: bodies %d and %d are %v m apart", episode, i, k, d)
				}
			}
		}
		if d := scene.Bodies[4].Start.Position().Sub(sim.Vec{X: 0.5}).Len(); !(d <= 0.85+1e-9) {
			t.Errorf("episode %d: the ball reaches out of its yard: %v m from its middle", episode, d)
		}
		posts := scene.Walls[4:]
		for k := range posts {
			if p := posts[k].Vertices[0]; !(p.X <= -0.1+1e-9 && p.X >= -1.8-1e-9) {
				t.Errorf("episode %d: a post at %v", episode, p)
			}
		}
		if d := posts[0].Vertices[0].Sub(posts[1].Vertices[0]).Len(); !(d >= 0.4-1e-9) {
			t.Errorf("episode %d: posts are %v m apart; want 0.4", episode, d)
		}
		if d := scene.Goals[0].Target.Sub(scene.Goals[1].Target).Len(); !(d >= 0.15+0.2+0.1-1e-9) { // the first reaches as far as its body
			t.Errorf("episode %d: goals are %v m apart", episode, d)
		}
		again := draw(t, s, episode, nil)
		if again.Bodies[3].Start != scene.Bodies[3].Start || again.Goals[0].Target != scene.Goals[0].Target {
			t.Errorf("episode %d is drawn otherwise a second time", episode)
		}
	}
	if !moved {
		t.Error("all episodes start alike")
	}
}

// TestWhatHasNoRoomIsSaid with what is wanted and what there is.
func TestWhatHasNoRoomIsSaid(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`"box": [3, 1], "scatter": {}`:                        "3 × 1 m must fit into 2 × 2 m",
		`"box": [1.9, 1], "scatter": {"room": 0.1}`:           "1.9 × 1 m must fit into 1.8 × 1.8 m",
		`"circle": 0.3, "count": 40, "scatter": {"gap": 0.1}`: "no place is left that keeps 0.1 m away",
		`"circle": 0.3, "scatter": {"in": [5, 5, 5.5, 9]}`:    "0.6 × 0.6 m must fit into 0.5 × 4 m",
		`"circle": 0.1, "at": [0, 0], "scatter": {}`:          "either a place or scatter",
		`"circle": 0.1, "scatter": {"in": "yrd"}`:             "yrd",
	} {
		err := sampled(t, `{"format": 2, "arena": [2, 2], "bodies": [{`+text+`}]}`)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v; want %q", text, err, want)
		}
	}
}

// TestValuesAreDrawnFromTheirRange: evenly, whole ones with both ends, and each by its own chance.
func TestValuesAreDrawnFromTheirRange(t *testing.T) {
	t.Parallel()
	s := parse(t, `{"format": 2, "params": {"many": {"default": 2, "min": 1, "max": 9, "integer": true}, "w": {"default": 1, "min": 0.5, "max": 4}, "h": {"default": 1, "min": 0.5, "max": 4}}, "bodies": [{"name": "b", "count": "many", "box": ["w", "h"], "at": ["9 * i", 0]}]}`)
	const draws = 400
	counts, sum := map[float64]int{}, 0.0
	for k := range draws {
		v, err := s.Draw(3, k, scenario.Values{"h": 2}, map[string]scenario.Range{"many": {Low: 2, High: 5}, "w": {Low: 1, High: 3}})
		if err != nil {
			t.Fatal(err)
		}
		counts[v["many"]]++
		sum += v["w"] / draws
		if v["h"] != 2 || !(v["w"] >= 1 && v["w"] < 3) {
			t.Fatalf("%v", v)
		}
		alone, err := s.Draw(3, k, nil, map[string]scenario.Range{"w": {Low: 1, High: 3}})
		if err != nil || alone["w"] != v["w"] {
			t.Fatalf("alone w is %v, beside another %v", alone["w"], v["w"])
		}
	}
	for _, n := range []float64{2, 3, 4, 5} {
		if c := counts[n]; c < 70 || c > 130 {
			t.Errorf("%v is drawn %d times of %d", n, c, draws)
		}
	}
	if len(counts) != 4 || !(math.Abs(sum-2) <= 0.1) {
		t.Errorf("%v; w is %v on average", counts, sum)
	}
	for _, r := range []map[string]scenario.Range{{"w": {Low: 3, High: 1}}, {"w": {Low: 0.4, High: 1}}, {"w": {Low: 1, High: 4.1}}, {"many": {Low: 1.5, High: 3}}, {"x": {Low: 1, High: 2}}} {
		if v, err := s.Draw(3, 0, nil, r); err == nil {
			t.Errorf("%v draws %v", r, v)
		}
	}
}

// TestServosReachTheArenaWhereverItIs.
func TestServosReachTheArenaWhereverItIs(t *testing.T) {
	t.Parallel()
	scene := draw(t, parse(t, `{"format": 2, "arena": {"size": [2, 4], "at": [10, -7]}, "bodies": [{"name": "arm", "kind": "kinematic", "circle": 0.1, "at": [10, -7]}], "actuators": [{"servo": "arm", "axis": "xy"}]}`), 0, nil)
	for k, want := range [][2]float64{{9, 11}, {-9, -5}} {
		if a := scene.Actuators[k]; a.Low != want[0] || a.High != want[1] {
			t.Errorf("%s reaches from %v to %v m; want %v", a.Name, a.Low, a.High, want)
		}
	}
}

// TestWheelsTurnByOneAndAHalfRadiansAtMost.
func TestWheelsTurnByOneAndAHalfRadiansAtMost(t *testing.T) {
	t.Parallel()
	for limit, good := range map[string]bool{"1.5": true, "1.51": false} {
		_, err := scenario.Parse("f", []byte(`{"format": 2, "bodies": [{"name": "cart", "box": [1, 0.5]}], "actuators": [{"steer": "cart", "wheelbase": 0.5, "limit": `+limit+`}]}`))
		if (err == nil) != good || !good && !strings.Contains(err.Error(), "/actuators/0/limit") {
			t.Errorf("a limit of %s rad: %v", limit, err)
		}
	}
}

// sampled returns the error of drawing the first scene of a file.
func sampled(t *testing.T, text string) error {
	t.Helper()
	s, err := scenario.Parse("f", []byte(text))
	if err != nil {
		return err
	}
	values, err := s.Values(nil)
	if err == nil {
		_, err = s.Sample(1, 0, values)
	}
	return err
}

// TestWhatIsInTheWayOfWhat: bodies may lie on goals, and a goal for a point takes no more room than its radius; bars that cross are in the way
// of each other although their ends are far apart.
func TestWhatIsInTheWayOfWhat(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, text string
		room       bool
	}{
		{"a ball on a goal", `"bodies": [{"name": "ball", "circle": 0.2, "scatter": {"in": [0, 0, 0.4, 0.4]}}, {"name": "rock", "circle": 0.1, "at": [5, 5]}], "goals": [{"body": "rock", "place": [0.2, 0.2], "radius": 0.2}]`, true},
		{"a ball on a ball", `"bodies": [{"name": "ball", "circle": 0.2, "scatter": {"in": [0, 0, 0.4, 0.4]}}, {"name": "rock", "circle": 0.1, "at": [0.2, 0.2]}]`, false},
		{"goals of points", `"bodies": [{"name": "bar", "count": 2, "box": [2, 0.2], "points": {"tip": [1, 0]}, "at": [5, "2 * i"]}], "goals": [{"body": "bar", "point": "tip", "radius": 0.05, "scatter": {"in": [0, 0, 0.5, 0.5]}}]`, true},
		{"goals of whole bodies", `"bodies": [{"name": "bar", "count": 2, "box": [2, 0.2], "at": [5, "2 * i"]}], "goals": [{"body": "bar", "radius": 0.05, "scatter": {"in": [0, 0, 0.5, 0.5]}}]`, false},
		{"a cross", `"bodies": [{"name": "bar", "box": [2, 0.02], "at": [0, 0]}, {"name": "post", "box": [0.02, 2], "scatter": {"in": [-0.5, -1.05, 0.5, 1.05]}}]`, false},
		{"beside a bar", `"bodies": [{"name": "bar", "box": [2, 0.02], "at": [0, 0]}, {"name": "post", "box": [0.02, 2], "scatter": {"in": [1.1, -1.05, 1.5, 1.05]}}]`, true},
	} {
		if err := sampled(t, `{"format": 2, "arena": [20, 20], "task": {"starts": "any", "cost": "1", "success": "1 > 2"}, `+c.text+`}`); (err == nil) != c.room {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

// TestDistancesAreTheSameEitherWay, between a body and its goal, whose middle is not its frame's, and of each with all others of its name.
func TestDistancesAreTheSameEitherWay(t *testing.T) {
	t.Parallel()
	for term, want := range map[string]float64{
		`{"distance": ["bar", "spot"]}`:                  5,
		`{"distance": ["spot", "bar"]}`:                  5,
		`{"distance": ["disc", "disc"], "over": "sum"}`:  2 * (1 + 2 + 1), // of three in a row
		`{"distance": ["disc", "disc"], "over": "max"}`:  2,
		`{"distance": ["disc", "disc"], "over": "mean"}`: 8. / 6,
	} {
		judge, _, state := judged(t, parse(t, `{"format": 2, "fps": 10, "bodies": [{"name": "bar", "box": [2, 0.4], "centre": [0.5, 0], "at": [0, 0]}, {"name": "disc", "count": 3, "circle": 0.1, "at": ["i", 9]}],
			"goals": [{"name": "spot", "body": "bar", "place": [3, 4], "radius": 0.1}], "task": {"starts": "any", "cost": `+term+`, "success": "1 > 2"}}`))
		near(t, term, judge.Cost(state, nil), want)
	}
}
