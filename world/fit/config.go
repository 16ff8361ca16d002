package fit

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"orrery/learn/train"
	"orrery/world/contact"
)

// Kinds returns the kinds of model that can be trained.
func Kinds() []string { return []string{contact.Kind} }

// Config says what to fit and how.
type Config struct {
	Kind    string         `json:"kind"`    // one of Kinds
	Seed    uint64         `json:"seed"`    // of the split and the initial weights
	Holdout float64        `json:"holdout"` // share of the episodes that only judge, above 0 and below 1
	Contact contact.Config `json:"contact"` // its Flight is replaced by the one measured on the data
	Train   train.Config   `json:"train"`
}

// DefaultConfig returns a contact model trained for a minute, judged on a
// twentieth of the episodes.
func DefaultConfig() Config {
	t := train.DefaultConfig()
	t.Batch, t.Chunk, t.LearningRate = 256, 128, 6e-3
	t.Budget = time.Minute
	return Config{Kind: contact.Kind, Seed: 1, Holdout: 0.05, Contact: contact.DefaultConfig(), Train: t}
}

// Tiny returns a Config whose training takes about a second.
func Tiny() Config {
	c := DefaultConfig()
	c.Holdout, c.Contact, c.Train = 0.25, contact.Tiny(), train.Tiny()
	return c
}

// Validate returns an error that names the first field out of range.
func (c *Config) Validate() error {
	if !slices.Contains(Kinds(), c.Kind) {
		return fmt.Errorf("model %q must be one of: %s", c.Kind, strings.Join(Kinds(), ", "))
	}
	if !(c.Holdout > 0 && c.Holdout < 1) {
		return fmt.Errorf("holdout %v must be above 0 and below 1", c.Holdout)
	}
	if err := c.Contact.Validate(); err != nil {
		return err
	}
	return c.Train.Validate()
}
