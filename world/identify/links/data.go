package links

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat"

	"orrery/sim"
	"orrery/world/robust"
)

// newTrack returns what was seen of a trajectory, or why links cannot be told from it.
func newTrack(t *sim.Trajectory) (out *track, why string) {
	scene := t.Scene
	switch {
	case t.Impact:
		return nil, "an impact is too short to show forces at a distance"
	case len(scene.Bodies) < 2:
		return nil, "forces between bodies need two of them"
	case len(t.States) < 4:
		return nil, "forces need at least four frames to show"
	}
	if why := unsuited(scene); why != "" {
		return nil, why
	}
	out = &track{system: newSystem(scene), frames: len(t.States), window: 1}
	for k := range scene.Fields {
		out.limit = max(out.limit, scene.Fields[k].Limit)
	}
	n := out.n
	if t.Seen != nil && n > mostSeenBodies {
		return nil, fmt.Sprintf("forces between all pairs of more than %d bodies are not looked for in noisy motion", mostSeenBodies)
	}
	if t.Seen == nil {
		for _, state := range t.States {
			for _, b := range state {
				out.exact = append(out.exact, b.X, b.Y, b.VX, b.VY)
			}
		}
		out.order = positionsFirst
		return out, ""
	}
	out.seen, out.after = make([]bool, out.frames*n), make([]float64, out.frames*n)
	out.z = make([]float64, 2*out.frames*n)
	for k, sights := range t.Seen.Sights {
		for i, s := range sights {
			out.seen[k*n+i], out.after[k*n+i] = s.Seen, s.After
			out.z[2*(k*n+i)], out.z[2*(k*n+i)+1] = s.X, s.Y
		}
	}
	if !out.begin(1) {
		return nil, "some body is hardly ever seen"
	}
	return out, ""
}

// unsuited returns why a scene has what this package does not follow, or nothing.
func unsuited(scene *sim.Scene) string {
	if len(scene.Bodies) > mostBodies {
		return fmt.Sprintf("forces between all pairs of more than %d bodies are not looked for", mostBodies)
	}
	if len(scene.Actuators) > 0 {
		return "bodies that actuators drive do not show what else pulls them"
	}
	for k := range scene.Joints {
		if scene.Joints[k].Kind != sim.Spring {
			return "bodies that joints hold do not show what else pulls them"
		}
	}
	for i := range scene.Bodies {
		if scene.Bodies[i].Grip != (sim.Grip{}) {
			return "friction with the ground hides weak forces between bodies"
		}
	}
	return ""
}

// How many bodies a scene may have for all of its pairs to be looked at.
const (
	mostBodies     = 30
	mostSeenBodies = 12 // in noisy motion, where every path is fitted with the forces
)

// pickOrder finds by the errors of predictions how the source of exact states steps. It reports whether that is
// not what was thought.
func pickOrder(tracks []*track, attempts []*attempt) bool {
	some := tracks[:min(3, len(tracks))]
	was, best, least := tracks[0].order, smooth, math.Inf(1)
	for _, o := range []order{positionsFirst, velocitiesFirst, smooth} {
		for _, a := range attempts {
			var all []float64
			for e, t := range some {
				t.order = o
				if a.quadratics[e] == nil {
					continue
				}
				tie := a.family.own(t.n)
				errors, _ := t.residuals(tie.coefficients(pairs(t.n)*terms, a.quadratics[e].at), nil, 0)
				for _, x := range errors {
					all = append(all, x*x)
				}
			}
			slices.Sort(all)
			trimmed := 0.0
			for _, x := range all[:len(all)*9/10] {
				trimmed += x
			}
			if trimmed < least {
				best, least = o, trimmed
			}
		}
	}
	for _, t := range tracks {
		t.order = best
	}
	return best != was
}

// part cuts the paths of bodies where they touch each other, and everywhere where a rod holds them.
func (t *track) part(scene *sim.Scene, rods [][2]int) {
	t.cut = make([]bool, t.frames*t.n)
	for k := 0; k+1 < t.frames; k++ {
		for p, ab := range pairOf(t.n) {
			a, b := ab[0], ab[1]
			if g := scene.Bodies[a].Group; g != 0 && g == scene.Bodies[b].Group {
				continue
			}
			_ = p
			now, okNow := t.distance(k, a, b)
			then, okThen := t.distance(k+1, a, b)
			if !okNow || !okThen {
				continue
			}
			margin := math.Abs(now-then) + 0.05*(t.radius[a]+t.radius[b])
			if min(now, then) < t.radius[a]+t.radius[b]+margin {
				t.cut[k*t.n+a], t.cut[k*t.n+b] = true, true
			}
		}
		for _, ab := range rods {
			t.cut[k*t.n+ab[0]], t.cut[k*t.n+ab[1]] = true, true
		}
	}
}

func (t *track) distance(k, a, b int) (float64, bool) {
	x, y, okA := t.place(k, a)
	u, v, okB := t.place(k, b)
	return math.Hypot(x-u, y-v), okA && okB
}

// rods returns the pairs that turn about each other at one distance in all tracks, and how far apart they are.
func rods(tracks []*track) (out [][2]int, lengths []float64) {
	for _, ab := range pairOf(tracks[0].n) {
		rigid, turned := true, 0
		var all []float64
		for _, t := range tracks {
			var list []float64
			last, total, angle := 0.0, 0.0, 0.0
			for k := range t.frames {
				x, y, okA := t.place(k, ab[0])
				u, v, okB := t.place(k, ab[1])
				if !okA || !okB {
					continue
				}
				list = append(list, math.Hypot(x-u, y-v))
				angle = math.Atan2(y-v, x-u)
				if len(list) > 1 {
					total += math.Remainder(angle-last, 2*math.Pi)
				}
				last = angle
			}
			if len(list) < 4 {
				continue
			}
			middle, spread := stat.MeanStdDev(list, nil)
			rigid = rigid && spread <= 2*math.Sqrt(t.noise)+1e-3*middle
			// Two that fly straight past each other turn too, but come nearer and part.
			if bow := middle * (1 - math.Cos(min(math.Abs(total), math.Pi)/2)); math.Abs(total) > 0.3 && spread < bow/5 {
				turned++
			}
			all = append(all, list...)
		}
		if rigid && turned > 0 {
			out, lengths = append(out, ab), append(lengths, robust.Median(all))
		}
	}
	return out, lengths
}
