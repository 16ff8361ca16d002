package golden

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// Limits tells of each number that v points to, in structs, lists and behind pointers, which values check takes while
// the others stay as they are, to the last digit, and what it says of the next ones beyond them and of NaN. Each line is a number.
// What is taken beside what is not is found if it has a power of a thousand or its negative, 0, the value that
// the number has, or the greatest.
func Limits(v any, check func() error) string {
	var told strings.Builder
	if err := check(); err != nil {
		fmt.Fprintf(&told, "as it is: %v\n", err)
	}
	eachNumber("", reflect.ValueOf(v).Elem(), func(place string, n number) {
		was := reflect.ValueOf(n.Interface())
		told.WriteString(place + ": " + n.limits(check) + "\n")
		n.Value.Set(was)
	})
	return told.String()
}

// eachNumber calls each with the numbers below v and where they stand.
func eachNumber(place string, v reflect.Value, each func(place string, n number)) {
	switch {
	case v.CanFloat() || v.CanInt() || v.CanUint():
		each(place, number{v})
	case v.Kind() == reflect.Pointer && !v.IsNil():
		eachNumber(place, v.Elem(), each)
	case v.Kind() == reflect.Struct:
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() {
				eachNumber(strings.TrimPrefix(place+"."+f.Name, "."), v.Field(i), each)
			}
		}
	case v.Kind() == reflect.Slice || v.Kind() == reflect.Array:
		for i := range v.Len() {
			eachNumber(fmt.Sprintf("%s[%d]", place, i), v.Index(i), each)
		}
	}
}

// number is a number that can be set.
type number struct{ reflect.Value }

// Values have keys in the order of their sizes, so that a key is between two others where its value is.

func (n number) key() int64 {
	switch {
	case n.CanFloat():
		return ordered(int64(math.Float64bits(n.Float())))
	case n.CanInt():
		return n.Int()
	}
	return int64(n.Uint())
}

// set sets the value of a key, and reports false where the number has no such value.
func (n number) set(key int64) bool {
	switch {
	case n.CanFloat():
		n.SetFloat(math.Float64frombits(uint64(ordered(key))))
	case n.CanInt():
		if n.OverflowInt(key) {
			return false
		}
		n.SetInt(key)
	default:
		if key < 0 || n.OverflowUint(uint64(key)) {
			return false
		}
		n.SetUint(uint64(key))
	}
	return true
}

// ordered turns the bits of a number into a whole number that rises with it, and back.
func ordered(bits int64) int64 { return bits ^ bits>>63&math.MaxInt64 }

// text is the value of a key in words.
func (n number) text(key int64) string {
	if !n.CanFloat() {
		return strconv.FormatInt(key, 10)
	}
	return strconv.FormatFloat(math.Float64frombits(uint64(ordered(key)))+0, 'g', -1, 64) // + 0, as -0 is 0
}

// keys are those that are tried, ascending.
func (n number) keys() []int64 {
	keys := []int64{n.key(), 0}
	if !n.CanFloat() {
		for power := int64(1); power < 1e18; power *= 10 {
			keys = append(keys, power, -power)
		}
		for bits := 7; bits < 64; bits++ {
			keys = append(keys, int64(uint64(1)<<bits-1), -int64(uint64(1)<<bits-1)-1)
		}
	} else {
		for _, v := range []float64{math.MaxFloat64, math.Inf(1)} {
			keys = append(keys, ordered(int64(math.Float64bits(v))), ordered(int64(math.Float64bits(-v))))
		}
		for power := -18; power <= 18; power += 3 {
			v := math.Pow10(power)
			keys = append(keys, ordered(int64(math.Float64bits(v))), ordered(int64(math.Float64bits(-v))))
		}
	}
	slices.Sort(keys)
	return slices.DeleteFunc(slices.Compact(keys), func(key int64) bool { return !n.set(key) })
}

// limits tells which values check takes.
func (n number) limits(check func() error) string {
	try := func(key int64) error {
		n.set(key)
		return check()
	}
	var spans, said []string
	keys := n.keys()
	open, before := keys[0], try(keys[0]) == nil
	for i, key := range keys[1:] {
		taken := try(key) == nil
		if taken == before {
			continue
		}
		low, high := keys[i], key // of which one is taken
		for high-low > 1 {
			middle := low + (high-low)/2
			if (try(middle) == nil) == before {
				low = middle
			} else {
				high = middle
			}
		}
		if before = taken; taken {
			open = high
			said = append(said, try(low).Error())
		} else {
			spans = append(spans, n.text(open)+" to "+n.text(low))
			said = append(said, try(high).Error())
		}
	}
	if last := keys[len(keys)-1]; before {
		spans = append(spans, n.text(open)+" to "+n.text(last))
	} else if len(said) == 0 {
		said = append(said, try(last).Error())
	}
	if n.CanFloat() {
		n.SetFloat(math.NaN())
		if err := check(); err == nil {
			spans = append(spans, "NaN")
		} else {
			said = append(said, err.Error())
		}
	}
	if len(spans) == 0 {
		spans = append(spans, "nothing")
	}
	return strings.Join(append([]string{strings.Join(spans, ", ")}, said...), "; ")
}
