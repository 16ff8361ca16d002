package flight

import (
	"fmt"
	"slices"
	"strings"
)

// Phase is a part of what a step does.
type Phase string

// The phases of a step.
const (
	Correct Phase = "correct" // overlaps are pushed apart, without a trace in the velocities
	Move    Phase = "move"    // bodies go where their velocities take them
	Force   Phase = "force"   // gravity, drag, springs, fields, actuators and the ground change velocities
	Solve   Phase = "solve"   // contacts and joints change velocities
)

// Phases returns all phases.
func Phases() []Phase { return []Phase{Correct, Move, Force, Solve} }

// Order says in which order a source of motion, an engine or the world, does the phases of
// a step between two states that it shows: their names, separated by spaces. Engines differ
// in it. A phase that stands there several times does an equal share of its work each time.
// The empty Order is EngineOrder.
type Order string

// The orders of known sources.
const (
	EngineOrder Order = "correct move force solve"       // of this engine, Chipmunk
	SolveFirst  Order = "force solve move correct"       // of Box2D and its relatives
	MoveFirst   Order = "force move correct solve"       // of matter.js
	EvenForce   Order = "force move force solve correct" // of motion that is exact, as in the world
)

// Orders returns those of known sources, the engine's first.
func Orders() []Order { return []Order{EngineOrder, SolveFirst, MoveFirst, EvenForce} }

// enginePhases are those of EngineOrder, which is asked for once for every scene.
var enginePhases = []Phase{Correct, Move, Force, Solve}

// Phases returns the phases in their order. They must not be changed.
func (o Order) Phases() []Phase {
	if o == "" || o == EngineOrder {
		return enginePhases
	}
	words := strings.Fields(string(o))
	phases := make([]Phase, len(words))
	for i, w := range words {
		phases[i] = Phase(w)
	}
	return phases
}

// Same reports whether two orders are the same.
func (o Order) Same(p Order) bool { return slices.Equal(o.Phases(), p.Phases()) }

// ParseOrder returns the order in which the phases stand in text, separated by commas or spaces.
func ParseOrder(text string) (Order, error) {
	o := Order(strings.Join(strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ' ' }), " "))
	if o == "" {
		return o, fmt.Errorf("an order must name phases: %s", phaseNames())
	}
	return o, o.Validate()
}

// mostPhases bounds how often a phase may stand in an order.
const mostPhases = mostSteps

// Validate returns an error unless bodies move, forces act and contacts are solved, and nothing
// else is named.
func (o Order) Validate() error {
	count := map[Phase]int{}
	for _, p := range o.Phases() {
		if !slices.Contains(Phases(), p) {
			return fmt.Errorf("order %q: phase %q must be one of: %s", o, p, phaseNames())
		}
		if count[p]++; count[p] > mostPhases {
			return fmt.Errorf("order %q: %s must stand there at most %d times", o, p, mostPhases)
		}
	}
	for _, p := range []Phase{Move, Force, Solve} {
		if count[p] == 0 {
			return fmt.Errorf("order %q: %s is missing", o, p)
		}
	}
	return nil
}

func phaseNames() string {
	names := make([]string, len(Phases()))
	for i, p := range Phases() {
		names[i] = string(p)
	}
	return strings.Join(names, ", ")
}

// Lead returns which share of what a step's forces change has changed already when bodies
// move, on average: 0 in an engine that moves them first, 1 in one that moves them last.
func (o Order) Lead() float64 {
	phases := o.Phases()
	all := float64(count(phases, Force))
	done, lead := 0.0, 0.0
	for _, p := range phases {
		switch p {
		case Force:
			done++
		case Move:
			lead += done / all
		}
	}
	return lead / float64(count(phases, Move))
}

func count(phases []Phase, p Phase) (n int) {
	for _, q := range phases {
		if q == p {
			n++
		}
	}
	return n
}
