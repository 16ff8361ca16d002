package contact

import "math"

// Load is how much one of the two networks is given.
type Load struct {
	Bodies int   `json:"bodies"`
	Edges  []int `json:"edges"` // of each colour
}

// Work returns what the impulse network and the correction network are given for a
// number of average training frames, so that other programs can be measured on as
// much.
func (t *Task) Work(frames int) (impulse, correction Load) {
	for i := range t.training {
		impulse.add(&t.training[i].impulse)
		correction.add(&t.training[i].correction)
	}
	share := float64(frames) / float64(len(t.training))
	impulse.scale(share)
	correction.scale(share)
	return impulse, correction
}

func (l *Load) add(b *block) {
	l.Bodies += b.bodies
	for _, colour := range b.colour {
		for len(l.Edges) <= colour {
			l.Edges = append(l.Edges, 0)
		}
		l.Edges[colour]++
	}
}

// scale multiplies all sizes, and drops the last colours that round to no edge.
func (l *Load) scale(share float64) {
	scaled := func(n int) int { return int(math.Round(share * float64(n))) }
	l.Bodies = scaled(l.Bodies)
	for colour, n := range l.Edges {
		l.Edges[colour] = scaled(n)
	}
	for len(l.Edges) > 0 && l.Edges[len(l.Edges)-1] == 0 {
		l.Edges = l.Edges[:len(l.Edges)-1]
	}
}
