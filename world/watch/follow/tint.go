package follow

// usualShift and usualSlope are by how many values, and values per px, light changes a body's colours.
const usualShift, usualSlope = 20., 0.3

// learnTint learns how the body's colours differ from its paint in the light at its place, from the pixels inside of it:
// a constant and a slope of each channel. It moves half way, as what one picture shows may be noise.
func (t *track) learnTint(j *joint, k int) {
	l := &j.layers[k]
	pose := t.pose
	var m [3][3]float64 // sums of products of 1, x, y
	var r [3][3]float64 // of each channel, with what is to be added
	j.within(l, func(inLayer, inFit, n int) {
		row, column := inLayer/l.width+l.top, inLayer%l.width+l.left
		y := float64(j.view.height-row) - 0.5 - pose.Y
		for i := range n {
			q, f := inLayer+i, inFit+i
			w := float64(j.trust[f])
			if l.share[q]*l.through[q] < 0.98 || w < 0.25*float64(j.weight[f]) || w == 0 {
				continue
			}
			p := [3]float64{1, float64(column+i) + 0.5 - pose.X, y}
			for a := range 3 {
				for b := range a + 1 {
					m[a][b] += w * p[a] * p[b]
				}
			}
			for c := range 3 {
				plane := &t.tint.plane[c]
				value := float64(j.seen[f][c]-j.drawn[f][c]) + float64(plane[0]) + float64(plane[1])*p[1] + float64(plane[2])*p[2]
				for a := range 3 {
					r[c][a] += w * value * p[a]
				}
			}
		}
	})
	m[0][0] += 1 / (usualShift * usualShift)
	m[1][1] += 1 / (usualSlope * usualSlope)
	m[2][2] += 1 / (usualSlope * usualSlope)
	a := [9]float64{m[0][0], m[1][0], m[2][0], m[1][0], m[1][1], m[2][1], m[2][0], m[2][1], m[2][2]}
	for c := range 3 {
		plane, ok := j.solver.solve(a[:], r[c][:], 0)
		if !ok {
			continue
		}
		for k, v := range plane {
			t.tint.plane[c][k] += 0.5 * (float32(v) - t.tint.plane[c][k])
		}
	}
}
