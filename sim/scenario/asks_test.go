package scenario

import (
	"reflect"
	"testing"

	"orrery/sim/scenario/file"
)

// TestEveryMeasureOfTheFormatHasARule keeps the table of measures and the format together.
func TestEveryMeasureOfTheFormatHasARule(t *testing.T) {
	t.Parallel()
	var m file.Measure
	count := 0
	for f, v := range reflect.ValueOf(&m).Elem().Fields() {
		if f.Type != reflect.TypeFor[file.Names]() {
			continue
		}
		count++
		found := false
		for _, a := range asks {
			found = found || namesOf(&m, a.kind) == v.Addr().Interface().(*file.Names)
		}
		if !found {
			t.Errorf("%s has no rule", f.Name)
		}
	}
	if count != len(asks) {
		t.Errorf("%d keys and %d rules", count, len(asks))
	}
}
