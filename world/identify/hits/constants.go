package hits

import (
	"math"

	"orrery/world/identify"
)

// constant is one number that windows share. Its coordinate is what the solver moves: a mass and a
// gyration by their logarithm, a radius by how much it differs from what the scene says. The Length
// of a wall is how far it is beyond where it was found.
type constant struct {
	name  identify.Name
	of    string
	x     float64 // coordinate
	step  float64 // of it, for slopes
	limit float64 // the most that one step moves it
}

// constants are all shared numbers.
type constants struct {
	all []constant
}

// none is the index of a constant that is told.
const none = -1

// add adds a constant and returns its index; it returns that of one that is there already.
func (c *constants) add(name identify.Name, of string, x float64) int {
	for k := range c.all {
		if c.all[k].name == name && c.all[k].of == of {
			return k
		}
	}
	k := constant{name: name, of: of, x: x, step: 1e-5, limit: 0.3}
	switch name {
	case identify.Radius, identify.Length:
		k.step, k.limit = 1e-6, 0.01
	case identify.Mass, identify.Moment:
		k.limit = 1
	}
	c.all = append(c.all, k)
	return len(c.all) - 1
}

// values returns the coordinates.
func (c *constants) values() []float64 {
	x := make([]float64, len(c.all))
	for k := range c.all {
		x[k] = c.all[k].x
	}
	return x
}

// at returns coordinate k of x, or what is told.
func at(x []float64, k int, told float64) float64 {
	if k == none {
		return told
	}
	return x[k]
}

// value returns what a coordinate of constant k stands for, where told is what the scene says.
func (c *constant) value(x, told float64) float64 {
	switch c.name {
	case identify.Mass, identify.Moment:
		return told * math.Exp(x)
	case identify.Radius:
		return told + x
	}
	return x
}
