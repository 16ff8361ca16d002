package sim

import (
	"fmt"
	"math"
)

// Distance returns how far two states of the scene are apart: the mean distance in
// metres between the centres of its dynamic bodies, and the mean difference in radians
// between their angles. Angles are continuous, but a body that is a full turn off looks
// right, so a difference counts to the nearest full turn, 0 to π. Kinematic bodies go
// where they are told, and do not count. A scene without dynamic bodies has 0 of both.
func (s *Scene) Distance(a, b State) (metres, radians float64) {
	n := 0
	for i := range s.Bodies {
		if !s.Bodies[i].Kind.free() {
			continue
		}
		n++
		metres += a[i].Position().Sub(b[i].Position()).Len()
		radians += math.Abs(math.Remainder(a[i].Angle-b[i].Angle, 2*math.Pi))
	}
	share := float64(max(n, 1))
	return metres / share, radians / share
}

// free reports whether forces move bodies of a kind.
func (k BodyKind) free() bool {
	switch k {
	case Dynamic:
		return true
	case Kinematic:
		return false
	}
	panic(fmt.Sprintf("sim: no rule for bodies of kind %q", k))
}
