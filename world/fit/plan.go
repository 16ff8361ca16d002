package fit

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"orrery/datasets/storage"
	"orrery/learn/train"
	"orrery/sim/input"
)

// usualDecay is not noted, so that a training that an older program began can be resumed.
var usualDecay = train.DefaultConfig().WeightDecay

// planFile is the plan in the working directory.
const planFile = "plan.json"

// planned is one thing that fixes a training.
type planned struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// plan returns what is known of the job before any episode is read. A checkpoint holds
// only weights: without the plan, a training resumed on other data would end in a model
// that nobody trained.
func (j *Job) plan() []planned {
	c := &j.Config
	width, rounds := c.Sizes()
	plan := []planned{
		{"model", c.Kind}, {"backend", c.Backend}, {"seed", fmt.Sprint(c.Seed)}, {"holdout", fmt.Sprint(c.Holdout)},
		{"stride", fmt.Sprint(c.Stride)}, {"inner-steps", fmt.Sprint(c.InnerSteps)}, {"contact-order", string(c.Order)}, {"width", fmt.Sprint(*width)},
	}
	if rounds != nil {
		plan = append(plan, planned{"rounds", fmt.Sprint(*rounds)})
	}
	t := &c.Train
	if c.Ensemble > 0 {
		plan = append(plan, planned{"ensemble", fmt.Sprint(c.Ensemble)})
	}
	if t.WeightDecay != usualDecay {
		plan = append(plan, planned{"decay", fmt.Sprint(t.WeightDecay)})
	}
	if len(c.Unknown) > 0 {
		plan = append(plan, planned{"unknown", fmt.Sprint(c.Unknown)})
	}
	return append(plan,
		planned{"batch", fmt.Sprint(t.Batch)}, planned{"rate", fmt.Sprint(t.LearningRate)}, planned{"patience", fmt.Sprint(t.Patience)},
		planned{"steps", fmt.Sprint(t.Steps)}, planned{"budget", fmt.Sprint(t.Budget)},
		planned{"dataset", j.Episodes.Origin().Identity})
}

// readPlan returns the plan noted in the working directory, or nil when there is none.
func readPlan(work string) ([]planned, error) {
	if work == "" {
		return nil, nil
	}
	path := filepath.Join(work, planFile)
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var begun []planned
	if err := input.DecodeJSON(text, &begun); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return begun, nil
}

// checkPlan returns an error that names the first difference of plan from the
// beginning of the one noted in the working directory.
func checkPlan(work string, plan []planned) error {
	begun, err := readPlan(work)
	if err != nil || begun == nil {
		return err
	}
	path := filepath.Join(work, planFile)
	for i, p := range plan {
		switch {
		case i >= len(begun) || begun[i].Name != p.Name:
			return fmt.Errorf("%s: says nothing of the %s: the training was begun by another version of this program, or with another model; start again", path, p.Name)
		case begun[i].Value == p.Value:
		case len(p.Value)+len(begun[i].Value) > 100:
			return fmt.Errorf("%s: the training was begun with another %s; resume it with that, or start again", path, p.Name)
		default:
			return fmt.Errorf("%s: the training was begun with %s %s, not %s; resume it with that, or start again", path, p.Name, begun[i].Value, p.Value)
		}
	}
	return nil
}

// keepPlan notes the plan in the working directory, or returns an error that names the
// first difference from what was noted there.
func keepPlan(work string, plan []planned) error {
	if work == "" {
		return nil
	}
	begun, err := readPlan(work)
	if err != nil {
		return err
	}
	if begun != nil {
		return checkPlan(work, plan)
	}
	text, err := json.MarshalIndent(plan, "", "  ")
	if err != nil {
		return err
	}
	return storage.WriteFile(filepath.Join(work, planFile), text)
}
