package edit

import (
	"fmt"
	"math"
	"regexp"
	"strings"
	"testing"

	"orrery/sim"
	"orrery/sim/golden"
)

// lists are those of a file that have no lists in them, over several lines.
var lists = regexp.MustCompile(`\[\s+[^][{}]*\]`)

// changes appends the lines of a text that another lacks, and how many are gone.
func changes(out *strings.Builder, before, after string) {
	flat := func(text string) string {
		return lists.ReplaceAllStringFunc(text, func(list string) string { return strings.Join(strings.Fields(list), " ") })
	}
	before, after = flat(before), flat(after)
	left := map[string]int{}
	for line := range strings.Lines(before) {
		left[strings.TrimRight(line, ",\n")]++
	}
	for line := range strings.Lines(after) {
		line = strings.TrimRight(line, ",\n")
		if left[line]--; left[line] < 0 {
			fmt.Fprintf(out, "\t%s\n", strings.TrimSpace(line))
		}
	}
	gone := 0
	for _, n := range left {
		gone += max(n, 0)
	}
	if gone > 0 {
		fmt.Fprintf(out, "\t%d lines are gone\n", gone)
	}
}

// undone takes back all that was done to a document.
func undone(d *Document) {
	for len(d.Undoable()) > 0 {
		d.Undo()
	}
	d.Select()
}

// TestEveryPropertyIsWhatItWas: its words, its step, what it writes, and what dragging makes of it.
func TestEveryPropertyIsWhatItWas(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	for _, text := range []string{yard, `{"format": 2, "arena": [4, 3], "task": {"cost": {"speed": "a"}, "hold": true, "held_s": 0.5, "success": {"speed": "a", "below": 0.1}},
		"bodies": [{"name": "a", "ellipse": [0.2, 0.1], "grip": 0.5}, {"name": "b", "capsule": [0.5, 0.1], "at": [1, 0]}, {"name": "c", "kind": "kinematic", "box": [0.1, 0.2], "at": [-1, 0]}],
		"actuators": [{"name": "servo", "servo": "c", "axis": [1, 0], "limit": 1}, {"name": "thrust", "thrust": "a", "axis": [1, 0], "low": -1, "high": 2}],
		"joints": [{"name": "rope", "rope": ["a", "b"], "length": 1.2}]}`} {
		d, err := Open("it.scenario.json", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		before := string(d.Text())
		for _, i := range append([]Item{{}}, d.Items()...) {
			choose := func() []Section {
				undone(d)
				if i.Kind != "" {
					d.Select(i)
				}
				return Sections(d)
			}
			for k, s := range choose() {
				fmt.Fprintf(&out, "# %s\n", s.Title)
				for n := range s.Properties {
					p := choose()[k].Properties[n]
					fmt.Fprintf(&out, "%s [%s] %q usually %q step %v of %q fixed %v\n", p.Name, p.Unit, p.Value, p.Usual, p.Step, p.Choices, p.Fixed)
					value := "0.75"
					switch {
					case len(p.Choices) > 0:
						value = p.Choices[len(p.Choices)-1]
					case p.Step == 0:
						value = "other"
					case p.Unit != "":
						value = "3 " + p.Unit
					}
					if err := p.Set(d, value); err != nil {
						fmt.Fprintf(&out, "\t%v\n", err)
					}
					changes(&out, before, string(d.Text()))
					if p = choose()[k].Properties[n]; p.Dragged() {
						d.Begin("drag")
						if err := p.Drag(d, 3); err != nil {
							fmt.Fprintf(&out, "\tdragged: %v\n", err)
						}
						d.Commit()
						changes(&out, before, string(d.Text()))
					}
				}
			}
		}
	}
	golden.Compare(t, "testdata/properties.txt", out.String())
}

// TestEveryToolWritesWhatItDid: from and to things and empty places, with what was sketched and hinted on the way.
func TestEveryToolWritesWhatItDid(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	d := openYard(t)
	before := string(d.Text())
	b := NewBench(d)
	sketch := func() {
		s := b.Sketch()
		fmt.Fprintf(&out, "\t%s\n\t%s\n", b.Hint(true, false), b.Hint(false, true))
		for _, l := range s.Lines {
			fmt.Fprintf(&out, "\tline %.6g %v\n", l.Corners, l.Closed)
		}
		fmt.Fprintf(&out, "\tdiscs %.6g, guides %.6g, %q at %.6g, lasso %v, crossed %v\n", s.Discs, s.Guides, s.Size, s.At, s.Lasso, s.Crossed)
	}
	for _, tool := range Tools() {
		for k, way := range [][2]sim.Vec{
			{{X: 1, Y: 0.52}, {X: -0.9, Y: 0.53}}, {{X: 0.02, Y: -1}, {X: 2.53, Y: -1.51}}, {{X: -1, Y: 0.5}, {X: 0.04, Y: -0.96}}, {{X: -2, Y: 1.02}, {X: -2.2, Y: 2.31}},
			{{X: 3.01, Y: 2.02}, {X: 3.43, Y: 2.22}}, {{X: 0.01, Y: -2.01}, {X: 0, Y: -2}},
		} {
			undone(d)
			from, to := Pointer{At: way[0], Reach: 0.07, Grid: 0.1, Free: k == 3}, Pointer{At: way[1], Reach: 0.07, Grid: 0.1, Shift: k == 4, Free: k == 3}
			fmt.Fprintf(&out, "# %s from %v to %v\n", tool.Name, way[0], way[1])
			b.Take(tool.Name)
			b.Down(from)
			b.Move(to)
			sketch()
			b.Up(to)
			if b.Busy() {
				for _, by := range []sim.Vec{{X: 0.3}, {X: 0.3, Y: 0.4}, {Y: 0.6}} {
					p := from
					p.At = to.At.Add(by)
					b.Down(p)
					b.Up(p)
				}
				sketch()
				b.Finish()
			}
			fmt.Fprintf(&out, "\trefused %q, done %q, selected %v\n", b.Refusal(), d.Undoable(), d.Selection())
			changes(&out, before, string(d.Text()))
			b.Cancel()
		}
	}
	golden.Compare(t, "testdata/tools.txt", out.String())
}

// TestWhatIsMovedIsWrittenAsItWas: all things turned, scaled along each axis of a frame, mirrored, moved, copied and welded.
func TestWhatIsMovedIsWrittenAsItWas(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	d := openYard(t)
	before := string(d.Text())
	about := sim.Vec{X: 0.5, Y: -0.25}
	for _, c := range []struct {
		name string
		do   func() error
	}{
		{"move", func() error { return d.Move(sim.Vec{X: 0.3, Y: -0.2}) }},
		{"rotate", func() error { return d.Rotate(about, math.Pi/6) }},
		{"scale", func() error { return d.Scale(about, sim.Vec{X: 1.5, Y: 0.5}, 0.3) }},
		{"scale upright", func() error { return d.Scale(about, sim.Vec{X: 2, Y: 1}, 0) }},
		{"scale to nothing", func() error { return d.Scale(about, sim.Vec{X: 1, Y: 1e-6}, 0) }},
		{"mirror", d.Mirror},
		{"duplicate", func() error { return d.Duplicate(sim.Vec{X: 0.2, Y: -0.2}) }},
		{"group", d.Group},
		{"lock", d.Lock},
		{"delete", d.Delete},
	} {
		for _, i := range append([]Item{{}}, d.Items()...) {
			undone(d)
			if d.SelectAll(); i.Kind != "" {
				d.Select(i)
			}
			low, high, bounded := d.Bounds(d.Selection()...)
			fmt.Fprintf(&out, "# %s %s, %.6g to %.6g %v\n", c.name, d.NameOf(d.Selection()[0]), low, high, bounded)
			if err := c.do(); err != nil {
				fmt.Fprintf(&out, "\t%v\n", err)
			}
			changes(&out, before, string(d.Text()))
		}
	}
	golden.Compare(t, "testdata/moved.txt", out.String())
}
