package bodies

import (
	"math"

	"orrery/sim"
	"orrery/world/cholesky"
	"orrery/world/watch/look"
)

// textured is how many values the colours of a body must differ from a slope of light, as their standard deviation,
// to be painted in several.
const textured = 9

// paint returns the colours of a body that is seen at poses in views, in the frame of the poses. A body that looks
// alike after some turns by its outline is turned so that its colours agree: poses are changed.
func paint(views []*view, poses []look.Pose, reach float64, order int) look.Paint {
	if uneven(views[0]) >= textured+2*views[0].noise {
		return coloured(views, poses, reach, order)
	}
	if order == 0 {
		if p, ok := markedPaint(views, poses, reach); ok {
			return p
		}
	}
	return look.Paint{Mean: meanColour(views)}
}

// coloured returns the paint in many colours, as paint does.
func coloured(views []*view, poses []look.Pose, reach float64, order int) (out look.Paint) {
	side := 2*int(math.Ceil(reach)) + 1
	out.Mean = meanColour(views[:1])
	out.Left, out.Bottom, out.Width, out.Height = -float64(side)/2, -float64(side)/2, side, side
	sums := make([]look.Colour, side*side)
	counts := make([]float32, side*side)
	for k, v := range views {
		light := [3]float32{1, 1, 1} // in which the first view would be seen here: lamps shine on some places more than on others
		if k > 0 {
			light = lightOf(views[0], v)
			poses[k].Angle = agreeing(v, poses[k], &out, light, order)
		}
		for i, deep := range v.deep {
			if !deep {
				continue
			}
			at := poses[k].Back(v.point(i))
			c, r := int(math.Floor(at.X-out.Left)), int(math.Floor(at.Y-out.Bottom))
			if c < 0 || r < 0 || c >= side || r >= side {
				continue
			}
			counts[r*side+c]++
			for q := range 3 {
				sums[r*side+c][q] += v.colour[i][q] / light[q]
			}
		}
		out.Grid = make([]look.Colour, side*side)
		known := make([]bool, side*side)
		for j, n := range counts {
			known[j] = n > 0
			for q := range 3 {
				out.Grid[j][q] = sums[j][q] / max(n, 1)
			}
		}
		for j, far := range layered(side, side, side, out.Grid, known) {
			if far < 0 {
				out.Grid[j] = out.Mean
			}
		}
	}
	return out
}

func meanColour(views []*view) (mean look.Colour) {
	n := float32(0)
	for _, v := range views {
		for i, deep := range v.deep {
			if deep {
				n++
				for q := range mean {
					mean[q] += (v.colour[i][q] - mean[q]) / n
				}
			}
		}
	}
	return mean
}

// uneven returns the standard deviation of a view's colours from a slope, in values.
func uneven(v *view) float64 {
	var normal, slope [9]float64
	middle := v.whole.middle()
	basis := func(i int) [3]float64 {
		d := v.point(i).Sub(middle)
		return [3]float64{1, d.X, d.Y}
	}
	n := 0
	for i, deep := range v.deep {
		if !deep {
			continue
		}
		n++
		b := basis(i)
		for p := range 3 {
			for q := range 3 {
				slope[3*p+q] += b[p] * float64(v.colour[i][q])
				normal[3*p+q] += b[p] * b[q]
			}
		}
	}
	if n < 12 || !cholesky.Factor(normal[:], 3) {
		return 0
	}
	cholesky.Solve(normal[:], 3, slope[:], 3)
	sum := 0.0
	for i, deep := range v.deep {
		if !deep {
			continue
		}
		b := basis(i)
		for q := range 3 {
			d := float64(v.colour[i][q]) - b[0]*slope[q] - b[1]*slope[3+q] - b[2]*slope[6+q]
			sum += d * d
		}
	}
	return math.Sqrt(sum / float64(3*n))
}

// between returns by what factors one colour is lighter than another, within what lamps do.
func between(from, to look.Colour) (light [3]float32) {
	for k := range light {
		light[k] = min(max((to[k]+1)/(from[k]+1), 0.5), 2)
	}
	return light
}

// agreeing returns the angle at which a view's colours agree best with a paint in some light, of those at which its outline looks the same.
func agreeing(v *view, pose look.Pose, p *look.Paint, light [3]float32, order int) float64 {
	differ := func(angle float64) float64 {
		return differing(v, look.Pose{X: pose.X, Y: pose.Y, Angle: angle}, p, light)
	}
	steps, turn := order, 0.0
	if order == 0 {
		steps = turns
	}
	least := math.Inf(1)
	for k := range steps {
		angle := pose.Angle + 2*math.Pi*float64(k)/float64(steps)
		if d := differ(angle); d < least {
			least, turn = d, angle
		}
	}
	if order == 0 {
		for step := math.Pi / turns; step > 0.002; step /= 2 {
			for _, angle := range [2]float64{turn - step, turn + step} {
				if d := differ(angle); d < least {
					least, turn = d, angle
				}
			}
		}
	}
	return turn
}

// painted returns the body that was fitted to views, the poses that it has in them, and its outline's middle at the origin.
func painted(f *fitted, views []*view) (look.Body, []look.Pose) {
	shapes, middle := Centred(f.form.Shapes())
	body := look.Body{Shapes: shapes, Alike: Alike(f.form), Turns: f.form.Turns()}
	poses := make([]look.Pose, len(views))
	for k, p := range f.poses {
		at := p.Apply(middle)
		poses[k] = look.Pose{X: at.X, Y: at.Y, Angle: p.Angle}
	}
	body.Paint = paint(views, poses, body.Reach(), body.Alike)
	if body.Paint.Width > 0 {
		body.Alike, body.Turns = 1, true
	}
	return body, poses
}

// differing returns the mean square of what a view's colours differ by from a paint in some light, in values².
func differing(v *view, pose look.Pose, p *look.Paint, light [3]float32) float64 {
	sum, n := 0.0, 1e-9
	sin, cos := math.Sincos(pose.Angle)
	i := 0
	for row := range v.box.Dy() {
		y := float64(v.height-v.box.Min.Y-row) - 0.5 - pose.Y
		for column := range v.box.Dx() {
			if v.deep[i] {
				x := float64(v.box.Min.X+column) + 0.5 - pose.X
				c := p.At(sim.Vec{X: cos*x + sin*y, Y: cos*y - sin*x})
				c[0], c[1], c[2] = c[0]*light[0], c[1]*light[1], c[2]*light[2]
				sum += float64(squared(c, v.colour[i]))
				n++
			}
			i++
		}
	}
	return sum / n
}
