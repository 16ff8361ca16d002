package watching

import (
	"fmt"
	"math"
	"slices"

	"orrery/datasets/storage"
	"orrery/sim"
	"orrery/sim/input"
	"orrery/sim/polygon"
)

// Fix is what a person knows better than Watch: corrections by hand, in the names that a run without them gives the bodies. They apply in the
// order of the fields.
type Fix struct {
	Format int                 `json:"format"` // 1
	Shape  map[string]FixShape `json:"shape,omitempty"`
	Split  []FixSplit          `json:"split,omitempty"`
	Merge  [][]string          `json:"merge,omitempty"` // each a list of bodies that are one, which keeps the first name
	Ignore []string            `json:"ignore,omitempty"`
	Rename map[string]string   `json:"rename,omitempty"` // new names by those that the bodies have after Split and Merge
}

// FixShape is the true shape of a body. One of its sizes is given.
type FixShape struct {
	Radius  float64   `json:"radius,omitempty"`  // px, of a disc
	Box     []float64 `json:"box,omitempty"`     // px, width and height
	Outline []sim.Vec `json:"outline,omitempty"` // px, corners in any frame, in order round the body; it may be concave
}

// FixSplit says that a track is that of another body from some time on.
type FixSplit struct {
	Body    string  `json:"body"`
	Episode int     `json:"episode"` // number from 0 on
	From    float64 `json:"from"`    // s
	As      string  `json:"as"`      // the name of the other body, which may be one that there is
}

// maxFix bounds a file of corrections, in bytes.
const maxFix = 1 << 28

// ReadFix reads a file of corrections.
func ReadFix(path string) (*Fix, error) {
	text, err := storage.ReadAtMost(path, maxFix)
	if err != nil {
		return nil, err
	}
	var f Fix
	if err := input.DecodeStrictJSON(text, &f); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if err := f.validate(); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return &f, nil
}

func (f *Fix) validate() error {
	if f.Format != 1 {
		return fmt.Errorf("format: %d must be 1", f.Format)
	}
	for name, s := range f.Shape {
		if err := s.validate(); err != nil {
			return fmt.Errorf("shape: %s: %w", name, err)
		}
	}
	for i, s := range f.Split {
		switch {
		case s.Body == "" || s.As == "":
			return fmt.Errorf("split[%d]: body and as must be names", i)
		case s.Body == s.As:
			return fmt.Errorf("split[%d]: as: %q is the body itself", i, s.As)
		case s.Episode < 0:
			return fmt.Errorf("split[%d]: episode: %d must be 0 or more", i, s.Episode)
		case !(s.From >= 0 && s.From <= math.MaxFloat32):
			return fmt.Errorf("split[%d]: from: %g must be a time of the film in seconds", i, s.From)
		}
	}
	for i, group := range f.Merge {
		if len(group) < 2 {
			return fmt.Errorf("merge[%d]: two bodies or more must be one", i)
		}
		for k, name := range group {
			if name == "" || slices.Contains(group[:k], name) {
				return fmt.Errorf("merge[%d]: %q must be a name that is there once", i, name)
			}
		}
	}
	f.Merge = joined(f.Merge)
	names := map[string]bool{}
	for old, name := range f.Rename {
		if old == "" || name == "" || names[name] {
			return fmt.Errorf("rename: %s: %q must be a name of one body", old, name)
		}
		names[name] = true
	}
	return nil
}

// joined makes one list of those that share a name, as when a body is one with a second and then with a third: the page adds a list of two
// each time.
func joined(groups [][]string) (out [][]string) {
	for _, group := range groups {
		first := -1 // of out, that shares a name with the group
		for i := 0; i < len(out); i++ {
			if !slices.ContainsFunc(out[i], func(name string) bool { return slices.Contains(group, name) }) {
				continue
			}
			if first < 0 {
				first = i
				continue
			}
			out[first] = append(out[first], out[i]...) // which the group ties together
			out = slices.Delete(out, i, i+1)
			i--
		}
		if first < 0 {
			out = append(out, slices.Clone(group))
			continue
		}
		for _, name := range group {
			if !slices.Contains(out[first], name) {
				out[first] = append(out[first], name)
			}
		}
	}
	return out
}

func (s *FixShape) validate() error {
	given := 0
	for _, is := range []bool{s.Radius != 0, s.Box != nil, s.Outline != nil} {
		if is {
			given++
		}
	}
	positive := func(v float64) bool { return v > 0 && v <= maxShape }
	switch {
	case given != 1:
		return fmt.Errorf("it must have a radius, a box or an outline, and one of them alone")
	case s.Radius != 0 && !positive(s.Radius):
		return fmt.Errorf("radius: %g must be above 0 and at most %d px", s.Radius, maxShape)
	case s.Box != nil && (len(s.Box) != 2 || !positive(s.Box[0]) || !positive(s.Box[1])):
		return fmt.Errorf("box: %v must be a width and a height above 0 and at most %d px", s.Box, maxShape)
	case s.Outline != nil && len(s.Outline) < 3:
		return fmt.Errorf("outline: %d corners must be 3 or more", len(s.Outline))
	}
	if slices.ContainsFunc(s.Outline, func(v sim.Vec) bool { return !(v.Len() <= maxShape) }) {
		return fmt.Errorf("outline: corners must be within %d px", maxShape)
	}
	return nil
}

// maxShape bounds the sizes of bodies, in px.
const maxShape = 20_000

// shapes returns the shape in px about the middle of its area.
func (s *FixShape) shapes() ([]sim.Shape, error) {
	switch {
	case s.Radius > 0:
		return []sim.Shape{sim.NewShape(sim.Circle, s.Radius, sim.Surface{}, sim.Vec{})}, nil
	case s.Box != nil:
		return sim.NewBox(s.Box[0]/2, s.Box[1]/2, 1, sim.Surface{}).Shapes, nil
	}
	pieces, err := polygon.Convex(s.Outline)
	if err != nil {
		return nil, err
	}
	var middle sim.Vec
	total := 0.0
	for _, piece := range pieces {
		area, at, _ := polygon.Measure(piece, 0)
		middle, total = middle.Add(at.Scale(area)), total+area
	}
	shapes := make([]sim.Shape, len(pieces))
	for i, piece := range pieces {
		for k := range piece {
			piece[k] = piece[k].Sub(middle.Scale(1 / total))
		}
		shapes[i] = sim.NewShape(sim.Polygon, 0, sim.Surface{}, piece...)
	}
	return shapes, nil
}
