package spool

import (
	"encoding/binary"
	"math"
	"reflect"
	"slices"

	"orrery/sim"
)

// A part is written as its scene, whether it is an impact, how many states and frames it has, whether it has actions, how wide its numbers are, the
// frames as steps from one to the next, the states and the actions.

// appendPart appends a part.
func appendPart(dst []byte, p Part) []byte {
	t := p.Trajectory
	dst = appendValue(dst, reflect.ValueOf(t.Scene).Elem())
	dst = appendFlag(dst, t.Impact)
	dst = binary.AppendUvarint(dst, uint64(len(t.States)))
	dst = binary.AppendUvarint(dst, uint64(len(p.Frames)))
	dst = appendFlag(dst, t.Actions != nil)
	narrow := isNarrow(t)
	dst = appendFlag(dst, narrow)
	last := int32(0)
	for _, f := range p.Frames {
		dst = binary.AppendUvarint(dst, uint64(f-last))
		last = f
	}
	for _, state := range t.States {
		for i := range state {
			values := state[i].Values()
			dst = appendNumbers(dst, values[:], narrow)
		}
	}
	if t.Actions != nil {
		dst = binary.AppendUvarint(dst, uint64(len(t.Actions)))
		for _, action := range t.Actions {
			dst = binary.AppendUvarint(dst, uint64(len(action)))
			dst = appendNumbers(dst, action, narrow)
		}
	}
	return dst
}

// isNarrow reports whether all numbers of the states and actions are float32.
func isNarrow(t *sim.Trajectory) bool {
	wide := func(v float64) bool { return math.Float64bits(float64(float32(v))) != math.Float64bits(v) }
	for _, state := range t.States {
		for i := range state {
			values := state[i].Values()
			if slices.ContainsFunc(values[:], wide) {
				return false
			}
		}
	}
	return !slices.ContainsFunc(t.Actions, func(a sim.Action) bool { return slices.ContainsFunc(a, wide) })
}

func appendNumbers(dst []byte, values []float64, narrow bool) []byte {
	for _, v := range values {
		if narrow {
			dst = binary.LittleEndian.AppendUint32(dst, math.Float32bits(float32(v)))
		} else {
			dst = binary.LittleEndian.AppendUint64(dst, math.Float64bits(v))
		}
	}
	return dst
}

func appendFlag(dst []byte, is bool) []byte {
	if is {
		return append(dst, 1)
	}
	return append(dst, 0)
}

// appendValue appends a value of a scene, whatever its type: whole numbers as varints, others bit by bit, lists after
// their length.
func appendValue(dst []byte, v reflect.Value) []byte {
	switch v.Kind() {
	case reflect.Bool:
		return appendFlag(dst, v.Bool())
	case reflect.Int:
		return binary.AppendVarint(dst, v.Int())
	case reflect.Float64:
		return binary.LittleEndian.AppendUint64(dst, math.Float64bits(v.Float()))
	case reflect.String:
		dst = binary.AppendUvarint(dst, uint64(v.Len()))
		return append(dst, v.String()...)
	case reflect.Slice:
		if v.IsNil() {
			return append(dst, 0)
		}
		dst = binary.AppendUvarint(dst, uint64(v.Len())+1)
		for i := range v.Len() {
			dst = appendValue(dst, v.Index(i))
		}
	case reflect.Map:
		if v.IsNil() {
			return append(dst, 0)
		}
		dst = binary.AppendUvarint(dst, uint64(v.Len())+1)
		for entries := v.MapRange(); entries.Next(); {
			dst = appendValue(appendValue(dst, entries.Key()), entries.Value())
		}
	case reflect.Struct:
		for i := range v.NumField() {
			dst = appendValue(dst, v.Field(i))
		}
	default:
		panic("spool: scenes have a value of kind " + v.Kind().String())
	}
	return dst
}
