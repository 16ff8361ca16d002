package source

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"

	"orrery/sim"
)

// Doubt says that a disc does not touch things where its outline is: it may have another radius
// than the scene says, or be no disc at all.
type Doubt struct {
	Name  string  // of the body, or its number
	Shy   float64 // m, by how much things may overlap the outline without touching
	Reach float64 // m, by how much before the outline things may touch
}

// String says so in a sentence.
func (d Doubt) String() string {
	var said []string
	for _, part := range []struct {
		by   float64
		what string
	}{{d.Shy, "things overlap its outline by up to %.2g mm without touching it"}, {d.Reach, "things touch it up to %.2g mm before its outline"}} {
		if part.by > 0 {
			said = append(said, fmt.Sprintf(part.what, 1e3*part.by))
		}
	}
	return fmt.Sprintf("body %s is not what the scene says: %s", d.Name, strings.Join(said, ", and "))
}

const (
	closely    = 0.03  // share of a reach within which a gap says something of an outline
	exactly    = 0.002 // share of a reach by which an outline may be off
	suspicious = 0.05  // share of such meetings that a wrong outline spoils, and of those farther away that noise may
	odd        = 15    // least number of them
	extremes   = 0.1   // share of these that count as accidents
)

// doubts returns those of the discs of scenes that have the same bodies.
func doubts(scene *sim.Scene, meetings []meeting, seen *sight) []Doubt {
	skin := seen.touch.Skin
	var out []Doubt
	for body := range scene.Bodies {
		near, far, noisy, known := 0, 0, 0, true
		var shy, reach []float64
		for i := range meetings {
			m := &meetings[i]
			k := slices.IndexFunc(seen.fits, func(f fit) bool { return f.kinds == m.kinds })
			if m.disc != body || m.told || k < 0 {
				continue
			}
			f, gap, hit := &seen.fits[k], m.after, m.hit || !m.free
			if f.early {
				gap = m.before
				if m.after <= f.end {
					continue // it may have hit within the frame
				}
			}
			gap -= *skin.Of(m.kinds[0]) + *skin.Of(m.kinds[1])
			if !(math.Abs(gap) <= closely*m.size) {
				if far++; gap > 0 && hit {
					noisy++
				}
				continue
			}
			near++
			known = known && f.known
			switch {
			case hit && gap > exactly*m.size:
				reach = append(reach, gap)
			case !hit && gap < -exactly*m.size:
				shy = append(shy, -gap)
			}
		}
		if len(shy)+len(reach) < max(odd, int(suspicious*float64(near))) || float64(noisy) > suspicious*float64(far) {
			continue
		}
		if !known && len(shy) < 2*len(reach) {
			continue // touching is a soft matter in this source
		}
		d := Doubt{Name: scene.Bodies[body].Name, Shy: most(shy), Reach: most(reach)}
		if d.Name == "" {
			d.Name = fmt.Sprint(body)
		}
		out = append(out, d)
	}
	return out
}

// sameBodies reports whether the scenes of all trajectories have bodies of the same shapes.
func sameBodies(trajectories []*sim.Trajectory) bool {
	for _, t := range trajectories {
		a, b := trajectories[0].Scene, t.Scene
		if a != b && !slices.EqualFunc(a.Bodies, b.Bodies, func(a, b sim.Body) bool { return reflect.DeepEqual(a.Shapes, b.Shapes) }) {
			return false
		}
	}
	return len(trajectories) > 0
}

// most returns the greatest of values but for a few, or 0 when there are hardly any.
func most(values []float64) float64 {
	if len(values) < odd/3 {
		return 0
	}
	slices.Sort(values)
	return values[int((1-extremes)*float64(len(values)-1))]
}
