package links

import (
	"math"

	"orrery/world/robust"
)

const generous = 10 // times what is usual

// likelyMost returns the size that the coefficient of each term hardly exceeds, by how bodies turn and how far apart they are.
func (t *track) likelyMost() (out [terms]float64) {
	var speeds []float64
	for k := range t.frames {
		for a := range t.n {
			if x, y, ok := t.place(k, a); ok && k > 0 {
				if u, v, ok := t.place(k-1, a); ok {
					speeds = append(speeds, math.Hypot(x-u, y-v)/t.frame)
				}
			}
		}
	}
	r, speed, push := max(t.apart(), 1e-9), max(robust.Median(speeds), 1e-9), max(t.push(), 1e-9)
	return [terms]float64{generous * push / r, generous * push, generous * push / speed, generous * push * r * r}
}

// place returns where a body was at a frame.
func (t *track) place(k, i int) (x, y float64, ok bool) {
	if t.exact != nil {
		at := t.exact[k*4*t.n+4*i:]
		return at[0], at[1], true
	}
	at := t.z[(k*t.n+i)*2:]
	return at[0], at[1], t.seen[k*t.n+i]
}

// push returns the force that usually acts on a body in N, as far as noise lets it be seen.
func (t *track) push() float64 {
	least := math.Inf(1)
	for _, step := range []int{1, 2, 3, 4, 6, 8, 12} {
		var all []float64
		for i := range t.n {
			if t.inverse[i] == 0 {
				continue
			}
			for k := 0; k+2*step < t.frames; k++ {
				x0, y0, ok0 := t.place(k, i)
				x1, y1, ok1 := t.place(k+step, i)
				x2, y2, ok2 := t.place(k+2*step, i)
				if ok0 && ok1 && ok2 {
					all = append(all, math.Hypot(x0-2*x1+x2, y0-2*y1+y2)/t.inverse[i])
				}
			}
		}
		if len(all) == 0 {
			break
		}
		time := float64(step) * t.frame
		seen := robust.Median(all) / (time * time)
		least = min(least, seen)
		if robust.Median(all) > 6*math.Sqrt(t.noise)/max(robust.Median(t.inverse), 1e-12) {
			break
		}
	}
	if math.IsInf(least, 1) {
		return 0
	}
	return least
}

// apart returns the usual distance of two bodies in m.
func (t *track) apart() float64 {
	var distances []float64
	for k := range t.frames {
		for a := range t.n {
			for b := range a {
				x, y, okA := t.place(k, a)
				u, v, okB := t.place(k, b)
				if okA && okB {
					distances = append(distances, math.Hypot(x-u, y-v))
				}
			}
		}
	}
	return robust.Median(distances)
}
