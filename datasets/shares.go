package datasets

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"orrery/datasets/splits"
)

// generation is episodes that were made in one go, or a stretch of them.
type generation struct {
	*Spec
	from, to int // the first of them, and the one after the last
	at       int // number of the first in the dataset
}

// generations returns where the episodes of s come from.
func (s *Spec) generations() []generation {
	if len(s.Parts) == 0 {
		from, to := s.Shard.Span(s.Episodes)
		return []generation{{s, from, to, 0}}
	}
	var all []generation
	at := 0
	for i := range s.Parts {
		part := &s.Parts[i]
		from, to := part.span()
		all = append(all, generation{&part.Spec, from, to, at})
		at += part.Len()
	}
	return all
}

// within returns the generations of some episodes of the dataset.
func within(all []generation, from, to int) []generation {
	var left []generation
	for _, g := range all {
		first, last := max(from, g.at), min(to, g.at+g.to-g.from)
		if first < last {
			left = append(left, generation{g.Spec, g.from + first - g.at, g.from + last - g.at, first})
		}
	}
	return left
}

// drawnAlike reports whether episodes of the same number begin alike: they are of one scenario and one
// seed, or of the same files. Two scenario files of one name are two scenarios.
func (s *Spec) drawnAlike(other *Spec) bool {
	if s.File != "" && other.File != "" && s.File != other.File {
		return false
	}
	return s.Scenario == other.Scenario && s.Seed == other.Seed && maps.Equal(s.Sources, other.Sources)
}

// sameEpisodes reports whether episodes of the same number are the same ones.
func (s *Spec) sameEpisodes(other *Spec) bool {
	return s.drawnAlike(other) && s.File == other.File && maps.Equal(s.Params, other.Params) && maps.Equal(s.Ranges, other.Ranges) &&
		s.Policy == other.Policy && s.ModelSum == other.ModelSum && s.FPS == other.FPS && s.Frames == other.Frames && (len(s.Sources) == 0 || s.Command == other.Command)
}

// overlap returns the first number that two stretches of episodes have in common.
func (g generation) overlap(other generation) (number int, found bool) {
	from, to := max(g.from, other.from), min(g.to, other.to)
	return from, from < to
}

// apart returns an error when two datasets that are to be merged, given with their parts, have an
// episode in common.
func apart(a *Dataset, parts []Part, b *Dataset, others []Part) error {
	one, two := Spec{Parts: parts}, Spec{Parts: others}
	mine, theirs := one.generations(), two.generations()
	for i, g := range mine {
		for k, h := range theirs {
			if parts[i].Sum != others[k].Sum && !g.sameEpisodes(h.Spec) {
				continue
			}
			if number, found := g.overlap(h); found {
				return fmt.Errorf("%s and %s hold the same episodes: episode %d of one is episode %d of the other",
					a.Name(), b.Name(), g.at+number-g.from, h.at+number-h.from)
			}
		}
	}
	return nil
}

// learned is what a model's description says of the dataset that it was trained on.
type learned struct {
	Provenance
	Used splits.Splits `json:"used,omitempty"` // what was trained on; every episode where nothing is said
}

// Learned returns what the description of a model that was trained on some splits of d says of it.
// Nothing is said of them when they are nil: it was trained on all.
func (d *Dataset) Learned(used splits.Splits) json.RawMessage {
	about := learned{d.provenance, used}
	about.Files = nil // the rest says how to make them again
	text, err := json.Marshal(about)
	if err != nil {
		panic(err) // it came from JSON
	}
	return text
}

// Shares reports whether some episodes of a dataset made from s, those with the given numbers or all
// when they are nil, are among those that a model was trained on, of which its description has what is
// known: what Learned returns, or several of it, as world/fit writes them. Episodes of one scenario,
// one seed and one number are the same ones.
func (s *Spec) Shares(trained json.RawMessage, episodes []int) bool {
	var about struct {
		learned
		Sets []struct {
			Provenance json.RawMessage `json:"provenance"`
		} `json:"sets"`
	}
	if json.Unmarshal(trained, &about) != nil {
		return false
	}
	if len(about.Sets) > 0 {
		for _, set := range about.Sets {
			if s.Shares(set.Provenance, episodes) {
				return true
			}
		}
		return false
	}
	if about.Episodes == 0 && len(about.Parts) == 0 {
		about.Episodes = MaxEpisodes // it is not known how many there were
	}
	had := about.generations()
	if len(about.Used) > 0 {
		all := had
		had = nil
		for _, split := range about.Used {
			had = append(had, within(all, split.From, split.To)...)
		}
	}
	own := s.generations()
	if episodes != nil {
		own = within(own, slices.Min(append(episodes, MaxEpisodes)), slices.Max(append(episodes, -1))+1)
	}
	for _, g := range had {
		for _, h := range own {
			if _, found := g.overlap(h); found && g.drawnAlike(h.Spec) {
				return true
			}
		}
	}
	return false
}
