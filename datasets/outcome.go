package datasets

import (
	"fmt"
	"math"
)

// Outcome says what the action of a frame led to, in a scenario with a task. It is
// stored as next.reward, next.done, next.success and next.truncated.
type Outcome struct {
	Reward    float64 // without a unit; stored as float32
	Done      bool    // the episode ends here, for whatever reason
	Success   bool    // the goal is reached
	Truncated bool    // the episode ends here for want of time
}

// outcomeSize is the number of values of an Outcome.
const outcomeSize = 4

// append appends the outcome to a row of float32, as the features that begin with
// next have it.
func (o Outcome) append(row []float32) []float32 {
	row = append(row, float32(o.Reward))
	for _, flag := range []bool{o.Done, o.Success, o.Truncated} {
		row = append(row, float32(flagNumber(flag)))
	}
	return row
}

// checkOutcomes returns an error that names the first outcome whose reward is not
// finite as float32, or that ends the episode too early or for no reason.
func checkOutcomes(outcomes []Outcome) error {
	for k, o := range outcomes {
		switch reward := float64(float32(o.Reward)); {
		case math.IsNaN(reward) || math.IsInf(reward, 0):
			return fmt.Errorf("frame %d: %s %v must be finite as float32", k, featureReward, o.Reward)
		case o.Done && k < len(outcomes)-1:
			return fmt.Errorf("frame %d: %s must be false as the episode goes on", k, featureDone)
		case o.Truncated && !o.Done:
			return fmt.Errorf("frame %d: %s must be false as %s is", k, featureTruncated, featureDone)
		}
	}
	return nil
}

// appendOutcomes returns the outcomes of an episode as rows [t, outcomeSize].
func appendOutcomes(outcomes []Outcome) []float32 {
	var rows []float32
	for _, o := range outcomes {
		rows = o.append(rows)
	}
	return lastOutcome(outcomes).append(rows)
}

// lastOutcome returns what the last frame has, after which nothing happens: the
// flags of the outcome before, and no reward.
func lastOutcome(outcomes []Outcome) Outcome {
	if len(outcomes) == 0 {
		return Outcome{}
	}
	last := outcomes[len(outcomes)-1]
	last.Reward = 0
	return last
}

// checkLast returns an error when the last frame has not the outcome that the
// others demand.
func checkLast(outcomes []Outcome, last Outcome) error {
	if want := lastOutcome(outcomes); last != want {
		return fmt.Errorf("outcome %+v of the last frame must be %+v", last, want)
	}
	return nil
}
