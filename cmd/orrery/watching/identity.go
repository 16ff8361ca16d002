package watching

import (
	"math"
	"strconv"

	"orrery/world/watch/look"
)

// How much two bodies may differ and still be taken for one in two films.
const (
	mostColour = 40.0 // of a value, 0 to 255
	mostSize   = 0.04 // share of the size
)

// nameBodies names the bodies of an episode by numbers: those that look like bodies of earlier episodes as they do, others by the first
// numbers that are free. Known holds what each number looked like when it was first given.
func nameBodies(known map[string]*look.Body, bodies []look.Body) []string {
	names, taken := make([]string, len(bodies)), map[string]bool{}
	for {
		best, who, as := math.Inf(1), -1, ""
		for i := range bodies {
			for number := range len(known) {
				name := strconv.Itoa(number)
				if names[i] != "" || taken[name] || known[name] == nil {
					continue
				}
				if d := unlike(known[name], &bodies[i]); d < best {
					best, who, as = d, i, name
				}
			}
		}
		if who < 0 {
			break
		}
		names[who], taken[as] = as, true
	}
	next := 0
	for i := range bodies {
		for names[i] == "" {
			if name := strconv.Itoa(next); !taken[name] {
				names[i], taken[name] = name, true
				if known[name] == nil {
					known[name] = &bodies[i]
				}
			}
			next++
		}
	}
	return names
}

// unlike returns how different two bodies look, 0 for not at all, or +Inf where they cannot be one.
func unlike(a, b *look.Body) float64 {
	if len(a.Shapes) != len(b.Shapes) {
		return math.Inf(1)
	}
	for i := range a.Shapes {
		if a.Shapes[i].Kind != b.Shapes[i].Kind || len(a.Shapes[i].Vertices) != len(b.Shapes[i].Vertices) {
			return math.Inf(1)
		}
	}
	colour := 0.0
	for k := range a.Paint.Mean {
		colour = max(colour, math.Abs(float64(a.Paint.Mean[k]-b.Paint.Mean[k])))
	}
	size := max(math.Abs(math.Log(across(a.Shapes)/across(b.Shapes))), math.Abs(math.Log(a.Reach()/b.Reach())))
	if !(colour <= mostColour && size <= mostSize) {
		return math.Inf(1)
	}
	return colour/mostColour + size/mostSize
}
