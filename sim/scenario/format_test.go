package scenario_test

import (
	"testing"

	"orrery/sim/scenario"
)

func TestFormatsAreWholeNumbers(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int{
		`{"format": 1}`: 1, `{"format":2, "bodies": []}`: 2, "// a ball\n{ \"format\": 2 }": 2, "\ufeff{\"format\": 1}": 1,
		`{"format": 10}`: 10, `{"format": 21}`: 21, `{"format": 3}`: 3, `{"format": "2"}`: 0, `{"format": -1}`: 0, `{}`: 0, ``: 0, `[2]`: 0,
	} {
		if got := scenario.FormatOf([]byte(text)); got != want {
			t.Errorf("%q is of format %d, want %d", text, got, want)
		}
	}
}
