package surprise

import (
	"context"
	"math"
	"slices"

	"orrery/sim"

	"gonum.org/v1/gonum/floats"
)

// reach is the number of frames before and after a frame by which it is judged, where positions are
// measured. More frames tell velocities better; fewer hold fewer impacts, each of which multiplies
// what is not known.
const reach = 6

// stretch is a part of an episode in which motion goes on by one law without a break: frames from
// one to another, which is not part of it.
type stretch struct{ from, to int }

// row returns how far what follows from frame on is from what came before it, for each body, as the
// square of a distance in deviations.
func (j *judge) row(ctx context.Context, s stretch, frame int) ([]float64, *fit, *fit, error) {
	before, after, err := j.around(ctx, s, frame)
	if err != nil {
		return nil, nil, nil, err
	}
	row := make([]float64, len(j.t.Scene.Bodies))
	for i := range row {
		if j.judged(i) {
			row[i] = apart(&before.states[before.frames][i], &after.states[0][i], &before.end[i], &after.start[i])
		}
	}
	if !slices.ContainsFunc(row, func(d float64) bool { return !(nines(d) < curious) }) {
		return row, before, after, nil
	}
	also, err := j.rest(before.from)
	if err != nil {
		return nil, nil, nil, err
	}
	if j.exact {
		for _, f := range also {
			other, err := f.known(ctx, before.from)
			if err != nil {
				return nil, nil, nil, err
			}
			for i := range row {
				if j.judged(i) {
					row[i] = min(row[i], apart(&other.states[1][i], &after.states[0][i], &other.end[i], &after.start[i]))
				}
			}
		}
		return row, before, after, nil
	}
	// Whether something was hit just before the frame or just after it is a matter of tenths of a
	// millimetre. One motion may explain both sides.
	whole, err := j.fit(ctx, before.from, before.frames+after.frames, before, before.states[0])
	if err != nil {
		return nil, nil, nil, err
	}
	j.unite(row, before, after, whole)
	for _, f := range also {
		if whole, err = f.fit(ctx, before.from, before.frames+after.frames, before, before.states[0]); err != nil {
			return nil, nil, nil, err
		}
		j.unite(row, before, after, whole)
	}
	return row, before, after, nil
}

// unite lowers the distances that a fit of both sides explains.
func (j *judge) unite(row []float64, before, after, whole *fit) {
	for i := range row {
		alone := min(before.off[i], j.base.usual(before, i)) + min(after.off[i], j.base.usual(after, i))
		row[i] = min(row[i], max(0, whole.off[i]-alone))
	}
}

// curious is the score from which on a second look is worth its time.
const curious = 2.5

// around returns the fits of the windows before a frame and from it on.
func (j *judge) around(ctx context.Context, s stretch, frame int) (before, after *fit, err error) {
	span := j.span()
	first := max(s.from, frame-span)
	before, err = j.cached(ctx, first, frame-first)
	if err != nil {
		return nil, nil, err
	}
	after, err = j.cached(ctx, frame, min(span, s.to-frame))
	return before, after, err
}

// span returns the number of frames of a window.
func (j *judge) span() int {
	if j.exact {
		return 1
	}
	return reach
}

// cached returns the fit of a window, which it keeps.
func (j *judge) cached(ctx context.Context, from, frames int) (*fit, error) {
	key := [2]int{from, frames}
	if g := j.fits[key]; g != nil {
		return g, nil
	}
	guess := j.fits[[2]int{from - 1, frames}]
	if guess == nil {
		guess = j.fits[[2]int{from, frames - 1}]
	}
	var guesses []sim.State
	if guess != nil && from-guess.from < len(guess.states) {
		guesses = append(guesses, guess.states[from-guess.from])
	}
	g, err := j.fit(ctx, from, frames, nil, guesses...)
	if err == nil {
		j.fits[key] = g
	}
	return g, err
}

// apart returns the square of the distance of two states in deviations.
func apart(a, b *sim.BodyState, p, q *covariance) float64 {
	const size = sim.StateSize
	s := newSquare(size)
	d := make([]float64, size)
	x, y := a.Values(), b.Values()
	for i := range size {
		d[i] = x[i] - y[i]
		for j := range i + 1 {
			*s.at(i, j) = p[i][j] + q[i][j]
		}
	}
	s.factor()
	s.forward(d)
	return floats.Dot(d, d)
}

// farthest is the greatest square of a distance that is told from others.
const farthest = 1e12

// nines returns how unlikely a square of a distance is in six dimensions of a normal distribution:
// -log10 of the share of them that is larger.
func nines(d float64) float64 {
	if !(d < farthest) {
		d = farthest
	}
	x := d / 2
	return x/math.Ln10 - math.Log10(1+x+x*x/2)
}
