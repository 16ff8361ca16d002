package library

import (
	"bytes"
	"math"
	"reflect"
	"strings"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/sim"
	"orrery/sim/canon"
	"orrery/sim/scenario"
)

// find returns a scenario of the library.
func find(t testing.TB, name string) *scenario.Scenario {
	t.Helper()
	s, err := Find(name)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func sample(t testing.TB, name string, set map[string]float64, seed uint64, episode int) *sim.Scene {
	t.Helper()
	s := find(t, name)
	values, err := s.Values(set)
	if err != nil {
		t.Fatal(err)
	}
	scene, err := s.Sample(seed, episode, values)
	if err != nil {
		t.Fatal(err)
	}
	return scene
}

func TestSampleIsAFunctionOfSeedEpisodeAndValues(t *testing.T) {
	encode := func(s *sim.Scene) string {
		data, err := canon.Encode(s)
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	for _, s := range List() {
		seen := map[string]bool{}
		for seed := range uint64(3) {
			for episode := range 20 {
				text := encode(sample(t, s.Name, nil, seed, episode))
				if seen[text] {
					t.Errorf("%s: seed %d episode %d repeats another", s.Name, seed, episode)
				}
				seen[text] = true
			}
		}
		if again := encode(sample(t, s.Name, nil, 1, 7)); !seen[again] {
			t.Errorf("%s: not reproducible", s.Name)
		}
	}
}

// TestEveryParamWorksAtItsEnds samples each scenario with each parameter at both
// ends. Only bodies that do not fit may be refused.
func TestEveryParamWorksAtItsEnds(t *testing.T) {
	for _, s := range List() {
		if s.Summary == "" || s.Frames < 2 {
			t.Errorf("%s lacks a summary or frames", s.Name)
		}
		for _, p := range s.Params {
			if p.Doc == "" || !(p.Default >= p.Min) || !(p.Default <= p.Max) {
				t.Errorf("%s: bad parameter %+v", s.Name, p)
			}
			for _, value := range []float64{p.Min, p.Max} {
				values, err := s.Values(map[string]float64{p.Name: value})
				if err != nil {
					t.Fatal(err)
				}
				if _, err := s.Sample(1, 0, values); err != nil && !isCrowded(err) {
					t.Errorf("%s: %s %v: %v", s.Name, p.Name, value, err)
				}
			}
		}
	}
}

// isCrowded reports whether an error says that bodies do not fit.
func isCrowded(err error) bool {
	for _, text := range []string{
		"fit into a half_width", "must fit into", "no place is left",
		"/let/top: +Inf", // of pile: no cell fits between its walls
	} {
		if strings.Contains(err.Error(), text) {
			return true
		}
	}
	return false
}

// TestWhatIsLargerThanItsRoomIsLeftOut: about half the bodies that are drawn here do not fit between the
// walls, even alone. With a larger size none does, which is an error.
func TestWhatIsLargerThanItsRoomIsLeftOut(t *testing.T) {
	tight := map[string]float64{"half_width": 0.3, "size": 2, "bodies": 1}
	for _, name := range []string{"billiards", "mixed"} {
		for episode := range episodes(40) {
			scene := sample(t, name, tight, 1, episode)
			for _, corner := range outline(&scene.Bodies[0]) {
				if !(math.Abs(corner.X) <= 0.3+1e-9) || !(math.Abs(corner.Y) <= 0.3+1e-9) {
					t.Errorf("%s: episode %d: the only body reaches %v, and the walls are at 0.3 m", name, episode, corner)
				}
			}
		}
		s := find(t, name)
		values, err := s.Values(map[string]float64{"half_width": 0.3, "size": 5, "bodies": 1})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Sample(1, 0, values); err == nil || !isCrowded(err) {
			t.Errorf("%s: bodies of 0.5 m between walls at 0.3 m: %v", name, err)
		}
	}
}

func TestParamsReachTheScene(t *testing.T) {
	set := map[string]float64{"bodies": 3, "gravity": 1.5, "elasticity": 0.25, "friction": 0.125}
	for _, name := range []string{"billiards", "mixed", "pile", "tower", "dominoes", "plinko"} {
		scene := sample(t, name, set, 1, 0)
		if len(scene.Bodies) != 3 || scene.Gravity != (sim.Vec{Y: -1.5}) {
			t.Errorf("%s: %d bodies, gravity %v", name, len(scene.Bodies), scene.Gravity)
		}
		for _, b := range scene.Bodies {
			if b.Shapes[0].Elasticity != 0.25 || b.Shapes[0].Friction != 0.125 {
				t.Errorf("%s: %+v", name, b.Shapes[0])
			}
		}
	}
}

func TestBodiesStartApartAndInside(t *testing.T) {
	for episode := range episodes(25) {
		for _, name := range []string{"billiards", "mixed", "pile"} {
			scene := sample(t, name, map[string]float64{"half_width": 0.9}, 3, episode)
			for i, b := range scene.Bodies {
				for j, other := range scene.Bodies[:i] {
					if d := distanceOf(&b, &other); !(d >= 0.0049) {
						t.Errorf("%s: episode %d: bodies %d and %d are %v m apart", name, episode, i, j, d)
					}
				}
				for _, corner := range outline(&b) {
					if !(math.Abs(corner.X) <= 0.9) || !(corner.Y >= -0.9) || name == "pile" && !(corner.Y >= 0) {
						t.Errorf("%s: episode %d: body %d reaches %v", name, episode, i, corner)
					}
				}
			}
		}
	}
}

// outline returns 36 points or so along the edge of a body in the world.
func outline(b *sim.Body) []sim.Vec {
	var points []sim.Vec
	shape := b.Shapes[0]
	if shape.Kind == sim.Circle {
		for k := range 36 {
			points = append(points, b.Start.Point(sim.Vec{X: shape.Radius}.Rotate(float64(k)*math.Pi/18)))
		}
		return points
	}
	for i, v := range shape.Vertices {
		side := shape.Vertices[(i+1)%len(shape.Vertices)].Sub(v)
		for k := range 9 {
			points = append(points, b.Start.Point(v.Add(side.Scale(float64(k)/9))))
		}
	}
	return points
}

func distanceOf(a, b *sim.Body) float64 {
	least := math.Inf(1)
	for _, p := range outline(a) {
		for _, q := range outline(b) {
			least = min(least, p.Sub(q).Len())
		}
	}
	return least
}

// TestMixedHasItsDistribution compares moments of many samples with those of the
// uniform and normal distributions the scenario is defined by.
func TestMixedHasItsDistribution(t *testing.T) {
	var boxes, widths, heights, radii, vx2, omega2, n float64
	for episode := range 1000 {
		scene := sample(t, "mixed", nil, 5, episode)
		if scene.FPS != 60 || scene.Iterations != 20 || scene.Slop != 0.001 || scene.Gravity.Y != -3 {
			t.Fatalf("%+v", scene)
		}
		for _, b := range scene.Bodies {
			n++
			vx2 += b.Start.VX * b.Start.VX
			omega2 += b.Start.Omega * b.Start.Omega
			shape := b.Shapes[0]
			if shape.Kind == sim.Circle {
				radii += shape.Radius
				continue
			}
			boxes++
			widths += shape.Vertices[1].X
			heights += shape.Vertices[1].Y
		}
	}
	// Crowding favours small bodies a little: hence the room beside 0.5 and 0.15.
	for _, c := range []struct {
		what             string
		got, want, width float64
	}{
		{"share of boxes", boxes / n, 0.48, 0.04}, {"half width", widths / boxes, 0.148, 0.003},
		{"half height", heights / boxes, 0.128, 0.003}, {"radius", radii / (n - boxes), 0.148, 0.003},
		{"vx²", vx2 / n, 1, 0.05}, {"ω²", omega2 / n, 4, 0.2},
	} {
		if !scalar.EqualWithinAbs(c.got, c.want, c.width) {
			t.Errorf("%s %v, want %v ± %v", c.what, c.got, c.want, c.width)
		}
	}
}

func TestErrorsNameWhatIsWrong(t *testing.T) {
	mixed, err := Find("mixed")
	if err != nil {
		t.Fatal(err)
	}
	values := func(name string, value float64) error {
		_, err := mixed.Values(map[string]float64{name: value})
		return err
	}
	list := List()
	names := list[0].Name
	for _, s := range list[1:] {
		names += ", " + s.Name
	}
	_, unknown := Find("mixd")
	_, far := Find("quantum foam")
	crowded, _ := mixed.Values(map[string]float64{"bodies": 200})
	_, noRoom := mixed.Sample(1, 2, crowded)
	_, missing := mixed.Sample(1, 2, scenario.Values{"bodies": 2})
	for _, c := range []struct {
		err  error
		want string
	}{
		{unknown, `unknown scenario "mixd", perhaps "mixed"; there are ` + names},
		{far, `unknown scenario "quantum foam"; there are ` + names},
		{values("boddies", 1), `mixed: unknown parameter "boddies", perhaps "bodies"; there are bodies, gravity,`},
		{values("bodies", 0), `mixed: bodies 0 must be 1 to 200`},
		{values("bodies", 2.5), `mixed: bodies 2.5 must be a whole number`},
		{values("gravity", math.NaN()), `mixed: gravity NaN must be 0 to 100 m/s²`},
		{noRoom, `mixed: seed 1 episode 2: only `},
		{missing, `mixed: parameter "gravity" is missing`},
	} {
		if c.err == nil || !strings.HasPrefix(c.err.Error(), c.want) {
			t.Errorf("got %v, want %s", c.err, c.want)
		}
	}
}

func TestListIsSortedAndACopy(t *testing.T) {
	list := List()
	for i := 1; i < len(list); i++ {
		if list[i-1].Name >= list[i].Name {
			t.Errorf("%s before %s", list[i-1].Name, list[i].Name)
		}
	}
	list[0] = nil
	if List()[0] == nil {
		t.Error("the list is not a copy")
	}
}

func TestScenesSurviveTheirFile(t *testing.T) {
	for _, s := range List() {
		scene := sample(t, s.Name, nil, 9, 9)
		data, err := canon.Encode(scene)
		if err != nil {
			t.Fatal(err)
		}
		again, err := canon.Decode(bytes.NewReader(data))
		if err != nil || !reflect.DeepEqual(scene, again) {
			t.Errorf("%s: %v\n%s", s.Name, err, data)
		}
	}
}
