package parquet

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math/bits"
)

// levels are the levels that a page must have when every row has a value, or a
// list of width of them.
type levels struct {
	leaf  leaf
	width int
	first int // place of the first value in its list
}

// check demands n levels of each sort that the column has.
func (l levels) check(repetition, definition []byte, n int) error {
	if l.leaf.list {
		if err := checkLevels(repetition, 1, n, func(i int) uint32 { return uint32(min((l.first+i)%l.width, 1)) }); err != nil {
			return fmt.Errorf("lists must have %d values: %w", l.width, err)
		}
	}
	if depth := l.leaf.depth; depth > 0 {
		if err := checkLevels(definition, bits.Len(uint(depth)), n, func(int) uint32 { return uint32(depth) }); err != nil {
			return fmt.Errorf("no value must be missing: %w", err)
		}
	}
	return nil
}

// cutLevels returns the levels of a page where each sort follows its length in bytes, and
// what follows both.
func (l leaf) cutLevels(b []byte) (repetition, definition, rest []byte, err error) {
	var sorts [2][]byte
	for i, present := range []bool{l.list, l.depth > 0} {
		if !present {
			continue
		}
		if len(b) < 4 || int64(binary.LittleEndian.Uint32(b)) > int64(len(b)-4) {
			return nil, nil, nil, errors.New("levels leave their page")
		}
		end := 4 + int(binary.LittleEndian.Uint32(b))
		sorts[i], b = b[4:end], b[end:]
	}
	return sorts[0], sorts[1], b, nil
}

// missing returns which of n rows have no value in a column that is no list, or nil where
// all have one, and how many have one.
func (l leaf) missing(definition []byte, n int) (missing []bool, values int, err error) {
	if l.depth == 0 {
		return nil, n, nil
	}
	missing = make([]bool, n)
	err = decodeRuns(definition, bits.Len(uint(l.depth)), n, func(i int, v uint32) error {
		if v > uint32(l.depth) {
			return fmt.Errorf("level %d is %d, but at most %d can be", i, v, l.depth)
		}
		if missing[i] = v < uint32(l.depth); !missing[i] {
			values++
		}
		return nil
	})
	if values == n {
		missing = nil
	}
	return missing, values, err
}

// checkLevels demands n levels of so many bits that are what want says.
func checkLevels(b []byte, size, n int, want func(i int) uint32) error {
	return decodeRuns(b, size, n, func(i int, v uint32) error {
		if v != want(i) {
			return fmt.Errorf("level %d is %d", i, v)
		}
		return nil
	})
}
