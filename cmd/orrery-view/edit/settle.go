package edit

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"orrery/sim"
	"orrery/sim/expression"
	"orrery/sim/input"
	"orrery/sim/scenario"
	"orrery/sim/scenario/file"
)

// settle writes down what was drawn of things that depend on chance or are copies, so that each is a thing of its own and
// stays where it is. It is a part of the gesture that is made. What is selected stays so.
func (d *Document) settle() error {
	w := &writer{d: d, from: d.file, scene: d.scene, made: d.made}
	if !w.needed() {
		return nil
	}
	f := w.written()
	err := d.put(f)
	for _, less := range []struct {
		what string
		out  func()
	}{ // a task may speak of all copies of what has none any more
		{"what learners observe", func() {
			if f.Task != nil {
				f.Task.Observe = nil
			}
		}}, {"its policies", func() { f.Policies = nil }}, {"its task", func() { f.Task = nil }},
	} {
		if err == nil {
			break
		}
		less.out()
		if err = d.put(f); err == nil {
			d.lost = less.what + " spoke of copies, which are things of their own now, and was left out"
		}
	}
	if err != nil {
		return err
	}
	d.marks = d.marks.moved(w.now)
	var selected []Item
	for _, i := range d.gesture.chosen {
		if now, ok := w.now(i); ok && d.has(now) {
			selected = append(selected, now)
		}
	}
	d.selection = selected
	d.gesture.base = d.state
	return nil
}

// writer writes down what was drawn.
type writer struct {
	d     *Document
	from  *file.Scenario
	scene *sim.Scene
	made  *scenario.Made

	params  map[string]bool
	items   map[Item]Item   // where they are now
	counted map[string]bool // names of what had copies
}

// needed reports whether anything is drawn by chance or has copies.
func (w *writer) needed() bool {
	w.params = map[string]bool{}
	for _, e := range w.from.Params {
		w.params[e.Name] = true
	}
	f := w.from
	return slices.ContainsFunc(f.Bodies, func(b file.Body) bool { return !w.fixedBody(&b) }) ||
		slices.ContainsFunc(f.Walls, func(b file.Wall) bool { return !w.fixedWall(&b) }) ||
		slices.ContainsFunc(f.Joints, func(j file.Joint) bool { return !j.Count.IsZero() }) ||
		slices.ContainsFunc(f.Fields, func(b file.Field) bool { return !w.steady(b.Strength) || !b.Chance.IsZero() }) ||
		slices.ContainsFunc(f.Goals, func(g file.Goal) bool { return g.Scatter != nil || !w.fixedGoal(&g) })
}

var identifier = regexp.MustCompile(`[A-Za-z_][A-Za-z_0-9.]*`)

// steadyWords are those of expressions that do not depend on chance, units among them.
var steadyWords = map[string]bool{}

func init() {
	for _, word := range strings.Fields("pi deg rad m cm mm kg g s ms sqrt abs min max clamp sign floor ceil round exp log sin cos tan asin acos atan atan2 hypot and or not e") {
		steadyWords[word] = true
	}
}

// steady reports whether a number depends on params alone.
func (w *writer) steady(n file.Number) bool {
	if n.Chance != nil {
		return false
	}
	if n.Text == nil {
		return true
	}
	for _, word := range identifier.FindAllString(*n.Text, -1) {
		if !steadyWords[word] && !w.params[word] {
			return false
		}
	}
	return true
}

func (w *writer) steadyPoints(list ...*file.Point) bool {
	for _, p := range list {
		if p != nil && !(w.steady(p[0]) && w.steady(p[1])) {
			return false
		}
	}
	return true
}

func (w *writer) steadyOutline(o *file.Outline) bool {
	for _, list := range [][]file.Point{o.Polygon, o.Segment, o.Chain} {
		for i := range list {
			if !w.steadyPoints(&list[i]) {
				return false
			}
		}
	}
	return w.steady(o.Circle) && w.steady(o.Rounding) && w.steadyPoints(o.Ellipse, o.Box, o.Capsule)
}

func (w *writer) steadyShape(s *file.Shape) bool {
	for i := range s.Shapes {
		p := &s.Shapes[i]
		if !w.steadyOutline(&p.Outline) || !w.steadyPoints(p.At) || !w.steady(p.Angle) {
			return false
		}
	}
	return w.steadyOutline(&s.Outline)
}

// fixedBody reports whether a body of the file is one body, where it is and as it looks in all episodes.
func (w *writer) fixedBody(b *file.Body) bool {
	return b.Count.IsZero() && b.Scatter == nil && b.Variants == nil && w.steadyShape(&b.Shape) &&
		w.steadyPoints(b.At, b.Velocity, b.Centre) && w.steady(b.Angle) && w.steady(b.Spin)
}

func (w *writer) fixedWall(b *file.Wall) bool {
	return b.Count.IsZero() && b.Scatter == nil && w.steadyShape(&b.Shape) && w.steadyPoints(b.At) && w.steady(b.Angle)
}

func (w *writer) fixedGoal(g *file.Goal) bool {
	if g.Place != nil && !w.steadyPoints(g.Place.At) {
		return false
	}
	if g.Pose != nil && !(w.steady(g.Pose[0]) && w.steady(g.Pose[1]) && w.steady(g.Pose[2])) {
		return false
	}
	return w.steady(g.Angle) && w.steady(g.Radius)
}

// name returns the name that a body of the scene has in the file that is written.
func (w *writer) name(i int) string { return w.scene.Bodies[i].Name }

func (w *writer) origin(i int) sim.Vec { return w.made.Bodies[i].Origin }

// written returns the file.
func (w *writer) written() *file.Scenario {
	f := copied(w.from)
	w.items, w.counted = map[Item]Item{}, map[string]bool{}
	w.bodies(f)
	w.walls(f)
	w.joints(f)
	w.fields(f)
	w.actuators(f)
	w.goals(f)
	for _, kind := range []Kind{Region, Point, Arena} {
		for i := range count(f, kind) {
			w.items[Item{Kind: kind, Index: i}] = Item{Kind: kind, Index: i}
		}
	}
	referTo(f, w.refer)
	if f.Task != nil {
		f.Task.Observe = w.observed(f.Task.Observe)
	}
	return f
}

// copies reports whether a reference is to something that had copies, or to one of them.
func (w *writer) copies(reference string) bool {
	base, _, _ := strings.Cut(reference, ".")
	base, _, bracket := strings.Cut(base, "[")
	return bracket || w.counted[base]
}

// bodies writes the bodies.
func (w *writer) bodies(f *file.Scenario) {
	f.Bodies = nil
	for i, s := range w.made.Bodies {
		entry := &w.from.Bodies[s.Entry]
		w.items[Item{Body, s.Entry, s.Copy}] = Item{Kind: Body, Index: len(f.Bodies)}
		if w.fixedBody(entry) {
			kept := *entry
			kept.Name = w.name(i)
			f.Bodies = append(f.Bodies, kept)
			continue
		}
		if !entry.Count.IsZero() {
			w.counted[strings.TrimRight(w.name(i), "0123456789")] = true
			if entry.Name != "" {
				w.counted[entry.Name] = true
			}
		}
		f.Bodies = append(f.Bodies, w.body(i, entry, f))
	}
}

// joints writes the joints.
func (w *writer) joints(f *file.Scenario) {
	f.Joints = nil
	for i, s := range w.made.Joints {
		entry := w.from.Joints[s.Entry]
		w.items[Item{Joint, s.Entry, 0}] = Item{Kind: Joint, Index: len(f.Joints)}
		ends := endsOf(&entry)
		if entry.Count.IsZero() && ends != nil && !w.copies(ends[0]) && !w.copies(ends[1]) {
			f.Joints = append(f.Joints, entry)
			continue
		}
		f.Joints = append(f.Joints, jointOfFrames(f, &w.scene.Joints[i], w.name, w.origin))
	}
}

// fields writes the forces at a distance.
func (w *writer) fields(f *file.Scenario) {
	f.Fields = nil
	for i, s := range w.made.Fields {
		entry := w.from.Fields[s.Entry]
		w.items[Item{Field, s.Entry, 0}] = Item{Kind: Field, Index: len(f.Fields)}
		ends := fieldEnds(&entry)
		if ends != nil && !w.copies(ends[0]) && !w.copies(ends[1]) && w.steady(entry.Strength) && entry.Chance.IsZero() {
			f.Fields = append(f.Fields, entry)
			continue
		}
		f.Fields = append(f.Fields, fieldOf(&w.scene.Fields[i], w.name))
	}
}

// actuators writes what actions drive.
func (w *writer) actuators(f *file.Scenario) {
	f.Actuators = nil
	last := -1
	for i, s := range w.made.Actuators {
		entry := w.from.Actuators[s.Entry]
		w.items[Item{Actuator, s.Entry, 0}] = Item{Kind: Actuator, Index: len(f.Actuators)}
		if body := driven(&entry); body != nil && !w.copies(*body) && !w.copies(entry.Against) {
			if s.Entry != last { // xy is two in the scene and one in the file
				f.Actuators = append(f.Actuators, entry)
			} else {
				w.items[Item{Actuator, s.Entry, 0}] = Item{Kind: Actuator, Index: len(f.Actuators) - 1}
			}
			last = s.Entry
			continue
		}
		f.Actuators = append(f.Actuators, actuatorOf(&w.scene.Actuators[i], w.name))
	}
}

// goals writes the goals.
func (w *writer) goals(f *file.Scenario) {
	f.Goals = nil
	for i, s := range w.made.Goals {
		entry := w.from.Goals[s.Entry]
		w.items[Item{Goal, s.Entry, 0}] = Item{Kind: Goal, Index: len(f.Goals)}
		if !w.copies(entry.Body) && entry.Scatter == nil && w.fixedGoal(&entry) {
			f.Goals = append(f.Goals, entry)
			continue
		}
		f.Goals = append(f.Goals, goalOfFrames(f, &w.scene.Goals[i], w.name, w.origin))
	}
}

// observed returns what is observed, of each copy for itself.
func (w *writer) observed(list []file.See) []file.See {
	var out []file.See
	for _, see := range list {
		entry := slices.IndexFunc(w.from.Bodies, func(b file.Body) bool { return b.Name == see.Of && see.Of != "" && !b.Count.IsZero() })
		if entry < 0 {
			out = append(out, see)
			continue
		}
		for i, s := range w.made.Bodies {
			if s.Entry != entry {
				continue
			}
			one := see
			one.Of = w.name(i)
			if see.As != nil {
				as := filled(*see.As, s.Copy)
				one.As = &as
			}
			out = append(out, one)
		}
	}
	return out
}

// filled returns a name in which the expression in braces has its value for a copy.
func filled(name string, copy int) string {
	before, rest, ok := strings.Cut(name, "{")
	text, after, closed := strings.Cut(rest, "}")
	if e, err := expression.Parse(text); ok && closed && err == nil {
		if run, err := e.Compile([]string{"i"}); err == nil {
			return before + fmt.Sprint(run.Eval(&expression.Env{Values: []float64{float64(copy)}})) + after
		}
	}
	return name
}

// now returns where an item is in the file that was written.
func (w *writer) now(i Item) (Item, bool) {
	now, ok := w.items[i]
	return now, ok
}

// refer returns a reference to a copy by its number as one by its name: box2 for box[2].
func (w *writer) refer(name string) string {
	base, rest, ok := strings.Cut(name, "[")
	number, rest, closed := strings.Cut(rest, "]")
	if _, isNumber := input.ParseNumber(number); !ok || !closed || !isNumber {
		return name
	}
	return base + number + rest
}

// body returns a body of the scene as it was drawn. What depends on params alone stays as the file has it.
func (w *writer) body(i int, entry *file.Body, f *file.Scenario) file.Body {
	b := bodyOf(w.scene, i, w.origin(i), f)
	if entry.Variants != nil {
		return b
	}
	if w.steadyShape(&entry.Shape) {
		b.Shape, b.Points = entry.Shape, w.points(entry, b)
		if w.steadyPoints(entry.Centre) && w.steady(entry.Mass) && w.steady(entry.Moment) && w.steady(entry.Density) {
			b.Density, b.Mass, b.Moment, b.Centre = entry.Density, entry.Mass, entry.Moment, entry.Centre
		}
	}
	if w.steady(entry.Friction) && w.steady(entry.Elasticity) {
		b.Surface = entry.Surface
	}
	if g := entry.Grip; g != nil && w.steady(g.Even) && w.steady(g.Along) && w.steady(g.Across) && w.steady(g.Spin) {
		b.Grip = g
	}
	b.Group = entry.Group
	return b
}

// points returns the points of a body as the file has them, unless they depend on chance.
func (w *writer) points(entry *file.Body, drawn file.Body) input.Entries[file.Point] {
	for i := range entry.Points {
		if !w.steadyPoints(&entry.Points[i].Value) {
			return drawn.Points
		}
	}
	return entry.Points
}

// walls writes the walls.
func (w *writer) walls(f *file.Scenario) {
	f.Walls = nil
	for _, s := range w.made.Walls {
		if s.Entry == scenario.ArenaEntry {
			continue
		}
		item := Item{Wall, s.Entry, s.Copy}
		if _, done := w.items[item]; done {
			continue
		}
		w.items[item] = Item{Kind: Wall, Index: len(f.Walls)}
		entry := &w.from.Walls[s.Entry]
		if w.fixedWall(entry) {
			f.Walls = append(f.Walls, *entry)
			continue
		}
		var shapes []sim.Shape
		for _, k := range w.d.WallsOf(item) {
			shapes = append(shapes, w.scene.Walls[k])
		}
		name := shapes[0].Name
		if entry.Count.IsZero() {
			name = entry.Name
		}
		wall := wallOf(shapes, name)
		if w.steady(entry.Friction) && w.steady(entry.Elasticity) {
			wall.Surface = entry.Surface
		}
		f.Walls = append(f.Walls, wall)
	}
}
