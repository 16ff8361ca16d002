package storage

import (
	"context"
	"errors"
	"slices"
	"testing"
)

// counted is a store of one object, whose byte at n is n modulo 251. It notes which blocks are read.
type counted struct {
	store
	from, blocks []int64
	fail         error
}

func (c *counted) read(_ context.Context, _, _ string, b []byte, at int64) error {
	c.from, c.blocks = append(c.from, at/blockBytes), append(c.blocks, (int64(len(b))+blockBytes-1)/blockBytes)
	for i := range b {
		b[i] = byte((at + int64(i)) % 251)
	}
	return c.fail
}

// TestBlocksAreReadAheadOnceAndForgotten: what follows what was read comes with it, up to what is there already or the
// object ends; of too many the ones go that were used longest ago.
func TestBlocksAreReadAheadOnceAndForgotten(t *testing.T) {
	t.Parallel()
	s, o := &counted{}, object{key: "k", tag: "t", size: 30*blockBytes + 5}
	c := newBlocks(10 * blockBytes)
	get := func(block, within int64, from, blocks []int64) {
		t.Helper()
		s.from, s.blocks = nil, nil
		at := block*blockBytes + within
		data, err := c.get(s, o, at)
		if err != nil || len(data) == 0 || data[0] != byte(at%251) || !slices.Equal(s.from, from) || !slices.Equal(s.blocks, blocks) {
			t.Errorf("block %d: %v; %v blocks are read from %v, want %v from %v", block, err, s.blocks, s.from, blocks, from)
		}
	}
	get(0, 7, []int64{0}, []int64{1})
	get(1, 0, []int64{1}, []int64{8})
	get(5, 9, nil, nil)
	get(0, 1, nil, nil)                 // is used last
	get(20, 0, []int64{20}, []int64{1}) // 10 blocks are there
	get(25, 0, []int64{25}, []int64{1}) // and 1 to 8 go
	get(0, 0, nil, nil)
	get(20, 3, nil, nil)
	if c.used != 3*blockBytes {
		t.Errorf("%d bytes are counted, want those of 3 blocks", c.used)
	}
	get(21, 0, []int64{21}, []int64{4}) // up to 25
	get(26, 0, []int64{26}, []int64{5}) // up to the end
	get(30, 4, nil, nil)
	if c.used > 10*blockBytes {
		t.Errorf("%d bytes are kept, at most those of 10 blocks", c.used)
	}
	s.fail = errors.New("lost")
	if _, err := c.get(s, o, 15*blockBytes); !errors.Is(err, s.fail) {
		t.Errorf("a read that fails: %v", err)
	}
	s.fail = nil
	get(15, 0, []int64{15}, []int64{1})
}
