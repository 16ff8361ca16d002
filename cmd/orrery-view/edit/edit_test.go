package edit

import (
	"bytes"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"orrery/sim"
	"orrery/sim/scenario"
	"orrery/sim/scenario/file"
	"orrery/sim/scenario/library"
)

// disc returns a piece with a disc.
func disc(radius, x, y float64) *file.Scenario {
	at := file.At(x, y)
	return &file.Scenario{Bodies: []file.Body{{Shape: file.Shape{Outline: file.Outline{Circle: file.Value(radius)}}, At: &at}}}
}

func of(t *testing.T, name string) *Document {
	t.Helper()
	s, err := library.Find(name)
	if err != nil {
		t.Fatal(err)
	}
	d, err := Of(s, 1, 0, nil)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return d
}

// random makes one random edit, which may be refused.
func random(d *Document, rng *rand.Rand) error {
	if items := d.Items(); len(items) > 0 && rng.IntN(3) > 0 {
		d.Select(items[rng.IntN(len(items))])
		if rng.IntN(2) == 0 {
			d.Toggle(items[rng.IntN(len(items))])
		}
	}
	vec := func(size float64) sim.Vec {
		return sim.Vec{X: size * (2*rng.Float64() - 1), Y: size * (2*rng.Float64() - 1)}
	}
	what := rng.IntN(14)
	if len(d.Scene().Bodies) > 8 && what != 12 {
		what = 6
	}
	switch what {
	case 0, 1:
		at := vec(1)
		return d.Add("draw a disc", disc(0.05+0.1*rng.Float64(), at.X, at.Y))
	case 2:
		at := vec(1)
		p := file.At(at.X, at.Y)
		return d.Add("draw a box", &file.Scenario{Bodies: []file.Body{{Shape: file.Shape{Outline: file.Outline{Box: pointer(sim.Vec{X: 0.1, Y: 0.2})}}, At: &p}}})
	case 3:
		return d.Rotate(vec(1), 3*rng.Float64())
	case 4:
		return d.Scale(vec(1), sim.Vec{X: 0.5 + rng.Float64(), Y: 0.5 + rng.Float64()}, 0)
	case 5:
		return d.Mirror()
	case 6:
		return d.Delete()
	case 7:
		return d.Duplicate(vec(0.3))
	case 8:
		return d.Lock()
	case 9:
		return d.Group()
	case 10:
		if err := d.Copy(); err != nil {
			return err
		}
		return d.Paste(vec(1))
	case 11:
		return d.Change("gravity", func(f *file.Scenario) error {
			f.Gravity = pointer(vec(10))
			return nil
		})
	default: // a gesture of several steps
		d.Begin("move")
		var err error
		for range 3 {
			err = d.Move(vec(0.5))
		}
		d.Commit()
		return err
	}
}

// TestUndoAndRedoGiveTheSameBytes makes 200 edits, takes all back and makes them again; after every change and each step
// the bytes are a scenario, and those of the time.
func TestUndoAndRedoGiveTheSameBytes(t *testing.T) {
	t.Parallel()
	for _, begin := range []string{""} {
		t.Run(begin, func(t *testing.T) {
			t.Parallel()
			rng := rand.New(rand.NewPCG(7, uint64(len(begin))))
			d := New()
			if begin != "" {
				d = of(t, begin)
			}
			type moment struct {
				text  string
				marks marks
			}
			now := func() moment { return moment{string(d.Text()), d.marks} }
			texts := []moment{now()}
			for tries := 0; len(texts) <= 200; tries++ {
				if tries > 3000 {
					t.Fatalf("only %d edits were taken", len(texts)-1)
				}
				before, past := now(), len(d.past)
				err := random(d, rng)
				if now := now(); err != nil && len(d.past) == past && (now.text != before.text || !now.marks.same(before.marks)) {
					t.Fatalf("a change that was refused (%v) changed the document", err)
				}
				if len(d.past) > past {
					if len(d.past) != past+1 {
						t.Fatalf("one gesture is %d entries", len(d.past)-past)
					}
					texts = append(texts, now())
				}
			}
			same := func(step string, want moment) {
				t.Helper()
				if got := now(); got.text != want.text || !got.marks.same(want.marks) {
					t.Fatalf("%s: the document is another one", step)
				}
				if !d.Empty() {
					if _, err := scenario.Parse("x", d.Text()); err != nil {
						t.Fatalf("%s: %v", step, err)
					}
				}
			}
			for i := 199; i >= 0; i-- {
				if name, ok := d.Undo(); !ok || name == "" {
					t.Fatalf("undo %d: %q %v", i, name, ok)
				}
				d.SelectAll()
				same(fmt.Sprint("undo to ", i), texts[i])
			}
			if _, ok := d.Undo(); ok {
				t.Fatal("something is undone before the beginning")
			}
			for i := 1; i <= 200; i++ {
				d.Select()
				if _, ok := d.Redo(); !ok {
					t.Fatalf("redo %d: nothing is left; selecting must not forget it", i)
				}
				same(fmt.Sprint("redo to ", i), texts[i])
			}
			if _, ok := d.Redo(); ok {
				t.Fatal("something is redone after the end")
			}
		})
	}
}

// TestEveryScenarioOpens and keeps what its scene is; what was written reads back to the same bytes.
func TestEveryScenarioOpens(t *testing.T) {
	t.Parallel()
	for _, s := range library.List() {
		d, err := Of(s, 3, 1, nil)
		if err != nil {
			t.Errorf("%s: %v", s.Name, err)
			continue
		}
		values, _ := s.Values(nil)
		want, err := s.Sample(3, 1, values)
		if err != nil {
			t.Fatal(err)
		}
		alike(t, s.Name, want, d.Scene())
		if frames := d.Scenario().Frames; frames != s.Frames {
			t.Errorf("%s: its episodes have %d frames, want %d", s.Name, frames, s.Frames)
		}
		again, err := Open(s.Name, d.Text())
		if err != nil || !bytes.Equal(again.Text(), d.Text()) {
			t.Errorf("%s: %v, or other bytes", s.Name, err)
		}
		// A hand on one body leaves all others where they are.
		d.Select(d.OfBody(0))
		if err := d.Move(sim.Vec{X: 1e-3}); err != nil {
			t.Errorf("%s: %v", s.Name, err)
			continue
		}
		moved := *want
		moved.Bodies = append([]sim.Body(nil), want.Bodies...)
		moved.Bodies[0].Start.X += 1e-3
		alike(t, s.Name+" moved", &moved, d.Scene())
		if f := d.File(); s.Task != nil && (d.Scenario().Task == nil || s.Task.Doc != d.Scenario().Task.Doc && s.Text != nil || d.TakeLost() != "") {
			t.Errorf("%s: its task is lost: %+v", s.Name, f.Task)
		}
		if len(d.Selection()) != 1 {
			t.Errorf("%s: after the change %v is selected", s.Name, d.Selection())
		}
	}
}

// alike compares bodies, walls, and how many there are of the rest.
func alike(t *testing.T, name string, want, got *sim.Scene) {
	t.Helper()
	near := func(a, b float64) bool { return math.Abs(a-b) <= 1e-6*(1+math.Abs(b)) }
	if len(want.Bodies) != len(got.Bodies) || len(want.Walls) != len(got.Walls) || len(want.Joints) != len(got.Joints) || len(want.Fields) != len(got.Fields) ||
		len(want.Actuators) != len(got.Actuators) || len(want.Goals) != len(got.Goals) {
		t.Errorf("%s: %d bodies, %d walls, %d joints, %d fields, %d actuators, %d goals; want %d, %d, %d, %d, %d, %d", name,
			len(got.Bodies), len(got.Walls), len(got.Joints), len(got.Fields), len(got.Actuators), len(got.Goals),
			len(want.Bodies), len(want.Walls), len(want.Joints), len(want.Fields), len(want.Actuators), len(want.Goals))
		return
	}
	for i := range want.Bodies {
		a, b := &want.Bodies[i], &got.Bodies[i]
		av, bv := a.Start.Values(), b.Start.Values()
		for k := range av {
			if !near(bv[k], av[k]) {
				t.Errorf("%s: body %d starts at %v, want %v", name, i, bv, av)
				return
			}
		}
		if !near(b.Mass, a.Mass) || !near(b.Moment, a.Moment) || a.Kind != b.Kind || len(a.Shapes) != len(b.Shapes) || !near(b.Reach(), a.Reach()) ||
			!near(b.Shapes[0].Friction, a.Shapes[0].Friction) || !near(b.Shapes[0].Elasticity, a.Shapes[0].Elasticity) || (a.Group > 0) != (b.Group > 0) || !near(b.Grip.Spin, a.Grip.Spin) {
			t.Errorf("%s: body %d is\n%+v, want\n%+v", name, i, b, a)
			return
		}
	}
	for i := range want.Joints {
		a, b := &want.Joints[i], &got.Joints[i]
		if a.Kind != b.Kind || a.A != b.A || a.B != b.B || !(a.AnchorA.Sub(b.AnchorA).Len() <= 2e-3) || !near(b.Length, a.Length) && a.Kind != sim.Rope && a.Kind != sim.Spring {
			t.Errorf("%s: joint %d is\n%+v, want\n%+v", name, i, b, a)
		}
	}
	for i := range want.Fields {
		if want.Fields[i].A != got.Fields[i].A || want.Fields[i].B != got.Fields[i].B || !near(got.Fields[i].Strength, want.Fields[i].Strength) {
			t.Errorf("%s: field %d is %+v, want %+v", name, i, got.Fields[i], want.Fields[i])
		}
	}
}

func TestRefusalsAreInWords(t *testing.T) {
	t.Parallel()
	d := New()
	if err := d.Add("draw", disc(-1, 0, 0)); err == nil || err.Error() != "disc1: circle: -1 m must be > 0" {
		t.Errorf("a negative radius: %v", err)
	}
	if !d.Empty() || len(d.Undoable()) != 0 {
		t.Errorf("a refused change is in the document: %s", d.Text())
	}
	wall := func(x float64) *file.Scenario {
		at := file.At(x, 0)
		return &file.Scenario{Walls: []file.Wall{{Shape: file.Shape{Outline: file.Outline{Box: pointer(sim.Vec{X: 1, Y: 1})}}, At: &at}}}
	}
	if err := d.Add("draw", wall(0)); err != nil {
		t.Fatal(err)
	}
	if err := d.Add("draw", wall(0.5)); err == nil || !strings.Contains(err.Error(), "wall2: overlaps wall1 and must at most touch it") {
		t.Errorf("walls that overlap: %v", err)
	}
	if err := d.Move(sim.Vec{}); err != nil {
		t.Error(err)
	}
	if err := d.Lock(); err != nil {
		t.Fatal(err)
	}
	if err := d.Delete(); err == nil || err.Error() != "wall1 is locked: unlock it first" {
		t.Errorf("a locked wall: %v", err)
	}
	d.Select()
	if err := d.Delete(); err == nil || err.Error() != "nothing is selected" {
		t.Errorf("nothing: %v", err)
	}
}

// TestWhatIsAddedWithinAGesture cannot be moved by it, which starts from what was there.
func TestWhatIsAddedWithinAGesture(t *testing.T) {
	t.Parallel()
	d := New()
	if err := d.Add("draw", disc(0.1, 0, 0)); err != nil {
		t.Fatal(err)
	}
	d.Begin("move")
	if err := d.Add("draw", disc(0.1, 1, 0)); err != nil {
		t.Fatal(err)
	}
	if err := d.Move(sim.Vec{X: 1}); err != nil {
		t.Fatal(err)
	}
	d.Commit()
	if len(d.Scene().Bodies) != 1 || len(d.Undoable()) > 2 {
		t.Errorf("%d bodies, history %v", len(d.Scene().Bodies), d.Undoable())
	}
}
