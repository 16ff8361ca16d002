package world

import (
	"fmt"

	"orrery/sim"
)

// Model predicts motion. It is immutable and safe for concurrent use.
type Model interface {
	// Kind returns the word that stands for the model's architecture in files
	// and tables, such as "contact".
	Kind() string
	// Parameters returns the number of trained values.
	Parameters() int
	// Predictor returns a Predictor for the given scenes, or an error that names
	// the first scene the model has no means to predict, and why.
	Predictor(scenes []*sim.Scene) (Predictor, error)
}

// Predictor advances a fixed list of scenes. It belongs to one goroutine. It may have a method Release(), after which it is not
// used any more: its model may use the memory of it for the next one.
type Predictor interface {
	// Step replaces state, the bodies of all scenes end to end, by the state one
	// frame later, while the actuators of all scenes follow the actions, likewise
	// end to end; nil is rest for all. An error leaves state undefined.
	Step(state sim.State, actions sim.Action) error
}

// CutAction returns the action of the first of several scenes, whose actions lie end
// to end, and those of the others. Rest, which is nil, stays nil for all.
func CutAction(actions sim.Action, first *sim.Scene) (action, rest sim.Action) {
	if actions == nil {
		return nil, nil
	}
	n := len(first.Actuators)
	return actions[:n], actions[n:]
}

// Uncertain is a Predictor that says how far off it expects to be.
type Uncertain interface {
	Predictor
	// Spread overwrites dst with the standard deviation [n], in metres, of each
	// body's position along either axis, grows dst if it is too short, and returns
	// it. It counts from the last state that was not the answer to the Step before.
	Spread(dst []float64) []float64
}

// Watched is a Model whose Predictors are Uncertain, at a cost that Bare saves.
type Watched interface {
	Model
	// Bare returns the same model with Predictors that know no uncertainty.
	Bare() Model
}

// Bare returns model without what it spends on uncertainty, for those who do not ask.
func Bare(model Model) Model {
	if w, ok := model.(Watched); ok {
		return w.Bare()
	}
	return model
}

// Refusal is the error with which a model turns down a scene.
type Refusal struct {
	Model  string // kind of the model
	Scene  string // name of the scene
	Reason string
}

// Error says who refused what and why.
func (r *Refusal) Error() string {
	return fmt.Sprintf("model %s cannot predict scene %s: %s", r.Model, r.Scene, r.Reason)
}
