package edit

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"orrery/sim"
	"orrery/sim/polygon"
	"orrery/sim/scenario/file"
)

// literal returns a number that reads well: lengths are rounded to a nanometre, which is far below the engine's own slop.
func literal(x float64) file.Number {
	const digits = 1e9
	if r := math.Round(x*digits) / digits; math.Abs(x) < 1e6 && (r != 0 || x == 0) {
		x = r + 0 // never -0
	}
	return file.Value(x)
}

func point(v sim.Vec) file.Point { return file.Point{literal(v.X), literal(v.Y)} }

func pointer(v sim.Vec) *file.Point {
	p := point(v)
	return &p
}

// angle returns the number of an angle, or none for 0.
func angle(a float64) file.Number {
	if n := literal(a); *n.Value != 0 {
		return n
	}
	return file.Number{}
}

// ofScene returns the file of a scenario that has one scene.
func ofScene(scene *sim.Scene) *file.Scenario {
	usual := sim.DefaultScene()
	f := &file.Scenario{Format: file.Format, Name: scene.Name, FPS: scene.FPS, Substeps: scene.Substeps, ChipmunkOrder: scene.ChipmunkOrder, Primed: scene.Primed}
	if scene.Iterations != usual.Iterations {
		f.Iterations = scene.Iterations
	}
	if scene.Slop != usual.Slop {
		f.Slop = file.Value(scene.Slop)
	}
	if scene.Bias != 0 {
		f.Bias = file.Value(scene.Bias)
	}
	if scene.Damping != 1 {
		f.Damping = file.Value(scene.Damping)
	}
	if scene.Gravity != (sim.Vec{}) {
		f.Gravity = pointer(scene.Gravity)
	}
	materials(f, scene)
	for _, p := range scene.Pairs {
		f.Pairs = append(f.Pairs, file.Pair{Of: [2]string{p.A, p.B}, Friction: file.Value(p.Friction), Elasticity: file.Value(p.Elasticity)})
	}
	for _, r := range scene.Regions {
		region := file.Region{}
		shape, at, turned := shapeOf([]sim.Shape{r.Shape}, true)
		region.Outline, region.At, region.Angle = shape.Outline, placed(at), angle(turned)
		f.Regions = append(f.Regions, entryOf(r.Name, region))
	}
	wallsOf(f, scene)
	for i := range scene.Bodies {
		f.Bodies = append(f.Bodies, bodyOf(scene, i, sim.Vec{}, f))
	}
	for _, p := range scene.Points {
		if p.Body == sim.World {
			f.Points = append(f.Points, entryOf(p.Name, point(p.At)))
		}
	}
	name := func(i int) string { return f.Bodies[i].Name }
	for i := range scene.Joints {
		f.Joints = append(f.Joints, jointOf(f, &scene.Joints[i], name))
	}
	for i := range scene.Fields {
		f.Fields = append(f.Fields, fieldOf(&scene.Fields[i], name))
	}
	for i := range scene.Actuators {
		f.Actuators = append(f.Actuators, actuatorOf(&scene.Actuators[i], name))
	}
	for i := range scene.Goals {
		f.Goals = append(f.Goals, goalOf(f, &scene.Goals[i], name))
	}
	return f
}

// placed returns a place, or nil for the origin.
func placed(at sim.Vec) *file.Point {
	if p := point(at); *p[0].Value != 0 || *p[1].Value != 0 {
		return &p
	}
	return nil
}

// materials names those of a scene. What shapes are like stands with them, so materials say nothing.
func materials(f *file.Scenario, scene *sim.Scene) {
	add := func(shapes []sim.Shape) {
		for i := range shapes {
			name := shapes[i].Material
			if name != "" && !slices.ContainsFunc(f.Materials, func(e entryM) bool { return e.Name == name }) {
				f.Materials = append(f.Materials, entryOf(name, file.Material{}))
			}
		}
	}
	add(scene.Walls)
	for i := range scene.Bodies {
		add(scene.Bodies[i].Shapes)
	}
}

// wallsOf adds the walls of a scene, or an arena where the first four are one.
func wallsOf(f *file.Scenario, scene *sim.Scene) {
	walls := scene.Walls
	if len(walls) >= 4 {
		first, corners := &walls[0], []sim.Vec{}
		for i := range walls[:4] {
			w := &walls[i]
			if w.Kind == sim.Segment && w.Radius == first.Radius && w.Surface() == first.Surface() && w.Material == first.Material && w.Vertices[1] == walls[(i+1)%4].Vertices[0] {
				corners = append(corners, w.Vertices[0])
			}
		}
		if len(corners) == 4 && corners[0].Y == corners[1].Y && corners[1].X == corners[2].X && corners[2].Y == corners[3].Y && corners[3].X == corners[0].X &&
			corners[0].X < corners[1].X && corners[0].Y < corners[2].Y {
			size := corners[2].Sub(corners[0])
			room := &file.Arena{}
			room.Size, room.At = point(size), placed(corners[0].Add(corners[2]).Scale(0.5))
			if first.Radius > 0 {
				room.Rounding = literal(first.Radius)
			}
			room.Surface = surfaceOf(first, sim.Surface{Friction: 1, Elasticity: 1})
			room.Bare = room.At == nil && room.Rounding.IsZero() && room.Surface == (file.Surface{})
			f.Arena, walls = room, walls[4:]
		}
	}
	for i := range walls {
		f.Walls = append(f.Walls, wallOf(walls[i:i+1], ""))
	}
}

// wallOf returns the wall of shapes in the world.
func wallOf(shapes []sim.Shape, name string) file.Wall {
	w := file.Wall{Name: name}
	shape, at, turned := shapeOf(shapes, true)
	w.Shape, w.At, w.Angle = shape, placed(at), angle(turned)
	w.Surface = surfaceOf(&shapes[0], sim.Surface{Friction: 1, Elasticity: 1})
	return w
}

// surfaceOf returns how a shape feels, as far as it is not as usual.
func surfaceOf(s *sim.Shape, usual sim.Surface) file.Surface {
	out := file.Surface{Material: s.Material}
	if s.Friction != usual.Friction || s.Material != "" {
		out.Friction = file.Value(s.Friction)
	}
	if s.Elasticity != usual.Elasticity || s.Material != "" {
		out.Elasticity = file.Value(s.Elasticity)
	}
	return out
}

// shapeOf returns what shapes look like. Where they may be moved, they are put where and turned as is returned, so that a
// rectangle anywhere is a box.
func shapeOf(shapes []sim.Shape, move bool) (shape file.Shape, at sim.Vec, turned float64) {
	if len(shapes) == 1 {
		s := &shapes[0]
		outline, at, turned := outlineOf(s)
		if move && s.Kind != sim.Segment {
			return file.Shape{Outline: outline}, at, turned
		}
		if at == (sim.Vec{}) && turned == 0 {
			return file.Shape{Outline: outline}, at, 0
		}
		if s.Kind != sim.Circle {
			return file.Shape{Outline: plainOutline(s)}, sim.Vec{}, 0
		}
	}
	if chain := chainOf(shapes); chain != nil {
		out := file.Outline{Chain: chain}
		if shapes[0].Radius > 0 {
			out.Rounding = literal(shapes[0].Radius)
		}
		return file.Shape{Outline: out}, sim.Vec{}, 0
	}
	for i := range shapes {
		outline, at, turned := outlineOf(&shapes[i])
		shape.Shapes = append(shape.Shapes, file.Part{Outline: outline, At: placed(at), Angle: angle(turned)})
	}
	return shape, sim.Vec{}, 0
}

// chainOf returns the corners of segments each of which begins where the one before ends, or nil.
func chainOf(shapes []sim.Shape) []file.Point {
	if len(shapes) < 2 {
		return nil
	}
	chain := []file.Point{point(shapes[0].Vertices[0])}
	for i := range shapes {
		s := &shapes[i]
		if s.Kind != sim.Segment || s.Radius != shapes[0].Radius || i > 0 && s.Vertices[0] != shapes[i-1].Vertices[1] {
			return nil
		}
		chain = append(chain, point(s.Vertices[1]))
	}
	return chain
}

// outlineOf returns the outline of one shape, where its origin is, and how it is turned.
func outlineOf(s *sim.Shape) (o file.Outline, at sim.Vec, turned float64) {
	switch s.Kind {
	case sim.Circle:
		return file.Outline{Circle: literal(s.Radius)}, s.Vertices[0], 0
	case sim.Segment:
		a, b := s.Vertices[0], s.Vertices[1]
		if s.Radius == 0 {
			return plainOutline(s), sim.Vec{}, 0
		}
		way := b.Sub(a)
		return file.Outline{Capsule: pointer(sim.Vec{X: way.Len() + 2*s.Radius, Y: s.Radius})}, a.Add(b).Scale(0.5), math.Atan2(way.Y, way.X)
	case sim.Polygon:
		if middle, size, turned, ok := rectangle(s.Vertices); ok {
			o := file.Outline{Box: pointer(size.Add(sim.Vec{X: 2 * s.Radius, Y: 2 * s.Radius}))}
			if s.Radius > 0 {
				o.Rounding = literal(s.Radius)
			}
			return o, middle, turned
		}
		return plainOutline(s), sim.Vec{}, 0
	}
	panic("edit: a kind of shape without a rule")
}

// plainOutline returns the outline of a shape's corners as they are.
func plainOutline(s *sim.Shape) file.Outline {
	var corners []file.Point
	for _, v := range s.Vertices {
		corners = append(corners, point(v))
	}
	o := file.Outline{Polygon: corners}
	if s.Kind == sim.Segment {
		o = file.Outline{Segment: corners}
	}
	if s.Radius > 0 {
		o.Rounding = literal(s.Radius)
	}
	return o
}

// rectangle reports whether corners are those of one: its middle, its size, and how it is turned, at most an eighth of a
// turn either way.
func rectangle(c []sim.Vec) (middle, size sim.Vec, turned float64, ok bool) {
	if len(c) != 4 {
		return
	}
	a, b := c[1].Sub(c[0]), c[2].Sub(c[1])
	middle = c[0].Add(c[2]).Scale(0.5)
	const small = 1e-9 // of its size
	if !(math.Abs(a.Dot(b)) <= small*a.Dot(a)) || !(c[1].Add(c[3]).Scale(0.5).Sub(middle).Len() <= small*a.Len()) {
		return
	}
	turned = math.Remainder(math.Atan2(a.Y, a.X), math.Pi/2)
	along, across := sim.Vec{X: 1}.Rotate(turned), sim.Vec{Y: 1}.Rotate(turned)
	size = sim.Vec{X: math.Abs(a.Dot(along)) + math.Abs(b.Dot(along)), Y: math.Abs(a.Dot(across)) + math.Abs(b.Dot(across))}
	if math.Abs(turned) < small {
		turned = 0
	}
	if middle.Len() <= small*size.Len() {
		middle = sim.Vec{}
	}
	return middle, size, turned, true
}

// bodyOf returns a body of a scene, whose frame in the file has its origin at a point of the frame of its centre of mass.
func bodyOf(scene *sim.Scene, index int, origin sim.Vec, f *file.Scenario) file.Body {
	b := &scene.Bodies[index]
	out := file.Body{Name: cmp.Or(b.Name, fmt.Sprintf("body%d", index))}
	for slices.ContainsFunc(f.Bodies, func(other file.Body) bool { return other.Name == out.Name }) {
		out.Name += "_" // scenes may have a name twice
	}
	if b.Kind != sim.Dynamic {
		out.Kind = string(b.Kind)
	}
	shapes := make([]sim.Shape, len(b.Shapes))
	for i, s := range b.Shapes {
		s.Vertices = slices.Clone(s.Vertices)
		for k := range s.Vertices {
			s.Vertices[k] = s.Vertices[k].Sub(origin)
		}
		shapes[i] = s
	}
	out.Shape, _, _ = shapeOf(shapes, false)
	out.Surface = surfaceOf(&shapes[0], sim.Surface{Friction: 0.5, Elasticity: 0.2})
	for i := range out.Shapes {
		if s := &shapes[i]; s.Surface() != shapes[0].Surface() || s.Material != shapes[0].Material {
			out.Shapes[i].Surface = surfaceOf(s, sim.Surface{Friction: -1, Elasticity: -1})
		}
	}
	if b.Kind == sim.Dynamic {
		masses(&out, b, shapes, sim.Vec{}.Sub(origin))
	}
	at := b.Start.Point(origin)
	out.At, out.Angle = pointer(at), angle(b.Start.Angle)
	if v := b.Start.Velocity(); v != (sim.Vec{}) {
		out.Velocity = pointer(v)
	}
	out.Spin = angle(b.Start.Omega)
	if b.Group > 0 {
		const numbered = 500_000 // up to which files give groups numbers; those beyond have names
		if number := b.Group; number <= numbered {
			out.Group = &file.Group{Number: &number}
		} else {
			name := fmt.Sprintf("group%d", number)
			out.Group = &file.Group{Name: &name}
		}
	}
	if g := b.Grip; g != (sim.Grip{}) {
		out.Grip = &file.Grip{Grips: file.Grips{Along: file.Value(g.Along), Across: file.Value(g.Across), Spin: file.Value(g.Spin)}}
	}
	for _, p := range scene.Points {
		if p.Body == index {
			out.Points = append(out.Points, entryOf(p.Name, point(p.At.Sub(origin))))
		}
	}
	return out
}

// masses writes down what a body weighs: a density where that says all, and else mass, moment and centre.
func masses(out *file.Body, b *sim.Body, shapes []sim.Shape, centre sim.Vec) {
	area, first, second := 0.0, sim.Vec{}, 0.0
	for i := range shapes {
		a, c, m := polygon.Measure(shapes[i].Vertices, shapes[i].Radius)
		area, first, second = area+a, first.Add(c.Scale(a)), second+m+a*c.Dot(c)
	}
	near := func(x, y float64) bool { return math.Abs(x-y) <= 1e-6*math.Abs(y) }
	if area > 0 {
		density, middle := b.Mass/area, first.Scale(1/area)
		moment := density * (second - area*middle.Dot(middle))
		if near(moment, b.Moment) && middle.Sub(centre).Len() <= 1e-6*b.Reach() {
			if !near(density, 10) {
				out.Density = literal(density)
			}
			return
		}
	}
	out.Mass, out.Moment = file.Value(b.Mass), file.Value(b.Moment)
	if len(out.Shapes) == 0 && centre == (sim.Vec{}) && area > 0 && first.Scale(1/area).Len() <= 1e-9 {
		return
	}
	out.Centre = pointer(centre)
}

// End returns the reference of a point of a body, or of the world as "world", and adds the point unless there is one. The
// point is in metres in the frame of the body's shapes.
func End(f *file.Scenario, body string, at sim.Vec) string {
	if body == "world" {
		name := ""
		for k := 0; ; k++ {
			if name = fmt.Sprintf("anchor%d", k); !taken(f, name) {
				break
			}
		}
		f.Points = append(f.Points, entryOf(name, point(at)))
		return name
	}
	for i := range f.Bodies {
		if b := &f.Bodies[i]; cmp.Or(b.Name, fmt.Sprintf("body%d", i)) == body {
			return body + "." + addPoint(b, at)
		}
	}
	return body
}

// addPoint returns the name of a point of a body, which it adds unless there is one.
func addPoint(b *file.Body, at sim.Vec) string {
	for _, e := range b.Points {
		if has, ok := vecOf(&e.Value); ok && has.Sub(at).Len() <= 1e-9 {
			return e.Name
		}
	}
	for k := 0; ; k++ {
		name := fmt.Sprintf("p%d", k)
		if !slices.ContainsFunc(b.Points, func(e entryP) bool { return e.Name == name }) {
			b.Points = append(b.Points, entryOf(name, point(at)))
			return name
		}
	}
}
