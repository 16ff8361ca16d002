package edit

import (
	"bytes"
	"fmt"
	"math"
	"strings"
	"testing"

	"orrery/sim"
)

// TestWhatIsRefusedChangesNothing and is said in words: gestures of each tool that lack something, and changes of what is there.
func TestWhatIsRefusedChangesNothing(t *testing.T) {
	t.Parallel()
	far := at(3.4, -2.6) // where there is nothing
	for _, c := range []struct {
		tool     string
		from, to Pointer
		want     string
	}{
		{"box", at(0, 1), at(0.5, 1), "a box must be wider and higher than 0: drag from corner to corner"},
		{"box", at(0, 1), at(0, 1.5), "a box must be wider and higher than 0: drag from corner to corner"},
		{"region", at(0, 1), at(0.5, 1), "a region must be wider and higher than 0: drag from corner to corner"},
		{"region", at(0, 1), at(0, 1.5), "a region must be wider and higher than 0: drag from corner to corner"},
		{"wall", far, far, "a wall needs two ends: drag from the one to the other"},
		{"thrust", at(0, -1), at(0, -1), "a thrust has a direction: drag from the body the way it shall push"},
		{"thrust", far, at(0, -1), "a thrust begins on the body that it shall push"},
		{"thrust", at(-2, 1), at(-1.5, 1.5), "pusher is moved by its velocity: a thrust needs a body that forces move"},
		{"reach", far, at(0, -1), "what must go somewhere is a body: begin on one"},
		{"reach", at(0, -1), at(0, -1), "drag from the body to where it must go"},
		{"avoid", far, at(0, -1), "what must not touch is a body: begin on one"},
		{"avoid", at(0, -1), far, "drag from the body to what it must not touch: a body or a wall"},
		{"avoid", at(0, -1), at(0, -1), "drag from the body to what it must not touch: a body or a wall"},
		{"slide", far, at(0, -1), "a slide begins on the body that shall slide"},
		{"slide", at(0, -1), at(0, -1), "a slide has a length: drag from the body along the line"},
		{"weld", at(0, -1), far, "a weld needs two bodies"},
		{"attract", at(0, -1), far, "a force needs two bodies"}, {"repel", far, at(0, -1), "a force needs two bodies"},
	} {
		b := NewBench(openYard(t))
		text := bytes.Clone(b.Document.Text())
		if try(b, c.tool, c.from, c.to); !strings.Contains(b.Refusal(), c.want) {
			t.Errorf("%s from %v to %v: %q, want %q", c.tool, c.from.At, c.to.At, b.Refusal(), c.want)
		}
		if !bytes.Equal(b.Document.Text(), text) || len(b.Document.Undoable()) != 0 {
			t.Errorf("%s from %v to %v: what is refused is done", c.tool, c.from.At, c.to.At)
		}
	}
	for tool, want := range map[string]string{"chain": "a chain needs two corners or more", "polygon": "a polygon needs three corners or more"} {
		b := NewBench(openYard(t))
		if b.Take(tool); b.finish() == nil || b.finish().Error() != want {
			t.Errorf("%s of no corners: %v", tool, b.finish())
		}
		for k := range map[string]int{"chain": 1, "polygon": 2}[tool] {
			b.Down(at(float64(k), 2))
			b.Up(at(float64(k), 2))
		}
		if err := b.finish(); err == nil || err.Error() != want {
			t.Errorf("%s of one corner too few: %v", tool, err)
		}
	}

	d := openYard(t)
	ball, cart := thing(t, d, "ball"), thing(t, d, "cart")
	set := func(name, text string) func() error {
		return func() error {
			d.Select()
			return property(t, d, name).Set(d, text)
		}
	}
	fixed := Property{Name: "mass", Fixed: true, set: nil}
	refused := map[string]map[string]func() error{
		"no gesture has begun": {"a try": func() error { return d.Try(nil) }},
		"a group needs two things: select them first": {
			"a group of none": func() error { d.Select(); return d.Group() }, "of one": func() error { d.Select(ball); return d.Group() },
		},
		"mass: it can only be changed in the file": {"what is fixed": func() error { return fixed.Set(d, "1") }},
		"a weld needs two bodies":                  {"of one": func() error { return d.Weld(ball, ball) }, "of a wall": func() error { return d.Weld(ball, thing(t, d, "ledge")) }, "by a wall": func() error { return d.Weld(thing(t, d, "ledge"), ball) }},
		"only polygons have corners":               {"a disc": func() error { return d.PutEnd(ball, 0, sim.Vec{}) }, "a box": func() error { return d.PutEnd(cart, 0, sim.Vec{}) }},
		"only joints and lines have ends":          {"a goal": func() error { return d.PutEnd(thing(t, d, "there"), 0, sim.Vec{}) }},
		"what has this end is gone":                {"a joint": func() error { return d.PutEnd(Item{Kind: Joint, Index: 99}, 0, sim.Vec{}) }},
	}
	small, whole, least := map[string]func() error{}, map[string]func() error{}, map[string]func() error{}
	for _, by := range []sim.Vec{{}, {X: 1}, {Y: 1}, {X: -1, Y: 1}, {X: 1, Y: 1e-6}, {X: math.NaN(), Y: 1}, {X: 1, Y: math.NaN()}} {
		small[fmt.Sprint(by)] = func() error { d.Select(ball); return d.Scale(sim.Vec{}, by, 0) }
	}
	for _, name := range []string{"frames", "steps a frame", "sweeps a step"} {
		for _, text := range []string{"some", "NaN", "Inf", "1e9", "-1e9", "1..2"} {
			whole[name+" "+text] = set(name, text)
		}
		for _, text := range []string{"0", "-3", "0.4"} {
			least[name+" "+text] = set(name, text)
		}
	}
	refused["a thing cannot be made that small"], refused["must be a whole number"], refused["must be at least 1"] = small, whole, least
	text := bytes.Clone(d.Text())
	for want, all := range refused {
		for what, do := range all {
			if err := do(); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %v, want %q", what, err, want)
			}
			if !bytes.Equal(d.Text(), text) || len(d.Undoable()) != 0 || d.Gesture() != "" {
				t.Fatalf("%s: what is refused is done", what)
			}
		}
	}
	for name, c := range map[string][2]string{"frames": {"59.6", "60"}, "steps a frame": {"2.5", "3"}, "sweeps a step": {"7.4", "7"}} {
		if err := set(name, c[0])(); err != nil || property(t, d, name).Value != c[1] {
			t.Errorf("%s of %s is %q, %v; want %s", name, c[0], property(t, d, name).Value, err, c[1])
		}
	}
	for _, i := range d.Items() {
		d.Select(i)
		if err := d.Lock(); err != nil {
			t.Fatal(err)
		}
		if err := d.PutEnd(i, 0, sim.Vec{}); err == nil || !strings.HasSuffix(err.Error(), "is locked: unlock it first") {
			t.Errorf("an end of %s, which is locked: %v", d.NameOf(i), err)
		}
	}
}
