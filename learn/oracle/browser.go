//go:build js

package oracle

import (
	"errors"

	"orrery/learn/nn"
	"orrery/learn/tape"
)

// errBrowser is why there is no oracle in a browser.
var errBrowser = errors.New("gorgonia is left out of programs for a browser, whose size it would double")

// Network stands for a network that this platform does not have.
type Network struct{}

// NewMLP returns an error.
func NewMLP(*nn.Params, string, tape.Activation, Loss) (*Network, error) { return nil, errBrowser }

// NewInteraction returns an error.
func NewInteraction(*nn.Params, string, int, tape.Activation, Loss) (*Network, error) {
	return nil, errBrowser
}

// Worker returns a worker that fails.
func (*Network) Worker(func(i int32) Batch) func(weights, grad []float32, examples []int32) (float64, error) {
	return func([]float32, []float32, []int32) (float64, error) { return 0, errBrowser }
}
