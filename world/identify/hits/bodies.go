package hits

import (
	"fmt"
	"reflect"

	"orrery/sim"
	"orrery/world/observe"
)

// bodies numbers the bodies of all episodes: those of one index are one body, unless the scenes
// differ, when each episode has its own.
type bodies struct {
	varied bool
	first  []int // [episode] number of its first body; 0 unless varied
	n      int
	used   []bool // [episode] its impacts take part
}

// mostBodies is the number of bodies whose masses are sought at once: the time taken grows with its
// third power. Where each episode has its own, some episodes tell what is common.
const mostBodies = 400

// newBodies numbers the bodies of watches.
func newBodies(watches []*observe.Watch) *bodies {
	b := &bodies{first: make([]int, len(watches)), used: make([]bool, len(watches)), n: len(watches[0].Scene.Bodies)}
	total := 0
	for _, w := range watches {
		b.varied = b.varied || !alike(w.Scene, watches[0].Scene)
		total += len(w.Scene.Bodies)
	}
	for k := range b.used {
		b.used[k] = !b.varied || total <= mostBodies || k*mostBodies/total != (k-1)*mostBodies/total
	}
	if !b.varied {
		return b
	}
	b.n = 0
	for k, w := range watches {
		b.first[k] = b.n
		if b.used[k] {
			b.n += len(w.Scene.Bodies)
		}
	}
	return b
}

// number returns that of a body.
func (b *bodies) number(episode, body int) int { return b.first[episode] + body }

// name returns a name of a body's mass among constants.
func (s *study) name(episode, body int) string {
	if s.bodies.varied {
		return fmt.Sprintf("%d: %d", episode, body)
	}
	return s.label.Body(body)
}

// alike reports whether two scenes have the same bodies.
func alike(a, b *sim.Scene) bool {
	if len(a.Bodies) != len(b.Bodies) || len(a.Walls) != len(b.Walls) {
		return false
	}
	for i := range a.Bodies {
		p, q := &a.Bodies[i], &b.Bodies[i]
		if p.Kind != q.Kind || p.Name != q.Name || p.Mass != q.Mass || p.Moment != q.Moment || len(p.Shapes) != len(q.Shapes) {
			return false
		}
		for k := range p.Shapes {
			if !reflect.DeepEqual(p.Shapes[k], q.Shapes[k]) {
				return false
			}
		}
	}
	return true
}
