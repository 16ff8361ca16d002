package identify

import (
	"context"
	"slices"

	"orrery/sim"
)

// Edge is two bodies that act on each other without touching.
type Edge struct {
	A           string  `json:"a"`                  // Label.Body of the one
	B           string  `json:"b"`                  // Label.Body of the other
	Kind        Kind    `json:"kind"`               // what couples them
	Probability float64 `json:"probability"`        // that they are coupled, 0 to 1
	Episode     *int    `json:"episode,omitempty"`  // the only one that it is of; nil is all of them
	Strength    float64 `json:"strength,omitempty"` // N/m (less than 0 attracts) or N·m² (more than 0 repels) of this edge, where it is of one episode
	Limit       float64 `json:"limit,omitempty"`    // N, the most that a charge pushes; 0 is no limit
}

// Kind says what couples the bodies of an Edge.
type Kind string

// The kinds of edge.
const (
	Spring Kind = "spring" // a force that grows with distance
	Charge Kind = "charge" // a force that falls with the square of distance
	Rod    Kind = "rod"    // a fixed distance
)

// Kinds returns all kinds of edge.
func Kinds() []Kind { return []Kind{Spring, Charge, Rod} }

// Result is what a method found.
type Result struct {
	Parameters []Parameter `json:"parameters"`
	Edges      []Edge      `json:"edges"`
	Sentences  []string    `json:"sentences"` // what the data cannot tell, and what is odd about them
	Stopped    bool        `json:"stopped"`   // the context ended, and this is the best so far
	Scene      *sim.Scene  `json:"-"`         // the scene with the values filled in
	Fits       []Fit       `json:"-"`         // what was seen beside what the values explain
}

// Fit is one body of one episode: where it was seen and where the fit has it.
type Fit struct {
	Episode, Body int       // indices
	Times         []float64 // s
	Seen          []sim.Vec // m, at these times
	Fitted        []sim.Vec // m, at these times
}

// Options are what methods need besides data.
type Options struct {
	Only     []Name                                       // to find; nil is all
	Seed     uint64                                       // of all chance
	Unit     string                                       // the body whose mass the scene tells, to which others are compared; empty is the first of those that hit each other
	Workers  int                                          // that work at once; 0 is as many as there are processors
	Progress func(stage string, done float64, of float64) // is told how far a stage is, without unit; may be nil
}

// Wants reports whether a quantity is to be found.
func (o *Options) Wants(name Name) bool { return o.Only == nil || slices.Contains(o.Only, name) }

// Report tells Progress, if there is one, how far a stage is: done of of, without unit.
func (o *Options) Report(stage string, done, of float64) {
	if o.Progress != nil {
		o.Progress(stage, done, of)
	}
}

// Method finds what it can of trajectories of one source, whose scenes have the same bodies. When
// ctx ends it soon returns the best so far, as a Result that is Stopped, or ctx's error where it
// has nothing yet.
type Method func(ctx context.Context, trajectories []*sim.Trajectory, o *Options) (*Result, error)

// Join returns what several methods found as one: parameters merged, edges, sentences and fits one
// after another, and scene with the values filled in.
func Join(scene *sim.Scene, results ...*Result) (*Result, error) {
	out := &Result{Parameters: []Parameter{}, Edges: []Edge{}, Sentences: []string{}}
	var lists [][]Parameter
	for _, r := range results {
		lists = append(lists, r.Parameters)
		out.Edges = append(out.Edges, r.Edges...)
		for _, s := range r.Sentences {
			if !slices.Contains(out.Sentences, s) {
				out.Sentences = append(out.Sentences, s)
			}
		}
		out.Stopped = out.Stopped || r.Stopped
		out.Fits = append(out.Fits, r.Fits...)
	}
	out.Parameters = append(out.Parameters, Merge(lists...)...)
	var err error
	out.Scene, err = Fill(scene, out.Parameters, out.Edges)
	return out, err
}
