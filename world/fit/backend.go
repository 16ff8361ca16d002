package fit

import (
	"orrery/learn/train"
	"orrery/world/baseline"
)

// The backends, which compute losses and gradients.
const (
	Native   = "native"
	Gorgonia = "gorgonia" // independent of our own and much slower; see package world/fit/gorgonia
)

// Backends returns the backends, the usual one first.
func Backends() []string { return []string{Native, Gorgonia} }

// Backend returns a function that computes gradients of a network in a library of its
// own, for one goroutine.
type Backend func(layers baseline.Layers) (train.Gradient, error)

// delegated trains on another backend. Validation is native, so it also checks that
// both mean the same network.
type delegated struct {
	readable
	backend Backend
	layers  baseline.Layers
}

// readable is an objective whose examples can be given to another backend.
type readable interface {
	train.Objective
	NewReader() func(example int32) baseline.Graph
}

// NewGradient returns a function with a network of its own.
func (d delegated) NewGradient() train.Gradient {
	layers := d.layers
	layers.Read = d.NewReader()
	gradient, err := d.backend(layers)
	if err != nil {
		return func([]float32, []float32, []int32) (float64, error) { return 0, err }
	}
	return gradient
}
