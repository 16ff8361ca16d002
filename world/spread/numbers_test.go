package spread

import (
	"encoding/json"
	"testing"

	"orrery/sim/golden"
)

// TestEveryNumberOfALawHasLimits, stored to the last digit, as a file has them.
func TestEveryNumberOfALawHasLimits(t *testing.T) {
	t.Parallel()
	text, err := json.Marshal(sample())
	if err != nil {
		t.Fatal(err)
	}
	var s stored
	if err := json.Unmarshal(text, &s); err != nil {
		t.Fatal(err)
	}
	for _, list := range []*[]float64{&s.Keep, &s.Mix, &s.Steer, &s.Kick} { // of which one number stands for all
		(*list) = (*list)[:1]
	}
	check := func() error {
		full := s
		for _, list := range []*[]float64{&full.Keep, &full.Mix, &full.Steer, &full.Kick} {
			*list = append(append([]float64(nil), *list...), make([]float64, features-1)...)
		}
		text, err := json.Marshal(full)
		if err == nil {
			_, err = Decode(text)
		}
		return err
	}
	golden.Compare(t, "testdata/limits.txt", golden.Limits(&s, check))
}
