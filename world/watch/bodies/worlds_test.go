package bodies

import (
	"fmt"
	"image"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"orrery/sim"
	"orrery/sim/golden"
	"orrery/world/watch/cover"
	"orrery/world/watch/look"
)

// speck is a thing of a world of chance: one patch or two that go as one.
type speck struct {
	x, y, vx, vy, omega  float64 // px, px per sight and rad per sight
	wide, high, breathes float64 // px, and the share by which its width changes to and fro
	colour               look.Colour
	second               float64 // size of a patch of another colour beside it, as a share; 0 for none
	from, to             int     // sights in which it is hidden
	fades                float64 // values by which its colour changes from sight to sight
	echo                 int     // number of the thing whose mirror image it is, or −1
}

// patch returns what of a rectangle lies within a picture of 200 × 150 px.
func (s *speck) patch(x, y, angle, w, h float64, colour look.Colour, rng *rand.Rand) patch {
	p := patch{colour: colour, beside: map[int]int{}, rim: int(2 * (w + h))}
	for k := range p.colour {
		p.colour[k] += float32(4 * rng.NormFloat64())
	}
	x0, y0, x1, y1 := max(x-w, 0), max(y-h, 0), min(x+w, 200), min(y+h, 150)
	if x1-x0 < 1 || y1-y0 < 1 {
		return p
	}
	p.cut = x-w < 0 || y-h < 0 || x+w > 200 || y+h > 150
	share := (x1 - x0) * (y1 - y0) / (4 * w * h)
	n := math.Round(w*h*share + 0.02*math.Sqrt(w*h)*rng.NormFloat64())
	mx, my := (x0+x1)/2, (y0+y1)/2
	sin, cos := math.Sincos(angle)
	a, b := n*w*w/12, n*h*h/12
	p.moments = moments{n, n * mx, n * my, n*mx*mx + a*cos*cos + b*sin*sin, n*mx*my + (a-b)*sin*cos, n*my*my + a*sin*sin + b*cos*cos}
	p.box = image.Rect(int(x0), int(150-y1), int(x1)+1, int(150-y0)+1)
	return p
}

// world returns the sights of things that move, meet, hide and change by chance.
func world(rng *rand.Rand) *finder {
	colours := []look.Colour{{206, 44, 46}, {16, 92, 190}, {0, 144, 80}, {180, 60, 60}, {120, 120, 120}}
	var things []speck
	for range 2 + rng.IntN(5) {
		s := speck{x: 20 + 160*rng.Float64(), y: 20 + 110*rng.Float64(), vx: 6 * rng.NormFloat64(), vy: 4 * rng.NormFloat64(), omega: 0.2 * rng.NormFloat64(), echo: -1, from: 99, to: 99}
		s.wide = 5 + 18*rng.Float64()
		s.high, s.colour = s.wide*(0.4+0.6*rng.Float64()), colours[rng.IntN(len(colours))]
		switch rng.IntN(10) {
		case 0:
			s.vx, s.vy = 0, 0
		case 1:
			s.breathes = 0.4 * rng.Float64()
		case 2:
			s.second = 0.1 + 0.8*rng.Float64()
		case 3:
			s.from = rng.IntN(20)
			s.to = s.from + rng.IntN(8)
		case 4:
			if len(things) > 0 {
				i := rng.IntN(len(things))
				s = things[i]
				s.echo, s.y, s.from = i, s.y-25-10*rng.Float64(), 4+rng.IntN(8)
				s.to = s.from + 6 + rng.IntN(8)
				s.wide *= 0.9
			}
		case 5:
			s.wide, s.high = 4+4*rng.Float64(), 4+2*rng.Float64()
		case 8: // beside which others are small
			s.wide, s.high = 40+10*rng.Float64(), 34+6*rng.Float64()
		case 7:
			s.fades = 36 + 10*rng.Float64()
		case 6:
			if len(things) > 0 { // two that part
				o := things[len(things)-1]
				s.wide, s.high, s.colour, s.x, s.y, s.vx, s.vy = o.wide, o.high, o.colour, o.x+2.5*o.wide, o.y, -o.vx, o.vy
			}
		}
		things = append(things, s)
	}
	cut := rng.IntN(40)
	f := scene(24, func(k int) []patch {
		var list []patch
		for i := range things {
			s := &things[i]
			w := s.wide * (1 + s.breathes*math.Sin(float64(k)))
			x, y, angle := s.x+s.vx*float64(k), s.y+s.vy*float64(k), s.omega*float64(k)
			if k >= s.from && k < s.to {
				continue
			}
			colour := s.colour
			if s.fades > 0 { // along one channel after the other
				way := float32(s.fades * float64(k))
				colour = look.Colour{min(way, 250), min(max(way-250, 0), 250), min(max(way-500, 0), 250)}
			}
			p := s.patch(x, y, angle, w, s.high, colour, rng)
			if p.n < 6 {
				continue
			}
			if s.second > 0 {
				at := sim.Vec{X: w * (1 + s.second) / 2}.Rotate(angle)
				if q := s.patch(x+at.X, y+at.Y, angle, w*s.second, s.high, colours[(i+2)%len(colours)], rng); q.n >= 6 {
					list = append(list, q)
				}
			}
			list = append(list, p)
		}
		at := sight{patches: list}
		meet(&at)
		return at.patches
	})
	f.sights[min(cut, 23)].follows = false
	f.sights[0].follows = false
	f.slack = 1 + rng.Float64()
	f.even = rng.IntN(3) > 0
	return f
}

// meet makes one patch of those of a colour that touch, and neighbours of others.
func meet(s *sight) {
	near := func(a, b *patch) bool {
		return a.middle().Sub(b.middle()).Len() <= (math.Sqrt(a.n)+math.Sqrt(b.n))/2+2
	}
	for i := 0; i < len(s.patches); i++ {
		for j := i + 1; j < len(s.patches); j++ {
			a, b := &s.patches[i], &s.patches[j]
			if near(a, b) && far(a.colour, b.colour) <= 40 {
				a.add(b.moments)
				a.box, a.cut, a.rim = a.box.Union(b.box), a.cut || b.cut, a.rim+b.rim*3/4
				s.patches = slices.Delete(s.patches, j, j+1)
				j = i // all others may touch what is larger now
			}
		}
	}
	for i := range s.patches {
		for j := range i {
			if a, b := &s.patches[i], &s.patches[j]; near(a, b) {
				along := 1 + int(math.Sqrt(min(a.n, b.n))/2)
				if a.middle().Sub(b.middle()).Len() < math.Sqrt(max(a.n, b.n))/3 {
					along = min(a.rim, b.rim) * 2 / 3 // the one is within the other
				}
				touch(s, i, j, along)
			}
		}
	}
}

// TestWorldsOfChanceAreTakenApartAsBefore: what is thought of patches at every stage, up to which bodies there are and from which pictures they are fitted.
func TestWorldsOfChanceAreTakenApartAsBefore(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	t.Parallel()
	var out strings.Builder
	line := func(format string, of ...any) { fmt.Fprintf(&out, format+"\n", of...) }
	for k := range 120 {
		f := world(rand.New(rand.NewPCG(uint64(k), 3)))
		line("# world %d", k)
		strands := func(stage string) {
			text, joined, frees, kin, mean := "", 0, 0, 0, 0.0
			for _, s := range f.strands {
				text += fmt.Sprintf(" %d-%d", s.first(), s.last())
				if s.joined {
					joined++
				}
				frees, kin = frees+s.frees(), kin+len(s.kin)
				long, short, angle := s.whole[len(s.whole)/2].axes()
				mean += long + 2*short + angle + 3*s.usualSpeed()
			}
			line("%s:%s; %d joined, %d free, %d colours, %.6f", stage, text, joined, frees, kin, mean)
		}
		f.link()
		strands("link")
		for _, s := range f.strands {
			if first, last := f.stays(s); first != s.first() || last != s.last() {
				line("%d-%d stays %d-%d", s.first(), s.last(), first, last)
			}
		}
		f.wholes()
		strands("wholes")
		f.unite()
		strands("unite")
		for _, s := range f.strands {
			slack, of := f.slack, 0
			for f.slack = 0.05; of < 60 && !f.rigid(s); of++ { // up to the slack with which it is rigid
				f.slack *= 1.08
			}
			f.slack = slack
			line("%d-%d is rigid from %d, stands free %t", s.first(), s.last(), of, f.standsFree(s))
		}
		classes, odd := f.classify(24)
		for _, s := range odd {
			line("odd %d-%d, cut %t, rigid %t", s.first(), s.last(), f.isCut(s), f.rigid(s))
		}
		line("%d echoes", len(f.echoed))
		for _, c := range classes {
			line("class of %.5f px, %.5f by %.5f, %.5f a sight, %d colours: %d strands, %d parts, %d goes on, hidden %t, moves %t, passes %t, %d of %d", c.area, c.long, c.short, c.speed, len(c.kin),
				len(c.strands), len(c.parts), len(c.goesOn), c.hidden, c.moves(), f.passes(c), c.life(), c.most(len(f.sights)))
			for _, strands := range f.instances(c) {
				b := &body{strands: strands, class: c}
				text := ""
				for _, v := range f.views(b, 6) {
					text += fmt.Sprint(" ", v.at)
				}
				sum := 0.0
				for _, p := range f.places(strands) {
					sum += p.X + p.Y*float64(p.Number)
				}
				line("  body from%s; %.5f", text, sum)
			}
		}
		for _, h := range f.heaps(nil, nil, nil, odd) {
			line("heap of %d from %d to %d, in %d", len(h.places), h.places[0].at, h.places[len(h.places)-1].at, h.in)
		}
	}
	golden.Compare(t, "testdata/worlds.txt", out.String())
}

// chanced returns a simple form of sizes by chance.
func chanced(rng *rand.Rand) cover.Form {
	a, b := 4+4*rng.Float64(), 3+3*rng.Float64()
	return []cover.Form{disc{a}, capsule{a, b}, box{a, b}, square{a}}[rng.IntN(4)]
}

// TestPiecesOfChanceAreGroupedAsBefore by how they move against each other.
func TestPiecesOfChanceAreGroupedAsBefore(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	t.Parallel()
	var out strings.Builder
	for k := range 60 {
		rng := rand.New(rand.NewPCG(uint64(k), 5))
		u := &union{views: make([]*view, 18+rng.IntN(24))}
		for i := range 2 + rng.IntN(3) {
			p := piece{chanced(rng), make([]look.Pose, len(u.views))}
			if i > 0 && rng.IntN(3) == 0 {
				p.form = u.pieces[0].form
			}
			gap, sways, turns := 9+6*rng.Float64(), 0.5*rng.Float64()*float64(rng.IntN(2)), 0.05*rng.Float64()*float64(rng.IntN(2))
			for v := range p.poses {
				at := sim.Vec{X: gap*float64(i) + sways*math.Sin(float64(v)), Y: 0.01 * rng.NormFloat64()}
				whole := look.Pose{X: 50 + float64(v), Y: 40, Angle: 0.05 * float64(v)}
				at = whole.Apply(at)
				p.poses[v] = look.Pose{X: at.X, Y: at.Y, Angle: whole.Angle + turns*math.Sin(float64(v)/2)}
			}
			u.pieces = append(u.pieces, p)
		}
		fmt.Fprintf(&out, "# pieces %d\n", k)
		was := ""
		for moved := 0.01; moved < 2; moved *= 1.15 {
			if is := fmt.Sprint(u.groups(moved)); is != was {
				fmt.Fprintf(&out, "%.4f: %s\n", moved, is)
				was = is
			}
		}
		for i := range u.pieces {
			for j := range u.pieces {
				low, high := 0.0, 8.0
				for range 24 { // to the distance from which on they are one
					if at := (low + high) / 2; i != j && u.moves(i, j, at) {
						low = at
					} else {
						high = at
					}
				}
				fmt.Fprintf(&out, " %.5f", low)
			}
			fmt.Fprintf(&out, ", touch %t, alike %t, %.5f\n", u.touch(0, i), sameForm(u.pieces[0], u.pieces[i]), beyond(u.pieces[i].form, sim.Vec{X: 9 * rng.NormFloat64(), Y: 9 * rng.NormFloat64()}))
		}
	}
	golden.Compare(t, "testdata/pieces.txt", out.String())
}

// TestLooksOfChanceAreComparedAsBefore: colours in other light, parts within others, and ways that go along.
func TestLooksOfChanceAreComparedAsBefore(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	t.Parallel()
	rng := rand.New(rand.NewPCG(8, 8))
	var out strings.Builder
	value := func() float32 { return float32(255 * rng.Float64()) }
	for k := range 120 {
		alike, held, along := 0, 0, 0
		for n := range 32 {
			a := look.Colour{value(), value(), value()}
			light := float32(math.Exp(0.6 * rng.NormFloat64()))
			b := a
			for c := range b {
				b[c] = b[c]*light + float32(16*rng.NormFloat64())
			}
			if similar(a, b) {
				alike |= 1 << n
			}
			p, q := square1(20*rng.Float64(), 20*rng.Float64(), 8+3*rng.Float64(), a), square1(10, 10, 8+3*rng.Float64(), b)
			if p.xx *= 1 + rng.Float64()/9; holds(&p.moments, &q.moments) {
				held |= 1 << n
			}
			var pairs [][2]sim.Vec
			for i := range 2 + rng.IntN(8) {
				v := sim.Vec{X: 0.7 * float64(i), Y: 0.4 * float64(i)}
				pairs = append(pairs, [2]sim.Vec{v.Scale(1 + 0.2*rng.NormFloat64()).Add(sim.Vec{X: 0.5 * rng.NormFloat64()}), v})
			}
			if goAlong(pairs) {
				along |= 1 << n
			}
		}
		fmt.Fprintf(&out, "%d: %032b %032b %032b\n", k, alike, held, along)
	}
	golden.Compare(t, "testdata/looks.txt", out.String())
}
