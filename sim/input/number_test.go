package input

import (
	"math"
	"math/rand/v2"
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

// Numbers of any length and sign are those that strconv reads, to the bit.
func TestParseNumberIsExact(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(1, 2))
	for range 200_000 {
		text := []byte{"+-0123456789"[rng.IntN(12)]}
		for range rng.IntN(20) {
			text = append(text, byte('0'+rng.IntN(10)))
		}
		if rng.IntN(2) == 0 {
			text[rng.IntN(len(text))] = '.'
		}
		got, ok := ParseNumber(string(text))
		want, err := strconv.ParseFloat(string(text), 64)
		if ok != (err == nil) || ok && math.Float64bits(got) != math.Float64bits(want) {
			t.Fatalf("%s: %v, %t, want %v, %v", text, got, ok, want, err)
		}
	}
}

func FuzzParseNumber(f *testing.F) {
	f.Add("1_0.5")
	f.Add("-1.25e-7")
	f.Fuzz(func(t *testing.T, text string) {
		got, ok := ParseNumber(text)
		want, err := strconv.ParseFloat(text, 64)
		if ok && (err != nil || math.Float64bits(got) != math.Float64bits(want) || math.IsInf(got, 0)) {
			t.Errorf("%q: %v, but %v, %v", text, got, want, err)
		}
	})
}
