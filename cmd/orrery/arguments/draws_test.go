package arguments

import (
	"reflect"
	"testing"

	"orrery/cmd/orrery/console"
	"orrery/sim/scenario"
)

func TestSetTakesNumbersAndRanges(t *testing.T) {
	for _, c := range []struct {
		texts  []string
		fixed  console.Settings
		ranges map[string]scenario.Range
		bad    bool
	}{
		{[]string{"a=1", "b=2:3.5", "c=-1:-0.5"}, console.Settings{"a": 1}, map[string]scenario.Range{"b": {Low: 2, High: 3.5}, "c": {Low: -1, High: -0.5}}, false},
		{[]string{"a=1:2", "a=3"}, console.Settings{"a": 3}, map[string]scenario.Range{}, false},
		{[]string{"a=3", "a=1:2"}, console.Settings{}, map[string]scenario.Range{"a": {Low: 1, High: 2}}, false},
		{[]string{"a"}, nil, nil, true},
		{[]string{"=1:2"}, nil, nil, true},
		{[]string{"a=:2"}, nil, nil, true},
		{[]string{"a=1:"}, nil, nil, true},
		{[]string{"a=1:2:3"}, nil, nil, true},
		{[]string{"a=0:Inf"}, nil, nil, true},
	} {
		d := NewDraws()
		var err error
		for _, text := range c.texts {
			if err == nil {
				err = d.Set(text)
			}
		}
		if (err != nil) != c.bad || !c.bad && !reflect.DeepEqual(d, Draws{c.fixed, c.ranges}) {
			t.Errorf("%v: %v, %v", c.texts, d, err)
		}
	}
}
