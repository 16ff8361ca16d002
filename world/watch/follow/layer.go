package follow

import (
	"math"
	"slices"

	"orrery/sim"
	"orrery/world/watch/cover"
	"orrery/world/watch/look"
)

// painted is a body as it is drawn into pictures.
type painted struct {
	body    *look.Body
	outline *cover.Outline
	reach   float64        // px
	area    float64        // px²
	grid    bool           // the paint has more than one colour
	ease    float64        // by what factor steps are longer than equations of edges one px wide say, 0 before the first
	motions []cover.Motion // of the sizes that are fitted, none mostly
}

// tint is what a body's colours in a picture differ by from its paint: light, and how light changes over the body.
type tint struct {
	gain, offset [3]float32    // of the picture's light
	plane        [3][3]float32 // of each channel: values to add, values to add per px to the right, and per px upwards
}

// path is how a body moves while a picture is taken: px and rad per picture before and after its time, how that changes, and the
// share of the time between pictures for which the shutter is open.
type path struct {
	before, after look.Pose
	bend          look.Pose // px and rad per picture, and per picture
	open          float64
	soft          float64 // px, the radius of a blur in all directions
}

// at returns the pose at a share of the time to the next picture, negative for before.
func (p *path) at(pose look.Pose, share float64) look.Pose {
	v := p.after
	if share < 0 {
		v = p.before
	}
	half := share * share / 2
	return look.Pose{X: pose.X + share*v.X + half*p.bend.X, Y: pose.Y + share*v.Y + half*p.bend.Y, Angle: pose.Angle + share*v.Angle + half*p.bend.Angle}
}

// samples returns how many poses stand for the blur: one for each px of the way, as edges are one px wide.
func (p *path) samples(reach float64) int {
	far := 0.0
	for _, v := range [2]*look.Pose{&p.before, &p.after} {
		far += math.Hypot(v.X, v.Y)/2 + math.Abs(v.Angle)*reach/2
	}
	n := max(1, int(math.Ceil(far*p.open)))
	if p.soft > 0 {
		n = max(n, 8)
	}
	return min(n, mostBlur)
}

// mostBlur bounds the poses that stand for the blur of one picture.
const mostBlur = 32

// layer is a body drawn into a box of a picture. Lists are [height][width], rows from the top.
type layer struct {
	left, top, width, height int
	share                    []float32    // covered share
	x, y, angle              []float32    // its derivatives, per px and per rad
	colour                   [][3]float32 // of the body at the pixel
	right, up                [][3]float32 // change of the colour per px; empty for a plain body
	edge                     []int32      // of a plain body the pixels that change with its pose, each once
	below                    [][3]float32 // what lies under the body
	reach                    [][3]float32 // change of the picture with the share: (colour − below)·what bodies above let through
	through                  []float32    // what bodies above let through
	slopes                   slopes       // of x, y and angle, at the poses of the latest equations

	rows  cover.Rows
	poses []cover.Pose // that were drawn
	sizes [][]float32  // [motions] changes of the share per px of each size
	inFit []int        // of each row what is to be added to a column for the place in the lists of the fit; nowhere where that differs along it
}

// nowhere stands for rows of a layer that are not in one piece in a fit.
const nowhere = math.MinInt

// draw draws a body at a pose, blurred along its path.
func (l *layer) draw(b *painted, t *tint, pose look.Pose, way *path, width, height int) {
	l.poses = l.poses[:0]
	n := way.samples(b.reach)
	for k := range n {
		at := pose
		if n > 1 {
			at = way.at(pose, way.open*((float64(k)+0.5)/float64(n)-0.5))
			if way.soft > 0 {
				// The golden angle spreads directions evenly, whatever their number.
				sin, cos := math.Sincos(2.399963 * float64(k))
				at.X, at.Y = at.X+way.soft*cos, at.Y+way.soft*sin
			}
		}
		l.poses = append(l.poses, cover.Pose(at))
	}
	b.outline.DrawMoving(&l.rows, l.poses, width, height, b.motions)
	r := &l.rows
	l.share, r.Share = r.Share, l.share
	l.x, r.X = r.X, l.x
	l.y, r.Y = r.Y, l.y
	l.angle, r.Angle = r.Angle, l.angle
	l.edge, r.Edge = r.Edge, l.edge
	l.sizes, r.Sizes = r.Sizes, l.sizes
	l.fit(r.Left, r.Top, r.Width, r.Height)
	l.paint(b, t, pose, height)
}

// fit makes the lists beside those of the drawing as large as the box.
func (l *layer) fit(left, top, width, height int) {
	l.left, l.top, l.width, l.height = left, top, width, height
	n := width * height
	l.colour, l.below, l.reach, l.through = sized(l.colour, n), sized(l.below, n), sized(l.reach, n), sized(l.through, n)
}

// sized returns a list of n values, in the same memory where it is large enough.
func sized[T any](list []T, n int) []T { return slices.Grow(list[:0], n)[:n] }

// area returns how many px of the picture the body covers.
func (l *layer) area() (area float64) {
	for _, share := range l.share {
		area += float64(share)
	}
	return area
}

// paint finds the colour of each covered pixel.
func (l *layer) paint(b *painted, t *tint, pose look.Pose, height int) {
	if b.grid {
		l.right, l.up = sized(l.right, len(l.share)), sized(l.up, len(l.share))
	} else {
		l.right, l.up = l.right[:0], l.up[:0]
	}
	mean := b.body.Paint.Mean
	for c := range mean {
		mean[c] = t.gain[c]*mean[c] + t.offset[c] + t.plane[c][0]
	}
	sin, cos := math.Sincos(pose.Angle)
	s, k := float32(sin), float32(cos)
	if !b.grid {
		l.paintPlain(&mean, t, pose, height)
		return
	}
	i := 0
	for row := range l.height {
		y := float64(height-l.top-row) - 0.5 - pose.Y
		for column := range l.width {
			if l.share[i] == 0 {
				i++
				continue
			}
			x := float64(l.left+column) + 0.5 - pose.X
			var colour [3]float32
			at := sim.Vec{X: cos*x + sin*y, Y: cos*y - sin*x}
			here := b.body.Paint.At(at)
			// The slope over the two pixels around, as edges are about as wide in a grid of pixels.
			along, back := b.body.Paint.At(sim.Vec{X: at.X + 0.5, Y: at.Y}), b.body.Paint.At(sim.Vec{X: at.X - 0.5, Y: at.Y})
			over, under := b.body.Paint.At(sim.Vec{X: at.X, Y: at.Y + 0.5}), b.body.Paint.At(sim.Vec{X: at.X, Y: at.Y - 0.5})
			for c := range colour {
				colour[c] = t.gain[c]*here[c] + t.offset[c] + t.plane[c][0]
				u, v := t.gain[c]*(along[c]-back[c]), t.gain[c]*(over[c]-under[c])
				l.right[i][c], l.up[i][c] = k*u-s*v, s*u+k*v
			}
			for c := range colour {
				colour[c] += t.plane[c][1]*float32(x) + t.plane[c][2]*float32(y)
			}
			l.colour[i] = colour
			i++
		}
	}
}

// paintPlain finds the colour of each covered pixel of a body whose paint is seen as one colour but for a slope of light.
func (l *layer) paintPlain(mean *look.Colour, t *tint, pose look.Pose, height int) {
	p := &t.plane
	for row := range l.height {
		y := float32(float64(height-l.top-row) - 0.5 - pose.Y)
		share := l.share[row*l.width : (row+1)*l.width]
		colour := l.colour[row*l.width : (row+1)*l.width]
		for column, a := range share {
			if a == 0 {
				continue
			}
			x := float32(float64(l.left+column) + 0.5 - pose.X)
			colour[column] = [3]float32{
				mean[0] + (p[0][1]*x + p[0][2]*y), mean[1] + (p[1][1]*x + p[1][2]*y), mean[2] + (p[2][1]*x + p[2][2]*y),
			}
		}
	}
}
