// Package steady measures how a camera sways that is held by hand, or stands on what trembles.
//
//	f, sways, err := steady.Film(ctx, f)
//
// The first picture is laid on each other one: moved, turned and zoomed until both agree best wherever there is something to see
// (Lucas and Kanade, "An iterative image registration technique", 1981), from coarse to fine. What moves on its own disagrees and counts
// less and less. A camera is taken to sway only where things all over the picture say so: on a plain ground a body would be
// followed instead.
//
// Lengths are px, from the middle of the picture to the right and down. Memory is one sway for each picture. The same film gives
// the same sways.
package steady

import (
	"context"
	"math"
	"slices"

	"orrery/datasets/film"
	"orrery/world/cholesky"
)

const (
	// probes is the number of pictures that tell whether the camera sways at all.
	probes = 32
	// leastSway is by how many px things must be moved, root mean square over the picture: compression and noise make less.
	leastSway = 0.15
	// leastProbes is in how many of the pictures they must be.
	leastProbes = 3
	// mostSway is the share of the picture's width by which they may be moved: beyond it the camera follows something.
	mostSway = 0.1
)

// Film returns a film as if its camera had stood still, and how it sways in each picture: the same film, and nil, where it does stand still.
func Film(ctx context.Context, f *film.Film) (*film.Film, []film.Sway, error) {
	sways, err := Measure(ctx, f)
	if err != nil || sways == nil {
		return f, nil, err
	}
	still, err := f.Steadied(sways)
	return still, sways, err
}

// Measure returns how the camera sways in each picture of a film against the first, or nil where it stands still, or where nobody can tell.
func Measure(ctx context.Context, f *film.Film) ([]film.Sway, error) {
	step := max(1, f.Len()/probes)
	count := 0
	err := each(ctx, f, step, func(_ int, _ film.Sway, is verdict, size float64) {
		if is == swayed && size > leastSway {
			count++
		}
	})
	if err != nil || count < leastProbes {
		return nil, err
	}
	sways := make([]film.Sway, f.Len())
	known := make([]bool, f.Len())
	far := false
	err = each(ctx, f, 1, func(k int, s film.Sway, is verdict, size float64) {
		if k < len(sways) {
			sways[k], known[k] = s, is != unsure
			far = far || known[k] && size > mostSway*float64(f.Size().X)
		}
	})
	if err != nil || far {
		return nil, err
	}
	last := 0
	for k := range sways {
		if known[k] {
			last = k
		} else {
			sways[k] = sways[last]
		}
	}
	for k := range sways { // no more digits than are told
		s := &sways[k]
		s.X, s.Y, s.Turn, s.Zoom = rounded(s.X, 1e4), rounded(s.Y, 1e4), rounded(s.Turn, 1e7), rounded(s.Zoom, 1e7)
	}
	return sways, nil
}

func rounded(v, parts float64) float64 { return math.Round(v*parts) / parts }

// verdict is what is thought of a sway.
type verdict int

const (
	unsure verdict = iota // things disagree
	still                 // things all over the picture agree, and nearly as well without it
	swayed                // they agree, and do not without it
)

// each calls use with the sway of every so many pictures, what is thought of it, and by how many px it moves things.
func each(ctx context.Context, f *film.Film, step int, use func(k int, s film.Sway, is verdict, size float64)) error {
	var r *reference
	var guess film.Sway
	k := 0
	for p, err := range f.Pictures(ctx) {
		if err != nil {
			return err
		}
		switch {
		case r == nil:
			r = newReference(p, f.Watched())
			use(0, film.Sway{}, still, 0)
		case k%step == 0:
			s, is := r.lay(p, guess)
			if is != unsure {
				guess = s
			}
			use(k, s, is, r.size(s))
		}
		k++
	}
	return nil
}

const (
	levels      = 3  // of which each has half the px of the one before
	side        = 24 // px of the blocks that agree or not, of each level
	mostPoints  = 60 // of a block
	leastPoints = 10 // of a block that tells anything
	leastSlope  = 4  // values per px at a point that tells something
)

// reference is what the first picture shows, on each level, finest first.
type reference struct {
	width, height int
	levels        [levels]level
}

// level is a grey picture with what tells in it where it lies.
type level struct {
	width, height int
	grey          []float32 // [height, width], 0 to 255
	noise         float64   // standard deviation of a value
	scratch       []float32
	blocks        []block
}

// block is points that lie near each other.
type block struct {
	column, row float64 // px of the level, its middle
	points      []point
	normal      [4][4]float64 // sums of products of the points' ways
	slope       float64       // values per px, root mean square
	noise       float64       // mean square of what noise makes two pictures differ by
	left        float64       // of the differences at its points, mean square about their mean
}

// point is a pixel of the reference whose neighbours differ.
type point struct {
	x, y  float32    // px of the finest level from its middle, right and down
	value float32    // of the reference, from the mean of its block's
	way   [4]float32 // by how many values it changes for each px of X, Y, and of Turn and Zoom at the picture's corner, from the mean of its block's
}

// newReference finds what in a picture tells where it lies. Where something is not watched nothing counts; nil watches all.
func newReference(p *film.Picture, watched []bool) *reference {
	r := &reference{width: p.Width, height: p.Height}
	r.grey(p)
	for n := range r.levels {
		r.levels[n].find(r, n, watched)
	}
	return r
}

// corner returns how far a corner is from the middle, in px.
func (r *reference) corner() float64 {
	return math.Hypot(float64(r.width), float64(r.height)) / 2
}

// size returns by how many px a sway moves things, root mean square over the picture.
func (r *reference) size(s film.Sway) float64 {
	spread := (float64(r.width*r.width) + float64(r.height*r.height)) / 12
	return math.Sqrt(s.X*s.X + s.Y*s.Y + (s.Zoom*s.Zoom+s.Turn*s.Turn)*spread)
}

// grey fills the grey pictures of all levels.
func (r *reference) grey(p *film.Picture) {
	for n := range r.levels {
		l := &r.levels[n]
		if n == 0 {
			l.fit(p.Width, p.Height)
			for i := range l.grey {
				l.grey[i] = 0.299*float32(p.Pix[3*i]) + 0.587*float32(p.Pix[3*i+1]) + 0.114*float32(p.Pix[3*i+2])
			}
		} else {
			fine := &r.levels[n-1]
			l.fit(fine.width/2, fine.height/2)
			for row := range l.height {
				for column := range l.width {
					i := 2*row*fine.width + 2*column
					l.grey[row*l.width+column] = (fine.grey[i] + fine.grey[i+1] + fine.grey[i+fine.width] + fine.grey[i+fine.width+1]) / 4
				}
			}
		}
		l.noise = l.rough()
		l.soften()
	}
}

// rough returns the standard deviation of what differs from pixel to pixel without any order: of the differences of the second order along rows the median.
func (l *level) rough() float64 {
	var second []float32
	for i := 1; i+1 < len(l.grey); i += 7 {
		d := l.grey[i-1] - 2*l.grey[i] + l.grey[i+1]
		second = append(second, max(d, -d))
	}
	slices.Sort(second)
	return float64(second[len(second)/2]) / (0.6745 * math.Sqrt(6))
}

func (l *level) fit(width, height int) {
	l.width, l.height = width, height
	n := width * height
	l.grey, l.scratch = slices.Grow(l.grey[:0], n)[:n], slices.Grow(l.scratch[:0], n)[:n]
}

// soften takes means of three px along rows and columns, with twice the weight in the middle: noise has no place.
func (l *level) soften() {
	w, h := l.width, l.height
	for row := range h {
		from, to := l.grey[row*w:(row+1)*w], l.scratch[row*w:(row+1)*w]
		for c := range from {
			to[c] = (from[max(c-1, 0)] + 2*from[c] + from[min(c+1, w-1)]) / 4
		}
	}
	for row := range h {
		above, here, below := l.scratch[max(row-1, 0)*w:], l.scratch[row*w:], l.scratch[min(row+1, h-1)*w:]
		to := l.grey[row*w : (row+1)*w]
		for c := range to {
			to[c] = (above[c] + 2*here[c] + below[c]) / 4
		}
	}
}

// find finds the points of level n.
func (l *level) find(r *reference, n int, watched []bool) {
	scale := float64(int(1) << n)
	corner := r.corner()
	for top := 2; top+side <= l.height-2; top += side {
		for left := 2; left+side <= l.width-2; left += side {
			var b block
			// A softened value has 9/64 of the variance, and two differ by twice as much.
			b.noise = 9. / 32 * l.noise * l.noise
			b.column, b.row = float64(left)+side/2, float64(top)+side/2
			for row := top; row < top+side; row++ {
				for column := left; column < left+side; column++ {
					i := row*l.width + column
					dx, dy := (l.grey[i+1]-l.grey[i-1])/2, (l.grey[i+l.width]-l.grey[i-l.width])/2
					full := int(scale)*row*r.width + int(scale)*column
					if dx*dx+dy*dy < leastSlope*leastSlope || watched != nil && !watched[full] {
						continue
					}
					dx, dy = dx/float32(scale), dy/float32(scale)
					x := float32((float64(column)+0.5)*scale - 0.5 - float64(r.width-1)/2)
					y := float32((float64(row)+0.5)*scale - 0.5 - float64(r.height-1)/2)
					c := float32(corner)
					b.points = append(b.points, point{x, y, l.grey[i], [4]float32{dx, dy, (x*dy - y*dx) / c, (x*dx + y*dy) / c}})
				}
			}
			if len(b.points) >= leastPoints {
				b.settle()
				l.blocks = append(l.blocks, b)
			}
		}
	}
}

// settle leaves a block with no more points than are needed, and finds what does not depend on other pictures.
func (b *block) settle() {
	if n := len(b.points); n > mostPoints {
		for k := range mostPoints {
			b.points[k] = b.points[k*n/mostPoints]
		}
		b.points = slices.Clone(b.points[:mostPoints])
	}
	n := float32(len(b.points))
	var mean point
	for _, p := range b.points {
		mean.value += p.value / n
		b.slope += float64(p.way[0]*p.way[0]+p.way[1]*p.way[1]) / float64(n)
		for k, v := range p.way {
			mean.way[k] += v / n
		}
	}
	b.slope = math.Sqrt(b.slope)
	for i := range b.points {
		p := &b.points[i]
		p.value -= mean.value
		for k := range p.way {
			p.way[k] -= mean.way[k]
		}
		for k, v := range p.way {
			for m, w := range p.way {
				b.normal[k][m] += float64(v * w)
			}
		}
	}
}

// lay finds the sway with which a picture agrees with the reference, beginning with a guess, and what is to be thought of it.
func (r *reference) lay(p *film.Picture, guess film.Sway) (s film.Sway, is verdict) {
	now := reference{width: r.width, height: r.height}
	now.grey(p)
	s = guess
	for n := levels - 1; n >= 0; n-- {
		l := &r.levels[n]
		for range 8 {
			step, ok := l.step(&now.levels[n], r, n, s)
			if !ok {
				break
			}
			s.X, s.Y, s.Turn, s.Zoom = s.X+step[0], s.Y+step[1], s.Turn+step[2]/r.corner(), s.Zoom+step[3]/r.corner()
			if math.Abs(step[0])+math.Abs(step[1])+math.Abs(step[2])+math.Abs(step[3]) < 2e-3*float64(int(1)<<n) {
				break
			}
		}
	}
	return s, r.levels[0].judge(&now.levels[0], r, s)
}

// differ fills in how much of each block differs from a picture with a sway, and returns the sums for the next step when it is wanted.
func (l *level) differ(now *level, r *reference, n int, s film.Sway, use func(b *block, sums *[4]float64)) {
	scale := float64(int(1) << n)
	seen := make([]float32, mostPoints)
	gain := float32(1)
	var gains []float64    // of the blocks, of which bodies are few
	for round := range 2 { // first the contrast, as exposure changes it
		for i := range l.blocks {
			b := &l.blocks[i]
			mean, inside := float32(0), true
			for k, p := range b.points {
				x, y := s.Apply(float64(p.x), float64(p.y))
				column, row := (x+float64(r.width-1)/2+0.5)/scale-0.5, (y+float64(r.height-1)/2+0.5)/scale-0.5
				left, top := int(math.Floor(column)), int(math.Floor(row))
				if left < 0 || top < 0 || left+1 >= now.width || top+1 >= now.height {
					inside = false
					break
				}
				a, c := float32(column-float64(left)), float32(row-float64(top))
				q := now.grey[top*now.width+left:]
				under := q[now.width:]
				seen[k] = (q[0]*(1-a)+q[1]*a)*(1-c) + (under[0]*(1-a)+under[1]*a)*c
				mean += seen[k] / float32(len(b.points))
			}
			if !inside {
				b.left = math.Inf(1)
				continue
			}
			if round == 0 {
				along, square := 0.0, 1e-9
				for k, p := range b.points {
					along += float64(p.value * (seen[k] - mean))
					square += float64(p.value * p.value)
				}
				gains = append(gains, along/square)
				continue
			}
			var sums [4]float64
			b.left = 0
			for k, p := range b.points {
				d := gain*p.value - (seen[k] - mean)
				b.left += float64(d*d) / float64(len(b.points))
				for m, w := range p.way {
					sums[m] += float64(w * d)
				}
			}
			use(b, &sums)
		}
		if round == 0 && len(gains) > 0 {
			slices.Sort(gains)
			gain = float32(min(max(gains[len(gains)/2], 0.5), 2))
		}
	}
}

// usual is the mean square that noise, and an error of a fifth of a px, leave of a block.
func (b *block) usual() float64 { return 1 + b.noise + 0.04*b.slope*b.slope }

// step returns the next step of the four values of a sway, px at the corner for the last two.
func (l *level) step(now *level, r *reference, n int, s film.Sway) (step [4]float64, ok bool) {
	type told struct {
		b    *block
		sums [4]float64
	}
	var all []told
	var lefts []float64
	l.differ(now, r, n, s, func(b *block, sums *[4]float64) {
		all = append(all, told{b, *sums})
		lefts = append(lefts, b.left/b.usual())
	})
	if len(all) < 4 {
		return step, false
	}
	slices.Sort(lefts)
	middle := max(lefts[len(lefts)/2], 1)
	var normal [16]float64
	for _, t := range all {
		w := 1 / (1 + t.b.left/t.b.usual()/(2*middle))
		w *= w / t.b.usual() // what is strong in contrast says no more than other things
		for k := range 4 {
			step[k] += w * t.sums[k]
			for m := range 4 {
				normal[4*k+m] += w * t.b.normal[k][m]
			}
		}
	}
	for k := range 4 {
		normal[5*k] += 1e-3*normal[0] + 1e-3 // what nothing tells stays
	}
	if !cholesky.Factor(normal[:], 4) {
		return step, false
	}
	cholesky.Solve(normal[:], 4, step[:], 1)
	return step, true
}

const (
	agreeing  = 0.6 // share of the blocks that must agree
	reaching  = 0.6 // share of the picture's width and height over which they must reach
	leastSure = 8   // blocks
	clearly   = 1.5 // how many times as much blocks must differ without the sway
)

// judge tells whether most blocks agree with a picture at a sway, and lie all over the picture, and whether they do without it.
func (l *level) judge(now *level, r *reference, s film.Sway) verdict {
	n, all := 0, 0
	left, right, top, bottom := math.Inf(1), 0.0, math.Inf(1), 0.0
	agrees := map[*block]float64{}
	with := 0.0
	l.differ(now, r, 0, s, func(b *block, _ *[4]float64) {
		all++
		if b.left < 4*b.usual() {
			n++
			agrees[b] = b.usual()
			with += b.left / b.usual()
			left, right, top, bottom = min(left, b.column), max(right, b.column), min(top, b.row), max(bottom, b.row)
		}
	})
	if n < leastSure || float64(n) < agreeing*float64(all) || right-left < reaching*float64(r.width) || bottom-top < reaching*float64(r.height) {
		return unsure
	}
	without := 0.0
	l.differ(now, r, 0, film.Sway{}, func(b *block, _ *[4]float64) {
		if usual, is := agrees[b]; is {
			without += b.left / usual
		}
	})
	if without > clearly*with {
		return swayed
	}
	return still
}
