package train

import (
	"context"
	"time"

	"orrery/learn/nn"
)

// Objective is something to learn.
type Objective interface {
	// Params returns the parameters with their initial values. Run reads them and
	// changes none.
	Params() *nn.Params
	// Examples returns how many examples there are to train on.
	Examples() int
	// NewGradient returns a Gradient for one goroutine.
	NewGradient() Gradient
	// Validate returns the loss of the weights on examples held out; lower is better.
	// It returns ctx.Err() soon after ctx ends.
	Validate(ctx context.Context, weights []float32) (float64, error)
}

// Gradient adds to grad the gradient of the sum of the examples' losses at the
// weights, and returns that sum. It keeps none of the slices, and what it does
// depends on its arguments alone. It is a plain function so that an objective can be
// written without importing this package.
type Gradient = func(weights, grad []float32, examples []int32) (lossSum float64, err error)

// Progress is one report. The package comment defines each metric.
type Progress struct {
	Step              int           `json:"step"`
	Epoch             int           `json:"epoch"`
	Seconds           float64       `json:"seconds"`
	Loss              float64       `json:"loss"`
	Validation        *float64      `json:"validation,omitempty"` // nil when not computed at this step
	LearningRate      float64       `json:"learning_rate"`
	GradientNorm      float64       `json:"gradient_norm"`
	ExamplesPerSecond float64       `json:"examples_per_second"`
	Fraction          float64       `json:"-"` // of the run that is over, 0 to 1
	ETA               time.Duration `json:"-"` // until the end of the run
}

// Result has what a run has learned.
type Result struct {
	Weights        []float32  // averaged, after the last step
	Best           []float32  // averaged, where validation was lowest
	BestValidation float64    // the validation of Best
	BestStep       int        // the step of Best; 0 when nothing was validated yet
	Steps          int        // taken, earlier sessions included
	Seconds        float64    // spent, likewise
	Curve          []Progress // every report of the run, earlier sessions included when it has a directory
}
