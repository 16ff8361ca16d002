package spread

import "math"

// moments describe the expected errors of one body, along either axis.
type moments struct {
	xx float64 // m², variance of the position
	xv float64 // m²/s, covariance of position and velocity
	vv float64 // m²/s², variance of the velocity
}

// The answers of a law to the features of an influence. Each is e to the power of a
// weighted sum of them.
const (
	keep    = iota // share of the velocity's variance that stays
	mix            // share of the other body's that comes over, beside the ratio of masses
	steer          // share of the turn that an error of position as large as the body would cause
	kick           // m²/s², what the model adds of its own
	answers        // number of answers
)

// The numbers of a law are the weights of its answers, and then these logarithms.
const (
	firstX  = answers*features + iota // m², of a state that is given
	firstV                            // m²/s², likewise
	driftX                            // m², added in each frame
	driftV                            // m²/s², likewise
	numbers                           // of a law in all
)

// Law says how the errors of a model grow. It is immutable and safe for concurrent
// use.
type Law struct {
	numbers [numbers]float64
	time    float64  // s, of a frame
	mostX   float64  // m², bound of xx
	mostV   float64  // m²/s², bound of vv
	regions *regions // nil for a law that was measured before there were any: errors are normal
}

// influence says what one touching point, or something else that pushes a body, does to
// its errors in a frame.
type influence struct {
	on, from int32      // bodies; from < 0 when it is nothing that has errors
	share    float64    // square of the share of relative velocity that falls to the body
	lever    float64    // 1/s², square of its change of velocity over its size
	way      [2]float64 // cosine and sine of twice the angle of its change of velocity
	features [features]float64
	answers  [answers]float64 // given by weigh
}

// mostExponent keeps powers of e, and products of them, finite.
const mostExponent = 60.0

func power(x float64) float64 { return math.Exp(max(-mostExponent, min(x, mostExponent))) }

// weigh sets the answers to all influences.
func (l *Law) weigh(influences []influence) {
	for i := range influences {
		f := &influences[i]
		for k := range f.answers {
			sum := 0.0
			for j, w := range l.weights(k) {
				sum += w * f.features[j]
			}
			f.answers[k] = power(sum)
		}
	}
}

// weights returns those of an answer.
func (l *Law) weights(answer int) *[features]float64 {
	return (*[features]float64)(l.numbers[answer*features:])
}

// begin sets the errors of bodies whose state was given.
func (l *Law) begin(errors []moments) {
	first := moments{xx: power(l.numbers[firstX]), vv: power(l.numbers[firstV])}
	for i := range errors {
		errors[i] = first
	}
}

// change is the sum of all influences on a body.
type change struct{ keep, add float64 }

// fly advances the errors by a frame in which nothing pushes.
func (l *Law) fly(errors []moments) {
	dt, x, v := l.time, power(l.numbers[driftX]), power(l.numbers[driftV])
	for i := range errors {
		e := &errors[i]
		e.xx += dt*(2*e.xv+dt*e.vv) + x
		e.xv += dt * e.vv
		e.vv += v
	}
}

// changes sets what the weighed influences do to bodies with the given errors.
func (l *Law) changes(dst []change, errors []moments, influences []influence) {
	for i := range dst {
		dst[i] = change{keep: 1}
	}
	for i := range influences {
		f := &influences[i]
		c, off := &dst[f.on], errors[f.on].xx
		if f.from >= 0 {
			c.add += f.answers[mix] * f.share * errors[f.from].vv
			off += errors[f.from].xx
		}
		c.add += f.answers[steer]*f.lever*off + f.answers[kick]
		c.keep *= f.answers[keep]
	}
}

// step advances the errors by a frame with the weighed influences. Scratch is as long
// as errors.
func (l *Law) step(errors []moments, influences []influence, scratch []change) {
	l.fly(errors)
	l.changes(scratch, errors, influences)
	for i := range errors {
		e, c := &errors[i], scratch[i]
		e.xx = min(e.xx, l.mostX)
		e.xv *= math.Sqrt(c.keep)
		e.vv = min(c.keep*e.vv+c.add, l.mostV)
	}
}
