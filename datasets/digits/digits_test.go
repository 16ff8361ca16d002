package digits

import (
	"math"
	"testing"
)

func TestNumbersAreWrittenAsTheyAre(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		got  []byte
		want string
	}{
		{AppendFloat([]byte("x"), 0.1, 64), "x0.1"},
		{AppendFloat(nil, float64(float32(0.1)), 32), "0.1"},
		{AppendFloat(nil, float64(float32(0.1)), 64), "0.10000000149011612"},
		{AppendFloat(nil, math.NaN(), 64), ""},
		{AppendFloat(nil, math.Inf(-1), 32), ""},
		{AppendPoint([]byte("x"), "-33", 3), "x-0.033"},
		{AppendPoint(nil, "1700000000123456789", 9), "1700000000.123456789"},
		{AppendPoint(nil, "1200", 2), "12"},
		{AppendPoint(nil, "1250", 3), "1.25"},
		{AppendPoint(nil, "7", 0), "7"},
		{AppendPoint(nil, "0", 9), "0"},
	} {
		if string(c.got) != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

// TestHalvesAreThoseOfTheStandard compares values that IEEE 754 gives as examples.
func TestHalvesAreThoseOfTheStandard(t *testing.T) {
	t.Parallel()
	for bits, want := range map[uint16]float64{
		0x3c00: 1, 0xc000: -2, 0x7bff: 65504, 0x0400: math.Ldexp(1, -14), 0x0001: math.Ldexp(1, -24),
		0x03ff: math.Ldexp(1023, -24), 0x3555: 0.333251953125, 0x7c00: math.Inf(1), 0xfc00: math.Inf(-1), 0: 0,
	} {
		if got := Half(bits); got != want {
			t.Errorf("%#04x is %v, want %v", bits, got, want)
		}
	}
	if v := Half(0x7e01); !math.IsNaN(v) {
		t.Errorf("0x7e01 is %v", v)
	}
}
