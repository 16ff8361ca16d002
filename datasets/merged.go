package datasets

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"orrery/datasets/splits"
)

// Part is one of the datasets that a merged one is made of, or a stretch of it. Its episodes follow
// those of the part before.
type Part struct {
	Name       string `json:"name"`           // of its directory
	Sum        string `json:"sha256"`         // in hexadecimal, of its provenance, which has the hashes of all its files
	From       int    `json:"from,omitempty"` // number of the first of its episodes that is here
	To         int    `json:"to,omitempty"`   // number of the one after the last; 0 when all are here
	Provenance        // without Files
}

// span returns the episodes of the part's dataset that are here.
func (p *Part) span() (from, to int) {
	if p.To == 0 {
		return 0, p.Episodes
	}
	return p.From, p.To
}

// Len returns the number of episodes.
func (p *Part) Len() int {
	from, to := p.span()
	return to - from
}

// within returns the part with fewer of its episodes: those from one to another of those that are here.
func (p Part) within(from, to int) Part {
	if from == 0 && to == p.Len() {
		return p
	}
	first, _ := p.span()
	p.From, p.To = first+from, first+to
	return p
}

// partsOf returns the dataset in the directory name as parts of a merged one: those that it
// has itself, or else the whole.
func partsOf(name string, p Provenance) []Part {
	if len(p.Parts) > 0 {
		return p.Parts
	}
	sum := sha256.Sum256(p.Encode())
	p.Files = nil
	return []Part{{Name: name, Sum: hex.EncodeToString(sum[:]), Provenance: p}}
}

// partsWithin returns the parts of some episodes of a dataset.
func partsWithin(parts []Part, from, to int) []Part {
	var left []Part
	before := 0
	for _, part := range parts {
		n := part.Len()
		first, last := max(from-before, 0), min(to-before, n)
		if first < last {
			left = append(left, part.within(first, last))
		}
		before += n
	}
	return left
}

// Stretch is some episodes of a dataset that is merged with others.
type Stretch struct {
	*Dataset
	From, To int // numbers of the first episode, and of the one after the last
}

// Merged says what a merged dataset is made of.
type Merged struct {
	Spec
	Stretches []Stretch // in the order of the episodes
}

// Merge returns what fixes a dataset with the episodes of others, called by names. Where one of them
// is divided into splits, or division is not empty and divides each of them anew, the episodes of train
// come first, then those of val and of test; within a split, and where nothing is divided, they are in
// the order of the sets.
//
// It is an error when their frames last longer in one than in another, when only some have
// outcomes, or when two have the same episodes.
func Merge(names []string, sets []*Dataset, division splits.Division) (Merged, error) {
	m := Merged{Spec: Spec{Command: "orrery merge " + strings.Join(names, " "), FPS: sets[0].FPS(), Motion: sets[0].provenance.Motion}}
	if len(division) > 0 {
		m.Command += " --split " + division.String()
		if !division.Shares() {
			return m, fmt.Errorf("%v: each of the datasets is divided, so shares are needed, such as 0.8", division)
		}
	}
	var own [][]Part
	for i, d := range sets {
		switch {
		case d.provenance.Motion != sets[0].provenance.Motion:
			return m, fmt.Errorf("only one of %s and %s is a table of impacts: its episodes have no time, so they cannot be among others", d.Name(), sets[0].Name())
		case d.FPS() != m.FPS:
			return m, fmt.Errorf("%s has %d frames a second, but %s has %d: a dataset has one frame rate", d.Name(), d.FPS(), sets[0].Name(), m.FPS)
		case d.room.Observed != sets[0].room.Observed:
			return m, fmt.Errorf("only one of %s and %s was measured (observation.measured and so on): they must all be estimates, or all known", d.Name(), sets[0].Name())
		case d.room.Film != sets[0].room.Film:
			return m, fmt.Errorf("%s and %s must both have pictures (%s) of one kind and size, or neither", d.Name(), sets[0].Name(), featureCamera)
		case d.room.Rewarded != sets[0].room.Rewarded:
			return m, fmt.Errorf("only one of %s and %s has outcomes (next.reward and so on): they must be in all episodes or in none", d.Name(), sets[0].Name())
		}
		parts := partsOf(names[i], d.provenance)
		for k, other := range own {
			if err := apart(sets[k], other, d, parts); err != nil {
				return m, err
			}
		}
		own = append(own, parts)
		m.Episodes += d.Episodes()
		m.Frames = max(m.Frames, d.provenance.Frames)
	}
	if err := m.order(sets, own, division); err != nil {
		return m, err
	}
	m.describe()
	return m, nil
}

// order sets the stretches, the parts and the splits.
func (m *Merged) order(sets []*Dataset, own [][]Part, division splits.Division) error {
	divided := make([]splits.Splits, len(sets)) // each with the rest, that is in none
	any := false
	for i, d := range sets {
		s := d.splits
		if len(division) > 0 {
			var err error
			if s, err = division.Of(d.Episodes()); err != nil {
				return fmt.Errorf("%s: %w", d.Name(), err)
			}
			if d.splits.Divided(d.Episodes()) {
				if err := s.Follows(d.splits); err != nil {
					return fmt.Errorf("%s: %w", d.Name(), err)
				}
			}
		}
		any = any || s.Divided(d.Episodes())
		divided[i] = withRest(s, d.Episodes())
	}
	if !any {
		for i, d := range sets {
			m.Stretches = append(m.Stretches, Stretch{d, 0, d.Episodes()})
			m.Parts = append(m.Parts, own[i]...)
		}
		return nil
	}
	from, to := 0, 0
	for _, name := range splitNames(divided) {
		for i, d := range sets {
			for _, s := range divided[i] {
				if s.Name == name {
					m.Stretches = append(m.Stretches, Stretch{d, s.From, s.To})
					m.Parts = append(m.Parts, partsWithin(own[i], s.From, s.To)...)
					to += s.Len()
				}
			}
		}
		if name != "" {
			m.Splits = append(m.Splits, splits.Split{Name: name, From: from, To: to})
		}
		from = to
	}
	return nil
}

// withRest returns splits together with the stretches between them, which have no name.
func withRest(s splits.Splits, episodes int) splits.Splits {
	var all splits.Splits
	from := 0
	for _, split := range append(slices.Clone(s), splits.Split{From: episodes, To: episodes}) {
		if split.From > from {
			all = append(all, splits.Split{From: from, To: split.From})
		}
		if split.Len() > 0 {
			all = append(all, split)
		}
		from = split.To
	}
	return all
}

// splitNames returns the names of the splits of all sets in the order that they have in a merged
// dataset: train, val, test, others by their names, and what is in none.
func splitNames(divided []splits.Splits) []string {
	var names []string
	for _, s := range divided {
		names = append(names, s.Names()...)
	}
	usual := []string{splits.Train, splits.Val, splits.Test}
	rank := func(name string) int {
		if i := slices.Index(usual, name); i >= 0 {
			return i
		}
		if name != "" {
			return len(usual)
		}
		return len(usual) + 1
	}
	slices.SortFunc(names, func(a, b string) int { return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(a, b)) })
	return slices.Compact(names)
}

// describe sets what follows from the parts.
func (m *Merged) describe() {
	m.Policy, m.Film = m.Parts[0].Policy, m.Parts[0].Film
	var scenarios []string
	for _, part := range m.Parts {
		scenarios = append(scenarios, part.Scenario)
		if part.Policy != m.Policy {
			m.Policy = ""
		}
		if part.Film != m.Film {
			m.Film = m.Film.Stored() // what else is seen differs
		}
		for file, sum := range part.Sources {
			if m.Sources == nil {
				m.Sources = map[string]string{}
			}
			if other := m.Sources[file]; other != "" && other != sum {
				file = part.Name + "/" + file
			}
			m.Sources[file] = sum
		}
	}
	m.Scenario, m.Task = strings.Join(distinct(scenarios), " + "), joinTasks(m.Parts)
}

// distinct returns each of the texts once, in the order in which they come.
func distinct(texts []string) []string {
	var each []string
	for _, text := range texts {
		if !slices.Contains(each, text) {
			each = append(each, text)
		}
	}
	return each
}
