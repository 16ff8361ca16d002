package footage

import (
	"bytes"
	"fmt"
	"image"
	"image/draw"
	"image/jpeg"
	"math"

	"orrery/sim"
	"orrery/sim/render"
)

// Picture returns picture i, from 0 to Len()−1, with all nuisances but H.264, which compresses pictures together.
func (s *Shot) Picture(i int) (*image.RGBA, error) { return s.develop(i, s.expose(i)) }

// Still returns a picture of a state in the scene's units, as picture i would be if the bodies stood still so. No state is
// a picture without bodies.
func (s *Shot) Still(i int, state sim.State) (*image.RGBA, error) {
	s.paint(s.project(state), samples)
	return s.develop(i, &s.canvas)
}

// develop returns picture i, of which the bodies are drawn.
func (s *Shot) develop(i int, seen *canvas) (*image.RGBA, error) {
	w, h := s.settings.Width, s.settings.Height
	values := make([]float32, 3*w*h)
	shade := s.shade(seen)
	flicker := s.flicker(i)
	for p := range w * h {
		factor := flicker
		if s.light != nil {
			factor *= s.light[p]
		}
		on := float32(1)
		if shade != nil {
			on = shade[p]
		}
		for k := 3 * p; k < 3*p+3; k++ {
			values[k] = factor * (s.ground[k]*on*seen.through[p] + seen.added[k])
		}
	}
	if s.settings.Noise > 0 {
		random, sigma := sim.NewRand(s.settings.Seed, "footage noise", s.settings.Take<<24|i), float32(s.settings.Noise)
		for k := range values {
			values[k] += sigma * float32(random.NormFloat64())
		}
	}
	picture := image.NewRGBA(image.Rect(0, 0, w, h))
	for p := range w * h {
		for k := range 3 {
			picture.Pix[4*p+k] = uint8(min(max(values[3*p+k], 0), 255) + 0.5)
		}
		picture.Pix[4*p+3] = 255
	}
	if s.settings.JPEG == 0 {
		return picture, nil
	}
	return throughJPEG(picture, s.settings.JPEG)
}

// expose returns what the shutter lets in of the bodies: their mean over poses spread evenly
// over the exposure, of which there are at least two for each px that a body moves.
func (s *Shot) expose(i int) *canvas {
	if s.settings.Exposure == 0 {
		s.paint(s.Truth(i), samples)
		return &s.canvas
	}
	from, to := s.project(s.at(s.Time(i)-s.settings.Exposure/2)), s.project(s.at(s.Time(i)+s.settings.Exposure/2))
	poses := posesBetween(s.bodies, from, to)
	sum := newCanvas(s.settings.Width, s.settings.Height)
	for k := range poses {
		time := s.Time(i) + s.settings.Exposure*((float64(k)+0.5)/float64(poses)-0.5)
		s.paint(s.project(s.at(time)), movingSamples)
		sum.add(&s.canvas, 1/float32(poses))
	}
	return &sum
}

// posesBetween returns how many poses show a motion between two states in px: two for each px of the way, or of the arc in which
// a body turns, of whichever body moves most.
func posesBetween(bodies []figure, from, to sim.State) int {
	furthest := 0.0
	for k, a := range from {
		b := to[k]
		furthest = max(furthest, math.Hypot(b.X-a.X, b.Y-a.Y)+math.Abs(b.Angle-a.Angle)*bodies[k].reach)
	}
	return min(max(int(2*furthest), 4), 64)
}

// paint draws all bodies of a state in px on the canvas, those with higher numbers on top.
func (s *Shot) paint(state sim.State, n int) {
	s.canvas.clear()
	if s.settings.Paint == Themed {
		s.paintTheme(state)
		return
	}
	for k, pose := range state {
		s.canvas.draw(&s.bodies[k], pose, n)
	}
}

// paintTheme draws the bodies as pictures of the program show them.
func (s *Shot) paintTheme(state sim.State) {
	list := &render.List{Width: s.settings.Width, Height: s.settings.Height}
	painter := render.Painter{List: list, Scene: s.scene, Theme: s.theme, Camera: s.camera, Unit: 1}
	metres := make(sim.State, len(state))
	for k, b := range state {
		at := s.camera.World(render.Point{X: b.X, Y: float64(s.settings.Height) - b.Y})
		metres[k] = sim.BodyState{X: at.X, Y: at.Y, Angle: b.Angle}
	}
	painter.Bodies(metres, nil)
	drawn := list.Image()
	for p := range s.canvas.through {
		s.canvas.through[p] = 1 - float32(drawn.Pix[4*p+3])/255
		for k := range 3 {
			s.canvas.added[3*p+k] = float32(drawn.Pix[4*p+k])
		}
	}
	s.canvas.used = drawn.Bounds()
}

// shade returns the factor of the light that reaches the ground beside the bodies, [h, w], or nil without shadows.
func (s *Shot) shade(seen *canvas) []float32 {
	if s.settings.Shadow == 0 {
		return nil
	}
	w, h := s.settings.Width, s.settings.Height
	shadow := make([]float32, w*h)
	for row := range h {
		for column := range w {
			// What stands at (x, y) darkens (x, y) + ShadowOffset.
			shadow[row*w+column] = seen.covered(float64(column)-s.settings.ShadowOffset.X, float64(row)+s.settings.ShadowOffset.Y)
		}
	}
	blur(shadow, w, h, s.settings.ShadowBlur)
	for p := range shadow {
		shadow[p] = 1 - float32(s.settings.Shadow)*shadow[p]
	}
	return shadow
}

// covered returns how much of a pixel is covered, linear between pixels; column and row may be fractions and beyond the picture.
func (c *canvas) covered(column, row float64) float32 {
	x, y := math.Floor(column), math.Floor(row)
	tx, ty := float32(column-x), float32(row-y)
	at := func(x, y float64) float32 {
		if x < 0 || y < 0 || x >= float64(c.width) || y >= float64(c.height) {
			return 0
		}
		return 1 - c.through[int(y)*c.width+int(x)]
	}
	return (at(x, y)*(1-tx)+at(x+1, y)*tx)*(1-ty) + (at(x, y+1)*(1-tx)+at(x+1, y+1)*tx)*ty
}

// blur smooths [h, w] values in place by a Gaussian of a standard deviation in px, as if there were zeros around them.
func blur(values []float32, w, h int, sigma float64) {
	if sigma == 0 {
		return
	}
	reach := int(math.Ceil(3 * sigma))
	weights := make([]float32, 2*reach+1)
	var sum float32
	for k := range weights {
		z := float64(k-reach) / sigma
		weights[k] = float32(math.Exp(-z * z / 2))
		sum += weights[k]
	}
	line := make([]float32, max(w, h)+2*reach)
	along := func(first, step, n int) {
		clear(line)
		empty := true
		for i := range n {
			line[reach+i] = values[first+i*step]
			empty = empty && line[reach+i] == 0
		}
		for i := 0; i < n && !empty; i++ {
			var v float32
			for k, weight := range weights {
				v += weight * line[i+k]
			}
			values[first+i*step] = v / sum
		}
	}
	for row := range h {
		along(row*w, 1, w)
	}
	for column := range w {
		along(column, w, h)
	}
}

// throughJPEG compresses a picture and returns what is left of it.
func throughJPEG(picture *image.RGBA, quality int) (*image.RGBA, error) {
	var file bytes.Buffer
	if err := jpeg.Encode(&file, picture, &jpeg.Options{Quality: quality}); err != nil {
		return nil, fmt.Errorf("footage: %w", err)
	}
	read, err := jpeg.Decode(&file)
	if err != nil {
		return nil, fmt.Errorf("footage: %w", err)
	}
	draw.Draw(picture, picture.Bounds(), read, image.Point{}, draw.Src)
	return picture, nil
}
