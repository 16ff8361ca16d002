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

// Weighted is an Objective of which some examples are taken more often than others.
type Weighted interface {
	Objective
	// Weight returns how often, on average, an epoch has an example. It is ≥ 0.
	Weight(example int) float64
}

// Chaptered is an Objective whose examples need not be in memory at the same time. They lie in
// chapters. An epoch shuffles the chapters by seed and epoch and deals them out into windows;
// within a window the examples are shuffled, taken by their weights, and cut into batches. The
// examples of Gradients are those of the window that was opened last, numbered from 0.
type Chaptered interface {
	Objective
	// Chapters returns all chapters, which stay the same.
	Chapters() []Chapter
	// Window returns the number of bytes from which on a window takes no more chapters, unless
	// it has not yet a batch.
	Window() int
	// Open brings the examples of some chapters into memory, one chapter after another. Next are those of
	// the window after, which may be read ahead. No Gradient is at work meanwhile, and none that
	// was made before is used again. Examples and NewGradient are of the open window.
	Open(ctx context.Context, chapters, next []int) error
}

// Chapter is a part of the examples of a Chaptered objective.
type Chapter struct {
	Examples int     // number of examples
	Size     int     // bytes that they take in memory
	Weight   float64 // how often, on average, an epoch has each of them: ≥ 0
}

// Gradient adds to grad the gradient of the sum of the examples' losses at the
// weights, and returns that sum. It keeps none of the slices, and what it does
// depends on its arguments alone. It is a plain function so that an objective can be
// written without importing this package.
type Gradient = func(weights, grad []float32, examples []int32) (lossSum float64, err error)

// Progress is one report. The package comment defines each metric.
type Progress struct {
	Step              int           `json:"step"`                 // number of steps taken
	Epoch             int           `json:"epoch"`                // number of the pass over the data, from 0
	Seconds           float64       `json:"seconds"`              // s of training, earlier sessions included
	Loss              float64       `json:"loss"`                 // mean per example, in the objective's unit
	Validation        *float64      `json:"validation,omitempty"` // in the objective's unit of loss; nil when not computed at this step
	LearningRate      float64       `json:"learning_rate"`        // of this step
	GradientNorm      float64       `json:"gradient_norm"`        // Euclidean length before clipping, in loss per unit of weight
	ExamplesPerSecond float64       `json:"examples_per_second"`  // examples per second of wall time
	Fraction          float64       `json:"-"`                    // of the run that is over, 0 to 1
	ETA               time.Duration `json:"-"`                    // until the end of the run
}

// Result has what a run has learned.
type Result struct {
	Weights        []float32  // [number of weights] averaged, after the last step
	Best           []float32  // [number of weights] averaged, where validation was lowest
	BestValidation float64    // the validation of Best, in the objective's unit of loss
	BestStep       int        // the step of Best; 0 when nothing was validated yet
	Steps          int        // number of steps taken, earlier sessions included
	Seconds        float64    // s spent, likewise
	Curve          []Progress // every report of the run, earlier sessions included when it has a directory
}
