package experiment

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"
)

// changed gives a field another value.
func changed(t *testing.T, v reflect.Value) {
	t.Helper()
	switch value := v.Addr().Interface().(type) {
	case *string:
		*value += "x"
	case *bool:
		*value = !*value
	case *int:
		*value++
	case *uint64:
		*value++
	case *time.Duration:
		*value += time.Second
	case *[]string:
		*value = (*value)[1:]
	case *[]uint64:
		*value = append(slices.Clone(*value), 77)
	case *[]Axis:
		*value = slices.Clone(*value)
		if axis := &(*value)[0]; axis.Values != nil {
			axis.Values = append(slices.Clone(axis.Values), "5")
		} else {
			axis.High++
		}
	default:
		t.Fatalf("no other value of a %v is known", v.Type())
	}
}

// TestShardsOfOtherSettingsAreOthers: what a shard says of its work changes with each setting, unless nothing of what is done depends on it.
func TestShardsOfOtherSettingsAreOthers(t *testing.T) {
	t.Parallel()
	same := []string{"Dir", "Workers", "Resume", "Force"} // where and how it is done
	settings := Settings{Dir: "out", Seed: 1, Workers: 1}
	for _, of := range []Units{
		&Tasks{Settings: settings, Only: []string{"push", "reach"}, Actors: []string{"contact", "random"}, Play: 9, Steps: 3, Episodes: 5},
		&Accuracy{Settings: settings, Only: []string{"mixed", "pile"}, Budget: time.Second, Train: 9, Episodes: 5, Endure: 50},
		&Accuracy{Settings: settings, Only: []string{"mixed", "pile"}, Steps: 4, Train: 9, Episodes: 5, Endure: 50},
		&Sweep{Settings: settings, Data: []string{"mixed", "push"}, Grid: []Axis{{Flag: "width", Values: []string{"4", "8"}}}, Draws: []Axis{{Flag: "rate", Low: 1, High: 2}}, Trials: 2, Seeds: []uint64{1}, Steps: 3, Episodes: 9},
	} {
		said := func() string {
			w, err := of.Work()
			if err != nil {
				return err.Error()
			}
			text, err := json.Marshal(w.Settings)
			if err != nil {
				t.Fatal(err)
			}
			return fmt.Sprintf("%s of %d %s", text, w.Units, w.Word)
		}
		before := said()
		var each func(v reflect.Value)
		each = func(v reflect.Value) {
			for k := range v.NumField() {
				name, field := v.Type().Field(k).Name, v.Field(k)
				switch {
				case field.Kind() == reflect.Struct:
					each(field)
					continue
				case field.Kind() == reflect.Func || field.IsZero() && !slices.Contains(same, name):
					continue // the other one of two that exclude each other is looked at with the next
				}
				old := reflect.New(field.Type()).Elem()
				old.Set(field)
				changed(t, field)
				if after := said(); (after == before) != slices.Contains(same, name) {
					t.Errorf("%T: with another %s it is %s, and was %s", of, name, after, before)
				}
				field.Set(old)
			}
		}
		each(reflect.ValueOf(of).Elem())
		if said() != before {
			t.Errorf("%T was changed", of)
		}
	}
}
