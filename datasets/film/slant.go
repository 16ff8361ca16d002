package film

import (
	"fmt"
	"math"
)

// Slant is how a camera looks askew at the plane in which things move: at a place x px to the right and y px below the middle of a
// picture they look larger than in the middle by a factor of 1 + X·x + Y·y. The zero Slant is that of a camera that looks square at it.
type Slant struct {
	X float64 `json:"x_per_px"` // to the right
	Y float64 `json:"y_per_px"` // down
}

// Apply returns where a camera sees what one that looks square at the plane, and sees the middle as large, has at (x, y), both in px from
// the middle to the right and down. It has no bounds, and no place is there where 1 - X·x - Y·y is not above 0.
func (s Slant) Apply(x, y float64) (float64, float64) {
	w := 1 / (1 - s.X*x - s.Y*y)
	return x * w, y * w
}

// steepest is by what factor things may look larger at one corner of a picture than in its middle.
const steepest = 1.5

// Levelled returns the film as if the camera had looked square at the plane in which things move. What it does not show then is not watched.
func (f *Film) Levelled(s Slant) (*Film, error) {
	size := f.Size()
	middleX, middleY := float64(size.X-1)/2, float64(size.Y-1)/2
	if most := 1 + math.Abs(s.X)*middleX + math.Abs(s.Y)*middleY; !(most <= steepest) {
		return nil, fmt.Errorf("%s: things look larger by a factor of %.3g at a corner than in the middle; at most %g can be levelled", f.name, most, steepest)
	}
	level := *f
	level.slant = s
	level.watched = make([]bool, size.X*size.Y)
	for row := range size.Y {
		for column := range size.X {
			x, y := s.Apply(float64(column)-middleX, float64(row)-middleY)
			x, y = x+middleX, y+middleY
			if !(x >= 1 && y >= 1 && x <= float64(size.X-2) && y <= float64(size.Y-2)) {
				continue
			}
			from := int(y+0.5)*size.X + int(x+0.5)
			level.watched[row*size.X+column] = f.watched == nil || f.watched[from]
		}
	}
	return &level, nil
}
