package film

import (
	"fmt"
	"math"
)

// Sway is where a camera looks in a picture against where it looked in another one: what that one shows at (x, y), in px from its middle to
// the right and down, is seen at (x, y) + (X, Y) + Zoom·(x, y) + Turn·(−y, x).
type Sway struct {
	X    float64 `json:"x_px"`
	Y    float64 `json:"y_px"`
	Turn float64 `json:"turn_rad"` // clockwise as seen, small
	Zoom float64 `json:"zoom"`     // share by which things look larger, small
}

// Apply returns where something is seen that was at (x, y), both in px from the middle to the right and down.
func (s Sway) Apply(x, y float64) (float64, float64) {
	return x + s.X + s.Zoom*x - s.Turn*y, y + s.Y + s.Zoom*y + s.Turn*x
}

// Most returns by how many px anything in a picture of a width and height in px is moved at most.
func (s Sway) Most(width, height int) float64 {
	return max(math.Abs(s.X), math.Abs(s.Y)) + math.Hypot(s.Zoom, s.Turn)*math.Hypot(float64(width), float64(height))/2
}

// Steadied returns the film as if the camera had stood still: each picture that is read is put back by its sway, of
// which there must be as many. A rim that not all pictures show is not watched.
func (f *Film) Steadied(sways []Sway) (*Film, error) {
	if len(sways) != f.Len() {
		return nil, fmt.Errorf("%s: %d sways for %d pictures", f.name, len(sways), f.Len())
	}
	still := *f
	size := f.Size()
	still.sways = make([]Sway, len(f.times))
	k, rim := 0, 0.0
	for i := f.from; i < f.to; i++ {
		if f.kept[i] {
			still.sways[i] = sways[k]
			rim = max(rim, sways[k].Most(size.X, size.Y))
			k++
		}
	}
	still.watched = make([]bool, size.X*size.Y)
	inner := int(math.Ceil(rim)) + 1
	any := false
	for y := inner; y < size.Y-inner; y++ {
		for x := inner; x < size.X-inner; x++ {
			i := y*size.X + x
			still.watched[i] = f.watched == nil || f.watched[i]
			any = any || still.watched[i]
		}
	}
	if !any {
		return nil, fmt.Errorf("%s: the camera moves by %.0f px, so that nothing is seen all the time", f.name, rim)
	}
	return &still, nil
}

// redraw writes to dst what a picture of a width and height in px would show without the sway, and without the slant: bicubic between pixels (Keys,
// "Cubic convolution interpolation for digital image processing", 1981). Beyond its rim the picture goes on as it ends.
func redraw(dst, src []uint8, width, height int, s Sway, slant Slant) {
	middleX, middleY := float64(width-1)/2, float64(height-1)/2
	for row := range height {
		for column := range width {
			x, y := s.Apply(slant.Apply(float64(column)-middleX, float64(row)-middleY))
			x, y = x+middleX, y+middleY
			left, top := math.Floor(x), math.Floor(y)
			across, down := keys(float32(x-left)), keys(float32(y-top))
			first, above := int(left)-1, int(top)-1
			var sum [3]float32
			for r, wr := range down {
				line := 3 * width * min(max(above+r, 0), height-1)
				for c, wc := range across {
					p := src[line+3*min(max(first+c, 0), width-1):]
					w := wr * wc
					sum[0], sum[1], sum[2] = sum[0]+w*float32(p[0]), sum[1]+w*float32(p[1]), sum[2]+w*float32(p[2])
				}
			}
			to := dst[3*(row*width+column):]
			for k := range sum {
				to[k] = uint8(min(max(sum[k]+0.5, 0), 255))
			}
		}
	}
}

// keys returns the weights of the four values around a place, t behind the second.
func keys(t float32) [4]float32 {
	u, tt, ttt := 1-t, t*t, t*t*t
	uu, uuu := u*u, u*u*u
	return [4]float32{-0.5 * t * uu, 1 - 2.5*tt + 1.5*ttt, 1 - 2.5*uu + 1.5*uuu, -0.5 * u * tt}
}
