package screen

import (
	"fmt"
	"image"
	"regexp"
	"strings"
	"testing"

	"orrery/cmd/orrery-view/edit"
	"orrery/sim/golden"
	"orrery/sim/render"
)

// everything is a scene with a thing of each kind, tied and driven in every way.
const everything = `{"format": 2, "arena": [8, 6], "gravity": [0, -3], "params": {"grip": {"default": 0.5, "min": 0.1, "max": 2, "unit": "m/s²"}},
	"points": {"hook": [1, 1], "spot": [-1, -1.5]},
	"regions": {"pen": {"box": [0.6, 0.4], "at": [2, -1.5], "angle": 0.1}},
	"walls": [{"name": "ledge", "segment": [[-2.5, -2], [-1.5, -2]]}, {"name": "stone", "box": [0.4, 0.2], "at": [2.2, 1.2], "angle": 0.3}],
	"bodies": [
		{"name": "ball", "circle": 0.1, "at": [1, 0.5], "velocity": [1, 2], "spin": 3, "points": {"rim": [0.1, 0]}},
		{"name": "bar", "box": [0.8, 0.2], "at": [-1, 0.5], "angle": 0.5, "mass": 2, "points": {"tip": [0.4, 0]}},
		{"name": "cart", "polygon": [[-0.2, -0.1], [0.2, -0.1], [0.1, 0.2]], "at": [0, -1]},
		{"name": "pusher", "kind": "kinematic", "circle": 0.15, "at": [-2, 1]}],
	"joints": [
		{"name": "string", "rope": ["ball", "hook"], "length": 0.6},
		{"name": "rail", "groove": ["cart", "world"], "from": [-0.5, -1], "to": [0.5, -1]},
		{"name": "coil", "spring": ["bar.tip", "cart"], "length": 1, "stiffness": 5},
		{"name": "nail", "pivot": ["bar", "world"], "at": [-1, 0.5]},
		{"name": "wheel", "motor": ["bar", "cart"], "rate": 2, "max_torque": 1}],
	"fields": [{"name": "pull", "inverse_square": ["ball", "bar"], "strength": -1}],
	"actuators": [{"name": "push", "force": "cart", "limit": 3}, {"name": "twist", "torque": "bar", "against": "ball", "limit": 1}, {"name": "pace", "velocity": "pusher"}],
	"goals": [{"name": "there", "body": "ball", "place": [1.5, 0.5], "radius": 0.1}, {"name": "so", "body": "bar", "pose": [-1, 1, 0.2]},
		{"name": "penned", "body": "cart", "region": "pen"}]}`

// clocked is what a clock has measured, and what stands beside it.
var clocked = regexp.MustCompile(`/frame$|^\d+ /s$|^(engine|model|pictures|decision)$`)

// album is how screens look, one after the other.
type album struct {
	strings.Builder
	last []string // lines of the last screen
}

// add adds to an album what is new on a screen since the last one, and how much is gone.
func (a *album) add(s *Screen, title string) {
	var text strings.Builder
	s.looks(&text)
	lines, count := strings.Split(text.String(), "\n"), map[string]int{}
	for _, line := range a.last {
		count[line]++
	}
	fmt.Fprintf(a, "# %s\n", title)
	for _, line := range lines {
		if count[line]--; count[line] < 0 {
			fmt.Fprintln(a, line)
		}
	}
	gone := 0
	for _, n := range count {
		gone += max(n, 0)
	}
	fmt.Fprintf(a, "%d lines are gone\n", gone)
	a.last = lines
}

// looks writes all that a screen draws, a line for each text and for paths that follow each other in one style, and all that
// can be pressed.
func (s *Screen) looks(out *strings.Builder) {
	style, count, sum := "", 0, render.Point{}
	flush := func() {
		if style != "" {
			fmt.Fprintf(out, "%s: %d points, %.1f %.1f\n", style, count, sum.X, sum.Y)
		}
		style, count, sum = "", 0, render.Point{}
	}
	colour := func(c render.Colour) string { return fmt.Sprintf("%02x%02x%02x%02x", c.R, c.G, c.B, c.A) }
	for _, item := range s.List().Items {
		if path, is := item.(render.Path); is {
			k := path.Stroke
			if of := fmt.Sprintf("path %v %s %s %.4g %.4g %.4g %v", path.Open, colour(path.Fill), colour(k.Colour), k.Width, k.Dash, k.Gap, k.Round); of != style {
				flush()
				style = of
			}
			for _, c := range path.Contours {
				count += len(c)
				for i, p := range c { // where the order of points counts, too
					sum.X += p.X * (1 + float64(i%7)/8)
					sum.Y += p.Y * (1 + float64(i%7)/8)
				}
			}
			continue
		}
		flush()
		switch item := item.(type) {
		case render.Text:
			if !clocked.MatchString(item.Value) {
				fmt.Fprintf(out, "text %.1f %.1f %d %.4g %v %s %q\n", item.At.X, item.At.Y, item.Align, item.Size, item.Bold, colour(item.Colour), item.Value)
			}
		case render.Clip:
			fmt.Fprintf(out, "clip %v\n", item.Part)
		case render.Photo:
			fmt.Fprintf(out, "photo %v\n", item.Into)
		}
	}
	flush()
	for _, w := range s.widgets() {
		fmt.Fprintf(out, "widget %d %q %q %q %v %.4f %v\n", w.Kind, w.Name, w.Text, w.Value, w.On, w.Share, w.Part)
	}
}

// TestScreensAreDrawnAsTheyWere: every line, text and button of the session and of its modes.
func TestScreensAreDrawnAsTheyWere(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	t.Parallel()
	var out album
	for _, size := range []struct {
		image.Point
		theme string
		scale float64
	}{{image.Pt(1280, 800), "dark", 1}, {image.Pt(780, 1688), "light", 2}} {
		s := open(t, "push")
		if err := s.SetTheme(size.theme); err != nil {
			t.Fatal(err)
		}
		s.Resize(size.X, size.Y, size.scale)
		s.Session.Pause(true)
		look := func(what string) {
			t.Helper()
			for n := 0; s.Session.Forecast() == nil || s.Session.Forecast().From != s.Session.Frame(); n++ {
				if s.wait(1); n == 5000 {
					t.Fatal("nothing is predicted")
				}
			}
			s.wait(20)
			out.add(s, fmt.Sprintf("%s %v", what, size))
		}
		look("sandbox")
		s.hit("v")
		s.hit("i")
		s.hit("c")
		s.Session.Step(10)
		look("after 10 frames, with velocities, numbers and contacts")
		s.hit("F1")
		look("help")
		s.hit("F1")
		s.hit("q")
		look("a quantity")
		s.hit("g")
		s.hit("t")
		s.hit("e")
		s.hit("F2")
		s.hit("Tab")
		look("no ghost, trails, errors, readings, and the other state of the panel")
	}
	golden.Compare(t, "testdata/screens.txt", out.String())
}

// TestTheEditModeIsDrawnAsItWas: every tool half-way, and the panel of every thing.
func TestTheEditModeIsDrawnAsItWas(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	t.Parallel()
	var out album
	for _, size := range []image.Point{{1280, 800}, {390, 844}} {
		s := open(t, "push")
		s.Resize(size.X, size.Y, 1)
		d, err := edit.Open("everything.scenario.json", []byte(everything))
		if err != nil {
			t.Fatal(err)
		}
		s.Edit(d)
		s.wait(1)
		out.add(s, fmt.Sprintf("edit %v", size))
		seen := map[edit.Kind]bool{}
		for _, i := range d.Items() {
			if !seen[i.Kind] {
				seen[i.Kind] = true
				d.Select(i)
				s.wait(1)
				out.add(s, fmt.Sprintf("%v %s", size, i.Kind))
			}
		}
		d.SelectAll()
		s.wait(1)
		out.add(s, fmt.Sprintf("%v all", size))
		d.Select()
		if size.X < 1000 {
			continue
		}
		middle := render.Point{X: float64(s.places.stage.Min.X+s.places.stage.Max.X) / 2, Y: float64(s.places.stage.Min.Y+s.places.stage.Max.Y) / 2}
		for _, tool := range edit.Tools() {
			s.take(tool.Name)
			s.Update(Input{Mouse: middle})
			s.Update(Input{Mouse: middle, Left: true})
			beside := render.Point{X: middle.X + 60, Y: middle.Y - 40}
			s.Update(Input{Mouse: beside, Left: true})
			out.add(s, "while "+tool.Name)
			s.Update(Input{Mouse: beside})
			s.wait(1)
			s.hit("Escape")
			for len(d.Undoable()) > 0 {
				d.Undo()
			}
			d.Select()
		}
	}
	golden.Compare(t, "testdata/edits.txt", out.String())
}
