package splits

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// Names of splits. All is none of them: it stands for every episode.
const (
	Train = "train" // what models learn from
	Val   = "val"   // what says when a model has learned enough
	Test  = "test"  // what no model sees before it is measured
	All   = "all"
)

// Split is a run of episodes with a purpose.
type Split struct {
	Name string `json:"name"`
	From int    `json:"from"` // number of the first episode
	To   int    `json:"to"`   // number after that of the last episode
}

// Len returns the number of episodes.
func (s Split) Len() int { return s.To - s.From }

// Numbers returns those of the episodes.
func (s Split) Numbers() []int {
	numbers := make([]int, 0, s.Len())
	for i := s.From; i < s.To; i++ {
		numbers = append(numbers, i)
	}
	return numbers
}

// String returns the split as people read it, with its last episode.
func (s Split) String() string {
	if s.Len() == 1 {
		return fmt.Sprintf("%s %d", s.Name, s.From)
	}
	return fmt.Sprintf("%s %d to %d", s.Name, s.From, s.To-1)
}

// Splits are the splits of a dataset, in the order of their episodes.
type Splits []Split

// Whole returns the splits of a dataset that was not divided: all is to train on.
func Whole(episodes int) Splits { return Splits{{Train, 0, episodes}} }

// Divided reports whether the splits of a dataset with so many episodes say more than that all is to
// train on.
func (s Splits) Divided(episodes int) bool { return !slices.Equal(s, Whole(episodes)) }

// Find returns the split with a name.
func (s Splits) Find(name string) (Split, bool) {
	i := slices.IndexFunc(s, func(split Split) bool { return split.Name == name })
	if i < 0 {
		return Split{}, false
	}
	return s[i], true
}

// Of returns the name of the split that an episode is in, or nothing.
func (s Splits) Of(episode int) string {
	i, found := slices.BinarySearchFunc(s, episode, func(split Split, episode int) int {
		switch {
		case split.To <= episode:
			return -1
		case split.From > episode:
			return 1
		}
		return 0
	})
	if !found {
		return ""
	}
	return s[i].Name
}

// Names returns the names, in the order of the episodes.
func (s Splits) Names() []string {
	names := make([]string, len(s))
	for i := range s {
		names[i] = s[i].Name
	}
	return names
}

// String returns the splits as people read them.
func (s Splits) String() string {
	texts := make([]string, len(s))
	for i := range s {
		texts[i] = s[i].String()
	}
	return strings.Join(texts, ", ")
}

// Around returns s with each split's end moved to the nearest end of a group of episodes, whose sizes are
// in their order, so that no group is in two splits. Where that would leave a split empty s stays as it is.
func (s Splits) Around(groups []int) Splits {
	ends := make([]int, len(groups)) // of groups
	for i, n := range groups {
		ends[i] = n
		if i > 0 {
			ends[i] += ends[i-1]
		}
	}
	out, from := slices.Clone(s), 0
	for i := range out {
		to := out[i].To
		for k, end := range ends {
			if far := max(end-s[i].To, s[i].To-end); k == 0 || far < max(to-s[i].To, s[i].To-to) {
				to = end
			}
		}
		if to <= from {
			return s
		}
		out[i].From, out[i].To, from = from, to, to
	}
	return out
}

// Within returns what is left of the splits in a part of the episodes, which there count from 0.
func (s Splits) Within(from, to int) Splits {
	var left Splits
	for _, split := range s {
		split.From, split.To = max(split.From, from)-from, min(split.To, to)-from
		if split.Len() > 0 {
			left = append(left, split)
		}
	}
	return left
}

// Validate returns an error that names the first split that a dataset of so many episodes cannot have.
func (s Splits) Validate(episodes int) error {
	if len(s) > maxSplits {
		return fmt.Errorf("there are %d splits, and may be %d", len(s), maxSplits)
	}
	for i, split := range s {
		switch {
		case !named(split.Name):
			return fmt.Errorf("split %.40q: a name must be of letters, digits, - and _, at most %d of them, and not %s", split.Name, maxName, All)
		case split.From < 0 || split.From >= split.To || split.To > episodes:
			return fmt.Errorf("split %s: %d:%d must be from an episode to a later one, of 0:%d", split.Name, split.From, split.To, episodes)
		case i > 0 && split.From < s[i-1].To:
			return fmt.Errorf("split %s: %d:%d must not have episodes of %s, %d:%d", split.Name, split.From, split.To, s[i-1].Name, s[i-1].From, s[i-1].To)
		}
		if _, twice := s[:i].Find(split.Name); twice {
			return fmt.Errorf("split %s must be there once", split.Name)
		}
	}
	return nil
}

// Bounds of what is read.
const (
	maxSplits = 64
	maxName   = 64 // bytes
)

// named reports whether a split can have a name.
func named(name string) bool {
	return name != "" && name != All && len(name) <= maxName && strings.IndexFunc(name, func(r rune) bool {
		return r != '-' && r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r)
	}) < 0
}

// Encode returns the splits as meta/info.json has them.
func (s Splits) Encode() map[string]string {
	text := make(map[string]string, len(s))
	for _, split := range s {
		text[split.Name] = fmt.Sprintf("%d:%d", split.From, split.To)
	}
	return text
}

// Decode reads the splits that meta/info.json has for so many episodes. Where it has none, all is to
// train on.
func Decode(text map[string]string, episodes int) (Splits, error) {
	if len(text) == 0 {
		return Whole(episodes), nil
	}
	if len(text) > maxSplits {
		return nil, fmt.Errorf("splits: there are %d, and may be %d", len(text), maxSplits)
	}
	var s Splits
	for name, span := range text {
		from, to, ok := parseSpan(span)
		if !ok {
			return nil, fmt.Errorf("splits: split %.40q: %.40q must be two numbers of episodes, such as \"0:%d\"", name, span, episodes)
		}
		s = append(s, Split{name, from, to})
	}
	slices.SortFunc(s, func(a, b Split) int {
		return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To), cmp.Compare(a.Name, b.Name))
	})
	if err := s.Validate(episodes); err != nil {
		return nil, fmt.Errorf("splits: %w", err)
	}
	return s, nil
}

// parseSpan reads two numbers of episodes, of plain digits.
func parseSpan(text string) (from, to int, ok bool) {
	before, after, found := strings.Cut(text, ":")
	from, first := parseEpisode(before)
	to, second := parseEpisode(after)
	return from, to, found && first && second
}

func parseEpisode(text string) (int, bool) {
	plain := text != "" && strings.Trim(text, "0123456789") == ""
	n, err := strconv.Atoi(text)
	return n, plain && err == nil
}

// Follows returns nil when a dataset with splits s may take the place of a shorter one with splits
// had, or an error: what models were trained on must not judge them later.
func (s Splits) Follows(had Splits) error {
	judging, found := s.Find(Test)
	if !found {
		return nil
	}
	for _, split := range had {
		from, to := max(split.From, judging.From), min(split.To, judging.To)
		if split.Name != Test && from < to {
			return fmt.Errorf("episode %d is in %s and would be in %s: what models were trained on must not judge them", from, split.Name, Test)
		}
	}
	return nil
}

// errNone is the error of a division that says nothing.
var errNone = errors.New("no split is named")
