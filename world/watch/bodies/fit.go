package bodies

import (
	"math"

	"orrery/world/cholesky"
	"orrery/world/watch/cover"
	"orrery/world/watch/look"
)

// fitted is a form fitted to views, with its pose in each.
type fitted struct {
	form  cover.Form
	poses []look.Pose
	cost  float64 // weighted sum of squares of what is left
	count float64 // of pixels at the outline, to which that is compared
	rms   float64 // of what is left of shares at the outline
}

// fit finds the sizes and the poses at which a form's coverage is nearest to what is seen in the views: Gauss and
// Newton's way, damped after Levenberg and Marquardt, with Huber's weights.
func fit(f cover.Form, views []*view, poses []look.Pose, rounds int) *fitted {
	best := &fitted{form: f, poses: append([]look.Pose(nil), poses...)}
	p := &problem{views: views}
	if !p.build(best) {
		return nil
	}
	best.cost = p.cost
	damp := 1e-3
	for range rounds {
		step := cholesky.Damped(p.normal, p.right, damp)
		if step == nil {
			break
		}
		next := best.moved(step)
		was := p.snapshot()
		if next == nil || !p.build(next) || !(p.cost < best.cost) {
			p.restore(was)
			damp *= 6
			if damp > 1e6 {
				break
			}
			continue
		}
		gain := best.cost - p.cost
		next.cost = p.cost
		best = next
		damp = max(damp/5, 1e-9)
		if gain < 1e-5*best.cost+1e-9 {
			break
		}
	}
	best.cost, best.count, best.rms = p.summary(best)
	return best
}

// moved returns the fit after a step of its sizes and poses, or nil.
func (f *fitted) moved(step []float64) *fitted {
	sizes := f.form.Sizes()
	m := len(sizes)
	for k := range sizes {
		sizes[k] += min(max(step[k], -4), 4)
	}
	form := f.form.With(sizes)
	if form == nil {
		return nil
	}
	out := &fitted{form: form}
	for k, p := range f.poses {
		d := step[m+3*k:]
		out.poses = append(out.poses, look.Pose{X: p.X + min(max(d[0], -4), 4), Y: p.Y + min(max(d[1], -4), 4), Angle: p.Angle + min(max(d[2], -0.3), 0.3)})
	}
	return out
}

// problem holds the normal equations of a fit.
type problem struct {
	views  []*view
	rows   cover.Rows
	normal []float64 // [n, n], the lower half
	right  []float64
	cost   float64
}

type snapshot struct {
	normal []float64 // [n, n], the lower half
	right  []float64
	cost   float64
}

func (p *problem) snapshot() snapshot { return snapshot{p.normal, p.right, p.cost} }

func (p *problem) restore(s snapshot) { p.normal, p.right, p.cost = s.normal, s.right, s.cost }

// huber is the number of deviations beyond which a pixel counts less.
const huber = 3

// build sets up the equations for a fit's sizes and poses.
func (p *problem) build(f *fitted) bool {
	outline, err := cover.New(f.form.Shapes())
	if err != nil {
		return false
	}
	motions := f.form.Motions()
	m := len(motions)
	n := m + 3*len(p.views)
	p.normal, p.right, p.cost = make([]float64, n*n), make([]float64, n), 0
	row := make([]float64, m+3)
	local := make([]float64, (m+3)*(m+3))
	for k, v := range p.views {
		outline.DrawSizes(&p.rows, cover.Pose(f.poses[k]), v.width, v.height, motions)
		clear(local)
		side := make([]float64, m+3)
		v.left(&p.rows, func(left, weight float32) {
			if d := math.Abs(float64(left)) * math.Sqrt(float64(weight)); d > huber {
				p.cost += huber * (2*d - huber)
			} else {
				p.cost += d * d
			}
		})
		w := v.box.Dx()
		for _, at := range p.rows.Edge {
			j := int(at)
			c, r := p.rows.Left+j%p.rows.Width-v.box.Min.X, p.rows.Top+j/p.rows.Width-v.box.Min.Y
			if c < 0 || r < 0 || c >= w || r >= v.box.Dy() || v.weight[r*w+c] == 0 {
				continue
			}
			left, ww := float64(v.share[r*w+c])-float64(p.rows.Share[j]), float64(v.weight[r*w+c])
			if d := math.Abs(left) * math.Sqrt(ww); d > huber {
				ww *= huber / d
			}
			for q := range m {
				row[q] = float64(p.rows.Sizes[q][j])
			}
			row[m], row[m+1], row[m+2] = float64(p.rows.X[j]), float64(p.rows.Y[j]), float64(p.rows.Angle[j])
			for a, va := range row {
				if va == 0 {
					continue
				}
				side[a] += ww * va * left
				for b := a; b < len(row); b++ {
					local[a*(m+3)+b] += ww * va * row[b]
				}
			}
		}
		place := func(a int) int {
			if a < m {
				return a
			}
			return m + 3*k + a - m
		}
		for a := range row {
			p.right[place(a)] += side[a]
			for b := a; b < len(row); b++ {
				p.normal[place(b)*n+place(a)] += local[a*(m+3)+b]
			}
		}
	}
	return !math.IsNaN(p.cost)
}

// left calls use with what is left of each share that a drawing does not explain exactly, and its weight.
func (v *view) left(rows *cover.Rows, use func(left, weight float32)) {
	w := v.box.Dx()
	for r := range v.box.Dy() {
		shares, weights := v.share[r*w:(r+1)*w], v.weight[r*w:(r+1)*w]
		var drawn []float32
		first := 0
		if at := v.box.Min.Y + r - rows.Top; at >= 0 && at < rows.Height {
			drawn, first = rows.Share[at*rows.Width:(at+1)*rows.Width], v.box.Min.X-rows.Left
		}
		for c, weight := range weights {
			left := shares[c]
			if k := first + c; k >= 0 && k < len(drawn) {
				left -= drawn[k]
			}
			if weight != 0 && left != 0 {
				use(left, weight)
			}
		}
	}
}

// summary returns the cost over the pixels at the outline, their number, and the root mean square of what is left there.
func (p *problem) summary(f *fitted) (cost, count, rms float64) {
	outline, err := cover.New(f.form.Shapes())
	if err != nil {
		return math.Inf(1), 1, 1
	}
	sum := 0.0
	for k, v := range p.views {
		outline.Draw(&p.rows, cover.Pose(f.poses[k]), v.width, v.height)
		w := v.box.Dx()
		for i, weight := range v.weight {
			if weight == 0 {
				continue
			}
			c, r := v.box.Min.X+i%w-p.rows.Left, v.box.Min.Y+i/w-p.rows.Top
			share := 0.0
			if c >= 0 && r >= 0 && c < p.rows.Width && r < p.rows.Height {
				share = float64(p.rows.Share[r*p.rows.Width+c])
			}
			left := float64(v.share[i]) - share
			if share > 0 && share < 1 || v.share[i] > 0.05 && v.share[i] < 0.95 {
				count++
			} else if math.Abs(left) < 0.1 {
				continue
			}
			d := math.Abs(left) * math.Sqrt(float64(weight))
			if d > huber {
				cost += huber * (2*d - huber)
			} else {
				cost += d * d
			}
			sum += left * left
		}
	}
	return cost, max(count, 1), math.Sqrt(sum / max(count, 1))
}
