package spool

import (
	"encoding/binary"
	"math"
	"reflect"

	"orrery/sim"
)

// decoder reads what appendPart wrote, in this same process: it trusts it.
type decoder struct{ text []byte }

// part reads a part. Its states lie side by side, and so do its actions.
func (d *decoder) part() Part {
	t := &sim.Trajectory{Scene: &sim.Scene{}}
	d.value(reflect.ValueOf(t.Scene).Elem())
	t.Impact = d.flag()
	states, frames := d.count(), make([]int32, d.count())
	acts, narrow := d.flag(), d.flag()
	last := int32(0)
	for i := range frames {
		last += int32(d.count())
		frames[i] = last
	}
	n := len(t.Scene.Bodies)
	bodies := make([]sim.BodyState, states*n)
	for i := range bodies {
		var v [sim.StateSize]float64
		d.numbers(v[:], narrow)
		bodies[i].SetValues(v)
	}
	t.States = make([]sim.State, states)
	for k := range t.States {
		t.States[k] = bodies[k*n : (k+1)*n : (k+1)*n]
	}
	if acts {
		t.Actions = make([]sim.Action, d.count())
		for k := range t.Actions {
			t.Actions[k] = make(sim.Action, d.count())
			d.numbers(t.Actions[k], narrow)
		}
	}
	return Part{t, frames}
}

// numbers reads as many as dst has.
func (d *decoder) numbers(dst []float64, narrow bool) {
	if narrow {
		for i := range dst {
			dst[i] = float64(math.Float32frombits(binary.LittleEndian.Uint32(d.text[4*i:])))
		}
		d.text = d.text[4*len(dst):]
		return
	}
	for i := range dst {
		dst[i] = math.Float64frombits(binary.LittleEndian.Uint64(d.text[8*i:]))
	}
	d.text = d.text[8*len(dst):]
}

func (d *decoder) count() int {
	v, n := binary.Uvarint(d.text)
	d.text = d.text[n:]
	return int(v)
}

func (d *decoder) flag() bool {
	is := d.text[0] == 1
	d.text = d.text[1:]
	return is
}

// value sets v, which is zero, to what appendValue was given.
func (d *decoder) value(v reflect.Value) {
	switch v.Kind() {
	case reflect.Bool:
		v.SetBool(d.flag())
	case reflect.Int:
		x, n := binary.Varint(d.text)
		d.text = d.text[n:]
		v.SetInt(x)
	case reflect.Float64:
		v.SetFloat(math.Float64frombits(binary.LittleEndian.Uint64(d.text)))
		d.text = d.text[8:]
	case reflect.String:
		n := d.count()
		v.SetString(string(d.text[:n]))
		d.text = d.text[n:]
	case reflect.Slice:
		if n := d.count(); n > 0 {
			v.Set(reflect.MakeSlice(v.Type(), n-1, n-1))
			for i := range n - 1 {
				d.value(v.Index(i))
			}
		}
	case reflect.Map:
		if n := d.count(); n > 0 {
			v.Set(reflect.MakeMapWithSize(v.Type(), n-1))
			for range n - 1 {
				key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
				d.value(key)
				d.value(value)
				v.SetMapIndex(key, value)
			}
		}
	case reflect.Struct:
		for i := range v.NumField() {
			d.value(v.Field(i))
		}
	}
}
