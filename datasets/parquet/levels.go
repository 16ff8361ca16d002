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
		if err := checkLists(repetition, n, l.first, l.width); err != nil {
			return fmt.Errorf("lists must have %d values: %w", l.width, err)
		}
	}
	if depth := l.leaf.depth; depth > 0 {
		if err := checkDepth(definition, depth, n); err != nil {
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

// checkDepth demands n definition levels of a depth.
func checkDepth(b []byte, depth, n int) error {
	return eachRun(b, bits.Len(uint(depth)), n, func(i int, r run) error {
		same := 0 // of the run's numbers, that were seen to be right at a glance
		switch {
		case !r.packed && r.at(0) == uint32(depth):
			return nil
		case r.packed && depth == 1:
			for same+8 <= r.count && r.bytes[same/8] == 0xff {
				same += 8
			}
		}
		for k := same; k < r.count; k++ {
			if v := r.at(k); v != uint32(depth) {
				return fmt.Errorf("level %d is %d", i+k, v)
			}
		}
		return nil
	})
}

// checkLists demands n repetition levels of lists of width values: 0 where a list begins, 1 in it. The
// first level is of the value at a place of its list.
func checkLists(b []byte, n, first, width int) error {
	return eachRun(b, 1, n, func(i int, r run) error {
		place := (first + i) % width
		if !r.packed && r.at(0) == 1 && place > 0 && place+r.count <= width {
			return nil // all of them in one list
		}
		for k := 0; k < r.count; {
			// Eight at a glance: lists of eight and more begin once in them at most.
			if r.packed && k%8 == 0 && k+8 <= r.count && width >= 8 {
				want, begins := byte(0xff), (width-place)%width
				if begins < 8 {
					want &^= 1 << begins
				}
				if r.bytes[k/8] == want {
					k, place = k+8, (place+8)%width
					continue
				}
			}
			if v := r.at(k); v != uint32(min(place, 1)) {
				return fmt.Errorf("level %d is %d", i+k, v)
			}
			if k, place = k+1, place+1; place == width {
				place = 0
			}
		}
		return nil
	})
}
