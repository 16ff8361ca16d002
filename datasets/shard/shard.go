package shard

import "fmt"

// Shard is one of several parts of equal size, give or take a unit, in which
// numbered units of work are done on as many machines. The zero Shard
// is the whole.
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

// Validate returns an error when so many units, which a word in the plural names, have no such shard.
func (s Shard) Validate(units int, word string) error {
	switch {
	case s == Shard{}:
		return nil
	case s.Of < 1 || s.Of > units:
		return fmt.Errorf("shard %v: the number of shards must be from 1 to that of %s, %d", s, word, units)
	case s.Index < 0 || s.Index >= s.Of:
		return fmt.Errorf("shard %v: the index must be from 0 to %d", s, s.Of-1)
	}
	return nil
}

// Span returns the first of so many units that the shard holds, and the one
// after its last.
func (s Shard) Span(units int) (from, to int) {
	if s == (Shard{}) {
		return 0, units
	}
	return s.Index * units / s.Of, (s.Index + 1) * units / s.Of
}

// Order returns the places of shards, which are called by names in errors, in the order of their units. Together they
// must be all of the shard whole, each once, and there must be as many or a multiple of whole.Of
// in all. So shards 4/12, 5/12, 6/12 and 7/12 are shard 1/3.
func Order(names []string, shards []Shard, whole Shard) ([]int, error) {
	if len(shards) == 0 {
		return nil, fmt.Errorf("there are no shards")
	}
	of := shards[0].Of
	for i, s := range shards {
		switch {
		case s == Shard{}:
			return nil, fmt.Errorf("%s: is whole, not a shard; merge the shards first", names[i])
		case s.Of != of:
			return nil, fmt.Errorf("%s and %s are not shards of one whole: %v and %v", names[0], names[i], shards[0], s)
		case s.Of < 1 || s.Index < 0 || s.Index >= s.Of:
			return nil, fmt.Errorf("%s: shard %v: the index must be from 0 to %d", names[i], s, s.Of-1)
		}
	}
	if whole == (Shard{}) {
		whole.Of = 1
	}
	if of%whole.Of != 0 {
		return nil, fmt.Errorf("shard %v cannot be made of shards of %d: %d must divide that", whole, of, whole.Of)
	}
	first, end := whole.Span(of)
	at := map[int]int{} // place by index
	for i, s := range shards {
		if s.Index < first || s.Index >= end {
			return nil, fmt.Errorf("%s: shard %v is not in shard %v", names[i], s, whole)
		}
		if twin, found := at[s.Index]; found {
			return nil, fmt.Errorf("%s and %s are both shard %v", names[twin], names[i], s)
		}
		at[s.Index] = i
	}
	var order []int
	for k := first; k < end; k++ {
		i, found := at[k]
		if !found {
			return nil, fmt.Errorf("shard %v is missing", Shard{Index: k, Of: of})
		}
		order = append(order, i)
	}
	return order, nil
}
