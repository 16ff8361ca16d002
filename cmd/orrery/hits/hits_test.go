package hits

import (
	"bytes"
	"fmt"
	"math"
	"strings"
	"testing"

	"orrery/datasets/csv"
	"orrery/datasets/splits"
	"orrery/sim"
)

// corners are those of a wedge, no turn or mirror image of which looks like it. It reaches 0.316 m, so that a gap may be off
// by 15.8 mm.
var corners = []sim.Vec{{X: -0.2, Y: -0.1}, {X: 0.3, Y: -0.1}, {X: -0.1, Y: 0.2}}

// ground is the height of the floor in m.
const ground = 0.3

// wedge returns a scene of a wedge over a floor.
func wedge(t *testing.T) *sim.Scene {
	t.Helper()
	scene, surface := sim.DefaultScene(), sim.Surface{Friction: 0.5, Elasticity: 0.5}
	scene.Walls = []sim.Shape{sim.NewShape(sim.Segment, 0, surface, sim.Vec{X: -50, Y: ground}, sim.Vec{X: 50, Y: ground})}
	scene.Bodies = []sim.Body{{Kind: sim.Dynamic, Mass: 1, Moment: 0.02, Shapes: []sim.Shape{sim.NewShape(sim.Polygon, 0, surface, corners...)}}}
	scene.Bodies[0].Start.Y = 1
	if err := scene.Validate(); err != nil {
		t.Fatal(err)
	}
	return &scene
}

// fallen returns impacts of the wedge, which falls on a corner each time, by an impulse at that corner.
func fallen(scene *sim.Scene, rows int) (all []csv.Impact) {
	b, rng := &scene.Bodies[0], sim.NewRand(3, "fallen", 0)
	for i := range rows {
		before := sim.BodyState{X: float64(i) / 2, Angle: 6 * rng.Float64(), VX: rng.NormFloat64(), VY: -3 - rng.Float64(), Omega: rng.NormFloat64() / 2}
		var arm sim.Vec
		for _, v := range corners {
			if v = v.Rotate(before.Angle); v.Y < arm.Y {
				arm = v
			}
		}
		before.Y = ground - arm.Y
		push := -1.4 * (before.VY + before.Omega*arm.X) / (1/b.Mass + arm.X*arm.X/b.Moment)
		after := before
		after.VY += push / b.Mass
		after.Omega += arm.X * push / b.Moment
		all = append(all, csv.Impact{Line: i + 2, Before: before, After: after})
	}
	return all
}

// judged returns why a row among sound ones is no impact, or nothing.
func judged(t *testing.T, scene *sim.Scene, reading Reading, change func(row *csv.Impact)) string {
	t.Helper()
	rows := fallen(scene, 9)
	change(&rows[4])
	f, err := Read(t.Context(), scene, rows, reading)
	if err != nil || f.Reason != "" || len(f.Odd) > 1 {
		t.Fatalf("%v, %+v", err, f)
	}
	if len(f.Odd) == 0 {
		return ""
	}
	if f.Odd[0].Line != 6 || len(f.Trajectories) != 8 {
		t.Errorf("line %d, %d impacts", f.Odd[0].Line, len(f.Trajectories))
	}
	return f.Odd[0].Reason
}

// TestRowsAreImpactsWithinTheirTolerances: each is changed by a little less and a little more than may be.
func TestRowsAreImpactsWithinTheirTolerances(t *testing.T) {
	t.Parallel()
	scene := wedge(t)
	const off = 0.05 * 0.3162 // m
	faster := func(energy float64, slow float64) func(row *csv.Impact) {
		return func(row *csv.Impact) {
			row.Before.VX, row.Before.VY, row.Before.Omega = 0, -slow, 0
			row.After.VX, row.After.VY, row.After.Omega = 0, math.Sqrt(energy)*slow, 0
		}
	}
	for _, c := range []struct {
		want      string
		tolerance float64
		change    func(row *csv.Impact)
	}{
		{"", 0, func(row *csv.Impact) {}},
		{"", 0, func(row *csv.Impact) { row.Before.Y += 0.9 * off; row.After.Y += 0.9 * off }},
		{"away from what it hits", 0, func(row *csv.Impact) { row.Before.Y += 1.1 * off; row.After.Y += 1.1 * off }},
		{"", 0.03, func(row *csv.Impact) { row.Before.Y += 0.028; row.After.Y += 0.028 }},
		{"away from what it hits", 0.001, func(row *csv.Impact) { row.Before.Y += 0.0012; row.After.Y += 0.0012 }},
		{"", 0, func(row *csv.Impact) { row.Before.Y -= 0.9 * off; row.After.Y -= 0.9 * off }},
		{"deep in what it hits", 0, func(row *csv.Impact) { row.Before.Y -= 1.1 * off; row.After.Y -= 1.1 * off }},
		{"", 0, func(row *csv.Impact) { row.After.X += 0.9 * off }},
		{"elsewhere after the impact", 0, func(row *csv.Impact) { row.After.X += 1.1 * off }},
		{"", 0, func(row *csv.Impact) { row.After.Angle += 0.045 + 2*math.Pi }},
		{"has turned by 0.055 rad", 0, func(row *csv.Impact) { row.After.Angle += 0.055 }},
		{"parts from what it touches at 1 m/s", 0, func(row *csv.Impact) { row.Before.VX, row.Before.VY, row.Before.Omega = 0, 1, 0 }},
		{"", 0, faster(9.8, 5)},
		{"more than 10 times", 0, faster(10.2, 5)},
		{"", 0, faster(30, 0.1)}, // still less than others have before their impacts
		{"", 0, func(row *csv.Impact) { row.Normal = sim.Vec{X: 2 * math.Sin(0.51), Y: 2 * math.Cos(0.51)} }},
		{"30° off", 0, func(row *csv.Impact) { row.Normal = sim.Vec{X: math.Sin(0.53), Y: math.Cos(0.53)} }},
		{"180° off", 0, func(row *csv.Impact) { row.Normal = sim.Vec{Y: -1} }},
	} {
		reading := DefaultReading()
		reading.Tolerance = c.tolerance
		if got := judged(t, scene, reading, c.change); (got == "") != (c.want == "") || !strings.Contains(got, c.want) {
			t.Errorf("%q, must be %q", got, c.want)
		}
	}
}

// TestImpactsAreEpisodes of two states at one place.
func TestImpactsAreEpisodes(t *testing.T) {
	t.Parallel()
	scene := wedge(t)
	rows := fallen(scene, 4)
	rows[2].After.X, rows[2].After.Y, rows[2].After.Angle = rows[2].After.X+0.001, rows[2].After.Y-0.001, rows[2].After.Angle+0.001
	rows[3].After.VY *= 3
	f, err := Read(t.Context(), scene, rows, DefaultReading())
	if err != nil || len(f.Trajectories) != 4 || f.Reason != "" || f.Gaining != 1 {
		t.Fatalf("%v, %+v", err, f)
	}
	for i, e := range f.Trajectories {
		want := rows[i].After
		want.X, want.Y, want.Angle = rows[i].Before.X, rows[i].Before.Y, rows[i].Before.Angle
		if !e.Impact || e.States[0][0] != rows[i].Before || e.Scene.Bodies[0].Start != rows[i].Before || e.States[1][0] != want {
			t.Errorf("row %d: %+v", i, e.States)
		}
	}
	if scene.Bodies[0].Start.Y != 1 {
		t.Error("the scene that was given has changed")
	}
}

// TestTablesInOtherUnitsAreRead, and when nothing says so the reading that fits is told.
func TestTablesInOtherUnitsAreRead(t *testing.T) {
	t.Parallel()
	scene := wedge(t)
	for _, c := range []struct {
		told    string
		reading Reading
	}{
		{"--length cm", Reading{Length: "cm", Angle: "rad"}},
		{"--length mm --angle deg", Reading{Length: "mm", Angle: "deg"}},
		{"--length in", Reading{Length: "in", Angle: "rad"}},
		{"--clockwise", Reading{Length: "m", Angle: "rad", Clockwise: true}},
		{"--y-down", Reading{Length: "m", Angle: "rad", Down: true}},
		{"--angle deg --clockwise --y-down", Reading{Length: "m", Angle: "deg", Clockwise: true, Down: true}},
	} {
		length := map[string]float64{"m": 1, "cm": 100, "mm": 1000, "in": 1 / 0.0254}[c.reading.Length]
		angle, y := map[string]float64{"rad": 1, "deg": 180 / math.Pi}[c.reading.Angle], length
		if c.reading.Down {
			y, angle = -y, -angle
		}
		if c.reading.Clockwise {
			angle = -angle
		}
		rows := fallen(scene, 60)
		for i := range rows {
			for _, b := range []*sim.BodyState{&rows[i].Before, &rows[i].After} {
				*b = sim.BodyState{X: length * b.X, Y: y * b.Y, Angle: angle * b.Angle, VX: length * b.VX, VY: y * b.VY, Omega: angle * b.Omega}
			}
			rows[i].Normal = sim.Vec{Y: y}
		}
		f, err := Read(t.Context(), scene, rows, c.reading)
		if err != nil || f.Reason != "" || len(f.Trajectories) != len(rows) {
			t.Fatalf("%s: %v, %+v", c.told, err, f)
		}
		for i, want := range fallen(scene, 60) {
			if got := f.Trajectories[i].States[0]; !(got[0].Position().Sub(want.Before.Position()).Len() < 1e-9) || !(math.Abs(math.Remainder(got[0].Angle-want.Before.Angle, 2*math.Pi)) < 1e-9) || !(math.Abs(got[0].Omega-want.Before.Omega) < 1e-9) {
				t.Fatalf("%s: row %d is %+v, must be %+v", c.told, i, got, want.Before)
			}
		}
		for i := range rows {
			rows[i].Normal = sim.Vec{}
		}
		if f, err := Read(t.Context(), scene, rows, DefaultReading()); err != nil || !strings.Contains(f.Reason, "with "+c.told+" ") {
			t.Errorf("%v, %q does not tell %s", err, f.Reason, c.told)
		}
	}
	odd := Reading{Length: "km", Angle: "rad"}
	if err := odd.Validate(); err == nil || !strings.Contains(err.Error(), `"km" must be one of: m, cm, mm, in`) {
		t.Error(err)
	}
	for _, tolerance := range []float64{-1, math.NaN(), 2 * sim.MaxMagnitude} {
		r := DefaultReading()
		if r.Tolerance = tolerance; r.Validate() == nil {
			t.Errorf("a tolerance of %g m is taken", tolerance)
		}
	}
}

// TestTablesThatAreNoneOfImpactsSaySo: states in each other's place, spins that say nothing, other scenes.
func TestTablesThatAreNoneOfImpactsSaySo(t *testing.T) {
	t.Parallel()
	scene := wedge(t)
	for _, c := range []struct {
		want   string
		change func(i int, row *csv.Impact)
	}{
		{"", func(i int, row *csv.Impact) { // a half may be wrong
			if i%2 == 0 {
				row.Before.Y++
				row.After.Y++
			}
		}},
		{"in 11 of 20 rows nothing is hit, as in line 3: the body is 1 m away", func(i int, row *csv.Impact) {
			if i%2 == 1 || i == 8 {
				row.Before.Y++
				row.After.Y++
			}
		}},
		{"with the states before and after exchanged 100 % of them would be impacts", func(_ int, row *csv.Impact) {
			row.Before, row.After = row.After, row.Before
		}},
		{"is the table in the scene's frame of reference", func(_ int, row *csv.Impact) { row.Before.Y++; row.After.Y++ }},
		{"", func(i int, row *csv.Impact) {
			row.After.Omega = row.Before.Omega + 0.6*(row.After.Omega-row.Before.Omega)
		}}, // as measured
	} {
		rows := fallen(scene, 20)
		for i := range rows {
			c.change(i, &rows[i])
		}
		f, err := Read(t.Context(), scene, rows, DefaultReading())
		if err != nil || (f.Reason == "") != (c.want == "") || !strings.Contains(f.Reason, c.want) {
			t.Errorf("%v, %q, must be %q", err, f.Reason, c.want)
		}
	}
	two := wedge(t)
	two.Bodies = append(two.Bodies, two.Bodies[0])
	still := wedge(t)
	still.Bodies[0].Kind = sim.Kinematic
	for want, scene := range map[string]*sim.Scene{"bodies 0 and 1 are dynamic": two, "no body is dynamic": still} {
		if _, err := Read(t.Context(), scene, nil, DefaultReading()); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, must be %q", err, want)
		}
	}
}

// TestTurningIsComparedWithThePush: it agrees up to two fifths, and where pushes turn nothing it says nothing.
func TestTurningIsComparedWithThePush(t *testing.T) {
	t.Parallel()
	b := &wedge(t).Bodies[0]
	for _, c := range []struct {
		share, arm float64 // of the spin that the push makes; m
		want       bool
	}{{1, 0.1, false}, {0.5, 0.1, false}, {0.4, 0.1, true}, {-1, 0.1, true}, {-1, 0.0028, false}, {-1, 0.0036, true}} {
		var all turning
		for k := range 10 {
			after := sim.BodyState{VY: float64(k)}
			after.Omega = c.share * c.arm * b.Mass * after.VY / b.Moment
			all.add(b, sim.Vec{X: c.arm, Y: -0.1}, sim.BodyState{}, after)
		}
		if got := all.disagrees(b.Reach()); got != c.want {
			t.Errorf("%g of the spin by an arm of %g m disagrees: %t", c.share, c.arm, got)
		}
	}
}

// TestReportsAndCommandsSayWhatWasDone.
func TestReportsAndCommandsSayWhatWasDone(t *testing.T) {
	t.Parallel()
	one := []*sim.Trajectory{{}}
	odd := []Odd{{4, "nothing is hit"}, {7, "nothing either"}, {9, "nor here"}}
	for _, c := range []struct {
		found Found
		drop  bool
		want  string
		fails bool
	}{
		{Found{Trajectories: one}, false, "", false},
		{Found{Trajectories: one, Reason: "it is none"}, true, "table.csv: it is none", true},
		{Found{Trajectories: one, Odd: odd}, false, "table.csv: line 4: nothing is hit, and 2 more rows are no impact either; --drop leaves out what is no impact", true},
		{Found{Trajectories: one, Odd: odd[:2]}, true, "table.csv: line 4: nothing is hit, and 1 more row is no impact either: left out\n", false},
		{Found{Odd: odd[:1]}, true, "table.csv: no row is an impact", true},
		{Found{Trajectories: one, Gaining: 2}, false, "table.csv: after 2 impacts the body has more energy than before; models never say so\n", false},
	} {
		var log bytes.Buffer
		err := (&Options{File: "a/table.csv", Drop: c.drop}).report(&log, &c.found)
		if got := log.String(); c.fails && fmt.Sprint(err) != c.want || !c.fails && (err != nil || got != c.want) {
			t.Errorf("%v, %q, must be %q", err, got, c.want)
		}
	}
	split, err := splits.Parse("train=0.8,test=0.2")
	if err != nil {
		t.Fatal(err)
	}
	o := Options{
		File: "a/table.csv", Columns: map[string]string{"y": "h", "x": "place"}, Scene: "b/scene.json", Drop: true, Name: "n", Task: "some task", Split: split,
		Reading: Reading{Length: "cm", Angle: "deg", Clockwise: true, Down: true, Tolerance: 0.5},
	}
	const want = "orrery import impacts table.csv --map x=place --map y=h --scene=scene.json --length=cm --angle=deg --clockwise=true --y-down=true --tolerance=0.5 --drop=true --name=n --task='some task' --split=train=0.8,test=0.2"
	if got := o.command(); got != want {
		t.Errorf("%s\nmust be\n%s", got, want)
	}
	o = Options{File: "-", Scene: "scene.json", Reading: DefaultReading()}
	if got := o.command(); got != "orrery import impacts - --scene=scene.json" || o.base() != "stdin" {
		t.Errorf("%s of %s", got, o.base())
	}
}
