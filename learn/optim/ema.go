package optim

import (
	"slices"

	"orrery/learn/kernel"
)

// EMA is an exponential moving average of weights. It starts as a copy and its
// decay warms up as (1+t)/(10+t), so that early weights are soon forgotten. Its
// fields may be stored and restored.
type EMA struct {
	Average []float32 // [number of weights]
	Updates int       // number of them so far
	Decay   float64   // share of the average kept by an update, once warm, 0 to 1

	decay float32 // of the update that was begun last
}

// NewEMA returns an average that starts at the weights.
func NewEMA(weights []float32, decay float64) *EMA {
	return &EMA{Average: slices.Clone(weights), Decay: decay}
}

// Update moves the average towards the weights.
func (e *EMA) Update(weights []float32) {
	e.Begin()
	e.Move(weights, 0, len(weights))
}

// Begin counts an update, which Move takes.
func (e *EMA) Begin() {
	t := float64(e.Updates)
	e.decay = float32(min(e.Decay, (1+t)/(10+t)))
	e.Updates++
}

// Move takes the update that was begun last for the weights from…to, to excluded, as AdamW.Move does.
func (e *EMA) Move(weights []float32, from, to int) {
	kernel.EMA(e.Average[from:to], weights[from:to], e.decay)
}
