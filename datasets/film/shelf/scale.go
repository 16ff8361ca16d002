package shelf

import "image"

// scaler makes pictures smaller: each pixel becomes the mean of what it covers.
type scaler struct {
	from, to image.Point
	sums     []uint64 // of a row of the small picture, in 1/65536 of a pixel [3·w]
	across   []span
}

// span is which pixels of a row one of the small picture covers.
type span struct {
	first, last     int    // px
	atFirst, atLast uint32 // share of the first and last pixel, in 1/256
}

func newScaler(from, to image.Point) *scaler {
	s := &scaler{from: from, to: to, sums: make([]uint64, 3*to.X)}
	for x := range to.X {
		s.across = append(s.across, spanOf(x, from.X, to.X))
	}
	return s
}

// spanOf returns what pixel k of n covers of so many others.
func spanOf(k, of, n int) span {
	from, to := k*of*256/n, (k+1)*of*256/n
	s := span{first: from / 256, last: (to - 1) / 256}
	s.atFirst, s.atLast = uint32(256-from%256), uint32((to-1)%256+1)
	if s.first == s.last {
		s.atFirst = uint32(to - from)
	}
	return s
}

// share returns how much of pixel k a span covers, in 1/256.
func (s *span) share(k int) uint32 {
	switch k {
	case s.first:
		return s.atFirst
	case s.last:
		return s.atLast
	}
	return 256
}

// scale writes a picture of red, green and blue [3·w·h] into a smaller one of the same shape.
func (s *scaler) scale(dst *image.RGBA, pix []uint8) {
	for y := range s.to.Y {
		down := spanOf(y, s.from.Y, s.to.Y)
		clear(s.sums)
		area := uint64(0)
		for v := down.first; v <= down.last; v++ {
			row, weight := pix[3*v*s.from.X:][:3*s.from.X], uint64(down.share(v))
			area += weight
			for x := range s.across {
				a := &s.across[x]
				var red, green, blue uint32
				for u := a.first; u <= a.last; u++ {
					w := a.share(u)
					red += w * uint32(row[3*u])
					green += w * uint32(row[3*u+1])
					blue += w * uint32(row[3*u+2])
				}
				s.sums[3*x] += uint64(red) * weight
				s.sums[3*x+1] += uint64(green) * weight
				s.sums[3*x+2] += uint64(blue) * weight
			}
		}
		for x := range s.across {
			a := &s.across[x]
			across := uint64(0)
			for u := a.first; u <= a.last; u++ {
				across += uint64(a.share(u))
			}
			p := dst.Pix[y*dst.Stride+4*x:]
			for k := range 3 {
				p[k] = uint8((s.sums[3*x+k] + across*area/2) / (across * area))
			}
			p[3] = 255
		}
	}
}
