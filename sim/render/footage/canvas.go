package footage

import (
	"image"
	"math"

	"orrery/sim"
)

// canvas is a picture of bodies alone: how much of the ground shows through each pixel, and what the
// bodies add to it.
type canvas struct {
	width, height int
	through       []float32       // [h, w] 0 to 1
	added         []float32       // [h, w, 3] values
	used          image.Rectangle // rows from the top; elsewhere nothing is drawn
}

func newCanvas(width, height int) canvas {
	c := canvas{width: width, height: height, through: make([]float32, width*height), added: make([]float32, 3*width*height)}
	c.used = image.Rect(0, 0, width, height)
	c.clear()
	return c
}

// clear takes everything away.
func (c *canvas) clear() {
	for row := c.used.Min.Y; row < c.used.Max.Y; row++ {
		from, to := row*c.width+c.used.Min.X, row*c.width+c.used.Max.X
		clear(c.added[3*from : 3*to])
		for i := from; i < to; i++ {
			c.through[i] = 1
		}
	}
	c.used = image.Rectangle{}
}

// draw paints a figure at a pose in px over what is there, with n samples along each side of a pixel.
func (c *canvas) draw(f *figure, pose sim.BodyState, n int) {
	sin, cos := math.Sincos(pose.Angle)
	h := float64(c.height)
	box := image.Rect(bounded(pose.X-f.reach-1), bounded(h-pose.Y-f.reach-1), bounded(pose.X+f.reach+2), bounded(h-pose.Y+f.reach+2)).
		Intersect(image.Rect(0, 0, c.width, c.height))
	c.used = c.used.Union(box)
	for row := box.Min.Y; row < box.Max.Y; row++ {
		dy := h - float64(row) - 0.5 - pose.Y
		for column := box.Min.X; column < box.Max.X; column++ {
			dx := float64(column) + 0.5 - pose.X
			v := sim.Vec{X: cos*dx + sin*dy, Y: cos*dy - sin*dx}
			edge := f.distance(v)
			// A step of 1 px changes the distance by 1 px at most, so many pixels are like this one.
			alike := int(math.Abs(edge) - halfDiagonal)
			if edge >= halfDiagonal {
				column += alike
				continue
			}
			if edge <= -halfDiagonal && f.mark.Vertices == nil {
				for last := min(column+alike, box.Max.X-1); column < last; column++ {
					c.put(row*c.width+column, 1, &f.colour)
				}
				c.put(row*c.width+column, 1, &f.colour)
				continue
			}
			share, sum := f.cover(v, sin, cos, n)
			c.put(row*c.width+column, share, &sum)
		}
	}
}

// put covers a share of pixel i, with a sum of colours.
func (c *canvas) put(i int, share float32, sum *colour) {
	c.through[i] *= 1 - share
	for k := range sum {
		c.added[3*i+k] = c.added[3*i+k]*(1-share) + sum[k]
	}
}

// bounded returns the whole number below v, within what a picture may hold.
func bounded(v float64) int { return int(math.Floor(min(max(v, -8192), 8192))) }

// add puts a share of another canvas of the same size on top of c, which began empty.
func (c *canvas) add(d *canvas, share float32) {
	for row := d.used.Min.Y; row < d.used.Max.Y; row++ {
		for i := row*c.width + d.used.Min.X; i < row*c.width+d.used.Max.X; i++ {
			c.through[i] -= share * (1 - d.through[i])
			for k := 3 * i; k < 3*i+3; k++ {
				c.added[k] += share * d.added[k]
			}
		}
	}
	c.used = c.used.Union(d.used)
}
