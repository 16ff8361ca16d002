package edit

import (
	"errors"
	"fmt"
	"math"

	"orrery/sim"
	"orrery/sim/scenario/file"
)

// thrust lets an action push a body the way of a drag.
func (b *Bench) thrust() error {
	from := b.endAt(b.from.At, "")
	switch {
	case from.name == "world":
		return errors.New("a thrust begins on the body that it shall push")
	case !b.moved || b.from.At == b.now.At:
		return errors.New("a thrust has a direction: drag from the body the way it shall push")
	}
	body := &b.Document.Scene().Bodies[b.Document.BodyOf(from.body)]
	if body.Kind != sim.Dynamic {
		return fmt.Errorf("%s is moved by its velocity: a thrust needs a body that forces move", from.name)
	}
	way := b.now.At.Sub(b.from.At)
	angle := math.Remainder(math.Atan2(way.Y, way.X)-body.Start.Angle, 2*math.Pi)
	const quick = 5 // m/s², besides what carries it
	a := file.Actuator{Thrust: from.name, Axis: axis(angle), Limit: literal(short(body.Mass * (quick + b.Document.Scene().Gravity.Len())))}
	return b.Document.Add("add a thrust", &file.Scenario{Actuators: []file.Actuator{a}})
}

// axis returns a direction as people write it.
func axis(angle float64) *file.Axis {
	switch angle = round(angle); angle {
	case 0:
		return &file.Axis{Word: file.Text("x")}
	case round(math.Pi / 2):
		return &file.Axis{Word: file.Text("y")}
	}
	return &file.Axis{Word: file.Text(fmt.Sprintf("%gdeg", math.Round(angle*180/math.Pi*1e3)/1e3+0))}
}

// torque lets an action turn a body against the one that it is nailed to.
func (b *Bench) torque() error {
	first, second, err := b.nailed("torque")
	if err != nil {
		return err
	}
	if body := &b.Document.Scene().Bodies[b.Document.BodyOf(first.body)]; body.Kind != sim.Dynamic {
		return fmt.Errorf("%s is moved by its velocity: a torque needs a body that forces move", first.name)
	}
	a := file.Actuator{Torque: first.name, Limit: literal(b.strength(first.name))}
	if second.name != "world" {
		a.Against = second.name
	}
	return b.Document.Add("add a torque", &file.Scenario{Actuators: []file.Actuator{a}})
}

// pusher makes a body one whose velocity an action sets, or adds a disc of that kind.
func (b *Bench) pusher() error {
	const fast = 1 // m/s
	drive := file.Actuator{Axis: &file.Axis{Word: file.Text("xy")}, Limit: literal(fast)}
	first := b.endAt(b.now.At, "")
	if first.name == "world" {
		drive.Velocity = "pusher1"
		body := file.Body{Name: "pusher1", Kind: string(sim.Kinematic), Shape: file.Shape{Outline: file.Outline{Circle: literal(b.usual())}}, At: pointer(b.now.At)}
		return b.Document.Add("add a pusher", &file.Scenario{Bodies: []file.Body{body}, Actuators: []file.Actuator{drive}})
	}
	drive.Velocity = first.name
	return b.Document.Rearrange("make it a pusher", func(f *file.Scenario) error {
		for i := range f.Bodies {
			if o := &f.Bodies[i]; o.Name == first.name {
				o.Kind = string(sim.Kinematic)
				o.Mass, o.Moment, o.Density, o.Grip = file.Number{}, file.Number{}, file.Number{}, nil
				for k := range o.Shapes {
					o.Shapes[k].Density = file.Number{}
				}
			}
		}
		drive.Name = FreeName(f, "drive")
		f.Actuators = append(f.Actuators, drive)
		return nil
	})
}

// reach makes it a task that a body reaches what is at the other end of a drag: it touches a body, or is in a region or at
// a place.
func (b *Bench) reach() error {
	from := b.endAt(b.from.At, "")
	if from.name == "world" {
		return errors.New("what must go somewhere is a body: begin on one")
	}
	if !b.moved {
		return errors.New("drag from the body to where it must go")
	}
	to := b.endAt(b.now.At, from.name)
	if to.name != "world" {
		return b.Document.Rearrange("set a task", func(f *file.Scenario) error {
			touch(f, from.name, to.name)
			return nil
		})
	}
	goal := file.Goal{Body: from.name, Place: &file.Spot{At: pointer(b.now.At)}}
	what := "at its goal"
	for _, i := range b.Document.Pick(b.now.At, 0) {
		if i.Kind == Region {
			goal.Place, goal.Region = nil, b.Document.NameOf(i)
			what = "in " + goal.Region
			break
		}
	}
	body := &b.Document.Scene().Bodies[b.Document.BodyOf(from.body)]
	if goal.Place != nil {
		goal.Radius = literal(short(body.Reach() / 2))
	}
	return b.Document.Rearrange("set a task", func(f *file.Scenario) error {
		goal.Name = FreeName(f, "goal")
		f.Goals = append(f.Goals, goal)
		if f.Task != nil && (f.Task.Success != nil || f.Task.Cost != nil) {
			also(f.Task, from.name+" is "+what, reached(&goal), misfit(goal.Name))
		}
		return nil
	})
}

// avoid makes it a failure that a body touches what is at the other end of a drag.
func (b *Bench) avoid() error {
	from := b.endAt(b.from.At, "")
	if from.name == "world" {
		return errors.New("what must not touch is a body: begin on one")
	}
	other := b.endAt(b.now.At, from.name).name
	if other == "world" {
		for _, i := range b.Document.Pick(b.now.At, b.now.Reach) {
			if i.Kind == Wall {
				other = b.Document.NameOf(i)
				break
			}
			if i.Kind == Arena {
				other = "walls"
				break
			}
		}
	}
	if other == "world" || !b.moved {
		return errors.New("drag from the body to what it must not touch: a body or a wall")
	}
	return b.Document.Rearrange("set a task", func(f *file.Scenario) error {
		if f.Task == nil {
			f.Task = &file.Task{}
		}
		bad := touching(from.name, other)
		if f.Task.Failed != nil {
			bad = file.Condition{Test: &file.Test{Any: []file.Condition{*f.Task.Failed, bad}}}
		}
		f.Task.Failed = &bad
		f.Task.Doc = sentence(f.Task.Doc, from.name+" does not touch "+other)
		if f.Task.Success == nil && len(f.Goals) == 0 {
			return errors.New("first say what must be reached, then what must be avoided")
		}
		for k := range f.Walls {
			if f.Walls[k].Name == "" && other == fmt.Sprintf("wall%d", k) {
				f.Walls[k].Name = other
			}
		}
		return nil
	})
}

// touch adds to the task of a file that a body touches another one.
func touch(f *file.Scenario, first, second string) {
	if f.Task == nil {
		f.Task = &file.Task{}
	}
	t := f.Task
	if t.Success == nil && t.Cost == nil { // what goes without saying is said
		for i := range f.Goals {
			g := &f.Goals[i]
			if g.Name == "" {
				g.Name = fmt.Sprintf("goal%d", i)
			}
			also(t, g.Body+" is at its goal", reached(g), misfit(g.Name))
		}
	}
	far := file.Term{Measured: &file.Weighed{Measure: file.Measure{Distance: pair(first, second)}}}
	also(t, first+" touches "+second, touching(first, second), far)
}

func sentence(doc, more string) string {
	if doc == "" {
		return more
	}
	return doc + ", and " + more
}

// also adds a condition of success to a task, and a term of its cost.
func also(t *file.Task, doc string, condition file.Condition, cost file.Term) {
	switch old := t.Success; {
	case old == nil:
		t.Success = &condition
	case old.Test != nil && len(old.Test.All) > 0:
		old.Test.All = append(old.Test.All, condition)
	default:
		t.Success = &file.Condition{Test: &file.Test{All: []file.Condition{*old, condition}}}
	}
	switch old := t.Cost; {
	case old == nil:
		t.Cost = &file.Cost{Term: cost}
	case old.List != nil:
		old.List = append(old.List, cost)
	default:
		t.Cost = &file.Cost{List: []file.Term{old.Term, cost}}
	}
	t.Doc = sentence(t.Doc, doc)
}

func pair(a, b string) file.Names { return file.Names{List: []file.Word{file.Word(a), file.Word(b)}} }

func touching(first, second string) file.Condition {
	return file.Condition{Test: &file.Test{Measure: file.Measure{Touching: pair(first, second)}, Above: literal(0.5)}}
}

func misfit(goal string) file.Term {
	return file.Term{Measured: &file.Weighed{Measure: file.Measure{Misfit: file.Names{One: &goal}}}}
}

// reached returns the condition that a goal is.
func reached(g *file.Goal) file.Condition {
	if g.Region != "" {
		return file.Condition{Test: &file.Test{Measure: file.Measure{Inside: pair(g.Body, g.Region)}, Above: literal(0.5)}}
	}
	name, near := g.Name, g.Radius
	if near.IsZero() {
		near = literal(0.05)
	}
	return file.Condition{Test: &file.Test{Measure: file.Measure{Misfit: file.Names{One: &name}}, Below: near}}
}
