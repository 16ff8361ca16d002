package scenario_test

import (
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/sim"
	"orrery/sim/canon"
	"orrery/sim/golden"
	"orrery/sim/scenario"
)

// load reads a file of testdata.
func load(t testing.TB, name string) *scenario.Scenario {
	t.Helper()
	s, err := scenario.Load(filepath.Join("testdata", name+".scenario.json"))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// parse reads the text of a scenario that has no mistake.
func parse(t testing.TB, text string) *scenario.Scenario {
	t.Helper()
	s, err := scenario.Parse("test.scenario.json", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// draw returns the scene of an episode with the values set.
func draw(t testing.TB, s *scenario.Scenario, episode int, set map[string]float64) *sim.Scene {
	t.Helper()
	values, err := s.Values(set)
	if err != nil {
		t.Fatal(err)
	}
	scene, err := s.Sample(1, episode, values)
	if err != nil {
		t.Fatal(err)
	}
	return scene
}

// one returns the body of a scenario that has only one.
func one(t testing.TB, body string) sim.Body {
	t.Helper()
	scene := draw(t, parse(t, `{"format": 2, "materials": {"lead": {"friction": 2, "density": 100}}, "bodies": [`+body+`]}`), 0, nil)
	return scene.Bodies[0]
}

func near(t *testing.T, what string, got, want float64) {
	t.Helper()
	if !scalar.EqualWithinAbsOrRel(got, want, 1e-12, 1e-9) {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

func TestABallNeedsOneLine(t *testing.T) {
	t.Parallel()
	s := load(t, "ball")
	scene := draw(t, s, 0, nil)
	want := sim.DefaultScene()
	want.Name, want.Substeps, want.Gravity = "ball", 4, sim.Vec{Y: -9.81}
	for _, w := range [][2]sim.Vec{{{X: -1, Y: -1}, {X: 1, Y: -1}}, {{X: 1, Y: -1}, {X: 1, Y: 1}}, {{X: 1, Y: 1}, {X: -1, Y: 1}}, {{X: -1, Y: 1}, {X: -1, Y: -1}}} {
		want.Walls = append(want.Walls, sim.NewShape(sim.Segment, 0, sim.Surface{Friction: 1, Elasticity: 1}, w[0], w[1]))
	}
	ball := sim.NewDisc(0.1, 10, sim.Surface{Friction: 0.5, Elasticity: 0.2})
	ball.Name, ball.Start.Y = "ball", 0.8
	want.Bodies = []sim.Body{ball}
	if !reflect.DeepEqual(scene, &want) {
		t.Errorf("got  %+v\nwant %+v", scene, &want)
	}
	if s.Name != "ball" || s.Frames != 241 || s.Task != nil || len(s.Policies()) != 1 {
		t.Errorf("%q has %d frames, task %v and policies %v", s.Name, s.Frames, s.Task, s.Policies())
	}
}

// TestMassIsComputed compares with formulas of school books.
func TestMassIsComputed(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		body                 string
		mass, moment, x0, y0 float64 // x0, y0: of the centre of mass
		shapes               int
	}{
		{`{"circle": 2, "density": 3}`, 3 * math.Pi * 4, 3 * math.Pi * 4 * 2, 0, 0, 1},
		{`{"circle": 2, "mass": 3, "material": "lead"}`, 3, 6, 0, 0, 1},
		{`{"box": [2, 1], "material": "lead"}`, 200, 200 * 5 / 12.0, 0, 0, 1},
		{`{"box": [2, 1], "mass": 12, "at": [5, 0], "angle": "90deg"}`, 12, 5, 5, 0, 1},
		{`{"polygon": [[0, 0], [0, 3], [3, 0]], "mass": 1}`, 1, 1.0, 1, 1, 1},                                                  // clockwise; b²/9
		{`{"polygon": [[0, 0], [2, 0], [2, 1], [1, 1], [1, 2], [0, 2]], "density": 1}`, 3, 1.0/2 + 4.0/3, 5.0 / 6, 5.0 / 6, 2}, // an L of three squares
		{`{"shapes": [{"circle": 1, "at": [-2, 0]}, {"circle": 1, "at": [2, 0]}], "mass": 2}`, 2, 2 * (0.5 + 4), 0, 0, 2},
		{`{"shapes": [{"circle": 1, "density": 1}, {"circle": 1, "at": [4, 0], "density": 3}]}`, 4 * math.Pi, math.Pi*0.5 + 3*math.Pi*0.5 + math.Pi*9 + 3*math.Pi, 3, 0, 2},
		{`{"capsule": [4, 1], "density": 1}`, 4 + math.Pi, 0, 0, 0, 1},
		{`{"segment": [[0, 0], [6, 0]], "mass": 1}`, 1, 3, 3, 0, 1},
		{`{"circle": 1, "mass": 2, "centre": [3, 0]}`, 2, 1 + 2*9, 3, 0, 1},
		{`{"circle": 1, "mass": 2, "moment": 7}`, 2, 7, 0, 0, 1},
	} {
		b := one(t, c.body)
		near(t, c.body+" mass", b.Mass, c.mass)
		if !(c.moment <= 0) && !scalar.EqualWithinAbsOrRel(b.Moment, c.moment, 1e-3, 1e-9) {
			t.Errorf("%s: moment %v, want %v", c.body, b.Moment, c.moment)
		}
		near(t, c.body+" x", b.Start.X, c.x0)
		near(t, c.body+" y", b.Start.Y, c.y0)
		if len(b.Shapes) != c.shapes {
			t.Errorf("%s: %d shapes, want %d", c.body, len(b.Shapes), c.shapes)
		}
	}
}

// TestRodsAreThin: the mass of what has no area lies along it, so near that no figure of its moment shows a width.
func TestRodsAreThin(t *testing.T) {
	t.Parallel()
	b := one(t, `{"segment": [[0, 0], [1, 0]], "mass": 1}`)
	if !scalar.EqualWithinRel(b.Moment, 1.0/12, 4e-4) {
		t.Errorf("moment %v of a rod of 1 m and 1 kg, want %v", b.Moment, 1.0/12)
	}
}

func TestRoundingKeepsTheSizeOfABox(t *testing.T) {
	t.Parallel()
	b := one(t, `{"box": [2, 1], "rounding": 0.1, "density": 1}`)
	near(t, "mass", b.Mass, 2-(4-math.Pi)*0.01)
	if s := b.Shapes[0]; s.Radius != 0.1 || !(s.Vertices[0].Sub(sim.Vec{X: 0.9, Y: -0.4}).Len() <= 1e-12) {
		t.Errorf("%+v", s)
	}
}

// TestScenesOfFilesAreDrawnFromTheSeed holds the promise of Sample.
func TestScenesOfFilesAreDrawnFromTheSeed(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"ball", "shove", "rods", "row", "charges"} {
		first, second := load(t, name), load(t, name)
		encoded := map[string]bool{}
		for episode := range 20 {
			a, b := draw(t, first, episode, nil), draw(t, second, episode, nil)
			text, err := canon.Encode(a)
			if err != nil {
				t.Fatal(err)
			}
			if again, _ := canon.Encode(b); string(again) != string(text) {
				t.Errorf("%s: episode %d differs", name, episode)
			}
			encoded[string(text)] = true
		}
		if len(encoded) != 20 && name != "ball" {
			t.Errorf("%s: only %d of 20 episodes differ", name, len(encoded))
		}
	}
}

// TestRodsHangTogether holds let, prev, joints at points of copies, and velocities.
func TestRodsHangTogether(t *testing.T) {
	t.Parallel()
	s := load(t, "rods")
	for episode := range 10 {
		scene := draw(t, s, episode, map[string]float64{"links": 4})
		start := scene.Start()
		if len(scene.Joints) != 4 || scene.Joints[0].B != sim.World || scene.Joints[0].Name != "nail" || scene.Joints[3].Name != "hinge2" {
			t.Fatalf("%+v", scene.Joints)
		}
		for i, j := range scene.Joints {
			a, va := start[j.A].Point(j.AnchorA), start[j.A].PointVelocity(j.AnchorA)
			b, vb := j.AnchorB, sim.Vec{}
			if i > 0 {
				b, vb = start[j.B].Point(j.AnchorB), start[j.B].PointVelocity(j.AnchorB)
			}
			if !(a.Sub(b).Len() <= 1e-9) || !(va.Sub(vb).Len() <= 1e-9) {
				t.Errorf("joint %d is torn: %v and %v, moving at %v and %v", i, a, b, va, vb)
			}
		}
	}
}

func TestFieldsSeeTheLetsOfBothBodies(t *testing.T) {
	t.Parallel()
	signs := map[float64]int{}
	springs := 0
	for episode := range 50 {
		scene := draw(t, load(t, "charges"), episode, nil)
		charges := 0
		for _, f := range scene.Fields {
			if f.Kind == sim.InverseSquare {
				signs[f.Strength]++
				charges++
			} else {
				springs++
			}
		}
		if charges != 10 {
			t.Fatalf("%d pairs of 5 points", charges)
		}
	}
	if len(signs) != 2 || signs[1] < 150 || signs[-1] < 150 {
		t.Errorf("products of charges: %v", signs)
	}
	if springs < 200 || springs > 300 {
		t.Errorf("%d springs, want about 250 of 500", springs)
	}
}

// TestScatteredThingsKeepApart measures what was asked for.
func TestScatteredThingsKeepApart(t *testing.T) {
	t.Parallel()
	s := parse(t, `{"format": 2, "arena": [4, 3], "regions": {"pit": {"circle": 0.6, "at": [1, 0.5]}},
		"walls": [{"name": "post", "count": 3, "circle": 0.2, "scatter": {"gap": 0.1}}],
		"bodies": [
			{"name": "bar", "box": [1.5, 0.1], "at": [-1, -1]},
			{"name": "disc", "count": 4, "circle": 0.15, "scatter": {"gap": 0.05, "room": 0.2}},
			{"name": "lost", "box": [0.2, 0.1], "angle": "uniform(0, 360deg)", "scatter": {"in": "pit"}},
			{"name": "corner", "circle": 0.1, "scatter": {"in": [1.5, -1.5, 2, -1]}}],
		"goals": [{"body": "disc", "angle": 0, "scatter": true}]}`)
	for episode := range 30 {
		scene := draw(t, s, episode, nil)
		for i := 1; i <= 4; i++ {
			p := scene.Bodies[i].Start.Position()
			if !(math.Abs(p.X) <= 2-0.15-0.2) || !(math.Abs(p.Y) <= 1.5-0.15-0.2) {
				t.Errorf("disc at %v leaves no room", p)
			}
			for k := range scene.Walls[4:] {
				if d := scene.Walls[4+k].Distance(p) - 0.15; !(d >= 0.05-1e-9) {
					t.Errorf("episode %d: disc %d is %v m from a post", episode, i, d)
				}
			}
			bar := &scene.Bodies[0]
			if d := bar.Shapes[0].Distance(p.Sub(bar.Start.Position())) - 0.15; !(d >= 0.05-1e-9) {
				t.Errorf("episode %d: disc %d is %v m from the bar", episode, i, d)
			}
		}
		if c := scene.Bodies[6].Start; !(c.X >= 1.6-1e-9) || !(c.Y <= -1.1+1e-9) {
			t.Errorf("corner is at %v", c)
		}
		for _, v := range scene.Bodies[5].Shapes[0].Vertices {
			if p := scene.Bodies[5].Start.Point(v); !(scene.Region("pit").Distance(p) <= 1e-9) {
				t.Errorf("lost sticks out at %v", p)
			}
		}
		if len(scene.Goals) != 4 || scene.Goals[3].Body != 4 || scene.Goals[3].Name != "goal03" {
			t.Fatalf("%+v", scene.Goals)
		}
		for i, g := range scene.Goals {
			for k := range i {
				if d := g.Target.Sub(scene.Goals[k].Target).Len(); !(d >= 0.3) {
					t.Errorf("goals %d and %d are %v m apart", i, k, d)
				}
			}
		}
	}
}

func TestTheChanceOfVariantsIsHeeded(t *testing.T) {
	t.Parallel()
	s := parse(t, `{"format": 2, "bodies": [{"name": "x", "count": 400, "density": 1, "friction": 0.3, "variants": [
		{"chance": 3, "circle": 1}, {"chance": 1, "box": [1, 1], "mass": 7, "friction": 0.9, "let": {"q": 2}, "at": ["q", 0]}, {"chance": 0, "circle": 9}]}]}`)
	boxes := 0
	for _, b := range draw(t, s, 0, nil).Bodies {
		if b.Shapes[0].Kind == sim.Polygon {
			boxes++
			if b.Mass != 7 || b.Shapes[0].Friction != 0.9 || b.Start.X != 2 {
				t.Fatalf("%+v", b)
			}
		} else if b.Shapes[0].Radius != 1 || b.Shapes[0].Friction != 0.3 {
			t.Fatalf("%+v", b)
		}
	}
	if boxes < 70 || boxes > 130 {
		t.Errorf("%d of 400 are boxes, want about 100", boxes)
	}
}

// TestChanceHasItsDistribution holds the forms of chance.
func TestChanceHasItsDistribution(t *testing.T) {
	t.Parallel()
	s := parse(t, `{"format": 2, "bodies": [{"name": "x", "count": 4000, "circle": 1,
		"let": {"a": {"range": [1, 3]}, "b": {"range": [1, 3], "integer": true}, "c": {"normal": [5, 2]}, "d": {"choice": [1, 2, 6], "weights": [1, 0, 3]}},
		"at": ["a", "b"], "velocity": ["c", "d"]}]}`)
	var sum, squares [4]float64
	seen := map[float64]int{}
	bodies := draw(t, s, 0, nil).Bodies
	for _, b := range bodies {
		for k, v := range []float64{b.Start.X, b.Start.Y, b.Start.VX, b.Start.VY} {
			sum[k] += v
			squares[k] += v * v
		}
		seen[b.Start.Y]++
		seen[10+b.Start.VY]++
	}
	for k, want := range [][2]float64{{2, 2 / math.Sqrt(12)}, {2, math.Sqrt(2.0 / 3)}, {5, 2}, {4.75, 5 * math.Sqrt(3) / 4}} {
		n := float64(len(bodies))
		mean := sum[k] / n
		if dev := math.Sqrt(squares[k]/n - mean*mean); !(math.Abs(mean-want[0]) <= 0.15) || !(math.Abs(dev-want[1]) <= 0.1) {
			t.Errorf("number %d: mean %v and deviation %v, want %v", k, mean, dev, want)
		}
	}
	if len(seen) != 5 {
		t.Errorf("whole numbers and choices %v", seen)
	}
}

func TestSolvedStartsAreDrawnAgain(t *testing.T) {
	t.Parallel()
	const text = `{"format": 2, "bodies": [{"name": "b", "circle": 0.1, "at": ["uniform(-1, 1)", 0]}],
		"goals": [{"body": "b", "place": [0, 0], "radius": 0.5}]`
	for _, c := range []struct {
		tail string
		any  bool
	}{{"}", false}, {`, "task": {"starts": "any"}}`, true}} {
		s, solved := parse(t, text+c.tail), 0
		for episode := range 100 {
			scene := draw(t, s, episode, nil)
			judge, err := s.Task.Judge(scene)
			if err != nil {
				t.Fatal(err)
			}
			if judge.Success(scene.Start()) {
				solved++
			}
		}
		if c.any != (solved > 30) || !c.any && solved > 0 {
			t.Errorf("%s: %d of 100 starts are solved", c.tail, solved)
		}
	}
}

func TestScenesAreScenariosThatStayTheSame(t *testing.T) {
	t.Parallel()
	scene := draw(t, load(t, "shove"), 0, nil)
	text, err := canon.Encode(scene)
	if err != nil {
		t.Fatal(err)
	}
	s, err := scenario.Parse("dir/shove.json", text)
	if err != nil {
		t.Fatal(err)
	}
	if again := draw(t, s, 7, nil); !reflect.DeepEqual(again, scene) {
		t.Errorf("the scene changes")
	}
	if s.Name != "shove" || s.Task == nil || s.Policies()[0].Name != "play" {
		t.Errorf("%q has task %v and policies %v", s.Name, s.Task, s.Policies())
	}
	if _, err := s.Task.Judge(scene); err != nil {
		t.Error(err)
	}
}

// TestWhereNothingFitsASentenceSaysSo keeps a crowded scene from running for long.
func TestWhereNothingFitsASentenceSaysSo(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`"count": 300, "circle": 0.1`: "no place is left that keeps 0.01 m away from everything else",
		`"circle": 2`:                 "4 × 4 m must fit into 2 × 2 m",
	} {
		_, err := scenario.Parse("x", []byte(`{"format": 2, "arena": [2, 2], "bodies": [{`+text+`, "scatter": true}]}`))
		if err == nil || !strings.Contains(err.Error(), "/bodies/0/scatter: "+want) {
			t.Errorf("%s: %v", text, err)
		}
	}
}

// FuzzParse checks that nothing panics or hangs, and that every mistake has a place.
func FuzzParse(f *testing.F) {
	for _, c := range mistakes {
		f.Add([]byte(c.text))
	}
	for _, name := range []string{"ball", "shove", "rods", "row", "charges"} {
		text, err := os.ReadFile(filepath.Join("testdata", name+".scenario.json"))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		s, err := scenario.Parse("f", text)
		if err != nil {
			return
		}
		if _, err := s.Values(nil); err != nil {
			t.Errorf("%q: %v", text, err)
		}
	})
}

// TestMaterialsKeepTheirNumbersApart has parameters and values beside several materials, each with numbers of its own.
func TestMaterialsKeepTheirNumbersApart(t *testing.T) {
	t.Parallel()
	s := parse(t, `{"format": 2, "params": {"much": {"default": 7}, "more": {"default": 11}}, "let": {"a": "much + 1", "b": 5, "c": 6},
		"materials": {"cork": {"friction": 0.1, "elasticity": 0.2, "density": 30}, "lead": {"friction": 0.4, "elasticity": 0.5, "density": "much * 100"}},
		"bodies": [{"box": [1, 1], "material": "cork"}, {"box": [1, 1], "material": "lead", "at": [3, 0]}, {"box": [1, 2], "material": "lead", "friction": "c", "at": [6, 0]}]}`)
	scene := draw(t, s, 0, nil)
	for i, want := range []struct{ mass, friction, elasticity float64 }{{30, 0.1, 0.2}, {700, 0.4, 0.5}, {1400, 6, 0.5}} {
		near(t, "mass", scene.Bodies[i].Mass, want.mass)
		surface := scene.Bodies[i].Shapes[0].Surface()
		near(t, "friction", surface.Friction, want.friction)
		near(t, "elasticity", surface.Elasticity, want.elasticity)
	}
}

// TestFilesAreClosedAfterLoading, whether or not they could be read.
func TestFilesAreClosedAfterLoading(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "a.scenario.json")
	for text, good := range map[string]bool{`{"format": 2, "bodies": [{"circle": 0.1}]}`: true, `{"format": 2,`: false} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := scenario.Load(path)
		golden.Closed(t, path)
		if (err == nil) != good {
			t.Errorf("%s: %v", text, err)
		}
	}
}
