package arrays

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"

	"orrery/sim"
	"orrery/sim/canon"
)

// About says what the numbers mean, so that the arrays are whole without this program.
type About struct {
	FPS      int      // frames per second
	Actions  []string // names of the components; none when nothing is driven
	View     []string // names of what the task lets an actor see; none when nobody noted it
	Scenario string
	Task     string // what the episodes show
	Command  string // that made the dataset
	Units    string // of the arrays, and their frame of reference; empty for those of this program
}

// usualUnits are those of this program.
const usualUnits = "m, rad, m/s and rad/s; x to the right, y up, angles counter-clockwise; actions in the units of the scene's actuators"

// note is a fact about the arrays: a number, a text, or a list of texts.
type note struct {
	name string
	v    any // int, string or []string
}

// notes returns what is said of all arrays together.
func (a *About) notes(scenes *cast) []note {
	return []note{
		{"format", "orrery arrays 2"}, {"fps", a.FPS}, {"units", cmp.Or(a.Units, usualUnits)},
		{"scenario", a.Scenario}, {"task", a.Task}, {"command", a.Command}, {"scenes", scenes.text()},
	}
}

// maxNames bounds the names of a column that are written. HDF5 has no room for more than 64 kB of them.
const maxNames = 4000

// bodyNames returns the names of some quantities of n bodies.
func bodyNames(n int, quantities ...string) (names []string) {
	for body := range n {
		for _, quantity := range quantities {
			names = append(names, fmt.Sprintf("body%d.%s", body, quantity))
		}
	}
	return names
}

// cast collects the scenes of the episodes, each of which differs from the others in more than its start.
type cast struct {
	numbers map[string]int // by JSON without starts
	scenes  [][]byte       // JSON
}

// number returns the number of the scene of an episode.
func (c *cast) number(scene *sim.Scene) (int, error) {
	bare, err := canon.Encode(scene.StartingAt(make(sim.State, len(scene.Bodies))))
	if err != nil {
		return 0, err
	}
	if n, known := c.numbers[string(bare)]; known {
		return n, nil
	}
	whole, err := canon.Encode(scene)
	if err != nil {
		return 0, err
	}
	var text bytes.Buffer
	if err := json.Compact(&text, whole); err != nil {
		return 0, err
	}
	if c.numbers == nil {
		c.numbers = map[string]int{}
	}
	n := len(c.scenes)
	c.numbers[string(bare)], c.scenes = n, append(c.scenes, text.Bytes())
	return n, nil
}

// text returns all scenes as a list in JSON.
func (c *cast) text() string {
	return "[" + string(bytes.Join(c.scenes, []byte(",\n"))) + "]"
}
