package y4m

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// squared makes pictures whose pixels are wider or narrower than high as wide as they are to be shown.
type squared struct {
	width int         // px, of the picture in the file
	from  []int       // first column that a column is made of
	parts [][]float32 // weights of the columns from there on, whose sum is 1
	raw   []uint8     // a picture of the file, red, green, blue
}

// readAspect reads how wide a pixel is when it is 1 high, such as 10:11. 0:0 is unknown, and taken as square.
func readAspect(text string) (float64, error) {
	across, down, _ := strings.Cut(text, ":")
	n, err1 := strconv.ParseUint(across, 10, 31)
	d, err2 := strconv.ParseUint(down, 10, 31)
	switch {
	case err1 == nil && err2 == nil && n == 0 && d == 0:
		return 1, nil
	case err1 != nil || err2 != nil || n == 0 || d == 0:
		return 0, fmt.Errorf("shape of pixels A%.20s: must be a fraction such as 10:11", text)
	}
	return float64(n) / float64(d), nil
}

// square returns what makes pictures of a size in px some other width.
func square(width, height, to int) *squared {
	s := &squared{width: width, from: make([]int, to), parts: make([][]float32, to), raw: make([]uint8, 3*width*height)}
	step := float64(width) / float64(to) // columns of the file to one that is shown
	reach := max(1, step)
	for x := range to {
		middle := (float64(x)+0.5)*step - 0.5
		first, last := int(math.Ceil(middle-reach)), int(math.Floor(middle+reach))
		s.from[x] = max(first, 0)
		sum := float32(0)
		weights := make([]float32, min(last, width-1)-s.from[x]+1)
		for c := first; c <= last; c++ {
			// A triangle: between two columns where pictures get wider, the mean of some where they get narrower.
			weight := float32(max(0, 1-math.Abs(float64(c)-middle)/reach))
			weights[max(0, min(c-s.from[x], len(weights)-1))] += weight // the outermost columns go on
			sum += weight
		}
		for i := range weights {
			weights[i] /= sum
		}
		s.parts[x] = weights
	}
	return s
}

// write writes the picture of the file into pix, as wide as it is to be shown.
func (s *squared) write(pix []uint8) {
	width := len(s.from)
	for y := range len(pix) / (3 * width) {
		src, dst := s.raw[3*s.width*y:][:3*s.width], pix[3*width*y:][:3*width]
		for x, from := range s.from {
			var r, g, b float32
			for i, w := range s.parts[x] {
				p := src[3*(from+i):][:3]
				r, g, b = r+w*float32(p[0]), g+w*float32(p[1]), b+w*float32(p[2])
			}
			dst[3*x], dst[3*x+1], dst[3*x+2] = uint8(r+0.5), uint8(g+0.5), uint8(b+0.5)
		}
	}
}
