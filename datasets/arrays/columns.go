package arrays

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"iter"
	"slices"

	"orrery/datasets"
	"orrery/datasets/splits"
	"orrery/sim"
)

// Episode is a trajectory with what its actions led to [t-1], or nil.
type Episode struct {
	*sim.Trajectory
	Outcomes []datasets.Outcome
	Split    string // that it is in, or empty

	scene int // its number
}

// Size says how much there is to write.
type Size struct {
	Episodes int  // E
	Frames   int  // N, of all episodes
	Bodies   int  // n, of the largest scene
	Actions  int  // a, the greatest number of actuators of a scene; 0 leaves one zero
	Outcomes bool // the episodes have outcomes
	Splits   bool // the episodes are divided into splits
	Observed bool // the states are estimates of what was measured

	About About // what the numbers mean
}

// kind is the type of the values of an array.
type kind int

const (
	int8s kind = iota
	int32s
	int64s
	float32s
	uint8s
)

// bytes returns the size of a value.
func (k kind) bytes() int { return [...]int{1, 4, 8, 4, 1}[k] }

// column is an array to write.
type column struct {
	names  []string
	kind   kind
	shape  []int
	append func(dst []byte, e Episode, number, from int) []byte // what an episode of a number adds, whose first frame is from
	labels []string                                             // names of the values of a row, or nil
	chunk  int                                                  // rows of a chunk of HDF5; 0 for all in one piece
}

// bytes returns the size of the array.
func (c *column) bytes() int64 {
	n := int64(c.kind.bytes())
	for _, d := range c.shape {
		n *= int64(d)
	}
	return n
}

// columns returns the arrays.
func (s Size) columns() []column {
	a := max(1, s.Actions)
	list := []column{
		{names: []string{"action"}, kind: float32s, shape: []int{s.Frames, a}, append: func(dst []byte, e Episode, _, _ int) []byte {
			for k := range e.States {
				row := make([]float32, a)
				for i, v := range e.Action(k) {
					row[i] = float32(v)
				}
				dst = appendValues(dst, row)
			}
			return dst
		}},
		{names: []string{"proprio", "state"}, kind: float32s, shape: []int{s.Frames, sim.StateSize * s.Bodies}, append: func(dst []byte, e Episode, _, _ int) []byte {
			for _, state := range e.States {
				dst = appendValues(dst, state.AppendFloat32(nil, s.Bodies))
			}
			return dst
		}},
		{names: []string{"episode_idx"}, kind: int32s, shape: []int{s.Frames}, append: func(dst []byte, e Episode, number, _ int) []byte {
			for range e.States {
				dst = appendValues(dst, int32(number))
			}
			return dst
		}},
		{names: []string{"step_idx"}, kind: int32s, shape: []int{s.Frames}, append: func(dst []byte, e Episode, _, _ int) []byte {
			for k := range e.States {
				dst = appendValues(dst, int32(k))
			}
			return dst
		}},
		{names: []string{"scene_idx"}, kind: int32s, shape: []int{s.Frames}, append: func(dst []byte, e Episode, _, _ int) []byte {
			for range e.States {
				dst = appendValues(dst, int32(e.scene))
			}
			return dst
		}},
		{names: []string{"ep_len"}, kind: int32s, shape: []int{s.Episodes}, append: func(dst []byte, e Episode, _, _ int) []byte {
			return appendValues(dst, int32(len(e.States)))
		}},
		{names: []string{"ep_offset"}, kind: int64s, shape: []int{s.Episodes}, append: func(dst []byte, _ Episode, _, from int) []byte {
			return appendValues(dst, int64(from))
		}},
	}
	if s.Splits {
		list = append(list, column{names: []string{"split"}, kind: int8s, shape: []int{s.Frames}, append: func(dst []byte, e Episode, _, _ int) []byte {
			return append(dst, bytes.Repeat([]byte{byte(splitNumber(e.Split))}, len(e.States))...)
		}})
	}
	if s.Observed {
		list = append(list, s.observed()...)
	}
	list[0].labels, list[1].labels = s.About.Actions, bodyNames(s.Bodies, stateNames[:]...)
	if n := len(s.About.View); n > 0 {
		list = append(list, column{names: []string{"environment_state"}, kind: float32s, shape: []int{s.Frames, n}, labels: s.About.View, append: func(dst []byte, e Episode, _, _ int) []byte {
			for k := range e.States {
				row := make([]float32, n)
				for i, v := range e.View[k] {
					row[i] = float32(v)
				}
				dst = appendValues(dst, row)
			}
			return dst
		}})
	}
	if !s.Outcomes {
		return list
	}
	flag := func(name string, of func(datasets.Outcome) bool) column {
		return column{names: []string{name}, kind: int8s, shape: []int{s.Frames}, append: func(dst []byte, e Episode, _, _ int) []byte {
			for k := range e.States {
				v := byte(0)
				if of(e.outcome(k)) {
					v = 1
				}
				dst = append(dst, v)
			}
			return dst
		}}
	}
	return append(list,
		column{names: []string{"reward"}, kind: float32s, shape: []int{s.Frames}, append: func(dst []byte, e Episode, _, _ int) []byte {
			for k := range e.States {
				dst = appendValues(dst, float32(e.outcome(k).Reward))
			}
			return dst
		}},
		flag("terminated", func(o datasets.Outcome) bool { return o.Done && !o.Truncated }),
		flag("truncated", func(o datasets.Outcome) bool { return o.Truncated }))
}

// stateNames are the values of the state of a body.
var stateNames = sim.BodyState{}.Names()

// observed returns the arrays of what was measured, of which absent bodies have zeros.
func (s Size) observed() []column {
	each := func(name string, k kind, quantities []string, of func(sim.Sight, sim.BodyState) []float64) column {
		width := len(quantities)
		return column{names: []string{name}, kind: k, shape: []int{s.Frames, width * s.Bodies}, labels: bodyNames(s.Bodies, quantities...), append: func(dst []byte, e Episode, _, _ int) []byte {
			for frame, sights := range e.Seen.Sights {
				row := make([]float64, width*s.Bodies)
				for body, sight := range sights {
					copy(row[width*body:], of(sight, e.Seen.Std[frame][body]))
				}
				for _, v := range row {
					if k == int8s {
						dst = append(dst, byte(v))
					} else {
						dst = appendValues(dst, float32(v))
					}
				}
			}
			return dst
		}}
	}
	flag := func(name string, of func(sim.Sight) bool) column {
		return each(name, int8s, []string{name}, func(s sim.Sight, _ sim.BodyState) []float64 {
			if of(s) {
				return []float64{1}
			}
			return []float64{0}
		})
	}
	return []column{
		each("measured", float32s, []string{"x", "y", "angle"}, func(s sim.Sight, _ sim.BodyState) []float64 { return []float64{s.X, s.Y, s.Angle} }),
		flag("seen", func(s sim.Sight) bool { return s.Seen }),
		flag("turned", func(s sim.Sight) bool { return s.Turned }),
		each("after", float32s, []string{"after"}, func(s sim.Sight, _ sim.BodyState) []float64 { return []float64{s.After} }),
		each("state_std", float32s, stateNames[:], func(_ sim.Sight, std sim.BodyState) []float64 { v := std.Values(); return v[:] }),
	}
}

// splitNumber returns how the arrays call a split: 0 is train, 1 val and 2 test, and -1 any other or none.
func splitNumber(name string) int8 {
	return int8(slices.Index([]string{splits.Train, splits.Val, splits.Test}, name))
}

// outcome returns what the action of a frame led to; after the last one, that is
// the end of the episode without a reward.
func (e Episode) outcome(k int) datasets.Outcome {
	if k < len(e.Outcomes) {
		return e.Outcomes[k]
	}
	var last datasets.Outcome
	if k > 0 {
		last = e.Outcomes[len(e.Outcomes)-1]
		last.Reward = 0
	}
	return last
}

func appendValues(dst []byte, values any) []byte {
	dst, err := binary.Append(dst, binary.LittleEndian, values)
	if err != nil {
		panic(err) // the types here have a fixed size
	}
	return dst
}

// fill writes the episodes to one writer for each column, and returns their scenes.
func (s Size) fill(columns []column, writers []io.Writer, episodes iter.Seq2[Episode, error]) (*cast, error) {
	buffers := make([]*bufio.Writer, len(writers))
	for i, w := range writers {
		buffers[i] = bufio.NewWriterSize(w, 1<<18)
	}
	var made, frames int
	var content []byte
	scenes := &cast{}
	for e, err := range episodes {
		if err != nil {
			return nil, err
		}
		if err = s.check(e, made, frames); err == nil {
			e.scene, err = scenes.number(e.Scene)
		}
		if err != nil {
			return nil, fmt.Errorf("episode %d: %w", made, err)
		}
		for i := range columns {
			content = columns[i].append(content[:0], e, made, frames)
			if _, err := buffers[i].Write(content); err != nil {
				return nil, err
			}
		}
		made, frames = made+1, frames+len(e.States)
	}
	if made != s.Episodes || frames != s.Frames {
		return nil, fmt.Errorf("%d episodes of %d frames must be %d of %d", made, frames, s.Episodes, s.Frames)
	}
	for _, b := range buffers {
		if err := b.Flush(); err != nil {
			return nil, err
		}
	}
	return scenes, nil
}

// check returns an error when there is no room for an episode.
func (s Size) check(e Episode, made, frames int) error {
	switch {
	case made == s.Episodes || frames+len(e.States) > s.Frames:
		return fmt.Errorf("there must be %d episodes of %d frames in all", s.Episodes, s.Frames)
	case len(e.Scene.Bodies) > s.Bodies:
		return fmt.Errorf("%d bodies must be at most %d", len(e.Scene.Bodies), s.Bodies)
	case len(e.Scene.Actuators) > s.Actions:
		return fmt.Errorf("%d actuators must be at most %d", len(e.Scene.Actuators), s.Actions)
	case len(s.About.View) > 0 && len(e.View) != len(e.States):
		return fmt.Errorf("%d observations of the task must be as many as the %d frames", len(e.View), len(e.States))
	case s.Outcomes && len(e.Outcomes) != len(e.States)-1:
		return fmt.Errorf("%d outcomes must be one less than the %d frames", len(e.Outcomes), len(e.States))
	}
	return nil
}
