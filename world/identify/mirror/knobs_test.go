package mirror

import (
	"fmt"
	"math"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/sim"
	"orrery/world/identify"
)

// knobbed returns a scene that has one of everything that may be turned.
func knobbed() *sim.Scene {
	s := sim.DefaultScene()
	s.Gravity, s.Damping = sim.Vec{X: 0.5, Y: -9}, 0.8
	s.Bodies = []sim.Body{sim.NewDisc(0.1, 1, sim.Surface{}), sim.NewDisc(0.2, 1, sim.Surface{}), sim.NewDisc(0.3, 1, sim.Surface{})}
	s.Bodies[0].Name, s.Bodies[1].Name = "a", "b"
	s.Bodies[1].Grip = sim.Grip{Along: 1, Across: 2, Spin: 3}
	s.Bodies[2].Kind, s.Bodies[2].Mass, s.Bodies[2].Moment = sim.Kinematic, 0, 0
	s.Joints = []sim.Joint{
		{Kind: sim.Spring, Name: "spring", A: 0, B: 1, Stiffness: 7, Damping: 0.3, Length: 0.4, AnchorA: sim.Vec{X: 1, Y: 2}, AnchorB: sim.Vec{X: 3, Y: 4}},
		{Kind: sim.Rope, Name: "rope", A: 0, B: 1, Length: 0.6}, {Kind: sim.Motor, Name: "motor", A: 0, B: sim.World, MaxTorque: 2},
		{Kind: sim.Groove, Name: "groove", A: 0, B: 1}, {Kind: sim.Pivot, Name: "pivot", A: 0, B: sim.World},
	}
	s.Fields = []sim.Field{{Kind: sim.InverseSquare, A: 0, B: 1, Strength: -0.5}, {Kind: sim.Linear, A: 0, B: 1, Strength: 4}}
	return &s
}

// TestEveryKnobTurnsWhatItNames: its unit, its bounds, where the search begins, and that turning it changes what it was told from and nothing else.
func TestEveryKnobTurnsWhatItNames(t *testing.T) {
	t.Parallel()
	all := func(int) bool { return true }
	s := knobbed()
	var knobs []knob
	knobs = append(knobs, flightKnobs(s)...)
	knobs = append(knobs, bodyKnobs(s)...)
	knobs = append(knobs, jointKnobs(s, all)...)
	knobs = append(knobs, fieldKnobs(s, all)...)
	inf, most := math.Inf(1), float64(sim.MaxMagnitude)
	want := []struct {
		of        string
		unit      string
		told      float64
		low, high float64
		scale     scale
		about     string // which it is of
	}{
		{"gravity scene", "m/s²", 9, -inf, inf, linear, "anywhere"}, {"gravity scene x", "m/s²", 0.5, -inf, inf, linear, "anywhere"}, {"drag scene", "1/s", 0.8, 0, 1, keep, "anywhere"},
		{"mass a", "kg", s.Bodies[0].Mass, sim.MinMagnitude, most, log, "body 0"}, {"moment a", "kg·m²", s.Bodies[0].Moment, sim.MinMagnitude, most, log, "body 0"},
		{"mass b", "kg", s.Bodies[1].Mass, sim.MinMagnitude, most, log, "body 1"}, {"moment b", "kg·m²", s.Bodies[1].Moment, sim.MinMagnitude, most, log, "body 1"},
		{"grip b along", "m/s²", 1, 0, most, linear, "body 1"}, {"grip b across", "m/s²", 2, 0, most, linear, "body 1"}, {"grip b spin", "rad/s²", 3, 0, most, linear, "body 1"},
		{"stiffness spring", "N/m", 7, 0, most, linear, "joint 0"}, {"damping spring", "N·s/m", 0.3, 0, most, linear, "joint 0"}, {"length spring", "m", 0.4, 0, most, linear, "joint 0"},
		{"anchor spring a.x", "m", 1, -most, most, linear, "joint 0"}, {"anchor spring a.y", "m", 2, -most, most, linear, "joint 0"}, {"anchor spring b.x", "m", 3, -most, most, linear, "joint 0"}, {"anchor spring b.y", "m", 4, -most, most, linear, "joint 0"},
		{"length rope", "m", 0.6, sim.MinMagnitude, most, linear, "joint 1, rope"}, {"anchor rope a.x", "m", 0, -most, most, linear, "joint 1"}, {"anchor rope a.y", "m", 0, -most, most, linear, "joint 1"},
		{"anchor rope b.x", "m", 0, -most, most, linear, "joint 1"}, {"anchor rope b.y", "m", 0, -most, most, linear, "joint 1"}, {"strength motor", "N·m", 2, sim.MinMagnitude, most, linear, "joint 2"},
		{"anchor groove a.x", "m", 0, -most, most, linear, "joint 3"}, {"anchor groove a.y", "m", 0, -most, most, linear, "joint 3"},
		{"anchor pivot a.x", "m", 0, -most, most, linear, "joint 4"}, {"anchor pivot a.y", "m", 0, -most, most, linear, "joint 4"}, {"anchor pivot b.x", "m", 0, -most, most, linear, "joint 4"}, {"anchor pivot b.y", "m", 0, -most, most, linear, "joint 4"},
		{"strength a-b", "N·m²", -0.5, -inf, inf, linear, "field 0"}, {"strength a-b", "N/m", 4, -inf, inf, linear, "field 1"},
	}
	if len(knobs) != len(want) {
		t.Fatalf("%d knobs, want %d", len(knobs), len(want))
	}
	for i, w := range want {
		k := &knobs[i]
		about := ""
		for name, index := range map[string]int{"body": k.body, "joint": k.joint, "field": k.field, "contact": k.contact, "episode": k.episode} {
			if index >= 0 {
				about += fmt.Sprintf("%s %d", name, index)
			}
		}
		if k.rope {
			about += ", rope"
		}
		if k.anywhere {
			about += "anywhere"
		}
		if got := fmt.Sprintf("%s %s", k.name, k.of); got != w.of || k.unit != w.unit || k.told != w.told || k.start != w.told || k.low != w.low || k.high != w.high || k.scale != w.scale || about != w.about {
			t.Errorf("knob %d is %s in %s from %v, %v to %v, %s, want %+v", i, got, k.unit, k.told, k.low, k.high, about, w)
		}
		turned := knobbed()
		k.set(turned, w.told+0.125)
		var after []knob
		after = append(append(append(append(after, flightKnobs(turned)...), bodyKnobs(turned)...), jointKnobs(turned, all)...), fieldKnobs(turned, all)...)
		for j := range after {
			expect := want[j].told
			if j == i {
				expect += 0.125
			}
			if !scalar.EqualWithinAbs(after[j].told, expect, 1e-12) {
				t.Errorf("turning %s makes %s %v, want %v", w.of, want[j].of, after[j].told, expect)
			}
		}
	}
	if k := surfaceKnobs(&group{of: "wall", told: sim.Surface{Elasticity: 1, Friction: 3}}, 4); k[0].start != 0.95 || k[1].start != 0.05 || k[0].told != 1 || k[1].told != 3 {
		t.Errorf("surfaces begin at %v and %v", k[0].start, k[1].start)
	}
	if k := surfaceKnobs(&group{of: "wall"}, 4); k[0].start != 0.05 {
		t.Errorf("elasticity begins at %v", k[0].start)
	}
}

// TestScalesAreUndone, and a step of each is what it says.
func TestScalesAreUndone(t *testing.T) {
	t.Parallel()
	for of, want := range map[scale]float64{linear: 0.3, log: math.Log(0.3), keep: math.Pow(0.3, 0.02)} {
		k := knob{scale: of}
		if got := k.inner(0.3, 0.02); !scalar.EqualWithinAbs(got, want, 1e-12) || !scalar.EqualWithinAbs(k.outer(got, 0.02), 0.3, 1e-12) {
			t.Errorf("scale %d: %v, back %v", of, got, k.outer(got, 0.02))
		}
	}
	if got := (&knob{scale: log}).inner(0, 0.02); math.IsInf(got, 0) {
		t.Error("the logarithm of nothing is infinite")
	}
}

// TestOnlyAnchorsThatDifferAreOfTheirEpisode.
func TestOnlyAnchorsThatDifferAreOfTheirEpisode(t *testing.T) {
	t.Parallel()
	a, b := knobbed(), knobbed()
	b.Joints[4].AnchorB.X = 0.5
	got := map[string]int{}
	for _, k := range looseKnobs([]*sim.Scene{a, b, knobbed()}, 4) {
		got[fmt.Sprintf("%s in %d", k.of, k.episode)]++
	}
	want := map[string]int{"pivot a.x in -1": 1, "pivot a.y in -1": 1, "pivot b.y in -1": 1, "pivot b.x in 0": 1, "pivot b.x in 1": 1, "pivot b.x in 2": 1}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// TestLawsOfSolidsCountFromTheFirstClass: a power from −4 to 4, and factors from a millionth to a million.
func TestLawsOfSolidsCountFromTheFirstClass(t *testing.T) {
	t.Parallel()
	law := &identify.Solids{Power: 1.5, Classes: []identify.SolidClass{{Name: "disc", Density: 2, Moment: 0.5}, {Name: "box", Density: 3, Moment: 0.7}}}
	knobs := solidKnobs(law)
	got := ""
	for i, k := range knobs {
		got += fmt.Sprintf("%s of %s: %v from %v to %v; ", k.name, k.of, k.told, k.low, k.high)
		turned := law.Clone()
		if k.rule(turned, 9); solidKnobs(turned)[i].told != 9 || !k.anywhere {
			t.Errorf("turning %s of %s changes %+v", k.name, k.of, turned)
		}
	}
	if want := "mass of power: 1.5 from -4 to 4; moment of disc: 0.5 from 1e-06 to 1e+06; mass of box: 3 from 1e-06 to 1e+06; moment of box: 0.7 from 1e-06 to 1e+06; "; got != want {
		t.Errorf("got %s", got)
	}
}
