package contact

import (
	"context"
	"math"
	"sync/atomic"

	"orrery/sim"
	"orrery/world/geom"
)

// example is a frame from which something can be learned.
type example struct{ trajectory, frame int32 }

// flightError is the difference, in m/s and rad/s, that a velocity may have from that of a free
// flight before something must have happened; less is the rounding of float32.
const flightError = 1e-5

// appendExamples appends the frames of a trajectory, the given one of a list, at
// which something touches, or that free flight does not explain. Free flight itself
// is known and teaches nothing.
func appendExamples(ctx context.Context, dst []example, t *sim.Trajectory, index int, config *Config) ([]example, error) {
	if t.Impact {
		return append(dst, example{int32(index), 0}), nil
	}
	detector := geom.NewDetectorOf(t.Scene, config.Touch)
	step := config.Flight.Step(t.Scene, t.Scene.Substeps)
	var contacts []geom.Contact
	touches := func(frame int) bool {
		contacts = detector.Contacts(contacts[:0], t.States[frame], 0)
		return len(contacts) > 0
	}
	var flown sim.State
	before := touches(0)
	for frame := range len(t.States) - 1 {
		if err := ctx.Err(); err != nil {
			return dst, err
		}
		after := touches(frame + 1)
		flown = append(flown[:0], t.States[frame]...)
		for range t.Scene.Substeps {
			step.Fly(flown, t.Action(frame))
		}
		if before || after || !explained(flown, t, frame+1) {
			dst = append(dst, example{int32(index), int32(frame)})
		}
		before = after
	}
	return dst, nil
}

// explained reports whether a free flight to a frame has the velocities there. Of estimates the
// difference may be accident within their uncertainty.
func explained(flown sim.State, t *sim.Trajectory, frame int) bool {
	next := t.States[frame]
	for i := range flown {
		turn := math.Abs(flown[i].Omega - next[i].Omega)
		d := flown[i].Velocity().Sub(next[i].Velocity()).Len() + turn
		rounding := flightError * (1 + next[i].Velocity().Len() + math.Abs(next[i].Omega))
		if t.Seen == nil {
			if !(d <= rounding) {
				return false
			}
			continue
		}
		now, then := t.Seen.Std[frame-1][i], t.Seen.Std[frame][i]
		if !(d-turn <= rounding+accident*math.Hypot(now.Velocity().Len(), then.Velocity().Len())) || !(turn <= rounding+accident*math.Hypot(now.Omega, then.Omega)) {
			return false
		}
	}
	return true
}

// accident is the number of standard deviations up to which a change of an estimate may be one.
const accident = 4

// What touches at the state where an example begins follows from the data alone. It is found once and then kept, as every
// epoch comes back to it.

// mostKept is the number of touching points that a set of examples keeps, of 128 bytes each: of others they are found again.
const mostKept = 1 << 19

// kept is what touches at the states where examples begin. Several goroutines find and use it; what they find is the same.
type kept struct {
	starts []atomic.Pointer[start] // of each example; nil for what nobody found yet
	room   atomic.Int64            // number of points that may still be kept
}

// start is the touching points of one example. Rows of bodies count from its first.
type start struct{ edges []edge }

func newKept(examples, most int) *kept {
	k := &kept{starts: make([]atomic.Pointer[start], examples)}
	k.room.Store(int64(most))
	return k
}

// keeper keeps for one goroutine, which makes room for many at a time.
type keeper struct {
	kept   *kept // nil where nothing is
	starts []start
	edges  []edge
}

// keeperBlock is the number of examples or points for which a keeper makes room.
const keeperBlock = 256

// find returns what touches at an example; nil where that is not known.
func (k *keeper) find(example int32) *start {
	if k.kept == nil {
		return nil
	}
	return k.kept.starts[example].Load()
}

// keep remembers the edges of an example, whose first body is in a row.
func (k *keeper) keep(example int32, edges []edge, first int32) {
	if k.kept == nil || k.kept.room.Add(int64(-len(edges))) < 0 {
		return
	}
	if len(k.starts) == cap(k.starts) {
		k.starts = make([]start, 0, keeperBlock)
	}
	if cap(k.edges)-len(k.edges) < len(edges) {
		k.edges = make([]edge, 0, max(keeperBlock, len(edges)))
	}
	from := len(k.edges)
	for i := range edges {
		e := edges[i]
		if e.a -= first; e.b >= 0 {
			e.b -= first
		}
		k.edges = append(k.edges, e)
	}
	k.starts = append(k.starts, start{k.edges[from:len(k.edges):len(k.edges)]})
	k.kept.starts[example].Store(&k.starts[len(k.starts)-1])
}

// lay appends the points of a start to those of g, for bodies whose first is in a row, and reports whether there are any.
func (s *start) lay(g *graph, first int32) bool {
	from := len(g.edges)
	g.edges = append(g.edges, s.edges...)
	for i := from; i < len(g.edges); i++ {
		e := &g.edges[i]
		if e.a += first; e.b >= 0 {
			e.b += first
		}
	}
	return len(s.edges) > 0
}
