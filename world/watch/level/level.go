// Package level tells from how large bodies look, here and there, how a camera looks askew at the plane in which they move.
//
//	slant, ok := level.Find(sizes, max(f.Size().X, f.Size().Y))
//	if ok {
//		f, err = f.Levelled(slant.Slant)
//		…
//	}
//
// Of things in one plane a camera sees the scale grow evenly with the place, as one over the distance does, and that of what
// lies in the plane once more along the slope: their sizes grow with the power of 3/2 (Hartley and Zisserman,
// "Multiple View Geometry in Computer Vision", 2003, chapter 8). A ball grows with the first power. Of motion along a line nothing is
// known of the slant across it, which is then told as none.
//
// Places are px to the right and down from the middle of the picture. The result depends on the sizes alone.
//
// Limits: how much the slant itself shortens lengths along it depends on the lens and is left out: a share of (slant · focal length)² / 2,
// which is 0.2 % where things look 4 % smaller over 200 px of a picture of 320. Sizes of small faint bodies are off alike in many pictures, which
// the deviation does not know of: the slant of a disc of 18 px was an eighth too small, by more than three of them.
package level

import (
	"math"
	"slices"

	"orrery/datasets/film"
	"orrery/sim"
	"orrery/world/cholesky"
)

// Size is how large a body looks somewhere.
type Size struct {
	Body int     // number of the body
	X, Y float64 // px to the right and down from the middle of the picture
	By   float64 // factor by which it looks larger than it was found, the same for all sizes of the body; above 0
}

// Slant is a slant and how sure it is.
type Slant struct {
	film.Slant
	Std  float64 `json:"std_per_px"` // 1/px, standard deviation in its direction
	Over float64 `json:"grows_by"`   // by what share the scale changes over the places at which sizes were measured
}

const (
	// growth is the power of the scale with which sizes of what lies in the plane grow.
	growth = 1.5
	// usual is a slant in 1/px, of a picture of 1 px, that cameras have: what nothing is known of stays below it.
	usual = 0.3
	// fewest is the number of sizes that tell anything.
	fewest = 8
	// sure is by how many of its standard deviations a slant must differ from none, and least by what share it must change the scale.
	sure, least = 5, 0.01
	// unexplained is the share of the variance of sizes that a slant may leave: what turns about, or is lit otherwise, grows elsewhere.
	unexplained = 0.5
	// rounds is how often sizes are weighed anew.
	rounds = 6
	// aside is the share of how far bodies go that they must go across that as well for a slant across to be told.
	aside = 0.3
	// outlying is the number of usual deviations from which on a size counts less.
	outlying = 2
)

// Find returns the slant that explains the sizes of bodies in pictures whose longer side has so many px, and whether there surely is one.
func Find(sizes []Size, side int) (Slant, bool) {
	bodies := map[int]int{}
	for _, s := range sizes {
		if _, known := bodies[s.Body]; !known {
			bodies[s.Body] = len(bodies)
		}
	}
	n := 2 + len(bodies) // slant, and the logarithm of each body's own factor
	if len(sizes) < max(fewest, n+2) {
		return Slant{}, false
	}
	way, wide := axes(sizes, bodies)
	row := func(s *Size) (along, across float64, own int) {
		return growth * (way.X*s.X + way.Y*s.Y), growth * (way.X*s.Y - way.Y*s.X), 2 + bodies[s.Body]
	}
	weights, left := make([]float64, len(sizes)), make([]float64, len(sizes))
	for i := range weights {
		weights[i] = 1
	}
	var normal, right []float64
	spread := 0.0
	for range rounds {
		normal, right = make([]float64, n*n), make([]float64, n)
		for i := range sizes {
			s := &sizes[i]
			x, y, own := row(s)
			w, v := weights[i], math.Log(s.By)
			normal[0] += w * x * x
			normal[n] += w * x * y
			normal[n+1] += w * y * y
			normal[own*n] += w * x
			normal[own*n+1] += w * y
			normal[own*n+own] += w
			right[0], right[1], right[own] = right[0]+w*x*v, right[1]+w*y*v, right[own]+w*v
		}
		// Slants that cameras do not have weigh as much as they spread the logarithms.
		prior := max(spread, 1e-4) * float64(side) / usual
		normal[0] += prior * prior
		if normal[n+1] += prior * prior; !wide {
			normal[n+1] += untold
		}
		if !cholesky.Factor(normal, n) {
			return Slant{}, false
		}
		cholesky.Solve(normal, n, right, 1)
		for i := range sizes {
			x, y, own := row(&sizes[i])
			left[i] = math.Abs(math.Log(sizes[i].By) - right[0]*x - right[1]*y - right[own])
		}
		spread = max(median(left)/0.6745, 1e-6)
		for i := range weights {
			weights[i] = min(1, outlying*spread/max(left[i], 1e-12))
		}
	}
	out := Slant{Slant: film.Slant{X: right[0]*way.X - right[1]*way.Y, Y: right[0]*way.Y + right[1]*way.X}}
	length := math.Hypot(right[0], right[1])
	e := make([]float64, n) // the direction of the slant
	e[0], e[1] = right[0]/max(length, 1e-300), right[1]/max(length, 1e-300)
	e0, e1 := e[0], e[1]
	cholesky.Solve(normal, n, e, 1)
	out.Std = spread * math.Sqrt(e0*e[0]+e1*e[1])
	low, high := math.Inf(1), math.Inf(-1)
	var beside, alone float64 // squares of what sizes differ by from those with the slant, and from the mean of their body
	means, counts := make([]float64, n), make([]float64, n)
	for i := range sizes {
		x, y, own := row(&sizes[i])
		change := (right[0]*x + right[1]*y) / growth
		low, high = min(low, change), max(high, change)
		beside += weights[i] * left[i] * left[i]
		counts[own] += weights[i]
		means[own] += (math.Log(sizes[i].By) - means[own]) * weights[i] / counts[own]
	}
	out.Over = high - low
	for i := range sizes {
		_, _, own := row(&sizes[i])
		d := math.Log(sizes[i].By) - means[own]
		alone += weights[i] * d * d
	}
	return out, length > sure*out.Std && out.Over > least && beside < unexplained*alone
}

// untold is so large that what it is added to in the equations leaves nothing of what it stands for.
const untold = 1e18

// axes returns the direction in which bodies go furthest, and whether they go across it as well.
func axes(sizes []Size, bodies map[int]int) (way sim.Vec, wide bool) {
	middle, count := make([]sim.Vec, len(bodies)), make([]float64, len(bodies))
	for _, s := range sizes {
		k := bodies[s.Body]
		count[k]++
		middle[k] = middle[k].Add(sim.Vec{X: s.X, Y: s.Y}.Sub(middle[k]).Scale(1 / count[k]))
	}
	var xx, xy, yy float64
	for _, s := range sizes {
		d := sim.Vec{X: s.X, Y: s.Y}.Sub(middle[bodies[s.Body]])
		xx, xy, yy = xx+d.X*d.X, xy+d.X*d.Y, yy+d.Y*d.Y
	}
	mean, half := (xx+yy)/2, math.Hypot((xx-yy)/2, xy)
	sin, cos := math.Sincos(math.Atan2(2*xy, xx-yy) / 2)
	return sim.Vec{X: cos, Y: sin}, mean-half > aside*aside*(mean+half)
}

func median(list []float64) float64 { return slices.Sorted(slices.Values(list))[len(list)/2] }
