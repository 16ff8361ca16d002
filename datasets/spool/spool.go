package spool

import (
	"fmt"
	"io"
	"os"

	"orrery/sim"
)

// Part is a trajectory and the frames of it that are examples: each of them and the one after it count, and no
// others need be there.
type Part struct {
	Trajectory *sim.Trajectory
	Frames     []int32 // ascending
}

// Reduced returns the part with the states and actions that its frames need and no others. The frames are numbered
// anew. It copies states, so that what is left out can be forgotten, and shares the scene. Of observed motion, where
// times count, and of an impact nothing is left out.
func (p Part) Reduced() Part {
	t := p.Trajectory
	if t.Seen != nil || t.Impact {
		return p
	}
	kept := 0
	for i, f := range p.Frames {
		if i == 0 || f != p.Frames[i-1]+1 {
			kept++
		}
		kept++
	}
	n, a := len(t.Scene.Bodies), len(t.Scene.Actuators)
	out := &sim.Trajectory{Scene: t.Scene, States: make([]sim.State, 0, kept)}
	bodies := make([]sim.BodyState, 0, kept*n)
	var values []float64
	if t.Actions != nil {
		out.Actions, values = make([]sim.Action, 0, kept), make([]float64, 0, kept*a)
	}
	add := func(frame int) {
		from := len(bodies)
		bodies = append(bodies, t.States[frame]...)
		out.States = append(out.States, bodies[from:len(bodies):len(bodies)])
		if t.Actions != nil {
			from := len(values)
			values = append(values, t.Action(frame)...)
			out.Actions = append(out.Actions, values[from:len(values):len(values)])
		}
	}
	frames := make([]int32, len(p.Frames))
	for i, f := range p.Frames {
		if i == 0 || f != p.Frames[i-1]+1 {
			add(int(f))
		}
		frames[i] = int32(len(out.States) - 1)
		add(int(f) + 1)
	}
	return Part{out, frames}
}

// File holds chapters of parts. Reading is safe for concurrent use, when nothing is added meanwhile.
type File struct {
	file     *os.File
	named    bool // it has a name, which Close removes
	chapters []section
	end      int64
	buffer   []byte
}

// section is where a chapter lies.
type section struct {
	from int64
	size int
}

// New makes an empty file in a folder, which must be there.
func New(folder string) (*File, error) {
	file, err := os.CreateTemp(folder, "examples-*.spool")
	if err != nil {
		return nil, err
	}
	return &File{file: file, named: os.Remove(file.Name()) != nil}, nil
}

// Add appends a chapter. It keeps none of the parts.
func (f *File) Add(parts []Part) error {
	f.buffer = f.buffer[:0]
	for _, p := range parts {
		if p.Trajectory.Seen != nil {
			return fmt.Errorf("spool: observed motion is not kept")
		}
		f.buffer = appendPart(f.buffer, p)
	}
	if _, err := f.file.WriteAt(f.buffer, f.end); err != nil {
		return fmt.Errorf("keeping the examples of a training: %w", err)
	}
	f.chapters = append(f.chapters, section{f.end, len(f.buffer)})
	f.end += int64(len(f.buffer))
	return nil
}

// Size returns the length of the file in bytes.
func (f *File) Size() int64 { return f.end }

// Read returns the parts of a chapter, which are numbered from 0 in the order in which they were added.
func (f *File) Read(chapter int) ([]Part, error) {
	s := f.chapters[chapter]
	text := make([]byte, s.size)
	if _, err := f.file.ReadAt(text, s.from); err != nil && err != io.EOF {
		return nil, fmt.Errorf("reading the examples of a training again: %w", err)
	}
	d := decoder{text}
	var parts []Part
	for len(d.text) > 0 {
		parts = append(parts, d.part())
	}
	return parts, nil
}

// Close removes the file.
func (f *File) Close() error {
	err := f.file.Close()
	if f.named {
		os.Remove(f.file.Name()) // of no use to anybody
	}
	return err
}
