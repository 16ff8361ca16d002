package fit

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"orrery/datasets"
	"orrery/datasets/storage"
	"orrery/sim"
)

// planFile is the plan in the working directory.
const planFile = "plan.json"

// planned is one thing that fixes a training beside the settings of the loop,
// which learn/train compares itself.
type planned struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// keepPlan notes what is trained, on which data, in the working directory, or
// returns an error that names the first difference from what was noted there. A
// checkpoint holds only weights: without the plan, a resumed training on other data
// would end in a model that nobody trained.
func keepPlan(work string, ds *datasets.Dataset, config *Config, settings json.RawMessage) error {
	if work == "" {
		return nil
	}
	data, err := json.Marshal(ds.Provenance())
	if err != nil {
		return err
	}
	plan := []planned{
		{"model", config.Kind}, {"backend", config.Backend}, {"seed", fmt.Sprint(config.Seed)},
		{"holdout", fmt.Sprint(config.Holdout)}, {"dataset", string(data)}, {"settings", string(settings)},
	}
	path := filepath.Join(work, planFile)
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		if text, err = json.MarshalIndent(plan, "", "  "); err != nil {
			return err
		}
		return storage.WriteFile(path, text)
	}
	if err != nil {
		return err
	}
	var begun []planned
	if err := sim.DecodeJSON(text, &begun); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	if len(begun) != len(plan) {
		return fmt.Errorf("%s: has %d entries, must have %d", path, len(begun), len(plan))
	}
	for i, p := range plan {
		if begun[i] != p {
			return fmt.Errorf("%s: the training was begun with another %s; resume it with that, or start again", path, p.Name)
		}
	}
	return nil
}
