package discs

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"orrery/sim/golden"
	"orrery/world/observe"
)

// TestTheSameSeedsMakeTheSameDiscs compares episodes of many kinds, what is seen of them and how estimates are judged with
// those of earlier versions of this program, to nine digits. They hold where the compiler fuses no multiplication with an
// addition.
func TestTheSameSeedsMakeTheSameDiscs(t *testing.T) {
	t.Parallel()
	var got strings.Builder
	for _, c := range []struct {
		name   string
		change func(*Set)
	}{
		{"default", func(*Set) {}},
		{"equal, seen with noise that is told, at odd times", func(s *Set) { s.Equal, s.NoiseOfSights, s.Jitter, s.Noise = true, true, 0.3, 0.003 }},
		{"times that are told wrongly, and lost sights", func(s *Set) { s.Wrong, s.Missing, s.FPS, s.Seed = 0.4, 0.3, 50, 3 }},
		{"no angles, gravity and drag that nobody told", func(s *Set) { s.NoAngle, s.Gravity, s.Drag, s.GravityUntold, s.Seed = true, 3, 0.4, true, 4 }},
		{"told gravity, little bounce", func(s *Set) { s.Gravity, s.E, s.WallE, s.Seed = 2, 0.7, 0.6, 5 }},
		{"neither friction nor bounce", func(s *Set) { s.Mu, s.WallMu, s.E, s.WallE, s.Discs = 0, 0.5, 0, 0.9, 1 }},
		{"two", func(s *Set) { s.Discs, s.Noise, s.Mu, s.WallMu, s.FPS = 2, 0, 3, 3, 12.4 }},
	} {
		set := Default()
		set.Frames = 31
		c.change(&set)
		fmt.Fprintf(&got, "# %s\n", c.name)
		scene := set.Scene()
		fmt.Fprintf(&got, "%d frames a second, gravity %.9g, damping %.9g, wall %.9g and %.9g\n", scene.FPS, scene.Gravity.Y, scene.Damping, scene.Walls[0].Friction, scene.Walls[0].Elasticity)
		for _, b := range scene.Bodies {
			fmt.Fprintf(&got, "%.9g m, %.9g kg, %.9g and %.9g\n", b.Shapes[0].Radius, b.Mass, b.Shapes[0].Friction, b.Shapes[0].Elasticity)
		}
		score := &Score{}
		for k := range 2 {
			e := set.Episode(k)
			last := len(e.Times) - 1
			for i, b := range e.States[last] {
				fmt.Fprintf(&got, "episode %d, %.9g s, body %d: %.9f\n", k, e.Times[last], i, b.Values())
			}
			for n, h := range e.Impacts {
				if n < 12 {
					fmt.Fprintf(&got, "%d and %d at %.9f s along %.9f: %.9f, %.9f, shows %t\n", h.Body, h.Other, h.Time, []float64{h.Normal.X, h.Normal.Y}, h.Push, h.Rub, set.shows(e, n))
				}
			}
			w := set.Watch(e, k)
			seen, sum, times := 0, 0.0, 0.0
			for q, row := range w.Sights {
				times += float64(q+1) * w.Times[q]
				for i, s := range row {
					if s.Seen {
						seen++
					}
					sum += float64(q+i+1) * (s.X + 2*s.Y + 3*s.Angle + s.Std + s.StdTurn)
				}
			}
			fmt.Fprintf(&got, "%d sights of %.9g at %.9g, turned %t\n", seen, sum, times, w.Sights[last][0].Turned)

			// An estimate that is off by a little more in each frame, with impacts that are late, lost and made up.
			found := &observe.Estimate{Doubts: make([]observe.Doubt, k+1)}
			for q, state := range e.States {
				row := append(state[:0:0], state...)
				covariance := make([]observe.Covariance, len(row))
				for i := range row {
					off := 1e-3 * math.Sin(float64(3*q+5*i))
					row[i].X, row[i].Y, row[i].VX, row[i].VY, row[i].Omega = row[i].X+off, row[i].Y-off/2, row[i].VX+3*off, row[i].VY+off, row[i].Omega-9*off
					for n, v := range []float64{4e-7, 3e-7, 1e-5, 4e-6, 2e-6, 4e-5} {
						covariance[i][7*n] = v
					}
					covariance[i][1], covariance[i][6] = 1e-7, 1e-7
				}
				found.States, found.Covariance = append(found.States, row), append(found.Covariance, covariance)
			}
			for n, h := range e.Impacts {
				h.Time += (float64(n%5) - 1) / 3 / set.FPS
				if n%4 == 1 && h.Other >= 0 {
					h.Body, h.Other = h.Other, h.Body
				}
				if n%7 != 3 {
					found.Impacts = append(found.Impacts, h)
				}
				if n%6 == 5 {
					found.Impacts = append(found.Impacts, h)
				}
			}
			score.Add(&set, e, found)
		}
		fmt.Fprintf(&got, "true %d, found %d, shown %d, matched %d, told %d, false %d, doubts %d, inside %.6f\n", score.True, score.Found, score.Shown, score.Matched, score.Told, score.False, score.Doubts, score.Inside())
		for _, v := range [][]float64{score.Position, score.Flight, score.Beside, score.Spin, score.Late} {
			fmt.Fprintf(&got, "%d: %.9g, %.9g, %.9g\n", len(v), RMS(v), Quantile(v, 0.5), Quantile(v, 1))
		}
	}
	golden.Compare(t, "testdata/discs.txt", got.String())
}
