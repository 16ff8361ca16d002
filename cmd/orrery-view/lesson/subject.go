package lesson

import (
	"orrery/sim"
	"orrery/world"
)

// Subject is what a lesson is about.
type Subject struct {
	Name string // for people

	// Draw returns the scene of an episode, from 0, and who acts in it, who may be nil. The same number gives the
	// same scene. It is called from other goroutines.
	Draw func(episode int) (*sim.Scene, sim.Policy, error)

	Frames int    // of an episode, its start included
	Letter []byte // by which another program draws the same; see Far
}

// Horizons are the times in seconds after which models are judged.
var Horizons = [3]float64{0.1, 0.5, 1}

// Report says how a lesson stands.
type Report struct {
	Lesson    int               `json:"lesson,omitempty"` // number of the lesson where several are given elsewhere, one after the other; see Far
	Subject   string            `json:"subject"`
	Episodes  int               `json:"episodes"`          // made so far, of those that are trained on
	Seconds   float64           `json:"seconds"`           // s of the lesson, without pauses
	Loss      float64           `json:"loss"`              // of training, in the unit of the model's loss
	Errors    [3]float64        `json:"errors"`            // m, of the model at the Horizons on episodes held out; -1 where unknown
	Ballistic [3]float64        `json:"ballistic"`         // m, of free flight; likewise
	Equal     [3]float64        `json:"equal"`             // m, equivalent measurement error; likewise
	Files     map[string][]byte `json:"files"`             // of the model's directory
	Trouble   string            `json:"trouble,omitempty"` // why there is no more, or nothing
	World     world.Model       `json:"-"`                 // or nil, where it is to be read from Files
}
