package experiment

import (
	"time"

	"orrery/world/eval"
)

// accuracyTest is a training and what its models are judged by.
type accuracyTest struct {
	Name     string
	Scenario string
	Episodes int           // to train on
	Budget   time.Duration // of training, for each model
	Models   []string      // kinds; the goals are the first one's
	Sets     []string      // test sets, the first being the one goals speak of
	Endure   int           // frames of the long rollouts, 0 for none
	Goals    []goal
}

// goal is a figure and the most it should be.
type goal struct {
	What   string
	AtMost float64
	Of     func(m *judged) eval.Number
}

// judged has the figures of one model of an experiment.
type judged struct {
	result    *eval.Result
	name      string          // of the row
	endurance *eval.Endurance // nil unless asked for
}

func (m *judged) row() *eval.Row { return m.result.Row(m.name) }

// EnduranceFrames is the number of frames for which rollouts must neither break down nor lose a body.
const EnduranceFrames = 10_000

// experiments is the table of targets. Errors are means over the test episodes.
var accuracyTests = []accuracyTest{
	{
		Name: "demo", Scenario: "mixed", Episodes: 400, Budget: time.Minute, Models: []string{"contact"}, Sets: []string{"iid"},
		Goals: []goal{positionGoal("position error at 0.5 s (m)", 0.5, 0.01), positionGoal("position error at 1 s (m)", 1, 0.06)},
	},
	{
		Name: "mixed", Scenario: "mixed", Episodes: 2000, Budget: 15 * time.Minute, Models: []string{"contact", "interaction"},
		Sets: []string{"iid", "more", "shift", "long"}, Endure: EnduranceFrames,
		Goals: []goal{
			positionGoal("position error at 0.5 s (m)", 0.5, 0.003),
			positionGoal("position error at 1 s (m)", 1, 0.013),
			{"error at 0.5 s with 4 times the bodies / with as many", 1.5, func(m *judged) eval.Number { return m.result.Relative(m.name, 0.5)[1] }},
			{"parameters", 50_000, func(m *judged) eval.Number { return m.row().Params }},
			{"time of a frame of a scene, of 16 together (µs)", 50, func(m *judged) eval.Number { return m.row().USPerStep }},
			{"long rollouts that broke down", 0, func(m *judged) eval.Number { return eval.Number(m.endurance.NotFinite) }},
			{"long rollouts that lost a body", 0, func(m *judged) eval.Number { return eval.Number(m.endurance.Lost) }},
		},
	},
	{
		Name: "billiards", Scenario: "billiards", Episodes: 1000, Budget: 5 * time.Minute, Models: []string{"contact"}, Sets: []string{"iid"},
		Goals: []goal{positionGoal("position error at 1 s (m)", 1, 0.004)},
	},
	{
		Name: "pile", Scenario: "pile", Episodes: 1000, Budget: 5 * time.Minute, Models: []string{"contact"}, Sets: []string{"settled", "iid"},
		Goals: []goal{
			{"deepest overlap of the stack at 1 s (m)", 0.003, func(m *judged) eval.Number { return m.row().Stack.PenetrationM }},
			{"drift of resting bodies at 1 s (m/s)", 0.001, func(m *judged) eval.Number { return m.row().Stack.RestDrift }},
		},
	},
	{
		Name: "springs", Scenario: "springs", Episodes: 1000, Budget: 5 * time.Minute, Models: []string{"contact"}, Sets: []string{"iid"},
		Goals: []goal{
			scaledGoal("scaled squared error after 1 frame", 0, 1e-9),
			scaledGoal("scaled squared error after 10 frames", 1, 1e-7),
			scaledGoal("scaled squared error after 20 frames", 2, 1e-5),
		},
	},
	{
		Name: "charged", Scenario: "charged", Episodes: 1000, Budget: 5 * time.Minute, Models: []string{"contact"}, Sets: []string{"iid"},
		Goals: []goal{
			scaledGoal("scaled squared error after 1 frame", 0, 1e-3),
			scaledGoal("scaled squared error after 10 frames", 1, 2.5e-3),
			scaledGoal("scaled squared error after 20 frames", 2, 5e-3),
		},
	},
}

func positionGoal(what string, seconds, atMost float64) goal {
	return goal{what, atMost, func(m *judged) eval.Number { return m.result.ErrorAt(m.name, seconds) }}
}

func scaledGoal(what string, place int, atMost float64) goal {
	return goal{what, atMost, func(m *judged) eval.Number { return m.row().ScaledMSE[place] }}
}
