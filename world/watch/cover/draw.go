package cover

import (
	"math"
	"slices"

	"orrery/sim"
)

// Pose is where a body is in a picture.
type Pose struct {
	X, Y  float64 // px, of its middle, y up from the lower left corner of the picture
	Angle float64 // rad
}

// Rows is how much of each pixel of a box of a picture is covered, and how that changes.
// Lists are [Height][Width], rows from the top.
type Rows struct {
	Left, Top     int         // column and row of the picture where the box starts
	Width, Height int         // columns and rows; 0 when nothing of the body lies in the picture
	Share         []float32   // [Height][Width] covered share of each pixel, 0 to 1
	X, Y          []float32   // [Height][Width] change of the share per px of the pose
	Angle         []float32   // [Height][Width] change of the share per rad about the body's middle
	Sizes         [][]float32 // [motions][Height][Width] change of the share per unit of each Motion; DrawSizes fills it
	Edge          []int32     // indices into the lists of the pixels that the outline goes through, each once: elsewhere nothing changes

	marked []bool    // [Height][Width], whether a pixel is among Edge
	change []float64 // [Height][Width+1] difference of the share to the pixel at the left
}

// Motion is how the shapes of a body change as a size of theirs grows by one unit.
type Motion struct {
	Vertices [][]sim.Vec // px per unit, [shapes][vertices], in the body's frame; a shape without any keeps its vertices
	Radius   []float64   // px per unit, [shapes]; empty when no radius changes
}

// Form is a shape with sizes that can change: what is fitted.
type Form interface {
	// Shapes returns the shapes, in px, for the sizes that it has.
	Shapes() []sim.Shape
	// Motions returns how the shapes change, one for each size, in px per px.
	Motions() []Motion
	// Sizes returns the sizes in px.
	Sizes() []float64
	// With returns the same form with other sizes in px, or nil when they make no shape.
	With(sizes []float64) Form
	// Turns reports whether a turn can be seen by the outline.
	Turns() bool
}

// Draw fills rows with what the outline covers at a pose in a picture of a width and height.
func (o *Outline) Draw(rows *Rows, pose Pose, width, height int) {
	o.DrawSizes(rows, pose, width, height, nil)
}

// DrawSizes does what Draw does and adds the derivative by each motion. A side that turns is exact to first order, as derivatives are.
func (o *Outline) DrawSizes(rows *Rows, pose Pose, width, height int, motions []Motion) {
	o.DrawMoving(rows, []Pose{pose}, width, height, motions)
}

// DrawMoving does what DrawSizes does for the mean of what the outline covers at several poses, at least one: so a film shows what
// moves while the shutter is open. It takes time for each px of the outline at each pose, and for each px of the box once.
func (o *Outline) DrawMoving(rows *Rows, poses []Pose, width, height int, motions []Motion) {
	rows.fit(o, poses, width, height, len(motions))
	if rows.Width == 0 {
		return
	}
	w := walk{rows: rows, left: float64(rows.Left), bottom: float64(height - rows.Top - rows.Height), motions: motions}
	for _, pose := range poses {
		turn := rotationOf(pose.Angle)
		w.middle = sim.Vec{X: pose.X, Y: pose.Y}
		for i := range o.pieces {
			p := &o.pieces[i]
			w.a, w.b = turn.of(p.a).Add(w.middle), turn.of(p.b).Add(w.middle)
			if w.a.Y < w.bottom && w.b.Y < w.bottom && !p.arc {
				continue
			}
			w.set(p, turn)
			if p.arc {
				w.arc(turn.of(p.c).Add(w.middle), p.r)
			} else {
				w.line()
			}
		}
	}
	rows.sum(len(poses))
}

// rotation is a sine and a cosine.
type rotation struct{ sin, cos float64 }

func rotationOf(angle float64) rotation {
	sin, cos := math.Sincos(angle)
	return rotation{sin, cos}
}

func (r rotation) of(v sim.Vec) sim.Vec {
	return sim.Vec{X: r.cos*v.X - r.sin*v.Y, Y: r.sin*v.X + r.cos*v.Y}
}

// fit makes the box that holds the outline at all poses and clears it.
func (r *Rows) fit(o *Outline, poses []Pose, width, height, motions int) {
	low, high := sim.Vec{X: math.Inf(1), Y: math.Inf(1)}, sim.Vec{X: math.Inf(-1), Y: math.Inf(-1)}
	for _, pose := range poses {
		turn := rotationOf(pose.Angle)
		for i := range o.shapes {
			s := &o.shapes[i]
			for _, v := range s.Vertices {
				at := turn.of(v).Add(sim.Vec{X: pose.X, Y: pose.Y})
				low = sim.Vec{X: min(low.X, at.X-s.Radius), Y: min(low.Y, at.Y-s.Radius)}
				high = sim.Vec{X: max(high.X, at.X+s.Radius), Y: max(high.Y, at.Y+s.Radius)}
			}
		}
	}
	r.Left, r.Top, r.Width, r.Height = 0, 0, 0, 0
	if low.X < float64(width) && high.X > 0 && low.Y < float64(height) && high.Y > 0 { // false for what is not a number
		r.Left = max(0, int(math.Floor(low.X)))
		// An outline on a border between pixels belongs to the pixel at its right or above it.
		r.Width = min(width, int(math.Floor(high.X))+1) - r.Left
		r.Top = height - min(height, int(math.Floor(high.Y))+1)
		r.Height = height - max(0, int(math.Floor(low.Y))) - r.Top
	}
	n := r.Width * r.Height
	r.change = cleared(r.change, n+r.Height)
	r.Share = slices.Grow(r.Share[:0], n)[:n]
	r.X, r.Y, r.Angle = cleared(r.X, n), cleared(r.Y, n), cleared(r.Angle, n)
	r.marked, r.Edge = cleared(r.marked, n), r.Edge[:0]
	r.Sizes = slices.Grow(r.Sizes[:0], motions)[:motions]
	for k := range r.Sizes {
		r.Sizes[k] = cleared(r.Sizes[k], n)
	}
}

// cleared returns a list of n zero values, in the same memory where it is large enough.
func cleared[T float32 | float64 | bool](list []T, n int) []T {
	list = slices.Grow(list[:0], n)[:n]
	clear(list)
	return list
}

// sum makes shares of the differences between neighbours, and of all sums over poses means. Sums of 64 bits leave a pixel that is all covered at 1 exactly.
func (r *Rows) sum(poses int) {
	n := float64(poses)
	for row := range r.Height {
		share, change := 0.0, r.change[row*(r.Width+1):]
		out := r.Share[row*r.Width : (row+1)*r.Width]
		for column := range out {
			share += change[column]
			mean := share
			if poses > 1 {
				mean = share / n
			}
			if out[column] = float32(min(mean, 1)); share < 1e-9 { // what rounding leaves of nothing
				out[column] = 0
			}
		}
	}
	if poses == 1 {
		return
	}
	part := float32(1 / n)
	for _, i := range r.Edge {
		r.X[i], r.Y[i], r.Angle[i] = part*r.X[i], part*r.Y[i], part*r.Angle[i]
		for k := range r.Sizes {
			r.Sizes[k][i] *= part
		}
	}
}

// walk goes along a piece of the outline from pixel to pixel.
type walk struct {
	rows         *Rows
	left, bottom float64 // px, the lower left corner of the box
	middle       sim.Vec // px, of the body
	a, b         sim.Vec // px, the ends of the piece in the picture
	motions      []Motion
	rates        []rate
	from, share  float64 // share of the side at its start, and by how much it grows to its end
}

// rate is how fast a piece moves for a motion: its two ends, and outwards.
type rate struct {
	a, b sim.Vec
	out  float64
}

// set finds how the piece moves for each motion.
func (w *walk) set(p *piece, turn rotation) {
	w.rates = w.rates[:0]
	w.from, w.share = p.from, p.end-p.from
	for i := range w.motions {
		var r rate
		if m := &w.motions[i]; p.shape < len(m.Vertices) && len(m.Vertices[p.shape]) > 0 {
			r.a = turn.of(m.Vertices[p.shape][p.vertex])
			r.b = r.a
			if !p.arc {
				r.b = turn.of(m.Vertices[p.shape][p.next])
			}
		}
		if m := &w.motions[i]; p.shape < len(m.Radius) {
			r.out = m.Radius[p.shape]
		}
		w.rates = append(w.rates, r)
	}
}

// line goes along a side.
func (w *walk) line() {
	dx, dy := w.b.X-w.a.X, w.b.Y-w.a.Y
	column, stepX := border(w.a.X, dx)
	row, stepY := border(w.a.Y, dy)
	length := math.Hypot(dx, dy)
	p, done := w.a, 0.0
	for done < 1 {
		tx, ty := 2.0, 2.0
		if stepX != 0 {
			tx = (column - w.a.X) / dx
		}
		if stepY != 0 {
			ty = (row - w.a.Y) / dy
		}
		q, t := w.b, 1.0
		if tx < 1 && tx <= ty {
			q, t = sim.Vec{X: column, Y: w.a.Y + tx*dy}, tx
			column += stepX
		} else if ty < 1 {
			q, t = sim.Vec{X: w.a.X + ty*dx, Y: row}, ty
			row += stepY
		}
		w.put(p, q, 0, length*(t-done), (done+t)/2)
		p, done = q, t
	}
}

// border returns the first border between pixels after a place on the way, and the way to the next; 0 when there is none.
func border(place, way float64) (first, step float64) {
	switch {
	case way > 0:
		return math.Floor(place) + 1, 1
	case way < 0:
		return math.Ceil(place) - 1, -1
	}
	return 0, 0
}

// arc goes along an arc, a quarter of the circle after another, in which x and y only grow or only fall.
func (w *walk) arc(c sim.Vec, r float64) {
	end := w.b.Sub(c)
	for p := w.a; ; {
		u := p.Sub(c)
		var axis sim.Vec
		var sx, sy, upper, right float64
		switch {
		case u.X > 0 && u.Y >= 0:
			axis, sx, sy, upper, right = sim.Vec{Y: r}, -1, 1, 1, 1
		case u.Y > 0:
			axis, sx, sy, upper, right = sim.Vec{X: -r}, -1, -1, 1, -1
		case u.X < 0:
			axis, sx, sy, upper, right = sim.Vec{Y: -r}, 1, -1, -1, -1
		default:
			axis, sx, sy, upper, right = sim.Vec{X: r}, 1, 1, -1, 1
		}
		// The arc is shorter than half a turn, so the axis is passed when it lies between both ends.
		if axis.Cross(end) > 1e-12*r*r && u.Cross(end) > 0 && u.Cross(axis) > 0 {
			q := c.Add(axis)
			w.quarter(p, q, c, r, sx, sy, upper, right)
			p = q
			continue
		}
		w.quarter(p, w.b, c, r, sx, sy, upper, right)
		return
	}
}

// quarter goes along an arc within a quarter of its circle.
func (w *walk) quarter(p, end, c sim.Vec, r, sx, sy, upper, right float64) {
	column, _ := border(p.X, sx)
	row, _ := border(p.Y, sy)
	yAt := func(x float64) float64 { return c.Y + upper*math.Sqrt(max(0, r*r-(x-c.X)*(x-c.X))) }
	xAt := func(y float64) float64 { return c.X + right*math.Sqrt(max(0, r*r-(y-c.Y)*(y-c.Y))) }
	y, x := yAt(column), xAt(row)
	for {
		q := end
		crossX, crossY := sx*column < sx*end.X, sy*row < sy*end.Y
		last := false
		switch {
		case crossX && (!crossY || sy*y <= sy*row):
			q = sim.Vec{X: column, Y: y}
			column += sx
			y = yAt(column)
		case crossY:
			q = sim.Vec{X: x, Y: row}
			row += sy
			x = xAt(row)
		default:
			last = true
		}
		chord := math.Hypot(q.X-p.X, q.Y-p.Y)
		bulge, length := segment(chord, r)
		w.put(p, q, bulge, length, 0.5)
		if last {
			return
		}
		p = q
	}
}

// segment returns the area in px² between an arc and its chord, and the length of the arc in px.
func segment(chord, r float64) (area, length float64) {
	u := min(chord/(2*r), 1)
	if u < 0.02 { // the series, since the difference below loses digits
		s := u * u
		return r * r * u * s * (2./3 + s*(1./5+s*3/28)), chord * (1 + s*(1./6+s*3/40))
	}
	half := math.Asin(u)
	return r * r * (half - u*math.Sqrt(1-u*u)), 2 * r * half
}

// put adds a piece from p to q that lies in one pixel, with a bulge in px² to its right and a
// length in px; at is the share of the way along the whole piece at which its middle lies.
func (w *walk) put(p, q sim.Vec, bulge, length, at float64) {
	r := w.rows
	dx, dy := q.X-p.X, q.Y-p.Y
	x := (p.X + q.X) / 2
	row := r.Height - 1 - int(math.Floor((p.Y+q.Y)/2-w.bottom))
	column := int(math.Floor(x - w.left))
	if row < 0 || row >= r.Height || column >= r.Width {
		return
	}
	start := row * (r.Width + 1)
	if column < 0 { // at the left of the picture: all pixels of the row lie at its right
		r.change[start] -= dy
		return
	}
	area := bulge - (w.left+float64(column+1)-x)*dy
	r.change[start+column] += area
	r.change[start+column+1] -= dy + area
	i := row*r.Width + column
	if !r.marked[i] {
		r.marked[i] = true
		r.Edge = append(r.Edge, int32(i))
	}
	r.X[i] += float32(dy)
	r.Y[i] -= float32(dx)
	u, v := p.Sub(w.middle), q.Sub(w.middle)
	r.Angle[i] += float32((u.X+v.X)*-dx/2 - (u.Y+v.Y)*dy/2)
	for k, rate := range w.rates {
		share := w.from + at*w.share
		moved := rate.a.Scale(1 - share).Add(rate.b.Scale(share))
		r.Sizes[k][i] += float32(moved.X*dy - moved.Y*dx + rate.out*length)
	}
}
