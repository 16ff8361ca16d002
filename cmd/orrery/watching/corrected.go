package watching

import (
	"fmt"
	"slices"

	"orrery/sim/input"
)

// corrected names what a row is of after the corrections, and reports whether it is kept.
func (f *Fix) corrected(episode int, body string, time float64) (name string, kept bool) {
	if f == nil {
		return body, true
	}
	for _, s := range f.Split { // in the order of the file: later ones see what earlier ones did
		if s.Body == body && s.Episode == episode && time >= s.From {
			body = s.As
		}
	}
	for _, group := range f.Merge {
		if slices.Contains(group, body) {
			body = group[0]
		}
	}
	if slices.Contains(f.Ignore, body) {
		return "", false
	}
	if name, is := f.Rename[body]; is {
		body = name
	}
	return body, true
}

// check returns an error when the corrections speak of bodies that there are not.
func (f *Fix) check(names []string) error {
	if f == nil {
		return nil
	}
	for name := range f.Shape {
		if !slices.Contains(names, name) {
			return input.Unknown("shape: body", name, names)
		}
	}
	known := slices.Clone(names)
	for i, s := range f.Split {
		if !slices.Contains(known, s.Body) {
			return fmt.Errorf("split[%d]: %w", i, input.Unknown("body", s.Body, known))
		}
		known = append(known, s.As)
	}
	for i, group := range f.Merge {
		for _, name := range group {
			if !slices.Contains(known, name) {
				return fmt.Errorf("merge[%d]: %w", i, input.Unknown("body", name, known))
			}
		}
	}
	for _, name := range f.Ignore {
		if !slices.Contains(known, name) {
			return input.Unknown("ignore: body", name, known)
		}
	}
	for old := range f.Rename {
		if !slices.Contains(known, old) {
			return input.Unknown("rename: body", old, known)
		}
	}
	return nil
}
