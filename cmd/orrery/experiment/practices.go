package experiment

import (
	"fmt"
	"path/filepath"

	"orrery/cmd/orrery/console"
	"orrery/sim/scenario"
)

// practice says how models learn a task by play, and which tasks they are then given. Play
// knows no goal. Trainings are counted in steps, so that a busy machine trains the same
// weights as a quiet one.
type practice struct {
	Task      string
	File      string           // of the scenario; the library's own when empty
	Set       console.Settings // parameters of the scenario, at play and in the task
	Policy    string           // that plays; the scenario's first when empty
	Episodes  int              // of play to train on
	Steps     map[string]int   // of training, by kind of model
	Inner     int              // steps in which the contact model predicts a frame; 0 is as many as the engine
	Protocols []string
	Recorded  int // episodes of play, of another seed, that the protocol of that name chooses from
}

// actors act in every task, to be compared: models learnt by play, the engine as the
// ceiling and chance as the floor.
var actors = []string{contactKind, engineName, interactionKind, randomName}

// What command lines call those who act, and the protocol whose goals are recorded.
const (
	contactKind     = "contact"
	interactionKind = "interaction"
	engineName      = "true"
	randomName      = "random"
	recorded        = "recorded"
)

// practices is the table of tasks.
var practices = []practice{
	{Task: "ballcup", Policy: "noise", Episodes: 400, Steps: brief, Protocols: itself},
	{Task: "cartpole", Set: console.Settings{"swing_up": 1}, Policy: "noise", Episodes: 400, Steps: brief, Protocols: itself},
	{Task: "drive", Policy: "noise", Episodes: 400, Steps: brief, Protocols: itself},
	{Task: "push", Policy: "play", Episodes: 400, Steps: brief, Protocols: itself},
	{
		Task: "pusht", Policy: "play", Episodes: 1500, Inner: PushTInner, Steps: map[string]int{contactKind: 40000, interactionKind: 13000},
		Protocols: []string{recorded, "task"}, Recorded: 300,
	},
	{Task: "reach", Policy: "noise", Episodes: 400, Steps: brief, Protocols: itself},
}

// practiceOf returns how the task of a scenario file is learnt.
func practiceOf(path string) (*practice, error) {
	s, err := scenario.Load(path)
	if err != nil {
		return nil, err
	}
	if s.Task == nil {
		return nil, fmt.Errorf("tasks: %s has no task", path)
	}
	if path, err = filepath.Abs(path); err != nil {
		return nil, err
	}
	return &practice{Task: s.Name, File: path, Episodes: 400, Steps: brief, Protocols: itself}, nil
}

// PushTInner is half as many steps a frame as the engine takes: models are hardly worse by it
// and plan in half the time.
const PushTInner = 5

var (
	brief  = map[string]int{contactKind: 1000, interactionKind: 4000}
	itself = []string{"task"}
)
