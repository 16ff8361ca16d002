package identify

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"

	"orrery/sim"
	"orrery/sim/golden"
)

// TestTheSameValuesFillTheSameScenes compares scenes into which values, bounds and edges were written, parameters as they are
// merged, told and stored, and laws of solids, with those of earlier versions of this program.
func TestTheSameValuesFillTheSameScenes(t *testing.T) {
	t.Parallel()
	var got strings.Builder
	tell := func(v any) {
		text, err := json.MarshalIndent(v, "", " ")
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&got, "%s\n", text)
	}
	scene := goldenScene()
	label := Label{scene}
	fmt.Fprintln(&got, "# names")
	for i := range scene.Bodies {
		fmt.Fprintf(&got, "%q %q %q\n", label.Body(i), label.GripOf(i, "spin"), label.Pair(i, -1-i%2))
	}
	for k := range scene.Joints {
		fmt.Fprintf(&got, "%q %q\n", label.Joint(k), label.JointEnd(k, "b", "y"))
	}
	fmt.Fprintf(&got, "%q %q %q %q\n", label.WallAt(0), label.WallAt(1), label.Materials("b", "a"), label.Pair(3, 1))

	var all []Parameter
	for k, of := range []string{
		"gravity scene", "gravity scene x", "drag scene", "mass ball", "mass body1", "moment body1", "moment body2", "radius ball", "radius box", "grip ball along",
		"grip body1 across", "grip box spin", "elasticity ball-floor", "friction scene", "friction ice-wood", "elasticity wall", "friction body1-body2",
		"stiffness ball-body1", "damping ball-body1", "length ball-body1", "length rope", "length joint2", "strength box-world", "anchor rope a.x", "anchor rope a.y",
		"anchor rope b.x", "anchor rope b.y", "strength body1-body2", "strength ball-body2", "stiffness scene", "mass nobody",
	} {
		name, of, _ := strings.Cut(of, " ")
		v := 0.11 + 0.01*float64(k)
		all = append(all, Known(Name(name), of, v, v-0.002*float64(1+k%5), v+0.003, "u", fmt.Sprint("reason ", k%3)))
	}
	edges := []Edge{
		{A: "ball", B: "box", Kind: Spring, Probability: 0.8}, {A: "body2", B: "box", Kind: Rod, Probability: 0.51}, {A: "ball", B: "body2", Kind: Charge, Probability: 0.9, Limit: 4},
		{A: "body1", B: "body2", Kind: Charge, Probability: 1, Strength: 2}, {A: "box", B: "body1", Kind: Spring, Probability: 0.7, Strength: -3, Episode: new(int)},
		{A: "ball", B: "ball", Kind: Rod, Probability: 1}, {A: "ball", B: "nobody", Kind: Rod, Probability: 1}, {A: "body1", B: "box", Kind: Rod, Probability: 0.5},
	}
	fill := func(name string, parameters []Parameter, edges []Edge) {
		filled, err := Fill(scene, parameters, edges)
		fmt.Fprintf(&got, "# %s: %v\n", name, err)
		tell(filled)
	}
	fill("all", all, edges)
	fill("of any two, and drag that is none", []Parameter{Known(Elasticity, Scene, 1.5, 1, 2, "", ""), Known(Friction, Wall, -0.2, 0, 1, "", ""), Known(Drag, Scene, -1, 0, 1, "1/s", "")}, nil)
	fill("at least", []Parameter{AtLeast(Friction, Wall, 0.9, "", ""), AtLeast(Mass, "ball", 1e-3, "kg", ""), AtLeast(Grip, "ball along", 7, "m/s²", ""), AtLeast(Drag, Scene, 0.5, "1/s", ""), Unknown(Mass, "box", "kg", "")}, nil)
	fill("no scene", []Parameter{Known(Mass, "ball", -1, 0, 1, "kg", "")}, nil)
	one, err := (&Result{Parameters: all[:1], Edges: edges}).SceneOf(scene, 0)
	fmt.Fprintln(&got, "# of the first episode, of the second", err)
	tell(one.Fields)
	tell(one.Joints)
	one, err = (&Result{Parameters: all[:1], Edges: edges}).SceneOf(scene, 1)
	fmt.Fprintln(&got, err, len(one.Joints), len(one.Fields))

	fmt.Fprintln(&got, "# merged, told and stored")
	unknown := []Parameter{Unknown(Mass, "a", "kg", "still"), Unknown(Mass, "b", "kg", "still"), Unknown(Moment, "b", "kg·m²", "still"), AtLeast(Mass, "a", 2, "kg", "stuck"), Unknown(Mass, "c", "kg", "gone")}
	merged := Merge(unknown, all[3:8], []Parameter{Known(Mass, "ball", 7, 6, 6.001, "kg", "narrow"), Known(Mass, "body1", 7, 0, 9, "kg", "wide"), Known(Gravity, Scene, 1, 0, 2, "m/s²", "")})
	for _, p := range Twins(merged) {
		value, half, interval := p.Numbers()
		text, err := json.Marshal(p)
		fmt.Fprintf(&got, "%s of %s: %s ± %s, %s; %s %v\n", p.Name, p.Of, value, half, interval, text, err)
	}
	for _, p := range []Parameter{
		{Value: 1234.5678, Lo: 1234.5, Hi: 1234.6}, {Value: 2e7, Lo: 1e7, Hi: 3e7}, {Value: 3e-5, Lo: 2.9e-5, Hi: 3.2e-5}, {Value: -1e-9, Lo: -0.01, Hi: 0.01},
		{Value: 5, Lo: math.Inf(-1), Hi: 6}, {Value: 5, Lo: 5, Hi: 5}, {Value: 0, Lo: 0, Hi: 0}, {Value: 0.25, Lo: 0.1, Hi: math.Inf(1)}, {Value: 80, Lo: 20, Hi: 140}, {Value: 999999, Lo: 999990, Hi: 1000020},
	} {
		p.Identifiable = true
		value, half, interval := p.Numbers()
		text, err := json.Marshal(p)
		back := Parameter{}
		fmt.Fprintf(&got, "%v: %s ± %s, %s; %s %v, read %v %+v\n", p.Value, value, half, interval, text, err, json.Unmarshal(text, &back), back)
	}
	joined, err := Join(scene, &Result{Parameters: all[:2], Sentences: []string{"a", "b"}, Fits: make([]Fit, 1)}, &Result{Parameters: all[1:4], Edges: edges[:1], Sentences: []string{"b", "c"}, Stopped: true, Fits: make([]Fit, 2)})
	fmt.Fprintln(&got, "# joined", err, len(joined.Fits), joined.Scene.Bodies[0].Mass)
	tell(joined)

	solids := NewSolids([]*sim.Scene{scene, scene})
	fmt.Fprintln(&got, "# solids")
	tell(solids)
	solids.Power, solids.Classes[0].Density, solids.Classes[1].Moment = 1.3, 50, 1.2
	filled, err := (&Values{Parameters: all[:5], Solids: solids.Clone()}).Fill(scene)
	if err != nil {
		t.Fatal(err)
	}
	for i := range filled.Bodies {
		b, was := &filled.Bodies[i], &scene.Bodies[i]
		fmt.Fprintf(&got, "body %d: %.9g kg, %.9g kg·m², was %.9g and %.9g\n", i, b.Mass, b.Moment, was.Mass, was.Moment)
	}
	for _, text := range []string{
		`{"parameters":[{"name":"mass","of":"a","value":1,"identifiable":true}]}`, `{"parameters":[{"name":"weight"}]}`, `{"solids":{"power":1,"classes":[{"name":"x","density":0,"moment":1}]}}`,
		`{"solids":{"power":1,"classes":[{"name":"x","density":1,"moment":-1}]}}`, `{`,
	} {
		v, err := DecodeValues([]byte(text))
		fmt.Fprintf(&got, "%s: %+v %v\n", text, v, err)
	}
	golden.Compare(t, "testdata/filled.txt", got.String())
}

// goldenScene returns a scene of bodies with names and without, of all shapes, with joints of most kinds, a field and materials.
func goldenScene() *sim.Scene {
	s := sim.DefaultScene()
	surface := sim.Surface{Elasticity: 0.5, Friction: 0.4}
	ball, box, rod, kept := sim.NewDisc(0.1, 100, surface), sim.NewBox(0.2, 0.1, 50, surface), sim.NewDisc(0.05, 100, surface), sim.NewBox(0.3, 0.3, 20, surface)
	ball.Name, kept.Name = "ball", "box"
	rod.Shapes = []sim.Shape{sim.NewShape(sim.Segment, 0.02, surface, sim.Vec{X: -0.1}, sim.Vec{X: 0.1, Y: 0.05}), sim.NewShape(sim.Circle, 0.03, surface, sim.Vec{X: 0.1})}
	ball.Shapes[0].Material, box.Shapes[0].Material = "ice", "wood"
	kept.Kind = sim.Dynamic
	for i, b := range []sim.Body{ball, box, rod, kept} {
		b.Start.X = float64(i)
		s.Bodies = append(s.Bodies, b)
	}
	s.Walls = []sim.Shape{sim.NewShape(sim.Segment, 0, surface, sim.Vec{X: -1, Y: -1}, sim.Vec{X: 5, Y: -1}), sim.NewShape(sim.Segment, 0, surface, sim.Vec{X: -1}, sim.Vec{X: -1, Y: 2})}
	s.Walls[0].Name = "floor"
	s.Joints = []sim.Joint{
		{Kind: sim.Spring, A: 0, B: 1, Length: 1, Stiffness: 5}, {Kind: sim.Rope, A: 1, B: 2, Length: 3, Name: "rope"}, {Kind: sim.Rope, A: 2, B: 3, Length: 3},
		{Kind: sim.Pin, A: 3, B: 2}, {Kind: sim.Motor, A: 3, B: sim.World, MaxTorque: 1}, {Kind: sim.Pivot, A: 0, B: sim.World},
	}
	s.Fields = []sim.Field{{Kind: sim.Linear, A: 2, B: 1, Strength: 0.5}}
	return &s
}
