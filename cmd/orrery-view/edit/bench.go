package edit

import (
	"fmt"
	"math"

	"orrery/sim"
)

// Pointer is where a mouse or a finger is, or the cursor that keys move.
type Pointer struct {
	At    sim.Vec // m, in the world
	Reach float64 // m, from how far away something is taken: more for a finger
	Grid  float64 // m, between the lines of the grid; 0 is none
	Shift bool    // adds to what is selected, and keeps lines to parts of a turn
	Free  bool    // nothing snaps
}

// Sketch is what is drawn over the document: what is not yet a part of it, and how it was aligned.
type Sketch struct {
	Lines   []Line
	Discs   []Disc
	Guides  [][2]sim.Vec // m: what it snapped to
	Size    string       // what it measures, or nothing
	At      sim.Vec      // m: where that is to stand
	Lasso   bool         // the first line goes round what is to be selected
	Crossed bool         // the first line crosses itself, and cannot be what it is
}

// Line is a line of corners.
type Line struct {
	Corners []sim.Vec // m
	Closed  bool
}

// Disc is a circle.
type Disc struct {
	Middle sim.Vec // m
	Radius float64 // m
}

// Bench is a document with the tool in hand. See NewBench.
type Bench struct {
	Document *Document

	tool    Tool
	held    bool // the pointer is down
	from    Pointer
	now     Pointer
	last    Pointer // as it was told
	moved   bool
	corners []sim.Vec // that were clicked
	path    []sim.Vec // of a lasso
	grip    grip
	under   Item // what the pointer went down on
	before  []Item
	refusal string
	guides  [][2]sim.Vec
	size    string
	sizeAt  sim.Vec
}

// NewBench returns the bench of a document with the tool that selects.
func NewBench(d *Document) *Bench { return &Bench{Document: d, tool: Tools()[0]} }

// Take takes a tool by its name. What was begun with another is dropped.
func (b *Bench) Take(name string) {
	b.Cancel()
	for _, t := range Tools() {
		if t.Name == name {
			b.tool = t
		}
	}
}

// Tool returns the tool in hand.
func (b *Bench) Tool() Tool { return b.tool }

// Held reports whether the pointer is down.
func (b *Bench) Held() bool { return b.held }

// Busy reports whether something is drawn or moved that Cancel would drop.
func (b *Bench) Busy() bool { return b.held || len(b.corners) > 0 }

// Refusal returns why the last gesture was refused, in words, or nothing.
func (b *Bench) Refusal() string { return b.refusal }

// Cancel drops what is drawn or moved.
func (b *Bench) Cancel() {
	if b.held && b.tool.selects() {
		if b.grip.begun {
			b.Document.Cancel()
		}
		b.Document.Select(b.before...)
	}
	b.held, b.moved, b.corners, b.path, b.guides, b.size = false, false, nil, nil, nil, ""
	b.grip = grip{}
}

// Down puts the pointer down.
func (b *Bench) Down(p Pointer) {
	if b.held {
		return
	}
	b.refusal, b.guides, b.size = "", nil, ""
	b.held, b.moved, b.from, b.now, b.last = true, false, p, p, p
	if b.tool.selects() {
		b.downSelect(p)
		return
	}
	b.from.At = b.snap(p)
	b.now.At = b.from.At
}

// Move moves the pointer, whether it is down or not.
func (b *Bench) Move(p Pointer) {
	if p == b.last && b.held {
		return // which is most of the time, and moving things costs
	}
	b.last = p
	if !b.held {
		if b.now = p; !b.tool.selects() {
			b.now.At = b.snap(p)
		}
		b.measure()
		return
	}
	if p.At.Sub(b.from.At).Len() > p.Reach/4 {
		b.moved = true
	}
	if b.tool.selects() {
		b.now = p
		b.moveSelect(p)
		return
	}
	b.now = p
	b.now.At = b.snapFrom(p)
	b.measure()
}

// Up lifts the pointer, which ends a drag and is a click where it has not moved.
func (b *Bench) Up(p Pointer) {
	if !b.held {
		return
	}
	b.Move(p)
	b.held = false
	if b.tool.selects() {
		b.upSelect()
		return
	}
	b.check(b.tool.up(b))
	if len(b.corners) == 0 {
		b.guides, b.size = nil, ""
	}
}

// Finish ends what is drawn by clicks.
func (b *Bench) Finish() {
	if len(b.corners) > 0 {
		b.check(b.finish())
	}
}

// Back takes the last click back, and reports whether there was one.
func (b *Bench) Back() bool {
	if len(b.corners) == 0 {
		return false
	}
	b.corners = b.corners[:len(b.corners)-1]
	return true
}

// Press puts the pointer of a keyboard down or, of a drag, lifts it.
func (b *Bench) Press(p Pointer) {
	if b.held {
		b.Up(p)
		return
	}
	if b.Down(p); b.tool.clicks || b.tool.selects() && b.grip.what == noGrip {
		b.Up(p)
	}
}

// Hold is what a long press does: it selects what is under it besides what is selected, or no longer. What the press began
// is dropped.
func (b *Bench) Hold(p Pointer) {
	b.Cancel()
	if list := b.Document.Pick(p.At, p.Reach); len(list) > 0 && list[0].Kind != Arena {
		b.Document.Toggle(list[0])
	}
}

func (b *Bench) check(err error) {
	if err != nil {
		b.refusal = err.Error()
	}
}

// metres says a length as people say it.
func metres(x float64) string {
	if math.Abs(x) < 0.995 {
		return fmt.Sprintf("%.3g cm", 100*x)
	}
	return fmt.Sprintf("%.4g m", x)
}

func degrees(a float64) string {
	return fmt.Sprintf("%.4g°", math.Round(10*180/math.Pi*a)/10+0)
}
