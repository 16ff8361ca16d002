package mirror

import (
	"slices"

	"orrery/sim"
	"orrery/world/identify"
)

// loose returns the joints that the scenes have different, each its own, and whether all scenes are tied
// alike. Anchors of loose pivots are measured episode by episode; other loose joints are taken as they
// are said to be.
func (v *survey) loose() (joints map[int]bool, alike bool) {
	joints, alike = map[int]bool{}, true
	first := v.scenes[0]
	for _, s := range v.scenes {
		alike = alike && tiedAlike(first, s)
		for j := range min(len(first.Joints), len(s.Joints)) {
			if first.Joints[j] != s.Joints[j] {
				joints[j] = true
			}
		}
	}
	return joints, alike
}

// alike reports whether all scenes have the same of a field, which is then no matter of the episode.
func (v *survey) alike(field int) bool {
	first := v.scenes[0].Fields[field]
	return !slices.ContainsFunc(v.scenes, func(s *sim.Scene) bool { return s.Fields[field] != first })
}

// startAnchors sets the anchors of pivots to where the two bodies share a point in all frames, by least
// squares: far from there the engine tears at them. Where episodes have anchors of their own, those that
// they share are the means of what they say.
func startAnchors(v *survey, knobs []knob) {
	for j := range v.scenes[0].Joints {
		shared, own := [4]*knob{}, map[int]*[4]*knob{} // in the order of anchor
		of := func(k *knob) *[4]*knob {
			if k.episode < 0 {
				return &shared
			}
			if own[k.episode] == nil {
				own[k.episode] = &[4]*knob{}
			}
			return own[k.episode]
		}
		label := identify.Label{Scene: v.scenes[0]}
		names := [4]string{label.JointEnd(j, "a", "x"), label.JointEnd(j, "a", "y"), label.JointEnd(j, "b", "x"), label.JointEnd(j, "b", "y")}
		found := false
		for i := range knobs {
			if k := &knobs[i]; k.joint == j && k.name == identify.Anchor && v.scenes[0].Joints[j].Kind == sim.Pivot {
				of(k)[slices.Index(names[:], k.of)], found = k, true
			}
		}
		if !found {
			continue
		}
		episodes := [][]*sim.Trajectory{v.trajectories}
		if len(own) > 0 {
			episodes = nil
			for i := range v.trajectories {
				episodes = append(episodes, v.trajectories[i:i+1])
			}
		}
		for e, some := range episodes {
			for i, value := range anchor(some, &v.scenes[e].Joints[j]) {
				if k := shared[i]; k != nil {
					if e == 0 {
						k.start = 0
					}
					k.start += value / float64(len(episodes))
				}
				if own[e] != nil && own[e][i] != nil {
					own[e][i].start = value
				}
			}
		}
	}
}

// pull is the weight of what the scene says of an anchor beside that of a frame.
const pull = 1e-6

// anchor returns the anchors of a pivot in the order a.x, a.y, b.x, b.y. A little pull keeps what the motion
// leaves open at what the scene says.
func anchor(trajectories []*sim.Trajectory, joint *sim.Joint) (values [4]float64) {
	told := [4]float64{joint.AnchorA.X, joint.AnchorA.Y, joint.AnchorB.X, joint.AnchorB.Y}
	h, g, n := make([]float64, 16), make([]float64, 4), 0.0
	for _, t := range trajectories {
		for _, s := range t.States {
			a, b := s[joint.A], sim.BodyState{}
			if joint.B != sim.World {
				b = s[joint.B]
			}
			x, y := sim.Vec{X: 1}.Rotate(a.Angle), sim.Vec{X: 1}.Rotate(b.Angle)
			rows := [2][4]float64{{x.X, -x.Y, -y.X, y.Y}, {x.Y, x.X, -y.Y, -y.X}}
			apart := a.Position().Sub(b.Position())
			for r, off := range []float64{apart.X, apart.Y} {
				for i := range 4 {
					off += rows[r][i] * told[i]
				}
				for i := range 4 {
					g[i] += rows[r][i] * off
					for k := range i + 1 {
						h[4*i+k] += rows[r][i] * rows[r][k]
					}
				}
			}
			n++
		}
	}
	for i := range 4 {
		h[4*i+i] += pull * n
	}
	for i, d := range solveDamped(h, g, make([]bool, 4), 0) {
		values[i] = told[i] + d
	}
	return values
}

// startRopes sets the lengths of ropes to the greatest distances of their ends, up to a few.
func startRopes(v *survey, knobs []knob) {
	for i := range knobs {
		k := &knobs[i]
		if !k.rope {
			continue
		}
		var apart []float64
		for e, t := range v.trajectories {
			joint := &v.scenes[e].Joints[k.joint]
			for _, s := range t.States {
				end := joint.AnchorB
				if joint.B != sim.World {
					end = s[joint.B].Point(joint.AnchorB)
				}
				apart = append(apart, end.Sub(s[joint.A].Point(joint.AnchorA)).Len())
			}
		}
		slices.Sort(apart)
		k.start = apart[len(apart)*99/100]
	}
}
