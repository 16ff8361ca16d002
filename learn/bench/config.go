package bench

import (
	"fmt"
	"time"
)

// Config says what to measure. Start from DefaultConfig or Tiny.
type Config struct {
	Products    []Product     `json:"products"`
	MLP         MLP           `json:"mlp"`
	Interaction Interaction   `json:"interaction"`
	Workers     int           `json:"workers"`  // goroutines of a training step
	Duration    time.Duration `json:"duration"` // ns, of each measurement
}

// Product is the size of a matrix product [m,k]·[k,n]: M, K and N are numbers of rows and
// columns.
type Product struct {
	M int `json:"m"`
	K int `json:"k"`
	N int `json:"n"`
}

// MLP is a fully connected network with ReLU and what it is trained on.
type MLP struct {
	Layers []int `json:"layers"` // widths: values going in, hidden, …, coming out
	Batch  int   `json:"batch"`  // rows
}

// Interaction is an interaction network with SiLU and what it is trained on: graphs
// in which every ordered pair of nodes has an edge.
type Interaction struct {
	Graphs int `json:"graphs"` // number of graphs in a batch
	Nodes  int `json:"nodes"`  // number of nodes of a graph, at least 2
	Node   int `json:"node"`   // number of features of a node, in and out
	Edge   int `json:"edge"`   // number of features of an edge
	Hidden int `json:"hidden"` // width of every hidden layer
	Rounds int `json:"rounds"` // number of rounds in which messages are passed
}

// DefaultConfig returns sizes of networks that fit a small problem, at a second
// for each measurement.
func DefaultConfig() Config {
	return Config{
		Products:    []Product{{15360, 128, 128}, {1024, 128, 128}, {16, 128, 128}},
		MLP:         MLP{Layers: []int{64, 256, 256, 64}, Batch: 256},
		Interaction: Interaction{Graphs: 64, Nodes: 16, Node: 16, Edge: 8, Hidden: 128, Rounds: 2},
		Workers:     2,
		Duration:    time.Second,
	}
}

// Tiny returns a Config that takes a fraction of a second, for tests.
func Tiny() Config {
	return Config{
		Products:    []Product{{7, 5, 3}},
		MLP:         MLP{Layers: []int{3, 8, 2}, Batch: 8},
		Interaction: Interaction{Graphs: 4, Nodes: 3, Node: 2, Edge: 2, Hidden: 8, Rounds: 1},
		Workers:     2,
		Duration:    50 * time.Millisecond,
	}
}

// MaxSize is the greatest of every size, so that a slip of the keyboard cannot fill the memory.
const MaxSize = 1 << 20

// Validate returns an error that names the first size out of range.
func (c Config) Validate() error {
	type size struct {
		name         string
		value, least int
	}
	sizes := []size{
		{"mlp batch", c.MLP.Batch, 1}, {"mlp layers", len(c.MLP.Layers), 2},
		{"interaction graphs", c.Interaction.Graphs, 1}, {"interaction nodes", c.Interaction.Nodes, 2},
		{"interaction node", c.Interaction.Node, 1}, {"interaction edge", c.Interaction.Edge, 1},
		{"interaction hidden", c.Interaction.Hidden, 1}, {"interaction rounds", c.Interaction.Rounds, 1},
		{"workers", c.Workers, 1},
	}
	for _, p := range c.Products {
		sizes = append(sizes, size{"product m", p.M, 1}, size{"product k", p.K, 1}, size{"product n", p.N, 1})
	}
	for _, n := range c.MLP.Layers {
		sizes = append(sizes, size{"mlp layer", n, 1})
	}
	for _, s := range sizes {
		if s.value < s.least || s.value > MaxSize {
			return fmt.Errorf("%s %d must be %d to %d", s.name, s.value, s.least, MaxSize)
		}
	}
	if c.Duration <= 0 {
		return fmt.Errorf("duration %v must be > 0", c.Duration)
	}
	return nil
}
