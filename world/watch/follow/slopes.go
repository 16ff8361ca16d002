package follow

import "slices"

// slopes is how pixels change with some values, as the picture shows it: where pixels share their colour, each changes by its own brightness and by
// what the colour of all of them does. So are the normal equations those of what a drawing is compared by, and steps are as long as they should be.
type slopes struct {
	values int
	at     []int32      // pixels, by their places in the lists of a fit, each once
	pixel  []int32      // the same, by their numbers in the picture, row by row
	by     [][3]float32 // [pixels, values], change of the three values of a pixel per unit of each value
}

// clear makes the list empty, for pixels that change with so many values.
func (s *slopes) clear(values int) {
	s.values, s.at, s.pixel, s.by = values, s.at[:0], s.pixel[:0], s.by[:0]
}

// add adds a pixel, and returns its changes to be filled in.
func (s *slopes) add(at, pixel int) [][3]float32 {
	s.at, s.pixel = append(s.at, int32(at)), append(s.pixel, int32(pixel))
	n := len(s.by)
	s.by = slices.Grow(s.by, s.values)[:n+s.values]
	return s.by[n:]
}

// of returns the changes of a pixel of the list.
func (s *slopes) of(k int) [][3]float32 { return s.by[k*s.values : (k+1)*s.values] }
