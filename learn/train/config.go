package train

import (
	"errors"
	"fmt"
	"math"
	"reflect"
	"runtime"
	"time"
)

// Config says how to train. Start from DefaultConfig or Tiny. One of Steps and
// Budget is 0, the other says when to stop.
type Config struct {
	Seed            uint64        `json:"seed"`             // of the data order
	Batch           int           `json:"batch"`            // examples per step, at most Objective.Examples
	Chunk           int           `json:"chunk"`            // examples a worker takes at a time
	Steps           int           `json:"steps"`            // optimiser steps, or 0
	Budget          time.Duration `json:"budget"`           // ns of wall time, or 0
	LearningRate    float64       `json:"learning_rate"`    // at its peak, per step
	FinalRate       float64       `json:"final_rate"`       // learning rate at the end, per step
	Warmup          int           `json:"warmup"`           // steps until the peak; 0 starts there
	WeightDecay     float64       `json:"weight_decay"`     // share of a weight lost per step and unit of learning rate
	Clip            float64       `json:"clip"`             // greatest norm of the mean gradient, in the objective's unit of loss per unit of weight
	EMA             float64       `json:"ema"`              // decay of the averaged weights; 0 averages nothing
	Workers         int           `json:"workers"`          // goroutines
	ReportEvery     int           `json:"report_every"`     // steps
	ValidateEvery   int           `json:"validate_every"`   // steps
	CheckpointEvery int           `json:"checkpoint_every"` // steps
	Patience        int           `json:"patience"`         // number of validations without a new best before stopping; 0 never stops
}

// DefaultConfig returns settings that suit networks of some thousand parameters:
// batches of 512 and a minute of training.
func DefaultConfig() Config {
	return Config{
		Seed: 1, Batch: 512, Chunk: 64, Budget: time.Minute,
		LearningRate: 3e-3, FinalRate: 3e-5, Warmup: 100, WeightDecay: 1e-4, Clip: 1, EMA: 0.999,
		Workers: runtime.GOMAXPROCS(0), ReportEvery: 50, ValidateEvery: 500, CheckpointEvery: 500,
	}
}

// Tiny returns settings for tests: 30 steps on small batches.
func Tiny() Config {
	c := DefaultConfig()
	c.Batch, c.Chunk, c.Budget, c.Steps, c.Warmup = 16, 4, 0, 30, 3
	c.EMA, c.Workers, c.ReportEvery, c.ValidateEvery, c.CheckpointEvery = 0.9, 2, 5, 10, 10
	return c
}

// Validate returns an error that names the first setting outside its range.
func (c Config) Validate() error {
	for _, r := range []struct {
		name  string
		value any
		ok    bool
		rule  string
	}{
		{"batch", c.Batch, c.Batch > 0, "> 0"},
		{"chunk", c.Chunk, c.Chunk > 0, "> 0"},
		{"steps", c.Steps, c.Steps >= 0, "≥ 0"},
		{"budget", c.Budget, c.Budget >= 0, "≥ 0"},
		{"learning_rate", c.LearningRate, c.LearningRate > 0 && c.LearningRate <= 1, "above 0 and ≤ 1"},
		{"final_rate", c.FinalRate, c.FinalRate >= 0 && c.FinalRate <= c.LearningRate, "from 0 to the learning_rate"},
		{"warmup", c.Warmup, c.Warmup >= 0, "≥ 0"},
		{"weight_decay", c.WeightDecay, c.WeightDecay >= 0 && c.WeightDecay < 1, "≥ 0 and below 1"},
		{"clip", c.Clip, c.Clip > 0 && !math.IsInf(c.Clip, 1), "> 0 and finite"},
		{"ema", c.EMA, c.EMA >= 0 && c.EMA < 1, "≥ 0 and below 1"},
		{"workers", c.Workers, c.Workers > 0, "> 0"},
		{"report_every", c.ReportEvery, c.ReportEvery > 0, "> 0"},
		{"validate_every", c.ValidateEvery, c.ValidateEvery > 0, "> 0"},
		{"checkpoint_every", c.CheckpointEvery, c.CheckpointEvery > 0, "> 0"},
		{"patience", c.Patience, c.Patience >= 0, "≥ 0"},
	} {
		if !r.ok {
			return fmt.Errorf("training config: %s %v must be %s", r.name, r.value, r.rule)
		}
	}
	switch {
	case c.Steps == 0 && c.Budget == 0:
		return errors.New("training config: steps or budget must be above 0, for the training to end")
	case c.Steps > 0 && c.Budget > 0:
		return fmt.Errorf("training config: steps %d and budget %v exclude each other: one of them ends the training", c.Steps, c.Budget)
	}
	return nil
}

// checkSame returns an error that names the first setting, other than Workers, in
// which a resumed run differs from the checkpoint's.
func (c Config) checkSame(stored Config) error {
	stored.Workers = c.Workers
	now, before := reflect.ValueOf(c), reflect.ValueOf(stored)
	for i := range now.NumField() {
		if a, b := now.Field(i).Interface(), before.Field(i).Interface(); a != b {
			return fmt.Errorf("training config: %s %v must be %v, as the run began with",
				now.Type().Field(i).Tag.Get("json"), a, b)
		}
	}
	return nil
}
