package edit

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"orrery/sim"
	"orrery/sim/scenario"
)

func at(x, y float64) Pointer { return Pointer{At: sim.Vec{X: x, Y: y}, Reach: 0.05, Grid: 0.1} }

// bench returns an empty page, seen from above, with room around.
func bench() *Bench { return NewBench(New()) }

// drag draws with a tool from one place to another.
func drag(t *testing.T, b *Bench, tool string, from, to Pointer) {
	t.Helper()
	try(b, tool, from, to)
	if b.Refusal() != "" {
		t.Fatalf("%s: %s", tool, b.Refusal())
	}
	if b.Document.Empty() {
		return
	}
	if _, err := scenario.Parse("x", b.Document.Text()); err != nil {
		t.Fatalf("%s: %v", tool, err)
	}
}

func try(b *Bench, tool string, from, to Pointer) {
	b.Take(tool)
	b.Down(from)
	middle := from
	middle.At = from.At.Add(to.At).Scale(0.5)
	b.Move(middle)
	b.Up(to)
}

func near(t *testing.T, what string, got, want float64) {
	t.Helper()
	if !(math.Abs(got-want) <= 1e-9) {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

// about compares a number that is written with two digits.
func about(t *testing.T, what string, got, want float64) {
	t.Helper()
	if !(math.Abs(got-want) <= 0.05*want) {
		t.Errorf("%s: %v, want about %v", what, got, want)
	}
}

// TestOfVeryManyMarksSomeAreEnough, so that drawing never waits.
func TestOfVeryManyMarksSomeAreEnough(t *testing.T) {
	t.Parallel()
	var bodies []string
	for i := range 300 {
		bodies = append(bodies, fmt.Sprintf(`{"polygon": [[0.2, 0], [0.14, 0.14], [0, 0.2], [-0.14, 0.14], [-0.2, 0], [-0.14, -0.14], [0, -0.2], [0.14, -0.14]], "at": [%d, %d]}`, i%30-15, i/30-10))
	}
	d, err := Open("many", []byte(`{"format": 2, "gravity": [0, 0], "bodies": [`+strings.Join(bodies, ",")+`]}`))
	if err != nil {
		t.Fatal(err)
	}
	b := NewBench(d)
	if n := len(b.marks(nil)); n <= 2000 || n > 2020 {
		t.Errorf("%d marks", n)
	}
}

func TestShapesAreDrawnAsTheyAreDragged(t *testing.T) {
	t.Parallel()
	b := bench()
	drag(t, b, "disc", at(0.01, 0.02), at(0.21, 0.02)) // snapped to the grid
	drag(t, b, "box", at(0.5, 0.5), at(0.9, 0.7))
	drag(t, b, "capsule", at(-1, 0.5), at(-1, 0.9))
	drag(t, b, "wall", at(-1.5, -1), at(1.5, -1))
	drag(t, b, "region", at(1, -0.6), at(1.4, -0.2))
	b.Take("polygon")
	for _, p := range []Pointer{at(-1, -0.5), at(-0.6, -0.5), at(-0.6, -0.1), at(-0.8, -0.3), at(-1, -0.1)} {
		b.Down(p)
		b.Up(p)
	}
	if s := b.Sketch(); len(s.Lines) != 1 || len(s.Lines[0].Corners) != 6 {
		t.Errorf("while it is drawn the polygon is %+v", s.Lines)
	}
	p := at(-1, -0.5)
	b.Down(p)
	b.Up(p)
	if b.Refusal() != "" || b.Busy() {
		t.Fatalf("the polygon does not close: %s", b.Refusal())
	}
	scene := b.Document.Scene()
	if len(scene.Bodies) != 4 || len(scene.Walls) != 5 || len(scene.Regions) != 1 {
		t.Fatalf("%d bodies, %d walls, %d regions", len(scene.Bodies), len(scene.Walls), len(scene.Regions))
	}
	disc, box, bar, star := &scene.Bodies[0], &scene.Bodies[1], &scene.Bodies[2], &scene.Bodies[3]
	near(t, "disc x", disc.Start.X, 0)
	near(t, "disc radius", disc.Shapes[0].Radius, 0.2)
	near(t, "box x", box.Start.X, 0.7)
	near(t, "box mass", box.Mass, 10*0.4*0.2)
	near(t, "bar angle", bar.Start.Angle, math.Pi/2)
	if len(star.Shapes) < 2 {
		t.Error("a concave polygon is one convex part")
	}
	if names := strings.Join(b.Document.Undoable(), ", "); names != "draw a disc, draw a box, draw a capsule, draw a wall, mark a region, draw a polygon" {
		t.Errorf("the history is %s", names)
	}
}

func TestWhatCannotBeDrawnIsSaid(t *testing.T) {
	t.Parallel()
	b := bench()
	b.Take("polygon")
	for _, p := range []Pointer{at(0, 0), at(1, 1), at(1, 0), at(0, 1)} {
		b.Down(p)
		b.Up(p)
	}
	if b.Refusal() != "a polygon must not cross its own sides: put this corner elsewhere" {
		t.Errorf("crossed sides: %q", b.Refusal())
	}
	back := 0
	for b.Back() {
		back++
	}
	if back != 3 {
		t.Errorf("three corners were taken, and %d taken back", back)
	}
	for _, c := range []struct{ tool, want string }{
		{"rod", "one end of a rod must be on a body"}, {"pivot", "a pivot needs a body: click on one"}, {"weld", "a weld needs two bodies"},
		{"motor", "a motor needs a body"}, {"slide", "a slide begins on the body"}, {"thrust", "a thrust begins on the body"}, {"attract", "a force needs two bodies"},
		{"reach", "begin on one"}, {"avoid", "begin on one"}, {"torque", "a torque needs a body"},
	} {
		try(b, c.tool, at(0, 0), at(0.5, 0))
		if !strings.Contains(b.Refusal(), c.want) {
			t.Errorf("%s: %q, want %q", c.tool, b.Refusal(), c.want)
		}
	}
	if len(b.Document.Undoable()) != 0 {
		t.Errorf("the history is %v", b.Document.Undoable())
	}
}

// TestEveryJointIsTied between a disc and a box, or the disc and the world.
func TestEveryJointIsTied(t *testing.T) {
	t.Parallel()
	for tool, kinds := range map[string][]sim.JointKind{
		"rod": {sim.Pin}, "rope": {sim.Rope}, "spring": {sim.Spring}, "slide": {sim.Groove}, "pivot": {sim.Pivot}, "motor": {sim.Pivot, sim.Motor},
	} {
		b := bench()
		drag(t, b, "disc", at(0, 0), at(0.2, 0))
		drag(t, b, "box", at(0.8, -0.2), at(1.2, 0.2))
		from, to := at(0, 0.1), at(1, 0.1)
		drag(t, b, tool, from, to)
		joints := b.Document.Scene().Joints
		if len(joints) != len(kinds) {
			t.Fatalf("%s: %d joints", tool, len(joints))
		}
		for i, kind := range kinds {
			if joints[i].Kind != kind {
				t.Errorf("%s is a %s", tool, joints[i].Kind)
			}
		}
		if tool == "rod" || tool == "rope" || tool == "spring" {
			j := &joints[0]
			near(t, tool+" begins", b.Document.Scene().Bodies[j.A].Start.Point(j.AnchorA).Sub(from.At).Len(), 0)
			near(t, tool+" ends", b.Document.Scene().Bodies[j.B].Start.Point(j.AnchorB).Sub(to.At).Len(), 0)
		}
		// A body that swings on a spring takes 0.7 s, and a motor turns by 3 rad/s and speeds up by 50 rad/s².
		disc, box := &b.Document.Scene().Bodies[0], &b.Document.Scene().Bodies[1]
		switch tool {
		case "spring":
			about(t, "stiffness", joints[0].Stiffness, disc.Mass*math.Pow(2*math.Pi/0.7, 2))
		case "motor":
			near(t, "rate", joints[1].Rate, 3)
			about(t, "torque", joints[1].MaxTorque, 50*box.Moment+2*box.Mass*9.81*box.Reach())
		}
		if selected := b.Document.Selection(); len(selected) != 1 || selected[0].Kind != Joint {
			t.Errorf("%s: %v is selected", tool, selected)
		}
		last := Item{Kind: Joint, Index: len(joints) - 1}
		ends := b.Document.Ends(last)
		if tool == "motor" {
			continue
		}
		if err := b.Document.PutEnd(last, 0, sim.Vec{X: 0.1, Y: -0.1}); err != nil {
			t.Errorf("%s: %v", tool, err)
		}
		if now := b.Document.Ends(last); !(now[0].Sub(sim.Vec{X: 0.1, Y: -0.1}).Len() <= 1e-9) || len(now) > 1 && now[1] != ends[1] {
			t.Errorf("%s: its ends were %v and are %v", tool, ends, now)
		}
	}
}

func TestBodiesThatAreNailedPassThroughEachOther(t *testing.T) {
	t.Parallel()
	b := bench()
	drag(t, b, "box", at(-0.5, -0.1), at(0.5, 0.1))
	drag(t, b, "disc", at(0.4, 0), at(0.6, 0))
	drag(t, b, "pivot", at(0.4, 0), at(0.4, 0))
	s := b.Document.Scene()
	if s.Bodies[0].Group == 0 || s.Bodies[0].Group != s.Bodies[1].Group || s.Joints[0].B == sim.World {
		t.Errorf("groups %d and %d, joint %+v", s.Bodies[0].Group, s.Bodies[1].Group, s.Joints[0])
	}
	drag(t, b, "weld", at(-0.4, 0), at(0.55, 0))
	if s = b.Document.Scene(); len(s.Bodies) != 1 || len(s.Joints) != 0 || len(s.Bodies[0].Shapes) != 2 {
		t.Errorf("welded: %d bodies, %d joints", len(s.Bodies), len(s.Joints))
	}
	near(t, "mass of both", s.Bodies[0].Mass, 10*(1*0.2+math.Pi*0.04))
}

func TestActionsDriveWhatIsClicked(t *testing.T) {
	t.Parallel()
	b := bench()
	drag(t, b, "box", at(-0.2, -0.2), at(0.2, 0.2))
	drag(t, b, "thrust", at(0, 0), at(0, 1))
	drag(t, b, "torque", at(0, 0), at(0, 0))
	drag(t, b, "pusher", at(1, 1), at(1, 1))
	drag(t, b, "disc", at(-1, 1), at(-0.9, 1))
	drag(t, b, "pusher", at(-1, 1), at(-1, 1))
	drag(t, b, "attract", at(0, 0), at(1, 1))
	drag(t, b, "repel", at(-1, 1), at(0, 0))
	s := b.Document.Scene()
	var kinds []string
	for _, a := range s.Actuators {
		kinds = append(kinds, string(a.Kind))
	}
	if got := strings.Join(kinds, " "); got != "thrust torque velocity velocity velocity velocity" {
		t.Errorf("actuators %s", got)
	}
	near(t, "the thrust points up", s.Actuators[0].Axis.Y, 1)
	for i, want := range []float64{(5 + 9.81) * s.Bodies[0].Mass, 50*s.Bodies[0].Moment + 2*s.Bodies[0].Mass*9.81*s.Bodies[0].Reach(), 1, 1, 1, 1} {
		about(t, string(s.Actuators[i].Kind), s.Actuators[i].High, want)
		near(t, "its least", s.Actuators[i].Low, -s.Actuators[i].High)
	}
	if len(s.Fields) != 2 || !(s.Fields[0].Strength < 0) || !(s.Fields[1].Strength > 0) {
		t.Errorf("fields %+v", s.Fields)
	}
}

// TestRolesMakeATask of whatever was drawn, and the judge says when it is done.
func TestRolesMakeATask(t *testing.T) {
	t.Parallel()
	b := bench()
	drag(t, b, "disc", at(-1, 0), at(-0.9, 0))
	drag(t, b, "disc", at(1, 0), at(1.1, 0))
	drag(t, b, "disc", at(0, 1), at(0.1, 1))
	drag(t, b, "region", at(0.6, -0.9), at(1, -0.5))
	drag(t, b, "reach", at(0, 1), at(0.8, -0.7)) // the region
	drag(t, b, "reach", at(-1, 0), at(1, 0))
	drag(t, b, "avoid", at(-1, 0), at(0, 1))
	drag(t, b, "reach", at(1, 0), at(1.5, 0.5)) // a place
	s := b.Document.Scenario()
	if s.Task == nil || s.Task.Doc != "disc3 is at its goal, and disc1 touches disc2, and disc1 does not touch disc3, and disc2 is at its goal" {
		t.Fatalf("the task is %+v", s.Task)
	}
	judge, err := s.Task.Judge(b.Document.Scene())
	if err != nil {
		t.Fatal(err)
	}
	start := b.Document.Scene().Start()
	done := b.Document.Scene().Start()
	done[1].X, done[1].Y = 1.5, 0.5
	done[0].X, done[0].Y = 1.3, 0.5
	done[2].X, done[2].Y = 0.8, -0.7
	if judge.Success(start) || !judge.Success(done) {
		t.Errorf("success at the start: %v, at the end: %v", judge.Success(start), judge.Success(done))
	}
	part := append(sim.State(nil), done...)
	part[2].X = 0
	if judge.Success(part) {
		t.Error("the region need not be reached")
	}
	part = append(sim.State(nil), done...)
	part[1].X = 1.48
	part[1].Y = 0.3
	if judge.Success(part) {
		t.Error("the place need not be reached")
	}
	failed := append(sim.State(nil), start...)
	failed[0].X, failed[0].Y = 0, 0.8
	if !judge.Failed(failed) || judge.Failed(start) {
		t.Error("touching what must be avoided is no failure")
	}
	if !(judge.Cost(done, nil) < judge.Cost(start, nil)) {
		t.Errorf("the cost is %v at the start and %v at the end", judge.Cost(start, nil), judge.Cost(done, nil))
	}
}

func TestHandlesMoveTurnAndScale(t *testing.T) {
	t.Parallel()
	b := bench()
	drag(t, b, "box", at(-0.5, -0.3), at(0.5, 0.3))
	b.Take("select")
	const reach = 0.05
	turn, corner := Handle{}, Handle{}
	for _, h := range b.Handles(reach) {
		if h.Turn {
			turn = h
		}
		if h.At.X > 0.5 && h.At.Y > 0.3 && !h.Turn {
			corner = h
		}
	}
	pull := func(from, to sim.Vec, shift bool) {
		b.Down(Pointer{At: from, Reach: reach, Grid: 0.1, Shift: shift})
		b.Move(Pointer{At: from.Add(to).Scale(0.5), Reach: reach, Grid: 0.1, Shift: shift})
		b.Up(Pointer{At: to, Reach: reach, Grid: 0.1, Shift: shift})
	}
	pull(corner.At, corner.At.Add(sim.Vec{X: 0.4, Y: 0.21}), false)
	body := func() *sim.Body { return &b.Document.Scene().Bodies[0] }
	near(t, "area", body().Mass/10, 1.4*0.8)
	near(t, "the other corner stays", body().Start.X, 0.2)
	pull(sim.Vec{X: 0.2, Y: 0.1}, sim.Vec{X: 0.33, Y: -0.22}, false)
	near(t, "moved to the grid", body().Start.X, 0.3)
	near(t, "moved to the grid", body().Start.Y, -0.2)
	for _, h := range b.Handles(reach) {
		if h.Turn {
			turn = h
		}
	}
	pull(turn.At, body().Start.Position().Add(turn.At.Sub(body().Start.Position()).Rotate(0.53)), false)
	near(t, "turned by parts of a turn", body().Start.Angle, math.Pi/6)
	if got := strings.Join(b.Document.Undoable(), ", "); got != "draw a box, scale, move, turn" {
		t.Errorf("the history is %s", got)
	}
	// Three metres of dragging are one entry, and undone at once.
	b.Document.Undo()
	near(t, "turned back", body().Start.Angle, 0)
	// What is dropped on its way leaves nothing.
	b.Down(Pointer{At: body().Start.Position(), Reach: reach})
	b.Move(Pointer{At: sim.Vec{X: 1, Y: 1}, Reach: reach})
	b.Cancel()
	near(t, "cancelled", body().Start.X, 0.3)
	if len(b.Document.Undoable()) != 3 || len(b.Document.Redoable()) != 1 {
		t.Errorf("a gesture that was cancelled is in the history: %v %v", b.Document.Undoable(), b.Document.Redoable())
	}
}

func TestSelectingByClickShiftAndLasso(t *testing.T) {
	t.Parallel()
	b := bench()
	drag(t, b, "disc", at(0, 0), at(0.2, 0))
	drag(t, b, "disc", at(1, 0), at(1.2, 0))
	drag(t, b, "box", at(-1.2, 0.8), at(-0.8, 1.2))
	b.Take("select")
	click := func(p Pointer) {
		b.Down(p)
		b.Up(p)
	}
	names := func() string {
		var list []string
		for _, i := range b.Document.Selection() {
			list = append(list, b.Document.NameOf(i))
		}
		return strings.Join(list, " ")
	}
	expect := func(what, want string) {
		t.Helper()
		if names() != want {
			t.Errorf("%s: %q is selected, want %q", what, names(), want)
		}
	}
	click(at(1, 0))
	expect("click", "disc2")
	shift := at(0, 0)
	shift.Shift = true
	click(shift)
	expect("shift", "disc2 disc1")
	click(shift)
	expect("shift again", "disc2")
	click(at(0.5, -1))
	expect("beside", "")
	b.Down(at(-0.4, -0.4))
	for _, p := range []Pointer{at(1.4, -0.4), at(1.4, 0.4), at(-0.4, 0.4)} {
		b.Move(p)
	}
	if s := b.Sketch(); !s.Lasso {
		t.Error("a lasso is not drawn")
	}
	b.Up(at(-0.4, 0.3))
	expect("lasso", "disc1 disc2")
	b.Hold(at(-1, 1))
	expect("long press", "disc1 disc2 box1")
	if err := b.Document.Group(); err != nil {
		t.Fatal(err)
	}
	click(at(0.5, -1))
	click(at(0, 0))
	expect("a group", "disc1 disc2 box1")
	for range 4 {
		b.Document.Undo()
	}
	if len(b.Document.Redoable()) != 4 {
		t.Errorf("%v can be redone", b.Document.Redoable())
	}
	b.Document.SelectAll()
	b.Document.Select()
	if name, ok := b.Document.Redo(); !ok || name != "draw a disc" {
		t.Errorf("selecting swallowed what could be redone: %q %v", name, ok)
	}
}

// TestAPendulumIsDrawn with a cursor, as keys move it.
func TestAPendulumIsDrawn(t *testing.T) {
	t.Parallel()
	b := bench()
	b.Take("disc")
	b.Press(at(0.5, 0))
	b.Move(at(0.6, 0))
	b.Press(at(0.6, 0))
	b.Take("rod")
	b.Press(at(0.5, 0))
	b.Move(at(0, 0.8))
	b.Press(at(0, 0.8))
	b.Take("pivot")
	if b.Refusal() != "" {
		t.Fatal(b.Refusal())
	}
	s := b.Document.Scenario()
	if s == nil || len(b.Document.Scene().Joints) != 1 || b.Document.Scene().Joints[0].B != sim.World {
		t.Fatalf("no pendulum: %s", b.Document.Text())
	}
}

// TestPlacesSnap to corners and middles, to lines through these, to the grid and to parts of a turn, and not where someone
// wants them free.
func TestPlacesSnap(t *testing.T) {
	t.Parallel()
	b := bench()
	drag(t, b, "box", at(0, 0), at(0.4, 0.2))
	b.Take("wall")
	end := func(from, to sim.Vec, p Pointer) sim.Vec {
		p.At = from
		b.Down(p)
		p.At = from.Add(to).Scale(0.5)
		b.Move(p)
		p.At = to
		b.Move(p)
		defer b.Cancel()
		return b.Sketch().Lines[0].Corners[1]
	}
	far := sim.Vec{X: -1, Y: 1}
	for _, c := range []struct {
		what     string
		to, want sim.Vec
		p        Pointer
	}{
		{"a corner", sim.Vec{X: 0.43, Y: 0.23}, sim.Vec{X: 0.4, Y: 0.2}, Pointer{Reach: 0.05}},
		{"a corner out of reach", sim.Vec{X: 0.43, Y: 0.25}, sim.Vec{X: 0.43, Y: 0.25}, Pointer{Reach: 0.05}},
		{"the middle", sim.Vec{X: 0.21, Y: 0.12}, sim.Vec{X: 0.2, Y: 0.1}, Pointer{Reach: 0.05}},
		{"in line with a corner", sim.Vec{X: 0.42, Y: 0.77}, sim.Vec{X: 0.4, Y: 0.77}, Pointer{Reach: 0.05}},
		{"out of line", sim.Vec{X: 0.43, Y: 0.77}, sim.Vec{X: 0.43, Y: 0.77}, Pointer{Reach: 0.05}},
		{"the grid", sim.Vec{X: 0.72, Y: -0.31}, sim.Vec{X: 0.7, Y: -0.3}, Pointer{Reach: 0.01, Grid: 0.05}},
		{"nothing", sim.Vec{X: 0.43, Y: 0.23}, sim.Vec{X: 0.43, Y: 0.23}, Pointer{Reach: 0.05, Grid: 0.1, Free: true}},
		{"nearly 15 degrees", far.Add(sim.Vec{X: 1}.Rotate(16.5 * math.Pi / 180)), far.Add(sim.Vec{X: 1}.Rotate(math.Pi / 12)), Pointer{Reach: 1e-3}},
		{"not nearly", far.Add(sim.Vec{X: 1}.Rotate(18 * math.Pi / 180)), far.Add(sim.Vec{X: 1}.Rotate(18 * math.Pi / 180)), Pointer{Reach: 1e-3}},
		{"with shift", far.Add(sim.Vec{X: 1}.Rotate(21 * math.Pi / 180)), far.Add(sim.Vec{X: 1}.Rotate(math.Pi / 12)), Pointer{Reach: 1e-3, Shift: true}},
	} {
		if got := end(far, c.to, c.p); !(got.Sub(c.want).Len() <= 2e-9) {
			t.Errorf("%s: %v goes to %v, want %v", c.what, c.to, got, c.want)
		}
	}
	// A box is a square with shift.
	p := Pointer{Reach: 0.01, Grid: 0.1, Shift: true}
	b.Take("box")
	p.At = sim.Vec{X: 1, Y: 1}
	b.Down(p)
	p.At = sim.Vec{X: 1.3, Y: 1.52}
	b.Up(p)
	if size, _ := vecOf(b.Document.File().Bodies[1].Box); size != (sim.Vec{X: 0.5, Y: 0.5}) {
		t.Errorf("with shift a box is %v", size)
	}
}

// TestDimensionsAreShown while something is drawn or moved.
func TestDimensionsAreShown(t *testing.T) {
	t.Parallel()
	b := bench()
	for _, c := range []struct {
		tool     string
		from, to Pointer
		want     string
	}{
		{"disc", at(0, 0), at(0.3, 0.4), "radius 50 cm"}, {"box", at(0, 0), at(1.2, 0.5), "1.2 m × 50 cm"}, {"wall", at(0, 0), at(0.5, 0.5), "70.7 cm, 45°"},
		{"rod", at(0, 0), at(-1, 0), "1 m, 180°"},
	} {
		b.Take(c.tool)
		b.Down(c.from)
		b.Move(c.to)
		if got := b.Sketch().Size; got != c.want {
			t.Errorf("%s: %q, want %q", c.tool, got, c.want)
		}
		b.Cancel()
	}
	drag(t, b, "box", at(0, 0), at(0.4, 0.4))
	b.Take("select")
	b.Down(at(0.2, 0.2))
	b.Move(at(0.5, 0.2))
	if got := b.Sketch().Size; got != "30 cm, 0 cm" {
		t.Errorf("moving: %q", got)
	}
	b.Cancel()
	if got := b.Sketch().Size; got != "" {
		t.Errorf("after that: %q", got)
	}
}
