package door

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"slices"
	"strings"

	"orrery/sim/input"
)

// Array is numbers in rows, the last index running fastest.
type Array struct {
	Name   string
	Shape  []int
	Values any // []float64, []float32, []int64 or []uint8, as many as the product of Shape
}

// Call is what a caller asks for. It belongs to the goroutine of its method.
type Call struct {
	Method  string
	Request []byte  // JSON
	Arrays  []Array // that the method reads, and that must stay until it is done

	// Allocate returns the memory of an array that is part of the answer: n numbers, all of them 0, of the type of
	// kind, which is a slice of it. nil makes them in Go.
	Allocate func(kind any, n int) any

	answers []Array
	tell    func(progress any)
}

// Tell says how far a call has come, to whoever waits for it.
func (c *Call) Tell(progress any) {
	if c.tell != nil {
		c.tell(progress)
	}
}

// Read decodes the request of a call. A key that is not known is an error.
func Read[Q any](c *Call) (q Q, err error) {
	return q, Mistaken(input.DecodeStrictJSON(c.Request, &q))
}

// Has reports whether an array is given.
func (c *Call) Has(name string) bool {
	return slices.ContainsFunc(c.Arrays, func(a Array) bool { return a.Name == name })
}

// Shape returns the shape of an array, or nil where it is not given.
func (c *Call) Shape(name string) []int {
	for _, a := range c.Arrays {
		if a.Name == name {
			return a.Shape
		}
	}
	return nil
}

// Floats returns the finite numbers of an array that must have a shape, in which −1 stands for any length.
func (c *Call) Floats(name string, shape ...int) ([]float64, error) {
	values, err := given[float64](c, name, shape)
	for i, v := range values {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return nil, Mistaken(fmt.Errorf("%s%v: %v must be finite", name, index(i, c.Shape(name)), v))
		}
	}
	return values, err
}

// Wholes returns the numbers of an array of int64.
func (c *Call) Wholes(name string, shape ...int) ([]int64, error) {
	return given[int64](c, name, shape)
}

// Bytes returns the numbers of an array of uint8.
func (c *Call) Bytes(name string, shape ...int) ([]uint8, error) {
	return given[uint8](c, name, shape)
}

func given[T any](c *Call, name string, shape []int) ([]T, error) {
	for _, a := range c.Arrays {
		if a.Name != name {
			continue
		}
		if !slices.EqualFunc(a.Shape, shape, func(got, want int) bool { return want < 0 || got == want }) {
			return nil, Mistaken(fmt.Errorf("%s has the shape %v, must have %v", name, tuple(a.Shape), tuple(shape)))
		}
		values, ok := a.Values.([]T)
		if !ok {
			return nil, Mistaken(fmt.Errorf("%s must have numbers of another type than %T", name, a.Values))
		}
		return values, nil
	}
	return nil, Mistaken(fmt.Errorf("%s must be given", name))
}

// index returns where in an array of a shape a number is, as Python writes it.
func index(i int, shape []int) string {
	at := make([]int, len(shape))
	for k := len(shape) - 1; k >= 0; k-- {
		at[k], i = i%shape[k], i/shape[k]
	}
	return strings.ReplaceAll(fmt.Sprint(at), " ", ", ")
}

// tuple is a shape as Python writes it.
type tuple []int

// String implements fmt.Stringer.
func (t tuple) String() string {
	text := "("
	for i, n := range t {
		if i > 0 {
			text += ", "
		}
		if n < 0 {
			text += "any"
		} else {
			text += fmt.Sprint(n)
		}
	}
	if len(t) == 1 {
		text += ","
	}
	return text + ")"
}

// NewFloats returns an array of float64 that becomes part of the answer.
func (c *Call) NewFloats(name string, shape ...int) ([]float64, error) {
	return added[float64](c, name, shape)
}

// NewWholes returns an array of int64 that becomes part of the answer.
func (c *Call) NewWholes(name string, shape ...int) ([]int64, error) {
	return added[int64](c, name, shape)
}

// NewBytes returns an array of uint8 that becomes part of the answer.
func (c *Call) NewBytes(name string, shape ...int) ([]uint8, error) {
	return added[uint8](c, name, shape)
}

// most is how many numbers an array of an answer may have.
const most = 1 << 31

func added[T any](c *Call, name string, shape []int) ([]T, error) {
	n := 1
	for _, k := range shape {
		if k < 0 || k > 0 && n > most/k {
			return nil, Mistaken(fmt.Errorf("%s of the shape %v is too large", name, tuple(shape)))
		}
		n *= k
	}
	values := []T{}
	if n > 0 {
		if c.Allocate == nil {
			values = make([]T, n)
		} else {
			var ok bool
			if values, ok = c.Allocate([]T(nil), n).([]T); !ok || len(values) != n {
				return nil, fmt.Errorf("there is no memory for %s of the shape %v", name, tuple(shape))
			}
		}
	}
	c.answers = append(c.answers, Array{name, shape, values})
	return values, nil
}

// Fault says whose doing an error is.
type Fault string

// The faults. Mistake is the caller's; Missing, Exists and Denied are those of files; Interrupted the caller's wish.
const (
	Mistake     Fault = "mistake"
	Missing     Fault = "missing"
	Exists      Fault = "exists"
	Denied      Fault = "denied"
	Interrupted Fault = "interrupted"
	Failure     Fault = "failure" // anything else
)

// blamed is an error of which somebody knows whose doing it is.
type blamed struct {
	error
	fault Fault
}

// Unwrap returns the error itself.
func (b blamed) Unwrap() error { return b.error }

// Mistaken returns an error as the caller's own; nil stays nil.
func Mistaken(err error) error { return Blame(err, Mistake) }

// Blame returns an error with a fault, unless it has one already; nil stays nil.
func Blame(err error, fault Fault) error {
	if err == nil || FaultOf(err) != Failure {
		return err
	}
	return blamed{err, fault}
}

// FaultOf returns whose doing an error is.
func FaultOf(err error) Fault {
	var known blamed
	switch {
	case errors.Is(err, context.Canceled):
		return Interrupted
	case errors.As(err, &known):
		return known.fault
	case errors.Is(err, fs.ErrNotExist):
		return Missing
	case errors.Is(err, fs.ErrExist):
		return Exists
	case errors.Is(err, fs.ErrPermission):
		return Denied
	}
	return Failure
}
