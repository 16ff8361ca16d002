package ground

import "orrery/datasets/film"

// The classes of a mask's pixels.
const (
	Clear   uint8 = iota // shows the ground
	Faint                // may show something else: it differs by more than is usual
	Thing                // shows something else
	Shadow               // shows the ground in a soft shadow
	Ignored              // is not to be looked at
)

// Mask is what of a picture differs from the ground.
type Mask struct {
	Class []uint8 // [height, width]
	Light Light   // of the picture

	work    lightWork
	table   [3][256]uint8
	things  []int32 // pixels that differ
	stack   []int32
	shadowy []uint8 // [height, width], 1 for pixels that could be shadow, 2 for those looked at
}

// NewMask returns a mask for pictures of a film with a ground.
func NewMask(g *Ground) *Mask {
	n := g.Width * g.Height
	return &Mask{Class: make([]uint8, n), shadowy: make([]uint8, n)}
}

// Look fills a mask with what differs in a picture. It takes some 5 ns a pixel and allocates nothing.
func (g *Ground) Look(p *film.Picture, m *Mask) {
	m.Light = g.measureLight(p.Pix, &m.work)
	m.things = m.things[:0]
	if g.isPlain(&m.Light) {
		m.Light = Plain()
		g.compare(p.Pix, m)
	} else {
		m.table = *m.Light.table()
		g.compareLit(p.Pix, m)
	}
	if g.ignored != nil {
		for i, ignored := range g.ignored {
			if ignored {
				m.Class[i] = Ignored
			}
		}
	}
	g.shadows(p.Pix, m)
}

// compare classes the pixels of a picture in the ground's own light.
func (g *Ground) compare(pix []uint8, m *Mask) {
	base, limit, faint, class := g.base[:len(pix)], g.limit, g.faint, m.Class
	for i, j := 0, 0; i < len(class); i, j = i+1, j+3 {
		r, gr, b := int32(pix[j])-int32(base[j]), int32(pix[j+1])-int32(base[j+1]), int32(pix[j+2])-int32(base[j+2])
		sum := max(r, -r) + max(gr, -gr) + max(b, -b)
		if sum <= int32(faint[i]) {
			class[i] = Clear
			continue
		}
		class[i] = Faint
		if sum > int32(limit[i]) {
			class[i] = Thing
			m.things = append(m.things, int32(i))
		}
	}
}

// compareLit does the same in another light.
func (g *Ground) compareLit(pix []uint8, m *Mask) {
	base, limit, faint, class := g.base[:len(pix)], g.limit, g.faint, m.Class
	red, green, blue := &m.table[0], &m.table[1], &m.table[2]
	for i, j := 0, 0; i < len(class); i, j = i+1, j+3 {
		r, gr, b := int32(red[pix[j]])-int32(base[j]), int32(green[pix[j+1]])-int32(base[j+1]), int32(blue[pix[j+2]])-int32(base[j+2])
		sum := max(r, -r) + max(gr, -gr) + max(b, -b)
		if sum <= int32(faint[i]) {
			class[i] = Clear
			continue
		}
		class[i] = Faint
		if sum > int32(limit[i]) {
			class[i] = Thing
			m.things = append(m.things, int32(i))
		}
	}
}

const (
	darkest   = 0.3  // of the ground's values that a soft shadow leaves
	softStep  = 0.4  // of a shadow's depth by which it may change over three px, anywhere on its outline
	softShare = 0.75 // of the outline that must be so soft
)

// shadows gives the class Shadow to regions that are darker than the ground by one factor in all
// channels and have no sharp outline: that is what tells a soft shadow from a grey body.
func (g *Ground) shadows(pix []uint8, m *Mask) {
	for _, i := range m.things {
		m.shadowy[i] = 0
		if m.Class[i] == Thing && g.couldBeShadow(pix, m, int(i)) {
			m.shadowy[i] = 1
		}
	}
	for _, start := range m.things {
		if m.shadowy[start] != 1 {
			continue
		}
		m.stack = append(m.stack[:0], start)
		m.shadowy[start] = 2
		for k := 0; k < len(m.stack); k++ {
			g.around(int(m.stack[k]), func(j int) {
				if m.Class[j] == Thing && m.shadowy[j] == 1 {
					m.shadowy[j] = 2
					m.stack = append(m.stack, int32(j))
				}
			})
		}
		if g.isSoft(pix, m) {
			for _, i := range m.stack {
				m.Class[i] = Shadow
			}
		}
	}
	for _, i := range m.things {
		m.shadowy[i] = 0
	}
}

// brightness returns a pixel's share of the ground's brightness, in the ground's light.
func (g *Ground) brightness(pix []uint8, m *Mask, i int) float32 {
	var seen, below float32
	for c := range 3 {
		seen += m.Light.Remove(c, float32(pix[3*i+c]))
		below += g.Mean[3*i+c]
	}
	return seen / max(below, 1)
}

// couldBeShadow reports whether a pixel is darker than the ground by one factor in all channels.
func (g *Ground) couldBeShadow(pix []uint8, m *Mask, i int) bool {
	var seen [3]float32
	mean := g.Mean[3*i : 3*i+3]
	for c := range seen {
		seen[c] = m.Light.Remove(c, float32(pix[3*i+c]))
	}
	share := (seen[0] + seen[1] + seen[2]) / max(mean[0]+mean[1]+mean[2], 1)
	if share < darkest || share >= 1 {
		return false
	}
	limit := 3*g.Noise[i] + 4
	for c, v := range seen {
		if d := v - share*mean[c]; d > limit || d < -limit {
			return false
		}
	}
	return true
}

// isSoft reports whether the region on the mask's stack has a soft outline towards the ground.
func (g *Ground) isSoft(pix []uint8, m *Mask) bool {
	depth := float32(0)
	for _, i := range m.stack {
		depth = max(depth, 1-g.brightness(pix, m, int(i)))
	}
	soft, all := 0, 0
	for _, i := range m.stack {
		r, c := int(i)/g.Width, int(i)%g.Width
		for _, step := range [4][2]int{{0, 1}, {0, -1}, {1, 0}, {-1, 0}} {
			next := (r+step[0])*g.Width + c + step[1]
			in, out := (r-step[0])*g.Width+c-step[1], (r+2*step[0])*g.Width+c+2*step[1]
			if r < 2 || c < 2 || r >= g.Height-2 || c >= g.Width-2 || m.Class[next] == Thing || m.Class[out] == Thing || m.Class[in] == Thing && m.shadowy[in] == 0 {
				continue
			}
			all++
			if g.brightness(pix, m, out)-g.brightness(pix, m, in) < softStep*depth+2*g.Noise[i]/max(g.Mean[3*i], 16) {
				soft++
			}
		}
	}
	return all > 0 && float64(soft) >= softShare*float64(all)
}
