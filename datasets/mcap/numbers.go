package mcap

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"

	"orrery/sim"
)

// Numbers for plots: a topic has flat messages, whose keys are all numbers.

// motion is where a body is and how it moves.
type motion struct {
	X     float32 `json:"x"`     // m
	Y     float32 `json:"y"`     // m
	Angle float32 `json:"angle"` // rad
	VX    float32 `json:"vx"`    // m/s
	VY    float32 `json:"vy"`    // m/s
	Omega float32 `json:"omega"` // rad/s
	Speed float32 `json:"speed"` // m/s
}

// miss is how far a prediction of a body is from the truth.
type miss struct {
	Position float32 `json:"position"` // m
	Angle    float32 `json:"angle"`    // rad, to the nearest turn
	Velocity float32 `json:"velocity"` // m/s
	Omega    float32 `json:"omega"`    // rad/s
}

// meanMiss is the mean over the dynamic bodies.
type meanMiss struct {
	Position float32 `json:"position"` // m
	Angle    float32 `json:"angle"`    // rad
}

// outcome is what an action has led to; flags are 0 or 1.
type outcome struct {
	Reward    float32 `json:"reward"`
	Success   float32 `json:"success"`
	Done      float32 `json:"done"`
	Truncated float32 `json:"truncated"`
}

// The names of the schemas of numbers. That of actions ends with how many numbers they have.
const (
	schemaMotion   = "orrery.Motion"
	schemaMiss     = "orrery.BodyError"
	schemaMeanMiss = "orrery.Error"
	schemaOutcome  = "orrery.Outcome"
	schemaAction   = "orrery.Action"
)

// number writes the numbers of a frame.
func (r *recorder) number(e Episode, frame int, now uint64) error {
	for b := range e.States[frame] {
		if err := r.message(fmt.Sprintf("%s/body%d", topicTrue, b), schemaMotion, now, motionOf(&e.States[frame][b])); err != nil {
			return err
		}
	}
	if e.Predicted != nil {
		for b := range e.Predicted[frame] {
			truth, predicted := &e.States[frame][b], &e.Predicted[frame][b]
			if err := r.message(fmt.Sprintf("%s/body%d", topicPredicted, b), schemaMotion, now, motionOf(predicted)); err != nil {
				return err
			}
			if err := r.message(fmt.Sprintf("/error/body%d", b), schemaMiss, now, missOf(truth, predicted)); err != nil {
				return err
			}
		}
		metres, radians := e.Scene.Distance(e.States[frame], e.Predicted[frame])
		if err := r.message("/error", schemaMeanMiss, now, meanMiss{float32(metres), float32(radians)}); err != nil {
			return err
		}
	}
	if action := e.Action(frame); len(action) > 0 {
		numbers := map[string]float32{}
		for i, v := range action {
			numbers[actionKey(i)] = float32(v)
		}
		if err := r.message("/action", schemaAction+strconv.Itoa(len(action)), now, numbers); err != nil {
			return err
		}
	}
	if frame > 0 && frame <= len(e.Outcomes) {
		o := e.Outcomes[frame-1]
		return r.message("/outcome", schemaOutcome, now, outcome{float32(o.Reward), flag(o.Success), flag(o.Done), flag(o.Truncated)})
	}
	return nil
}

func motionOf(b *sim.BodyState) motion {
	return motion{
		float32(b.X), float32(b.Y), float32(b.Angle), float32(b.VX), float32(b.VY), float32(b.Omega), float32(b.Velocity().Len()),
	}
}

func missOf(truth, predicted *sim.BodyState) miss {
	return miss{
		Position: float32(predicted.Position().Sub(truth.Position()).Len()),
		Angle:    float32(math.Abs(math.Remainder(predicted.Angle-truth.Angle, 2*math.Pi))),
		Velocity: float32(predicted.Velocity().Sub(truth.Velocity()).Len()),
		Omega:    float32(math.Abs(predicted.Omega - truth.Omega)),
	}
}

func flag(is bool) float32 {
	if is {
		return 1
	}
	return 0
}

func actionKey(i int) string { return "action" + strconv.Itoa(i) }

// numberSchema returns a schema of numbers as JSON, from which readers know what can be plotted.
func numberSchema(name string) []byte {
	type property struct {
		Type        string `json:"type"`
		Description string `json:"description"`
	}
	properties := map[string]property{}
	add := func(unit string, keys ...string) {
		for _, key := range keys {
			properties[key] = property{"number", unit}
		}
	}
	switch name {
	case schemaMotion:
		add("m", "x", "y")
		add("rad, continuous", "angle")
		add("m/s", "vx", "vy", "speed")
		add("rad/s", "omega")
	case schemaMiss:
		add("m", "position")
		add("rad, to the nearest turn", "angle")
		add("m/s", "velocity")
		add("rad/s", "omega")
	case schemaMeanMiss:
		add("m, mean over the dynamic bodies", "position")
		add("rad, to the nearest turn, mean over the dynamic bodies", "angle")
	case schemaOutcome:
		add("of the action before", "reward")
		add("0 or 1", "success", "done", "truncated")
	default:
		n, err := strconv.Atoi(strings.TrimPrefix(name, schemaAction))
		if err != nil {
			panic("mcap: no schema " + name)
		}
		for i := range n {
			add("in the unit of its actuator", actionKey(i))
		}
	}
	text, err := json.Marshal(map[string]any{"title": name, "type": "object", "properties": properties})
	if err != nil {
		panic(err) // texts are JSON
	}
	return text
}
