package links

import (
	"strings"
	"testing"

	"orrery/sim"
	"orrery/world/identify"
)

// told returns what is told of graphs of three bodies: in each the signs of the pairs and how likely they are.
func toldOf(family *family, guess guess, o *identify.Options, signs [][]int8, likely [][]float64, values ...float64) *report {
	scene := &sim.Scene{Bodies: make([]sim.Body, 3)}
	c := &choice{family: family, guess: guess, n: 3, signs: signs, likely: likely}
	r := &report{Result: &identify.Result{}, scene: scene, label: identify.Label{Scene: scene}, tracks: make([]*track, len(signs)), episodes: []int{4, 7}}
	v := len(values)
	h := make([]float64, v*v)
	for k := range v {
		h[k*v+k] = 4
	}
	r.found = &found{choice: c, fitting: &fitting{values: values, h: h}, variance: 9}
	for _, s := range signs {
		tie := &ties{}
		for _, z := range s {
			for k := range family.terms {
				if z != 0 {
					tie.to, tie.sign = append(tie.to, k), append(tie.sign, float64(z))
				}
			}
		}
		r.tie = append(r.tie, tie)
	}
	r.tell(o)
	return r
}

// TestUnsurePairsAreCountedAndListed: those with more than 5 and less than 95 of 100 chances are unsure, those with one of 100 or more
// are told of, what was chosen has better chances than not, and what was not has worse.
func TestUnsurePairsAreCountedAndListed(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		signs  []int8
		likely []float64
		chance []float64 // of the pairs that are listed
		unsure string
	}{
		{[]int8{1, 0, 0}, []float64{0.96, 0.04, 0.005}, []float64{0.96, 0.04}, ""},
		{[]int8{1, 0, 0}, []float64{0.94, 0.06, 0.01}, []float64{0.94, 0.06, 0.01}, "Of 2 pairs it is not sure"},
		{[]int8{1, 1, 0}, []float64{1, 0.3, 0.8}, []float64{1, 0.5 + 1e-9, 0.5}, "Of 2 pairs it is not sure"},
		{[]int8{1, 0, 0}, []float64{1, 0.051, 0.0099}, []float64{1, 0.051}, "Of 1 pairs it is not sure"},
	} {
		r := toldOf(&families[0], guess{values: true}, &identify.Options{}, [][]int8{c.signs}, [][]float64{c.likely}, -8)
		if len(r.Edges) != len(c.chance) {
			t.Errorf("%v: %d edges, want %d", c.likely, len(r.Edges), len(c.chance))
			continue
		}
		for k, e := range r.Edges {
			if e.Probability != c.chance[k] || e.Kind != identify.Spring || e.Episode == nil || *e.Episode != 4 {
				t.Errorf("%v: edge %d is %+v, want chances %v", c.likely, k, e, c.chance[k])
			}
		}
		said := strings.Join(r.Sentences, "\n")
		if strings.Contains(said, "not sure") != (c.unsure != "") || !strings.Contains(said, c.unsure) {
			t.Errorf("%v: it says %q", c.likely, said)
		}
	}
}

// TestStrengthsOfChargesHaveSigns at the pairs, and none where one number is of them all. Only what is wanted is told.
func TestStrengthsOfChargesHaveSigns(t *testing.T) {
	t.Parallel()
	signs, sure := [][]int8{{1, -1, 0}, {0, 0, 1}}, [][]float64{{1, 1, 0}, {0, 0, 1}}
	r := toldOf(&families[3], guess{values: true}, &identify.Options{}, signs, sure, -0.02)
	var got []float64
	for _, e := range r.Edges {
		got = append(got, e.Strength)
		if e.Kind != identify.Charge {
			t.Errorf("edge %+v", e)
		}
	}
	if len(got) != 3 || got[0] != -0.02 || got[1] != 0.02 || got[2] != -0.02 {
		t.Errorf("strengths %v", got)
	}
	if len(r.Parameters) != 1 || r.Parameters[0].Value != 0.02 || r.Parameters[0].Name != identify.Strength || r.Parameters[0].Of != identify.Scene {
		t.Errorf("parameters %+v", r.Parameters)
	}
	for _, only := range [][]identify.Name{{identify.Strength}, {identify.Length}} {
		r := toldOf(&families[3], guess{values: true}, &identify.Options{Only: only}, signs, sure, -0.02)
		if want := only[0] == identify.Strength; (len(r.Parameters) == 1) != want {
			t.Errorf("of %v alone there are %+v", only, r.Parameters)
		}
	}
	one := toldOf(&families[1], guess{graph: true, values: true}, &identify.Options{}, signs[:1], sure[:1], -8, 6)
	if len(one.Parameters) != 4 || one.Edges[0].Episode != nil || one.Edges[0].Strength != 0 {
		t.Errorf("of one graph there are %+v, %+v", one.Parameters, one.Edges)
	}
	if said := strings.Join(one.Sentences, " "); !strings.Contains(said, "All springs are equally strong") {
		t.Errorf("it says %q", said)
	}
}
