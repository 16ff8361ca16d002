package footage

import (
	"math"

	"orrery/sim"
)

// thinnest is the least half width of a wall in px, so that one without thickness is seen.
const thinnest = 1

// drawGround returns the ground and the walls on it.
func (s *Shot) drawGround() []float32 {
	w, h := s.settings.Width, s.settings.Height
	ground := make([]float32, 3*w*h)
	plain := colourOf(s.settings.Ground)
	for i := range ground {
		ground[i] = plain[i%3]
	}
	if s.settings.Texture > 0 {
		// Most of a real ground's grain is light and dark, some of it is colour.
		shared := s.texture(-1)
		for k := range 3 {
			own := s.texture(k)
			for i := range w * h {
				ground[3*i+k] += float32(s.settings.Texture) * (0.94*shared[i] + 0.34*own[i])
			}
		}
	}
	walls := newCanvas(w, h)
	for i := range s.scene.Walls {
		wall := s.scene.Walls[i]
		wall.Radius = max(wall.Radius, thinnest/s.camera.Scale)
		// A frame in the wall's middle keeps it from being as large as its distance from the origin.
		middle := sim.Vec{}
		for _, v := range wall.Vertices {
			middle = middle.Add(v.Scale(1 / float64(len(wall.Vertices))))
		}
		wall.Vertices = append([]sim.Vec(nil), wall.Vertices...)
		for k := range wall.Vertices {
			wall.Vertices[k] = wall.Vertices[k].Sub(middle)
		}
		f := newFigure([]sim.Shape{wall}, s.camera.Scale)
		f.colour = colourOf(s.settings.Walls)
		place := s.Place(middle)
		walls.draw(&f, sim.BodyState{X: place.X, Y: place.Y}, samples)
	}
	for i, through := range walls.through {
		for k := 3 * i; k < 3*i+3; k++ {
			ground[k] = ground[k]*through + walls.added[k]
		}
	}
	return ground
}

// texture returns [h, w] values of mean 0 and standard deviation 1: spots of the grain's size, half of
// it and a quarter. There is one for each channel, from 0, and one for all, −1.
func (s *Shot) texture(channel int) []float32 {
	w, h := s.settings.Width, s.settings.Height
	out := make([]float32, w*h)
	random := sim.NewRand(s.settings.Seed, "footage texture", channel)
	for octave, weight := range []float32{1, 0.6, 0.4} {
		size := max(s.settings.Grain/float64(int(1)<<octave), 1)
		columns, rows := int(float64(w)/size)+2, int(float64(h)/size)+2
		knots := make([]float32, columns*rows)
		for i := range knots {
			knots[i] = float32(random.NormFloat64())
		}
		for row := range h {
			below, up := knot((float64(row) + 0.5) / size)
			for column := range w {
				left, right := knot((float64(column) + 0.5) / size)
				k := below*columns + left
				low := knots[k]*(1-right) + knots[k+1]*right
				high := knots[k+columns]*(1-right) + knots[k+columns+1]*right
				out[row*w+column] += weight * (low*(1-up) + high*up)
			}
		}
	}
	var sum, squares float64
	for _, v := range out {
		sum += float64(v)
		squares += float64(v) * float64(v)
	}
	mean := sum / float64(len(out))
	deviation := math.Sqrt(max(squares/float64(len(out))-mean*mean, 1e-12))
	for i := range out {
		out[i] = float32((float64(out[i]) - mean) / deviation)
	}
	return out
}

// knot returns the knot at or before a place and a smooth share of the way to the next.
func knot(place float64) (int, float32) {
	whole := math.Floor(place)
	t := place - whole
	return int(whole), float32(t * t * (3 - 2*t))
}

// drawLight returns the factor by which light differs from pixel to pixel, or nil.
func (s *Shot) drawLight() []float32 {
	if s.settings.Gradient == 0 && s.settings.Vignette == 0 {
		return nil
	}
	w, h := s.settings.Width, s.settings.Height
	towards := 2 * math.Pi * sim.NewRand(s.settings.Seed, "footage light", 0).Float64()
	sin, cos := math.Sincos(towards)
	// The furthest that the picture reaches towards the light, and any corner from the middle.
	reach := (math.Abs(cos)*float64(w) + math.Abs(sin)*float64(h)) / 2
	corner := (float64(w)*float64(w) + float64(h)*float64(h)) / 4
	light := make([]float32, w*h)
	for row := range h {
		y := float64(h)/2 - float64(row) - 0.5
		for column := range w {
			x := float64(column) + 0.5 - float64(w)/2
			slope := 1 + s.settings.Gradient/2*((cos*x+sin*y)/reach-1)
			light[row*w+column] = float32(slope * (1 - s.settings.Vignette*(x*x+y*y)/corner))
		}
	}
	return light
}

// flicker returns the factor of the light of picture i.
func (s *Shot) flicker(i int) float32 {
	if s.settings.Flicker == 0 {
		return 1
	}
	phase := sim.NewRand(s.settings.Seed, "footage flicker", 0).Float64()
	return float32(1 - s.settings.Flicker/2*(1-math.Sin(2*math.Pi*(s.settings.FlickerRate*s.Time(i)+phase))))
}
