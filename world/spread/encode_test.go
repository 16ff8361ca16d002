package spread

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"orrery/sim"
	"orrery/world/region"
)

// sample returns a law with numbers drawn at random.
func sample() *Law {
	rng := sim.NewRand(2, "spread law", 0)
	l := &Law{numbers: prior(), time: 1.0 / 60, mostX: 2, mostV: 3}
	for i := range l.numbers {
		l.numbers[i] += rng.NormFloat64()
	}
	return l
}

func TestLawSurvivesJSON(t *testing.T) {
	t.Parallel()
	l := sample()
	text, err := json.Marshal(l)
	if err != nil {
		t.Fatal(err)
	}
	again, err := Decode(text)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(again, l) {
		t.Errorf("got %v, want %v", *again, *l)
	}
}

func TestDecodeSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	text, err := json.Marshal(sample())
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ old, new, want string }{
		{`"keep":[`, `"keep":[1,`, "keep has 12 numbers and must have 11"},
		{`"most_x"`, `"least_x"`, "unknown key"},
		{`"first":[`, `"first":[1e5,`, "first has 3 numbers"},
		{`"frame_time":0.0`, `"frame_time":-0.0`, "frame_time -0.01"},
		{`"frame_time":`, `"frame_time":7`, "at most 1"},
		{`"drift":[`, `"drift":["x",`, `"x" must be a number`},
		{`{"frame_time"`, `{}{"frame_time"`, "stands after the end"},
	} {
		changed := strings.Replace(string(text), c.old, c.new, 1)
		if changed == string(text) {
			t.Fatalf("%s is not in %s", c.old, text)
		}
		if _, err := Decode([]byte(changed)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want an error with %q", c.new, err, c.want)
		}
	}
	l := sample()
	l.numbers[firstX] = 2 * mostNumber
	if text, err = json.Marshal(l); err != nil {
		t.Fatal(err)
	}
	if _, err := Decode(text); err == nil || !strings.Contains(err.Error(), "first 0: 20000 must be") {
		t.Errorf("got %v, want an error", err)
	}
	if _, err := Decode([]byte("null")); err == nil {
		t.Error("null is a law")
	}
}

// TestLinesHaveAtMostSixtyFourPoints: a file of more is no law.
func TestLinesHaveAtMostSixtyFourPoints(t *testing.T) {
	t.Parallel()
	for points, fits := range map[int]bool{0: false, 1: true, 64: true, 65: false} {
		s := storedRegions{Levels: region.Levels[:], Times: []float64{0}}
		for k := range points {
			s.Sigmas = append(s.Sigmas, float64(k))
		}
		for range region.Levels {
			s.BySigma, s.ByTime = append(s.BySigma, make([]float64, points)), append(s.ByTime, []float64{0})
		}
		if _, err := s.decode(); (err == nil) != fits {
			t.Errorf("%d points: %v", points, err)
		}
	}
}

// FuzzDecode looks for texts that break the decoder, or are not read again as they
// were.
func FuzzDecode(f *testing.F) {
	text, err := json.Marshal(sample())
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text)
	f.Add([]byte(`{"frame_time":1,"keep":[],"first":[1,2]}`))
	f.Add([]byte("null"))
	f.Fuzz(func(t *testing.T, text []byte) {
		l, err := Decode(text)
		if err != nil {
			return
		}
		again, err := json.Marshal(l)
		if err != nil {
			t.Fatal(err)
		}
		if second, err := Decode(again); err != nil || !reflect.DeepEqual(second, l) {
			t.Fatalf("%s was read as %s: %v", text, again, err)
		}
	})
}
