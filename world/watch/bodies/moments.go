package bodies

import (
	"math"

	"orrery/sim"
)

// moments are sums over pixels: their number, and of their middles' coordinates in px, y up.
type moments struct {
	n, x, y, xx, xy, yy float64
}

func (m *moments) add(o moments) {
	m.n += o.n
	m.x += o.x
	m.y += o.y
	m.xx += o.xx
	m.xy += o.xy
	m.yy += o.yy
}

func (m *moments) pixel(x, y float64) { m.add(moments{1, x, y, x * x, x * y, y * y}) }

func (m *moments) middle() sim.Vec { return sim.Vec{X: m.x / m.n, Y: m.y / m.n} }

// axes returns the standard deviations of the pixels along their longest direction and across, in px, and the
// angle of that direction in rad.
func (m *moments) axes() (long, short, angle float64) {
	c := m.middle()
	xx, xy, yy := m.xx/m.n-c.X*c.X+1.0/12, m.xy/m.n-c.X*c.Y, m.yy/m.n-c.Y*c.Y+1.0/12
	mean, half := (xx+yy)/2, math.Hypot((xx-yy)/2, xy)
	return math.Sqrt(mean + half), math.Sqrt(max(mean-half, 0)), math.Atan2(2*xy, xx-yy) / 2
}
