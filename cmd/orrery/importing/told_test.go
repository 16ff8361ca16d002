package importing

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"orrery/cmd/orrery/recordings"
	"orrery/datasets/recording"
	"orrery/sim"
	"orrery/world/observe"
)

// TestOddThingsAreToldOneByOne, but no more than twenty of them.
func TestOddThingsAreToldOneByOne(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		odd, lines int
		policy     recording.Policy
		last       string
	}{{20, 22, recording.Report, "swap: 20: they are kept; --odd drop leaves them out"}, {25, 23, recording.Drop, "swap: 25: they are left out of the estimate"}, {25, 23, recording.Split, "episodes end there"}, {0, 1, recording.Report, ""}} {
		set := &recordings.Set{FPS: 60, Rate: 59.94, Frame: recording.Metres(), Kinds: map[recording.OddKind]int{"swap": c.odd}, Notes: slices.Repeat([]string{"a note"}, 22)}
		for k := range c.odd {
			set.Odd = append(set.Odd, fmt.Sprint("odd ", k))
		}
		var lines []string
		o := DefaultOptions()
		o.File, o.Command, o.Seen.Odd = "a/table.csv", "import", string(c.policy)
		o.tellRecording(Log{Note: func(line string) { lines = append(lines, line) }}, set)
		notes := lines[len(lines)-21:]
		if lines = lines[:len(lines)-21]; notes[20] != "table.csv: and 2 more notes" || notes[19] != "table.csv: a note" {
			t.Errorf("notes are %v", notes)
		}
		if len(lines) != c.lines || !strings.Contains(lines[0], "table.csv: a recording of 59.94 pictures a second") || !strings.Contains(lines[0], "at 60 frames a second") || !strings.Contains(lines[len(lines)-1], c.last) {
			t.Errorf("%d odd things: %d lines, %s", c.odd, len(lines), strings.Join(lines, "\n"))
		}
		if c.odd > 20 && lines[21] != fmt.Sprintf("table.csv: and %d more odd things", c.odd-20) {
			t.Errorf("%s", lines[21])
		}
	}
}

// TestNoiseOfAnglesIsThatOfWhatTurns.
func TestNoiseOfAnglesIsThatOfWhatTurns(t *testing.T) {
	t.Parallel()
	set := &recordings.Set{Law: observe.Law{Noise: 0.1, Turn: 0.2}}
	for _, turned := range []bool{false, true} {
		set.Seen = []*recording.Recording{{}, {Sights: [][]sim.Sight{{{}, {}}, {{}, {Turned: turned}}}}}
		if got := noiseOfAngles(set); (got == 0.2) != turned || (got == 0) == turned {
			t.Errorf("with angles %t: %g rad", turned, got)
		}
	}
}
