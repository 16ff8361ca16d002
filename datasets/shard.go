package datasets

import "fmt"

// Shard is one of several parts of equal size, give or take an episode, in which
// a dataset is made on as many machines. Merge puts them together. The zero Shard
// is the whole dataset.
type Shard struct {
	Index int `json:"index"` // from 0
	Of    int `json:"of"`    // how many shards there are
}

// String returns the shard as index/of, or all.
func (s Shard) String() string {
	if s == (Shard{}) {
		return "all"
	}
	return fmt.Sprintf("%d/%d", s.Index, s.Of)
}

// validate returns an error when a dataset of so many episodes has no such shard.
func (s Shard) validate(episodes int) error {
	switch {
	case s == Shard{}:
		return nil
	case s.Of < 1 || s.Of > episodes:
		return fmt.Errorf("shard %v: the number of shards must be from 1 to that of episodes, %d", s, episodes)
	case s.Index < 0 || s.Index >= s.Of:
		return fmt.Errorf("shard %v: the index must be from 0 to %d", s, s.Of-1)
	}
	return nil
}

// Span returns the first of so many episodes that the shard holds, and the one
// after its last.
func (s Shard) Span(episodes int) (from, to int) {
	if s == (Shard{}) {
		return 0, episodes
	}
	return s.Index * episodes / s.Of, (s.Index + 1) * episodes / s.Of
}
