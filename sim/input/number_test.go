package input

import (
	"math"
	"strconv"
	"testing"
)

func TestParseNumberTakesDecimalsOnly(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]float64{
		"0": 0, "12": 12, "-0.5": -0.5, "+.5": 0.5, "5.": 5, "1e3": 1000, "1E-3": 0.001, "2.5e+2": 250, "007": 7, "1e-999": 0,
	} {
		if got, ok := ParseNumber(text); !ok || got != want || math.Signbit(got) != math.Signbit(want) {
			t.Errorf("%q: %v, %t", text, got, ok)
		}
	}
	for _, text := range []string{
		"", "-", "+", ".", "e3", "1e", "1e+", "1_000", "1_0.5", "0x10", "0x1p-2", "inf", "Infinity", "-inf", "NaN", "1e400", "-1e400",
		"1,5", "1.2.3", "--1", "+-1", "1 ", " 1", "1e3.5", "1m", "½", "−1", "1d3", "0b1",
	} {
		if got, ok := ParseNumber(text); ok {
			t.Errorf("%q is read as %v", text, got)
		}
	}
}

func FuzzParseNumber(f *testing.F) {
	f.Add("1_0.5")
	f.Add("-1.25e-7")
	f.Fuzz(func(t *testing.T, text string) {
		got, ok := ParseNumber(text)
		want, err := strconv.ParseFloat(text, 64)
		if ok && (err != nil || !(got == want) || math.IsInf(got, 0)) {
			t.Errorf("%q: %v, but %v, %v", text, got, want, err)
		}
	})
}
