package golden

import (
	"cmp"
	"fmt"
	"math"
	"testing"
)

// TestLimitsAreToldToTheLastDigit, of numbers wherever they stand, which have the same values afterwards.
func TestLimitsAreToldToTheLastDigit(t *testing.T) {
	t.Parallel()
	type inner struct{ Share float64 }
	type outer struct {
		Count  int
		Byte   uint8
		Places []float64
		Inner  *inner
		Any    float32
		Never  int8
		hidden float64
	}
	v := outer{Count: 5, Byte: 200, Places: []float64{0.5, -3}, Inner: &inner{1}, Never: 1, hidden: 1}
	rule := func(ok bool, name string, value any) error {
		if ok {
			return nil
		}
		return fmt.Errorf("%s %v", name, value)
	}
	got := Limits(&v, func() error {
		return cmp.Or(
			rule(v.Count >= 2 && v.Count <= 1234567, "count", v.Count), rule(v.Byte != 0, "byte", v.Byte), rule(v.Never == 1, "never", v.Never),
			rule(v.Places[0] > 0 && v.Places[0] < 1, "first", v.Places[0]), rule(math.Abs(v.Places[1]) <= 1e6, "second", v.Places[1]),
			rule(!(v.Inner.Share >= 2), "share", v.Inner.Share),
		)
	})
	const want = `Count: 2 to 1234567; count 1; count 1234568
Byte: 1 to 255; byte 0
Places[0]: 5e-324 to 0.9999999999999999; first 0; first 1; first NaN
Places[1]: -1e+06 to 1e+06; second -1.0000000000000001e+06; second 1.0000000000000001e+06; second NaN
Inner.Share: -Inf to 1.9999999999999998, NaN; share 2
Any: -Inf to +Inf, NaN
Never: 1 to 1; never 0; never 2
`
	if got != want {
		t.Errorf("got\n%s, want\n%s", got, want)
	}
	if v.Count != 5 || v.Byte != 200 || v.Places[0] != 0.5 || v.Places[1] != -3 || v.Inner.Share != 1 || v.Never != 1 || v.hidden != 1 {
		t.Errorf("%+v", v)
	}
	if got := Limits(&v.Count, func() error { return rule(v.Count == 7 || v.Count > 20 && v.Count < 101, "count", v.Count) }); got != "as it is: count 5\n: 21 to 100; count 20; count 101\n" {
		t.Errorf("of a value that is not taken:\n%s", got)
	}
}
