package main

import (
	"orrery/cmd/orrery/console"
	"orrery/cmd/orrery/planning"
	"orrery/world/baseline"
	"orrery/world/contact"
)

// practice is how models learn a task by play, and what they are then asked to do. Play
// knows no goal. Trainings are counted in steps, so that a busy machine trains the same
// weights as a quiet one.
type practice struct {
	Task      string
	Set       console.Settings // parameters of the scenario, at play and in the task
	Policy    string           // that plays
	Episodes  int              // of play to train on
	Steps     map[string]int   // of training, by kind of model
	Inner     int              // steps in which the contact model predicts a frame; 0 is as many as the engine
	Protocols []planning.Protocol
	Recorded  int // episodes of play, of another seed, that the protocol of that name chooses from
}

// actors are who acts in every task, beside one another: models learnt by play, the
// engine as the ceiling and chance as the floor.
var actors = []string{contact.Kind, planning.EngineKind, baseline.InteractionKind, randomModel}

// practices is the table of tasks.
var practices = []practice{
	{Task: "ballcup", Policy: "noise", Episodes: 400, Steps: brief, Protocols: itself},
	{Task: "cartpole", Set: console.Settings{"swing_up": 1}, Policy: "noise", Episodes: 400, Steps: brief, Protocols: itself},
	{Task: "drive", Policy: "noise", Episodes: 400, Steps: brief, Protocols: itself},
	{Task: "push", Policy: "play", Episodes: 400, Steps: brief, Protocols: itself},
	{
		Task: "pusht", Policy: "play", Episodes: 1500, Inner: pushTInner, Steps: map[string]int{contact.Kind: 40000, baseline.InteractionKind: 13000},
		Protocols: []planning.Protocol{planning.Recorded, planning.Task}, Recorded: 300,
	},
	{Task: "reach", Policy: "noise", Episodes: 400, Steps: brief, Protocols: itself},
}

// pushTInner is half as many steps a frame as the engine takes: models are hardly worse by it
// and plan in half the time.
const pushTInner = 5

var (
	brief  = map[string]int{contact.Kind: 1000, baseline.InteractionKind: 4000}
	itself = []planning.Protocol{planning.Task}
)
