package bodies

import (
	"math"

	"orrery/world/watch/look"
)

// apart returns the sum of the differences of two colours.
func apart(a, b *[3]float32) (sum float32) {
	for c := range a {
		d := a[c] - b[c]
		sum += max(d, -d)
	}
	return sum
}

// far returns the distance of two colours.
func far(a, b look.Colour) float64 { return math.Sqrt(float64(squared(a, b))) }

// squared returns the square of their distance.
func squared(a, b look.Colour) float32 {
	r, g, k := a[0]-b[0], a[1]-b[1], a[2]-b[2]
	return r*r + g*g + k*k
}

// clusters returns the colours of which there are many among pixels.
func (s *segmenter) clusters(pixels []int) (centres []look.Colour) {
	reach := 42 + 2*s.noise
	near := min(reach, 50) // farther ones would draw the middle of a colour to another that is much like it, in a noisy film
	rest := append([]int(nil), pixels...)
	least := max(6, len(pixels)/50)
	for len(rest) >= least {
		centre := look.Colour(s.colours[s.fullest(rest)])
		for range 5 {
			var sum [3]float32
			n := float32(0)
			for _, i := range rest {
				if squared(centre, s.colours[i]) <= near*near {
					n++
					for c := range sum {
						sum[c] += s.colours[i][c]
					}
				}
			}
			before := centre
			for c := range centre {
				centre[c] = sum[c] / max(n, 1)
			}
			if centre == before {
				break // it stays there
			}
		}
		left := rest[:0]
		for _, i := range rest {
			if !(squared(centre, s.colours[i]) <= reach*reach) {
				left = append(left, i)
			}
		}
		if n := len(rest) - len(left); n >= least || len(centres) == 0 {
			centres = append(centres, centre)
		}
		if len(left) == len(rest) {
			break
		}
		rest = left
	}
	return centres
}

// fullest returns the first of the pixels whose colour has the most others around it.
func (s *segmenter) fullest(pixels []int) (pixel int) {
	const side = bins * bins * bins
	counts, sums := s.bins[:side], s.bins[side:2*side]
	clear(s.bins[:])
	bin := func(i int) int {
		c := &s.colours[i]
		return (int(min(max(c[0], 0), 255))/(256/bins)*bins+int(min(max(c[1], 0), 255))/(256/bins))*bins + int(min(max(c[2], 0), 255))/(256/bins)
	}
	for _, i := range pixels {
		counts[bin(i)]++
	}
	most := int32(0)
	for _, i := range pixels {
		b := bin(i)
		if sums[b] == 0 {
			x, y, z := b/(bins*bins), b/bins%bins, b%bins
			for r := max(x-1, 0); r <= min(x+1, bins-1); r++ {
				for g := max(y-1, 0); g <= min(y+1, bins-1); g++ {
					for k := max(z-1, 0); k <= min(z+1, bins-1); k++ {
						sums[b] += counts[(r*bins+g)*bins+k]
					}
				}
			}
		}
		if sums[b] > most {
			pixel, most = i, sums[b]
		}
	}
	return pixel
}

func nearest(centres []look.Colour, c look.Colour) (index int32) {
	if len(centres) == 1 {
		return 0
	}
	best := float32(math.MaxFloat32)
	for k, centre := range centres {
		if d := squared(centre, c); d < best {
			best, index = d, int32(k)
		}
	}
	return index
}
