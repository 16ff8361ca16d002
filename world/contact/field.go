package contact

import (
	"math"

	"orrery/learn/tape"
	"orrery/sim"
)

// pull is two bodies that push each other at a distance.
type pull struct {
	a, b         int32   // rows of the bodies
	x, y         float32 // unit vector from b to a
	r            float32 // m, distance
	strength     float32 // as the scene says
	limit        float32 // N, the most that the force may be
	pushA, pushB float32 // change of each velocity in a step, per newton
}

// addPulls appends the fields of a scene at state. Bodies at the same place do not
// push each other. They do so for some seconds.
func (g *graph) addPulls(s *placed, state sim.State, kind sim.FieldKind, time float64) {
	for i := range s.scene.Fields {
		f := &s.scene.Fields[i]
		if f.Kind != kind {
			continue
		}
		delta := state[f.A].Position().Sub(state[f.B].Position())
		r := delta.Len()
		if r == 0 {
			continue
		}
		p := pull{
			a: int32(s.first + f.A), b: int32(s.first + f.B),
			x: float32(delta.X / r), y: float32(delta.Y / r), r: float32(r), strength: float32(f.Strength), limit: math.MaxFloat32,
			pushA: float32(time * s.scene.Bodies[f.A].InvMass()),
			pushB: float32(time * s.scene.Bodies[f.B].InvMass()),
		}
		if f.Limit > 0 {
			p.limit = float32(f.Limit)
		}
		g.pulls = append(g.pulls, p)
	}
}

// Columns of a field network's input.
const (
	seeLogarithm = iota
	seeNearness
	seeFieldSize
)

// fieldGains are the powers of the distance, from 1 down to −2, that a field's
// force is made of.
const fieldGains = 4

// seeFieldOp gathers what a field network is shown of each pull [p, seeFieldSize].
type seeFieldOp struct{ pulls []pull }

func (op *seeFieldOp) Forward(out tape.Matrix, _ []tape.Matrix) {
	for i := range op.pulls {
		r := op.pulls[i].r
		x := (*[seeFieldSize]float32)(out.Data[seeFieldSize*i:])
		x[seeLogarithm] = float32(math.Log(float64(r))) / 3
		x[seeNearness] = 1 / (1 + r)
	}
}

func (op *seeFieldOp) Backward(_, _ tape.Matrix, _, _ []tape.Matrix) {}

// pullOp changes velocities [n, 3] by forces between bodies: strength times a sum of
// powers of the distance with the gains that the network answered [p, fieldGains],
// each within ±1.
type pullOp struct{ pulls []pull }

// force returns the force along a pull in newtons and what each gain contributes.
func (p *pull) force(y *[fieldGains]float32) (force float32, terms [fieldGains]float32) {
	power := gainBound * p.strength * p.r
	for k := range terms {
		terms[k] = power
		force += power * y[k]
		power /= p.r
	}
	return force, terms
}

func (op *pullOp) Forward(out tape.Matrix, in []tape.Matrix) {
	copy(out.Data, in[1].Data)
	for i := range op.pulls {
		p := &op.pulls[i]
		force, _ := p.force((*[fieldGains]float32)(in[0].Data[fieldGains*i:]))
		force = min(max(force, -p.limit), p.limit)
		a, b := row(out.Data, p.a), row(out.Data, p.b)
		a[0] += p.pushA * force * p.x
		a[1] += p.pushA * force * p.y
		b[0] -= p.pushB * force * p.x
		b[1] -= p.pushB * force * p.y
	}
}

func (op *pullOp) Backward(_, outGrad tape.Matrix, in, inGrad []tape.Matrix) {
	if dv := inGrad[1].Data; dv != nil {
		for i, d := range outGrad.Data {
			dv[i] += d
		}
	}
	if inGrad[0].Data == nil {
		return
	}
	for i := range op.pulls {
		p := &op.pulls[i]
		force, terms := p.force((*[fieldGains]float32)(in[0].Data[fieldGains*i:]))
		if force < -p.limit || force > p.limit { // force = min(max(force, −limit), limit)
			continue
		}
		a, b := row(outGrad.Data, p.a), row(outGrad.Data, p.b)
		d := p.pushA*(p.x*a[0]+p.y*a[1]) - p.pushB*(p.x*b[0]+p.y*b[1])
		for k, x := range terms {
			inGrad[0].Data[fieldGains*i+k] += d * x
		}
	}
}
