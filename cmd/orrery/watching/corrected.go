package watching

import (
	"fmt"
	"slices"

	"orrery/sim/input"
)

// corrected names what a row is of after the corrections, and reports whether it is kept. Merged is its place in the list of bodies that
// are one, or -1 where there is none.
func (f *Fix) corrected(episode int, body string, time float64) (name string, merged int, kept bool) {
	merged = -1
	if f == nil {
		return body, merged, true
	}
	for _, s := range f.Split { // in the order of the file: later ones see what earlier ones did
		if s.Body == body && s.Episode == episode && time >= s.From {
			body = s.As
		}
	}
	for _, group := range f.Merge {
		if at := slices.Index(group, body); at >= 0 {
			body, merged = group[0], at
			break // no body is in two groups
		}
	}
	if slices.Contains(f.Ignore, body) {
		return "", merged, false
	}
	if name, is := f.Rename[body]; is {
		body = name
	}
	return body, merged, true
}

// correctedRow is a row whose body has its name.
type correctedRow struct {
	Row
	found  int // number by which the body was found
	merged int // as corrected has it
}

// one returns which of two rows of one picture counts, whose bodies the corrections gave one name: the one that was seen, and of two of a
// merge the one that is named first. Two that were seen and are not to be merged are two bodies.
func (f *Fix) one(a, b *correctedRow) (*correctedRow, error) {
	if a.Seen != b.Seen {
		if a.Seen {
			return a, nil
		}
		return b, nil
	}
	if !a.Seen || a.merged >= 0 && b.merged >= 0 {
		if b.merged < a.merged {
			return b, nil
		}
		return a, nil
	}
	return nil, fmt.Errorf("two bodies are %q in picture %d of episode %d: a merge makes one body of two, two splits swap them", a.Body, a.Frame, a.Episode)
}

// check returns an error when the corrections speak of bodies or episodes that there are not.
func (f *Fix) check(names []string, episodes int) error {
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
		if s.Episode >= episodes {
			return fmt.Errorf("split[%d]: episode: %d must be less than %d, the number of episodes", i, s.Episode, episodes)
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
