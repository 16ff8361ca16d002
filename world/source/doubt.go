package source

import (
	"cmp"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"

	"orrery/sim"
)

// Doubt says that a disc does not touch things where its outline is: it may have another radius
// than the scene says, or be no disc at all. Or it says that two bodies have other masses than in the scene.
type Doubt struct {
	Name  string  // of the body, or its number
	Shy   float64 // m, by how much things may overlap the outline without touching
	Reach float64 // m, by how much before the outline things may touch

	Other   string  // of a second body, or its number; empty where outlines are doubted
	Heavier float64 // how many times as heavy as the body the other one acts when they hit each other
	Told    float64 // how many times as heavy it is in the scene
}

// String says so in a sentence.
func (d Doubt) String() string {
	if d.Other != "" {
		return fmt.Sprintf("the masses are not those of the scene: in most impacts body %s acts as if it were %.2g times as heavy as body %s, and in the scene it is %.2g times", d.Other, d.Heavier, d.Name, d.Told)
	}
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

const (
	unlike   = 1.25 // times by which a ratio of masses may be off
	weighing = 30   // least number of impacts of two bodies that say something of masses
)

// unbalanced returns a doubt of the masses where most impacts of two bodies speak against them: of the pair that
// shows it most often.
func unbalanced(scene *sim.Scene, meetings []meeting) []Doubt {
	all, off := 0, 0
	count := map[[2]int][][2]float64{}
	var worst [2]int
	for i := range meetings {
		m := &meetings[i]
		if m.scenes == 0 {
			continue
		}
		all++
		if by := m.heavier / m.scenes; by > unlike || !(by*unlike >= 1) {
			off++
			if count[m.bodies] = append(count[m.bodies], [2]float64{m.heavier, m.scenes}); len(count[m.bodies]) > len(count[worst]) {
				worst = m.bodies
			}
		}
	}
	if all < weighing || 2*off < all {
		return nil
	}
	ratios := count[worst]
	slices.SortFunc(ratios, func(a, b [2]float64) int { return cmp.Compare(a[0], b[0]) })
	usual := ratios[len(ratios)/2]
	return []Doubt{{Name: nameOf(scene, worst[0]), Other: nameOf(scene, worst[1]), Heavier: usual[0], Told: usual[1]}}
}

// nameOf returns the name of a body, or its number.
func nameOf(scene *sim.Scene, body int) string {
	if name := scene.Bodies[body].Name; name != "" {
		return name
	}
	return fmt.Sprint(body)
}

// doubts returns those of the discs of scenes that have the same bodies.
func doubts(scene *sim.Scene, meetings []meeting, seen *sight) []Doubt {
	skin := seen.touch.Skin
	out := unbalanced(scene, meetings)
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
		out = append(out, Doubt{Name: nameOf(scene, body), Shy: most(shy), Reach: most(reach)})
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
